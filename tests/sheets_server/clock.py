"""Time that only moves when a test says so, and the quotas that live by it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field

from tests.sheets_server.errors import ApiError

PER_USER = 60
"""Requests of one kind (read or write) per user and minute."""

PER_PROJECT = 300
"""Requests of one kind per project and minute."""


@dataclass
class VirtualClock:
    """A clock at the moment the server was made, moved by ``advance``; hand ``advance`` to a client as its
    ``sleep``."""

    seconds: float = field(default_factory=lambda: dt.datetime.now(dt.UTC).timestamp())

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self.seconds += seconds

    def now(self) -> dt.datetime:
        """The moment, in UTC."""
        return dt.datetime.fromtimestamp(self.seconds, dt.UTC)


@dataclass
class Quotas:
    """Buckets per minute, for each user and for all together; reads and writes are counted apart."""

    clock: VirtualClock
    per_user: int = PER_USER
    per_project: int = PER_PROJECT
    spent: dict[tuple[str, str], tuple[int, int]] = field(default_factory=lambda: defaultdict(lambda: (0, 0)))

    def spend(self, user: str, kind: str) -> None:
        """Count one request.

        Args:
            user: who sends it.
            kind: ``read`` or ``write``.

        Raises:
            ApiError: 429 if a bucket is empty.
        """
        minute = int(self.clock.seconds // 60)
        for who, limit, scope in ((user, self.per_user, "PerUser"), ("", self.per_project, "")):
            at, count = self.spent[who, kind]
            count = count + 1 if at == minute else 1
            if count > limit:
                raise quota_error(kind, scope)
            self.spent[who, kind] = (minute, count)


def quota_error(kind: str, scope: str = "PerUser") -> ApiError:
    """The 429 of an empty bucket."""
    shown, suffix = kind.capitalize(), " per user" if scope else ""
    metadata = {
        "quota_limit": f"{shown}RequestsPerMinute{scope}",
        "quota_limit_value": str(PER_USER if scope else PER_PROJECT),
        "quota_location": "global",
        "quota_metric": f"sheets.googleapis.com/{kind}_requests",
        "service": "sheets.googleapis.com",
        "consumer": "projects/1",
    }
    return ApiError(
        429,
        f"Quota exceeded for quota metric '{shown} requests' and limit '{shown} requests per minute{suffix}' "
        "of service 'sheets.googleapis.com' for consumer 'project_number:1'.",
        [
            {
                "@type": "type.googleapis.com/google.rpc.ErrorInfo",
                "reason": "RATE_LIMIT_EXCEEDED",
                "domain": "googleapis.com",
                "metadata": metadata,
            }
        ],
    )

"""Faults put in a request's way: errors, cut connections, slow answers, and people who edit in between."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.sheets_server.clock import quota_error
from tests.sheets_server.errors import ApiError


@dataclass
class Fault:
    """What happens to one or more requests.

    Attributes:
        error: answered instead of handling the request.
        retry_after: seconds in a ``Retry-After`` header of that error.
        reset: ``before`` cuts the connection and nothing happened; ``after`` cuts it when all is done.
        delay: real seconds that the answer comes late.
        act: called before the request is handled.
        at: which matching request is the first one hit, from 1.
        times: how many matching requests are hit.
        kind: hit only requests of this kind (``values.batchGet``, ``token``, ...); requests for tokens are
            hit, and
            counted, only where they are named.
        path: hit only requests whose path this pattern finds.
    """

    error: ApiError | None = None
    retry_after: int | None = None
    reset: str = ""
    delay: float = 0.0
    act: Callable[[], None] | None = None
    at: int = 1
    times: int = 1
    kind: str = ""
    path: str = ""
    seen: int = 0
    hit: int = 0

    def strikes(self, kind: str, path: str) -> bool:
        """Count a request; whether it is one to hit."""
        wanted = kind == self.kind if self.kind else kind != "token"
        if not wanted or not re.search(self.path, path):
            return False
        self.seen += 1
        struck = self.at <= self.seen < self.at + self.times
        self.hit += struck
        return struck


MESSAGES = {
    408: "The request timed out.",
    500: "Internal error encountered.",
    502: "Bad Gateway",
    503: "The service is currently unavailable.",
    504: "Deadline expired before operation could complete.",
}


@dataclass
class Faults:
    """All faults of a server; each hits the requests that its ``at``, ``times``, ``kind`` and ``path``
    say."""

    planned: list[Fault] = field(default_factory=list)

    def add(self, fault: Fault) -> Fault:
        """Plan a fault."""
        self.planned.append(fault)
        return fault

    def status(self, code: int, retry_after: int | None = None, **where: int | str) -> Fault:
        """An error status: 408, 429, 500, 502, 503 or 504."""
        error = quota_error("write") if code == 429 else ApiError(code, MESSAGES[code])
        return self.add(Fault(error=error, retry_after=retry_after, **where))  # type: ignore[arg-type]

    def forbid(self, **where: int | str) -> Fault:
        """403: the caller may not."""
        error = ApiError(403, "The caller does not have permission")
        return self.add(Fault(error=error, **where))  # type: ignore[arg-type]

    def reset_before(self, **where: int | str) -> Fault:
        """Cut the connection; the request has no effect."""
        return self.add(Fault(reset="before", **where))  # type: ignore[arg-type]

    def reset_after(self, **where: int | str) -> Fault:
        """Cut the connection when the request has had its effect: the reply is lost."""
        return self.add(Fault(reset="after", **where))  # type: ignore[arg-type]

    def slow(self, seconds: float, **where: int | str) -> Fault:
        """Answer late, in real seconds."""
        return self.add(Fault(delay=seconds, **where))  # type: ignore[arg-type]

    def meanwhile(self, act: Callable[[], None], **where: int | str) -> Fault:
        """Somebody does something just before the request is handled."""
        return self.add(Fault(act=act, **where))  # type: ignore[arg-type]

    def clear(self) -> None:
        """Nothing goes wrong any more."""
        self.planned.clear()

    def striking(self, kind: str, path: str) -> list[Fault]:
        """The faults that hit a request."""
        return [fault for fault in self.planned if fault.strikes(kind, path)]

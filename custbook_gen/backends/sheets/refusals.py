"""What Google's refusals mean, in one sentence each."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from custbook_gen.errors import WorkbookError

_QUOTA: Final = frozenset({"rateLimitExceeded", "userRateLimitExceeded", "RATE_LIMIT_EXCEEDED"})
_DISABLED: Final = frozenset({"SERVICE_DISABLED", "accessNotConfigured"})
_STORAGE: Final = frozenset({"storageQuotaExceeded", "teamDriveFileLimitExceeded"})
_SCOPE: Final = frozenset({"ACCESS_TOKEN_SCOPE_INSUFFICIENT", "insufficientPermissions"})
_AGAIN: Final = frozenset({408, 429, 500, 502, 503, 504})
_HARMLESS: Final = frozenset({429})
"""Statuses by which Google says that it did nothing at all."""
_WORDS: Final = (
    (re.compile(r"exceeds? the limit.*\d+ bytes", re.DOTALL), "online-body-too-large"),
    (re.compile(r"above the limit of .* cells|limit of 10000000 cells", re.DOTALL), "online-cell-limit"),
    (re.compile(r"protected cell or object"), "online-protected"),
    (re.compile(r"not supported for this document"), "online-not-native"),
)


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer that is no success: its status, Google's reasons and words, the pause it asks for."""

    status: int
    reasons: frozenset[str]
    message: str
    retry_after: float | None = None

    @classmethod
    def of(cls, status: int, error: Mapping[str, Any], headers: Mapping[str, str]) -> Refusal:
        """A refusal from its parts.

        Args:
            status: of HTTP.
            error: the ``error`` of the body; empty if it has none.
            headers: of the answer.
        """
        details = [item for item in error.get("details") or () if isinstance(item, dict)]
        errors = [item for item in error.get("errors") or () if isinstance(item, dict)]
        reasons = {str(item["reason"]) for item in (*details, *errors) if item.get("reason")}
        seconds = headers.get("Retry-After", "")
        pause = float(seconds) if seconds.isdigit() else None
        return cls(status, frozenset(reasons), str(error.get("message") or ""), pause)

    @property
    def passing(self) -> bool:
        """Whether the same request may succeed later."""
        if self.status == 403:
            return bool(self.reasons & _QUOTA)
        return self.status in _AGAIN or self.status == 0

    @property
    def harmless(self) -> bool:
        """Whether it is sure that nothing was done."""
        return self.status in _HARMLESS or self.status == 403

    @property
    def taken(self) -> bool:
        """Whether an identifier that we chose is there already."""
        return self.status == 400 and "already exists" in self.message

    def error(self, name: str, email: str) -> WorkbookError:
        """The error that stops the run.

        Args:
            name: what the user called the spreadsheet.
            email: the account that was used; empty if Google alone knows.
        """
        code = self._code()
        if code != "online-refused":
            return WorkbookError(code, file=name, account=email or "?", status=self.status)
        words = re.sub(r"\"[^\"]*\"|'[^']*'|“[^”]*”", "…", self.message)[:200]
        return WorkbookError(code, file=name, status=self.status, reason=words or "-")

    def _code(self) -> str:
        if self.status == 401:
            return "online-login-expired"
        if self.status == 403:
            return self._forbidden()
        if self.status == 404:
            return "online-missing"
        if self.passing:
            return "online-busy"
        return next((code for words, code in _WORDS if words.search(self.message)), "online-refused")

    def _forbidden(self) -> str:
        for reasons, code in (
            (_QUOTA, "online-busy"),
            (_DISABLED, "online-api-disabled"),
            (_STORAGE, "online-no-storage"),
            (_SCOPE, "online-scope"),
        ):
            if self.reasons & reasons:
                return code
        return (
            "online-api-disabled" if "has not been used in project" in self.message else "online-not-shared"
        )

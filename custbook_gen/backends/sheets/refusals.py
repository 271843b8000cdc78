"""What Google's refusals mean, and what it means when no answer comes, in one sentence each."""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterator, Mapping
from typing import Any, Final

import google.auth.exceptions
import requests
import urllib3.exceptions

from custbook_gen.backends.sheets.account import Account
from custbook_gen.errors import WorkbookError
from custbook_gen.value_objects import value_object

_QUOTA: Final = frozenset({"rateLimitExceeded", "userRateLimitExceeded", "RATE_LIMIT_EXCEEDED"})
_FORBIDDEN: Final[Mapping[str, frozenset[str]]] = {
    "online-quota": _QUOTA,
    "online-quota-day": frozenset({"dailyLimitExceeded", "quotaExceeded", "sharingRateLimitExceeded"}),
    "online-api-disabled": frozenset({"SERVICE_DISABLED", "accessNotConfigured"}),
    "online-no-storage": frozenset({"storageQuotaExceeded", "teamDriveFileLimitExceeded"}),
    "online-scope": frozenset({"ACCESS_TOKEN_SCOPE_INSUFFICIENT", "insufficientPermissions"}),
    "online-policy": frozenset({"domainPolicy", "appBlacklisted", "appNotAuthorizedToFile"}),
    "online-project": frozenset(
        {"CONSUMER_INVALID", "CONSUMER_SUSPENDED", "BILLING_DISABLED", "USER_PROJECT_DENIED"}
    ),
}
"""What the reasons of a refusal with 403 mean."""
_AGAIN: Final = frozenset({408, 429, 500, 502, 503, 504})
_HARMLESS: Final = frozenset({403, 429})
"""Statuses by which Google says that it did nothing at all."""
_WORDS: Final = (
    (re.compile(r"exceeds? the limit.*\d+ bytes", re.DOTALL), "online-body-too-large"),
    (re.compile(r"above the limit of .* cells|limit of 10000000 cells", re.DOTALL), "online-cell-limit"),
    (re.compile(r"protected cell or object"), "online-protected"),
    (re.compile(r"not supported for this document"), "online-not-native"),
    (re.compile(r"requires a quota project"), "online-project"),
    (re.compile(r"has not been used in project"), "online-api-disabled"),
)
_API: Final = re.compile(r"Google (?:Sheets|Drive) API")
_LOGIN: Final = (
    (re.compile(r"short-lived token|\biat\b", re.DOTALL), "online-clock"),
    (re.compile(r"invalid_scope"), "online-scope"),
    (re.compile(r"admin_policy_enforced|org_internal"), "online-policy"),
)
"""What the token endpoint's words mean; all others are a login that is good no more."""
_FINAL: Final = frozenset({"online-certificate", "online-certificate-file"})
"""What trying again does not change."""


@value_object
class Refusal:
    """An answer that is no success, or none at all (status 0).

    ``reasons`` and ``message`` are Google's; ``retry_after`` is the pause in seconds that it
    asks for; ``code`` says why there was no answer, ``sent`` whether Google can have got the
    request.
    """

    status: int
    reasons: frozenset[str] = frozenset()
    message: str = ""
    retry_after: float | None = None
    code: str = ""
    sent: bool = True

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

    @classmethod
    def unanswered(cls, error: Exception) -> Refusal:
        """What it means that no answer came."""
        chain = list(_causes(error))
        wrong = next((one for one in chain if isinstance(one, ssl.SSLCertVerificationError)), None)
        if wrong is not None:
            return cls(0, message=wrong.verify_message, code="online-certificate", sent=False)
        if isinstance(error, OSError) and not isinstance(error, requests.RequestException):
            return cls(0, message=str(error), code="online-certificate-file", sent=False)
        proxy = any(isinstance(one, requests.exceptions.ProxyError) for one in chain)
        before = (urllib3.exceptions.NewConnectionError, urllib3.exceptions.ConnectTimeoutError)
        unsent = any(isinstance(one, (*before, google.auth.exceptions.TransportError)) for one in chain)
        return cls(0, code="online-proxy" if proxy else "online-unreachable", sent=not (proxy or unsent))

    @property
    def passing(self) -> bool:
        """Whether the same request may succeed later."""
        if self.status == 403:
            return bool(self.reasons & _QUOTA)
        return self.status in _AGAIN or (self.status == 0 and self.code not in _FINAL)

    @property
    def harmless(self) -> bool:
        """Whether it is sure that nothing was done."""
        return self.status in _HARMLESS or not self.sent

    @property
    def taken(self) -> bool:
        """Whether an identifier that we chose is there already."""
        return self.status == 400 and "already exists" in self.message

    def error(self, name: str, account: Account) -> WorkbookError:
        """The error that stops the run.

        Args:
            name: what the user called the spreadsheet.
            account: that was used.
        """
        code = self._code()
        if code == "online-no-storage" and not account.is_service:
            code = "online-storage-full"
        remedy = account.widen if code == "online-scope" else account.renew
        words = re.sub(r"\"[^\"]*\"|'[^']*'|“[^”]*”", "…", self.message).replace("\n", " ")[:200]
        named = _API.search(self.message)
        api = named[0] if named else "Google Sheets API"
        facts = {"account": account.who, "remedy": remedy, "api": api, "reason": words or "-"}
        return WorkbookError(code, file=name, status=self.status, **facts)

    def _code(self) -> str:
        if self.status == 0:
            return self.code
        if self.status == 401:
            return "online-login-expired"
        if self.status == 404:
            return "online-missing"
        if self.status == 429:
            return "online-quota"
        if self.status == 403:
            found = next((code for code, reasons in _FORBIDDEN.items() if self.reasons & reasons), None)
            return found or self._told("online-not-shared")
        return "online-busy" if self.passing else self._told("online-refused")

    def _told(self, otherwise: str) -> str:
        """What the words of a refusal mean."""
        return next((code for words, code in _WORDS if words.search(self.message)), otherwise)


def login_error(error: google.auth.exceptions.GoogleAuthError, name: str, account: Account) -> WorkbookError:
    """The error for a login that Google does not accept."""
    said = str(error)
    code = next((code for words, code in _LOGIN if words.search(said)), "online-login-expired")
    remedy = account.widen if code == "online-scope" else account.renew
    return WorkbookError(code, file=name, account=account.who, remedy=remedy)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """An exception and all that stands behind it: libraries wrap them in three ways."""
    todo, seen = [error], set()
    while todo:
        one = todo.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        behind = (*one.args, one.__cause__, one.__context__, getattr(one, "reason", None))
        todo += [item for item in behind if isinstance(item, BaseException)]

"""Requests to Google through gspread's client, with our own patience.

gspread's retrying client never gives up and repeats what must not be repeated, so its plain one
is used, and everything about trying again stands here: attempts and time are bounded, pauses are
spread by chance, a pause that Google asks for is kept.  A request that may have had its effect
although no answer came is repeated only if it may; else :class:`OutcomeUnknownError` says so, and
the caller looks.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import field
from typing import Final, cast
from urllib.parse import urlsplit

import google.auth.exceptions
from gspread.exceptions import APIError
from gspread.http_client import HTTPClient

from custbook_gen.backends.sheets.account import Account
from custbook_gen.backends.sheets.pace import FIRST_ATTEMPTS, PATIENCE, TIMEOUT, Pace
from custbook_gen.backends.sheets.refusals import Refusal, login_error
from custbook_gen.backends.sheets.wire import HARD_LIMIT, Json, encoded
from custbook_gen.errors import WorkbookError
from custbook_gen.value_objects import value_object

SPREADSHEETS: Final = "https://sheets.googleapis.com/v4/spreadsheets"
FILES: Final = "https://www.googleapis.com/drive/v3/files"
_ELSEWHERE: Final = "CUSTBOOK_GOOGLE_BASE_URL"
"""Variable that sends everything to another address of this machine, for tests."""
_LOCAL: Final = frozenset({"127.0.0.1", "localhost", "::1"})


class OutcomeUnknownError(Exception):
    """No answer came: whether the request had its effect is not known."""


class TakenError(Exception):
    """An identifier that we chose is there already: this, or somebody else's, request was done before."""


@value_object
class Request:
    """One request: where, what, and whether it may be sent twice."""

    method: str
    url: str
    params: Mapping[str, str] = field(default_factory=dict)
    body: Json | None = None
    repeatable: bool = True


class Transport:
    """Sends requests for one spreadsheet.

    Args:
        account: who sends them.
        pace: the clock.
        name: what the user calls the spreadsheet, for errors.
    """

    def __init__(self, account: Account, pace: Pace, name: str) -> None:
        self.account = account
        self._pace = pace
        self._name = name
        self._client = HTTPClient(account.credentials)
        self._client.timeout = TIMEOUT
        self._reached = False

    def send(self, request: Request) -> Json:
        """The answer to a request.

        Raises:
            WorkbookError: it was refused, or Google cannot be reached.
            OutcomeUnknownError: it may have had its effect and must not be repeated blindly.
            TakenError: an identifier in it is in use.
        """
        raw = None if request.body is None else encoded(request.body)
        if raw is not None and len(raw) >= HARD_LIMIT:
            raise WorkbookError("online-body-too-large", file=self._name)
        deadline = self._pace.now() + PATIENCE
        attempt = 0
        while True:
            attempt += 1
            answer = self._once(request, raw)
            if not isinstance(answer, Refusal):
                self._reached = True
                return answer
            self._reached |= answer.sent
            if answer.taken:
                raise TakenError
            if not answer.passing:
                raise answer.error(self._name, self.account)
            if not request.repeatable and not answer.harmless:
                raise OutcomeUnknownError
            hopeless = attempt >= FIRST_ATTEMPTS and not self._reached
            if hopeless or not self._pace.pause(attempt, deadline, answer.retry_after):
                raise answer.error(self._name, self.account)

    def rest(self, attempt: int) -> bool:
        """Wait before a batch is sent anew; whether there is time for that."""
        return self._pace.pause(attempt, self._pace.now() + PATIENCE, None)

    def _once(self, request: Request, raw: bytes | None) -> Json | Refusal:
        """One attempt."""
        try:
            response = self._client.request(
                request.method,
                _address(request.url),
                params={**request.params, "prettyPrint": "false"},
                data=raw,
                headers={"Content-Type": "application/json"} if raw is not None else None,
            )
            return cast(Json, response.json())
        except APIError as error:
            return Refusal.of(error.response.status_code, _told(error), error.response.headers)
        except google.auth.exceptions.RefreshError as error:
            if error.retryable:
                return Refusal(503, sent=False)
            raise login_error(error, self._name, self.account) from error
        except (google.auth.exceptions.TransportError, OSError) as error:  # of requests too
            return Refusal.unanswered(error)
        except google.auth.exceptions.GoogleAuthError as error:
            raise login_error(error, self._name, self.account) from error


def _told(error: APIError) -> Mapping[str, object]:
    return error.error if isinstance(error.error, Mapping) else {}


def _address(url: str) -> str:
    """The address itself; another one of this machine where a test says so."""
    base = os.environ.get(_ELSEWHERE)
    if not base or urlsplit(base).hostname not in _LOCAL:
        return url
    return base.rstrip("/") + urlsplit(url).path

"""gspread, as it is, pointed at the local Sheets server; and bare requests in somebody's name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import google.oauth2.credentials
import google.oauth2.service_account
import gspread
from google.auth.transport.requests import AuthorizedSession
from requests.adapters import HTTPAdapter

from tests.sheets_server import SheetsServer

SCOPES = ["https://www.googleapis.com/auth/spreadsheets", "https://www.googleapis.com/auth/drive"]
ROBOT = "robot@custbook-test.iam.gserviceaccount.com"

Json = dict[str, Any]

# the library has no types
_from_key: Callable[..., Any] = google.oauth2.service_account.Credentials.from_service_account_info
_from_consent: Callable[..., Any] = google.oauth2.credentials.Credentials
_session: Callable[..., AuthorizedSession] = AuthorizedSession


class ToServer(HTTPAdapter):
    """Sends what is meant for Google to the local server."""

    def __init__(self, base_url: str) -> None:
        super().__init__()
        self.base_url = base_url

    def send(self, request: Any, *args: Any, **options: Any) -> Any:
        """One request, to the other address."""
        request.url = self.base_url + request.path_url
        return super().send(request, *args, **options)


def service_credentials(server: SheetsServer, name: str = "robot", scopes: list[str] | None = None) -> Any:
    """Credentials of a service account."""
    return _from_key(server.service_account_info(name), scopes=scopes or SCOPES)


def user_credentials(server: SheetsServer, email: str, *scopes: str) -> Any:
    """Credentials of a person who consented."""
    info = server.authorized_user_info(email, *(scopes or SCOPES))
    names = ("refresh_token", "token_uri", "client_id", "client_secret")
    return _from_consent(None, **{name: info[name] for name in names})


def gspread_client(server: SheetsServer, credentials: Any = None) -> gspread.Client:
    """gspread with its requests redirected; a service account's unless credentials are given."""
    made = gspread.authorize(credentials or service_credentials(server))
    _redirect(made.http_client.session, server)
    return made


def _redirect(session: Any, server: SheetsServer) -> None:
    for host in ("https://sheets.googleapis.com", "https://www.googleapis.com"):
        session.mount(host, ToServer(server.base_url))


class Api:
    """The bare API in somebody's name: answers are parsed JSON, refusals too."""

    def __init__(self, server: SheetsServer, credentials: Any = None) -> None:
        self.server = server
        self.session = _session(credentials or service_credentials(server))
        self.send: Callable[..., Any] = self.session.request  # the library has no types

    def __call__(self, verb: str, path: str, body: Json | None = None, **query: Any) -> Json:
        """One request; the JSON of its answer."""
        found: Json = self.send(verb, self.server.base_url + path, json=body, params=query).json()
        return found

    def batch(self, key: str, *requests: Json) -> Json:
        """``spreadsheets.batchUpdate``."""
        return self("POST", f"/v4/spreadsheets/{key}:batchUpdate", {"requests": list(requests)})

    def get(self, key: str, fields: str = "", **query: Any) -> Json:
        """``spreadsheets.get``."""
        if fields:
            query["fields"] = fields
        return self("GET", f"/v4/spreadsheets/{key}", None, **query)

    def close(self) -> None:
        """Let the connection go."""
        end: Callable[[], None] = self.session.close
        end()


def refusal(answer: Json) -> str:
    """What a refusal with 400 says."""
    error = answer["error"]
    assert (error["code"], error["status"]) == (400, "INVALID_ARGUMENT")
    return str(error["message"])

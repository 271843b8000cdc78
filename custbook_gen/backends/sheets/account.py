r"""Who we are at Google: keys and logins from the places where gspread keeps them.

In this order: the file that ``GOOGLE_APPLICATION_CREDENTIALS`` names, then in gspread's folder
(``~/.config/gspread``, ``%APPDATA%\gspread``) ``service_account.json``, ``authorized_user.json``
(a login that was kept), ``credentials.json`` (an OAuth client, with which somebody logs in once),
and at last the application default credentials of the Google Cloud tools.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import google.auth
import google.auth.exceptions
from google.auth.credentials import Credentials
from google.oauth2.credentials import Credentials as UserCredentials
from google.oauth2.service_account import Credentials as ServiceCredentials
from gspread.auth import get_config_dir, local_server_flow

from custbook_gen.errors import WorkbookError

SHEETS: Final = "https://www.googleapis.com/auth/spreadsheets"
OWN_FILES: Final = "https://www.googleapis.com/auth/drive.file"
"""Files that we made, or that a user opened with us: enough to make and share new ones."""
ALL_FILES: Final = "https://www.googleapis.com/auth/drive"
"""Needed for one thing alone: to share a file that somebody else made."""

_service: Final[Callable[..., ServiceCredentials]] = ServiceCredentials.from_service_account_info
_user: Final[Callable[..., UserCredentials]] = UserCredentials.from_authorized_user_info
_KEY: Final = "GOOGLE_APPLICATION_CREDENTIALS"


@dataclass(frozen=True, slots=True)
class Account:
    """Credentials, and the address they stand for: empty for users, whose address only Google knows."""

    credentials: Credentials
    email: str = ""

    @property
    def is_service(self) -> bool:
        """Whether this is a service account: such a one owns no storage."""
        return bool(self.email)


def find_account(scopes: tuple[str, ...]) -> Account:
    """The account to use.

    Raises:
        WorkbookError: ``online-no-credentials``, ``online-bad-credentials``, ``online-login-failed``.
    """
    folder = get_config_dir()
    named = os.environ.get(_KEY)
    if named:
        return _from_file(Path(named), scopes)
    for name in ("service_account.json", "authorized_user.json"):
        if (folder / name).is_file():
            return _from_file(folder / name, scopes)
    if (folder / "credentials.json").is_file():
        return _log_in(folder, scopes)
    return _default(scopes)


def _from_file(path: Path, scopes: tuple[str, ...]) -> Account:
    """The account of a key or of a login that was kept, by what the file says it is."""
    try:
        info = json.loads(path.read_text("utf-8"))
        if info.get("type") == "service_account":
            return _account(_service(info, scopes=scopes))
        if info.get("type") == "authorized_user" or "refresh_token" in info:
            return _account(_user(info, scopes=scopes))
    except (AttributeError, KeyError, google.auth.exceptions.GoogleAuthError, OSError, ValueError) as error:
        raise WorkbookError("online-bad-credentials", file=path.name) from error
    if os.environ.get(_KEY) == str(path):
        return _default(scopes)
    raise WorkbookError("online-bad-credentials", file=path.name)


def _default(scopes: tuple[str, ...]) -> Account:
    """What the tools of Google Cloud left behind, or the machine itself."""
    try:
        found, _ = google.auth.default(scopes=scopes)
    except (google.auth.exceptions.GoogleAuthError, OSError, ValueError) as error:
        named = os.environ.get(_KEY)
        if named:
            raise WorkbookError("online-bad-credentials", file=Path(named).name) from error
        raise WorkbookError("online-no-credentials", folder=str(get_config_dir())) from error
    return _account(found)


def _account(found: Credentials) -> Account:
    return Account(found, found.service_account_email if isinstance(found, ServiceCredentials) else "")


def _log_in(folder: Path, scopes: tuple[str, ...]) -> Account:
    """Let somebody log in with the browser, once; the login is kept for the next time."""
    if not sys.stdin.isatty():
        raise WorkbookError("online-login-needed", file="credentials.json")
    wanted = sorted({*scopes, SHEETS, OWN_FILES})
    try:
        config = _client_config(folder / "credentials.json")
        user = local_server_flow(config, wanted)
    except (google.auth.exceptions.GoogleAuthError, ValueError, OSError) as error:
        raise WorkbookError("online-bad-credentials", file="credentials.json") from error
    keep_login(user, folder / "authorized_user.json")
    return Account(user)


def _client_config(path: Path) -> dict[str, object]:
    config = json.loads(path.read_text("utf-8"))
    if not isinstance(config, dict):
        raise ValueError("no OAuth client")  # noqa: TRY004  (told as any other file that is wrong)
    return config


def keep_login(user: UserCredentials, path: Path) -> None:
    """Keep a login where gspread looks for it, readable by its owner alone."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        out.write(user.to_json(strip=["token"]))  # type: ignore[no-untyped-call]

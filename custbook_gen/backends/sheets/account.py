r"""Who we are at Google: keys and logins from the places where gspread keeps them.

In this order: the file that ``GOOGLE_APPLICATION_CREDENTIALS`` names, then in gspread's folder
(``~/.config/gspread``, ``%APPDATA%\gspread``) ``service_account.json``, ``authorized_user.json``
(a login that was kept), ``credentials.json`` (an OAuth client, with which somebody logs in once),
and at last the application default credentials of the Google Cloud tools.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Literal

import google.auth
import google.auth.exceptions
from google.auth.credentials import Credentials
from google.oauth2.credentials import Credentials as UserCredentials
from google.oauth2.service_account import Credentials as ServiceCredentials
from gspread.auth import get_config_dir

from custbook_gen.backends.sheets.login import log_in
from custbook_gen.errors import WorkbookError
from custbook_gen.texts import Saying
from custbook_gen.value_objects import value_object

SHEETS: Final = "https://www.googleapis.com/auth/spreadsheets"
OWN_FILES: Final = "https://www.googleapis.com/auth/drive.file"
"""Files that we made, or that a user opened with us: enough to make and share new ones."""
ALL_FILES: Final = "https://www.googleapis.com/auth/drive"
"""Needed for one thing alone: to share a file that somebody else made."""
_COVERED: Final[Mapping[str, tuple[str, ...]]] = {
    SHEETS: (SHEETS, ALL_FILES),
    OWN_FILES: (OWN_FILES, ALL_FILES),
}
"""By which scopes, the least first, each one is covered as well."""
_CLOUD: Final = "https://www.googleapis.com/auth/cloud-platform"

KEY, KEPT, CLIENT = "service_account.json", "authorized_user.json", "credentials.json"
_service: Final[Callable[..., ServiceCredentials]] = ServiceCredentials.from_service_account_info
_user: Final[Callable[..., UserCredentials]] = UserCredentials.from_authorized_user_info
_NAMED: Final = "GOOGLE_APPLICATION_CREDENTIALS"
_DETECTION: Final = "GCE_METADATA_DETECT_RETRIES"
"""How often it is asked whether this is a machine in Google Cloud; elsewhere everybody waits for that."""
_UNREADABLE: Final = (
    *(AttributeError, KeyError, TypeError, ValueError, OSError),
    google.auth.exceptions.GoogleAuthError,
)
"""What reading a file raises that is no login."""


@value_object
class Account:
    """Credentials, and where they are from.

    ``email`` is empty for people, whose address only Google knows.  ``kind`` says what they
    are: a service account's key, a login that was kept, or what the tools of Google Cloud
    left behind; ``file`` where the first two stand.
    """

    credentials: Credentials
    kind: Literal["key", "kept", "default"]
    email: str = ""
    file: str = ""

    @property
    def is_service(self) -> bool:
        """Whether this is a service account: such a one owns no storage."""
        return bool(self.email)

    @property
    def who(self) -> Saying:
        """The account, for sentences."""
        return Saying("online.who-service" if self.email else "online.who-person", {"email": self.email})

    @property
    def renew(self) -> Saying:
        """How to get a login that works, for sentences."""
        return Saying(f"online.renew-{self.kind}", {"email": self.email, "file": self.file})

    @property
    def widen(self) -> Saying:
        """How to get a login with more access, for sentences."""
        return Saying(
            f"online.widen-{self.kind}", {"file": self.file, "scopes": f"{SHEETS},{ALL_FILES},{_CLOUD}"}
        )


def find_account(scopes: tuple[str, ...]) -> Account:
    """The account to use.

    Raises:
        WorkbookError: there is none, or what is there is none: ``online-no-credentials``,
            ``online-bad-credentials``, ``online-misplaced-credentials``, ``online-scope``, and
            what :func:`log_in` says.
    """
    folder = _folder()
    named = os.environ.get(_NAMED)
    if named:
        return _from_file(Path(named), scopes)
    for name in (KEY, KEPT):
        if (folder / name).is_file():
            return _from_file(folder / name, scopes)
    if (folder / CLIENT).is_file():
        config = _read(folder / CLIENT)
        if "type" in config:
            raise _misplaced(folder / CLIENT, KEY if config["type"] == "service_account" else KEPT)
        wanted = sorted({*scopes, SHEETS, OWN_FILES})
        return Account(log_in(config, wanted, folder / CLIENT, folder / KEPT), "kept", file=KEPT)
    return _default(scopes)


def _folder() -> Path:
    """Where gspread keeps logins."""
    try:
        return get_config_dir()
    except (KeyError, RuntimeError):  # a machine without APPDATA, a user without a home
        return Path("gspread")


def _read(path: Path) -> dict[str, Any]:
    """The content of a file that should be a login."""
    try:
        info = json.loads(path.read_text("utf-8-sig"))
    except FileNotFoundError as error:
        raise WorkbookError("online-named-missing", file=str(path), variable=_NAMED) from error
    except (OSError, ValueError) as error:
        raise WorkbookError("online-bad-credentials", file=path.name) from error
    if not isinstance(info, dict):
        raise WorkbookError("online-bad-credentials", file=path.name)
    return info


def _from_file(path: Path, scopes: tuple[str, ...]) -> Account:
    """The account of a key or of a login that was kept, by what the file says it is."""
    info = _read(path)
    if "installed" in info or "web" in info:
        raise _misplaced(path, CLIENT)
    try:
        if info.get("type") == "service_account":
            key = _service(info, scopes=scopes)
            return Account(key, "key", key.service_account_email, path.name)
        if info.get("type") == "authorized_user" or "refresh_token" in info:
            return _kept(path, info, scopes)
    except _UNREADABLE as error:
        raise WorkbookError("online-bad-credentials", file=path.name) from error
    if os.environ.get(_NAMED) == str(path):
        return _default(scopes)
    raise WorkbookError("online-bad-credentials", file=path.name)


def _kept(path: Path, info: Mapping[str, Any], scopes: Sequence[str]) -> Account:
    """A login that somebody gave before; what it may do was decided then."""
    given = info.get("scopes")
    kept = Account(_user(info), "kept" if path.parent == _folder() else "default", file=path.name)
    if not isinstance(given, list):  # the tools of Google Cloud do not write it down
        return kept
    covers = [next((s for s in _COVERED.get(wanted, (wanted,)) if s in given), None) for wanted in scopes]
    if None in covers:
        raise WorkbookError("online-scope", remedy=kept.widen)
    return Account(_user(info, scopes=list(dict.fromkeys(covers))), kept.kind, file=path.name)


def _misplaced(path: Path, name: str) -> WorkbookError:
    return WorkbookError("online-misplaced-credentials", file=path.name, place=str(_folder() / name))


def _default(scopes: tuple[str, ...]) -> Account:
    """What the tools of Google Cloud left behind, or the machine itself."""
    os.environ.setdefault(_DETECTION, "1")
    try:
        found, _ = google.auth.default(scopes=scopes)
    except (google.auth.exceptions.GoogleAuthError, OSError, ValueError) as error:
        named = os.environ.get(_NAMED)
        if named:
            raise WorkbookError("online-bad-credentials", file=Path(named).name) from error
        raise WorkbookError("online-no-credentials", folder=str(_folder())) from error
    return Account(
        found, "default", found.service_account_email if isinstance(found, ServiceCredentials) else ""
    )

"""Somebody who tries Google Sheets for the first time, through the command line."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import google.oauth2.credentials
import pytest

from custbook_gen.backends import sheets
from custbook_gen.backends.sheets import account
from custbook_gen.backends.sheets.pace import Pace
from custbook_gen.cli import main
from tests.sheets_books import make_store
from tests.sheets_clients import ROBOT
from tests.sheets_server import SheetsServer

SHEETS_SCOPE = "https://www.googleapis.com/auth/spreadsheets"
DRIVE_SCOPE = "https://www.googleapis.com/auth/drive"
NEWCOMER = "new@example.com"
Told = tuple[int, str]


@dataclass
class Newcomer:
    """Somebody with a project, a home, and a spreadsheet that was shared with their service account."""

    server: SheetsServer
    project: Path
    home: Path
    """Where gspread keeps logins."""
    key: str
    patch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]

    @property
    def url(self) -> str:
        return self.server.url(self.key)

    def keep(self, name: str, content: object) -> Path:
        """Put a file where gspread looks for logins."""
        path = self.home / name
        path.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
        return path

    def keep_key(self) -> None:
        self.keep("service_account.json", self.server.service_account_info("robot"))

    def keep_login(self, *scopes: str, written: bool = True) -> None:
        """A person's login, as gspread keeps it (or as the tools of Google Cloud do: without scopes)."""
        info = self.server.authorized_user_info(NEWCOMER, *scopes)
        self.keep("authorized_user.json", info | ({"scopes": list(scopes)} if written else {}))

    def run(self, *words: str) -> Told:
        """The exit code and the one line that was told; nothing may follow it."""
        with pytest.raises(SystemExit) as left:
            main([*words, "--project", str(self.project)])
        printed = self.capsys.readouterr()
        assert "Traceback" not in printed.err
        lines = printed.err.strip().splitlines()
        assert len(lines) <= 1, printed.err
        assert isinstance(left.value.code, int)
        return left.value.code, "".join(lines)

    def check(self) -> Told:
        return self.run("check", self.url)

    def no_answer(self, base: str) -> None:
        """Send everything elsewhere."""
        self.patch.setenv("CUSTBOOK_GOOGLE_BASE_URL", base)


def welcomed(
    sheets_server: SheetsServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Newcomer:
    """Somebody new: nothing of this machine's logins and clocks is known, and a key is kept already."""
    for name in ("HOME", "APPDATA", "USERPROFILE"):
        monkeypatch.setenv(name, str(tmp_path))
    for name in ("GOOGLE_APPLICATION_CREDENTIALS", "HTTPS_PROXY", "https_proxy", "REQUESTS_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NO_GCE_CHECK", "true")
    monkeypatch.setenv("CLOUDSDK_CONFIG", str(tmp_path / "gcloud"))
    monkeypatch.setenv("CUSTBOOK_LANG", "en")
    monkeypatch.setenv("CUSTBOOK_GOOGLE_BASE_URL", sheets_server.base_url)
    monkeypatch.setattr(  # where logins of people are exchanged for tokens
        google.oauth2.credentials, "_GOOGLE_OAUTH2_TOKEN_ENDPOINT", f"{sheets_server.base_url}/token"
    )
    clock = sheets_server.clock

    def paced(progress: Any) -> Pace:
        return Pace(lambda: clock.seconds, clock.advance, lambda: 0.5, progress)

    monkeypatch.setattr(sheets, "Pace", paced)
    home = tmp_path / ".config" / "gspread"
    home.mkdir(parents=True)
    monkeypatch.setattr(account, "get_config_dir", lambda: home)
    make_store(tmp_path / "project")
    key = sheets_server.new_spreadsheet("blank", owner=NEWCOMER, editors=[ROBOT])
    made = Newcomer(sheets_server, tmp_path / "project", home, key, monkeypatch, capsys)
    made.keep_key()
    return made


def as_person(newcomer: Newcomer, *scopes: str, written: bool = True) -> None:
    """Log in as a person instead."""
    (newcomer.home / "service_account.json").unlink()
    newcomer.keep_login(*scopes, written=written)

"""Logins that are missing, wrong or not enough: one sentence that says what to do, and logging in."""

from __future__ import annotations

import io
import json
import socket
import subprocess
import sys
import threading
import urllib.request
import webbrowser
from collections.abc import Callable, Iterator
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from custbook_gen.cli import main
from tests.newcomers import DRIVE_SCOPE, NEWCOMER, SHEETS_SCOPE, Newcomer, as_person
from tests.sheets_clients import ROBOT
from tests.sheets_server import ApiError
from tests.sheets_server.faults import Fault

# ---------------------------------------------------------------- logins


def test_a_key_that_is_no_key(newcomer: Newcomer) -> None:
    newcomer.keep("service_account.json", "-----BEGIN PRIVATE KEY-----")
    code, told = newcomer.check()
    assert code == 3
    assert "service_account.json" in told
    assert "download it again" in told


@pytest.mark.parametrize("name", ["service_account.json", "authorized_user.json"])
@pytest.mark.parametrize("kind", ["installed", "web"])
def test_an_oauth_client_in_the_place_of_a_key(newcomer: Newcomer, name: str, kind: str) -> None:
    (newcomer.home / "service_account.json").unlink()
    newcomer.keep(name, {kind: {"client_id": "1", "client_secret": "s"}})
    code, told = newcomer.check()
    assert code == 3
    assert told.startswith(f"“{name}” holds another kind of credentials; save it as ")
    assert "gspread/credentials.json" in told


def test_a_key_in_the_place_of_an_oauth_client(newcomer: Newcomer) -> None:
    (newcomer.home / "service_account.json").rename(newcomer.home / "credentials.json")
    code, told = newcomer.check()
    assert code == 3
    assert "gspread/service_account.json" in told


def test_whether_this_is_google_cloud_is_asked_once(newcomer: Newcomer) -> None:
    asked = list[object]()
    with socket.create_server(("127.0.0.1", 0)) as machine:

        def hang_up() -> None:
            while True:
                try:
                    caller, address = machine.accept()
                except OSError:
                    return
                asked.append(address)
                caller.close()

        threading.Thread(target=hang_up, daemon=True).start()
        newcomer.patch.delenv("NO_GCE_CHECK")
        newcomer.patch.setenv("GCE_METADATA_IP", f"127.0.0.1:{machine.getsockname()[1]}")
        (newcomer.home / "service_account.json").unlink()
        words = [sys.executable, "-m", "custbook_gen", "check", newcomer.url]
        done = subprocess.run(words, capture_output=True, text=True, check=False, cwd=newcomer.project)
    assert (done.returncode, len(done.stderr.splitlines())) == (3, 1)
    assert done.stderr.startswith("There are no credentials for Google")
    assert len(asked) == 1


def test_a_login_that_cannot_be_kept_is_good_once(newcomer: Newcomer, browsing: Callable[..., None]) -> None:
    identities = newcomer.server.service.identities
    (newcomer.home / "authorized_user.json").mkdir()
    browsing(lambda asked: {"code": identities.agree(NEWCOMER, asked["scope"]), "scope": asked["scope"]})
    with pytest.raises(SystemExit) as left:
        main(["generate", "--into", newcomer.url, "--project", str(newcomer.project)])
    assert left.value.code == 0


def test_an_oauth_client_of_the_wrong_kind(newcomer: Newcomer) -> None:
    (newcomer.home / "service_account.json").unlink()
    newcomer.keep("credentials.json", {"web": {"client_id": "1"}})
    code, told = newcomer.check()
    assert code == 3
    assert "Desktop app" in told


def test_the_variable_names_a_file_that_is_not_there(newcomer: Newcomer) -> None:
    newcomer.patch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(newcomer.home / "gone.json"))
    code, told = newcomer.check()
    assert code == 3
    assert told.startswith("GOOGLE_APPLICATION_CREDENTIALS names the file")
    assert "gone.json" in told


def test_the_clock_is_wrong(newcomer: Newcomer) -> None:
    newcomer.server.service.identities.ahead = 3 * 3600
    code, told = newcomer.check()
    assert code == 3
    assert "clock" in told


def test_a_key_that_was_deleted(newcomer: Newcomer) -> None:
    newcomer.server.service.identities.revoke(ROBOT)
    code, told = newcomer.check()
    assert code == 3
    assert f"make a new key for {ROBOT}" in told


def test_a_consent_that_was_withdrawn(newcomer: Newcomer) -> None:
    as_person(newcomer, SHEETS_SCOPE)
    newcomer.server.service.identities.revoke(NEWCOMER)
    code, told = newcomer.check()
    assert code == 3
    assert "delete “authorized_user.json”, run the command again and log in" in told


def test_a_withdrawn_login_of_the_google_cloud_tools(newcomer: Newcomer) -> None:
    (newcomer.home / "service_account.json").unlink()
    info = newcomer.server.authorized_user_info(NEWCOMER, SHEETS_SCOPE)
    named = newcomer.project / "application_default_credentials.json"
    named.write_text(json.dumps(info))
    newcomer.patch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(named))
    newcomer.server.service.identities.revoke(NEWCOMER)
    code, told = newcomer.check()
    assert code == 3
    assert "run gcloud auth application-default login again" in told


def test_a_login_with_less_access_than_is_needed(newcomer: Newcomer) -> None:
    as_person(newcomer, "https://www.googleapis.com/auth/drive.file")
    code, told = newcomer.check()
    assert code == 3
    assert "agree to everything" in told
    assert newcomer.server.requests == []


def test_a_login_of_the_google_cloud_tools_with_less_access(newcomer: Newcomer) -> None:
    (newcomer.home / "service_account.json").unlink()
    info = newcomer.server.authorized_user_info(NEWCOMER, "https://www.googleapis.com/auth/cloud-platform")
    folder = newcomer.project.parent / "gcloud"
    folder.mkdir()
    (folder / "application_default_credentials.json").write_text(json.dumps(info))
    code, told = newcomer.check()
    assert code == 3
    assert f"gcloud auth application-default login --scopes={SHEETS_SCOPE}," in told


def test_a_login_that_gspread_kept_is_enough_to_make_a_book(newcomer: Newcomer) -> None:
    as_person(newcomer, SHEETS_SCOPE, DRIVE_SCOPE)  # which covers drive.file, but is not called so
    assert newcomer.run("generate", "gsheets:new", "--share", "li@example.com:editor") == (0, "")


def test_the_administrators_do_not_allow_it(newcomer: Newcomer) -> None:
    refused = ApiError(
        403, "The domain administrators have disabled Drive apps.", errors=[{"reason": "domainPolicy"}]
    )
    newcomer.server.faults.add(Fault(error=refused, times=9))
    code, told = newcomer.check()
    assert code == 3
    assert "administrators" in told
    assert ROBOT in told


# ---------------------------------------------------------------- logging in with the browser


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def browsing(newcomer: Newcomer) -> Iterator[Callable[[Callable[[dict[str, str]], dict[str, str]]], None]]:
    """A browser in which somebody answers what Google asks."""
    (newcomer.home / "service_account.json").unlink()
    client = {"client_id": "1", "client_secret": "s", "auth_uri": "https://accounts.google.com/o/oauth2/auth"}
    newcomer.keep(
        "credentials.json", {"installed": client | {"token_uri": f"{newcomer.server.base_url}/token"}}
    )
    newcomer.patch.setattr(sys, "stdin", Terminal())
    newcomer.patch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    opened: list[threading.Thread] = []

    def answer(said: Callable[[dict[str, str]], dict[str, str]]) -> None:
        class Browser:
            def open(self, url: str, **_: object) -> bool:
                asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
                back = f"{asked['redirect_uri']}?{urlencode({'state': asked['state'], **said(asked)})}"
                opened.append(threading.Thread(target=lambda: urllib.request.urlopen(back).close()))  # noqa: S310
                opened[-1].start()
                return True

        newcomer.patch.setattr(webbrowser, "get", lambda _=None: Browser())

    yield answer
    for thread in opened:
        thread.join()


def test_somebody_logs_in_once(newcomer: Newcomer, browsing: Callable[..., None]) -> None:
    identities = newcomer.server.service.identities
    browsing(lambda asked: {"code": identities.agree(NEWCOMER, asked["scope"]), "scope": asked["scope"]})
    words = ["generate", "--into", newcomer.url, "--json", "--project", str(newcomer.project)]
    with pytest.raises(SystemExit) as left:
        main(words)
    assert left.value.code == 0
    printed = newcomer.capsys.readouterr()
    assert json.loads(printed.out)["workbook"].endswith(newcomer.key)
    assert "visit this URL" in printed.err
    kept = newcomer.home / "authorized_user.json"
    assert kept.stat().st_mode & 0o077 == 0
    assert "token" not in json.loads(kept.read_text())
    browsing(lambda _: pytest.fail("nobody is asked twice"))
    assert newcomer.check() == (0, "")


@pytest.mark.parametrize(
    "said",
    [
        lambda _: {"error": "access_denied"},
        lambda _: {"code": "nonsense"},
        lambda _: {"code": "", "state": "another"},
    ],
    ids=["not agreed", "a code that Google does not know", "somebody else's answer"],
)
def test_a_login_that_comes_to_nothing(
    newcomer: Newcomer, browsing: Callable[..., None], said: Callable[[dict[str, str]], dict[str, str]]
) -> None:
    browsing(said)
    with pytest.raises(SystemExit) as left:
        main(["check", newcomer.url, "--project", str(newcomer.project)])
    assert left.value.code == 3
    assert "tick everything that is listed and agree" in newcomer.capsys.readouterr().err.splitlines()[-1]
    assert not (newcomer.home / "authorized_user.json").exists()


def test_agreeing_to_a_part_is_not_enough(newcomer: Newcomer, browsing: Callable[..., None]) -> None:
    identities = newcomer.server.service.identities
    browsing(lambda _: {"code": identities.agree(NEWCOMER, SHEETS_SCOPE), "scope": SHEETS_SCOPE})
    with pytest.raises(SystemExit) as left:
        main(["check", newcomer.url, "--project", str(newcomer.project)])
    assert left.value.code == 3
    assert "agree" in newcomer.capsys.readouterr().err.splitlines()[-1]


def test_a_machine_without_a_browser(newcomer: Newcomer, browsing: Callable[..., None]) -> None:
    def none(_: object = None) -> None:
        raise webbrowser.Error("could not locate runnable browser")

    browsing(lambda _: {})
    newcomer.patch.setattr(webbrowser, "get", none)
    code, told = newcomer.check()
    assert code == 3
    assert "can open a browser" in told

"""What goes wrong at the first try: one sentence that says what to do, exit code 3, no traceback.

Everything runs through the command line as a newcomer would, against the local server.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import socket
import ssl
import subprocess
import sys
import threading
import urllib.request
import webbrowser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import google.oauth2.credentials
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from custbook_gen.backends import sheets
from custbook_gen.backends.sheets import account
from custbook_gen.backends.sheets.pace import Pace
from custbook_gen.cli import main
from tests.sheets_books import make_store
from tests.sheets_clients import ROBOT
from tests.sheets_server import ApiError, SheetsServer
from tests.sheets_server.faults import Fault

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


@pytest.fixture
def newcomer(
    sheets_server: SheetsServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Newcomer:
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


# ---------------------------------------------------------------- addresses and rights


KEY = "1AbCdEfGhIjKlMnOpQrStUvWxYz0123456789"


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (f"https://docs.google.com/document/d/{KEY}/edit", "another kind of Google file"),
        (f"https://docs.google.com/presentation/d/{KEY}/edit", "another kind of Google file"),
        (f"https://docs.google.com/spreadsheets/d/e/2PACX-{KEY}/pubhtml", "published to the web"),
        ("https://docs.google.com/spreadsheets/d/1AbC", "copy the whole address"),
        (f"https://docs.gooogle.com/spreadsheets/d/{KEY}/edit", "copy the whole address"),
        (f"htps://docs.google.com/spreadsheets/d/{KEY}/edit", "copy the whole address"),
        ("docs.google.com/spreadsheets", "copy the whole address"),
    ],
)
def test_an_address_that_is_none_of_a_spreadsheet_is_wrong_usage(
    newcomer: Newcomer, words: str, part: str
) -> None:
    code, told = newcomer.run("check", words)
    assert code == 2
    assert part in told


@pytest.mark.parametrize(
    "spelled",
    [
        "https://docs.google.com/spreadsheets/d/{}/edit?gid=12#gid=12&range=A1",
        "  https://docs.google.com/spreadsheets/u/0/d/{}/edit?usp=drive_link ",
        "docs.google.com/spreadsheets/d/{}",
        "<HTTPS://docs.google.com/a/example.com/spreadsheets/d/{}/view>",
        "https://drive.google.com/open?usp=x&id={}",
        "https://drive.google.com/file/d/{}/view?usp=sharing",
    ],
)
def test_the_ways_in_which_addresses_are_copied(newcomer: Newcomer, spelled: str) -> None:
    code, told = newcomer.run("generate", "--into", spelled.format(newcomer.key))
    assert (code, told) == (0, "")


def test_an_address_with_a_wrong_letter(newcomer: Newcomer) -> None:
    newcomer.key = newcomer.key[:-1] + ("a" if newcomer.key[-1] != "a" else "b")
    code, told = newcomer.check()
    assert code == 3
    assert "check that the address is whole" in told


def test_a_sheet_that_was_not_shared(newcomer: Newcomer) -> None:
    newcomer.server.spreadsheet(newcomer.key).permissions.clear()
    code, told = newcomer.check()
    assert code == 3
    assert f"share it (button Share) as an editor with {ROBOT}" in told


def test_a_sheet_that_was_not_shared_with_a_person(newcomer: Newcomer) -> None:
    newcomer.key = newcomer.server.new_spreadsheet("private", owner="boss@example.com")
    as_person(newcomer, SHEETS_SCOPE)
    code, told = newcomer.check()
    assert code == 3
    assert "with the account that you log in with" in told


def test_a_viewers_rights_are_too_few_to_fill(newcomer: Newcomer) -> None:
    newcomer.server.spreadsheet(newcomer.key).permissions[ROBOT] = "reader"
    code, told = newcomer.run("generate", "--into", newcomer.url)
    assert code == 3
    assert "as an editor" in told


@pytest.mark.parametrize(
    ("upload", "part"), [("xlsx", "Save as Google Sheets"), ("pdf", "no Google spreadsheet")]
)
def test_an_upload_is_no_spreadsheet(newcomer: Newcomer, upload: str, part: str) -> None:
    newcomer.server.spreadsheet(newcomer.key).upload = upload
    code, told = newcomer.check()
    assert code == 3
    assert part in told


def test_an_editor_who_may_not_share(newcomer: Newcomer) -> None:
    refused = ApiError(403, "No", errors=[{"reason": "insufficientFilePermissions"}])
    newcomer.server.faults.add(Fault(error=refused, kind="drive.share"))
    code, told = newcomer.run("generate", "--into", newcomer.url, "--share", "li@example.com:editor")
    assert code == 3
    assert "run again without --share" in told
    assert "li@example.com" in told


def test_a_new_sheet_that_cannot_be_finished_is_not_lost(newcomer: Newcomer) -> None:
    as_person(newcomer, SHEETS_SCOPE, DRIVE_SCOPE)
    refused = ApiError(400, "Bad", errors=[{"reason": "invalidSharingRequest"}])
    newcomer.server.faults.add(Fault(error=refused, kind="drive.share"))
    code, told = newcomer.run("generate", "gsheets:new", "--share", "li@example.com:editor")
    assert code == 3
    (made,) = [key for key in newcomer.server.service.files.spreadsheets if key != newcomer.key]
    assert told.startswith(f"“https://docs.google.com/spreadsheets/d/{made}” was made, but not finished: ")
    assert told.endswith(f"generate --into https://docs.google.com/spreadsheets/d/{made}.")
    newcomer.key = made
    assert newcomer.run("generate", "--into", newcomer.url) == (0, "")
    assert newcomer.check() == (0, "")


def test_each_makes_files_alone(newcomer: Newcomer) -> None:
    code, told = newcomer.run("generate", "--into", newcomer.url, "--each", "clients.source")
    assert code == 2
    assert "--each makes files" in told
    code, told = newcomer.run(
        "generate", "here", "--each", "clients.source", "--share", "li@example.com:editor"
    )
    assert code == 2
    assert "cannot be shared" in told


# ---------------------------------------------------------------- Google and the net


def reason(name: str) -> list[dict[str, str]]:
    return [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": name, "domain": "googleapis.com"}]


DISABLED = "Google Drive API has not been used in project 1 before or it is disabled."
REFUSALS = [
    (ApiError(403, DISABLED, reason("SERVICE_DISABLED")), "The Google Drive API is not enabled"),
    (ApiError(403, "The sheets.googleapis.com API requires a quota project"), "set-quota-project"),
    (ApiError(403, "Suspended", reason("CONSUMER_SUSPENDED")), "project of this login cannot be used"),
    (ApiError(403, "Enough", errors=[{"reason": "dailyLimitExceeded"}]), "again tomorrow"),
    (ApiError(403, "Full", errors=[{"reason": "storageQuotaExceeded"}]), "own no storage"),
]


@pytest.mark.parametrize(("error", "part"), REFUSALS, ids=[part for _, part in REFUSALS])
def test_a_refusal_says_what_to_do_and_is_not_repeated(
    newcomer: Newcomer, error: ApiError, part: str
) -> None:
    newcomer.server.faults.add(Fault(error=error, times=9))
    code, told = newcomer.check()
    assert code == 3
    assert part in told
    assert newcomer.server.count() == 1


def test_a_full_drive_is_told_to_a_person(newcomer: Newcomer) -> None:
    as_person(newcomer, SHEETS_SCOPE, DRIVE_SCOPE)
    full = ApiError(403, "Full", errors=[{"reason": "storageQuotaExceeded"}])
    newcomer.server.faults.add(Fault(error=full, times=9))
    code, told = newcomer.run("generate", "gsheets:new")
    assert code == 3
    assert "is full" in told


def test_a_quota_that_stays_exceeded(newcomer: Newcomer) -> None:
    newcomer.server.faults.status(429, times=1000, path="/v4/")
    code, told = newcomer.check()
    assert code == 3
    assert "requests per minute" in told
    assert "another program" in told


def test_the_net_is_down(newcomer: Newcomer) -> None:
    newcomer.no_answer("http://127.0.0.1:1")
    begun = newcomer.server.clock.seconds
    code, told = newcomer.check()
    assert code == 3
    assert "cannot be reached" in told
    assert 0 < newcomer.server.clock.seconds - begun < 15  # nobody waits for minutes to hear that


def test_the_net_is_down_before_the_login(newcomer: Newcomer) -> None:
    info = newcomer.server.service_account_info("robot")
    newcomer.keep("service_account.json", info | {"token_uri": "http://127.0.0.1:1/token"})
    code, told = newcomer.check()
    assert code == 3
    assert "cannot be reached" in told


def test_a_net_that_was_there_is_waited_for(newcomer: Newcomer) -> None:
    newcomer.run("generate", "--into", newcomer.url)
    newcomer.server.faults.reset_before(at=2, times=1000, path="/v4/")
    begun = newcomer.server.clock.seconds
    code, told = newcomer.check()
    assert code == 3
    assert "cannot be reached" in told
    assert newcomer.server.clock.seconds - begun > 60


def test_a_proxy_that_is_not_there(newcomer: Newcomer) -> None:
    newcomer.patch.delenv("CUSTBOOK_GOOGLE_BASE_URL")
    for name in ("NO_PROXY", "no_proxy", "ALL_PROXY", "all_proxy", "https_proxy"):
        newcomer.patch.delenv(name, raising=False)
    newcomer.patch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    code, told = newcomer.check()
    assert code == 3
    assert "HTTPS_PROXY" in told


@contextmanager
def self_signed(folder: Path) -> Iterator[str]:
    """A server whose certificate nobody knows, as a company's proxy shows one; its address."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    made = made.not_valid_before(now).not_valid_after(now + dt.timedelta(days=1))
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
    pem = folder / "proxy.pem"
    private = serialization.PrivateFormat.PKCS8
    pem.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, private, serialization.NoEncryption())
        + made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    )
    server = HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # the client breaks off: that is the point
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"https://localhost:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_a_certificate_that_is_not_trusted(newcomer: Newcomer, tmp_path: Path) -> None:
    with self_signed(tmp_path) as base:
        newcomer.no_answer(base)
        begun = newcomer.server.clock.seconds
        code, told = newcomer.check()
    assert code == 3
    assert "not trusted (self-signed certificate)" in told
    assert "REQUESTS_CA_BUNDLE" in told
    assert newcomer.server.clock.seconds == begun  # trying again does not help


def test_a_certificate_file_that_is_not_there(newcomer: Newcomer, tmp_path: Path) -> None:
    newcomer.patch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "gone.pem"))
    newcomer.no_answer("https://localhost:1")
    code, told = newcomer.check()
    assert code == 3
    assert "gone.pem" in told


def test_waits_are_shown() -> None:
    class Heard:
        def __init__(self) -> None:
            self.told: list[tuple[str, int]] = []
            self.done = 0

        def begin(self, stage: str, total: int) -> None:
            self.told.append((stage, total))

        def advance(self, amount: int) -> None:
            self.done += amount

    heard, slept = Heard(), list[float]()
    pace = Pace(lambda: 0.0, slept.append, lambda: 0.7, heard)
    assert pace.pause(2, 100.0, None)
    assert heard.told == [("wait", 3)]
    assert heard.done == 3
    assert sum(slept) == pytest.approx(2.8)
    assert not pace.pause(2, 1.0, None)

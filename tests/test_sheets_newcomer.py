"""What goes wrong at the first try: one sentence that says what to do, exit code 3, no traceback.

Everything runs through the command line as a newcomer would, against the local server.
"""

from __future__ import annotations

import datetime as dt
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from custbook_gen.backends.sheets.pace import Pace
from tests.heard import Heard
from tests.newcomers import DRIVE_SCOPE, SHEETS_SCOPE, Newcomer, as_person
from tests.sheets_clients import ROBOT
from tests.sheets_server import ApiError
from tests.sheets_server.faults import Fault

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
    heard, slept = Heard(), list[float]()
    pace = Pace(lambda: 0.0, slept.append, lambda: 0.7, heard)
    assert pace.pause(2, 100.0, None)
    assert heard.stages == [("wait", 3)]
    assert heard.done == [3]
    assert sum(slept) == pytest.approx(2.8)
    assert not pace.pause(2, 1.0, None)

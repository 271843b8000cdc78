"""Every way in which Google, or a login, says no: one clear sentence, exit code 3, nothing changed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from custbook_gen.actions.checking import check_file
from custbook_gen.actions.target import open_target
from custbook_gen.backends.sheets import account, parse_address, parse_share
from custbook_gen.backends.sheets.cells import refuse_long
from custbook_gen.backends.sheets.pace import Pace
from custbook_gen.backends.sheets.refusals import Refusal
from custbook_gen.backends.sheets.transport import Request, Transport
from custbook_gen.cli import main
from custbook_gen.errors import CustbookError, UsageError, WorkbookError
from custbook_gen.texts.online import TEXTS
from tests.lists_book import client
from tests.sheets_books import SheetDesk, make_store, redirected
from tests.sheets_clients import ROBOT, service_credentials
from tests.sheets_server import ApiError, SheetsServer
from tests.sheets_server.faults import Fault
from tests.sync_books import RUN, codes

KEY = "1AbCdEfGhIjKlMnOpQrStUvWxYz0123456789"
URL = f"https://docs.google.com/spreadsheets/d/{KEY}/edit"


def reason(name: str) -> list[dict[str, str]]:
    return [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": name, "domain": "googleapis.com"}]


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ApiError(401, "Request had invalid authentication credentials."), "online-login-expired"),
        (ApiError(403, "The caller does not have permission"), "online-not-shared"),
        (ApiError(403, "Google Sheets API has not been used in project 1 before"), "online-api-disabled"),
        (ApiError(403, "Disabled", reason("SERVICE_DISABLED")), "online-api-disabled"),
        (ApiError(403, "Scopes", reason("ACCESS_TOKEN_SCOPE_INSUFFICIENT")), "online-scope"),
        (ApiError(403, "Quota", errors=[{"reason": "storageQuotaExceeded"}]), "online-no-storage"),
        (ApiError(404, "Requested entity was not found."), "online-missing"),
        (ApiError(400, "This operation is not supported for this document"), "online-not-native"),
        (ApiError(400, "Request payload size exceeds the limit: 10485760 bytes."), "online-body-too-large"),
        (ApiError(400, 'Something about "a private name" is wrong'), "online-refused"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_refusal_is_one_sentence_and_is_not_tried_again(
    sheet_desk: SheetDesk, error: ApiError, code: str
) -> None:
    sheet_desk.server.faults.add(Fault(error=error, times=9, path="/v4/"))
    with pytest.raises(WorkbookError) as refused:
        sheet_desk.check()
    assert refused.value.code == code
    assert sheet_desk.server.count("get") == (3 if error.code == 401 else 1)  # a new token may help
    for lang in ("zh", "en"):
        sentence = refused.value.sentence(lang)
        assert sentence
        assert "private" not in sentence
        assert "\n" not in sentence


def test_a_quota_refused_with_403_is_waited_for(sheet_desk: SheetDesk) -> None:
    error = ApiError(403, "Slow down", errors=[{"reason": "userRateLimitExceeded"}])
    sheet_desk.server.faults.add(Fault(error=error, path="/v4/"))
    assert codes(sheet_desk.check()) == []


def test_a_sheet_that_was_not_shared_names_the_account_to_share_it_with(sheet_desk: SheetDesk) -> None:
    sheet_desk.key = sheet_desk.server.new_spreadsheet("private")
    with pytest.raises(WorkbookError, match=ROBOT) as refused:
        sheet_desk.check()
    assert refused.value.code == "online-not-shared"


def test_a_viewer_cannot_be_synced_by(sheet_desk: SheetDesk) -> None:
    sheet_desk.type(client(1), name="新名", total=1)
    sheet_desk.server.spreadsheet(sheet_desk.key).permissions[ROBOT] = "reader"
    with pytest.raises(WorkbookError) as refused:
        sheet_desk.sync()
    assert refused.value.code == "not-refreshed"
    assert "share it" in str(refused.value)
    sheet_desk.server.spreadsheet(sheet_desk.key).permissions[ROBOT] = "writer"
    assert not sheet_desk.sync().changes
    assert sheet_desk.value(client(1), "total") == 100


def test_a_spreadsheet_that_is_gone_is_told(sheet_desk: SheetDesk) -> None:
    sheet_desk.key = KEY
    with pytest.raises(WorkbookError, match="does not know"):
        sheet_desk.check()


def test_cells_that_somebody_protected_are_told(sheet_desk: SheetDesk) -> None:
    tab = sheet_desk.owner.tab("顾客")
    only = {"range": {"sheetId": tab.id}, "editors": {"users": ["owner@example.com"]}}
    sheet_desk.owner.batch({"addProtectedRange": {"protectedRange": only}})
    sheet_desk.owner.type_cell("顾客", sheet_desk.cell(client(1), "total"), 5)
    with pytest.raises(WorkbookError) as refused:
        sheet_desk.sync()
    assert "protects cells" in str(refused.value)


def test_service_accounts_are_told_that_they_own_no_storage(
    sheets_server: SheetsServer, tmp_path: Path
) -> None:
    make_store(tmp_path / "project")
    desk = SheetDesk(tmp_path / "project", sheets_server, "")
    with redirected(sheets_server):
        for words in ("gsheets:new", "gsheets:new/root0000000000000000000"):
            with pytest.raises(WorkbookError) as refused:
                desk.generate(words)
            assert refused.value.code in ("online-no-storage", "online-missing")
            assert "create" in sheets_server.requests[-1].kind
    assert sheets_server.service.files.spreadsheets == {}


def test_what_is_there_is_never_overwritten(sheet_desk: SheetDesk) -> None:
    with pytest.raises(WorkbookError, match="holds a customer book"):
        sheet_desk.generate()
    sheet_desk.key = sheet_desk.server.new_spreadsheet("notes", editors=[ROBOT])
    sheet_desk.owner.type_cell("Sheet1", "C7", "my notes")
    for replace in (False, True):
        with pytest.raises(WorkbookError, match="holds something"):
            sheet_desk.generate(replace=replace)
    assert sheet_desk.owner.value("Sheet1", "C7") == "my notes"


def test_a_replaced_book_leaves_the_tabs_of_others_alone(sheet_desk: SheetDesk) -> None:
    sheet_desk.owner.add_tab("笔记")
    sheet_desk.owner.type_cell("笔记", "A1", "留着")
    sheet_desk.generate(replace=True)
    assert codes(sheet_desk.check()) == []
    assert sheet_desk.owner.value("笔记", "A1") == "留着"


# ---------------------------------------------------------------- who we are


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder without any login, where no Google machine is asked either."""
    for name in ("HOME", "APPDATA", "USERPROFILE"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.delenv("GOOGLE_APPLICATION_CREDENTIALS", raising=False)
    monkeypatch.setenv("NO_GCE_CHECK", "true")
    monkeypatch.setenv("CLOUDSDK_CONFIG", str(tmp_path / "none"))
    folder = tmp_path / ".config" / "gspread"
    folder.mkdir(parents=True)
    monkeypatch.setattr(account, "get_config_dir", lambda: folder)
    return folder


def refused(act: Callable[[], object]) -> CustbookError:
    with pytest.raises(CustbookError) as error:
        act()
    return error.value


def test_without_any_login_the_first_step_is_told(home: Path) -> None:
    error = refused(lambda: check_file(URL, RUN))
    assert (error.code, error.exit_code) == ("online-no-credentials", 3)
    assert str(home) in str(error)


@pytest.mark.parametrize("name", ["service_account.json", "authorized_user.json"])
@pytest.mark.parametrize("text", ["{}", "no JSON", '{"type": "service_account"}'])
def test_a_login_that_cannot_be_read_is_named(home: Path, name: str, text: str) -> None:
    (home / name).write_text(text)
    error = refused(lambda: check_file(URL, RUN))
    assert (error.code, error.facts["file"]) == ("online-bad-credentials", name)


def test_an_oauth_client_needs_somebody_at_a_terminal(home: Path) -> None:
    (home / "credentials.json").write_text('{"installed": {}}')
    assert refused(lambda: check_file(URL, RUN)).code == "online-login-needed"


def test_a_key_where_gspread_keeps_it_is_used(home: Path, sheet_desk: SheetDesk) -> None:
    info = sheet_desk.server.service_account_info("robot")
    (home / "service_account.json").write_text(json.dumps(info))
    assert codes(check_file(sheet_desk.url, RUN, sheet_desk.folder)) == []
    asked = next(one for one in sheet_desk.server.requests if one.kind == "token")
    assert b"drive" not in asked.raw_body
    sheet_desk.server.service.identities.revoke(ROBOT)
    assert refused(lambda: check_file(sheet_desk.url, RUN, sheet_desk.folder)).code == "online-login-expired"


def test_the_named_key_comes_before_all_others(
    home: Path, sheet_desk: SheetDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "service_account.json").write_text("{}")
    key = home / "other.json"
    key.write_text(json.dumps(sheet_desk.server.service_account_info("robot")))
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(key))
    assert codes(check_file(sheet_desk.url, RUN, sheet_desk.folder)) == []


# ---------------------------------------------------------------- the command line


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["check", "https://example.com/spreadsheets"], "not-a-sheets-address"),
        (["check", "gsheets:book"], "not-a-sheets-address"),
        (["generate", "book.xlsx", "--share", "li@example.com:editor"], "share-of-file"),
        (["generate", "--into", URL, "--share", "li:boss"], "share-words"),
        (["generate", "book.xlsx", "--into", URL], "into-or-target"),
        (["generate"], "into-or-target"),
        (["generate", "--into", "book.xlsx"], "not-a-sheets-address"),
        (["generate", "--into", "owners", "--each", "owner_id"], "not-a-sheets-address"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_words_that_mean_nothing_are_wrong_usage(
    words: list[str], code: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CUSTBOOK_LANG", "en")
    with pytest.raises(SystemExit) as left:
        main(words)
    assert left.value.code == 2
    beginning = TEXTS[f"error.{code}"][1].partition("{")[0]
    assert capsys.readouterr().err.startswith(beginning)


def test_a_book_is_made_checked_and_synced_by_commands(
    home: Path, sheets_server: SheetsServer, tmp_path: Path, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setenv("CUSTBOOK_LANG", "en")
    make_store(tmp_path / "project")
    (home / "service_account.json").write_text(json.dumps(sheets_server.service_account_info("robot")))
    key = sheets_server.new_spreadsheet("blank", editors=[ROBOT])
    url, project = sheets_server.url(key), str(tmp_path / "project")

    def run(*words: str) -> str:
        with pytest.raises(SystemExit) as left:
            main([*words, "--project", project])
        printed = capsys.readouterr()
        assert left.value.code == 0, printed.err
        return printed.out

    with redirected(sheets_server):
        share = ("--share", "li@example.com:manager")
        made = json.loads(run("generate", "--into", url, *share, "--json"))
        assert made["workbook"].endswith(key)
        assert "cascade" in {loss["code"] for loss in made["not_carried"]}
        assert "Nothing to complain about" in run("check", url)
        assert json.loads(run("sync", url, "--json"))["counts"]["errors"] == 0
    book = sheets_server.spreadsheet(key)
    assert book.permissions["li@example.com"] == "writer"
    editors = [item["editors"]["users"] for tab in book.tabs for item in tab.objects["protectedRanges"]]
    assert all(set(users) == {ROBOT, "li@example.com"} for users in editors)
    guide = sheets_server.colleague(key)
    told = [guide.value("使用说明", f"A{row}") for row in range(1, guide.tab("使用说明").row_count + 1)]
    assert "在 Google 表格里有所不同" in told


def test_only_generate_takes_a_sheet_that_is_still_to_be_made(
    home: Path, sheets_server: SheetsServer
) -> None:
    (home / "service_account.json").write_text(json.dumps(sheets_server.service_account_info("robot")))
    assert refused(lambda: check_file("gsheets:new", RUN)).code == "online-not-yet-made"


def test_files_and_addresses_are_told_apart() -> None:
    assert open_target("book.xlsx").name == "book.xlsx"
    assert open_target(URL).name == URL
    assert parse_address(URL).url == f"https://docs.google.com/spreadsheets/d/{KEY}"
    assert parse_share("a@b.cn:manager").manages
    with pytest.raises(UsageError):
        parse_address("https://docs.google.com/document/d/" + KEY)


def test_texts_and_bodies_that_are_too_long_are_refused(sheets_server: SheetsServer) -> None:
    with pytest.raises(WorkbookError) as long_cell:
        refuse_long("x" * 50_001, "表", 3, 2)
    assert (long_cell.value.code, long_cell.value.facts["cell"]) == ("online-cell-too-long", "'表'!B3")
    known = account.Account(service_credentials(sheets_server), "key", ROBOT)
    body = {"requests": ["x" * 10_485_760]}
    with pytest.raises(WorkbookError) as large:
        Transport(known, Pace(), "book").send(Request("POST", "https://sheets.googleapis.com/v4", body=body))
    assert large.value.code == "online-body-too-large"
    assert sheets_server.requests == []


def test_refusals_without_a_body_are_understood() -> None:
    assert Refusal.of(502, {}, {}).passing
    assert Refusal.of(429, {}, {"Retry-After": "17"}).retry_after == 17
    assert not Refusal.of(400, {"message": "no"}, {}).passing

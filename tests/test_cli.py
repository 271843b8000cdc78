"""The command line: what it prints where, in which language, and how it leaves."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import jsonschema
import pytest

from custbook_gen.actions.target import Target
from custbook_gen.cli import main, rounds
from custbook_gen.cli.console import Fresh
from custbook_gen.cli.rounds import sync_now
from tests.sync_books import MADE, Desk, customer, free_row, new_customer, remove, seen, typed

ROOT = Path(__file__).parent.parent
SCHEMA = json.loads((ROOT / "docs" / "report.schema.json").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Said:
    """What a command left behind: exit code, standard output, standard error."""

    code: int
    out: str
    err: str

    def report(self) -> dict[str, object]:
        """Standard output as the one JSON document it is, valid by its schema."""
        document = json.loads(self.out)
        jsonschema.Draft202012Validator(SCHEMA).validate(document)
        assert isinstance(document, dict)
        return document


def custbook(*words: str | Path, lang: str = "en", cwd: Path | None = None) -> Said:
    environment = {**os.environ, "CUSTBOOK_LANG": lang, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "custbook_gen", *map(str, words)],
        check=False, capture_output=True, encoding="utf-8", env=environment, cwd=cwd, timeout=300,
    )  # fmt: skip
    return Said(done.returncode, done.stdout, done.stderr)


def test_the_schema_of_reports_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_a_project_from_nothing_to_a_synced_workbook(tmp_path: Path) -> None:
    made = custbook("init", tmp_path / "project", "--lang", "en")
    assert (made.code, made.err) == (0, "")
    written = custbook("generate", "book.xlsx", "--json", cwd=tmp_path / "project")
    assert written.code == 0
    rows = json.loads(written.out)["rows"]
    assert [sheet for sheet, count in rows.items() if count] == ["dictionary"]
    for command in ("check", "sync"):
        said = custbook(command, "book.xlsx", "--json", cwd=tmp_path / "project")
        assert (said.code, said.err, said.report()["issues"]) == (0, "", [])


def test_init_takes_a_preset(tmp_path: Path) -> None:
    assert custbook("init", tmp_path / "small", "--preset", "basic").code == 0
    assert "preset: basic\n" in (tmp_path / "small" / "custbook.yaml").read_text(encoding="utf-8")
    assert custbook("init", tmp_path / "other", "--preset", "opt-in").code == 2


def test_init_finds_a_schema_file_from_the_present_folder(tmp_path: Path) -> None:
    (tmp_path / "my own.yaml").write_text("extends: customer_book\n", encoding="utf-8")
    assert custbook("init", "shop", "--schema", "my own.yaml", cwd=tmp_path).code == 0
    assert "schema: ../my own.yaml\n" in (tmp_path / "shop" / "custbook.yaml").read_text(encoding="utf-8")
    assert custbook("generate", "shop/book.xlsx", cwd=tmp_path).code == 0
    assert custbook("init", "other", "--schema", "../my own.yaml", cwd=tmp_path).code == 0, "from the project"
    said = custbook("init", "third", "--schema", "none.yaml", cwd=tmp_path)
    assert (said.code, said.err) == (3, "The file “none.yaml” is not there; check its path.\n")


@pytest.mark.parametrize(
    "refused", [("--schema", "none.yaml"), ("--store", "sqlite:///no/such/folder/book.db")]
)
def test_an_init_that_is_refused_leaves_nothing_behind(tmp_path: Path, refused: tuple[str, str]) -> None:
    (tmp_path / "held").mkdir()
    (tmp_path / "held" / "notes.txt").write_text("mine", encoding="utf-8")
    for folder in ("held", "new/deep"):
        assert custbook("init", folder, *refused, cwd=tmp_path).code in (3, 6)
    assert [path.relative_to(tmp_path).as_posix() for path in sorted(tmp_path.rglob("*"))] == [
        "held",
        "held/notes.txt",
    ]


# ---------------------------------------------------------------- the schema


def test_init_tells_editors_what_a_project_file_may_say(tmp_path: Path) -> None:
    assert custbook("init", tmp_path / "project").code == 0
    lines = (tmp_path / "project" / "custbook.yaml").read_text(encoding="utf-8").splitlines()
    named = lines[0].removeprefix("# yaml-language-server: $schema=")
    published = (ROOT / "schemas" / "project.schema.json").read_text(encoding="utf-8")
    assert (tmp_path / "project" / named).read_text(encoding="utf-8") == published


def test_the_schema_is_told_as_tables_and_documents(tmp_path: Path) -> None:
    (tmp_path / "custbook.yaml").write_text(
        "book: b\npreset: basic\nsheets: {staff: {fields: {nick: {label: Nickname, type: text}}}}\n",
        encoding="utf-8",
    )
    overview = custbook("schema", cwd=tmp_path)
    assert (overview.code, overview.err) == (0, "")
    for words in ("Customer book · basic", "customers", "nick text", "custbook schema SHEET"):
        assert words in overview.out
    details = custbook("schema", "staff", cwd=tmp_path)
    assert "Nickname" in details.out
    assert details.out == custbook("schema", "销售人员", cwd=tmp_path).out
    assert "text of up to 50 characters" in details.out
    sales = custbook("schema", "sales", cwd=tmp_path)
    assert re.search(r"amount +\S.*computed: line_amount", sales.out)
    book = json.loads(custbook("schema", "--json", cwd=tmp_path).out)
    assert book["key"] == "customer_book"
    assert "events" not in {sheet["key"] for sheet in book["sheets"]}
    whole = custbook("schema", "--json", "--preset", "full", "--project", tmp_path)
    assert len(whole.out) > len(json.dumps(book))
    staff = json.loads(custbook("schema", "--records", "staff", "--schema", "customer_book").out)
    jsonschema.Draft202012Validator.check_schema(staff)
    assert "name" in staff["required"]
    assert "nick" not in staff["properties"]


def test_the_json_schemas_are_those_that_are_published() -> None:
    for name, more in (("customer_book", ()), ("project", ("--project-file",))):
        printed = custbook("schema", "--json-schema", *more).out
        assert printed == (ROOT / "schemas" / f"{name}.schema.json").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("stuff",), "There is no sheet “stuff”; did you mean staff?"),
        (("--records", "stuff"), "There is no sheet “stuff”; did you mean staff?"),
        (("staff", "--json"), "Ask for one thing at a time"),
        (("--project-file",), "--project-file goes with --json-schema"),
    ],
)
def test_what_cannot_be_told_about_the_schema_is_said(words: tuple[str, ...], sentence: str) -> None:
    said = custbook("schema", "--schema", "customer_book", *words)
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith(sentence)


# ---------------------------------------------------------------- exit codes and JSON


def test_a_fine_book_leaves_with_0(desk: Desk) -> None:
    said = custbook("sync", desk.a)
    assert (said.code, said.err) == (0, "")
    assert "0 inserted, 0 updated, 0 deleted; 0 held, 0 conflicts; 0 errors" in said.out
    checked = custbook("check", desk.a, "--json")
    assert (checked.code, checked.err) == (0, "")
    assert (checked.report()["applied"], checked.report()["revision"]) == (False, {"base": MADE, "now": MADE})


def test_a_book_that_needs_attention_leaves_with_1_and_says_everything_in_json(desk: Desk) -> None:
    row = free_row(desk.a)
    typed(desk.b, C000002={"notes": "乙的备注"})
    typed(
        desk.a, C000001={"mobile": "139", "industry": "软件业"}, C000002={"notes": "甲的备注"},
        C000003={"level": "A（重点客户）"}, **{f"row{row}": new_customer()},
    )  # fmt: skip
    assert custbook("sync", desk.b, "--json").code == 0
    dry = custbook("sync", desk.a, "--dry-run", "--json")
    said = custbook("sync", desk.a, "--json")
    assert (dry.code, said.code, dry.err, said.err) == (1, 1, "", "")
    told, planned = said.report(), dry.report()
    assert (planned.pop("applied"), told.pop("applied")) == (False, True)
    assert planned.pop("revision") == {"base": MADE, "now": MADE + 1}
    assert told.pop("revision") == {"base": MADE, "now": MADE + 2}
    assert planned == told
    issues = told["issues"]
    assert isinstance(issues, list)
    assert issues[0] == {
        "code": "phone-impossible", "severity": "error", "sheet": "customers", "key": "C000001",
        "field": "mobile", "cell": "'客户档案'!G3", "value": "139", "suggestion": None,
        "message": issues[0]["message"],
    }  # fmt: skip
    assert "“139”" in issues[0]["message"]
    assert {"kind": "update", "sheet": "customers", "key": "C000003", "field": "level",
            "before": "B（普通客户）", "after": "A（重点客户）"} in told["changes"]  # type: ignore[operator]  # fmt: skip
    assert told["conflicts"] == [
        {"sheet": "customers", "key": "C000002", "field": "notes", "base": "多年合作",
         "edited": "甲的备注", "stored": "乙的备注", "cell": "'客户档案'!Y4"}
    ]  # fmt: skip


def test_wrong_usage_leaves_with_2(desk: Desk) -> None:
    for words in (
        ("sync",),
        ("sync", desk.a, "--prefer", "me"),
        ("sync", desk.a, "--delete", "--restore"),
        ("no",),
    ):
        said = custbook(*words)
        assert (said.code, said.out) == (2, "")
        assert said.err


def test_what_cannot_run_leaves_with_3_and_one_sentence(desk: Desk) -> None:
    said = custbook("sync", desk.folder / "c.xlsx", "--json")
    assert (said.code, said.out) == (3, "")
    assert said.err == "There is no file “c.xlsx”; check its name and folder.\n"
    assert (
        custbook("sync", desk.folder / "c.xlsx", lang="zh").err
        == "找不到文件“c.xlsx”；请检查文件名和所在文件夹。\n"
    )


def test_too_many_deletions_leave_with_3(desk: Desk) -> None:
    remove(desk.a, "customers", *(customer(n) for n in range(25, 31)))
    before = desk.state()
    said = custbook("sync", desk.a, "--delete")
    assert (said.code, said.out, said.err.count("\n")) == (3, "", 1)
    assert "--allow-mass-delete" in said.err
    assert desk.state() == before


@pytest.mark.skipif(os.name != "posix", reason="a shell as POSIX has it")
@pytest.mark.parametrize(
    "closed",
    [
        "<&-",
        ">&- 2>&-",
        "<&- >&- 2>&-",
        pytest.param(">&-", marks=pytest.mark.thorough),
        pytest.param("2>&-", marks=pytest.mark.thorough),
        pytest.param("<&- >&-", marks=pytest.mark.thorough),
        pytest.param("<&- 2>&-", marks=pytest.mark.thorough),
    ],
)
def test_closed_standard_streams_change_no_outcome(desk: Desk, closed: str) -> None:
    wanted = {"out": ">&-" not in closed.replace("2>&-", ""), "err": "2>&-" not in closed}
    for words, code in (
        (("--version",), 0),
        (("check", desk.a), 0),
        (("check", desk.folder / "no.xlsx"), 3),
        (("generate", desk.folder / "new.xlsx", "--force"), 0),
    ):
        done = subprocess.run(
            ["sh", "-c", f'exec "$0" -m custbook_gen "$@" {closed}', sys.executable, *map(str, words)],
            check=False, capture_output=True, encoding="utf-8", timeout=300,
            env={**os.environ, "CUSTBOOK_LANG": "en", "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
        )  # fmt: skip
        assert done.returncode == code
        assert bool(done.stdout) == (wanted["out"] and code == 0)
        assert bool(done.stderr) == (wanted["err"] and code == 3)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere file names are texts")
def test_workbooks_whose_names_are_no_text_are_workbooks(desk: Desk) -> None:
    """Archives from elsewhere are unpacked to such names."""
    path = desk.folder / os.fsdecode("客户.xlsx".encode("gbk"))
    typed(desk.a, C000001={"notes": "甲的备注"})
    desk.a.rename(path)
    for words in (("check",), ("check",), ("sync", "--dry-run"), ("sync",), ("sync",), ("check", "--json")):
        said = custbook(words[0], path, *words[1:])
        assert (said.code, said.err) == (0, "")
    assert desk.stored()[customer(1)]["notes"] == "甲的备注"
    assert "\\udc" in custbook("check", path).out
    said = custbook("generate", path)
    assert said.code == 3
    assert said.err.startswith("The file “")


def test_a_check_tells_what_waits_for_a_sync(desk: Desk) -> None:
    custbook("sync", desk.a)
    added = {f"row{free_row(desk.a)}": new_customer()}
    typed(desk.a, C000001={"notes": "甲的备注"}, C000002={"phone": "1"}, **added)
    remove(desk.a, "customers", customer(5))
    for _ in range(2):  # again, as it was told
        said = custbook("check", desk.a)
        assert "; waiting for a sync: 2 edited, 1 new, 1 gone; 1 held;" in said.out
        assert "等待同步：改过 2，新增 1，少了 1；暂缓 1" in custbook("check", desk.a, lang="zh").out
    counts = json.loads(custbook("check", desk.a, "--json").out)["counts"]
    assert {name: counts[name] for name in ("edited", "new", "gone", "updated")} == {
        "edited": 2, "new": 1, "gone": 1, "updated": 0,
    }  # fmt: skip
    assert "waiting for" not in custbook("sync", desk.a, "--dry-run").out


# ---------------------------------------------------------------- several workbooks


def test_several_workbooks_are_synced_in_their_order(desk: Desk) -> None:
    typed(desk.a, C000001={"notes": "甲的备注"})
    typed(desk.b, C000001={"notes": "乙的备注"}, C000002={"notes": "乙"})
    said = custbook("sync", desk.a, desk.b, desk.a, "--json")
    documents = json.loads(said.out)
    jsonschema.Draft202012Validator(SCHEMA).validate(documents)
    assert [Path(document["workbook"]).name for document in documents] == ["a.xlsx", "b.xlsx", "a.xlsx"]
    assert [document["counts"]["conflicts"] for document in documents] == [0, 1, 0]
    assert said.code == 1
    assert seen(desk.a).value(customer(2), "notes") == "乙"


def test_one_that_cannot_be_synced_does_not_hide_the_others(desk: Desk) -> None:
    typed(desk.a, C000001={"notes": "甲的备注"})
    said = custbook("sync", desk.folder / "c.xlsx", desk.a, "--json")
    assert said.code == 3
    assert said.err.startswith("There is no file “c.xlsx”")
    assert [document["counts"]["updated"] for document in json.loads(said.out)] == [1]
    assert desk.stored()[customer(1)]["notes"] == "甲的备注"


def test_one_whose_file_the_system_refuses_does_not_hide_the_others(desk: Desk) -> None:
    typed(desk.a, C000001={"notes": "甲的备注"})
    typed(desk.b, C000002={"notes": "乙的备注"})
    far = "x" * 300
    said = custbook("sync", desk.a, far, desk.b)
    assert said.code == 3
    assert said.err.startswith(f"The disk or network place of “{far}” fails")
    assert all(words in said.out for words in ("a.xlsx", "甲的备注", "b.xlsx", "乙的备注"))
    said = custbook("sync", desk.a, far, desk.b, "--json")
    assert said.code == 3
    assert [Path(document["workbook"]).name for document in json.loads(said.out)] == ["a.xlsx", "b.xlsx"]


@pytest.mark.parametrize("how", [(), ("--json",)])
def test_what_was_stored_is_told_whatever_becomes_of_the_next_workbook(
    desk: Desk, how: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def failing(target: Target, *_: object) -> Fresh:
        if target.name == "b.xlsx":
            raise ZeroDivisionError
        return sync_now(target, *_)  # type: ignore[arg-type]

    typed(desk.a, C000001={"notes": "甲的备注"})
    monkeypatch.setattr(rounds, "sync_now", failing)
    with pytest.raises(ZeroDivisionError):
        main(["sync", str(desk.a), str(desk.b), *how])
    out = capsys.readouterr().out
    assert "甲的备注" in out
    assert not how or [document["counts"]["updated"] for document in json.loads(out)] == [1]


# ---------------------------------------------------------------- Chinese


def test_everything_is_said_in_chinese_where_people_are(desk: Desk) -> None:
    typed(desk.a, C000001={"mobile": "139"}, C000002={"level": "A（重点客户）"})
    said = custbook("sync", desk.a, lang="zh")
    assert (said.code, said.err) == (1, "")
    revision = f"库的版本：{MADE} → {MADE + 1}"
    for words in ("发现的问题", "改动", "“手机”的“139”不是可用的电话号码", revision, "暂缓 1"):
        assert words in said.out
    message = custbook("check", desk.a, "--json", lang="zh").report()["issues"][0]["message"]  # type: ignore[index]
    assert message.startswith("“手机”")


def test_a_workbook_alone_is_checked_by_its_own_schema(desk: Desk, tmp_path: Path) -> None:
    alone = tmp_path / "mail" / "book.xlsx"
    alone.parent.mkdir()
    typed(desk.a, C000001={"mobile": "139"})
    shutil.copy(desk.a, alone)
    said = custbook("check", alone, "--json", cwd=alone.parent)
    assert said.code == 1
    assert said.report()["revision"] == {"base": MADE, "now": None}
    refused = custbook("sync", alone, cwd=alone.parent)
    assert (refused.code, refused.out) == (3, "")
    assert custbook("sync", alone, "--project", desk.folder, cwd=alone.parent).code == 1


@pytest.mark.parametrize("words", [("--help",), ("sync", "--help"), ("--version",)])
def test_help_is_at_hand(words: tuple[str, ...]) -> None:
    said = custbook(*words)
    assert (said.code, said.err) == (0, "")
    assert said.out


# ---------------------------------------------------------------- names of files


@pytest.mark.parametrize(
    ("words", "name", "own"),
    [
        (["generate", "{}"], "x.pdf", ".xlsx"),
        (["generate", "{}"], "x.ODS", ".xlsx"),
        (["generate", "{}"], "x.xlsm", ".xlsx"),
        (["summary", "-o", "{}"], "r.docx", ".xlsx"),
        (["summary", "--html", "-o", "{}"], "r.xlsx", ".html"),
        (["guide", "-o", "{}"], "guide.pdf", ".html"),
        (["backup", "{}"], "shop.xlsx", ".zip"),
    ],
)
def test_a_name_that_says_another_format_is_refused(
    tmp_path: Path, words: list[str], name: str, own: str
) -> None:
    home = tmp_path / "shop"
    assert custbook("init", str(home), "--preset", "basic").code == 0
    where = [] if words[0] == "generate" else ["--project", str(home)]
    done = custbook(*(word.format(home / name) for word in words), *where)
    ending = Path(name).suffix.lower()
    expected = f"The name “{name}” ends like another format ({ending}); end it with {own}."
    assert (done.code, done.err.strip()) == (2, expected)
    assert not (home / name).exists()


def test_an_ending_that_is_no_format_is_a_part_of_the_name(tmp_path: Path) -> None:
    assert custbook("init", str(tmp_path / "shop"), "--preset", "basic").code == 0
    assert custbook("generate", str(tmp_path / "shop" / "book.2026")).code == 0


@pytest.mark.parametrize("words", [["check"], ["sync"], ["generate"]])
def test_the_present_folder_is_called_by_its_name(
    tmp_path: Path, words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert custbook("init", str(tmp_path / "shop"), "--preset", "basic").code == 0
    monkeypatch.chdir(tmp_path / "shop")
    assert "“shop”" in custbook(*words, ".").err

"""What is printed where: words that look like markup, outputs of other encodings, outputs that are closed."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from custbook_gen.cli import main
from custbook_gen.cli.language import tell
from custbook_gen.cli.progress_bar import Bar
from custbook_gen.cli.tellings import print_grid, print_json
from custbook_gen.records import Change
from tests.sync_books import Desk, Page, customer, edited, new_customer, new_sale, typed
from tests.test_cli import ROOT, custbook

LOOKS_LIKE_MARKUP = ("张三\\[/red]", "\\[red]x", "[/]", "[bold]b[/bold]", ":skull:", "\\", "a\\\\[/b]")


def test_nothing_that_people_wrote_is_markup(capsys: pytest.CaptureFixture[str]) -> None:
    for text in LOOKS_LIKE_MARKUP:
        print_grid(f"title {text}", [f"head {text}", "other"], [(text, ""), ((text, "red"), "last")])
        assert capsys.readouterr().out.count(text) == 4, text


def test_orders_to_terminals_are_shown_and_not_given(capsys: pytest.CaptureFixture[str]) -> None:
    print_grid("a\x1b]0;b\x07", ["c\x9b1m"], [("two\nlines and \x1b[31mred\x7f",)])
    out = capsys.readouterr().out
    assert not set(out) & {"\x1b", "\x07", "\x9b", "\x7f"}
    for shown in ("a\\x1b]0;b\\x07", "c\\x9b1m", "two", "lines and \\x1b[31mred\\x7f"):
        assert shown in out


def test_sentences_give_no_orders_to_terminals_either(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is named in them, such as a file, may be called anything."""
    monkeypatch.setenv("CUSTBOOK_LANG", "en")
    for name in ("\x1b[31mred.xlsx", "a\x9b2Jb.xlsx"):
        with pytest.raises(SystemExit):
            main(["check", str(tmp_path / name)])
        said = capsys.readouterr().err
        assert said.startswith("There is no file")
        assert name.replace("\x1b", "\\x1b").replace("\x9b", "\\x9b") in said
        assert not set(said) & {"\x1b", "\x9b"}
    assert tell("say.generated", path="a\x07") == "Wrote a\\x07"


def test_a_bar_shows_its_words_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = io.StringIO()
    screen.isatty = lambda: True  # type: ignore[method-assign]
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr("custbook_gen.cli.progress_bar.tell", lambda _key: "reading \\[/red]:skull:")
    bar = Bar()
    bar.begin("read", 10)
    bar.advance(5)
    bar.close()
    assert "reading \\[/red]:skull:" in screen.getvalue()


def test_names_that_look_like_markup_are_synced_found_and_shown(desk: Desk) -> None:
    typed(desk.a, C000001={"name": "张三\\[/red]", "notes": "\\[red]x :skull:"}, C000002={"mobile": "\\[/]"})
    said = custbook("sync", desk.a)
    assert (said.code, said.err) == (1, "")
    assert all(words in said.out for words in ("张三\\[/red]", "\\[red]x :skull:", "“\\[/]”"))
    for words in (("find", "张三"), ("show", customer(1)), ("history", "--key", customer(1))):
        said = custbook(*words, "--project", desk.folder)
        assert (said.code, said.err) == (0, "")
        assert "张三\\[/red]" in said.out


def test_what_refers_to_a_new_or_renamed_record_is_told_with_its_name(desk: Desk) -> None:
    typed(desk.a, C000002={"name": "晨光（新）"})
    with edited(desk.a) as book:
        Page.of(book, "customers").add(new_customer(name="苏州新客"))
        Page.of(book, "sales").add(new_sale(customer_id="苏州新客"))
        Page.of(book, "sales").add(new_sale(order_no="D9002", customer_id=customer(2)))
    report = desk.sync(desk.a)
    new = next(
        change.key for change in report.changes if (change.kind, change.sheet) == ("insert", "customers")
    )
    told = [line["after"] for line in report.to_json("zh")["changes"] if line["field"] == "customer_id"]  # type: ignore[attr-defined]
    assert told == [new, f"苏州新客 · {new}", f"晨光（新） · {customer(2)}"]


# ---------------------------------------------------------------- encodings


def piped(encoding: str, *words: str | Path, lang: str = "zh") -> tuple[int, bytes, bytes]:
    """What a command leaves behind whose outputs have an encoding."""
    environment = {
        **os.environ,
        "CUSTBOOK_LANG": lang,
        "PYTHONPATH": str(ROOT),
        "PYTHONIOENCODING": encoding,
    }
    command = [sys.executable, "-W", "error", "-m", "custbook_gen", *map(str, words)]
    done = subprocess.run(command, check=False, capture_output=True, env=environment, timeout=300)
    return done.returncode, done.stdout, done.stderr


def test_what_the_output_cannot_spell_is_escaped(desk: Desk) -> None:
    typed(desk.a, C000001={"name": "张三 é 😀"})
    code, out, err = piped("cp1252", "sync", desk.a)
    assert (code, err) == (0, b"")
    assert "\\u5f20\\u4e09 é \\U0001f600" in out.decode("cp1252")
    assert desk.stored()[customer(1)]["name"] == "张三 é 😀"
    code, out, err = piped("gb18030", "find", "张三", "--project", desk.folder)
    assert (code, err) == (0, b"")
    assert "张三 é 😀" in out.decode("gb18030"), "what it can spell is as it was"
    out = piped("cp1252:replace", "find", "张三", "--project", desk.folder)[1]
    assert "?? é ?" in out.decode("cp1252"), "and who chose a way gets that"


@pytest.mark.parametrize("encoding", ["cp1252", "gbk", "ascii", "shift_jis", "utf-8", "utf-16"])
def test_json_is_json_in_every_encoding(desk: Desk, encoding: str) -> None:
    name = "张三 é ¥ 😀"
    desk.commit(Change("update", "customers", customer(1), {"name": "示例客户01有限公司"}, {"name": name}))
    code, out, err = piped(encoding, "find", "张三", "--json", "--project", desk.folder)
    assert (code, err) == (0, b"")
    assert name in json.dumps(json.loads(out.decode(encoding)), ensure_ascii=False)


def test_json_of_a_file_name_that_is_no_text_is_json(capsys: pytest.CaptureFixture[str]) -> None:
    print_json({"file": "b\udcff.xlsx", "name": "张三"})
    assert json.loads(capsys.readouterr().out) == {"file": "b\udcff.xlsx", "name": "张三"}


def test_a_file_name_that_is_no_text_can_be_told(tmp_path: Path) -> None:
    said = custbook("check", tmp_path / "b\udcff.xlsx", "--json")
    assert (said.code, said.out) == (3, "")
    assert "“b\\udcff.xlsx”" in said.err


# ---------------------------------------------------------------- outputs that are closed


def closed(how: str, *words: str | Path) -> int:
    """The exit code of a command that is run with closed streams."""
    command = ["sh", "-c", f'"$@" {how}', "sh", sys.executable, "-W", "error", "-m", "custbook_gen"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run([*command, *map(str, words)], check=False, env=environment, timeout=300).returncode


@pytest.mark.skipif(os.name != "posix", reason="a shell closes the streams")
@pytest.mark.parametrize(
    "how",
    [
        "<&- >&- 2>&-",
        ">&-",
        pytest.param(">&- 2>&-", marks=pytest.mark.thorough),
        pytest.param("2>&-", marks=pytest.mark.thorough),
    ],
)
def test_a_command_without_outputs_does_its_work_and_leaves_as_ever(
    desk: Desk, how: str, capfd: pytest.CaptureFixture[str]
) -> None:
    typed(desk.a, C000001={"name": "张三"}, C000002={"mobile": "139"})
    assert closed(how, "sync", desk.a) == 1
    assert desk.stored()[customer(1)]["name"] == "张三"
    assert closed(how, "find", "张三", "--project", desk.folder) == 0
    assert closed(how, "check", desk.folder / "gone.xlsx", "--json") == 3
    assert closed(how, "check") == 2
    assert closed(how, "--version") == 0
    assert "Traceback" not in "".join(capfd.readouterr())


def test_a_program_without_streams_can_run_a_command(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    for name in ("stdin", "stdout", "stderr"):
        monkeypatch.setattr(sys, name, None)
    for code, *words in (
        (0, "--version"),
        (0, "sync", str(desk.a)),
        (3, "check", str(desk.folder / "c.xlsx")),
    ):
        with pytest.raises(SystemExit) as left:
            main([*map(str, words)])
        assert left.value.code == code
    assert capfd.readouterr() == ("", "")

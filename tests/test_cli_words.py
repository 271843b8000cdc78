"""What the command line says before any command runs: the library's own words, and which language."""

from __future__ import annotations

import ast
import errno
import inspect
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

from custbook_gen.actions.init import Choices, init
from custbook_gen.cli import main
from custbook_gen.cli.click_words import MODULES
from custbook_gen.cli.failures import tell_failure
from custbook_gen.errors import reason_of
from custbook_gen.texts import Saying, system
from custbook_gen.texts.clicks import CHINESE
from custbook_gen.widths import text_width
from tests.test_cli import ROOT, custbook

NEVER_SAID = {
    "deprecated",
    "DeprecationWarning: The command {name!r} is deprecated.{extra_message}",
    "DeprecationWarning: The {param_type} {name!r} is deprecated.{extra_message}",
    "Arguments take exactly one parameter declaration, got {length}: {decls}.",
    "Boolean option {decl!r} cannot use the same flag for true/false.",
    "Choice({choices})",
    "Confirm the action without prompting.",
    "Could not determine name for option with declarations {decls!r}",
    "Invalid start character for option ({option})",
    "Name '{name}' defined twice",
    (
        "No options defined but a name was passed ({name}). Did you mean to declare an argument instead?"
        " Did you mean to pass '--{name}'?"
    ),
    "Press any key to continue...",
    "Takes {nargs} values but 1 was given.",
    "Takes {nargs} values but {len} were given.",
    "Unknown color {colour!r}",
    "Value must be an iterable.",
    "%(prog)s, version %(version)s",
    "{len_type} values are required, but {len_value} was given.",
    "{len_type} values are required, but {len_value} were given.",
    "{name} {filename!r} is not executable.",
    "{value!r} is not a valid UUID.",
}
"""What the library says to programmers, and of what no command of ours has."""


def said_by_the_library() -> Iterator[str]:
    for module in MODULES:
        for call in ast.walk(ast.parse(inspect.getsource(module))):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name):
                words = {"_": call.args[:1], "ngettext": call.args[:2]}.get(call.func.id, [])
                yield from (str(word.value) for word in words if isinstance(word, ast.Constant))


def test_all_that_users_may_read_is_known_in_chinese() -> None:
    assert set(said_by_the_library()) - set(CHINESE) <= NEVER_SAID


@pytest.mark.parametrize("english", CHINESE)
def test_the_chinese_needs_nothing_that_the_library_does_not_give(english: str) -> None:
    def names(text: str) -> set[str]:
        return {name for _, name, _, _ in Formatter().parse(text) if name}

    assert names(CHINESE[english]) <= names(english)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["sync"], "错误：缺少参数“TARGETS...”。\n"),
        (["import", "a.csv", "--sheet", "pets"], "错误：缺少选项“--map”。\n"),
        (["history", "--limit", "x"], "错误：“--limit”的值不对：“x”不是有效的数。\n"),
        (["sync", "--frob", "book.xlsx"], "没有选项“--frob”。"),
        (["sync", "--prefer", "both", "book.xlsx"], "“both”不在可选的值里"),
        (["history", "--limit", "0"], "0 不在范围 x>=1 内。"),
        (["undo", "last"], "“last”不是有效的数。"),
        (["summary", "--as-of", "2026"], "没有“2026”这一天；请写成 2024-12-31 这样。"),
        (["summary", "--as-of", "2024-02-30"], "没有“2024-02-30”这一天"),
        (["generate", "one", "two"], "多了参数（two）"),
        (["syn"], "没有命令“syn”；像它的有：sync。"),
        (["frob"], "没有命令“frob”。"),
    ],
)
def test_mistakes_are_told_in_chinese(words: list[str], told: str) -> None:
    said = custbook(*words, lang="zh")
    assert said.code == 2
    assert told in said.err
    assert said.err.startswith("用法: custbook")
    assert "--help 查看帮助。\n" in said.err
    assert "\n错误：" in said.err


@pytest.mark.parametrize(
    ("word", "told"),
    [("syn", "There is no command “syn”; did you mean sync?"), ("frob", "There is no command “frob”.")],
)
def test_an_unknown_command_is_told_with_those_like_it(word: str, told: str) -> None:
    said = custbook(word)
    assert (said.code, said.out) == (2, "")
    assert told in said.err


@pytest.mark.parametrize(
    "words",
    [
        ["generate", ""],
        ["generate", "--into", ""],
        ["generate", "x.xlsx", "--project", ""],
        ["check", ""],
        ["sync", "a.xlsx", ""],
        ["import", "", "--sheet", "staff", "--map", "m.yaml"],
        ["import", "a.csv", "--sheet", "staff", "--map", ""],
        ["import", "a.csv", "--sheet", "staff", "--map", "m.yaml", "--held", ""],
        ["backup", ""],
        ["restore", ""],
        ["summary", "-o", ""],
        ["guide", "-o", ""],
        ["init", ""],
        ["init", "new", "--store", ""],
        ["init", "new", "--schema", ""],
        ["schema", "--schema", ""],
        ["demo", ""],
    ],
)
def test_an_empty_word_is_no_name(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CUSTBOOK_LANG", "en")
    with pytest.raises(SystemExit) as left:
        main(words)
    out, err = capsys.readouterr()
    assert (left.value.code, out) == (2, "")
    assert "nothing is given; write a name or a place." in err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("words", [["backup", "."], ["restore", "/"], ["summary", "-o", "./"]])
def test_a_folder_is_no_name_of_a_file(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(words)
    assert left.value.code == 2
    assert f"“{words[-1]}”" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("lang", "words", "told"),
    [
        ("en", ["check", "."], "“shop” is a folder; name the workbooks in it"),
        ("en", ["sync", "."], "“shop” is a folder; name the workbooks in it"),
        ("en", ["generate", "."], "“shop” is a folder; write the name of a file to save, such as"),
        ("en", ["generate", ".", "--force"], "“shop” is a folder; write the name of a file to save"),
        ("en", ["summary", "-o", ".custbook", "--force"], "“.custbook” is a folder; write the name"),
        ("en", ["guide", "-o", ".custbook", "--force"], "“.custbook” is a folder; write the name"),
        ("en", ["init", "."], "The folder “shop” has a custbook.yaml already, which was left alone"),
        ("en", ["schema", "--schema", "."], "“.” cannot be read (Is a directory); check that it is"),
        ("zh", ["schema", "--schema", "."], "无法读取“.”（是文件夹）；请检查它是否是文件，以及读取权限。"),
        ("zh", ["restore", "gone.zip"], "无法读取备份“gone.zip”（没有这个文件或文件夹）"),
        ("zh", ["summary", "-o", "gone/page.html"], "“page.html”无法保存（没有这个文件或文件夹），未作改动"),
    ],
)
def test_what_the_system_refuses_is_told_in_the_language_of_the_user(
    lang: str,
    words: list[str],
    told: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder = tmp_path / "shop"
    init(folder, Choices(preset="basic"))
    monkeypatch.chdir(folder)
    monkeypatch.setenv("CUSTBOOK_LANG", lang)
    with pytest.raises(SystemExit) as left:
        main(words)
    assert left.value.code == 3
    assert capsys.readouterr().err.startswith(told)


@pytest.mark.parametrize("file", [None, "", 3, "gone/x.csv", b"gone/x.csv", Path("gone/x.csv")])
def test_whatever_file_the_system_names_is_told(file: object, capsys: pytest.CaptureFixture[str]) -> None:
    assert tell_failure(OSError(5, "Input/output error", file)) == 3
    err = capsys.readouterr().err
    assert ("“x.csv”" if isinstance(file, str | bytes | Path) and file else "“custbook”") in err
    assert "Input/output error" in err


@pytest.mark.parametrize("name", [key.partition(".")[2] for key in system.TEXTS])
def test_errors_of_the_system_are_named_as_python_names_them(name: str) -> None:
    assert reason_of(OSError(getattr(errno, name), "said by the system")) == Saying(f"system.{name}")


def test_what_no_catalogue_knows_of_the_system_is_told_in_its_own_words() -> None:
    assert reason_of(OSError(99_999, "said by the system")) == "said by the system"


BEYOND = "99999999999999999999"


@pytest.mark.parametrize(
    "words", [["undo", BEYOND], ["history", "--sync", BEYOND], ["history", "--limit", BEYOND]]
)
def test_numbers_beyond_what_stores_count_are_no_numbers(
    words: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CUSTBOOK_LANG", "en")
    with pytest.raises(SystemExit) as left:
        main(words)
    assert left.value.code == 2
    assert f"{BEYOND} is more than there can be" in capsys.readouterr().err


def test_the_help_is_chinese_throughout() -> None:
    said = custbook("sync", "--help", lang="zh").out
    assert said.startswith("用法: custbook sync")
    assert "\n选项:\n" in said
    assert "显示本帮助并退出。" in said
    assert "\n命令:\n" in custbook("--help", lang="zh").out


@pytest.mark.parametrize("command", ["", "generate", "history", "import", "init", "move", "schema", "sync"])
def test_chinese_help_stands_in_columns_of_a_terminal(command: str) -> None:
    lines = custbook(*command.split(), "--help", lang="zh").out.splitlines()
    assert max(map(text_width, lines)) <= 80
    told = [re.fullmatch(r"(  -\S.*?\s{2,})\S.*", line) for line in lines]
    assert len({text_width(line[1]) for line in told if line}) == 1
    assert not any("TEXT" in line or "INTEGER" in line for line in lines)


@pytest.mark.parametrize(
    ("variables", "told"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "没有命令"),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "zh_TW.UTF-8"}, "没有命令"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "de_DE.UTF-8"}, "no command"),
        ({"LANG": "zh_CN.UTF-8", "CUSTBOOK_LANG": "en"}, "no command"),
        ({"LC_ALL": "en_US.UTF-8", "CUSTBOOK_LANG": "zh"}, "没有命令"),
        ({}, "no command"),
    ],
)
def test_the_language_is_that_of_the_system_installed_or_not(variables: dict[str, str], told: str) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG"))}
    kept.pop("CUSTBOOK_LANG", None)
    environment = {**kept, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", **variables}
    done = subprocess.run(
        [sys.executable, "-m", "custbook_gen", "frob"],
        check=False, capture_output=True, encoding="utf-8", env=environment, timeout=60,
    )  # fmt: skip
    assert told in done.stderr

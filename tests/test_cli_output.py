"""What is printed where: words that look like markup, outputs of other encodings, outputs that are closed."""

from __future__ import annotations

import io
import sys

import pytest

from custbook_gen.cli.progress_bar import Bar
from custbook_gen.cli.tellings import print_grid
from tests.sync_books import Desk, customer, typed
from tests.test_cli import custbook

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

"""What a command loads before it can begin: every run pays for it, also that of an empty book."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from custbook_gen.actions.generate import generate
from custbook_gen.actions.init import Choices, init
from custbook_gen.actions.project import Run, open_project
from tests.small_books import AT

ROOT = Path(__file__).parent.parent

NEVER = (
    "charset_normalizer",
    "email_validator",
    "gspread",
    "phonenumbers",
    "rapidfuzz",
    "requests",
    "rich",
    "stdnum",
)
"""What no run needs that meets nothing of its kind: no address, no number, no name."""
READING = ("custbook_gen.backends.excel.read", "custbook_gen.backends.excel.fast_rows")
WRITING = ("custbook_gen.backends.excel.write", "custbook_gen.backends.excel.skeleton", "openpyxl")
MENDING = ("custbook_gen.backends.excel.patch", "custbook_gen.backends.excel.verify")
DRAWING = ("custbook_gen.guide", "custbook_gen.plan.whole", "custbook_gen.summaries")


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workbook of a new book, whose schema and tabs were read before."""
    folder = tmp_path_factory.mktemp("start") / "shop"
    init(folder, Choices(preset="basic"))
    generate(open_project(folder), folder / "book.xlsx", Run(AT, "li"))
    return folder / "book.xlsx"


def loaded(*words: str) -> set[str]:
    """The modules that a run of the command line has loaded at its end."""
    program = (
        "import sys\n"
        "from custbook_gen.cli import main\n"
        f"try:\n    main({list(words)!r})\nexcept SystemExit as end:\n    assert not end.code, end.code\n"
        "print('LOADED', *sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    last = done.stdout.splitlines()[-1].split()
    assert last[0] == "LOADED", done.stderr
    return set(last)


def test_a_check_loads_nothing_that_writes_or_draws(book: Path) -> None:
    found = loaded("check", str(book))
    assert found & {*NEVER, *WRITING, *MENDING, *DRAWING} == set()
    assert found >= {*READING}


def test_generating_loads_nothing_that_reads_workbooks(book: Path) -> None:
    found = loaded("generate", str(book.with_name("new.xlsx")), "--project", str(book.parent))
    assert found & {*NEVER, *READING, *MENDING} == set()
    assert found >= {*WRITING, *DRAWING}


def test_a_sync_loads_nothing_that_makes_new_workbooks(book: Path) -> None:
    found = loaded("sync", str(book))
    assert found & {*NEVER} == set()


def test_the_program_ends_without_a_last_search_for_garbage() -> None:
    program = (
        "import atexit, gc, sys\n"
        "sys.argv = ['custbook', '--help']\n"
        "atexit.register(lambda: print('FROZEN', gc.get_freeze_count()))\n"
        "from custbook_gen.cli import main\n"
        "main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    word, count = done.stdout.splitlines()[-1].split()
    assert word == "FROZEN"
    assert int(count) > 1_000

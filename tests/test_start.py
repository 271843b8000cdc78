"""What a command loads before it can begin: every run pays for it, also that of an empty book."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from custbook_gen import ending
from custbook_gen.actions.checking import check_file
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


def ended(*words: str, out: str = "") -> str:
    """What a process of the command line says that would tell if it freed something at its end."""
    program = (
        "import atexit, sys\n"
        "class Loud:\n"
        "    def __del__(self):\n"
        "        print('FREED')\n"
        "kept = Loud()\n"
        "kept.itself = kept\n"
        f"sys.argv = ['custbook', *{list(words)!r}]\n"
        "atexit.register(lambda: print('LAST'))\n"
        "from custbook_gen.cli import main\n"
        f"main({out})"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return done.stdout


@pytest.mark.parametrize("word", ["--help", "--version"])
def test_the_program_ends_without_freeing_what_it_made(word: str) -> None:
    said = ended(word)
    assert said.rstrip().endswith("LAST")
    assert said.strip() != "LAST"
    assert "FREED" in ended(word, out=f"[{word!r}]"), "somebody else's process ends as it likes"


def test_its_exit_code_and_its_words_come_through(book: Path) -> None:
    def left(*words: str) -> tuple[int, str, str]:
        command = [sys.executable, "-m", "custbook_gen", *words]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout, done.stderr

    assert left("check", str(book))[0] == 0
    code, out, err = left("check", str(book.with_name("none.xlsx")))
    assert (code, out) == (3, "")
    assert "none.xlsx" in err
    assert left("check")[0] == 2


def test_a_process_that_does_one_job_frees_nothing_of_it(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held: list[object] = []
    monkeypatch.setattr(ending, "_held", held)
    check_file(book, Run(AT, "li"))
    count = len(held)
    assert count
    monkeypatch.setattr(ending, "_held", None)
    check_file(book, Run(AT, "li"))
    ending.one_job()
    assert ending._held is None, "this process is the tests'"
    monkeypatch.setattr(ending, "_own", True)
    ending.one_job()
    ending.hold(book)
    assert ending._held == [(book,)]

"""Long work says how far it has come, and ends at once, and in one sentence, when somebody wants it to."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from benchmarks.data import BOOK, make_project, records
from custbook_gen.actions.checking import check_file
from custbook_gen.actions.generate import generate
from custbook_gen.actions.generate_each import Manner, generate_each
from custbook_gen.actions.project import Run, open_project
from custbook_gen.actions.sync import Options, sync_file
from custbook_gen.actions.target import open_target
from custbook_gen.backends.progress import Stage
from custbook_gen.cli.progress import watched
from tests.heard import Heard

ROWS = 300


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small workbook of the benchmark's book, beside its project."""
    folder = tmp_path_factory.mktemp("project")
    make_project(folder, BOOK, records(ROWS))
    generate(open_project(folder), open_target(folder / "book.xlsx"), Run.now())
    return folder / "book.xlsx"


def test_reading_tells_every_byte_of_the_sheets(book: Path) -> None:
    heard = Heard()
    report = check_file(open_target(book, progress=heard), Run.now())
    assert report.rows == ROWS
    assert [stage for stage, _ in heard.stages] == ["read", "check"]
    total = heard.stages[0][1]
    assert total > ROWS * 1000
    assert total <= heard.done[0] <= 2 * total


def test_generating_tells_every_row(book: Path) -> None:
    heard = Heard()
    made = generate(
        open_project(book.parent), open_target(book.with_name("new.xlsx"), progress=heard), Run.now()
    )
    (stage, total), *others = heard.stages
    assert (stage, others, made.rows) == ("make", [], {"deals": ROWS})
    assert total == heard.done[0] > ROWS


def test_one_workbook_for_each_value_tells_every_record(book: Path) -> None:
    heard = Heard()
    home, folder = open_project(book.parent), book.with_name("each")
    made = generate_each(home, folder, "kind", Run.now(), Manner("zh"), heard)
    assert heard.stages == [("make", ROWS)]
    assert heard.done == [sum(one.rows["deals"] for one in made)] == [ROWS]


class Terminal(io.StringIO):
    """Standard error as people see it."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("stage", "total", "step", "shown"),
    [
        ("read", 100_000_000, 10_000_000, ("Reading the workbook", "MB/s", "30 %")),
        ("make", 1000, 200, ("Making the workbook", "rows/s", "60 %")),
    ],
)
def test_a_terminal_shows_a_rate_and_then_nothing_more(
    monkeypatch: pytest.MonkeyPatch, stage: Stage, total: int, step: int, shown: tuple[str, ...]
) -> None:
    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("CUSTBOOK_LANG", "en")
    with watched(patience=0) as progress:
        progress.begin(stage, total)
        for _ in range(3):
            progress.advance(step)
            time.sleep(0.15)
    assert [word for word in shown if word not in screen.getvalue()] == []


def test_quick_work_and_other_outputs_show_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    for screen, patience in ((Terminal(), 60.0), (io.StringIO(), 0.0)):
        monkeypatch.setattr(sys, "stderr", screen)
        with watched(patience=patience) as progress:
            progress.begin("read", 10)
            progress.advance(10)
        assert screen.getvalue() == ""


@pytest.mark.skipif(os.name != "posix", reason="signals as POSIX has them")
def test_an_interrupted_sync_ends_in_one_sentence_and_harms_nothing(book: Path) -> None:
    before = book.read_bytes()
    assert interrupted("sync", str(book)) <= {0, 130, -signal.SIGINT}
    assert not list(book.parent.glob(".*.tmp"))
    report = sync_file(open_target(book), Run.now(), Options())
    assert (report.rows, report.changes, report.exit_code) == (ROWS, [], 0)
    assert book.read_bytes() == before


@pytest.mark.skipif(os.name != "posix", reason="signals as POSIX has them")
def test_an_interrupted_generate_leaves_the_old_workbook_or_a_whole_new_one(book: Path) -> None:
    target = book.with_name("again.xlsx")
    generate(open_project(book.parent), open_target(target), Run.now())
    assert interrupted("generate", str(target), "--force") <= {0, 130, -signal.SIGINT}
    assert not list(book.parent.glob(".*.tmp"))
    assert check_file(open_target(target), Run.now()).rows == ROWS


@pytest.mark.skipif(os.name != "posix", reason="signals as POSIX has them")
def test_interrupted_processes_of_many_workbooks_leave_whole_ones_alone(book: Path) -> None:
    folder = book.with_name("owners")
    words = ("generate", str(folder), "--each", "kind", "--force")
    assert interrupted(*words) <= {0, 130, -signal.SIGINT}
    assert not list(folder.glob(".*.tmp"))
    for path in folder.glob("*.xlsx"):
        assert check_file(open_target(path), Run.now()).exit_code == 0


def interrupted(*words: str) -> set[int]:
    """How a command ends that is interrupted at several instants, in one sentence at most."""
    # nobody but Python can say anything while it starts itself
    program = """
from custbook_gen import cli
run = cli._run
def up(arguments):
    print('up', flush=True)
    run(arguments)
cli._run = up
cli.main()
"""
    codes = set()
    for delay in (0.0, 0.2, 0.6, 1.2):
        process = subprocess.Popen(
            [sys.executable, "-c", program, *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "CUSTBOOK_LANG": "en"},
            start_new_session=True,
        )
        assert process.stdout is not None
        assert process.stdout.readline() == "up\n"
        time.sleep(delay)
        os.killpg(process.pid, signal.SIGINT)  # a terminal tells the processes of a command alike
        _, said = process.communicate(timeout=120)
        codes.add(process.returncode)
        assert "Traceback" not in said
        assert len(said.strip().splitlines()) <= 1
    return codes


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="timers as POSIX has them")
def test_an_interrupt_where_python_can_only_drop_it_is_repeated() -> None:
    program = """
import sys, time, weakref
from custbook_gen import cli
class Thing:
    pass
def interrupted(_):
    raise KeyboardInterrupt
def run(words):
    thing = Thing()
    reference = weakref.ref(thing, interrupted)
    del thing
    time.sleep(60)
import custbook_gen.cli.program
custbook_gen.cli.program.run = run
cli.main()
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False, timeout=50)
    assert (done.returncode, done.stdout, done.stderr) == (130, b"", b"")


@pytest.mark.skipif(os.name != "posix", reason="signals as POSIX has them")
def test_an_interrupt_that_a_library_tells_in_its_own_words_is_one_all_the_same() -> None:
    program = """
import os, signal, custbook_gen.cli.program
from custbook_gen import cli
signal.signal(signal.SIGINT, signal.default_int_handler)  # what runs in the background ignores it
def run(words):
    try:
        os.kill(os.getpid(), signal.SIGINT)
    except KeyboardInterrupt as error:
        raise RuntimeError("while something was built") from error
custbook_gen.cli.program.run = run
cli.main()
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False, timeout=50)
    assert (done.returncode, done.stdout, done.stderr) == (130, b"", b"")

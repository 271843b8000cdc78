"""Large workbooks written and read by several processes: as by one, whatever becomes of the others."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest

from custbook_gen.backends.excel import ExcelFile, ahead, fast_rows, read, table_stretches, write
from custbook_gen.backends.excel import file as file_module
from custbook_gen.backends.excel.deflate import Deflated, Stretch, deflate
from custbook_gen.backends.progress import Progress
from custbook_gen.errors import WorkbookError
from custbook_gen.workbook import (
    Cell,
    FoundCells,
    LazyRows,
    Plan,
    RawCell,
    RawWorkbook,
    Serial,
    SheetPlan,
    Style,
    StyledCell,
    TablePlan,
    found_cells,
)
from custbook_gen.workers import Send, Tally, Work, Worker
from tests.excel_plans import plain_column, realistic_plan

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="only Linux copies processes safely"),
    pytest.mark.filterwarnings("ignore:This process"),
]
SHEET = "xl/worksheets/sheet1.xml"


class Heard:
    """How far the work came."""

    def __init__(self) -> None:
        self.total = 0
        self.done = 0

    def begin(self, _stage: str, total: int) -> None:
        self.total, self.done = total, 0

    def advance(self, amount: int) -> None:
        self.done += amount


@pytest.fixture
def processors(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Have so many processors besides the own one, and small workbooks taken for large ones."""
    monkeypatch.setattr(table_stretches, "_ROWS", 500)
    monkeypatch.setattr(file_module, "_LARGE", 0)
    monkeypatch.setattr(read, "_SMALL", 2000)
    monkeypatch.setattr(sys.modules["custbook_gen.workbook.found_cells"], "_TAKEN", 700)
    monkeypatch.setattr(fast_rows, "_BLOCK", 20_000)

    def have(count: int) -> None:
        for module in (table_stretches, write, file_module):
            monkeypatch.setattr(module, "spare_processors", lambda: count)

    return have


def plan(rows: list[tuple[Cell, ...]], heights: dict[int, float] | None = None) -> Plan:
    columns = tuple(plain_column(key) for key in "abc")
    table = TablePlan(1, 2, 3, columns, rows, blank_rows=700)
    below = {(len(rows) + 900, 1): StyledCell("unten")}
    small = SheetPlan("n", "Note", cells={(1, 1): StyledCell("small")})
    return Plan("t", (SheetPlan("s", "表", cells=below, table=table, heights=heights or {}), small), {}, {})


def rows(count: int) -> list[tuple[Cell, ...]]:
    return [(f"C{n:06}", n * 1.5, "客户" if n % 3 else None) for n in range(count)]


def written(plan: Plan, progress: Progress | None = None) -> bytes:
    out = BytesIO()
    write.write_package(plan, out, "book.xlsx", progress=progress)
    return out.getvalue()


def killed(*_: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.parametrize("count", [0, 1, 499, 500, 501, 4321])
def test_however_many_processes_write_the_bytes_are_the_same(
    processors: Callable[[int], None], count: int
) -> None:
    processors(0)
    alone, heard = written(plan(rows(count), {7: 30.0, 700: 40.0})), Heard()
    for spare in (1, 2, 5):
        processors(spare)
        heard = Heard()
        assert written(plan(rows(count), {7: 30.0, 700: 40.0}), heard) == alone
        assert heard.done == heard.total == count + 700
    content = ZipFile(BytesIO(alone)).read(SHEET)
    assert content.count(b"<row ") == count + 3
    assert content.count(b"customHeight") == (0 if count < 5 else 1 if count < 698 else 2)


@pytest.mark.parametrize("after", [0, 1])
def test_what_a_worker_cannot_do_is_done_all_the_same(
    processors: Callable[[int], None], monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    processors(0)
    alone = written(plan(rows(3000)))
    processors(2)
    here, made = os.getpid(), []

    def fails_soon(stretch: Stretch) -> Deflated:
        if os.getpid() != here:
            made.append(1)
            if len(made) > after:
                killed()
        return deflate(stretch)

    monkeypatch.setattr(table_stretches, "deflate", fails_soon)
    heard = Heard()
    assert written(plan(rows(3000)), heard) == alone
    assert made == []


def test_without_any_worker_it_is_done_as_well(
    processors: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    processors(0)
    alone = written(plan(rows(3000)))
    processors(2)
    monkeypatch.setattr(table_stretches, "hire", lambda _work: None)
    assert written(plan(rows(3000))) == alone


def test_rows_are_made_while_a_slow_worker_is_at_those_whose_turn_it_is(
    processors: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    processors(0)
    alone = written(plan(rows(3000)))
    processors(1)
    here, made_here = os.getpid(), list[int]()

    def slow(stretch: Stretch) -> Deflated:
        if os.getpid() != here:
            time.sleep(0.3)
        else:
            made_here.append(1)
        return deflate(stretch)

    monkeypatch.setattr(table_stretches, "deflate", slow)
    heard = Heard()
    assert written(plan(rows(3000)), heard) == alone
    assert made_here
    assert heard.done == heard.total == 3700


@pytest.mark.parametrize("seconds", [0.0, 0.05])
def test_one_of_several_workers_fails(
    processors: Callable[[int], None], monkeypatch: pytest.MonkeyPatch, seconds: float
) -> None:
    processors(0)
    alone = written(plan(rows(6000)))
    processors(3)
    here, hired = os.getpid(), list[int]()

    def hire(work: Work) -> Worker:
        hired.append(1)
        return Worker(work)

    def some_fail(stretch: Stretch) -> Deflated:
        if os.getpid() != here:
            time.sleep(seconds)
            if len(hired) == 2:
                killed()
        return deflate(stretch)

    monkeypatch.setattr(table_stretches, "hire", hire)
    monkeypatch.setattr(table_stretches, "deflate", some_fail)
    assert written(plan(rows(6000))) == alone
    assert len(hired) == 3


def test_several_tables_share_their_workers(processors: Callable[[int], None]) -> None:
    def several() -> Plan:
        one, few = plan(rows(3000), {5: 20.0}), plan(rows(10))
        (sheet, note), small = one.sheets, few.sheets[0]
        return replace(
            one,
            sheets=(sheet, replace(small, key="x", title="小"), note, replace(sheet, key="y", title="再")),
        )

    processors(0)
    alone = written(several())
    for spare in (1, 3):
        processors(spare)
        heard = Heard()
        assert written(several(), heard) == alone
        assert heard.done == heard.total == 3700 + 710 + 3700


def test_without_handles_it_is_done_alone(
    processors: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> int:
        raise OSError

    processors(0)
    alone = written(plan(rows(3000)))
    processors(2)
    monkeypatch.setattr(os, "pipe", refused)
    assert written(plan(rows(3000))) == alone


def test_a_value_that_no_cell_holds_is_named_whoever_meets_it(processors: Callable[[int], None]) -> None:
    faulty = rows(3000)
    faulty[2900] = ("C", float("nan"), None)
    for spare in (0, 2):
        processors(spare)
        with pytest.raises(WorkbookError) as caught:
            written(plan(faulty))
        assert (caught.value.code, caught.value.facts["cell"]) == ("cell-not-writable", "'表'!B2903")


def test_an_error_of_one_process_ends_the_others(
    processors: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    processors(3)
    hired: list[Worker] = []

    def hire(work: Work) -> Worker:
        hired.append(Worker(work))
        return hired[-1]

    monkeypatch.setattr(table_stretches, "hire", hire)
    faulty = rows(3000)
    faulty[3] = (float("inf"), None, None)
    with pytest.raises(WorkbookError):
        written(plan(faulty))
    assert len(hired) == 3
    assert not any(worker.dismiss.alive for worker in hired)


# ---------------------------------------------------------------- reading


@pytest.fixture
def book(tmp_path: Path, processors: Callable[[int], None]) -> Path:
    processors(0)
    path = tmp_path / "book.xlsx"
    path.write_bytes(written(plan(rows(4000))))
    return path


def titles(raw: RawWorkbook) -> list[str]:
    return [sheet.title for sheet in raw.sheets]


def test_a_workbook_that_another_process_reads_is_the_same(
    book: Path, processors: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = ExcelFile(book).read()
    processors(1)
    taken_rows, refill = list[int](), FoundCells.refill

    def refilled(cells: FoundCells, taken: Mapping[int, list[list[RawCell]]]) -> None:
        taken_rows.extend(len(columns[0]) for columns in taken.values())
        refill(cells, taken)

    monkeypatch.setattr(FoundCells, "refill", refilled)
    heard = Heard()
    fetched = ExcelFile(book, heard)
    fetched.prefetch()
    soon = fetched.peek()
    assert titles(soon) == ["Note"]
    assert (soon.digest, soon.properties) == (alone.digest, alone.properties)
    assert fetched.read() == alone
    assert heard.done == heard.total > 0
    assert taken_rows
    assert 700 <= taken_rows[0] < 4000


def test_one_of_small_tabs_alone_is_told_at_once(
    tmp_path: Path, processors: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "small.xlsx"
    path.write_bytes(written(realistic_plan()))
    alone = ExcelFile(path).read()
    processors(1)
    monkeypatch.setattr(read, "_SMALL", 1 << 20)
    fetched = ExcelFile(path)
    fetched.prefetch()
    assert fetched.peek() == alone
    assert fetched.read() == alone


def test_dates_arrive_as_dates(tmp_path: Path, processors: Callable[[int], None]) -> None:
    """They are handed over as plain numbers; plain numbers, and columns of dates and texts, are not."""
    day = replace(plain_column("a"), style=Style(number_format="yyyy-mm-dd"))
    made: list[tuple[Cell, ...]] = [
        (45_000 + n % 50, None if n % 3 else n / 8, f"{n}" if n % 5 else 45_000, n / 2) for n in range(12_000)
    ]
    columns = (day, replace(day, key="b"), replace(day, key="c"), plain_column("d"))
    path = tmp_path / "book.xlsx"
    path.write_bytes(
        written(Plan("t", (SheetPlan("s", "表", table=TablePlan(1, 2, 3, columns, made)),), {}, {}))
    )
    alone = found_cells(ExcelFile(path).read().sheets[0].rows).picked(range(3, 12_003))
    processors(1)
    fetched = ExcelFile(path)
    fetched.prefetch()
    found = found_cells(fetched.read().sheets[0].rows).picked(range(3, 12_003))
    for column in range(1, 5):
        assert found.column(column) == alone.column(column)
        assert list(map(type, found.column(column))) == list(map(type, alone.column(column)))
    kinds = [set(map(type, found.column(column))) for column in range(1, 5)]
    assert kinds == [{Serial}, {Serial, type(None)}, {Serial, str}, {float}]


def test_without_a_peek_it_is_read_whole(book: Path, processors: Callable[[int], None]) -> None:
    alone = ExcelFile(book).read()
    processors(1)
    fetched = ExcelFile(book)
    fetched.prefetch()
    assert fetched.read() == alone
    assert fetched.read() == alone


@pytest.mark.parametrize("after", [0, 1, 4])
def test_what_a_reader_does_not_hand_over_is_read_all_the_same(
    book: Path, processors: Callable[[int], None], monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    alone = ExcelFile(book).read()
    processors(1)

    def hire(work: Work) -> Worker:
        def dies(send: Send, tally: Tally) -> None:
            handed = 0

            def counted(piece: object) -> None:
                nonlocal handed
                if handed == after:
                    killed()
                handed += 1
                send(piece)

            work(counted, tally)

        return Worker(dies)

    monkeypatch.setattr(ahead, "hire", hire)
    fetched = ExcelFile(book)
    fetched.prefetch()
    assert "Note" in titles(fetched.peek())
    assert fetched.read() == alone


def test_a_broken_workbook_is_told_as_ever(book: Path, processors: Callable[[int], None]) -> None:
    book.write_bytes(book.read_bytes()[:-3000])
    with pytest.raises(WorkbookError) as alone:
        ExcelFile(book).read()
    processors(1)
    fetched = ExcelFile(book)
    fetched.prefetch()
    with pytest.raises(WorkbookError) as caught:
        fetched.peek()
    assert (caught.value.code, caught.value.facts) == (alone.value.code, alone.value.facts)


def test_a_missing_workbook_is_told_when_it_is_read(
    tmp_path: Path, processors: Callable[[int], None]
) -> None:
    processors(1)
    fetched = ExcelFile(tmp_path / "none.xlsx")
    fetched.prefetch()
    with pytest.raises(WorkbookError) as caught:
        fetched.read()
    assert caught.value.code == "file-missing"


def test_rows_made_when_they_are_needed_are_made_by_workers_too(processors: Callable[[int], None]) -> None:
    def columns(start: int, stop: int) -> list[list[Cell]]:
        return [[f"C{n}" for n in range(start, stop)], list(range(start, stop)), [None] * (stop - start)]

    listed = [tuple(row) for row in zip(*columns(0, 2500), strict=True)]
    processors(0)
    alone = written(plan(listed))
    processors(2)
    lazy = LazyRows(2500, columns)
    assert written(plan(lazy)) == alone  # type: ignore[arg-type]

"""People and programs that write between our reading and our writing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custbook_gen.actions.sync import Options, sync_file
from custbook_gen.backends import Backend, Prepared, Written
from custbook_gen.backends.sheets.relocation import ChangedMeanwhileError, glance, locate
from custbook_gen.errors import WorkbookError
from custbook_gen.workbook import CellPatch, Loss, Patch, Plan, RawWorkbook, SheetPatch
from tests.lists_book import CLIENTS, client
from tests.sheets_books import TITLES, SheetDesk, kinds
from tests.sync_books import RUN, codes

TAB = TITLES["clients"]
GUARD = {"kind": "values.batchGetByDataFilter", "at": 2}
"""The second reading of cells: right before they are written."""


def newcomer(desk: SheetDesk, name: str = "新客户") -> int:
    """A row without a number: sync has to write into it."""
    row = desk.row(client(CLIENTS)) + 1
    desk.type(row, name=name)
    return row


def settled(desk: SheetDesk) -> bool:
    report = desk.sync()
    return codes(report) == [] and not report.changes


@pytest.mark.parametrize(
    "act",
    [
        lambda desk: desk.colleague.insert_rows(TAB, 4, 3),
        lambda desk: desk.colleague.sort(TAB, "C", first_row=3, descending=True),
        lambda desk: desk.colleague.move_rows(TAB, desk.row(client(CLIENTS)) + 1, 3),
        lambda desk: desk.colleague.delete_rows(TAB, desk.row(client(2))),
    ],
    ids=["inserted", "sorted", "dragged", "deleted"],
)
def test_rows_that_moved_are_found_again(sheet_desk: SheetDesk, act: Callable[[SheetDesk], None]) -> None:
    newcomer(sheet_desk)
    sheet_desk.server.faults.meanwhile(lambda: act(sheet_desk), **GUARD)  # type: ignore[arg-type]
    report = sheet_desk.sync()
    assert {code for code, _, _ in codes(report)} <= {"rows-moved", "row-missing"}
    assert codes(report)
    key = client(CLIENTS + 1)
    assert sheet_desk.value(key, "name") == "新客户"
    assert [sheet_desk.value(client(n), "name") for n in (1, 3, 6)] == ["顾客1", "顾客3", "顾客6"]
    assert sheet_desk.value(key, "total") == 0
    assert not sheet_desk.sync(delete=True).conflicts


def test_a_cell_that_was_changed_is_never_overwritten(sheet_desk: SheetDesk) -> None:
    row = newcomer(sheet_desk)
    sheet_desk.server.faults.meanwhile(lambda: sheet_desk.type(row, name="又改了"), **GUARD)  # type: ignore[arg-type]
    report = sheet_desk.sync()
    assert codes(report) == []
    stored = sheet_desk.files.stored("clients")
    assert stored[client(CLIENTS + 1)]["name"] == "又改了"
    assert len(stored) == CLIENTS + 1
    assert settled(sheet_desk)


def test_an_edit_elsewhere_in_the_row_is_left_for_the_next_sync(sheet_desk: SheetDesk) -> None:
    sheet_desk.type(client(1), currency="不存在的")
    sheet_desk.server.faults.meanwhile(lambda: sheet_desk.type(client(1), name="同时改的"), **GUARD)  # type: ignore[arg-type]
    sheet_desk.sync()
    assert sheet_desk.value(client(1), "name") == "同时改的"
    sheet_desk.type(client(1), currency="欧元")
    sheet_desk.sync()
    assert sheet_desk.files.stored("clients")[client(1)]["name"] == "同时改的"
    assert settled(sheet_desk)


def test_a_tab_renamed_in_between_is_no_trouble(sheet_desk: SheetDesk) -> None:
    row = newcomer(sheet_desk)
    rename = lambda: sheet_desk.colleague.rename_tab(TAB, "顾客们")  # noqa: E731
    sheet_desk.server.faults.meanwhile(rename, kind="batchUpdate")
    sheet_desk.sync()
    assert sheet_desk.colleague.value("顾客们", f"A{row}") == client(CLIENTS + 1)


def test_people_who_never_stop_make_the_run_give_up(sheet_desk: SheetDesk) -> None:
    row = newcomer(sheet_desk)
    names = iter(range(100))
    for at in (2, 4, 6):
        sheet_desk.server.faults.meanwhile(
            lambda: sheet_desk.type(row, name=f"第{next(names)}次"),
            kind="values.batchGetByDataFilter",
            at=at,
        )
    with pytest.raises(WorkbookError, match="run the command again"):
        sheet_desk.sync()
    assert len(sheet_desk.files.stored("clients")) == CLIENTS
    assert codes(sheet_desk.sync()) == []
    assert len(sheet_desk.files.stored("clients")) == CLIENTS + 1


@dataclass(frozen=True)
class Interrupted:
    """A workbook between whose reading and writing something happens once."""

    workbook: Backend
    acts: list[Callable[[], object]]

    def prefetch(self) -> None:
        self.workbook.prefetch()

    def peek(self) -> RawWorkbook:
        raw = self.workbook.peek()
        if self.acts:
            self.acts.pop()()
        return raw

    def read(self) -> RawWorkbook:
        return self.workbook.read()

    def write(self, plan: Plan, *, replace: bool = False) -> Written:
        return self.workbook.write(plan, replace=replace)

    def losses(self, plan: Plan) -> tuple[Loss, ...]:
        return self.workbook.losses(plan)

    def prepare(self, patch: Patch, digest: str) -> Prepared:
        return self.workbook.prepare(patch, digest)


def test_of_two_syncs_at_once_one_begins_anew(sheet_desk: SheetDesk) -> None:
    newcomer(sheet_desk)
    target = sheet_desk.target()
    acts: list[Callable[[], object]] = [sheet_desk.sync]
    slow = replace(target, workbook=Interrupted(target.workbook, acts))
    assert codes(sync_file(slow, RUN, Options(), sheet_desk.folder)) == []
    assert acts == []
    assert list(sheet_desk.files.stored("clients"))[CLIENTS:] == [client(CLIENTS + 1)]
    assert settled(sheet_desk)


def test_the_token_refuses_whoever_comes_second(sheet_desk: SheetDesk) -> None:
    newcomer(sheet_desk)
    first, second = sheet_desk.target().workbook, sheet_desk.target().workbook
    row, column = sheet_desk.row(client(1)), sheet_desk.columns()["name"]
    prepared = []
    for workbook, text in ((first, "甲"), (second, "乙")):
        raw = workbook.read()
        patch = Patch(sheets=(SheetPatch(TAB, (CellPatch(row, column, text),)),))
        prepared.append(workbook.prepare(patch, raw.digest))
    prepared[0].commit()
    with pytest.raises(WorkbookError) as refused:
        prepared[1].commit()
    assert refused.value.code == "file-changed"
    assert sheet_desk.value(client(1), "name") == "甲"
    assert first.read().digest == prepared[0].digest


Rows = st.lists(
    st.tuples(st.integers(0, 30), st.text("abc", max_size=2)), max_size=8, unique_by=lambda row: row[0]
)


@given(Rows, st.data())
def test_a_row_is_found_where_it_went_or_not_written_at_all(
    rows: list[tuple[int, str]], data: st.DataObject
) -> None:
    """Whatever happens to rows in between, what is written lands on its record or nowhere."""
    before = [[f"K{key}", name] for key, name in rows]
    now = [list(line) for line in before]
    for _ in range(data.draw(st.integers(0, 3))):
        act = data.draw(st.sampled_from(["insert", "delete", "swap", "edit"]))
        if act == "insert" or not now:
            now.insert(data.draw(st.integers(0, len(now))), [])
        elif act == "delete":
            del now[data.draw(st.integers(0, len(now) - 1))]
        elif act == "swap":
            at, other = (data.draw(st.integers(0, len(now) - 1)) for _ in range(2))
            now[at], now[other] = now[other], now[at]
        else:
            line = now[data.draw(st.integers(0, len(now) - 1))]
            line[1:] = ["edited"] if line else []
    touched = {number: {2} for number in range(1, len(before) + 1)}
    try:
        moves = locate(glance(before, 1), glance(now, 1), touched)
    except ChangedMeanwhileError:
        return
    for number, line in enumerate(before, 1):
        assert now[moves.row(number) - 1] == line


def test_nothing_is_read_again_where_nothing_is_written(sheet_desk: SheetDesk) -> None:
    before = len(sheet_desk.server.requests)
    sheet_desk.check()
    read = ["get", "values.batchGetByDataFilter", "getByDataFilter"]
    assert kinds(sheet_desk.server, before) == read
    sheet_desk.sync()
    assert kinds(sheet_desk.server, before) == read * 2

"""Dropdowns of any depth and any label: what they offer, and what is left of them after a day's work."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path

import pytest

from custbook_gen.backends.excel import ExcelFile
from custbook_gen.backends.excel.write import write_package
from custbook_gen.layout import LISTS, plan_layout
from custbook_gen.plan.whole import plan_workbook
from custbook_gen.records import Table, Value
from custbook_gen.schema import Choice
from custbook_gen.values import SEPARATOR, Words, converter, fold, references
from custbook_gen.workbook import Plan, RawCell
from tests.drawn import view_of
from tests.odd_books import LEVELS, ODD, ODD_LABELS
from tests.rule_engines import Engine, Question
from tests.rule_rows import Maker
from tests.rules_table import without_colours
from tests.strategies import BOOK
from tests.summary_books import has_libreoffice
from tests.test_sync_libreoffice import work

HERE = plan_layout(ODD, "zh").sheets["places"]
SHEET = ODD.sheet("places")
ROWS = 30
Chain = Mapping[str, Choice]


def chain_of(code: str, level: str) -> Chain:
    """A choice and the ones above it, by level."""
    found: dict[str, Choice] = {}
    for name in reversed(LEVELS[: LEVELS.index(level) + 1]):
        found[name] = ODD.category(name).by_code[code]
        code = found[name].parent or ""
    return found


def chains(level: str, count: int) -> list[Chain]:
    """Some choices of a level, spread over all of them, with those above."""
    codes = list(ODD.category(level).by_code)
    return [chain_of(code, level) for code in codes[:: max(1, len(codes) // count)]]


def labels_under(chain: Chain, level: str) -> set[str]:
    """What may be chosen on the next level."""
    parent = chain[LEVELS[LEVELS.index(level) - 1]].code
    return {choice.label.zh for choice in ODD.category(level).choices if choice.parent == parent}


def cells_of(chain: Chain) -> dict[int, RawCell]:
    """A chain as cells by column."""
    return {HERE.columns[name]: choice.label.zh for name, choice in chain.items()}


def saved(plan: Plan, path: Path) -> Path:
    """A plan as a file, without the colours that keep engines busy."""
    with path.open("wb") as out:
        write_package(without_colours(plan), out)
    return path


@pytest.mark.parametrize("level", LEVELS[1:])
def test_a_dropdown_offers_what_stands_under_the_cells_to_its_left(level: str, tmp_path: Path) -> None:
    view = view_of(Maker(ODD, "zh").tables(), "zh", ODD)
    engine = Engine(saved(plan_workbook(view), tmp_path / "odd.xlsx"))
    above = chains(LEVELS[LEVELS.index(level) - 1], 26)
    typed = [(chain, label) for chain in above for label in ODD_LABELS]
    asked = [Question(HERE.title, HERE.columns[level], label, cells_of(chain)) for chain, label in typed]
    assert engine.ask(asked) == [label in labels_under(chain, level) for chain, label in typed]
    known = converter(SHEET.field(level), view.words)
    for chain, label in typed:
        parent = chain[LEVELS[LEVELS.index(level) - 1]].code
        reading, under = known.from_cell(label, parent), labels_under(chain, level)
        assert reading.failed is (fold(label) not in set(map(fold, under)))
        if label in under:
            assert ODD.category(level).by_code[str(reading.value)].label.zh == label
        if not reading.failed:
            assert chain_of(str(reading.value), level)[LEVELS[0]] == chain[LEVELS[0]]


def test_a_dropdown_with_nothing_above_it_offers_a_hint_alone(tmp_path: Path) -> None:
    view = view_of(Maker(ODD, "zh").tables(), "zh", ODD)
    plan = plan_workbook(view)
    table = plan.sheet(LISTS).table
    assert table is not None
    columns = [column.key for column in table.columns]
    hints = {level: str(table.rows[0][columns.index(f"cb_child_{level}")]) for level in ("zone", "town")}
    assert hints["zone"] == "（请先选好“Area”；该项可能没有下级）"
    engine = Engine(saved(plan, tmp_path / "odd.xlsx"))
    zone = HERE.columns["zone"]
    beside: list[dict[int, RawCell]] = [
        {},
        {HERE.columns["area"]: "火星"},
        {HERE.columns["area"]: ODD_LABELS[-1]},  # has no zones
    ]
    asked = [
        Question(HERE.title, zone, typed, row) for row in beside for typed in (hints["zone"], *ODD_LABELS)
    ]
    assert engine.ask(asked) == [typed == 0 for _ in beside for typed in range(len(ODD_LABELS) + 1)]
    reading = converter(SHEET.field("zone"), view.words).from_cell(hints["zone"], "x0")
    assert reading.failed


# ---------------------------------------------------------------- thousands to refer to


def test_ten_thousand_records_can_be_referred_to(tmp_path: Path) -> None:
    names = [
        "华为",
        "华为",
        f"华为{SEPARATOR}C000003",
        "A*",
        "=x",
        "(空)",
        "110105194912310021",
        "a",
        "Ａ",
        "'x'",
    ]
    fields = tuple(item.key for item in BOOK.sheet("customers").stored_fields)
    rows = {f"C{n:06}": {"customer_id": f"C{n:06}", "name": names[n % 10]} for n in range(10_000)}
    tables = {one.key: Table(one.key, tuple(f.key for f in one.stored_fields), {}) for one in BOOK.sheets}
    tables["customers"] = Table(
        "customers", fields, {key: tuple(map(row.get, fields)) for key, row in rows.items()}
    )
    view = view_of(tables)
    plan = plan_workbook(view)
    here = view.layout.sheets["sales"]
    labels = view.words.references["customers"].labels
    assert len(set(labels.values())) == 10_000
    engine = Engine(saved(plan, tmp_path / "many.xlsx"))
    right = [labels[f"C{n:06}"] for n in (*range(12), 5_000, 9_998, 9_999)]
    wrong = ["华为", f"华为{SEPARATOR}C010000", "*", f"*{SEPARATOR}C000003", "C000003", "谁"]
    column = here.columns["customer_id"]
    answers = engine.ask([Question(here.title, column, typed, {}) for typed in (*right, *wrong)])
    assert answers == [True] * len(right) + [False] * len(wrong)
    known = converter(BOOK.sheet("sales").field("customer_id"), view.words)
    assert [known.from_cell(typed, None).value for typed in right] == [typed[-7:] for typed in right]
    assert [note.code for note in known.from_cell("华为", None).notes] == ["ref-ambiguous"]
    assert known.from_cell(f"华为{SEPARATOR}C010000", None).failed


# ---------------------------------------------------------------- several values, yes and no


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        ("餐饮、住宿；住宿", {"food", "bed"}),
        ("餐饮、住宿、住宿", {"food", "bed"}),
        ("住宿，餐饮、住宿", {"food", "bed"}),
        ("A, 住宿", {"both"}),
        ("A,Ａ", {"branch", "hq"}),
        ("Ａ; A；", {"branch", "hq"}),
        ("住宿\nＡ", {"bed", "hq"}),
        ("住宿；住宿", {"bed"}),
        ("、住宿、", {"bed"}),
        (" bed ,HQ", {"bed", "hq"}),
    ],
)
def test_several_values_are_understood_as_people_part_them(typed: str, codes: set[str]) -> None:
    words = Words.of(ODD, "zh", {"places": references("", ())})
    reading = converter(SHEET.field("kinds"), words).from_cell(typed, None)
    assert not reading.failed
    assert isinstance(reading.value, tuple)
    assert set(reading.value) == codes


@pytest.mark.parametrize(
    "typed", ["住宿、火星", "火星", "餐饮、", "住宿 A", "；".join(["住宿"] * 40) + "；火星"]
)
def test_what_is_no_value_among_several_is_named(typed: str) -> None:
    words = Words.of(ODD, "zh", {"places": references("", ())})
    reading = converter(SHEET.field("kinds"), words).from_cell(typed, None)
    assert reading.value is None
    assert {note.code for note in reading.notes if note.code != "recognised"} == {"not-in-list"}


def test_a_cell_of_thousands_of_commas_is_read_at_once() -> None:
    words = Words.of(ODD, "zh", {"places": references("", ())})
    assert converter(SHEET.field("kinds"), words).from_cell("住宿、" * 2_000 + "火星", None).failed


# ---------------------------------------------------------------- a day's work in LibreOffice

MACRO = """<?xml version="1.0" encoding="UTF-8"?>
<script:module xmlns:script="http://openoffice.org/2000/script"
 script:name="Work" script:language="StarBasic">
Sub Work(path As String)
  Dim hidden(0) As New com.sun.star.beans.PropertyValue
  hidden(0).Name = "Hidden" : hidden(0).Value = True
  book = StarDesktop.loadComponentFromURL(ConvertToURL(path), "_blank", 0, hidden())
  places = book.Sheets.getByName("地点")
  places.unprotect("")
  Dim by(0) As New com.sun.star.table.TableSortField
  by(0).Field = 2 : by(0).IsAscending = False
  Dim how(1) As New com.sun.star.beans.PropertyValue
  how(0).Name = "SortFields" : how(0).Value = by()
  how(1).Name = "ContainsHeader" : how(1).Value = False
  places.getCellRangeByName("A3:Z32").sort(how())
  places.Rows.insertByIndex(5, 2)
  places.Rows.removeByIndex(20, 1)
  Dim spot As New com.sun.star.table.CellAddress
  spot.Sheet = places.RangeAddress.Sheet : spot.Column = 0 : spot.Row = 40
  places.copyRange(spot, places.getCellRangeByName("A10:Z11").RangeAddress)
  Dim saved(0) As New com.sun.star.beans.PropertyValue
  saved(0).Name = "FilterName" : saved(0).Value = "Calc MS Excel 2007 XML"
  book.storeToURL(ConvertToURL(path), saved())
  book.close(True)
End Sub
</script:module>
"""
"""Sorts the records, inserts two rows and deletes one among them, copies two below."""


@pytest.mark.slow
@pytest.mark.skipif(not has_libreoffice(), reason="LibreOffice is not here")
def test_dropdowns_follow_sorting_inserting_deleting_and_copying(tmp_path: Path) -> None:
    fields = tuple(item.key for item in SHEET.stored_fields)
    leaves = chains(LEVELS[-1], ROWS)[:ROWS]
    rows: dict[str, tuple[Value, ...]] = {}
    for number, chain in enumerate(leaves, 1):
        key = f"L{number:05}"
        values: dict[str, Value] = {
            "place_id": key,
            "name": f"地{number:02}",
            "open": number % 2 == 0,
            "day": dt.date(2026, 1, number),
        }
        codes = {name: choice.code for name, choice in chain.items()}
        rows[key] = tuple({**dict.fromkeys(fields), **values, **codes}[name] for name in fields)
    view = view_of({"places": Table("places", fields, rows)}, "zh", ODD)
    path = saved(plan_workbook(view), tmp_path / "day.xlsx")
    work(path, tmp_path / "office", MACRO)
    tab = ExcelFile(path).read().sheet("地点")
    assert tab is not None
    there = {
        number: {key: tab.cell(number, at) for key, at in HERE.columns.items()}
        for number in range(HERE.first_row, 60)
    }
    filled = {number: cells for number, cells in there.items() if cells["name"] is not None}
    names = [str(cells["name"]) for number, cells in sorted(filled.items()) if number < 40]
    assert names == sorted(names, reverse=True)
    assert len(filled) == ROWS - 1 + 2
    assert not {6, 7} & filled.keys()
    asked: list[tuple[Question, bool]] = []
    engine = Engine(path)
    for number, cells in filled.items():
        chain = next(one for at, one in enumerate(leaves, 1) if cells["name"] == f"地{at:02}")
        assert {name: cells[name] for name in LEVELS} == {name: one.label.zh for name, one in chain.items()}
        asked += [(ask(number, "open", "是"), True), (ask(number, "day", 0.0), False)]
        for level in LEVELS[1:]:
            own = chain[level].label.zh
            asked.append((ask(number, level, own), True))
    new = leaves[3]
    for number, typed in ((6, new[LEVELS[-1]].label.zh), (7, "火星")):  # the inserted rows
        question = Question(HERE.title, HERE.columns[LEVELS[-1]], typed, cells_of(new), at=number)
        asked += [(question, typed != "火星"), (ask(number, "open", "也许"), False)]
    answers = engine.ask([question for question, _ in asked])
    assert answers == [expected for _, expected in asked]


def ask(number: int, field: str, typed: RawCell) -> Question:
    """Whether a cell of a row that is there takes something."""
    return Question(HERE.title, HERE.columns[field], typed, {}, at=number)

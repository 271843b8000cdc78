"""What points at cells of the local Sheets server follows them when rows and columns move."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ironcalc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sheets_clients import ROBOT
from tests.sheets_server import ApiError, Colleague, SheetsServer, formula_text, input_rules, shifts

FORMULAS = st.sampled_from(
    [
        "=SUM(Sheet1!B3:D7)+Sheet1!$C$4",
        '=COUNTIF(Sheet1!$B:$B,"Sheet1!B3")',
        "=IF(Sheet1!A1>Sheet1!Z9,Sheet1!C3,Sheet1!$D5)",
        "=SUM(Sheet1!2:4)*Other!B3",
        "=LOG10(Sheet1!B12)",
    ]
)


def _by_ironcalc(formula: str, change: str, *numbers: int) -> str:
    model = ironcalc.create("book", "en", "UTC", "en")
    model.add_sheet("Other")
    model.update_cell_with_formula(1, 1, 50, formula)
    getattr(model, change)(0, *numbers)
    return str(model.get_cell_formula(1, 1, 50))


def _shifted(formula: str, shift: shifts.Shift) -> str:
    movement = formula_text.Movement(shift.axis, shift.span)
    return formula_text.shifted(formula, lambda tab: tab == "Sheet1", movement)


@settings(max_examples=60)
@given(FORMULAS, st.sampled_from(["ROWS", "COLUMNS"]), st.integers(0, 12), st.integers(1, 3))
def test_formulas_follow_insertions_as_another_engine_moves_them(
    formula: str, axis: str, at: int, count: int
) -> None:
    expected = _by_ironcalc(formula, f"insert_{axis.lower()}", at + 1, count)
    assert _shifted(formula, shifts.inserted(axis, at, count)) == expected


@settings(max_examples=30)
@given(st.integers(4, 9), st.integers(1, 4))
def test_formulas_follow_deletions_within_their_ranges(at: int, count: int) -> None:
    # where an end of a range is deleted the other engine gives up; Sheets keeps the rest
    formula = "=SUM(Sheet1!B3:B15)+Sheet1!$A$20+Sheet1!C2"
    expected = _by_ironcalc(formula, "delete_rows", at, count)
    assert _shifted(formula, shifts.deleted("ROWS", at - 1, at - 1 + count)) == expected


@pytest.mark.parametrize(
    ("formula", "shift", "expected"),
    [
        ("=SUM(Sheet1!A2:A5)", shifts.deleted("ROWS", 1, 2), "=SUM(Sheet1!A2:A4)"),
        ("=SUM(Sheet1!A2:A5)", shifts.deleted("ROWS", 3, 9), "=SUM(Sheet1!A2:A3)"),
        ("=SUM(Sheet1!A2:A5)", shifts.deleted("ROWS", 0, 9), "=SUM(#REF!)"),
        ('=Sheet1!A2&"\'A2"', shifts.moved("ROWS", 1, 2, 5), '=Sheet1!A5&"\'A2"'),
        ("=Sheet1!A4", shifts.moved("ROWS", 1, 2, 5), "=Sheet1!A3"),
        ("=SUM(Sheet1!B:C)", shifts.moved("COLUMNS", 1, 3, 6), "=SUM(Sheet1!E:F)"),
        ("=SUM(Sheet1!A2:A)", shifts.inserted("ROWS", 0, 3), "=SUM(Sheet1!A5:A)"),
        ("=A2+Sheet1.A2", shifts.inserted("ROWS", 0, 3), "=A2+Sheet1.A2"),
    ],
)
def test_formulas_at_the_edges(formula: str, shift: shifts.Shift, expected: str) -> None:
    assert _shifted(formula, shift) == expected


@pytest.fixture
def person(sheets_server: SheetsServer) -> Colleague:
    key = sheets_server.new_spreadsheet("Book", editors=[ROBOT])
    made = sheets_server.colleague(key)
    made.batch(
        {
            "updateSheetProperties": {
                "properties": {"gridProperties": {"rowCount": 12, "columnCount": 8}},
                "fields": "gridProperties(rowCount,columnCount)",
            }
        },
        {"addSheet": {"properties": {"title": "Sums", "gridProperties": {"rowCount": 40, "columnCount": 3}}}},
    )
    return made


STEP = st.one_of(
    st.tuples(st.just("insert_rows"), st.integers(1, 12), st.integers(1, 2)),
    st.tuples(st.just("delete_rows"), st.integers(1, 8), st.just(1)),
    st.tuples(st.just("move_rows"), st.integers(1, 11), st.integers(1, 12)),
    st.tuples(st.just("insert_columns"), st.sampled_from("ABCD"), st.just(1)),
    st.tuples(st.just("move_columns"), st.sampled_from("ABCD"), st.sampled_from("ABCDE")),
)


@settings(max_examples=15)
@given(st.lists(STEP, min_size=1, max_size=4))
def test_a_reference_shows_the_same_cell_wherever_it_went(steps: list[tuple[str, Any, Any]]) -> None:
    with SheetsServer() as server:
        person = server.colleague(server.new_spreadsheet("Book"))
        person.add_tab("Sums")
        person.paste_values("Sheet1", "A1", [[f"{row} {column}" for column in "ABC"] for row in range(10)])
        formulas = [[f"=Sheet1!{column}{row + 1}" for column in "ABC"] for row in range(10)]
        person.type_rows("Sums", "A1", formulas)
        gone = 0
        for name, first, second in steps:
            change: Callable[..., None] = getattr(person, name)
            change("Sheet1", first, second)
            gone += name == "delete_rows"
        shown = [person.value("Sums", f"{column}{row + 1}") for row in range(10) for column in "ABC"]
        right = [f"{row} {column}" for row in range(10) for column in "ABC"]
        wrong = [value for value, wanted in zip(shown, right, strict=True) if value != wanted]
        assert all(isinstance(value, dict) and value["type"] == "REF" for value in wrong)
        assert len(wrong) <= 3 * gone


def _everything(person: Colleague) -> None:
    grid = {"sheetId": 0, "startRowIndex": 2, "endRowIndex": 6, "startColumnIndex": 1, "endColumnIndex": 3}
    column = grid | {"endColumnIndex": 2}
    source = {"sourceRange": {"sources": [column]}}
    rule = {"condition": {"type": "ONE_OF_RANGE", "values": [{"userEnteredValue": "=Sheet1!$B$3:$B$6"}]}}
    custom = {"condition": {"type": "CUSTOM_FORMULA", "values": [{"userEnteredValue": "=$B3>1"}]}}
    row = {"dimension": "ROWS", "startIndex": 4, "endIndex": 5}
    visible = {"metadataKey": "k", "visibility": "DOCUMENT"}
    person.batch(
        {"addNamedRange": {"namedRange": {"namedRangeId": "n", "name": "people", "range": grid}}},
        {"addProtectedRange": {"protectedRange": {"range": {"sheetId": 0}, "unprotectedRanges": [grid]}}},
        {"addProtectedRange": {"protectedRange": {"range": column, "warningOnly": True}}},
        {"setDataValidation": {"range": column | {"sheetId": person.tab("Sums").id}, "rule": rule}},
        {"addConditionalFormatRule": {"rule": {"ranges": [grid], "booleanRule": custom | {"format": {}}}}},
        {"setBasicFilter": {"filter": {"range": grid, "filterSpecs": [{"columnIndex": 2}]}}},
        {"addFilterView": {"filter": {"title": "mine", "range": grid}}},
        {"addBanding": {"bandedRange": {"range": grid, "rowProperties": {"firstBandColor": {"red": 1}}}}},
        {
            "addChart": {
                "chart": {
                    "spec": {"pieChart": {"domain": source, "series": source}},
                    "position": {"overlayPosition": {"anchorCell": {"rowIndex": 3, "columnIndex": 4}}},
                }
            }
        },
        {
            "mergeCells": {
                "range": grid | {"startColumnIndex": 5, "endColumnIndex": 7},
                "mergeType": "MERGE_ALL",
            }
        },
        {"createDeveloperMetadata": {"developerMetadata": visible | {"location": {"dimensionRange": row}}}},
        {"addDimensionGroup": {"range": {"dimension": "ROWS", "startIndex": 2, "endIndex": 6}}},
    )
    person.type_cell("Sums", "A1", "=SUM(Sheet1!B3:B6)")


def _rows(person: Colleague) -> dict[str, Any]:
    """Where everything stands, as first and last row counted from 0, the last not included."""
    book = person.files.spreadsheets[person.spreadsheet_id]
    tab, sums = person.tab("Sheet1"), person.tab("Sums")
    whole, part = tab.objects["protectedRanges"]

    def rows(grid: dict[str, Any]) -> tuple[int, int]:
        return grid["startRowIndex"], grid["endRowIndex"]

    assert tab.basic_filter is not None
    rule = next(
        cell["dataValidation"] for row in sums.rows for cell in row.values() if "dataValidation" in cell
    )
    format_rule = tab.objects["conditionalFormats"][0]
    chart = tab.objects["charts"][0]
    group = tab.objects["rowGroups"][0]["range"]
    return {
        "name": rows(book.named_ranges[0]["range"]),
        "open": rows(whole["unprotectedRanges"][0]),
        "protected": rows(part["range"]),
        "list": rule["condition"]["values"][0]["userEnteredValue"],
        "format": rows(format_rule["ranges"][0]),
        "formula": format_rule["booleanRule"]["condition"]["values"][0]["userEnteredValue"],
        "filter": rows(tab.basic_filter["range"]),
        "view": rows(tab.objects["filterViews"][0]["range"]),
        "band": rows(tab.objects["bandedRanges"][0]["range"]),
        "source": rows(chart["spec"]["pieChart"]["series"]["sourceRange"]["sources"][0]),
        "anchor": chart["position"]["overlayPosition"]["anchorCell"]["rowIndex"],
        "merge": rows(tab.objects["merges"][0]),
        "metadata": book.metadata[0]["location"]["dimensionRange"]["startIndex"],
        "group": (group["startIndex"], group["endIndex"]),
        "sum": sums.cell(0, 0)["userEnteredValue"]["formulaValue"],
    }


def _expected(first: int, last: int, *, anchor: int, metadata: int) -> dict[str, Any]:
    ranges = ("name", "open", "protected", "format", "filter", "view", "band", "source", "merge", "group")
    return {
        **dict.fromkeys(ranges, (first, last)),
        "list": f"=Sheet1!$B${first + 1}:$B${last}",
        "formula": f"=$B{first + 1}>1",
        "anchor": anchor,
        "metadata": metadata,
        "sum": f"=SUM(Sheet1!B{first + 1}:B{last})",
    }


def test_everything_follows_rows(person: Colleague) -> None:
    _everything(person)
    assert _rows(person) == _expected(2, 6, anchor=3, metadata=4)
    person.insert_rows("Sheet1", 2, 3)
    assert _rows(person) == _expected(5, 9, anchor=6, metadata=7)
    person.insert_rows("Sheet1", 7, 2)
    assert _rows(person) == _expected(5, 11, anchor=8, metadata=9)
    person.delete_rows("Sheet1", 1, 6)
    assert _rows(person) == _expected(0, 5, anchor=2, metadata=3)


def test_what_lay_on_deleted_rows_alone_is_gone(person: Colleague) -> None:
    _everything(person)
    person.delete_rows("Sheet1", 2, 8)
    book = person.files.spreadsheets[person.spreadsheet_id]
    tab = person.tab("Sheet1")
    kinds = ("conditionalFormats", "filterViews", "bandedRanges", "merges", "rowGroups")
    assert [tab.objects[kind] for kind in kinds] == [[], [], [], [], []]
    assert (tab.basic_filter, book.metadata) == (None, [])
    assert [item.get("unprotectedRanges") for item in tab.objects["protectedRanges"]] == [[]]
    assert person.value("Sums", "A1") == {"type": "REF", "message": "Error #REF!"}


def test_a_name_without_cells_is_not_listed_but_blocks_its_name(person: Colleague) -> None:
    _everything(person)
    person.delete_rows("Sheet1", 2, 8)
    again = {"addNamedRange": {"namedRange": {"name": "People", "range": {"sheetId": 0, "endRowIndex": 1}}}}
    with pytest.raises(ApiError, match="already exists"):
        person.batch(again)
    person.batch({"deleteNamedRange": {"namedRangeId": "n"}}, again)


def test_filters_and_metadata_follow_columns(person: Colleague) -> None:
    _everything(person)
    span = {"dimension": "COLUMNS", "startIndex": 2, "endIndex": 3}
    note = {"metadataKey": "c", "visibility": "DOCUMENT", "location": {"dimensionRange": span}}
    person.batch({"createDeveloperMetadata": {"developerMetadata": note}})
    person.move_columns("Sheet1", "C", before="A")
    tab = person.tab("Sheet1")
    assert tab.basic_filter is not None
    assert tab.basic_filter["filterSpecs"] == [{"columnIndex": 0}]
    book = person.files.spreadsheets[person.spreadsheet_id]
    assert book.metadata[1]["location"]["dimensionRange"]["startIndex"] == 0


def test_a_tab_that_is_renamed_or_deleted_is_renamed_or_lost_in_formulas(person: Colleague) -> None:
    _everything(person)
    person.rename_tab("Sheet1", "It's new")
    assert person.tab("Sums").cell(0, 0)["userEnteredValue"]["formulaValue"] == "=SUM('It''s new'!B3:B6)"
    person.delete_tab("It's new")
    assert person.tab("Sums").cell(0, 0)["userEnteredValue"]["formulaValue"] == "=SUM(#REF!)"


def test_rules_and_formats_with_formulas_stay_relative_to_their_cell(person: Colleague) -> None:
    grid = {"sheetId": 0, "startRowIndex": 2, "endRowIndex": 9, "startColumnIndex": 1, "endColumnIndex": 2}
    rule = {"condition": {"type": "CUSTOM_FORMULA", "values": [{"userEnteredValue": "=LEN($B3)>LEN($A$1)"}]}}
    person.batch(
        {"repeatCell": {"range": grid, "cell": {"dataValidation": rule}, "fields": "dataValidation"}}
    )

    def formula(row: int) -> str:
        kept = person.tab("Sheet1").cell(row - 1, 1)["dataValidation"]
        text: str = input_rules.shown(kept, row - 1, 1)["condition"]["values"][0]["userEnteredValue"]
        return text

    assert (formula(3), formula(9)) == ("=LEN($B3)>LEN($A$1)", "=LEN($B9)>LEN($A$1)")
    person.insert_rows("Sheet1", 1, 2)
    person.insert_rows("Sheet1", 8)
    assert [formula(row) for row in (5, 8, 12)] == [f"=LEN($B{row})>LEN($A$3)" for row in (5, 8, 12)]
    person.delete_rows("Sheet1", 5, 2)
    assert [formula(row) for row in (5, 6, 10)] == [f"=LEN($B{row})>LEN($A$3)" for row in (5, 6, 10)]


def test_sorting_moves_rows_whole_with_their_own_formulas(person: Colleague) -> None:
    rows: list[list[Any]] = [["b", 2, "=B2*10"], ["a", 1, "=B3*10"], ["", "", ""], ["c", 3, "=B5*10"]]
    person.type_rows("Sheet1", "A2", rows)
    person.sort("Sheet1", "A", descending=True)
    shown = [[person.value("Sheet1", f"{column}{row}") for column in "ABC"] for row in (2, 3, 4, 5)]
    assert shown == [["c", 3, 30], ["b", 2, 20], ["a", 1, 10], [None, None, None]]

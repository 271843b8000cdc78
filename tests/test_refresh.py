"""Bringing a workbook up to date: exactly the cells that differ, and never what was typed."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given, settings

from custbook_gen.check import Checked, Drawn, Known, check_book, check_structure
from custbook_gen.check.checks import CHECKS
from custbook_gen.completing import with_all_tabs
from custbook_gen.finding import find_layout
from custbook_gen.layout import LISTS, STATUS
from custbook_gen.plan.whole import plan_workbook
from custbook_gen.records import Change, Conflict, Table, Tables, Value
from custbook_gen.refresh import Outcome, refresh
from custbook_gen.schema import Book
from custbook_gen.wording import status_text
from custbook_gen.workbook import Cell, Formula, Patch, RawCell, RawSheet, RawWorkbook, Serial
from tests.drawn import apply, as_read, tables, view_of
from tests.strategies import AS_OF, BOOK_DOCUMENT, tables_for

DOCUMENT = {**BOOK_DOCUMENT, "sheets": [dict(sheet) for sheet in BOOK_DOCUMENT["sheets"]]}
for sheet_ in DOCUMENT["sheets"]:
    sheet_["blank_rows"] = 10
    if sheet_["key"] == "sales":
        formula = "{{ this.quantity }}*{{ this.unit_price }}"
        sheet_["fields"] = [
            {**item, "formula": formula} if item["key"] == "amount" else item for item in sheet_["fields"]
        ]
BOOK: Book = Book.model_validate(DOCUMENT)
"""The test book, its amounts computed by a formula."""
STORED = tables(
    {
        "customers": [
            {"customer_id": "C000001", "name": "华为", "level": "重要", "mobile": "13800138000"},
            {"customer_id": "C000002", "name": "腾讯", "level": "普通", "mobile": "13900139000"},
        ],
        "sales": [
            {
                "line_id": "S00000001",
                "order_no": "A1",
                "customer_id": "华为",
                "date": "2026-03-04",
                "kind": "销售",
                "status": "已完成",
                "quantity": 2.0,
                "unit_price": 4.0,
            }
        ],
    },
    BOOK,
)
FRESH = as_read(plan_workbook(view_of(STORED, book=BOOK)))
CUSTOMERS = next(tab for tab in FRESH.sheets if tab.title == "客户档案")
COLUMNS = view_of(STORED, book=BOOK).layout.sheets


def typed(raw: RawWorkbook, sheet: str, cells: Mapping[tuple[int, str], RawCell]) -> RawWorkbook:
    """A workbook with some cells typed over, by row and field."""
    here = COLUMNS[sheet]
    tabs = []
    for tab in raw.sheets:
        if tab.title == here.title:
            rows, formulas = {number: list(row) for number, row in tab.rows.items()}, dict(tab.formulas)
            for (number, key), value in cells.items():
                row, at = rows.setdefault(number, []), here.columns[key]
                row += [None] * (at - len(row))
                row[at - 1] = value
                formulas.pop((number, at), None)
            found = {number: tuple(row) for number, row in sorted(rows.items())}
            tabs.append(replace(tab, rows=found, formulas=formulas))
        else:
            tabs.append(tab)
    return replace(raw, sheets=tuple(tabs))


def checked_of(raw: RawWorkbook, base: Tables, stored: Tables) -> Checked:
    layout, _ = find_layout(BOOK, raw, view_of(base, book=BOOK).layout, "zh")
    return check_book(BOOK, raw, layout, Known(base, stored), "zh", AS_OF)


def refreshed(raw: RawWorkbook, now: Tables = STORED, base: Tables = STORED, **outcome: object) -> Patch:
    """The patch for a workbook that showed ``base``, now that the store holds ``now``."""
    planned = view_of(now, book=BOOK).layout
    layout, _ = find_layout(BOOK, raw, planned, "zh")
    layout = with_all_tabs(layout, planned, planned.titles, raw)
    view = view_of(now, book=BOOK, layout=layout)
    checked = checked_of(raw, base, now)
    issues = [*checked.issues, *check_structure(raw, layout, view.words, checked.rows, Drawn(view.words))]
    return refresh(view, raw, Outcome(checked.rows, issues, **{"conflicts": (), **outcome}))  # type: ignore[arg-type]


def with_customers(tab: RawSheet) -> RawWorkbook:
    """The fresh workbook with another tab of customers."""
    return replace(FRESH, sheets=tuple(tab if one is CUSTOMERS else one for one in FRESH.sheets))


def changed(patch: Patch, sheet: str) -> dict[tuple[int, str], Cell | Formula]:
    """The cells that change on one sheet, by row and field."""
    here = COLUMNS[sheet]
    names = {at: key for key, at in here.columns.items()}
    found = [cell for part in patch.sheets if part.title == here.title for cell in part.cells]
    assert len({(cell.row, cell.column) for cell in found}) == len(found)
    return {(cell.row, names[cell.column]): cell.value for cell in found}


def stored_with(sheet: str, key: str, **values: Value) -> Tables:
    """The store after somebody else changed one record."""
    table = apply(STORED[sheet], [Change("update", sheet, key, {}, values)])
    return {**STORED, sheet: table}


ABOUT_THE_BOOK = {check.code for check in CHECKS if check.book is not None}
"""Records drawn at random may be duplicates, or ten years old: nothing that an edit did."""


# ---------------------------------------------------------------- nothing to do


@settings(max_examples=15)
@given(some=tables_for(BOOK))
def test_a_fresh_workbook_needs_no_patch(some: Tables) -> None:
    raw = as_read(plan_workbook(view_of(some, book=BOOK)))
    checked = checked_of(raw, some, some)
    assert {issue.code for issue in checked.issues} <= ABOUT_THE_BOOK
    assert all(not row.edited for rows in checked.rows.values() for row in rows)
    assert not refreshed(raw, some, some)


def test_a_patch_that_was_applied_leaves_nothing_to_do() -> None:
    now = stored_with("customers", "C000001", name="华为技术")
    raw = as_read(plan_workbook(view_of(now, book=BOOK)))
    assert not refreshed(raw, now, now)


# ---------------------------------------------------------------- each kind of difference


def test_a_changed_record_gives_its_cells_and_those_that_refer_to_it() -> None:
    patch = refreshed(FRESH, stored_with("customers", "C000001", name="华为技术"))
    assert changed(patch, "customers") == {(3, "name"): "华为技术"}
    assert changed(patch, "sales") == {(3, "customer_id"): "华为技术 · C000001"}
    assert [sheet.key for sheet in patch.rewritten] == [LISTS]


def test_a_computed_cell_that_was_typed_over_is_put_back() -> None:
    assert changed(refreshed(typed(FRESH, "customers", {(3, "total"): 99.0})), "customers") == {
        (3, "total"): 8
    }


def test_a_formula_that_was_typed_over_is_put_back_with_its_value() -> None:
    cells = changed(refreshed(typed(FRESH, "sales", {(3, "amount"): 99.0})), "sales")
    assert cells == {(3, "amount"): Formula("$I3*$J3", 8)}


def test_a_key_that_was_cleared_away_with_its_row_is_not_brought_back_unasked() -> None:
    gone = typed(FRESH, "customers", dict.fromkeys([(4, key) for key in COLUMNS["customers"].columns]))
    absent = {"customers": frozenset({"C000002"})}
    assert changed(refreshed(gone, absent=absent), "customers") == {}
    back = changed(refreshed(gone), "customers")
    assert {field: value for (row, field), value in back.items() if row == 4} == {
        "customer_id": "C000002",
        "name": "腾讯",
        "level": "普通",
        "mobile": "13900139000",
        "total": 0,
    }


def test_a_record_that_somebody_else_added_is_appended_below_the_last_row() -> None:
    now = {**STORED, "products": Table("products", ("sku", "name", "price"), {"T-1": ("T-1", "茶", None)})}
    patch = refreshed(FRESH, now)
    assert changed(patch, "products") == {(3, "sku"): "T-1", (3, "name"): "茶"}


def test_the_row_of_a_deleted_record_is_emptied() -> None:
    rows = {"C000001": STORED["customers"].rows["C000001"]}
    patch = refreshed(FRESH, {**STORED, "customers": replace(STORED["customers"], rows=rows)})
    emptied = changed(patch, "customers")
    assert {row for row, _ in emptied} == {4}
    assert set(emptied.values()) == {None}
    assert {"customer_id", "name", "level", "mobile", "total"} == {field for _, field in emptied}


def test_a_new_row_gets_its_number_its_defaults_and_what_was_tidied() -> None:
    raw = typed(
        FRESH,
        "customers",
        {(5, "name"): "  小米 ", (5, "level"): "VIP", (5, "mobile"): "137 0013 7000"},
    )
    row = next(row for row in checked_of(raw, STORED, STORED).rows["customers"] if row.new)
    values = {**row.values, "customer_id": "C000003"}
    now = {**STORED, "customers": apply(STORED["customers"], [_insert("C000003", values)])}
    cells = changed(refreshed(raw, now, keys={row.key: "C000003"}), "customers")
    assert cells == {
        (5, "customer_id"): "C000003",
        (5, "name"): "小米",
        (5, "level"): "重要",
        (5, "mobile"): "13700137000",
        (5, "total"): 0,
    }


def _insert(key: str, values: Mapping[str, Value]) -> Change:
    return Change("insert", "customers", key, {}, dict(values))


# ---------------------------------------------------------------- what was typed stays


def test_a_held_row_keeps_what_was_typed_and_says_why() -> None:
    raw = typed(FRESH, "customers", {(3, "level"): "VVIP", (3, "name"): "华为二部"})
    patch = refreshed(raw, stored_with("customers", "C000001", notes="别人写的"))
    assert changed(patch, "customers") == {
        (3, "notes"): "别人写的",
        (3, STATUS): status_text("zh", ["客户等级"], []),
    }


def test_a_held_new_row_keeps_everything() -> None:
    raw = typed(FRESH, "customers", {(5, "name"): "小米"})
    assert changed(refreshed(raw), "customers") == {(5, STATUS): status_text("zh", ["客户等级", "手机"], [])}


def test_a_copied_row_keeps_everything_whatever_became_of_its_original() -> None:
    copy = {(5, key): CUSTOMERS.cell(3, at) for key, at in COLUMNS["customers"].columns.items()}
    raw = typed(FRESH, "customers", {**copy, (5, "name"): "华为二部"})
    patch = refreshed(raw, stored_with("customers", "C000001", notes="别人写的"))
    assert changed(patch, "customers") == {
        (3, "notes"): "别人写的",
        (5, STATUS): status_text("zh", ["客户编号"], []),
    }


def test_a_cell_in_conflict_keeps_what_was_typed_and_says_so() -> None:
    raw = typed(FRESH, "customers", {(3, "name"): "华为一"})
    clash = Conflict("customers", "C000001", "name", "华为", "华为一", "华为二")
    patch = refreshed(raw, stored_with("customers", "C000001", name="华为二"), conflicts=[clash])
    assert changed(patch, "customers") == {(3, STATUS): status_text("zh", [], ["客户名称"])}


def test_a_blocked_run_writes_nothing_but_the_status() -> None:
    raw = typed(FRESH, "customers", {(3, "level"): "VVIP", (4, "name"): "腾讯二部", (5, "name"): "小米"})
    now = stored_with("customers", "C000002", notes="别人写的")
    patch = refreshed(raw, now, blocked=True)
    assert {field for _, field in changed(patch, "customers")} == {STATUS}
    assert (patch.rewritten, patch.names, patch.properties) == ((), {}, {})


def test_the_status_of_a_row_that_was_mended_goes() -> None:
    raw = typed(FRESH, "customers", {(3, STATUS): status_text("zh", ["客户等级"], [])})
    assert changed(refreshed(raw), "customers") == {(3, STATUS): None}


def test_the_users_own_columns_and_tabs_are_left_alone() -> None:
    raw = CUSTOMERS
    wide = {number: (*row, *[None] * (30 - len(row)), "我的") for number, row in raw.rows.items()}
    mine = with_customers(replace(raw, rows=wide))
    assert not refreshed(mine)


# ---------------------------------------------------------------- everything around the cells


@pytest.mark.parametrize("kept", ["none", "some"])
def test_a_damaged_rule_is_put_back(kept: str) -> None:
    here, tab = COLUMNS["customers"], CUSTOMERS
    level = here.columns["level"]
    rules = [rule for rule in tab.rules if rule.rectangles[0][1] != level]
    if kept == "some":
        old = next(rule for rule in tab.rules if rule.rectangles[0][1] == level)
        rules.append(replace(old, rectangles=((3, level, 3, level),)))
    patch = refreshed(with_customers(replace(tab, rules=tuple(rules))))
    assert [rule.column for part in patch.sheets for rule in part.rules] == [level]
    assert all(not part.cells for part in patch.sheets)


def test_names_and_properties_are_put_right() -> None:
    raw = replace(
        FRESH,
        names={**FRESH.names, "cb_list_level": "'x'!$A$1", "mine": "'x'!$A$2"},
        properties={**FRESH.properties, "custbook-revision": "0", "mine": "x"},
    )
    patch = refreshed(raw)
    assert set(patch.names) == {"cb_list_level"}
    assert set(patch.properties) == {"custbook-revision"}


def test_blank_rows_are_topped_up_once_half_of_them_are_used() -> None:
    order: dict[str, RawCell] = {
        "order_no": "A2",
        "customer_id": "华为 · C000001",
        "date": Serial(46_000),
        "kind": "销售",
    }
    row: dict[str, RawCell] = {**order, "status": "已完成", "quantity": 1.0, "unit_price": 1.0}

    def filled(count: int) -> RawWorkbook:
        cells = {(4 + at, key): value for at in range(count) for key, value in row.items()}
        return typed(FRESH, "sales", cells)

    def topped_up(raw: RawWorkbook) -> set[int]:
        cells = changed(refreshed(raw), "sales")
        last = max(number for number, _ in cells)
        return {number for number, field in cells if field == "amount" and last > 13} - set(range(14))

    assert topped_up(filled(4)) == set()
    assert topped_up(filled(6)) == set(range(14, 20))


def test_a_workbook_that_lost_its_lists_gets_them_again() -> None:
    raw = replace(FRESH, sheets=tuple(tab for tab in FRESH.sheets if tab.title != "_列表"))
    patch = refreshed(raw, stored_with("customers", "C000001", name="华为技术"))
    assert changed(patch, "customers") == {(3, "name"): "华为技术"}
    assert list(patch.rewritten) == []
    assert [sheet.key for sheet in patch.added] == [LISTS]
    assert patch.names == {}

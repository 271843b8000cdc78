"""Finding sheets and columns again, whatever people did to the tabs."""

from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from custbook_gen.completing import completed
from custbook_gen.finding import find_layout
from custbook_gen.issues import Issue
from custbook_gen.layout import (
    STATUS,
    Layout,
    address,
    column_order,
    free_title,
    header,
    letters,
    plan_layout,
    quote,
    rule_end,
    sheet_title,
)
from custbook_gen.texts import Lang
from custbook_gen.workbook import MAX_ROWS, RawSheet
from tests.drawn import DrawnSheet, draw, workbook
from tests.strategies import BOOK

CUSTOMERS = BOOK.sheet("customers")
ORDER = column_order(CUSTOMERS)
ROWS = ({"customer_id": "C000001", "name": "华为"},)


def find(*sheets: DrawnSheet, lang: Lang = "zh") -> tuple[Layout, list[Issue]]:
    return find_layout(BOOK, workbook(*sheets, lang=lang), plan_layout(BOOK, lang), lang)


def told(issues: list[Issue]) -> list[tuple[str, str | None]]:
    return [(issue.code, issue.place.field) for issue in issues]


@pytest.mark.parametrize("lang", ["zh", "en", "zh+en"])
def test_a_new_workbook_is_found_as_it_was_planned(lang: Lang) -> None:
    layout, issues = find(lang=lang)
    assert layout.sheets == plan_layout(BOOK, lang).sheets
    assert issues == []


def test_the_key_comes_first_then_the_status_then_the_name() -> None:
    assert ORDER[:3] == ("customer_id", STATUS, "name")
    assert sorted(ORDER) == sorted([STATUS, *(field.key for field in CUSTOMERS.fields)])


@pytest.mark.parametrize("where", ["code", "city", "customer_id"])
def test_one_moved_column_is_the_only_one_named(where: str) -> None:
    rest = [key for key in ORDER if key != "notes"]
    at = rest.index(where)
    layout, issues = find(replace(draw(CUSTOMERS, ROWS), columns=(*rest[:at], "notes", *rest[at:])))
    assert told(issues) == [("column-moved", "notes")]
    assert layout.sheets["customers"].columns["notes"] == at + 1


@given(order=st.permutations(ORDER))
def test_columns_are_read_where_they_are_and_the_fewest_are_called_moved(order: list[str]) -> None:
    layout, issues = find(replace(draw(CUSTOMERS, ROWS), columns=tuple(order)))
    assert layout.sheets["customers"].columns == {key: at for at, key in enumerate(order, 1)}
    named = {field for _, field in told(issues)}
    left = [ORDER.index(key) for key in order if key not in named]
    assert left == sorted(left)
    assert len(left) == _longest_run([ORDER.index(key) for key in order])


def _longest_run(numbers: list[int]) -> int:
    """Length of the longest increasing run, by trying them all."""
    lengths: list[int] = []
    for at, number in enumerate(numbers):
        lengths.append(1 + max((lengths[i] for i in range(at) if numbers[i] < number), default=0))
    return max(lengths)


def test_a_renamed_header_is_told_and_the_column_still_read() -> None:
    layout, issues = find(replace(draw(CUSTOMERS, ROWS), headers={"level": "级别"}))
    assert told(issues) == [("header-changed", "level")]
    assert layout.sheets["customers"].columns["level"] == ORDER.index("level") + 1


def test_columns_of_the_users_own_between_ours_are_nothing_to_tell() -> None:
    columns = (*ORDER[:4], "我的备注", "x", *ORDER[4:], "合计")
    layout, issues = find(replace(draw(CUSTOMERS, ROWS), columns=columns, headers={"我的备注": "我的备注"}))
    assert issues == []
    assert layout.sheets["customers"].columns[ORDER[4]] == 7


def test_a_lost_column_is_told_and_missing_from_the_layout() -> None:
    layout, issues = find(
        replace(draw(CUSTOMERS, ROWS), columns=tuple(key for key in ORDER if key != "city"))
    )
    assert told(issues) == [("column-missing", "city")]
    assert "city" not in layout.sheets["customers"].columns


def test_a_lost_machine_key_is_known_by_its_header() -> None:
    raw = workbook(draw(CUSTOMERS, ROWS))
    top = tuple(None if key in {"city", "customer_id"} else key for key in raw.sheets[0].rows[1])
    layout, issues = find_layout(
        BOOK,
        replace(raw, sheets=(replace(raw.sheets[0], rows={**raw.sheets[0].rows, 1: top}), *raw.sheets[1:])),
        plan_layout(BOOK, "zh"),
        "zh",
    )
    assert told(issues) == [("key-row-damaged", "customer_id"), ("key-row-damaged", "city")]
    assert layout.sheets["customers"].columns == {key: at for at, key in enumerate(ORDER, 1)}


def test_a_column_of_a_field_that_the_book_has_no_more_is_told_where_it_holds_anything() -> None:
    raw = workbook(draw(CUSTOMERS, ROWS))
    ends = {
        1: ("shoe_size", "hat size", "fax"),
        2: ("鞋码\nShoe size", "帽子", "传真"),
        3: ("42", "57", None),
    }
    rows = {number: (*cells, *ends.get(number, ())) for number, cells in raw.sheets[0].rows.items()}
    _, issues = find_layout(
        BOOK,
        replace(raw, sheets=(replace(raw.sheets[0], rows=rows), *raw.sheets[1:])),
        plan_layout(BOOK, "zh"),
        "zh",
    )
    assert told(issues) == [("column-resting", "shoe_size")]
    assert "鞋码 Shoe size" in issues[0].message("zh")


def test_a_copied_column_is_told_and_the_one_under_its_own_header_is_read() -> None:
    columns = ("level", *ORDER)
    drawn = replace(draw(CUSTOMERS, ROWS), columns=columns)
    raw = workbook(drawn)
    header_row = list(raw.sheets[0].rows[2])
    header_row[0] = "等级（旧）"
    rows = {**raw.sheets[0].rows, 2: tuple(header_row)}
    layout, issues = find_layout(
        BOOK,
        replace(raw, sheets=(replace(raw.sheets[0], rows=rows), *raw.sheets[1:])),
        plan_layout(BOOK, "zh"),
        "zh",
    )
    assert told(issues) == [("column-twice", "level")]
    assert layout.sheets["customers"].columns["level"] == columns.index("level", 1) + 1


def test_columns_whose_headers_were_swapped_are_neither_read_nor_written() -> None:
    swapped = {"level": header(CUSTOMERS, "mobile", "zh"), "mobile": header(CUSTOMERS, "level", "zh")}
    layout, issues = find(replace(draw(CUSTOMERS, ROWS), headers=swapped))
    assert told(issues) == [("header-contradicts", "level"), ("header-contradicts", "mobile")]
    here = layout.sheets["customers"]
    assert here.withheld == {"level", "mobile"}
    assert not here.withheld & here.columns.keys()


def test_lost_columns_and_sheets_get_a_place_beside_everything_else() -> None:
    raw = workbook(
        replace(
            draw(CUSTOMERS, ROWS),
            columns=(*[k for k in ORDER if k != "city"], "x", "y"),
            headers={"y": "我的"},
        )
    )
    raw = replace(raw, sheets=raw.sheets[:-1])
    planned = plan_layout(BOOK, "zh")
    layout, issues = find_layout(BOOK, raw, planned, "zh")
    assert told(issues) == [("column-missing", "city"), ("sheet-missing", None)]
    whole = completed(layout, planned, {"sales"}, raw)
    assert whole.sheets["customers"].columns["city"] == len(ORDER) + 2
    assert whole.sheets["sales"] == planned.sheets["sales"]


def test_without_the_key_column_a_sheet_is_not_read_at_all() -> None:
    layout, issues = find(replace(draw(CUSTOMERS, ROWS), columns=ORDER[1:]))
    assert told(issues) == [("key-missing", "customer_id")]
    assert "customers" not in layout.sheets
    assert "sales" in layout.sheets


def test_renamed_tabs_are_known_by_their_machine_keys() -> None:
    layout, issues = find(replace(draw(CUSTOMERS, ROWS), title="老客户"))
    assert [issue.code for issue in issues] == ["sheet-renamed"]
    assert layout.sheets["customers"].title == "老客户"


def test_a_copy_of_a_tab_is_the_users_own() -> None:
    raw = workbook(draw(CUSTOMERS, ROWS))
    copy = replace(raw.sheets[0], title="客户档案 (2)")
    layout, issues = find_layout(
        BOOK, replace(raw, sheets=(copy, *raw.sheets)), plan_layout(BOOK, "zh"), "zh"
    )
    assert layout.sheets["customers"].title == "客户档案"
    assert told(issues) == [("sheet-twice", None)]


def test_another_tab_under_the_old_title_does_not_hide_the_renamed_one() -> None:
    raw = workbook(replace(draw(CUSTOMERS, ROWS), title="老客户"))
    other = RawSheet("客户档案", {1: ("随便", "写写")})
    layout, issues = find_layout(
        BOOK, replace(raw, sheets=(other, *raw.sheets)), plan_layout(BOOK, "zh"), "zh"
    )
    assert layout.sheets["customers"].title == "老客户"
    assert [issue.code for issue in issues] == ["sheet-renamed"]


def test_a_lost_tab_is_told_and_the_others_are_read() -> None:
    raw = workbook()
    layout, issues = find_layout(BOOK, replace(raw, sheets=raw.sheets[1:]), plan_layout(BOOK, "zh"), "zh")
    assert [(issue.code, issue.place.sheet) for issue in issues] == [("sheet-missing", "customers")]
    assert set(layout.sheets) == {"products", "sales"}


@pytest.mark.parametrize("above", [1, 5, 20])
def test_rows_inserted_above_shift_everything_down(above: int) -> None:
    layout, issues = find(replace(draw(CUSTOMERS, ROWS), above=above))
    here = layout.sheets["customers"]
    assert (here.key_row, here.header_row, here.first_row) == (above + 1, above + 2, above + 3)
    assert issues == []


@pytest.mark.parametrize("lang", ["zh", "en", "zh+en"])
def test_headers_do_where_the_row_of_machine_keys_was_deleted(lang: Lang) -> None:
    layout, issues = find(replace(draw(CUSTOMERS, ROWS, lang), keyed=False), lang=lang)
    here = layout.sheets["customers"]
    assert (here.header_row, here.first_row) == (1, 2)
    assert here.columns == {key: at for at, key in enumerate(ORDER, 1)}
    assert [issue.code for issue in issues] == ["key-row-gone"]


# ---------------------------------------------------------------- addresses


@given(column=st.integers(1, 16_384))
def test_letters_count_as_spreadsheets_do(column: int) -> None:
    number = 0
    for letter in letters(column):
        number = number * 26 + ord(letter) - 64
    assert number == column


def test_addresses_name_a_cell_a_row_a_column_or_a_tab() -> None:
    assert address("A's", 8, 14) == "'A''s'!H14"
    assert address("客户", None, 14) == "'客户'!14:14"
    assert address("客户", 8, None) == "'客户'!H:H"
    assert address("客户", None, None) == quote("客户") == "'客户'"


@given(label=st.text(max_size=60))
@example(label="a" * 30 + "'s")
@example(label="a" * 29 + " 's")
def test_a_tab_title_is_always_one_that_spreadsheets_accept(label: str) -> None:
    title = sheet_title(label)
    assert len(title.encode("utf-16-le", "surrogatepass")) <= 62
    assert not set(title) & set("[]:*?/\\\n")
    assert not title.startswith("'")
    assert not title.endswith("'")


@pytest.mark.parametrize("label", ["😀" * 16, "a" * 28 + "'bc", "表" * 31])
def test_so_is_one_with_a_number_behind_it(label: str) -> None:
    taken: set[str] = set()
    titles = [free_title(label, taken) for _ in range(12)]
    assert len({title.casefold() for title in titles}) == 12
    assert all(len(title.encode("utf-16-le")) <= 62 for title in titles)
    assert not [title for title in titles if "' " in title]


@given(last=st.integers(0, MAX_ROWS))
def test_rules_reach_well_below_the_last_row(last: int) -> None:
    assert rule_end(last) == MAX_ROWS or rule_end(last) >= last + 2000

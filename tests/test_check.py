"""Checking rows: what counts as a record, what is filled in, what holds a row and what does not."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

import pytest

from custbook_gen.check import Checked, CheckedRow, Known, check_book
from custbook_gen.records import Table, Tables, Value
from custbook_gen.schema import Book
from custbook_gen.texts import Lang
from custbook_gen.workbook import Serial
from tests.drawn import FormulaCell, Row, draw, layout_of, tables, workbook
from tests.strategies import AS_OF, BOOK_DOCUMENT

CUSTOMERS, PRODUCTS, SALES = BOOK_DOCUMENT["sheets"]
MORE = (
    {"key": "origin", "type": "text", "label": {"zh": "内部", "en": "Internal"}, "locked": True},
    {"key": "size", "type": "int", "label": {"zh": "规模", "en": "Size"}, "default": "3"},
    {
        "key": "since",
        "type": "date",
        "label": {"zh": "自", "en": "Since"},
        "default": "as_of",
        "required": True,
    },
    {"key": "fee", "type": "money", "label": {"zh": "费", "en": "Fee"}, "default": "2.50"},
)
BOOK: Book = Book.model_validate(
    {
        **BOOK_DOCUMENT,
        "sheets": ({**CUSTOMERS, "fields": (*CUSTOMERS["fields"], *MORE)}, PRODUCTS, SALES),
    }
)
HUAWEI: Row = {
    "customer_id": "C000001",
    "name": "华为",
    "code": "AB0001",
    "level": "重要",
    "province": "江苏省",
    "city": "苏州市",
    "mobile": "13800138000",
    "since": Serial(46_023),
}
TENCENT: Row = {**HUAWEI, "customer_id": "C000002", "name": "腾讯", "code": "AB0002"}
SALE: Row = {
    "order_no": "A1",
    "customer_id": "华为 · C000001",
    "date": "2026-03-04",
    "quantity": 1.0,
    "unit_price": 1.0,
}
STORED = tables({"customers": [HUAWEI, TENCENT], "products": [{"sku": "12345", "name": "茶"}]}, BOOK)


def check(sheets: dict[str, Sequence[Row]], known: Known | None = None, lang: Lang = "zh") -> Checked:
    """Drawn rows against the store (by default: the customers above, shown as they are)."""
    raw = workbook(*(draw(BOOK.sheet(key), rows, lang) for key, rows in sheets.items()), book=BOOK, lang=lang)
    layout = layout_of(raw, BOOK, lang)
    return check_book(BOOK, raw, layout, known or Known(STORED, STORED), lang, AS_OF)


def customers(*rows: Row, known: Known | None = None) -> tuple[CheckedRow, ...]:
    return tuple(check({"customers": rows}, known).rows["customers"])


def faults(row: CheckedRow) -> dict[str, str]:
    return {field: issue.code for field, issue in row.faults.items()}


def notes(checked: Checked) -> list[str]:
    return [issue.code for issue in checked.issues if issue.severity != "warning"]


def with_customers(*rows: Row) -> Tables:
    return tables({"customers": rows}, BOOK)


# ---------------------------------------------------------------- rows and keys


def test_a_key_with_stray_blanks_is_that_key() -> None:
    (row, _) = customers({**HUAWEI, "customer_id": " C000001\u3000"}, TENCENT)
    assert (row.key, row.held, row.edited) == ("C000001", False, set())


def test_a_key_that_the_spreadsheet_made_a_number_is_known_in_a_sheet_of_text_keys() -> None:
    checked = check({"products": [{"sku": 12345.0, "name": "茶"}]})
    assert [row.key for row in checked.rows["products"]] == ["12345"]
    assert "row-missing" not in [i.code for i in checked.issues if i.place.sheet == "products"]


def test_half_a_character_is_taken_out_of_what_was_typed() -> None:
    half = "\ud83d"
    given = {key: f"{value}{half}" for key, value in {**HUAWEI, "since": "2026-01-01", "size": "3"}.items()}
    (row,) = customers({**given, "name": f"{half}华{half}为"})
    assert (row.key, row.faults) == ("C000001", {})
    assert (row.values["name"], row.values["code"], row.values["size"]) == ("华为", "AB0001", 3)


def test_rows_of_blanks_and_invisible_characters_are_no_records() -> None:
    assert customers({"name": "  ", "level": "\u3000", "notes": "\u200b"}) == ()


def test_a_row_with_nothing_but_a_text_of_the_users_own_is_no_record() -> None:
    assert customers({"_status": "看这里"}) == ()


def test_a_formula_without_a_value_as_key_holds_the_row() -> None:
    (row,) = customers({**HUAWEI, "customer_id": FormulaCell("A2+1")})
    assert faults(row)["customer_id"] == "formula-no-value"


@pytest.mark.parametrize("key", ["+5", "+products+3", "+products+4"])
def test_a_text_key_may_look_like_anything(key: str) -> None:
    checked = check({"products": [{"sku": "x", "name": "水"}, {"sku": key, "name": "茶"}]})
    assert [row.key for row in checked.rows["products"]] == ["x", key]


def test_a_copy_is_held_and_the_untouched_row_is_the_record() -> None:
    copy, original, _ = customers({**HUAWEI, "name": "华为二部"}, HUAWEI, TENCENT)
    assert faults(copy) == {"customer_id": "key-duplicate"}
    assert not original.held


def test_of_two_changed_copies_neither_is_taken() -> None:
    rows = customers({**HUAWEI, "name": "一部"}, {**HUAWEI, "name": "二部"}, TENCENT)
    assert [faults(row) for row in rows[:2]] == [{"customer_id": "key-duplicate"}] * 2


def test_rows_of_a_record_that_was_deleted_meanwhile_are_no_faults_until_they_are_edited() -> None:
    known = Known(STORED, with_customers(TENCENT))
    untouched, _ = customers(HUAWEI, TENCENT, known=known)
    assert (untouched.held, untouched.edited) == (False, set())
    edited, _ = customers({**HUAWEI, "name": "华为一"}, TENCENT, known=known)
    assert (edited.held, edited.edited) == (False, {"name"})


# ---------------------------------------------------------------- defaults and required fields


def test_a_new_row_gets_the_defaults_of_what_was_left_empty() -> None:
    new = {key: value for key, value in HUAWEI.items() if key not in ("customer_id", "code", "since")}
    *_, row = customers(HUAWEI, TENCENT, new)
    assert not row.held
    assert (row.values["since"], row.values["size"], row.values["fee"]) == (AS_OF, 3, Decimal("2.5"))
    assert isinstance(row.values["size"], int)


def test_a_default_does_not_cover_up_what_is_wrong() -> None:
    *_, row = customers(HUAWEI, TENCENT, {**TENCENT, "customer_id": None, "code": None, "since": "去年"})
    assert faults(row) == {"since": "not-a-date"}


@pytest.mark.parametrize("known", [Known(STORED, STORED), Known()], ids=["with the store", "without"])
def test_a_required_cell_that_was_emptied_is_missing_whatever_its_default(known: Known) -> None:
    row = customers({**HUAWEI, "since": None}, TENCENT, known=known)[0]
    assert faults(row) == {"since": "required-missing"}


def test_a_lost_column_keeps_the_stored_values() -> None:
    raw = workbook(
        draw(BOOK.sheet("customers"), [HUAWEI, TENCENT]),
        book=BOOK,
    )
    layout = layout_of(raw, BOOK)
    here = layout.sheets["customers"]
    fewer = type(here)(here.key, here.title, {k: at for k, at in here.columns.items() if k != "since"})
    found = check_book(
        BOOK, raw, type(layout)({**layout.sheets, "customers": fewer}), Known(STORED, STORED), "zh", AS_OF
    )
    row = found.rows["customers"][0]
    assert (row.values["since"], row.held, row.edited) == (dt.date(2026, 1, 1), False, set())


# ---------------------------------------------------------------- locked cells, groups, cascades


def test_a_locked_cell_keeps_its_value_and_takes_one_only_in_a_new_row() -> None:
    checked = check(
        {
            "customers": [
                {**HUAWEI, "origin": "x"},
                TENCENT,
                {**HUAWEI, "customer_id": None, "code": None, "origin": "y"},
            ]
        }
    )
    old, _, new = checked.rows["customers"]
    assert (old.values["origin"], old.edited, old.held) == (None, set(), False)
    assert notes(checked) == ["computed-changed"]
    assert new.values["origin"] == "y"


def test_a_faulty_field_of_a_group_is_its_own_fault_only() -> None:
    row = customers({**HUAWEI, "mobile": "123"}, TENCENT)[0]
    assert faults(row) == {"mobile": "phone-impossible"}


def test_a_city_under_a_faulty_province_is_not_told_as_well() -> None:
    row = customers({**HUAWEI, "province": "江西"}, TENCENT)[0]
    assert faults(row) == {"province": "not-in-list"}


def test_a_city_that_stayed_behind_when_the_province_changed_is_a_fault() -> None:
    row = customers({**HUAWEI, "province": "浙江省"}, TENCENT)[0]
    assert faults(row) == {"city": "not-under-parent"}


def test_a_city_without_its_province_asks_for_the_province() -> None:
    row = customers({**HUAWEI, "province": None}, TENCENT)[0]
    assert faults(row) == {"city": "parent-missing"}


def test_several_choices_count_once_and_keep_the_order_of_the_list() -> None:
    row = customers({**HUAWEI, "groups": "团购；老客户；团购"}, TENCENT)[0]
    assert row.values["groups"] == ("g1", "g2")


# ---------------------------------------------------------------- unique values


def test_two_rows_may_swap_a_unique_value() -> None:
    rows = customers({**HUAWEI, "code": "AB0002"}, {**TENCENT, "code": "AB0001"})
    assert [row.held for row in rows] == [False, False]


def test_a_swap_fails_as_a_whole_if_one_of_its_rows_is_held() -> None:
    rows = customers({**HUAWEI, "code": "AB0002"}, {**TENCENT, "code": "AB0001", "level": "?"})
    assert [faults(row) for row in rows] == [{"code": "not-unique"}, {"level": "not-in-list"}]


def test_a_value_that_somebody_else_gave_to_a_shown_record_meanwhile_is_taken() -> None:
    now = with_customers({**HUAWEI, "code": "ZZ0009"}, TENCENT)
    rows = customers(HUAWEI, {**TENCENT, "code": "ZZ0009"}, known=Known(STORED, now))
    assert [faults(row) for row in rows] == [{}, {"code": "not-unique"}]


def test_the_untouched_row_owns_a_value_even_if_it_stands_below() -> None:
    *_, new, old = customers(TENCENT, {**HUAWEI, "customer_id": None}, HUAWEI)
    assert [faults(new), faults(old)] == [{"code": "not-unique"}, {}]


# ---------------------------------------------------------------- references


def sales(rows: Sequence[Row], people: Sequence[Row], known: Known | None = None) -> tuple[CheckedRow, ...]:
    return tuple(check({"customers": people, "sales": rows}, known).rows["sales"])


def test_a_reference_to_a_stored_record_holds_though_its_row_is_held() -> None:
    (row,) = sales([SALE], [{**HUAWEI, "level": "?"}, TENCENT])
    assert not row.held


def test_a_reference_to_a_new_row_waits_for_it() -> None:
    new = {**HUAWEI, "customer_id": None, "code": None, "name": "小米"}
    (row,) = sales([{**SALE, "customer_id": "小米"}], [HUAWEI, TENCENT, new])
    assert not row.held
    (row,) = sales([{**SALE, "customer_id": "小米"}], [HUAWEI, TENCENT, {**new, "level": "?"}])
    assert faults(row) == {"customer_id": "ref-held"}


def test_a_reference_to_a_new_row_with_a_key_of_its_own_waits_for_it_too() -> None:
    products = [{"sku": "12345", "name": "茶"}, {"sku": "T-9", "name": "水", "price": "贵"}]
    checked = check(
        {"customers": [HUAWEI, TENCENT], "products": products, "sales": [{**SALE, "product_id": "T-9"}]}
    )
    assert faults(checked.rows["sales"][0]) == {"product_id": "ref-held"}


def test_a_reference_to_a_record_that_was_deleted_meanwhile_is_unknown() -> None:
    known = Known(STORED, with_customers(TENCENT))
    (row,) = sales([SALE], [HUAWEI, TENCENT], known)
    assert faults(row) == {"customer_id": "ref-unknown"}


def test_a_chain_of_new_rows_is_held_by_its_first() -> None:
    first = {**HUAWEI, "customer_id": None, "code": None, "name": "甲", "level": "?"}
    second = {**first, "name": "乙", "level": "重要", "parent_id": "甲"}
    third = {**second, "name": "丙", "parent_id": "乙"}
    checked = check({"customers": [HUAWEI, TENCENT, third, second, first]})
    assert [faults(row).get("parent_id") for row in checked.rows["customers"][2:4]] == ["ref-held"] * 2


def test_without_the_store_numbered_rows_count_as_stored() -> None:
    (row,) = sales([SALE], [{**HUAWEI, "level": "?"}, TENCENT], Known())
    assert not row.held


# ---------------------------------------------------------------- languages


@pytest.mark.parametrize("lang", ["zh", "en", "zh+en"])
@pytest.mark.parametrize(("level", "active"), [("重要", "是"), ("VIP", "Yes"), ("重要 VIP", "是 Yes")])
def test_labels_of_every_language_are_read_in_every_workbook(lang: Lang, level: str, active: str) -> None:
    checked = check({"customers": [{**HUAWEI, "level": level, "active": active}, TENCENT]}, lang=lang)
    row = checked.rows["customers"][0]
    found: tuple[Value, ...] = (row.values["level"], row.values["active"])
    assert found == ("vip", True)
    assert not row.held


def test_records_without_a_sheet_in_the_workbook_are_not_missing() -> None:
    raw = workbook(book=BOOK)
    layout = layout_of(raw, BOOK)
    fewer = type(layout)({key: here for key, here in layout.sheets.items() if key != "customers"})
    found = check_book(BOOK, raw, fewer, Known(STORED, STORED), "zh", AS_OF)
    assert "customers" not in found.missing
    assert isinstance(STORED["customers"], Table)
    assert found.missing == {"products": ("12345",)}
    assert [issue.code for issue in found.issues] == ["row-missing"]

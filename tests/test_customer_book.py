"""The bundled customer book: its presets, words and purposes, its demo, and its formulas."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import ironcalc
import pytest

from custbook_gen.actions.demo_data import demo_records
from custbook_gen.check import Known, check_book
from custbook_gen.finding import find_layout
from custbook_gen.formulas import AS_OF as AS_OF_NAME
from custbook_gen.layout import META, STATUS, Layout, plan_layout
from custbook_gen.load import load_book
from custbook_gen.plan import View
from custbook_gen.plan.whole import plan_workbook
from custbook_gen.records import Change, Table, Tables
from custbook_gen.schema import Book, Category, Field, Preset, Sheet, record_model, select
from custbook_gen.texts import Lang
from custbook_gen.workbook import Plan, RawSheet, RawWorkbook, SheetPlan
from tests.drawn import as_found, view_of
from tests.strategies import AS_OF
from tests.summary_books import save

PRESETS: tuple[Preset, ...] = ("basic", "standard", "full")
LANGS: tuple[Lang, ...] = ("zh", "en", "zh+en")
BASIC = {
    "customers": "customer_id name customer_type gender age_band mobile phone email province city district "
    "address industry size level source groups pref_category pref_channel owner_id created_on verified_on "
    "status notes total_amount order_count last_purchase last_interaction",
    "contacts": "contact_id customer_id name gender title department role is_key is_primary mobile phone "
    "email do_not_contact status verified_on notes",
    "sales": "line_id order_no customer_id date kind product_id quantity unit unit_price discount amount "
    "payment_status status staff_id channel notes",
    "interactions": "interaction_id customer_id contact_id at channel direction subject content purpose "
    "result sentiment duration_min staff_id next_on next_action demand attachment notes",
    "products": "product_id name category unit list_price status notes",
    "staff": "staff_id name role department mobile email joined_on left_on status",
}
"""What basic projects have had from the beginning, in the order of their columns."""


@pytest.fixture(scope="module")
def book() -> Book:
    return load_book("customer_book")


def fields_of(book: Book) -> Iterator[tuple[Sheet, Field]]:
    return ((sheet, field) for sheet in book.sheets for field in sheet.fields)


# ---------------------------------------------------------------- presets


def test_the_basic_book_is_what_it_was(book: Book) -> None:
    basic = select(book, "basic")
    found = {sheet.key: [field.key for field in sheet.fields] for sheet in basic.sheets}
    found.pop("dictionary")
    assert found == {key: names.split() for key, names in BASIC.items()}


@pytest.mark.parametrize(
    ("preset", "more"),
    [
        ("standard", {"deals", "tickets", "feedback", "consents", "rights_requests"}),
        ("full", {"deals", "tickets", "feedback", "consents", "rights_requests", "events"}),
    ],
)
def test_larger_presets_add_sheets(book: Book, preset: Preset, more: set[str]) -> None:
    assert set(select(book, preset).sheet_by_key) == set(BASIC) | {"dictionary"} | more


def test_each_preset_is_part_of_the_next(book: Book) -> None:
    chosen = [select(book, preset) for preset in (*PRESETS, "opt-in")]
    for small, large in pairwise(chosen):
        for sheet in small.sheets:
            kept = {field.key for field in sheet.fields}
            order = [field.key for field in large.sheet(sheet.key).fields if field.key in kept]
            assert order == [field.key for field in sheet.fields]
        assert set(small.category_by_key) <= set(large.category_by_key)


def test_what_is_sensitive_is_in_no_preset(book: Book) -> None:
    sensitive = {field.key for _, field in fields_of(book) if field.personal == "sensitive"}
    assert sensitive == {"id_no", "bank_account"}
    assert not sensitive & {field.key for _, field in fields_of(select(book, "full"))}


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("customers", [0, 1])
def test_every_preset_makes_a_workbook(
    book: Book, tmp_path: Path, preset: Preset, lang: Lang, customers: int
) -> None:
    chosen = select(book, preset)
    known = [change for change in demo_records(chosen, AS_OF, lang) if change.sheet in ("customers", "staff")]
    one = [change for change in known if change.sheet == "staff" or change.key == "C000001"]
    plan = plan_workbook(view_of(tables(chosen, one if customers else []), lang, chosen))
    path = save(plan, tmp_path / "book.xlsx")
    assert path.stat().st_size > 0
    for sheet in plan.sheets:
        if sheet.table is not None and sheet.key in chosen.sheet_by_key:
            headers = [column.header for column in sheet.table.columns]
            assert len(set(headers)) == len(headers)


# ---------------------------------------------------------------- words


def test_every_sheet_and_field_is_explained_in_both_languages(book: Book) -> None:
    for sheet in book.sheets:
        assert sheet.help is not None
    for sheet, field in fields_of(book):
        assert field.help is not None, (sheet.key, field.key)
        assert field.label.zh, field.key
        assert field.label.en, field.key
        assert field.help.zh != field.help.en
        assert len(field.help.zh) <= 80
        assert len(field.help.en) <= 160


def test_every_value_of_every_category_has_both_languages(book: Book) -> None:
    for category in book.categories:
        assert category.label.zh != category.label.en
        assert all(choice.label.zh and choice.label.en for choice in category.choices), category.key


def test_sheet_titles_fit_a_spreadsheet_and_differ_in_every_language(book: Book) -> None:
    for titles in ([s.label.zh for s in book.sheets], [s.label.en for s in book.sheets]):
        assert len({title.casefold() for title in titles}) == len(titles)
        assert all(len(title) <= 31 and not set(title) & set("[]:*?/\\'") for title in titles)


def test_column_labels_of_a_sheet_differ(book: Book) -> None:
    for sheet in book.sheets:
        for labels in ([f.label.zh for f in sheet.fields], [f.label.en for f in sheet.fields]):
            assert len(set(labels)) == len(labels), sheet.key


def test_every_category_is_used(book: Book) -> None:
    used = {field.category for _, field in fields_of(book)} - {None}
    assert {category.key for category in book.categories} <= used


def test_text_examples_satisfy_their_own_rules(book: Book) -> None:
    for _, field in fields_of(book):
        if field.example is None:
            continue
        assert field.pattern is None or re.search(field.pattern, field.example), field.key
        assert field.length is None or len(field.example) <= field.length
        if field.type == "auto":
            digits = field.example.removeprefix(field.prefix or "")
            assert (len(digits), digits.isdigit()) == (field.digits, True)


def test_examples_of_choices_are_labels(book: Book) -> None:
    for _, field in fields_of(book):
        if field.category is not None and field.example is not None:
            labels = {choice.label.zh for choice in book.category(field.category).choices}
            assert set(field.example.split("；")) <= labels, field.key


# ---------------------------------------------------------------- personal data


def test_all_personal_data_is_kept_for_a_purpose(book: Book) -> None:
    without = [(s.key, f.key) for s, f in fields_of(book) if f.personal != "none" and f.purpose is None]
    assert without == []


def test_nothing_that_is_not_personal_has_a_purpose(book: Book) -> None:
    idle = [(s.key, f.key) for s, f in fields_of(book) if f.personal == "none" and f.purpose is not None]
    assert idle == []


def test_every_purpose_is_one_that_a_field_has(book: Book) -> None:
    assert set(book.purpose_by_key) == {field.purpose for _, field in fields_of(book)} - {None}


# ---------------------------------------------------------------- lists


def test_every_province_belongs_to_one_sales_area(book: Book) -> None:
    members = [place for places in book.settings.areas.members.values() for place in places]
    provinces = set(book.category("province").by_code)
    assert len(members) == len(set(members))
    assert provinces <= set(members) <= provinces | set(book.category("country").by_code)


def test_the_lists_of_countries_and_currencies_are_whole(book: Book) -> None:
    countries, currencies = book.category("country"), book.category("currency")
    assert len(countries.choices) == 249
    assert (countries.choices[0].code, currencies.choices[0].code) == ("CN", "CNY")
    assert all(re.fullmatch("[A-Z]{3}", choice.code) for choice in currencies.choices)
    assert not countries.editable
    assert book.settings.currency in currencies.by_code


def test_another_list_of_industries_can_take_the_place_of_the_short_one() -> None:
    other = {"choices_from": "lists/industries_gbt4754.csv"}
    changed = load_book("customer_book", {"categories": {"industry": other}})
    industries = changed.category("industry")
    assert [choice.code for choice in industries.choices] == list("ABCDEFGHIJKLMNOPQRST")
    assert industries.by_code["C"].label.zh == "制造业"


def test_stages_carry_their_probability_and_sizes_where_they_begin(book: Book) -> None:
    def figures(category: Category) -> list[str]:
        return [str(choice.figure) for choice in category.choices]

    stages = ["0.10", "0.30", "0.40", "0.60", "0.75", "0.90", "1", "0", "0"]
    assert figures(book.category("deal_stage")) == stages
    assert figures(book.category("company_size")) == ["1", "10", "50", "100", "500", "1000", "5000"]


# ---------------------------------------------------------------- the demo


def tables(book: Book, changes: list[Change]) -> Tables:
    """Insertions as tables."""
    found: dict[str, Table] = {}
    for sheet in book.sheets:
        names = tuple(field.key for field in sheet.stored_fields)
        own = [change for change in changes if change.sheet == sheet.key]
        found[sheet.key] = Table(
            sheet.key, names, {change.key: tuple(map(change.after.get, names)) for change in own}
        )
    return found


@pytest.fixture(scope="module", params=["zh", "en"])
def demo(request: pytest.FixtureRequest) -> View:
    """The standard book with the demo's records, at a fixed date."""
    lang: Lang = request.param
    whole = load_book("customer_book", {"settings": {"as_of": AS_OF.isoformat()}})
    chosen = select(whole, "standard")
    return view_of(tables(chosen, demo_records(chosen, AS_OF, lang)), lang, chosen)


def test_the_demo_fills_every_sheet_the_same_each_time(demo: View) -> None:
    again = demo_records(demo.book, AS_OF, demo.lang)
    assert tables(demo.book, again) == demo.tables
    counts = {key: len(table.rows) for key, table in demo.tables.items() if key != "dictionary"}
    assert min(counts.values()) >= 4
    assert counts["customers"] == 49


def test_the_demos_records_fit_their_models(demo: View) -> None:
    for sheet in demo.book.sheets:
        model = record_model(demo.book, sheet)
        table = demo.tables[sheet.key]
        for row in table.rows.values():
            given = zip(table.fields, row, strict=True)
            filled = {name: value for name, value in given if value is not None}
            model.model_validate(filled, context={"as_of": AS_OF})


def test_the_demo_passes_every_check_but_what_it_is_to_show(demo: View) -> None:
    raw = as_read(demo)
    layout, _ = find_layout(demo.book, raw, plan_layout(demo.book, demo.lang), demo.lang)
    checked = check_book(demo.book, raw, layout, Known(), demo.lang, AS_OF)
    told = {issue.code for issue in checked.issues if issue.severity != "info"}
    assert told <= {"duplicate-suspected"}
    assert not list(checked.held())


def as_read(view: View) -> RawWorkbook:
    """The entry sheets of a plan as a backend reads them."""
    plans = [sheet for sheet in plan_workbook(view).sheets if sheet.key in view.book.sheet_by_key]
    return RawWorkbook(tuple(map(_tab, plans)), {}, {}, "digest")


def _tab(plan: SheetPlan) -> RawSheet:
    table = plan.table
    assert table is not None
    formats = [column.style.number_format for column in table.columns]
    rows = {
        table.key_row: tuple(column.key for column in table.columns),
        table.header_row: tuple(column.header for column in table.columns),
        **{
            number: tuple(as_found(cell, form or "General") for cell, form in zip(row, formats, strict=True))
            for number, row in enumerate(table.rows, table.first_row)
        },
    }
    return RawSheet(plan.title, rows, {}, ())


def test_every_formula_gives_what_its_rule_gives(demo: View, tmp_path: Path) -> None:
    plan = formulas_only(demo)
    model = ironcalc.load_from_xlsx(str(save(plan, tmp_path / "book.xlsx")), "en", "UTC", "en")
    model.evaluate()
    titles = [properties["name"] for properties in model.get_worksheets_properties()]
    compared, wrong = set[str](), []
    for sheet in plan.sheets:
        if sheet.table is None or sheet.key not in demo.book.sheet_by_key:
            continue
        for at, column in enumerate(sheet.table.columns, 1):
            if column.formula is None or column.key == STATUS:
                continue
            for number, row in enumerate(sheet.table.rows, sheet.table.first_row):
                found = model.get_cell_value(titles.index(sheet.title), number, at)
                if not _same(row[at - 1], found):
                    wrong.append((sheet.key, column.key, number, row[at - 1], found))
            compared.add(f"{sheet.key}.{column.key}")
    assert wrong == []
    fields = {f"{sheet.key}.{field.key}" for sheet, field in fields_of(demo.book) if field.formula}
    assert compared == fields
    assert len(fields) >= 17


def formulas_only(view: View) -> Plan:
    """The plan of a view without what keeps a calc engine busy: long columns, colours, lists of choices."""
    sheets = {
        key: replace(here, last_row=here.header_row + max(1, len(view.tables[key].rows)))
        for key, here in view.layout.sheets.items()
    }
    whole = plan_workbook(replace(view, layout=Layout(sheets, view.layout.titles)))
    entries = [
        replace(sheet, conditional_formats=(), table=replace(sheet.table, blank_rows=0))
        for sheet in whole.sheets
        if sheet.table is not None and sheet.key in sheets
    ]
    meta = next(sheet for sheet in whole.sheets if sheet.key == META)
    names = {name: at for name, at in whole.names.items() if name == AS_OF_NAME or name.startswith("cb_col_")}
    return replace(whole, sheets=(*entries, meta), names=names)


def _same(cell: object, found: object) -> bool:
    if cell in (None, ""):
        return found in (None, "")
    if isinstance(cell, str):
        return found == cell
    try:
        return abs(float(str(found)) - float(str(cell))) < 1e-9
    except ValueError:
        return False

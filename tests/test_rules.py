"""Input rules: their names are defined, their words fit; test_rule_twins drives what they take."""

import re

import pytest

from custbook_gen.layout import STATUS, plan_layout
from custbook_gen.load import load_book
from custbook_gen.plan import workbook_names
from custbook_gen.records import Table, Value
from custbook_gen.rules import column_rules, status_rule
from custbook_gen.schema import Book
from custbook_gen.texts import Lang
from tests.drawn import view_of
from tests.strategies import AS_OF, BOOK

BUNDLED = load_book("customer_book")
BOOKS = {"test book": BOOK, "bundled book": BUNDLED}


def records(book: Book) -> dict[str, Table]:
    """One record per sheet, so that every reference has something to refer to."""
    found = {}
    for sheet in book.sheets:
        fields = tuple(field.key for field in sheet.stored_fields)
        names: dict[str, Value] = {"ref": "K1", "date": AS_OF}
        named = {
            sheet.name_field: names.get(sheet.field(sheet.name_field).type, "名字"),
            sheet.key_field: "K1",
        }
        found[sheet.key] = Table(sheet.key, fields, {"K1": tuple(named.get(key) for key in fields)})
    return found


@pytest.mark.parametrize("book", BOOKS.values(), ids=BOOKS)
@pytest.mark.parametrize("lang", ["zh", "en", "zh+en"])
def test_every_name_in_a_rule_is_defined(book: Book, lang: Lang) -> None:
    names = workbook_names(view_of(records(book), lang, book))
    for sheet in book.sheets:
        for rule in column_rules(sheet, plan_layout(book, lang).sheets[sheet.key], lang).values():
            for formula in (rule.formula1, rule.formula2):
                assert set(re.findall(r"cb_\w+", formula or "")) <= names.keys()


def test_columns_that_people_do_not_fill_refuse_every_entry() -> None:
    for sheet in BUNDLED.sheets:
        rules = column_rules(sheet, plan_layout(BUNDLED, "zh").sheets[sheet.key], "zh")
        for field in sheet.fields:
            if not field.entered:
                assert (rules[field.key].kind, rules[field.key].formula1) == ("custom", "FALSE")
        assert rules[STATUS] == status_rule("zh")


@pytest.mark.parametrize("book", BOOKS.values(), ids=BOOKS)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_a_rule_says_fits_into_its_boxes(book: Book, lang: Lang) -> None:
    for sheet in book.sheets:
        for rule in column_rules(sheet, plan_layout(book, lang).sheets[sheet.key], lang).values():
            for text, most in (
                (rule.prompt_title, 32),
                (rule.error_title, 32),
                (rule.prompt, 255),
                (rule.error, 255),
            ):
                assert len(text.encode("utf-16-le")) // 2 <= most, text


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_refusal_says_what_to_do_instead(lang: Lang) -> None:
    for sheet in BUNDLED.sheets:
        for rule in column_rules(sheet, plan_layout(BUNDLED, lang).sheets[sheet.key], lang).values():
            assert bool(rule.error) == (rule.kind != "any")

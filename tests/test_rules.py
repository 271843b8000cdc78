"""Input rules: a spreadsheet never refuses what check accepts."""

import datetime as dt
import re
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache

import pytest
from pydantic import BaseModel, ValidationError

from custbook_gen.formulas import AS_OF as AS_OF_NAME
from custbook_gen.layout import LISTS, PATH, STATUS, column_names, plan_layout
from custbook_gen.load import load_book
from custbook_gen.plan import View, plan_workbook, workbook_names
from custbook_gen.records import Table, Value
from custbook_gen.rules import column_rules, field_rule, status_rule
from custbook_gen.schema import DATED, NUMERIC, Book, Field, Sheet, record_model, resolve_date
from custbook_gen.texts import Lang
from custbook_gen.values import converter, date_to_serial, number_format, widest
from custbook_gen.workbook import Cell, Rule
from tests.drawn import as_found, view_of
from tests.strategies import AS_OF, BOOK

BUNDLED = load_book("customer_book")
BOOKS = {"test book": BOOK, "bundled book": BUNDLED}
DAY = dt.timedelta(days=1)


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


def entered(book: Book) -> Iterator[tuple[Sheet, Field]]:
    return ((sheet, field) for sheet in book.sheets for field in sheet.fields if field.entered)


FIELDS = [
    pytest.param(name, sheet.key, field.key, id=f"{sheet.key}.{field.key}")
    for name, book in BOOKS.items()
    for sheet, field in entered(book)
]


EXAMPLES: dict[str, tuple[Value, ...]] = {
    "bool": (True, False),
    "ref": ("K1",),
    "email": ("a@b.cn", "x" * 60 + "@example.com"),
    "url": ("http://a.cn", "https://www.a.cn/x?y=1", "HTTPS://A.CN"),
    "phone": ("+8613800138000", "+862162345678;ext=801", "+12025550123"),
}


def candidates(field: Field, book: Book) -> Iterator[Value]:
    """Values at and around everything that bounds a field."""
    if field.type in NUMERIC:
        yield from _numbers(field)
    elif field.type in DATED:
        yield from _days(field)
    elif field.category is not None:
        codes = [choice.code for choice in book.category(field.category).choices if choice.active]
        yield from (codes if field.type == "enum" else ((code,) for code in codes))
    elif field.type in EXAMPLES:
        yield from EXAMPLES[field.type]
    else:
        for length in (field.min_length or 1, field.length or 1):
            yield from ("x" * size for size in range(max(length - 1, 1), length + 2))


def _numbers(field: Field) -> Iterator[Value]:
    step = Decimal(1).scaleb(-field.decimals)
    for bound in (field.min, field.max, -widest(field.decimals), widest(field.decimals), 0):
        for steps in (-1, 0, 1) if bound is not None else ():
            number = Decimal(bound or 0) + step * steps
            yield int(number) if field.type == "int" else number


def _days(field: Field) -> Iterator[Value]:
    for bound in (field.min, field.max, "1900-03-01", "9999-12-30"):
        if isinstance(bound, str):
            for day in (resolve_date(bound, AS_OF) + DAY * steps for steps in (-1, 0, 1)):
                midnight = dt.datetime.combine(day, dt.time())
                last = dt.datetime.combine(day, dt.time(23, 59, 59))
                yield from (midnight, last) if field.type == "datetime" else (day,)


@lru_cache
def shown(name: str) -> tuple[View, dict[str, list[Cell]]]:
    """A book with one record per sheet, and its lists."""
    view = view_of(records(BOOKS[name]), book=BOOKS[name])
    return view, named_lists(view)


@pytest.mark.parametrize(("name", "sheet_key", "field_key"), FIELDS)
def test_a_rule_never_refuses_what_check_accepts(name: str, sheet_key: str, field_key: str) -> None:
    view, lists = shown(name)
    sheet = view.book.sheet(sheet_key)
    field = sheet.field(field_key)
    rule = field_rule(field, sheet, view.layout.sheets[sheet_key], "zh")
    known = converter(field, view.words)
    model = record_model(view.book, sheet)
    accepted = 0
    for value in candidates(field, view.book):
        parents = _parents(sheet, field, value, view.book)
        cell = known.to_cell(value)
        found = as_found(cell, number_format(field))
        reading = known.from_cell(found, parents[-1] if parents else None)
        if reading.failed or not _fits(model, field, reading.value):
            continue
        accepted += 1
        assert reading.value == value
        labels = [
            view.words.vocabularies[str(upper.category)].labels[code]
            for upper, code in zip(sheet.ancestors(field), parents, strict=True)
        ]
        assert admits(rule, cell, lists, PATH.join(labels)), (value, rule)
    assert accepted or field.pattern is not None


def _parents(sheet: Sheet, field: Field, value: Value, book: Book) -> list[str]:
    """The codes of the upper levels of a cascading value, from the top."""
    codes: list[str] = []
    code = value if isinstance(value, str) else ""
    for upper in (field, *reversed(sheet.ancestors(field)))[: len(sheet.ancestors(field))]:
        parent = book.category(str(upper.category)).by_code[code].parent
        assert parent is not None
        codes.insert(0, parent)
        code = parent
    return codes


def _fits(model: type[BaseModel], field: Field, value: Value) -> bool:
    """Whether the record model takes a field's value."""
    try:
        model.model_validate({field.key: value}, context={"as_of": AS_OF})
    except ValidationError as error:
        return all(fault["loc"][0] != field.key for fault in error.errors())
    return True


def named_lists(view: View) -> dict[str, list[Cell]]:
    """The values of every defined list, read through its name."""
    plan = plan_workbook(view)
    table = plan.sheet(LISTS).table
    assert table is not None
    found = {}
    for name, reference in plan.names.items():
        if name != AS_OF_NAME and name not in column_names(view.layout):
            title, first, last = re.fullmatch(r"'(.+)'!\$[A-Z]+\$(\d+):\$[A-Z]+\$(\d+)", reference).groups()  # type: ignore[union-attr]
            assert title == plan.sheet(LISTS).title
            column = [at for at, item in enumerate(table.columns) if item.key == name]
            assert len(column) == 1
            rows = range(int(first) - table.first_row, int(last) - table.first_row + 1)
            found[name] = [table.rows[row][column[0]] for row in rows]
    return found


def admits(rule: Rule, cell: Cell, lists: dict[str, list[Cell]], path: str) -> bool:
    """What a spreadsheet would say to a cell under a rule."""
    if rule.kind == "any" or cell is None:
        return True
    if rule.kind == "list":
        return cell in _offered(str(rule.formula1), lists, path)
    if rule.kind == "text_length":
        return int(str(rule.formula1)) <= len(str(cell)) <= int(str(rule.formula2))
    if rule.kind == "custom":
        starts = re.findall(r'LEFT\([^,]+,\d+\)="([^"]+)"', str(rule.formula1))
        return str(cell).lower().startswith(tuple(starts)) if starts else "@" in str(cell)
    low, high = (sum(map(_number, str(f).split("+"))) for f in (rule.formula1, rule.formula2))
    assert not isinstance(cell, str)
    return low <= float(cell) <= high and (rule.kind != "whole" or float(cell).is_integer())


def _number(text: str) -> float:
    return float(date_to_serial(AS_OF)) if text == AS_OF_NAME else float(text)


def _offered(formula: str, lists: dict[str, list[Cell]], path: str) -> list[Cell]:
    if formula in lists:
        return lists[formula]
    category = re.findall(r"cb_child_(\w+)", formula)[0]
    child, parent = f"cb_child_{category}", f"cb_parent_{category}"
    at = [row for row, above in enumerate(lists[parent]) if above == path]
    assert at == list(range(at[0], at[-1] + 1)), "the values under one parent stand together"
    return [lists[child][row] for row in at]


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

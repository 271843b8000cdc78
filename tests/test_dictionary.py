"""The dictionary as plain data: a book comes of whatever its records hold."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from custbook_gen.dictionary import aliases_of, color_of, dictionary_book, effective, seeds
from custbook_gen.load import load_book
from custbook_gen.records import Row, Table, Tables, Value
from custbook_gen.schema import Book, Choice, Label
from custbook_gen.schema.choices import EDITABLE, distinct
from tests.lists_book import DICTIONARY, schema


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    """The small book's schema."""
    path = tmp_path_factory.mktemp("schema") / "lists.yaml"
    path.write_text(schema(), "utf-8")
    return load_book(Path(path))


def table_of(book: Book, *records: dict[str, Value]) -> Table:
    """A dictionary with these records, numbered as they come."""
    sheet = book.sheet(DICTIONARY)
    fields = tuple(item.key for item in sheet.stored_fields)
    rows: dict[str, Row] = {}
    for number, record in enumerate(records, 1):
        key = f"V{number:05}"
        rows[key] = tuple({"choice_id": key, **record}.get(name) for name in fields)
    return Table(DICTIONARY, fields, rows)


def tables_of(book: Book, *records: dict[str, Value]) -> Tables:
    """The same as the tables of a book."""
    return {DICTIONARY: table_of(book, *records)}


def labels(book: Book, category: str) -> dict[str, tuple[str, str]]:
    """Code and labels of the values of a category."""
    return {one.code: (one.label.zh, one.label.en) for one in book.category(category).choices}


def test_a_seeded_dictionary_says_what_the_schema_says(book: Book) -> None:
    records = seeds(book, table_of(book))
    assert effective(book, tables_of(book, *records)) is book
    assert seeds(book, table_of(book, *records)) == []
    assert {record["category"] for record in records} == {
        "source",
        "tag",
        "region",
        "town",
        "stage",
        "status",
    }


def test_a_book_without_dictionary_or_records_is_itself(book: Book) -> None:
    assert effective(book, None) is book
    assert effective(book, {}) is book
    assert effective(book, tables_of(book)) is book


def test_the_editable_categories_are_a_category_themselves(book: Book) -> None:
    choices = book.category(EDITABLE).by_code
    assert "currency" not in choices
    assert choices["source"].label == Label(zh="来源", en="Source")


def test_records_replace_what_the_schema_says_and_leave_what_they_lack(book: Book) -> None:
    found = effective(
        book,
        tables_of(
            book,
            {
                "category": "stage",
                "code": "won",
                "zh": "成了",
                "order": 1,
                "active": False,
                "aliases": "签约；ok",
            },
            {"category": "stage", "zh": "丢单"},
        ),
    )
    won, lead, lost = found.category("stage").choices
    assert (won.label, won.active, won.aliases) == (Label(zh="成了", en="成了"), False, ("签约", "ok"))
    assert (won.figure, won.color) == (None, None)  # cleared by whoever edited the record
    assert (lead.code, lead.figure) == ("lead", Decimal("0.1"))
    assert (lost.code, lost.label) == ("V00002", Label(zh="丢单", en="丢单"))
    assert labels(found, "source") == labels(book, "source")


def test_a_dictionary_without_a_column_leaves_that_to_the_schema(book: Book) -> None:
    sheet = book.sheet(DICTIONARY)
    fewer = sheet.having(fields=tuple(item for item in sheet.fields if item.key not in ("color", "figure")))
    small = book.having(sheets=tuple(fewer if one.key == DICTIONARY else one for one in book.sheets))
    found = effective(small, tables_of(small, {"category": "stage", "code": "won", "zh": "成了"}))
    won = found.category("stage").by_code["won"]
    assert (won.label.zh, won.color) == ("成了", "D3F0D8")
    assert won.figure == Decimal(1)


def test_names_that_clash_are_told_apart(book: Book) -> None:
    found = effective(
        book,
        tables_of(
            book,
            {"category": "source", "code": "a", "zh": "门店", "aliases": "百度；到店"},
            {"category": "source", "code": "b", "zh": "门店"},
            {"category": "source", "code": "a", "zh": "又一个"},
            {"category": "tag", "code": "c", "zh": "甲；乙"},
        ),
    )
    source = labels(found, "source")
    assert source["a"] == ("门店", "门店")  # records come first, the first of them before all
    assert source["b"] == ("门店（b）", "门店 (b)")
    assert source["shop"] == ("门店（shop）", "Shop (shop)")  # of the schema alone
    assert found.category("source").by_code["a"].aliases == ("百度", "到店")
    assert "百度" not in found.category("source").by_code["search"].aliases
    assert labels(found, "tag")["c"] == ("甲，乙", "甲，乙")


def test_values_under_a_parent_that_is_gone_are_left_out(book: Book) -> None:
    found = effective(
        book,
        tables_of(
            book,
            {"category": "region", "code": "e", "zh": "东区"},
            {"category": "town", "code": "e1", "zh": "丙镇", "parent": "e"},
            {"category": "town", "code": "x1", "zh": "丁镇", "parent": "x"},
            {"category": "source", "code": "p", "zh": "有上级", "parent": "e"},
        ),
    )
    assert set(labels(found, "town")) == {"n1", "s1", "e1"}
    assert found.category("source").by_code["p"].parent is None


@pytest.mark.parametrize(
    ("text", "color"),
    [
        ("红", "F8D7DA"),
        ("红色", "F8D7DA"),
        (" Grey ", "E5E7EB"),
        ("#d3f0d8", "D3F0D8"),
        ("Ｄ３Ｆ０Ｄ８", "D3F0D8"),
        ("D3F0D8", "D3F0D8"),
        ("12345", None),
        ("彩虹", None),
        (None, None),
    ],
)
def test_colours_have_names_and_digits(text: str | None, color: str | None) -> None:
    assert color_of(text) == color


def test_aliases_are_joined_by_semicolons_of_any_width() -> None:
    assert aliases_of(" a; b；；a ;") == ("a", "b")
    assert aliases_of(None) == ()


def test_the_part_for_the_dictionary_has_what_it_refers_to(book: Book) -> None:
    part = dictionary_book(book)
    assert [sheet.key for sheet in part.sheets] == [DICTIONARY]
    assert part.category(EDITABLE) == book.category(EDITABLE)
    sheet = book.sheet(DICTIONARY)
    owner = {"key": "owner", "label": {"zh": "谁", "en": "Who"}, "type": "ref", "to": "orders"}
    wider = sheet.having(fields=(*sheet.fields, owner))
    more = book.having(sheets=tuple(wider if one.key == DICTIONARY else one for one in book.sheets))
    assert [one.key for one in dictionary_book(more).sheets] == ["clients", "orders", DICTIONARY]


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        ("[代码, Code]\n        type: text", "[代码, Code]\n        type: long", "dictionary-field"),
        ("category: editable_category", "category: source", "dictionary-field"),
        ("  orders:\n", "  orders:\n    holds: choices\n", "dictionary-one"),
        ("  currency:\n", "  editable_category:\n", "category-reserved"),
    ],
)  # fmt: skip
def test_a_dictionary_that_does_not_fit_is_refused(
    before: str, after: str, code: str, tmp_path: Path
) -> None:
    path = tmp_path / "wrong.yaml"
    path.write_text(schema().replace(before, after), "utf-8")
    with pytest.raises(Exception, match=r".") as caught:
        load_book(path)
    assert not isinstance(caught.value, ValidationError)
    wanted = {"dictionary-field": "字典", "dictionary-one": "只能有一张", "category-reserved": "系统使用"}
    assert wanted[code] in caught.value.sentence("zh")  # type: ignore[attr-defined]


# ---------------------------------------------------------------- laws

WORDS = st.sampled_from(["甲", "乙", "Shop", "shop", "门店", "甲;乙", "n", "a b", "", "␟", "V00001", "百度"])
RECORD = st.fixed_dictionaries(
    {"category": st.sampled_from(["source", "tag", "region", "town", "stage", "none", "currency"])},
    optional={
        "code": WORDS,
        "zh": WORDS,
        "en": WORDS,
        "parent": st.sampled_from(["n", "s", "x", "甲"]),
        "order": st.integers(-5, 60),
        "active": st.booleans(),
        "aliases": st.lists(WORDS).map("；".join),
        "color": st.sampled_from(["红", "123", "ABCDEF"]),
        "figure": st.decimals(0, 10, places=2),
    },
)


@settings(max_examples=150)
@given(records=st.lists(RECORD, max_size=8))
@example(
    records=[
        {"category": "source", "code": "甲", "order": 0},
        {"category": "source", "code": "乙", "order": 21, "aliases": "百度"},
    ]
)  # 21 is behind a value of the schema in the schema's own order, before it in the book's
def test_a_book_comes_of_any_records(book: Book, records: list[dict[str, Value]]) -> None:
    tables = tables_of(book, *records)
    found = effective(book, tables)
    assert Book.model_validate_json(found.model_dump_json()) == found
    again = effective(found, tables)  # as of a workbook that carries the book
    assert [set(one.choices) for one in again.categories] == [set(one.choices) for one in found.categories]
    for category in book.categories:
        if category.parent is None:
            assert set(category.by_code) <= set(found.category(category.key).by_code)
    more = seeds(book, tables[DICTIONARY])
    assert effective(book, tables_of(book, *records, *more)).model_dump() == found.model_dump()


def test_a_record_keeps_the_name_that_a_value_of_the_schema_has_too(book: Book) -> None:
    """Wherever the two stand: what people wrote is the truth, the schema's is what was not there yet."""
    shared = "百度"
    own = next(one for one in book.category("source").choices if shared in one.aliases)
    mine: dict[str, Value] = {"category": "source", "code": "mine", "zh": "我", "aliases": shared}
    for order in (0, 1000):
        now = effective(book, tables_of(book, {**mine, "order": order}))
        by_code = now.category("source").by_code
        assert by_code["mine"].aliases == (shared,)
        assert shared not in by_code[own.code].aliases


@given(names=st.lists(st.tuples(st.sampled_from("abcAB"), WORDS, WORDS, st.lists(WORDS)), max_size=8))
def test_names_told_apart_are_the_first_ones_own(names: list[tuple[str, str, str, list[str]]]) -> None:
    choices = [
        Choice(code=code, label=Label(zh=zh, en=en), aliases=tuple(aliases))
        for code, zh, en, aliases in names
    ]
    apart = distinct(choices)
    owners: dict[str, str] = {}
    for choice in apart:
        for name in choice.names():
            assert owners.setdefault(name.casefold(), choice.code) == choice.code
    assert distinct(apart) == apart
    firsts = {one.code.casefold(): one.code for one in reversed(choices)}
    assert {one.code for one in apart} == set(firsts.values())

"""Presets: what a selection of a schema keeps, and what goes with what it leaves out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custbook_gen.load import load_book
from custbook_gen.schema import Book, Preset, Sheet, select
from custbook_gen.schema.selection import RANKS

WORDS = {"zh": "字", "en": "Word"}


def field(key: str, **options: object) -> dict[str, object]:
    return {"key": key, "label": WORDS, "type": "text", **options}


def number(prefix: str) -> dict[str, object]:
    return field("no", type="auto", prefix=prefix, digits=3, preset="full")


def calc(key: str, formula: str) -> dict[str, object]:
    return field(key, type="calc", result="int", rule="order_count", formula=formula)


def category(key: str, parent: str | None = None) -> dict[str, object]:
    choice = {"code": key[0], "label": WORDS, "parent": parent and parent[0], "figure": 1}
    return {"key": key, "label": WORDS, "parent": parent, "choices": [choice]}


BOOK = Book.model_validate(
    {
        "key": "b",
        "version": 1,
        "label": WORDS,
        "purposes": [{"key": "care", "label": WORDS, "retention_days": 30}],
        "categories": [category("area"), category("town", "area"), category("rank"), category("mood")],
        "sheets": [
            {
                "key": "people",
                "label": WORDS,
                "key_field": "no",
                "name_field": "name",
                "fields": [
                    number("P"),
                    field("name", preset="opt-in"),
                    field("area", type="enum", category="area", preset="standard"),
                    field("town", type="enum", category="town", parent="area"),
                    field("chance", type="dec", default_from="rank"),
                    field("rank", type="enum", category="rank", preset="full"),
                    field("secret", preset="opt-in", personal="sensitive", purpose="care"),
                    field("since", type="date"),
                    field("until", type="date", preset="standard"),
                    field("visit", type="ref", to="visits"),
                    calc("visits", "COUNTIFS({{ sheet.visits.of }},{{ this_key }})"),
                    calc("spoken", "LEN({{ this.secret }})"),
                    calc("named", "LEN({{ this.name }})"),
                ],
                "constraints": [
                    {"kind": "order", "fields": ["since", "until"]},
                    {"kind": "target", "field": "visit", "has": {"field": "mood", "is": ["m"]}},
                    {"kind": "linked", "field": "visit", "by": "no", "theirs": "of"},
                    {"kind": "needed", "field": "name", "when": [{"field": "since", "filled": True}]},
                ],
            },
            {
                "key": "visits",
                "label": WORDS,
                "preset": "full",
                "key_field": "no",
                "name_field": "of",
                "fields": [
                    number("V"),
                    field("of", type="ref", to="people"),
                    field("mood", type="enum", category="mood", preset="opt-in"),
                ],
            },
        ],
    }
)
PRESETS = tuple(RANKS)


def names(sheet: Sheet) -> list[str]:
    return [field.key for field in sheet.fields]


def people(preset: Preset) -> Sheet:
    return select(BOOK, preset).sheet("people")


def test_each_preset_is_part_of_the_next() -> None:
    assert [sheet.key for sheet in select(BOOK, "standard").sheets] == ["people"]
    assert [sheet.key for sheet in select(BOOK, "full").sheets] == ["people", "visits"]
    assert names(people("basic")) == ["no", "name", "chance", "since", "visits", "spoken", "named"]
    assert set(names(people("standard"))) - set(names(people("basic"))) == {"area", "town", "until"}
    assert set(names(people("full"))) - set(names(people("standard"))) == {"rank", "visit"}
    assert select(BOOK, "opt-in") == BOOK


def test_the_key_and_the_name_stay_whatever_their_preset() -> None:
    assert names(people("basic"))[:2] == ["no", "name"]


def test_a_cascade_goes_with_the_field_it_hangs_from() -> None:
    assert "town" not in names(people("basic"))
    assert [one.key for one in select(BOOK, "basic").categories] == []
    assert [one.key for one in select(BOOK, "standard").categories] == ["area", "town"]


def test_a_category_stays_for_one_that_hangs_from_it() -> None:
    sheets = BOOK.model_dump(by_alias=True)["sheets"]
    sheets[0]["constraints"] = ()
    sheets[0]["fields"] = [
        {**one, "parent": "place" if one["key"] == "town" else one["parent"]} for one in sheets[0]["fields"]
    ]
    sheets[0]["fields"].insert(2, field("place", type="enum", category="area"))
    kept = select(BOOK.having(sheets=tuple(sheets)), "basic")
    assert [one.key for one in kept.categories] == ["area", "town"]


def test_references_go_with_the_sheet_they_lead_to_and_constraints_with_their_fields() -> None:
    kinds = {preset: [one.kind for one in people(preset).constraints] for preset in PRESETS}
    assert kinds == {
        "basic": ["needed"],
        "standard": ["order", "needed"],
        "full": ["order", "linked", "needed"],
        "opt-in": ["order", "target", "linked", "needed"],
    }


def test_a_formula_that_looks_at_what_is_left_out_goes_and_the_value_stays() -> None:
    def formulas(preset: Preset) -> list[str]:
        return [one.key for one in people(preset).fields if one.formula]

    assert formulas("basic") == formulas("standard") == ["named"]
    assert formulas("full") == ["visits", "named"]
    assert formulas("opt-in") == ["visits", "spoken", "named"]


def test_a_default_from_a_field_left_out_goes_even_if_that_comes_later() -> None:
    assert people("standard").field("chance").default_from is None
    assert people("full").field("chance").default_from == "rank"


def test_a_sheet_named_by_a_reference_that_is_lost_is_named_by_its_key() -> None:
    visits = BOOK.sheet("visits").having(preset="basic")
    lost = BOOK.having(sheets=(BOOK.sheet("people").having(preset="full"), visits))
    assert select(lost, "basic").sheet("visits").name_field == "no"


def test_settings_and_purposes_stay() -> None:
    assert select(BOOK, "basic").purposes == BOOK.purposes
    assert select(BOOK, "basic").settings == BOOK.settings


@given(first=st.sampled_from(PRESETS), second=st.sampled_from(PRESETS))
def test_selecting_twice_is_selecting_the_smaller(first: Preset, second: Preset) -> None:
    smaller = min(first, second, key=RANKS.__getitem__)
    assert select(select(BOOK, first), second) == select(BOOK, smaller)


@pytest.mark.parametrize("preset", PRESETS)
def test_every_preset_of_the_customer_book_is_a_book(preset: Preset) -> None:
    book = load_book("customer_book")
    chosen = select(book, preset)
    assert {sheet.key for sheet in chosen.sheets} <= set(book.sheet_by_key)
    assert all(RANKS[sheet.preset] <= RANKS[preset] for sheet in chosen.sheets)
    assert chosen.category_by_key.keys() <= book.category_by_key.keys()

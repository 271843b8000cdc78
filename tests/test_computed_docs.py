"""The page about computed fields names every rule, with what it computes and where."""

from __future__ import annotations

from pathlib import Path

from custbook_gen.derive import RULE_RESULTS, RULES
from custbook_gen.guide.computed import rule_meaning
from custbook_gen.load import load_book
from custbook_gen.schema import Field

PAGE = Path(__file__).parent.parent / "docs" / "computed.md"
HEAD = "| rule | computes records of | result | value |\n|---|---|---|---|\n"
BOOK = load_book("customer_book")
HOMES = {field.rule: sheet.key for sheet in BOOK.sheets for field in sheet.fields if field.rule is not None}
UNUSED = {"amount_in_window", "purchase_days", "recency_days", "orders_in_window"}
"""Rules of customers that other rules look at, and no field of the bundled schema shows."""


def row(rule: str) -> str:
    label = {"zh": rule, "en": rule}
    document = {"key": "one", "label": label, "type": "calc", "rule": rule, "result": RULE_RESULTS[rule]}
    meaning = rule_meaning(Field.model_validate({**document, **_category(rule)}), BOOK, "en")
    return f"| `{rule}` | `{HOMES.get(rule, 'customers')}` | {RULE_RESULTS[rule]} | {meaning} |\n"


def _category(rule: str) -> dict[str, str | None]:
    fields = [field for sheet in BOOK.sheets for field in sheet.fields if field.rule == rule]
    return {"category": fields[0].category} if fields else {}


def page() -> str:
    """The page: its own words, and a row for every rule."""
    words = PAGE.read_text(encoding="utf-8").partition(HEAD)[0]
    return words + HEAD + "".join(row(rule) for rule in RULES)


def test_the_page_about_computed_fields_names_every_rule(update: bool) -> None:
    if update:
        PAGE.write_text(page(), encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == page()


def test_every_rule_that_the_bundled_schema_does_not_show_is_known_as_such() -> None:
    assert set(RULES) - set(HOMES) == UNUSED

"""How complete a record is (section 5.6): weights, what applies, what stands for nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custbook_gen.derive import RULES, Facts, derive
from custbook_gen.records import Table, Value
from custbook_gen.schema import Book
from tests.derive_books import AS_OF


def field(key: str, kind: str = "text", **options: object) -> dict[str, object]:
    return {"key": key, "label": {"zh": key, "en": key}, "type": kind, **options}


def label(text: str) -> dict[str, str]:
    return {"zh": text, "en": text}


FIELDS = (
    field("customer_id", "auto", prefix="C", digits=6, required=True),
    field("name", required=True),
    field("customer_type", "enum", category="customer_type", required=True),
    field("gender", "enum", category="gender", applies="person"),
    field("industry", recommended=True, applies="organisation"),
    field("mobile", "phone", one_of="contact"),
    field("email", "email", one_of="contact", recommended=True),
    field("groups", "multi", category="group"),
    field("newsletter", "bool"),
    field("id_no", personal="sensitive", required=True),
    field("share", "calc", result="int", rule="completeness"),
    field("band", "calc", result="text", rule="completeness_band"),
)
BOOK = Book.model_validate(
    {
        "key": "b",
        "version": 1,
        "label": label("b"),
        "sheets": [
            {
                "key": "customers",
                "label": label("c"),
                "key_field": "customer_id",
                "name_field": "name",
                "fields": FIELDS,
            }
        ],
        "categories": [
            {
                "key": key,
                "label": label(key),
                "choices": [{"code": code, "label": label(code)} for code in codes],
            }
            for key, codes in {
                "customer_type": ("person", "company"),
                "gender": ("male", "unknown"),
                "group": ("a", "b"),
            }.items()
        ],
    }
)
STORED = tuple(stored.key for stored in BOOK.sheet("customers").stored_fields)
PERSON: dict[str, Value] = {"name": "Ann", "customer_type": "person"}


def share(values: Mapping[str, Value], settings: Mapping[str, Any] | None = None) -> tuple[Value, Value]:
    """Per cent and band of a customer with these values."""
    row = tuple({**dict.fromkeys(STORED), "customer_id": "C1", **values}.values())
    book = BOOK.model_copy(update={"settings": BOOK.settings.model_validate(settings or {})})
    computed = derive(book, {"customers": Table("customers", STORED, {"C1": row})}, AS_OF)["customers"]
    return computed["share"].get("C1"), computed["band"].get("C1")


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        # name 3, type 3, gender 1 (persons), industry 2 (organisations), contact 3, groups 1, newsletter 1
        ({}, (0, "poor")),  # the type is not known: of 11
        ({"name": "Ann"}, (27, "poor")),
        (PERSON, (50, "fair")),  # 6 of 12
        ({**PERSON, "gender": "unknown"}, (58, "fair")),
        ({**PERSON, "industry": "trade"}, (50, "fair")),
        ({**PERSON, "mobile": "+8613800138000"}, (75, "good")),
        ({**PERSON, "mobile": "+8613800138000", "email": "a@b.cn"}, (75, "good")),
        ({**PERSON, "mobile": "+8613800138000", "gender": "male", "newsletter": False}, (92, "complete")),
        ({**PERSON, "id_no": "110"}, (50, "fair")),
        ({**PERSON, "groups": ()}, (50, "fair")),
        ({"name": "Ann", "customer_type": "company", "industry": "trade"}, (62, "fair")),  # 8 of 13
        ({"name": "Ann", "customer_type": "company", "gender": "male"}, (46, "poor")),  # 6 of 13
    ],
)
def test_fields_weigh_by_need_and_only_where_they_apply(
    values: dict[str, Value], expected: tuple[int, str]
) -> None:
    assert share(values) == expected


@pytest.mark.parametrize(
    "text", ["无", "暂无", "N/A", "n/a", "-", "－", "未知", "123456", "１２３４５６", "测试", " 无 "]
)
def test_texts_that_stand_for_nothing_count_as_empty(text: str) -> None:
    assert share({**PERSON, "name": text}) == (25, "poor")
    assert share({**PERSON, "email": text}) == (50, "fair")


@pytest.mark.parametrize("text", ["无锡", "测试员", "1234567", "A"])
def test_texts_that_only_begin_like_nothing_count(text: str) -> None:
    assert share({**PERSON, "name": text}) == (50, "fair")


def test_weights_bands_and_placeholders_are_settings() -> None:
    weights = {"completeness": {"required_weight": 1, "recommended_weight": 1}}
    assert share({"name": "Ann"}, weights) == (20, "poor")
    assert share(PERSON, {"completeness": {"complete": 50, "good": 40, "fair": 30}}) == (50, "complete")
    assert share({**PERSON, "name": "无"}, {"completeness": {"placeholders": []}}) == (50, "fair")
    nothing = {"required_weight": 0, "recommended_weight": 0, "optional_weight": 0}
    assert share(PERSON, {"completeness": nothing}) == (None, None)


def test_without_the_schema_there_is_no_share() -> None:
    tables = {"customers": Table("customers", STORED, {"C1": ("C1", *[None] * (len(STORED) - 1))})}
    assert RULES["completeness"](Facts(tables, AS_OF)) == {}


@given(
    st.fixed_dictionaries(
        {}, optional={"name": st.just("Ann"), "mobile": st.just("1"), "groups": st.just(("a",))}
    )
)
def test_filling_in_never_makes_a_record_less_complete(values: dict[str, Value]) -> None:
    less, more = share({"customer_type": "person", **values})[0], share({**PERSON, **values})[0]
    assert isinstance(less, int)
    assert isinstance(more, int)
    assert 0 <= less <= more <= 100

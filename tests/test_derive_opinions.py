"""What customers think, and where they are: satisfaction, sentiment, sales areas."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from custbook_gen.derive import rule_codes
from custbook_gen.records import Value
from custbook_gen.schema import Settings
from tests.derive_books import at, book, day, rule

# ---------------------------------------------------------------- satisfaction


@pytest.mark.parametrize(
    ("scores", "mean"),
    [([5], "5"), ([4, 5], "4.5"), ([3, 3, 4], "3.3"), ([1, 1, 3, 5, 4], "2.8"), ([4, 4, 4, 5], "4.3")],
)
def test_satisfaction_is_the_mean_score_to_one_place_half_up(scores: list[int], mean: str) -> None:
    told = [{"score": score} for score in scores]
    assert rule("satisfaction", book(feedback=told)) == {"C1": Decimal(mean)}


def test_scores_of_tickets_and_of_feedback_count_alike() -> None:
    both = book(feedback=[{"score": 5}, {"score": None}], tickets=[{"satisfaction": 2}, {}])
    assert rule("satisfaction", both) == {"C1": Decimal("3.5")}
    assert rule("satisfaction", book()) == {}


@pytest.mark.parametrize(
    ("given", "counts"),
    [("2024-06-30", False), ("2024-07-01", True), ("2026-06-30", True), ("2026-07-01", False)],
)
def test_scores_count_for_twenty_four_months(given: str, counts: bool) -> None:
    tables = book(feedback=[{"at": day(given), "score": 1}])
    assert bool(rule("satisfaction", tables)) is counts
    late = book(tickets=[{"opened_at": at("2026-05-30"), "satisfaction": 4}])
    assert rule("satisfaction", late, {"satisfaction": {"months": 1}}) == {}


# ---------------------------------------------------------------- sentiment


def sentiment(text: Value, settings: Mapping[str, Any] | None = None) -> Value:
    told = rule("sentiment_suggested", book(feedback=[{"content": text}]), {"sentiment": settings or {}})
    return told.get("F1")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("东西很好", "positive"),
        ("服务不错，下次还来", "positive"),
        ("不满意", "negative"),
        ("不太满意", "negative"),
        ("没有很好", "negative"),
        ("包装没有破损", "positive"),
        ("包装破损", "negative"),
        ("质量太差", "negative"),
        ("和上次差不多", "neutral"),
        ("东西很好，但是包装破损", "neutral"),
        ("东西很好，物流很快，但是包装破损", "positive"),
        ("今天到货", "neutral"),
        ("Ｇｏｏｄ service", "positive"),
        ("Not good", "negative"),
        ("It isn’t very helpful", "negative"),
        ("the goods arrived", "neutral"),
        ("not what I wanted. Great price", "positive"),
        ("Thank you", "positive"),
        ("客服good", "positive"),
        ("  ", None),
        (None, None),
    ],
)
def test_words_suggest_how_a_customer_feels(text: Value, expected: Value) -> None:
    assert sentiment(text) == expected


def test_word_lists_are_settings() -> None:
    assert sentiment("上头", {"positive": ["上头"]}) == "positive"
    assert sentiment("很好", {"positive": [], "negative": [], "negations": []}) == "neutral"
    assert sentiment("a.b", {"positive": ["a.b", ""]}) == "positive", "words are no patterns"
    assert sentiment("axb", {"positive": ["a.b"]}) == "neutral"


# ---------------------------------------------------------------- areas

AREAS = {"areas": {"members": {"east": ["310000"], "asia": ["JP"]}, "abroad": "overseas"}}


@pytest.mark.parametrize(
    ("province", "country", "expected"),
    [
        ("310000", "CN", "east"),
        ("310000", None, "east"),
        ("310000", "JP", "east"),
        (None, "JP", "asia"),
        (None, "FR", "overseas"),
        (None, "CN", None),
        ("999999", "CN", None),
        ("999999", "FR", "overseas"),
        (None, None, None),
    ],
)
def test_the_area_is_that_of_the_province_then_of_the_country(
    province: Value, country: Value, expected: Value
) -> None:
    tables = book(customers=[{"province": province, "country": country}])
    assert rule("area", tables, AREAS).get("C1") == expected


def test_without_a_division_there_are_no_areas() -> None:
    tables = book(customers=[{"province": "310000", "country": "FR"}])
    assert rule("area", tables) == {}


# ---------------------------------------------------------------- codes that categories need


def test_switches_of_settings_change_the_codes_that_rules_give() -> None:
    plain = rule_codes(Settings())
    assert plain["value_class"] == ("high", "medium", "low")
    assert plain["frequency_class"] == ("high", "low", "none")
    assert plain["area"] == ()
    other = rule_codes(
        Settings.model_validate(
            {"value": {"levels": 2}, "frequency": {"levels": 3}, "lifecycle": {"sleeping": False}, **AREAS}
        )
    )
    assert other["value_effective"] == ("high", "low")
    assert other["frequency_class"] == ("high", "medium", "low", "none")
    assert other["lifecycle"] == other["lifecycle_effective"] == ("prospect", "active", "lost")
    assert other["area"] == ("east", "asia", "overseas")


def test_the_law_of_requests_needs_a_term() -> None:
    with pytest.raises(ValidationError, match="gdpr"):
        Settings.model_validate({"rights": {"law": "gdpe"}})
    terms = {"lgpd": {"days": 15}}
    assert Settings.model_validate({"rights": {"law": "lgpd", "terms": terms}}).rights.law == "lgpd"

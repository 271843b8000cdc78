"""The catalogue of all sentences: counts and lists, and sentences within sentences."""

from __future__ import annotations

from collections import defaultdict
from string import Formatter

import pytest

from custbook_gen.texts import CATALOGUE, Saying, say


def fields(text: str) -> list[tuple[str, str]]:
    """The placeholders of a sentence with what stands after their colon."""
    return [(name, spec or "") for _, name, spec, _ in Formatter().parse(text) if name is not None]


@pytest.mark.parametrize(
    ("count", "told"), [(0, "0 months"), (1, "1 month"), (2, "2 months"), (1234, "1234 months")]
)
def test_english_counts_one_of_a_thing_otherwise(count: int, told: str) -> None:
    assert say("guide.months", "en", count=count) == told


def test_the_verb_goes_with_the_number_too() -> None:
    one, two = (say("issue.rows-hidden", "en", title="Deals", count=count) for count in (1, 2))
    assert one == "1 row of “Deals” is hidden; it is read like all others and stays hidden."
    assert two == "2 rows of “Deals” are hidden; they are read like all others and stay hidden."


def test_chinese_does_not_ask_for_the_plural() -> None:
    for key, (zh, _) in CATALOGUE.items():
        assert not [spec for _, spec in fields(zh) if "|" in spec], key


def test_every_choice_of_words_is_between_two_that_differ() -> None:
    for key, (_, en) in CATALOGUE.items():
        told: dict[str, list[list[str]]] = defaultdict(list)
        for name, spec in fields(en):
            if "|" in spec:
                told[name].append(spec.split("|"))
        for name, choices in told.items():
            for choice in choices:
                assert len(choice) == 2, (key, name)
                assert choice[0] != choice[1], (key, name)
            plain = (name, "") in fields(en)
            counted = plain or any("#" in one and "#" in many for one, many in choices)
            assert counted, f"{key} does not say how many {name} there are"


def test_numbers_keep_their_own_forms() -> None:
    assert "more than 1,048,576 rows" in say("error.sheet-too-long", "en", sheet="Deals", limit=1_048_576)


@pytest.mark.parametrize(("lang", "told"), [("zh", "内容：空"), ("en", "its content is nothing")])
def test_a_sentence_within_another_is_in_its_language(lang: str, told: str) -> None:
    assert lang in ("zh", "en")
    assert told in say("error.not-a-workbook", lang, file="a.xlsx", found=Saying("kind.nothing"))  # type: ignore[arg-type]

"""What customers think: scores they gave, and what their words sound like (sections 3.7, 5.4)."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from custbook_gen.derive.dates import day_of, edate
from custbook_gen.derive.facts import Facts
from custbook_gen.derive.rounding import quotient
from custbook_gen.records import Value
from custbook_gen.schema import Settings

HAN: Final = r"[㐀-鿿]"
LETTER: Final = r"[^\W㐀-鿿]"
"""Of scripts that put blanks between words."""
NEVER: Final = r"(?!)"
"""A pattern that matches nothing."""


def scores_within(facts: Facts, months: int) -> Mapping[str, list[int]]:
    """The scores (1 to 5) of feedback and tickets that each customer gave in so many months."""
    start = edate(facts.as_of, -months)
    given: dict[str, list[int]] = defaultdict(list)
    for customer, at, score in _opinions(facts):
        day = day_of(at)
        if isinstance(score, int) and day is not None and start < day <= facts.as_of:
            given[str(customer)].append(score)
    return given


def _opinions(facts: Facts) -> Iterator[tuple[Value, ...]]:
    yield from facts.rows("feedback", "customer_id", "at", "score")
    yield from facts.rows("tickets", "customer_id", "opened_at", "satisfaction")


def satisfaction(facts: Facts) -> dict[str, Value]:
    """满意度: the mean score of feedback and tickets within 24 months, one place; empty without any (5.4)."""
    given = scores_within(facts, facts.settings.satisfaction.months)
    return {customer: quotient(sum(scores), len(scores)) for customer, scores in given.items()}


def sentiment_suggested(facts: Facts) -> dict[str, Value]:
    """情感(建议): ``positive``, ``negative`` or ``neutral`` by the words of the content (3.7).

    Words of the two lists are counted, those after a negation for the other side; the
    larger count decides.  Empty without content.
    """
    words, good = _patterns(facts.settings)
    found: dict[str, Value] = {}
    for key, content in facts.rows("feedback", "feedback_id", "content"):
        if isinstance(content, str) and content.strip():
            told = [
                (match["word"] in good) != (match["negation"] is not None)
                for match in words.finditer(_folded(content))
            ]
            balance = 2 * sum(told) - len(told)
            found[str(key)] = "positive" if balance > 0 else "negative" if balance < 0 else "neutral"
    return found


def _folded(text: str) -> str:
    """A text without differences of width and case, its apostrophes straight."""
    return unicodedata.normalize("NFKC", text).casefold().replace("’", "'")


def _patterns(settings: Settings) -> tuple[re.Pattern[str], frozenset[str]]:
    """What finds a word with the negation before it, if any, and the words that praise.

    A word itself goes before a negation that it begins with (不错).
    """
    lists = settings.sentiment
    good = frozenset(map(_folded, lists.positive))
    word = _one_of({*good, *map(_folded, lists.negative)})
    negation = _one_of(map(_folded, lists.negations))
    between = rf"(?:{HAN}{{0,2}}?|\s+(?:{LETTER}+\s+){{0,2}}?)"
    pattern = rf"(?:(?={word})|(?P<negation>{negation}){between})(?P<word>{word})"
    return re.compile(pattern), good


def _one_of(words: Iterable[str]) -> str:
    """A pattern for any of some words, the longest first; whole words of scripts with blanks between them."""
    longest = sorted(filter(None, words), key=lambda word: (-len(word), word))
    spaced = "|".join(re.escape(word) for word in longest if word.isascii())
    others = [re.escape(word) for word in longest if not word.isascii()]
    return f"(?:{'|'.join([*others, rf'(?<!{LETTER})(?:{spaced or NEVER})(?!{LETTER})'])})"

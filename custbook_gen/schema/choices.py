"""Lists of choices that come from several hands: no two of them may be called the same."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Final

from custbook_gen.schema.field_types import FieldType
from custbook_gen.schema.fields import Category, Choice, Label
from custbook_gen.texts import say

EDITABLE: Final = "editable_category"
"""The category whose values are the book's own editable categories."""
NEEDED: Final[Mapping[str, FieldType]] = {"category": "enum", "code": "text", "zh": "text", "en": "text"}
"""What every dictionary sheet has; with the numbers of its records, of type ``auto``."""
OPTIONAL: Final[Mapping[str, FieldType]] = {
    "parent": "text",
    "order": "int",
    "active": "bool",
    "aliases": "text",
    "color": "text",
    "figure": "dec",
}
"""What a dictionary sheet may have; without it, values keep what the schema says."""
Owners = dict[tuple[str | None, str], str]
"""The code to which a name under a parent belongs."""
SEMICOLONS: Final = str.maketrans({";": ",", "；": "，"})


def distinct(
    choices: Iterable[Choice],
    *,
    several: bool = False,
    firm: Collection[str] = (),
    owners: Collection[str] = (),
) -> tuple[Choice, ...]:
    """The choices with names that are theirs alone, whatever they were called.

    The first of two keeps the name: a later label gets its code added, a later alias is
    dropped, and so is a choice whose code (whatever its case) was there before.

    Args:
        choices: choices of one category.
        several: whether fields hold several of them, so that no label has a semicolon.
        firm: codes that go before all others.
        owners: codes whose labels and aliases go before those of all others.
    """
    every = tuple(choices)
    codes: dict[str, Choice] = {}
    for choice in sorted(every, key=lambda one: one.code not in firm):
        codes.setdefault(choice.code.casefold(), choice)
    kept = [choice for choice in every if codes[choice.code.casefold()] is choice]
    taken = {(choice.parent, choice.code.casefold()): choice.code for choice in kept}
    apart = {
        choice.code: _named_apart(choice, taken, several=several)
        for choice in sorted(kept, key=lambda one: one.code not in owners)
    }
    return tuple(apart[choice.code] for choice in kept)


def _named_apart(choice: Choice, taken: Owners, *, several: bool) -> Choice:
    label = choice.label
    if several:
        label = Label(zh=label.zh.translate(SEMICOLONS), en=label.en.translate(SEMICOLONS))

    def free(names: Iterable[str]) -> bool:
        return all(taken.get((choice.parent, name.casefold()), choice.code) == choice.code for name in names)

    if not free(Choice(code=choice.code, label=label).names()[:3]):
        longer = _longer(label, choice.code.translate(SEMICOLONS))
        label = next(new for new in longer if free((new.zh, new.en, f"{new.zh} {new.en}")))
    aliases = tuple(alias for alias in choice.aliases if free((alias,)))
    apart = choice
    if (label, aliases) != (choice.label, choice.aliases):
        apart = choice.having(label=label, aliases=aliases)
    for name in apart.names():
        taken.setdefault((choice.parent, name.casefold()), choice.code)
    return apart


def _longer(label: Label, code: str) -> Iterator[Label]:
    """The label with the code behind it, as often as it takes."""
    mark = code
    while True:
        yield Label(zh=f"{label.zh}（{mark}）", en=f"{label.en} ({mark})")
        mark += "+"


def editable_categories(categories: Iterable[Category]) -> Category:
    """The category whose values are the editable ones among some categories, by their keys."""
    choices = (Choice(code=one.key, label=one.label) for one in categories if one.editable)
    label = Label(zh=say("book.category", "zh"), en=say("book.category", "en"))
    return Category(key=EDITABLE, label=label, choices=distinct(choices), editable=False)

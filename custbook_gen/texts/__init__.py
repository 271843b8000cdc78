"""Every sentence that people read, in Chinese and English: one catalogue.

``say(key, lang, **facts)`` gives the sentence; ``zh+en`` gives both, on two lines.
The entries stand in one module per audience: messages about a filled-in book (:mod:`issues`,
:mod:`checks` for what single cells do not tell, :mod:`damage` for what became of it), errors that stop a run (:mod:`errors`; those
of the system in :mod:`system`, of stores in :mod:`stores`, of Google Sheets in :mod:`online`, what schema files say wrong in
:mod:`schema`), words inside the workbook (:mod:`workbook`; the manual in :mod:`guide`, computed
values and settings explained in :mod:`rules` and :mod:`settings`, the tabs where people decide in
:mod:`review`) and words of the command line (:mod:`cli`, and :mod:`lookback` for its commands that
look and go back).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from functools import cache
from importlib import import_module
from typing import Final, Literal

from custbook_gen.texts import cli, lookback
from custbook_gen.value_objects import value_object

Lang = Literal["zh", "en", "zh+en"]
LANGS: Final[tuple[Lang, ...]] = ("zh", "en", "zh+en")
"""All languages that a workbook can be in."""
Texts = Mapping[str, tuple[str, str]]

_INSIDE: Final = (
    *(
        "issues",
        "damage",
        "checks",
        "errors",
        "system",
        "stores",
        "online",
        "schema",
        "workbook",
        "review",
        "guide",
        "rules",
        "settings",
    ),
)
"""Modules with what the command line does not need to tell its help."""


class _Catalogue(Texts):
    """All entries; those of the command line are found without loading the rest."""

    def __getitem__(self, key: str) -> tuple[str, str]:
        found = cli.TEXTS.get(key) or lookback.TEXTS.get(key)
        return _inside()[key] if found is None else found

    def __iter__(self) -> Iterator[str]:
        yield from cli.TEXTS
        yield from lookback.TEXTS
        yield from _inside()

    def __len__(self) -> int:
        return len(cli.TEXTS) + len(lookback.TEXTS) + len(_inside())


@cache
def _inside() -> Texts:
    texts: dict[str, tuple[str, str]] = {}
    for name in _INSIDE:
        texts.update(import_module(f"custbook_gen.texts.{name}").TEXTS)
    return texts


CATALOGUE: Final = _Catalogue()


def say(key: str, lang: Lang, /, **facts: object) -> str:
    """The catalogue's sentence for a key, its ``{placeholders}`` filled from the facts.

    A tuple is a list of names; a whole number decides between ``{count:# row is|# rows are}``.
    """
    zh, en = CATALOGUE[key]
    return join(zh.format_map(_listed(facts, "zh")), en.format_map(_listed(facts, "en")), lang)


def listed(names: Iterable[object], lang: Lang) -> str:
    """Names one after the other."""
    return separator(lang).join(map(str, names))


def separator(lang: Lang) -> str:
    """What stands between the names of a list."""
    zh, en = CATALOGUE["guide.listed"]
    return en if lang == "en" else zh


def _listed(facts: Mapping[str, object], lang: Lang) -> Mapping[str, object]:
    """The facts, those that are lists as a text and those that count as numbers that know the plural."""
    return {name: _fact(fact, lang) for name, fact in facts.items()}


def _fact(fact: object, lang: Lang) -> object:
    if isinstance(fact, tuple):
        return listed(fact, lang)
    if isinstance(fact, Saying):
        return _Told(fact, lang)
    return _Count(fact) if type(fact) is int else fact


class _Count(int):
    """A number in a sentence: ``{count:# row is|# rows are}`` says the first for one, else the second."""

    def __format__(self, spec: str) -> str:
        one, or_else, many = spec.partition("|")
        if not or_else:
            return super().__format__(spec)
        return (one if self == 1 else many).replace("#", str(int(self)))


def join(zh: str, en: str, lang: Lang) -> str:
    """One text of two: the Chinese, the English, or both on two lines if they differ."""
    if lang == "zh":
        return zh
    if lang == "en":
        return en
    return zh if zh == en else f"{zh}\n{en}"


@value_object
class Saying:
    """A sentence to be set into another one, in that one's language.

    In the outer sentence ``{name}`` stands for it, or ``{name:zh}`` and ``{name:en}``.
    """

    key: str
    facts: Mapping[str, object] = field(default_factory=dict)

    def __format__(self, lang: str) -> str:
        zh, en = CATALOGUE[self.key]
        return (
            zh.format_map(_listed(self.facts, "zh"))
            if lang == "zh"
            else en.format_map(_listed(self.facts, "en"))
        )

    def __str__(self) -> str:
        return format(self, "en")


@value_object
class _Told:
    """A sentence in the language of the one that it is set into."""

    saying: Saying
    lang: Lang

    def __format__(self, lang: str) -> str:
        return format(self.saying, lang or self.lang)

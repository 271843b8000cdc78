"""Every sentence that people read, in Chinese and English: one catalogue.

``say(key, lang, **facts)`` gives the sentence; ``zh+en`` gives both, on two lines.
The entries stand in one module per audience: messages about a filled-in book
(:mod:`issues`, and :mod:`checks` for what single cells do not tell), errors that stop a run (:mod:`errors`, with what schema files say wrong in
:mod:`schema`), words inside the workbook (:mod:`workbook`; the manual in :mod:`guide`, computed values and settings
explained in :mod:`rules` and :mod:`settings`) and words of the command line (:mod:`cli`, and
:mod:`lookback` for its commands that look and go back).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from custbook_gen.texts import checks, cli, errors, guide, issues, lookback, rules, schema, settings, workbook

Lang = Literal["zh", "en", "zh+en"]

CATALOGUE: Final[Mapping[str, tuple[str, str]]] = {
    **issues.TEXTS,
    **checks.TEXTS,
    **errors.TEXTS,
    **schema.TEXTS,
    **workbook.TEXTS,
    **cli.TEXTS,
    **lookback.TEXTS,
    **guide.TEXTS,
    **rules.TEXTS,
    **settings.TEXTS,
}


def say(key: str, lang: Lang, /, **facts: object) -> str:
    """The catalogue's sentence for a key, its ``{placeholders}`` filled from the facts."""
    zh, en = CATALOGUE[key]
    return join(zh.format_map(facts), en.format_map(facts), lang)


def join(zh: str, en: str, lang: Lang) -> str:
    """One text of two: the Chinese, the English, or both on two lines if they differ."""
    if lang == "zh":
        return zh
    if lang == "en":
        return en
    return zh if zh == en else f"{zh}\n{en}"


@dataclass(frozen=True, slots=True)
class Saying:
    """A sentence to be set into another one, in that one's language.

    In the outer sentence ``{name:zh}`` and ``{name:en}`` stand for it.
    """

    key: str
    facts: Mapping[str, object] = field(default_factory=dict)

    def __format__(self, lang: str) -> str:
        zh, en = CATALOGUE[self.key]
        return (zh if lang == "zh" else en).format_map(self.facts)

    def __str__(self) -> str:
        return format(self, "en")

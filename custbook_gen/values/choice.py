"""Values chosen from lists: categories by label, code or alias; records by name and key."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from custbook_gen.records import Value
from custbook_gen.schema import Category, Choice
from custbook_gen.texts import Lang
from custbook_gen.values.reading import Note, Reading, wrong
from custbook_gen.values.text import tidy

JOINER: Final = "；"
"""Joins several values in one cell; the ASCII semicolon is read too."""
SEPARATOR: Final = " · "
"""Stands between a record's name and its key in the cells that refer to it."""
SIMILAR: Final = 0.7
"""How alike a text and a name in another language must be for a suggestion."""
LISTED: Final = 5
"""How many candidates a message names."""


def fold(text: str) -> str:
    """A text for comparison: width, case and blanks do not count."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def shown_label(choice: Choice, lang: Lang) -> str:
    """A choice as it stands in cells: with ``zh+en`` both labels on one line."""
    return choice.label.line(lang)


Name = tuple[str | None, str]
"""What a value is called under a parent."""


class Vocabulary:
    """One category in one language: from code to label and back.

    Where the category hangs from another, labels need only be unique under their parent.
    ``before`` is the category as an older workbook shows it: what its lists offer is
    understood first, and means values by their labels of now.
    """

    def __init__(self, category: Category, lang: Lang, before: Category | None = None) -> None:
        self._choices = category.by_code
        self._nested = category.parent is not None
        self._lang = lang
        self._before = before.choices if before is not None else ()
        self.labels: Mapping[str, str] = {c.code: shown_label(c, lang) for c in category.choices}

    @cached_property
    def _earlier(self) -> Sequence[tuple[str | None, Choice]]:
        """Values that were called otherwise before, each with its parent of now."""
        known = ((self._choices.get(then.code), then) for then in self._before)
        return [(now.parent, then) for now, then in known if now is not None and now != then]

    @cached_property
    def _exact(self) -> Mapping[Name, str]:
        """Codes by the labels that cells show: those of before, which lists offered, go first."""
        found = {(c.parent, str(tidy(self.labels[c.code]).value)): c.code for c in self._choices.values()}
        for parent, then in self._earlier:
            found[parent, str(tidy(shown_label(then, self._lang)).value)] = then.code
        return found

    @cached_property
    def _folded(self) -> Mapping[Name, list[str]]:
        """Codes by every folded name; names of before count where nothing is called that now."""
        found: dict[Name, list[str]] = {}
        for choice in self._choices.values():
            for name in dict.fromkeys(fold(name) for name in choice.names()):
                found.setdefault((choice.parent, name), []).append(choice.code)
        for parent, then in self._earlier:
            for name in map(fold, then.names()):
                found.setdefault((parent, name), [then.code])
        return found

    def read(self, text: str, parent: str | None = None) -> Reading:
        """The code a text means; near ones are recognised, the rest refused with a suggestion."""
        at = parent if self._nested else None
        code = self._exact.get((at, text))
        if code is not None:
            return Reading(code)
        codes = self._folded.get((at, fold(text)), [])
        if len(codes) == 1:
            return Reading(codes[0], (Note("recognised", {"value": text, "read": self.labels[codes[0]]}),))
        if self._nested and any(name == fold(text) for _, name in self._folded):
            return wrong("not-under-parent", self._near(text, at), value=text)
        return wrong("not-in-list", self._near(text, at), value=text)

    def _near(self, text: str, parent: str | None) -> str | None:
        """The active label that a wrong text probably means."""
        offered = [
            choice
            for choice in self._choices.values()
            if choice.active and (not self._nested or choice.parent == parent)
        ]
        label = nearest(text, [self.labels[choice.code] for choice in offered])
        if label is not None:
            return label
        others = {name: self.labels[choice.code] for choice in offered for name in choice.names()}
        close = difflib.get_close_matches(text, others, n=1, cutoff=SIMILAR)
        return others[close[0]] if close else None


def nearest(text: str, labels: Iterable[str]) -> str | None:
    """The label that contains the text, or else the most similar one, if any is near."""
    wanted, candidates = fold(text), list(labels)
    if not wanted:
        return None
    inside = [label for label in candidates if wanted in fold(label) or fold(label) in wanted]
    if inside:
        return min(inside, key=len)
    close = difflib.get_close_matches(text, candidates, n=1, cutoff=0.5)
    return close[0] if close else None


@dataclass(frozen=True)
class References:
    """How the records of one sheet are named in cells that refer to them."""

    title: str
    labels: Mapping[str, str]
    """Label by key, such as ``华为 · C000012``."""
    named: tuple[tuple[str, str], ...] = ()
    """Keys with their records' names; a record that was renamed has several."""

    @cached_property
    def names(self) -> Mapping[str, tuple[str, ...]]:
        """Keys by folded name; made when somebody typed something that is no label."""
        names: dict[str, dict[str, None]] = {}
        for key, text in self.named:
            names.setdefault(fold(text), {})[key] = None
        return {name: tuple(keys) for name, keys in names.items()}

    def read(self, text: str) -> Reading:
        """The key that a label, a key or an unambiguous name means."""
        parts = text.split(SEPARATOR)
        for at in range(len(parts)):
            tail = SEPARATOR.join(parts[at:]).strip()
            if tail in self.labels:
                return Reading(tail)
        keys = self.names.get(fold(text), ())
        if len(keys) == 1:
            return Reading(keys[0], (Note("recognised", {"value": text, "read": self.labels[keys[0]]}),))
        if keys:
            shown = " / ".join(self.labels[key] for key in keys[:LISTED])
            return wrong("ref-ambiguous", value=text, target=self.title, candidates=shown)
        return wrong("ref-unknown", self._near(text), value=text, target=self.title)

    def _near(self, text: str) -> str | None:
        close = difflib.get_close_matches(fold(text), self.names, n=1, cutoff=0.6)
        return self.labels[self.names[close[0]][0]] if close else None


def references(title: str, named: Iterable[tuple[str, Value]]) -> References:
    """The references to a sheet's records, from their keys and names; of several names the last is shown."""
    pairs = [(key, " ".join(str(name).split()) if name is not None else "") for key, name in named]
    labels = {key: f"{text}{SEPARATOR}{key}" if text and text != key else key for key, text in pairs}
    return References(title, labels, tuple(pair for pair in pairs if pair[1]))

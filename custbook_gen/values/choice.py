"""Values chosen from lists: categories by label, code or alias; records by name and key."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
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
_SEMICOLONS: Final = re.compile("[;；\r\n]")
_COMMAS: Final = re.compile("([,，、])")
"""Part values, unless a label holds one."""
MOST_PIECES: Final = 32
"""Pieces between commas that are put together to labels; more are values by themselves."""
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
    def _written(self) -> Mapping[Name, str]:
        """Codes by the labels that cells show: those of before, which lists offered, go first."""
        found = {(choice.parent, self.labels[choice.code]): choice.code for choice in self._choices.values()}
        for parent, then in self._earlier:
            found[parent, shown_label(then, self._lang)] = then.code
        return found

    @cached_property
    def _exact(self) -> Mapping[Name, str]:
        """The same by tidy labels; labels that differ in width or blanks alone are left out."""
        codes: dict[Name, set[str]] = {}
        for (parent, label), code in self._written.items():
            codes.setdefault((parent, str(tidy(label).value)), set()).add(code)
        return {name: next(iter(some)) for name, some in codes.items() if len(some) == 1}

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

    def read(self, written: str, parent: str | None = None) -> Reading:
        """The code a text means; near ones are recognised, the rest refused with a suggestion.

        Args:
            written: what stands in the cell, as it was written.
            parent: the code of the value that the field's values hang from.
        """
        at = parent if self._nested else None
        found = self._find(written, at)
        if found is not None:
            return found
        text = str(tidy(written).value or "")
        if self._nested and any(name == fold(text) for _, name in self._folded):
            return wrong("not-under-parent", self._near(text, at), value=text)
        return wrong("not-in-list", self._near(text, at), value=text)

    def _find(self, written: str, at: str | None) -> Reading | None:
        """The code of what was written exactly, or of the one value that it is a name of."""
        code = self._written.get((at, written))
        if code is not None:
            return Reading(code)
        text = str(tidy(written).value or "")
        code = self._exact.get((at, text))
        if code is not None:
            return Reading(code)
        codes = self._folded.get((at, fold(text)), [])
        if len(codes) != 1:
            return None
        return Reading(codes[0], (Note("recognised", {"value": text, "read": self.labels[codes[0]]}),))

    def read_several(self, text: str) -> list[Reading]:
        """What each of several values in one text means.

        They are joined by semicolons or stand on lines of their own; commas and ``、`` part
        values too, save within a label that holds one.
        """
        return [reading for part in _SEMICOLONS.split(text) if part.strip() for reading in self._parts(part)]

    def _parts(self, part: str) -> list[Reading]:
        pieces = _COMMAS.split(part)
        if len(pieces) == 1 or len(pieces) > MOST_PIECES:
            return [self.read(part.strip())]
        found = self._joined(pieces)
        return found if found is not None else [self.read(one.strip()) for one in pieces[::2] if one.strip()]

    def _joined(self, pieces: Sequence[str]) -> list[Reading] | None:
        """Pieces put together to values, the longest first; nothing if some belong to none.

        The way from each piece to the end is looked for once, from the last piece on.
        """
        ways: dict[int, list[Reading] | None] = {len(pieces) + 1: []}
        for at in range(len(pieces) - 1, -1, -2):
            ways[at] = ways[at + 2] if not pieces[at].strip() else None
            for end in range(len(pieces), at, -2):
                rest = ways[end + 1]
                value = self._find("".join(pieces[at:end]).strip(), None) if rest is not None else None
                if rest is not None and value is not None:
                    ways[at] = [value, *rest]
                    break
        return ways[0]

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


def _on_one_line(name: Value) -> str:
    """A record's name as cells show it; empty without one."""
    return " ".join(str(name).split()) if name is not None else ""


@dataclass(frozen=True)
class References:
    """How the records of one sheet are named in cells that refer to them.

    ``records`` are their keys and names, looked at once, when somebody asks; a record that
    was renamed has several, of which the last is shown.  Keys that begin with ``concealed``
    are nothing to show to people.
    """

    title: str
    records: Iterable[tuple[str, Value]]
    concealed: str | None = None

    @cached_property
    def _pairs(self) -> Sequence[tuple[str, str]]:
        return [(key, _on_one_line(name)) for key, name in self.records]

    @cached_property
    def labels(self) -> Mapping[str, str]:
        """Label by key, such as ``华为 · C000012``."""
        return {key: self._label(key, text) for key, text in self._pairs}

    def label(self, key: str, name: Value) -> str:
        """The label of one record, for those who need those of a few."""
        return self._label(key, _on_one_line(name))

    def followed_by(self, named: Iterable[tuple[str, Value]]) -> References:
        """The same with more records, or more names of some."""
        return References(self.title, self._with(named), self.concealed)

    def _with(self, named: Iterable[tuple[str, Value]]) -> Iterator[tuple[str, Value]]:
        yield from self._pairs
        yield from named

    def _label(self, key: str, text: str) -> str:
        if not text or text == key:
            return key
        hidden = self.concealed is not None and key.startswith(self.concealed)
        return text if hidden else f"{text}{SEPARATOR}{key}"

    @cached_property
    def names(self) -> Mapping[str, tuple[str, ...]]:
        """Keys by folded name; made when somebody typed something that is no label."""
        names: dict[str, dict[str, None]] = {}
        for key, text in self._pairs:
            if text:
                names.setdefault(fold(text), {})[key] = None
        return {name: tuple(keys) for name, keys in names.items()}

    @cached_property
    def folded(self) -> Mapping[str, tuple[str, ...]]:
        """Keys by what lists compare: they see no difference between capital and small letters."""
        keys: dict[str, list[str]] = {}
        for key in self.labels:
            keys.setdefault(fold(key), []).append(key)
        return {folded: tuple(some) for folded, some in keys.items()}

    def read(self, text: str) -> Reading:
        """The key that a label, a key or an unambiguous name means."""
        parts = text.split(SEPARATOR)
        tails = [SEPARATOR.join(parts[at:]).strip() for at in range(len(parts))]
        for tail in tails:
            if tail in self.labels:
                return Reading(tail)
        for tail in tails:
            alike = self.folded.get(fold(tail), ())
            if len(alike) == 1:
                return Reading(
                    alike[0], (Note("recognised", {"value": text, "read": self.labels[alike[0]]}),)
                )
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


def references(title: str, named: Iterable[tuple[str, Value]], concealed: str | None = None) -> References:
    """The references to a sheet's records, from their keys and names; of several names the last is shown."""
    return References(title, named, concealed)

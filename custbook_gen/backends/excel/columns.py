"""A column's cells as SpreadsheetML, converted as a whole at the speed of C.

A chunk of a column's values becomes one text (joined by a character that no cell holds as it
is), which a few scans look at and make XML-safe before it is split again; what stands around
the values is the same in most rows.  Columns of few different values (dates, categories) are
looked up instead, each value having been converted once.  Only a chunk with odd values (mixed
types, very long texts) is converted cell by cell.

Text travels as UTF-8 bytes in Latin-1 strings, so that Chinese words do not widen the markup
around them; one ``encode("latin-1")`` per chunk gives the bytes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from custbook_gen.backends.excel.cells import (
    PRESERVE,
    QUOTED,
    content_xml,
    escape,
    needs_quote,
    notation_between,
    number_text,
)
from custbook_gen.portions import SEPARATOR, JoinedTexts
from custbook_gen.remembering import Remembered
from custbook_gen.value_objects import value_object
from custbook_gen.workbook import MAX_TEXT, Cell

Stream = str | Iterable[str]
"""A text for each of some rows, or one that is the same in all of them."""
Streams = Sequence[Stream]
"""What is put together row by row."""


_VALUE_CLOSE: Final = "</v></c>"
_TYPES: Final[Mapping[type, str]] = {str: ' t="str"', type(None): ' t="str"', bool: ' t="b"'}
"""Types of the results of formulas; a number's needs none."""

_NOTHING: Final = frozenset({type(None)})
_TEXT: Final = frozenset({str, type(None)})
_SURE_DIGITS: Final = 300
_SURE: Final = 2**63
"""Whole numbers up to here are within a cell's range."""
_CONTROLS: Final = bytes(set(range(0x20)) - {0x09, 0x0A})
"""What XML cannot hold, the separator among it."""
# Patterns over the bytes of many texts begin with one byte: that is what is looked for fastest.
_ODD_START: Final = re.compile(b"\x1f[\x1f =+\\-@\t\r']")
_ODD_STARTS: Final = frozenset(("", " ", "=", "+", "-", "@", "\t", "\r", "'"))
_LONG: Final = 64
"""Bytes of a text from which on looking at its beginning alone is faster."""
_ODD_BLANK: Final = re.compile(b" [ \x1f]")
_NO_CHARACTERS: Final = ("\ufffe".encode(), "\uffff".encode())
_LIKE_NOTATION: Final = re.compile(b"_(?=x[0-9A-Fa-f]{4}_)")


@value_object
class Frame:
    """What stands around the cells of a column."""

    style: str
    """The end of a cell's reference and its format, such as ``" s="7"``."""
    quoted: str
    """The same with a format that has ``quotePrefix``."""
    after: str
    """The markup from a cell's end to the next one's row number."""

    def content(self, value: Cell) -> str:
        """All that follows one cell's reference."""
        if type(value) is int and -_SURE <= value <= _SURE:  # dates: each column holds thousands
            return f"{self.style}><v>{value}{_VALUE_CLOSE}{self.after}"
        style = self.quoted if isinstance(value, str) and needs_quote(value) else self.style
        return f"{style}{carry(content_xml(value))}{self.after}"

    @property
    def empty(self) -> str:
        """The same for a cell without a value."""
        return f"{self.style}/>{self.after}"


class RecurringColumn:
    """Cells of few different values: one stream, everything that follows a cell's reference."""

    width: Final = 1

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._known = _Known(frame.content)

    def streams(self, values: Sequence[Any]) -> Streams:
        """The texts of a chunk's cells.

        Args:
            values: one :data:`Cell` per row, at least one.

        Raises:
            ValueError: a value that no cell can hold; at the latest when its text is asked for.
        """
        kinds = set(map(type, values))
        if kinds == _NOTHING:
            return (self._frame.empty,)
        return (self._known.texts(values, kinds) or map(self._frame.content, values),)


class ValueColumn:
    """Cells of many different values: three streams, the value between what stands around it."""

    width: Final = 3

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        text = ' t="inlineStr"><is><t'
        self._open, self._quoted = f"{frame.style}{text}>", f"{frame.quoted}{text}>"
        self._spaced, self._both = f"{frame.style}{text}{PRESERVE}>", f"{frame.quoted}{text}{PRESERVE}>"
        self._text_close = f"</t></is></c>{frame.after}"
        self._close = f"{_VALUE_CLOSE}{frame.after}"

    def streams(self, values: Sequence[Any]) -> Streams:
        """The texts of a chunk's cells; see :meth:`RecurringColumn.streams`."""
        if isinstance(values, JoinedTexts):
            return self._texts(values)
        kinds = set(map(type, values))
        if kinds <= _TEXT:
            return self._texts(values if kinds == {str} else [value or "" for value in values])
        filled = kinds - _NOTHING
        spell = _NUMERALS.get(filled.pop()) if len(filled) == 1 else None
        if spell is None:
            return self._one_by_one(values)
        return self._numbers(values, spell, gaps=not _NOTHING.isdisjoint(kinds))

    def _numbers(
        self, values: Sequence[Any], spell: Callable[[Any], Iterable[str]], *, gaps: bool
    ) -> Streams:
        close = self._close
        before = f"{self._frame.style}{_TYPES[bool] if spell is _truths else ''}><v>"
        if not gaps:
            return before, spell(values), close
        empty = self._frame.empty
        texts = iter(spell([value for value in values if value is not None]))
        contents = [empty if value is None else f"{before}{next(texts)}{close}" for value in values]
        return "", contents, ""

    def _texts(self, values: Sequence[str] | JoinedTexts) -> Streams:
        column, close = _Texts(values), self._text_close
        texts = column.safe()
        if texts is None:
            return self._one_by_one(values)
        if not column.has_odd_edges and not column.has_odd_blanks:
            return self._open, texts, close
        plain = column.plain()
        closes = [close if text else "" for text in plain] if "" in plain else close
        return self._openings(plain), texts, closes

    def _openings(self, texts: Sequence[str]) -> Sequence[str]:
        """What stands before each text; see :func:`needs_quote` and :func:`needs_space`."""
        plain, quoted, spaced, both = self._open, self._quoted, self._spaced, self._both
        empty = self._frame.empty
        return [
            (
                (both if text[0] in QUOTED else spaced)
                if "\n" in text or text[0] == " " or text[-1] == " " or "  " in text or "\t" in text
                else (quoted if text[0] in QUOTED else plain)
            )
            if text
            else empty
            for text in texts
        ]

    def _one_by_one(self, values: Sequence[Cell]) -> Streams:
        return "", map(self._frame.content, values), ""


class FormulaColumn:
    """Cells that hold a formula and its value: two streams, what stands before the formula, and the value.

    Args:
        style: the attribute with the cells' format.
        recurring: whether the formula is likely to have few different values.
    """

    width: Final = 2

    def __init__(self, style: str, *, recurring: bool) -> None:
        self._opens = {kind: f"{style}{name}>" for kind, name in _TYPES.items()}
        self._open = f"{style}>"
        self._known = _Known(_result) if recurring else None

    def streams(self, values: Sequence[Any]) -> Streams:
        """The texts of a chunk's cells; see :meth:`RecurringColumn.streams`."""
        kinds = set(map(type, values))
        known = None if self._known is None else self._known.texts(values, kinds)
        return self._befores(values, kinds), known or _results(values, kinds)

    def _befores(self, values: Sequence[Any], kinds: set[type]) -> Stream:
        openings = {self._opens.get(kind, self._open) for kind in kinds}
        if len(openings) == 1:
            return openings.pop()
        return [self._opens.get(type(value), self._open) for value in values]


def _results(values: Sequence[Any], kinds: set[type]) -> Iterable[str]:
    """What formulas give, as text."""
    texts: Iterable[str] | None = None
    if kinds <= _TEXT:
        texts = _Texts(values if kinds == {str} else [value or "" for value in values]).safe()
    elif len(kinds) == 1 and (spell := _NUMERALS.get(next(iter(kinds)))) is not None:
        texts = spell(values)
    return map(_result, values) if texts is None else texts


def _result(value: Cell) -> str:
    if value is None or isinstance(value, str):
        return carry(escape(value or ""))
    return f"{value:d}" if isinstance(value, bool) else number_text(value)


def recurs(values: Sequence[Cell]) -> bool:
    """Whether a column that begins with these values is likely to hold few different ones.

    Texts must be seen to recur.  Whole numbers (dates among them) may take longer than
    a chunk to, and are cheap enough to be remembered for a while in any case.
    """
    kinds = set(map(type, values)) - _NOTHING
    return (kinds <= {str} and 2 * len(set(values)) <= len(values)) or kinds in ({int}, {bool})


def carry(text: str) -> str:
    """Text as its UTF-8 bytes in a string of one byte per character."""
    return text if text.isascii() else text.encode().decode("latin-1")


class _Known:
    """Texts by value, each made once while there are not too many different ones."""

    def __init__(self, make: Callable[[Any], str]) -> None:
        self._by_type: dict[type, Remembered[Any, str]] = {
            kind: Remembered(make) for kind in (str, int, bool)
        }

    def texts(self, values: Sequence[Any], kinds: set[type]) -> Iterable[str] | None:
        """The texts of these values, unless they are of kinds of which equal ones may differ."""
        kinds = kinds - _TEXT
        memory = self._by_type.get(kinds.pop() if kinds else str) if len(kinds) < 2 else None
        return None if memory is None else map(memory.__getitem__, values)


# ---------------------------------------------------------------- whole columns of texts


class _Texts:
    """A column's texts, looked at together: their UTF-8 bytes, joined.

    Tests for one byte come first; they are far faster than any other search.
    """

    def __init__(self, values: Sequence[str] | JoinedTexts) -> None:
        self._separators = len(values) + 1
        if isinstance(values, JoinedTexts):
            joined, self._forbidden = values.joined, _holds_no_character(values.joined)
        else:
            joined, self._forbidden = _encoded(values)
        self._edged = b"\x1f%b\x1f" % joined
        self._plain: Sequence[str] | None = None

    @property
    def has_odd_edges(self) -> bool:
        """Whether any is empty, begins with a blank or needs ``quotePrefix``; see :func:`needs_quote`."""
        plain = self._plain
        if plain is not None and len(self._edged) > _LONG * len(plain):
            return any(text[:1] in _ODD_STARTS for text in plain)
        return _ODD_START.search(self._edged) is not None

    @property
    def has_odd_blanks(self) -> bool:
        """Whether any needs ``xml:space`` but for a blank at its start; see :func:`needs_space`."""
        edged = self._edged
        return b"\n" in edged or b"\t" in edged or (b" " in edged and _ODD_BLANK.search(edged) is not None)

    def safe(self) -> Sequence[str] | None:
        """All of them XML-safe, as :func:`carry` gives them; nothing if each must be looked at alone."""
        edged = self._edged
        controls = len(edged) - len(edged.translate(None, _CONTROLS)) - self._separators
        if controls and edged.count(b"\x1f") != self._separators:  # one of them holds the separator
            return None
        if len(edged) > MAX_TEXT and max(map(len, edged.split(b"\x1f"))) > MAX_TEXT // 2:
            return None
        for mark, entity in ((b"&", b"&amp;"), (b"<", b"&lt;"), (b">", b"&gt;")):
            if mark in edged:
                edged = edged.replace(mark, entity)
        if controls or self._forbidden:
            edged = notation_between(edged.decode("utf-8", "surrogatepass")).encode()
        elif b"_" in edged and b"_x" in edged:
            edged = _LIKE_NOTATION.sub(b"_x005F_", edged)
        return self.plain() if edged is self._edged else _parted(edged)

    def plain(self) -> Sequence[str]:
        """All of them as they are, as UTF-8 bytes in a string."""
        if self._plain is None:
            self._plain = _parted(self._edged)
        return self._plain


def _encoded(texts: Sequence[str]) -> tuple[bytes, bool]:
    """Texts in one piece, and whether XML cannot hold a character of them that is no control character."""
    joined = SEPARATOR.join(texts)
    try:
        return joined.encode(), "\ufffe" in joined or "\uffff" in joined
    except UnicodeEncodeError:  # there are lone surrogates
        return joined.encode("utf-8", "surrogatepass"), True


def _holds_no_character(joined: bytes) -> bool:
    """The same of valid UTF-8."""
    return b"\xef" in joined and any(character in joined for character in _NO_CHARACTERS)


def _parted(edged: bytes) -> Sequence[str]:
    return edged[1:-1].decode("latin-1").split(SEPARATOR)


# ---------------------------------------------------------------- whole columns of numbers


def _truths(values: Sequence[bool]) -> Iterable[str]:
    return ["1" if value else "0" for value in values]


def _integers(values: Sequence[int]) -> Iterable[str]:
    texts = list(map(str, values))
    return texts if max(map(len, texts)) < _SURE_DIGITS else map(number_text, values)


def _floats(values: Sequence[float]) -> Iterable[str]:
    joined = SEPARATOR.join(map(repr, values))
    if "n" in joined or "-0.0" in joined:  # nan, inf, and zero that lost its way
        return map(number_text, values)
    return f"{joined}{SEPARATOR}".replace(f".0{SEPARATOR}", SEPARATOR)[:-1].split(SEPARATOR)


def _decimals(values: Sequence[Decimal]) -> Iterable[str]:
    texts = list(map(str, values))
    joined = "".join(texts)
    if "N" in joined or "E" in joined or "I" in joined or "-0" in joined:
        return map(number_text, values)
    return texts


# Columns of one exact type; the functions take what the key says, which types cannot express.
_NUMERALS: Final[Mapping[type, Callable[[Any], Iterable[str]]]] = {
    bool: _truths,
    int: _integers,
    float: _floats,
    Decimal: _decimals,
}

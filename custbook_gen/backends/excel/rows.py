"""Rows of a table as SpreadsheetML, formatted a chunk and a column at a time.

What a row's XML looks like is fixed by its columns, so a chunk of rows is made of
*pieces*: constant text, and one sequence of texts per varying place.  Each column is
converted as a whole at the speed of C (``map``, one join, a few scans that decide
whether anything in it needs escaping); one join over the zipped pieces makes the chunk.
Only a chunk with an odd value (hostile text, mixed types) is converted cell by cell.

Text travels as UTF-8 bytes in Latin-1 strings, so that Chinese words do not widen the
markup around them; one ``encode("latin-1")`` per chunk gives the bytes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain, repeat
from typing import Any, Final

from custbook_gen.backends.excel.cells import (
    PRESERVE,
    content_xml,
    escape,
    formula_text,
    letters,
    needs_quote,
    needs_space,
    number_text,
)
from custbook_gen.workbook import MAX_TEXT, Cell, Style, TablePlan

CHUNK: Final = 500

Piece = str | Sequence[str]
"""Text that is the same in every row of a chunk, or one text per row."""

StyleIds = Callable[[Style, bool], int]
"""Index of the cell format of a style, with or without ``quotePrefix``."""

_SEPARATOR: Final = "\x1f"
_SURE_DIGITS: Final = 300
_CONTROLS: Final = bytes(set(range(0x20)) - {0x09, 0x0A})
_OPEN: Final = ' t="inlineStr"><is><t>'
_OPEN_SPACED: Final = f' t="inlineStr"><is><t{PRESERVE}>'
_CLOSE: Final = "</t></is></c>"
_TYPES: Final[Mapping[type, str]] = {str: ' t="str"', type(None): ' t="str"', bool: ' t="b"'}
_QUOTED: Final = (b"=", b"+", b"-", b"@", b"\t", b"\r", b"'")
_SURROGATE: Final = re.compile(b"\xed[\xa0-\xbf]")


@dataclass(frozen=True, slots=True)
class _Column:
    """The constant text around one column's cells."""

    letter: str
    style: str
    quoted_style: str
    formula: tuple[str, ...] | None


class TableRows:
    """The formatter of one table's rows.

    Args:
        table: the table; only its columns are looked at here.
        style_ids: cell formats of the columns' styles.

    Raises:
        ValueError: a column's formula cannot be written.
    """

    def __init__(self, table: TablePlan, style_ids: StyleIds) -> None:
        self._columns = tuple(
            _Column(
                letter=letters(number),
                style=f' s="{style_ids(column.style, False)}"',
                quoted_style=f' s="{style_ids(column.style, True)}"',
                formula=_formula_pieces(column.formula.pieces) if column.formula else None,
            )
            for number, column in enumerate(table.columns, 1)
        )
        self._blank = tuple(
            (look, column.blank_value)
            for look, column in zip(self._columns, table.columns, strict=True)
            if look.formula is not None
        )

    def filled(self, first_row: int, rows: Sequence[tuple[Cell, ...]]) -> bytes:
        """``<row>`` elements of a chunk of rows.

        Args:
            first_row: number of the first of them.
            rows: one value per column each; at least one row.

        Raises:
            ValueError: a row of the wrong length, or a value that no cell can hold.
        """
        values = tuple(zip(*rows, strict=True))
        pairs = zip(self._columns, values, strict=True)
        return _join(_numbers(first_row, len(rows)), pairs)

    def blank(self, first_row: int, count: int) -> bytes:
        """``<row>`` elements of ``count`` rows that hold the columns' formulas alone."""
        if not self._blank:
            return b""
        return _join(_numbers(first_row, count), ((look, (value,) * count) for look, value in self._blank))


def table_rows(table: TablePlan, style_ids: StyleIds) -> Iterator[bytes]:
    """All rows of a table from its first row on, the blank ones after the filled ones."""
    formatter = TableRows(table, style_ids)
    total = len(table.rows)
    for start in range(0, total, CHUNK):
        yield formatter.filled(table.first_row + start, table.rows[start : start + CHUNK])
    for start in range(total, total + table.blank_rows, CHUNK):
        count = min(CHUNK, total + table.blank_rows - start)
        yield formatter.blank(table.first_row + start, count)


def _numbers(first_row: int, count: int) -> Sequence[str]:
    return tuple(map(str, range(first_row, first_row + count)))


def _join(numbers: Sequence[str], cells: Iterable[tuple[_Column, Sequence[Cell]]]) -> bytes:
    pieces: list[Piece] = ['<row r="', numbers, '">']
    for column, values in cells:
        pieces += (f'<c r="{column.letter}', numbers, '"')
        pieces += _plain(column, values) if column.formula is None else _computed(column, values, numbers)
    pieces.append("</row>")
    streams = (repeat(piece) if isinstance(piece, str) else piece for piece in _merged(pieces))
    return "".join(chain.from_iterable(zip(*streams, strict=False))).encode("latin-1")


def _merged(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """The pieces, neighbouring constants made one."""
    constant = ""
    for piece in pieces:
        if isinstance(piece, str):
            constant += piece
            continue
        if constant:
            yield constant
            constant = ""
        yield piece
    if constant:
        yield constant


# ---------------------------------------------------------------- cells that hold a value


def _plain(column: _Column, values: Sequence[Any]) -> Sequence[Piece]:
    kinds = set(map(type, values))
    if kinds == {type(None)}:
        return column.style, "/>"
    if kinds <= {str, type(None)}:
        return _texts(column, [value or "" for value in values] if len(kinds) > 1 else values)
    kinds.discard(type(None))
    numerals = _NUMERALS.get(kinds.pop()) if len(kinds) == 1 else None
    if numerals is None:
        return _anything(column, values)
    open_value = ' t="b"><v>' if numerals is _truths else "><v>"
    if None not in values:
        return column.style, open_value, numerals(values), "</v></c>"
    present = iter(numerals([value for value in values if value is not None]))
    return (
        column.style,
        ["/>" if value is None else f"{open_value}{next(present)}</v></c>" for value in values],
    )


def _texts(column: _Column, values: Sequence[str]) -> Sequence[Piece]:
    edged = f"{_SEPARATOR}{_SEPARATOR.join(values)}{_SEPARATOR}".encode("utf-8", "surrogatepass")
    texts = _safe(values, edged)
    style: Piece = column.style
    if _has_quotes(edged):
        style = [column.quoted_style if needs_quote(value) else column.style for value in values]
    spaced = _has_spaces(edged)
    if b"\x1f\x1f" not in edged:
        opening = [_OPEN_SPACED if needs_space(value) else _OPEN for value in values] if spaced else _OPEN
        return style, opening, texts, _CLOSE
    return (
        style,
        [(_OPEN_SPACED if spaced and needs_space(value) else _OPEN) if value else "/>" for value in values],
        texts,
        [_CLOSE if value else "" for value in values],
    )


def _anything(column: _Column, values: Sequence[Cell]) -> Sequence[Piece]:
    return (
        [
            column.quoted_style if isinstance(value, str) and needs_quote(value) else column.style
            for value in values
        ],
        [_carry(content_xml(value)) for value in values],
    )


# ---------------------------------------------------------------- cells that hold a formula


def _computed(column: _Column, values: Sequence[Any], numbers: Sequence[str]) -> Sequence[Piece]:
    formula = column.formula or ()
    kinds = set(map(type, values))
    kind: Piece
    if kinds <= {str, type(None)}:
        texts = [value or "" for value in values]
        edged = f"{_SEPARATOR}{_SEPARATOR.join(texts)}{_SEPARATOR}".encode("utf-8", "surrogatepass")
        kind, results = ' t="str"', _safe(texts, edged)
    elif len(kinds) == 1 and (numerals := _NUMERALS.get(kinds.pop())):
        kind, results = ' t="b"' if numerals is _truths else "", numerals(values)
    else:
        kind = [_TYPES.get(type(value), "") for value in values]
        results = list(map(_result, values))
    between = chain.from_iterable(zip(formula, repeat(numbers), strict=False))
    return column.style, kind, "><f>", *tuple(between)[:-1], "</f><v>", results, "</v></c>"


def _result(value: Cell) -> str:
    if value is None or isinstance(value, str):
        return _carry(escape(value or ""))
    return f"{value:d}" if isinstance(value, bool) else number_text(value)


def _formula_pieces(pieces: tuple[str, ...]) -> tuple[str, ...]:
    """A row formula's pieces, XML-safe; checked as a whole with the longest row number."""
    formula_text("1048576".join(pieces))
    return tuple(_carry(escape(piece)) for piece in pieces)


# ---------------------------------------------------------------- conversion of whole columns


def _carry(text: str) -> str:
    """Text as its UTF-8 bytes in a string of one byte per character."""
    return text if text.isascii() else text.encode().decode("latin-1")


# A column's texts are looked at together: UTF-8 bytes, each text between two separators.
# Tests for one byte come first; they are far faster than any other search.


def _safe(values: Sequence[str], edged: bytes) -> list[str]:
    """A column's texts, XML-safe, as :func:`_carry` gives them; ``edged`` are the same texts."""
    too_long = len(edged) > MAX_TEXT and max(map(len, values)) > MAX_TEXT // 2
    if too_long or _needs_notation(edged, len(values)):
        return [_carry(escape(value)) for value in values]
    for mark, entity in ((b"&", b"&amp;"), (b"<", b"&lt;"), (b">", b"&gt;")):
        if mark in edged:
            edged = edged.replace(mark, entity)
    return edged[1:-1].decode("latin-1").split(_SEPARATOR)


def _needs_notation(edged: bytes, count: int) -> bool:
    """Whether texts hold what XML cannot: control characters, surrogates, U+FFFE, U+FFFF."""
    return (
        len(edged) - len(edged.translate(None, _CONTROLS)) != count + 1
        or (b"_" in edged and b"_x" in edged)
        or (b"\xef" in edged and (b"\xef\xbf\xbe" in edged or b"\xef\xbf\xbf" in edged))
        or (b"\xed" in edged and _SURROGATE.search(edged) is not None)
    )


def _has_quotes(edged: bytes) -> bool:
    """Whether any text needs ``quotePrefix``; see :func:`needs_quote`."""
    return any(mark in edged and b"\x1f" + mark in edged for mark in _QUOTED)


def _has_spaces(edged: bytes) -> bool:
    """Whether any text needs ``xml:space``; see :func:`needs_space`."""
    if b"\n" in edged or b"\t" in edged:
        return True
    return b" " in edged and (b"  " in edged or b"\x1f " in edged or b" \x1f" in edged)


def _truths(values: Sequence[bool]) -> list[str]:
    return ["1" if value else "0" for value in values]


def _integers(values: Sequence[int]) -> list[str]:
    texts = list(map(str, values))
    return texts if max(map(len, texts)) < _SURE_DIGITS else list(map(number_text, values))


def _floats(values: Sequence[float]) -> list[str]:
    joined = _SEPARATOR.join(map(repr, values))
    if "n" in joined or "-0.0" in joined:  # nan, inf, and zero that lost its way
        return list(map(number_text, values))
    return f"{joined}{_SEPARATOR}".replace(f".0{_SEPARATOR}", _SEPARATOR).split(_SEPARATOR)[:-1]


def _decimals(values: Sequence[Decimal]) -> list[str]:
    joined = _SEPARATOR.join(map(str, values))
    if "N" in joined or "E" in joined or "I" in joined or "-0" in joined:
        return list(map(number_text, values))
    return joined.split(_SEPARATOR)


# Columns of one exact type; the functions take what the key says, which types cannot express.
_NUMERALS: Final[Mapping[type, Callable[[Any], list[str]]]] = {
    bool: _truths,
    int: _integers,
    float: _floats,
    Decimal: _decimals,
}

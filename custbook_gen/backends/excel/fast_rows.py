"""Rows in the spelling that spreadsheet programs commonly use, read without building elements.

Rows that look like most others are read at once (:mod:`table_rows`); for the rest one
regular expression splits a chunk of rows into the values of its cells.  What stands
between two cells must be nothing, or the end of one row and the start of the next; any
other markup is *odd*, and the sheet is left to the real parser (:mod:`sheet_reader`),
which this module must agree with wherever it does not give up.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache, partial
from itertools import pairwise
from typing import Final

from custbook_gen.backends.excel.cell_values import CellValues
from custbook_gen.backends.excel.cells import letters, unescape
from custbook_gen.backends.excel.entities import OddMarkupError, decoded, folded, is_common_head
from custbook_gen.backends.excel.entry_stream import Source
from custbook_gen.backends.excel.references import column_number
from custbook_gen.backends.excel.sheet_rows import SheetRows
from custbook_gen.backends.excel.table_rows import TableReader
from custbook_gen.workbook import RawCell

_BLOCK: Final = 1 << 19
_HEAD_LIMIT: Final = 1 << 20
_DATA: Final = re.compile(rb"<sheetData(/?)>")
_END: Final = b"</sheetData>"
_ROW_END: Final = b"</row>"
_EMPTY_SLASH: Final = b"/>"
_EMPTY_END: Final = b"/><row "
_ROW_LIMIT: Final = 8 << 20
"""Bytes of one row; more are left to the parser, which counts what it keeps."""
_ROOT: Final = re.compile(rb"(?:<\?xml[^>]*\?>\s*)?(<worksheet\s[^>]*>)")

_CELL: Final = re.compile(
    r'<c r="([A-Z]{1,3})([0-9]+)"(?: s="([0-9]+)")?(?: t="([A-Za-z]+)")?(?:/>|>'
    r"(?:<f([^>]*)>(?:([^<]*)</f>)?)?"
    r'(?:<v(?: xml:space="preserve")?>([^<]*)</v>|<v/>'
    r'|<is><t(?: xml:space="preserve")?>([^<]*)</t></is>)?</c>)'
)
_GROUPS: Final = 9
"""What one cell takes in a split: what stands before it, and eight groups."""

_EMPTY_ROW: Final = r'<row r="[0-9]+"(?: [^<>]*)?/>|<row r="[0-9]+"(?: [^<>]*)?></row>'
_BETWEEN: Final = re.compile(rf'(?:</row>)?(?:{_EMPTY_ROW})*<row r="([0-9]+)"([^<>]*)>')
_CLOSING: Final = re.compile(rf"(?:</row>)?(?:{_EMPTY_ROW})*")
_FIRST_COLUMNS: Final = tuple(map(letters, range(1, 257)))
_HIDDEN: Final = re.compile(r'\shidden="(?:1|true)"')
_FORMULA_KIND: Final = re.compile(r'\st="(\w+)"')
_FORMULA_GROUP: Final = re.compile(r'\ssi="(\d+)"')


def read_common_rows(source: Source, values: CellValues, rows: SheetRows) -> bytes:
    """Read the rows of a sheet, if they are spelled in the common way.

    Args:
        source: the sheet's part.
        values: what its cells' markup means.
        rows: where the rows go.

    Returns:
        The part without its rows, for a parser.

    Raises:
        OddMarkupError: the rows are spelled in another way; ``rows`` holds some of them.
        ValueError: the markup says something impossible.
    """
    head, empty, rest = _head(source)
    if empty:
        return head + b"<sheetData/>" + rest + _remainder(source)
    reader = TableReader(values, rows, _RowReader(values, rows).read)
    pending = rest
    while (end := pending.find(_END)) < 0:
        cut = _rows_end(pending)
        reader.read(folded(pending[:cut]))
        pending = pending[cut:]
        block = source.read(_BLOCK)
        if not block or len(pending) > _ROW_LIMIT:
            raise OddMarkupError("no end of the rows, or of one")
        pending += block
    reader.read(folded(pending[:end]))
    return head + b"<sheetData/>" + pending[end + len(_END) :] + _remainder(source)


def _remainder(source: Source) -> bytes:
    """What is left of a part; in blocks, as a whole read would trust the sizes in its archive."""
    return b"".join(iter(partial(source.read, _BLOCK), b""))


def _rows_end(data: bytes) -> int:
    """Where the last row ends that is known to be whole; 0 if none is."""
    closed = data.rfind(_ROW_END)
    if closed >= 0:
        return closed + len(_ROW_END)
    return data.rfind(_EMPTY_END) + len(_EMPTY_SLASH) if _EMPTY_END in data else 0


def _head(source: Source) -> tuple[bytes, bool, bytes]:
    """What stands before the rows, whether there are none, and the first bytes of the rest."""
    data = b""
    while (found := _DATA.search(data)) is None:
        block = source.read(_BLOCK)
        data += block
        if not block or len(data) > _HEAD_LIMIT + _BLOCK:
            raise OddMarkupError("no rows")
    head = data[: found.start()]
    root = _ROOT.match(head)
    if root is None or not is_common_head(head, root[1]):
        raise OddMarkupError("another root")
    return head, bool(found[1]), data[found.end() :]


class _RowReader:
    """Reads chunks of whole rows."""

    def __init__(self, values: CellValues, rows: SheetRows) -> None:
        self._values = values
        self._rows = rows

    def read(self, chunk: bytes) -> None:
        """Read whole rows; nothing but rows may be in the chunk."""
        text = chunk.decode()
        pieces = _CELL.split(text)
        starts = [at for at in range(0, len(pieces) - 1, _GROUPS) if pieces[at]]
        if not _CLOSING.fullmatch(pieces[-1]) or pieces[-1].startswith("</row>") != bool(starts):
            raise OddMarkupError("something after a row")
        if len(pieces) > 1 and not pieces[0]:
            raise OddMarkupError("a cell without a row")
        entities = "&" in text
        for start, end in pairwise((*starts, len(pieces) - 1)):
            between = _BETWEEN.fullmatch(pieces[start])
            if between is None or pieces[start].startswith("</row>") != (start > 0):
                raise OddMarkupError("something between cells")
            self._read_row(between, pieces[start:end], entities=entities)

    def _read_row(self, tag: re.Match[str], pieces: Sequence[str | None], *, entities: bool) -> None:
        """Read one row: the end of its tag's match, and its cells' groups."""
        numbers = pieces[2::_GROUPS]
        if numbers.count(tag[1]) != len(numbers):
            raise OddMarkupError("a cell of another row")
        row = int(tag[1])
        contents = [
            inline if value is None else value
            for value, inline in zip(pieces[7::_GROUPS], pieces[8::_GROUPS], strict=True)
        ]
        if entities:
            contents = [decoded(content) if content and "&" in content else content for content in contents]
        convert = self._values.converters
        cells: list[RawCell] = [
            convert[kind, style](content)
            for kind, style, content in zip(pieces[4::_GROUPS], pieces[3::_GROUPS], contents, strict=True)
        ]
        columns = _columns(pieces[1::_GROUPS])
        self._rows.looks.add_row(row, columns, pieces[3::_GROUPS])
        computed = self._add_formulas(row, columns, pieces)
        if "" in cells:
            cells = [
                None if cell == "" and column not in computed else cell
                for column, cell in zip(columns, cells, strict=True)
            ]
        if columns and columns[-1] != len(columns):
            placed: list[RawCell] = [None] * columns[-1]
            for column, cell in zip(columns, cells, strict=True):
                placed[column - 1] = cell
            cells = placed
        hidden = bool(tag[2]) and _HIDDEN.search(tag[2]) is not None
        self._rows.add_row(row, cells, hidden=hidden, formulas=bool(computed))

    def _add_formulas(self, row: int, columns: Sequence[int], pieces: Sequence[str | None]) -> set[int]:
        """Keep a row's formulas; gives the columns that have one."""
        computed: set[int] = set()
        formulas = pieces[5::_GROUPS]
        if formulas.count(None) == len(formulas):
            return computed
        for column, attributes, text in zip(columns, formulas, pieces[6::_GROUPS], strict=True):
            if attributes is None:
                continue
            if text is None and not attributes.endswith("/"):
                raise OddMarkupError("an unusual formula")
            formula = unescape(decoded(text or ""))
            if self._rows.add_formula(row, column, formula, *_sharing(attributes)):
                computed.add(column)
        return computed


@lru_cache(maxsize=256)
def _sharing(attributes: str) -> tuple[str | None, str | None]:
    """Kind and group of a formula."""
    kind, group = _FORMULA_KIND.search(attributes), _FORMULA_GROUP.search(attributes)
    return kind and kind[1], group and group[1]


def _columns(names: Sequence[str | None]) -> Sequence[int]:
    """Numbers of a row's columns, which must be in order."""
    if tuple(names) == _FIRST_COLUMNS[: len(names)]:
        return range(1, len(names) + 1)
    columns = [column_number(name or "") for name in names]
    if any(second <= first for first, second in pairwise(columns)):
        raise OddMarkupError("cells out of order")
    return columns

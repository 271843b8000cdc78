"""The pattern of a table's rows: what most rows of a sheet look like, as one regular expression.

It is learnt from some rows.  Each column takes the spellings seen there: its styles, types
and, where it has one, its formula, which may differ in the row's number only.  Whatever
looks otherwise does not match, and is for a real reader of cells.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from custbook_gen.backends.excel.cells import letters
from custbook_gen.backends.excel.references import column_number
from custbook_gen.value_objects import value_object

_MOST_SPELLINGS: Final = 8
"""Of one column; more than these make matching slow."""
_MOST_STYLES: Final = 16
_ROW: Final = re.compile(rb'<row r="([0-9]{1,7})"[^<>]*(?<!/)>(.*?)</row>', re.DOTALL)
_CELL: Final = re.compile(
    rb'<c r="([A-Z]{1,3})([0-9]{1,7})"(?: s="([0-9]+)")?(?: t="([A-Za-z]+)")?'
    rb"(?:(/>)|>(<f[^<>]*/>|<f[^<>]*>[^<]*</f>)?"
    rb'(<v>|<v xml:space="preserve">|<v/>|<is><t>|<is><t xml:space="preserve">)?'
    rb"(?:[^<]*(?:</v>|</t></is>))?</c>)"
)
_CLOSED: Final[Mapping[bytes, bytes]] = {
    b"<v>": b"</v>",
    b'<v xml:space="preserve">': b"</v>",
    b"<is><t>": b"</t></is>",
    b'<is><t xml:space="preserve">': b"</t></is>",
}
"""How the spellings of content that can hold text end."""
_KIND: Final = re.compile(rb'<f[^<>]*\st="(\w+)"')
ROW_MARK: Final = "\ue000".encode()
"""Stands for the row's number where a formula's pieces are put together."""
_NUMBER: Final = b"(?P=r)"
"""The row's number again."""
_PLAIN: Final = (None, b"normal", b"array")
"""Kinds of formulas that stand in their cells."""


class Spelling(NamedTuple):
    """How a cell with content is spelled.

    ``formula`` is its formula's markup, in pieces between which the row's number goes; no
    pieces where it has none.  ``opening`` begins the content.
    """

    kind: bytes | None
    formula: tuple[bytes, ...]
    opening: bytes


class Group(NamedTuple):
    """What one group of the pattern holds: the content of a column's cells of one spelling."""

    column: int
    spelling: Spelling
    style: bytes | None
    """One of the styles that match, all of which mean the same."""


class Place(NamedTuple):
    """A column that rows have cells in."""

    column: int
    style: bytes | None
    presence: int | None
    """The group that tells whether a row has a cell there; nothing where all have."""


@value_object
class RowPattern:
    """The compiled pattern; its first two groups are a row's number and other attributes."""

    pattern: re.Pattern[bytes]
    groups: Mapping[int, Group]
    """By number."""
    places: Sequence[Place]


@dataclass(slots=True)
class _Column:
    """What was seen of one column; no spelling stands for cells without content."""

    cells: Counter[tuple[Spelling | None, bytes | None]] = field(default_factory=Counter)
    """Spelling and style."""

    def usual(self, meaning: Callable[[bytes | None], object]) -> dict[Spelling | None, list[bytes | None]]:
        """The commonest spellings, each with its styles; only styles that mean what most mean."""
        meant: Counter[object] = Counter()
        for (_, style), times in self.cells.items():
            meant[meaning(style)] += times
        most = meant.most_common(1)[0][0]
        found: dict[Spelling | None, list[bytes | None]] = {}
        for (spelling, style), _ in self.cells.most_common():
            if meaning(style) != most or (spelling not in found and len(found) == _MOST_SPELLINGS):
                continue
            styles = found.setdefault(spelling, [])
            if len(styles) < _MOST_STYLES:
                styles.append(style)
        return found


class Learner:
    """Gathers how rows look, and makes the pattern of them.

    Args:
        meaning: gives for a style whatever is to be told apart of it.
    """

    def __init__(self, meaning: Callable[[bytes | None], object]) -> None:
        self._meaning = meaning
        self._columns: dict[int, _Column] = {}
        self._rows = 0

    def learn(self, markup: bytes, most: int) -> None:
        """Look at the first rows of some markup; rows that are spelled oddly teach nothing."""
        for seen, row in enumerate(_ROW.finditer(markup)):
            if seen == most:
                break
            cells = list(_CELL.finditer(row[2]))
            if sum(len(cell[0]) for cell in cells) != len(row[2]):
                continue
            if any(cell[2] != row[1] or not _learnable(cell) for cell in cells):
                continue
            self._rows += 1
            for cell in cells:
                column = self._columns.setdefault(column_number(cell[1].decode()), _Column())
                column.cells[_spelling(cell), cell[3]] += 1

    def pattern(self) -> RowPattern | None:
        """The pattern of what was seen; none where no row has content."""
        groups: dict[int, Group] = {}
        places: list[Place] = []
        parts = [rb'<row r="(?P<r>[0-9]{1,7})"([^<>]*+)(?<!/)>']
        count = 2
        for number in sorted(self._columns):
            column = self._columns[number]
            usual = column.usual(self._meaning)
            optional = column.cells.total() < self._rows
            count += optional
            style = next(iter(usual.values()))[0]
            places.append(Place(number, style, count if optional else None))
            ways = []
            for spelling, styles in usual.items():
                if spelling is not None:
                    count += 1
                    groups[count] = Group(number, spelling, styles[0])
                ways.append(_style(styles) + _content(spelling))
            cell = b'<c r="' + letters(number).encode() + _NUMBER + b'"' + _either(ways)
            parts.append(b"(?:()" + cell + b"|)" if optional else cell)
        if not groups:
            return None
        return RowPattern(re.compile(b"".join((*parts, b"</row>"))), groups, places)


def _learnable(cell: re.Match[bytes]) -> bool:
    """Whether a cell is spelled as usual: a formula is written out, or refers to one that was."""
    if (cell[7] or b"").startswith(b"<is>") and cell[4] != b"inlineStr":
        return False
    if cell[6] is None:
        return True
    if b"_x" in cell[6] or ROW_MARK in cell[6]:
        return False
    kind = _KIND.match(cell[6])
    if kind is not None and kind[1] == b"shared":
        return cell[6].endswith(b"/>")
    return (None if kind is None else kind[1]) in _PLAIN and not cell[6].endswith((b"/>", b"></f>"))


def _spelling(cell: re.Match[bytes]) -> Spelling | None:
    """How a cell's content is spelled; nothing where it has none."""
    formula, opening = cell[6], cell[7] or b""
    if cell[5] or (formula is None and not opening):
        return None
    pieces: tuple[bytes, ...] = ()
    if formula is not None:
        pieces = (formula,) if formula.endswith(b"/>") else tuple(formula.split(cell[2]))
    return Spelling(cell[4], pieces, opening)


def _either(ways: Sequence[bytes]) -> bytes:
    return ways[0] if len(ways) == 1 else b"(?:" + b"|".join(ways) + b")"


def _style(styles: Iterable[bytes | None]) -> bytes:
    """What matches one of some styles."""
    spelled = [b"" if style is None else b' s="' + style + b'"' for style in styles]
    return _either(sorted(spelled, key=len, reverse=True))


def _content(spelling: Spelling | None) -> bytes:
    """What matches a cell from its type on, its content in a group."""
    if spelling is None:
        return b"/>"
    kind = b"" if spelling.kind is None else b' t="' + spelling.kind + b'"'
    formula = _NUMBER.join(re.escape(piece) for piece in spelling.formula)
    closing = _CLOSED.get(spelling.opening)
    if closing is None:
        content, closing = b"()" + spelling.opening, b""
    else:
        content = re.escape(spelling.opening) + b"([^<]*+)"
    return kind + b">" + formula + content + closing + b"</c>"

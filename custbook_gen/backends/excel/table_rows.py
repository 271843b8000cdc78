"""Many rows at once: split by one pattern, converted column by column.

The pattern (:mod:`row_pattern`) tells what most rows look like.  Rows that do not match it
stand between those that do, as they are written; the reader of cells takes them, so that
rows come in their order whoever reads them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from itertools import groupby, repeat
from math import isfinite
from operator import itemgetter
from typing import Final, NamedTuple, cast

from custbook_gen.backends.excel.cell_values import CellValues
from custbook_gen.backends.excel.entities import decoded
from custbook_gen.backends.excel.row_pattern import ROW_MARK, Group, Learner, RowPattern
from custbook_gen.backends.excel.sheet_rows import SheetRows, unbroken
from custbook_gen.remembering import Remembered
from custbook_gen.workbook import RawCell

FEW_ROWS: Final = 400
"""Fewer rows of a sheet are sooner read cell by cell than a pattern for them is made."""
_SAMPLE: Final = 48
"""Rows looked at to learn how a sheet's rows look."""
_LESSONS: Final = 4
"""So many times a sheet is looked at anew because too many rows looked otherwise."""
_ODD_SHARE: Final = 8
"""One in so many rows may look otherwise before that is done."""
_TRIAL: Final = 64
_SHARED: Final = re.compile(r'<f[^<>]*\ssi="([0-9]+)"[^<>]*/>')
_NEVER_TEXT: Final = frozenset({None, b"n", b"b"})
"""Types of cells whose content is no text, not even an empty one."""
_HIDDEN: Final = (b' hidden="1"', b' hidden="true"')
_BREAK: Final = b"\0"
"""Stands in no text of a part."""

Content = Sequence[bytes | None]
Convert = Callable[[str | None], RawCell]


class TableReader:
    """Reads chunks of whole rows.

    Args:
        values: what cells' markup means.
        rows: where the rows go.
        read_cells: reads rows that look otherwise, from their markup.
    """

    def __init__(self, values: CellValues, rows: SheetRows, read_cells: Callable[[bytes], None]) -> None:
        self._values = values
        self._rows = rows
        self._read_cells = read_cells
        self._learner = Learner(lambda style: values.meaning(_name(style)))
        self._known: dict[object, Remembered[bytes | None, RawCell]] = {}
        """What contents mean, by group; columns of numbers that are formatted alike share theirs."""
        self._pattern: RowPattern | None = None
        self._lessons = _LESSONS
        self._met = 0

    def read(self, chunk: bytes) -> None:
        """Read whole rows; nothing but rows may be in the chunk.

        Raises:
            OddMarkupError: they are spelled in a way that only a real parser understands.
            ValueError: they say something impossible.
        """
        if self._pattern is None:
            self._met += chunk.count(b"<row ")
            if self._met >= FEW_ROWS:
                self._learn(chunk)
        pattern = self._pattern
        if pattern is None:
            self._read_cells(chunk)
            return
        pieces = pattern.pattern.split(chunk)
        stride = pattern.pattern.groups + 1
        gaps = pieces[::stride]
        odd = [at for at, gap in enumerate(gaps) if gap]
        start = 0
        for at in odd:
            self._read_run(pattern, pieces[start * stride : at * stride])
            self._read_cells(gaps[at] or b"")
            start = at
        self._read_run(pattern, pieces[start * stride : -1])
        if len(odd) * _ODD_SHARE > len(gaps):
            self._learn(b"".join(gaps[at] or b"" for at in odd))

    def _learn(self, markup: bytes) -> None:
        """Look at some rows; the pattern fits these too from now on."""
        if self._lessons:
            self._lessons -= 1
            self._learner.learn(markup, _SAMPLE)
            self._pattern = self._learner.pattern()

    def _read_run(self, pattern: RowPattern, pieces: Sequence[bytes | None]) -> None:
        """Keep rows that match and follow one another."""
        if not pieces:
            return
        stride = pattern.pattern.groups + 1
        numbers = list(map(int, filter(None, pieces[1::stride])))
        columns: list[Sequence[RawCell] | None] = [None] * pattern.places[-1].column
        computed: list[range] = []
        for at, group in pattern.groups.items():
            content = pieces[at::stride]
            if not any(content) and content.count(None) == len(content):
                continue
            found: Sequence[RawCell] = self._converted(group, content)
            formula = _formula(group.spelling.formula)
            rows = self._with_formula(group.column, formula, numbers, content) if formula else []
            computed += rows
            if not rows and group.spelling.kind not in _NEVER_TEXT and "" in found:
                found = [None if cell == "" else cell for cell in found]
            there = columns[group.column - 1]
            columns[group.column - 1] = found if there is None else _either(there, found)
        filled = [column if column is not None else [None] * len(numbers) for column in columns]
        tags = pieces[2::stride]
        hiding = {tag for tag in set(tags) if tag and any(way in tag for way in _HIDDEN)}
        hidden = [n for n, tag in zip(numbers, tags, strict=True) if tag in hiding] if hiding else []
        self._rows.add_rows(numbers, filled, computed=computed, hidden=hidden)
        self._count_looks(pattern, numbers, pieces)

    def _count_looks(
        self, pattern: RowPattern, numbers: Sequence[int], pieces: Sequence[bytes | None]
    ) -> None:
        """Tell how the cells look, those without content too."""
        stride = pattern.pattern.groups + 1
        optional = [place.presence for place in pattern.places if place.presence is not None]
        there = zip(*(pieces[at::stride] for at in optional), strict=True) if optional else repeat(())
        for present, some in groupby(zip(there, numbers, strict=False), itemgetter(0)):
            given = iter(present)
            places = [p for p in pattern.places if p.presence is None or next(given) is not None]
            columns, styles = [p.column for p in places], [_name(p.style) for p in places]
            for first, last in unbroken([number for _, number in some]):
                self._rows.looks.add_rows(first, last, columns, styles)

    def _converted(self, group: Group, content: Content) -> list[RawCell]:
        """The values of a column's cells, nothing where there is no cell of this spelling."""
        kind, style = _name(group.spelling.kind), _name(group.style)
        convert = self._values.converters[kind, style]
        if len(set(content[:_TRIAL])) * 2 > len(content[:_TRIAL]):
            if kind in ("str", "inlineStr") and (texts := _texts(content)) is not None:
                return texts
            if kind == "s":
                return self._values.shared(content)
            if kind in (None, "n") and self._values.date_kind(style) is None:
                return _numbers(convert, content)
        sharing = style if kind in (None, "n") else group
        known = self._known.get(sharing)
        if known is None:
            known = self._known[sharing] = Remembered(partial(_read, convert), {None: None})
        return list(map(known.__getitem__, content))

    def _with_formula(
        self, column: int, formula: _Formula, numbers: Sequence[int], content: Content
    ) -> list[range]:
        """Keep the formulas of a column's cells; gives the rows that have one."""
        rows: Sequence[int] = numbers
        if not all(content):
            rows = [number for number, one in zip(numbers, content, strict=True) if one is not None]
        kept = []
        for first, last in unbroken(rows):
            if formula.group is None:
                self._rows.add_formulas(column, first, last, formula.pieces)
            elif not self._rows.add_shared(column, first, last, formula.group):
                continue
            kept.append(range(first, last + 1))
        return kept


class _Formula(NamedTuple):
    """A formula as its markup says it: its text in pieces, or the shared group that it belongs to."""

    pieces: tuple[str, ...]
    group: str | None


@lru_cache(maxsize=256)
def _formula(markup: tuple[bytes, ...]) -> _Formula | None:
    """What a formula's markup says; nothing where there is none."""
    if not markup:
        return None
    whole = ROW_MARK.join(markup).decode()
    shared = _SHARED.match(whole)
    if shared is not None:
        return _Formula((), shared[1])
    text = whole[whole.index(">") + 1 : whole.rindex("</f>")]
    return _Formula(tuple(map(decoded, text.split(ROW_MARK.decode()))), None)


def _name(spelled: bytes | None) -> str | None:
    return None if spelled is None else spelled.decode()


def _either(one: Sequence[RawCell], other: Sequence[RawCell]) -> list[RawCell]:
    return [second if first is None else first for first, second in zip(one, other, strict=True)]


def _read(convert: Convert, markup: bytes) -> RawCell:
    """The value of a content as it is spelled."""
    return convert(decoded(markup.decode()))


def _texts(content: Content) -> list[RawCell] | None:
    """Plain texts, all at once; nothing where entities or escapes stand in some."""
    there = [one for one in content if one is not None]
    joined = _BREAK.join(there)
    if b"&" in joined or b"_x" in joined:
        return None
    texts: list[RawCell] = list(joined.decode().split(_BREAK.decode()))
    if len(texts) != len(there):
        return None
    if len(there) == len(content):
        return texts
    rest = iter(texts)
    return [None if one is None else next(rest) for one in content]


def _numbers(convert: Convert, content: Content) -> list[RawCell]:
    """Plain numbers."""
    there = [one for one in content if one is not None]  # faster than looking for a gap
    try:
        numbers: list[RawCell] = list(map(float, there))
    except ValueError:
        return [None if one is None else _read(convert, one) for one in content]
    if not isfinite(sum(cast(list[float], numbers))):  # one of them is not, or the sum is too large
        return [None if one is None else _read(convert, one) for one in content]
    if len(numbers) == len(content):
        return numbers
    rest = iter(numbers)
    return [None if one is None else next(rest) for one in content]

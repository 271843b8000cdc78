"""Reading the tabs of issues and conflicts: which decisions stand on them, beside what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache
from typing import Final

from custbook_gen.check.rows import raw_text
from custbook_gen.decisions import (
    CHOICES,
    CONFLICT_SHOWN,
    DECISION,
    HIDDEN,
    ISSUE_SHOWN,
    NOTE,
    Given,
    Line,
    Marked,
    Options,
)
from custbook_gen.layout import CONFLICTS, ISSUES, SEARCH_ROWS, address
from custbook_gen.texts import LANGS
from custbook_gen.wording import one_line
from custbook_gen.workbook import Cell, Formula, RawCell, RawSheet, RawWorkbook, Serial

_SHOWN: Final[Mapping[str, tuple[str, ...]]] = {ISSUES: ISSUE_SHOWN, CONFLICTS: CONFLICT_SHOWN}


def find_review_tabs(raw: RawWorkbook, titles: Mapping[str, str]) -> dict[str, str]:
    """The titles of the tabs of issues and conflicts, which are known by their machine keys.

    Args:
        raw: the workbook.
        titles: the titles that its tabs had; one of another title was renamed.
    """
    found: dict[str, str] = {}
    for key, shown in _SHOWN.items():
        tabs = [sheet.title for sheet in raw.sheets if _columns(sheet, shown) is not None]
        if tabs:
            found[key] = titles[key] if titles.get(key) in tabs else tabs[0]
    return found


def read_given(raw: RawWorkbook, titles: Mapping[str, str]) -> Given:
    """All rows of both tabs, wherever sorting has taken them; nothing where a tab is gone."""
    issues, conflicts = (tuple(_rows(raw, titles.get(key), _SHOWN[key])) for key in (ISSUES, CONFLICTS))
    return Given(issues, conflicts)


def _rows(raw: RawWorkbook, title: str | None, shown: Sequence[str]) -> Iterator[Marked]:
    sheet = raw.sheet(title) if title is not None else None
    found = _columns(sheet, shown) if sheet is not None else None
    if sheet is None or found is None:
        return
    key_row, columns = found
    for number in sorted(sheet.rows):
        texts = {key: raw_text(sheet.cell(number, column)).strip() for key, column in columns.items()}
        # what stands above the rows has no identity; a row that lost its own is looked at for its decision
        if number > key_row and (texts["_sheet"] not in ("", "_sheet")):
            yield _marked(sheet, number, texts, columns, shown)


def _marked(
    sheet: RawSheet, number: int, texts: Mapping[str, str], columns: Mapping[str, int], shown: Sequence[str]
) -> Marked:
    options = _options(texts["_options"])
    line = Line(
        sheet=texts["_sheet"],
        key=texts["_key"],
        field=texts["_field"],
        code=texts["_code"],
        about=texts["_about"],
        options=options or "later",
        shown={key: texts.get(key, "") for key in shown},
        mine=texts["_mine"],
        theirs=texts["_theirs"],
        carried=texts["_carried"],
        decision=texts[DECISION],
        note=texts.get(NOTE, ""),
    )
    intact = options is not None and line.seen(shown) == texts["_seen"]
    return Marked(line, intact, address(sheet.title, columns[DECISION], number))


def _options(text: str) -> Options | None:
    return next((options for options in CHOICES if options == text), None)


def _columns(sheet: RawSheet, shown: Sequence[str]) -> tuple[int, dict[str, int]] | None:
    """The row of machine keys, or of headers where that is gone, and the column of each.

    Nothing where the identity is not whole, or most of what the tab shows is that of the other one.
    """
    wanted = _names((*shown, DECISION, NOTE, *HIDDEN))
    for row in sheet.top_rows(SEARCH_ROWS):
        columns: dict[str, int] = {}
        for column, cell in enumerate(sheet.rows[row], 1):
            key = wanted.get(cell.replace("\n", " ")) if isinstance(cell, str) else None
            if key is not None:
                columns.setdefault(key, column)
        if {DECISION, *HIDDEN} <= columns.keys() and 2 * len(columns.keys() & {*shown}) > len(shown):
            return row, columns
    return None


@lru_cache(maxsize=len(_SHOWN))
def _names(keys: tuple[str, ...]) -> Mapping[str, str]:
    """The key of each column by itself and by its headers in all languages; hidden ones say their keys."""
    named = [key for key in keys if key not in HIDDEN]
    headed = {one_line(f"review.{key}", lang): key for key in named for lang in LANGS}
    return {**headed, **{key: key for key in keys}}


def with_cells(
    raw: RawWorkbook, written: Mapping[str, Mapping[tuple[int, int], Cell | Formula]]
) -> RawWorkbook:
    """A workbook as if something else stood in some cells, by title and (row, column)."""
    return replace(
        raw,
        sheets=tuple(
            _with_cells(sheet, written[sheet.title]) if written.get(sheet.title) else sheet
            for sheet in raw.sheets
        ),
    )


def _with_cells(sheet: RawSheet, written: Mapping[tuple[int, int], Cell | Formula]) -> RawSheet:
    rows: dict[int, list[RawCell]] = {}
    formulas = dict(sheet.formulas)
    for (number, column), content in written.items():
        formulas.pop((number, column), None)
        if isinstance(content, Formula):
            formulas[number, column] = content.text
        cells = rows.setdefault(number, [*sheet.rows.get(number, ())])
        cells += [None] * (column - len(cells))
        cells[column - 1] = _as_read(
            content.value if isinstance(content, Formula) else content, sheet.cell(number, column)
        )
    return replace(
        sheet,
        rows={**sheet.rows, **{number: tuple(cells) for number, cells in rows.items()}},
        formulas=formulas,
    )


def _as_read(cell: Cell, before: RawCell) -> RawCell:
    """A cell as it is read once it was written: numbers are floats, and a date stays one by its format."""
    if isinstance(cell, bool) or not isinstance(cell, int | float | Decimal):
        return cell
    return Serial(cell) if isinstance(before, Serial) else float(cell)

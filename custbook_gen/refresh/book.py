"""Bringing a workbook up to date without touching what people added.

Given what stands in the workbook and what should stand there, this says which cells
change: new keys, merged values, computed values, the status of held rows, rows that
others added.  A cell with an edit that is not in the store keeps what was typed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import compress

from custbook_gen.check import CheckedRow, FoundRows
from custbook_gen.check.planned import differs
from custbook_gen.check.rows import same_cell
from custbook_gen.check.shown import unlike_cells
from custbook_gen.check.structure import misstated
from custbook_gen.comparing import same_formula, same_reference
from custbook_gen.formula_runs import found_formulas
from custbook_gen.furniture import Area, Repairs
from custbook_gen.layout import META, STATUS, header
from custbook_gen.mending import Found, lost_guard, repairs, shadows
from custbook_gen.plan import (
    View,
    entry_columns,
    entry_sheet,
    properties,
    workbook_names,
)
from custbook_gen.plan.meta import packed_as_found
from custbook_gen.plan.whole import own_sheets, written_once
from custbook_gen.refresh.outcome import Outcome, Review, no_review
from custbook_gen.refresh.statuses import restated, statuses
from custbook_gen.refresh.target import Target, target_of
from custbook_gen.rules import rule_words, words_of
from custbook_gen.values import converter
from custbook_gen.workbook import (
    Cell,
    CellPatch,
    Formula,
    Patch,
    RawSheet,
    RawWorkbook,
    RulePatch,
    SheetPatch,
    SheetPlan,
)


def refresh(
    view: View,
    raw: RawWorkbook,
    outcome: Outcome,
    review: Review = no_review,
) -> Patch:
    """The patch that makes a workbook show the view; empty where it already does."""
    targets: list[Target] = []
    sheets: list[SheetPatch] = []
    positions: dict[str, Mapping[str, int]] = {}
    for sheet in view.book.sheets:
        here = view.layout.sheets.get(sheet.key)
        if here is None:
            continue
        if raw.sheet(here.title) is None:  # it is put back whole, below
            positions[sheet.key] = {
                key: row for row, key in enumerate(view.tables[sheet.key].rows, here.first_row)
            }
            continue
        targets.append(target_of(view, sheet, raw, outcome.before))
        patch, positions[sheet.key] = _sheet_patch(targets[-1], outcome)
        sheets.append(patch)
    own = view.layout.all_titles()
    if outcome.blocked:
        return Patch(sheets=_changed(sheets), own=own)
    planned = workbook_names(view)
    names = {name: ref for name, ref in planned.items() if not same_reference(raw.names.get(name), ref)}
    props = {name: text for name, text in properties(view).items() if raw.properties.get(name) != text}
    there = {sheet.title: sheet for sheet in raw.sheets}
    reviewed = review(positions, _changed(sheets))
    told = [restated(*each, reviewed.waiting, outcome) for each in zip(targets, sheets, strict=True)]
    tabs = [_as_packed(sheet, there) for sheet in (*reviewed.tabs, *own_sheets(view, reviewed.summaries))]
    return Patch(
        sheets=(*_changed(told), *_guards(view, there)),
        rewritten=tuple(
            sheet for sheet in tabs if sheet.title in there and differs(sheet, there[sheet.title])
        ),
        added=tuple(
            sheet
            for sheet in (*_lost_sheets(view, there), *written_once(view), *tabs)
            if sheet.title not in there
        ),
        names=names,
        unnamed=shadows(raw, view.layout, planned),
        properties=props,
        own=own,
    )


def _as_packed(sheet: SheetPlan, there: Mapping[str, RawSheet]) -> SheetPlan:
    """A sheet of ours; that which tells what the workbook is as it was packed before."""
    return packed_as_found(sheet, there[sheet.title]) if sheet.key == META and sheet.title in there else sheet


def _changed(sheets: Sequence[SheetPatch]) -> tuple[SheetPatch, ...]:
    return tuple(patch for patch in sheets if patch.cells or patch.rules or patch.repairs)


def _guards(view: View, there: Mapping[str, RawSheet]) -> Iterator[SheetPatch]:
    """Guards for those tabs that stay as they were written; tabs that are rewritten get theirs with that."""
    for plan in written_once(view):
        tab = there.get(plan.title)
        if tab is not None and plan.protection is not None and lost_guard(tab, plan.protection):
            yield SheetPatch(plan.title, repairs=Repairs(parts=frozenset({"guard"})), frame=plan)


def _lost_sheets(view: View, there: Collection[str]) -> Iterator[SheetPlan]:
    """The entry sheets that a workbook lacks."""
    for sheet in view.book.sheets:
        here = view.layout.sheets.get(sheet.key)
        if here is not None and here.title not in there:
            yield entry_sheet(view, sheet)


def _sheet_patch(target: Target, outcome: Outcome) -> tuple[SheetPatch, Mapping[str, int]]:
    """What changes on one entry sheet, and where its records stand then."""
    view, sheet = target.view, target.sheet
    rows = outcome.rows.get(sheet.key) or FoundRows(sheet.key)
    if outcome.blocked:
        for at in _outdated(target, rows, [key for key in target.order if key == STATUS], outcome):
            rows.look_at(at)
        looked_at = rows.looked_at()
        texts = statuses(target, looked_at, outcome)
        marks = [c for row in looked_at for c in target.put(STATUS, row.number, texts.get(row.number))]
        return SheetPatch(target.here.title, tuple(marks)), {}
    for at in _outdated(target, rows, target.order, outcome):
        rows.look_at(at)
    looked_at = rows.looked_at()
    texts = statuses(target, looked_at, outcome)
    cells: list[CellPatch] = []
    for row in looked_at:
        cells += _row_patches(target, row, outcome, texts.get(row.number))
    hidden = set(rows.row_keys(outcome.keys)) | outcome.absent.get(sheet.key, set())
    last = target.last_row()
    positions = _standing(target, rows, outcome)
    records = view.tables[sheet.key].rows
    for key, values in target.expected.items() if not records.keys() <= hidden else ():
        if key not in hidden:
            last += 1
            positions[key] = last
            cells += _record_patches(target, last, values, status=None)
    cells += _blank_rows(target, rows, last)
    cells += _head(target)
    cells += _accepted(target, cells, outcome)
    frame = entry_sheet(view, sheet, filled=False)
    rules, mended = repairs(Found(frame, target.here, target.raw, last, last + sheet.blank_rows))
    mended = replace(mended, merges=tuple(_opened(target, rows, mended.merges)))
    rules += tuple(_reworded(target, frame, {patch.column for patch in rules}))
    patch = SheetPatch(target.here.title, tuple(cells), rules, mended or None, frame if mended else None)
    return patch, positions


def _opened(target: Target, rows: FoundRows, merges: Sequence[Area]) -> Iterator[Area]:
    """The merges to be taken apart: not those over the number of a row that waits.

    Taken apart, such a row has no number, and the next sync would store it as a new one.
    """
    column = target.here.columns[target.sheet.key_field]
    waiting = [row.number for row in rows.looked_at() if row.held and row.new]
    for area in merges:
        top, left, bottom, right = area
        covers = left <= column <= right
        if not any(covers and top <= row <= bottom and (row, column) != (top, left) for row in waiting):
            yield area


def _standing(target: Target, rows: FoundRows, outcome: Outcome) -> dict[str, int]:
    """The rows of the records that stand in the workbook and stay there."""
    clashing = {item.key for item in outcome.conflicts if item.sheet == target.sheet.key}
    records = target.view.tables[target.sheet.key].rows
    standing = {key: number for _, number, key in rows.untouched() if key in records}
    for row in sorted(
        rows.looked_at(), key=lambda row: not row.held
    ):  # of copies with one number the record comes last
        key = outcome.keys.get(row.key, row.key)
        if (row.held and not row.new) or key in clashing or key in target.expected:
            standing[key] = row.number
    return standing


def _accepted(target: Target, cells: Sequence[CellPatch], outcome: Outcome) -> Iterator[CellPatch]:
    """Suggestions that people accepted, where the cell does not get its stored value anyway."""
    patched = {(cell.row, cell.column) for cell in cells}
    for (row, column), text in outcome.accepted.get(target.here.title, {}).items():
        if (row, column) not in patched and not same_cell(target.raw.cell(row, column), text):
            yield CellPatch(row, column, text)


def _outdated(target: Target, rows: FoundRows, columns: Sequence[str], outcome: Outcome) -> list[int]:
    """Positions of the rows that nobody touched and that do not show what they should in some columns.

    They hold what was written for their records; the records, what is computed of them or
    the words for it are other ones by now.  What the check found as it was written, and would
    be written so again, is not compared once more.
    """
    waiting, numbers, keys = rows.untouched_columns()
    table = target.view.tables[target.sheet.key]
    records, shown = table.rows, rows.base.rows if rows.base else {}
    accepted = {row for row, _ in outcome.accepted.get(target.here.title, ())}
    changed = (
        {at for at, number in zip(waiting, numbers, strict=True) if number in accepted} if accepted else set()
    )
    if records is not shown:
        now_there, was_there = dict(records.items()), dict(shown.items())  # asked quickly, and for every key
        states = zip(waiting, map(now_there.get, keys), map(was_there.__getitem__, keys), strict=True)
        changed |= {at for at, now, was in states if now is not was and now != was}
    if changed:
        same = [at not in changed for at in waiting]
        waiting, numbers = list(compress(waiting, same)), list(compress(numbers, same))
        keys = list(compress(keys, same))
    here, converters = target.here.columns, target.view.converters(target.sheet)
    open_ones = [
        key for key in columns if key not in rows.shown or not rows.shown[key].writes_like(converters[key])
    ]
    made = entry_columns(target.view, target.sheet, open_ones, table.stretches(keys))
    odd = unlike_cells(target.raw, numbers, [here[key] for key in open_ones], made)
    odd |= misstated(target.raw, numbers, {here[key]: target.formulas.get(key) for key in columns})
    return sorted(changed | {waiting[place] for place in odd})


def _row_patches(
    target: Target, row: CheckedRow, outcome: Outcome, status: str | None
) -> Iterator[CellPatch]:
    """What changes in a row that stands in the workbook."""
    key = outcome.keys.get(row.key, row.key)
    values = target.expected.get(key)
    if target.sheet.key_field in row.faults:
        yield from target.put(STATUS, row.number, status)
    elif row.held:
        keep = frozenset(row.edited) | row.faults.keys()
        yield from _record_patches(target, row.number, values, status, keep=keep)
        yield from _lost_formulas(target, row) if values is None and not row.new else ()
        yield from _renamed(target, row, keep)
    elif values is None:
        clashes = any(item.key == key and item.sheet == row.sheet for item in outcome.conflicts)
        if clashes:
            yield from target.put(STATUS, row.number, status)
            yield from _lost_formulas(target, row)
        else:
            yield from _record_patches(target, row.number, (None,) * len(target.order), None, blank=True)
    else:
        kept = {item.field for item in outcome.conflicts if item.key == key and item.sheet == row.sheet}
        yield from _record_patches(target, row.number, values, status, keep=frozenset(kept))
        yield from _renamed(target, row, frozenset(kept))


def _lost_formulas(target: Target, row: CheckedRow) -> Iterator[CellPatch]:
    """Formulas of a row whose record the store has no more: what they give follows from what stands there."""
    for key, formula in target.formulas.items():
        column, wanted = target.here.columns[key], formula.at(row.number)
        if not same_formula(target.raw.formulas.get((row.number, column)), wanted):
            yield CellPatch(row.number, column, Formula(wanted, ""))


def _renamed(target: Target, row: CheckedRow, kept: frozenset[str]) -> Iterator[CellPatch]:
    """Cells that stay as typed, but by a name that their value no longer has."""
    for key in sorted(kept - row.faults.keys()):
        item, value = target.sheet.field(key), row.values.get(key)
        column = target.here.columns.get(key)
        if item.category is None or value is None or column is None:
            continue
        known = converter(item, target.view.words)
        parent = row.values.get(item.parent) if item.parent else None
        reading = known.from_cell(target.raw.cell(row.number, column), str(parent) if parent else None)
        if reading.value != value:
            yield from target.put(key, row.number, known.to_cell(value))


def _record_patches(
    target: Target,
    number: int,
    values: Sequence[Cell] | None,
    status: str | None,
    keep: frozenset[str] = frozenset(),
    *,
    blank: bool = False,
) -> Iterator[CellPatch]:
    """The cells of one row that do not yet hold their record's values; ``keep`` stay as typed."""
    for at, key in enumerate(target.order):
        if key == STATUS:
            yield from target.put(key, number, status)
        elif key not in keep and values is not None:
            value: Cell = "" if blank and key in target.formulas else values[at]
            yield from target.put(key, number, target.wanted(key, value, number))


def _head(target: Target) -> Iterator[CellPatch]:
    """Machine keys that were changed, lost or copied; headers that are gone, or have another label by now."""
    here, tab = target.here, target.raw
    if here.key_row < here.header_row:
        for key, column in here.columns.items():
            if tab.cell(here.key_row, column) != key:
                yield CellPatch(here.key_row, column, key)
        places = set(here.columns.values())
        for column, cell in enumerate(tab.rows.get(here.key_row, ()), 1):
            if cell in here.columns and column not in places:
                yield CellPatch(here.key_row, column, None)
    for key, column in here.columns.items():
        if tab.cell(here.header_row, column) in (None, "") or target.is_outworn(key):
            yield CellPatch(here.header_row, column, header(target.sheet, key, target.view.lang))


def _reworded(target: Target, frame: SheetPlan, patched: Collection[int]) -> Iterator[RulePatch]:
    """Input rules whose words are other ones by now, but those that are put back anyway."""
    here, before, lang = target.here, target.before, target.view.lang
    for plan in frame.table.columns if frame.table is not None and before is not None else ():
        column, rule = here.columns[plan.key], plan.rule
        if rule is None or column in patched or before is None or plan.key not in before.by_key:
            continue
        if rule_words(before.field(plan.key), before, rule.kind, lang) != words_of(rule):
            yield RulePatch(column, here.first_row, rule, here.last_row)


def _blank_rows(target: Target, rows: FoundRows, last: int) -> Iterator[CellPatch]:
    """Formulas for rows still to be entered: damaged ones, and more once half of them are used up."""
    records = set(rows.numbers)
    for key, formula in target.formulas.items():
        column = target.here.columns[key]
        ranges = list(found_formulas(target.raw.formulas).rows(column))
        ready = max((some[-1] for some in ranges if some[-1] >= target.here.first_row), default=last)
        prepared = {row for some in ranges for row in range(max(some.start, last + 1), some.stop)}
        for row in sorted({*prepared, *range(last + 1, ready)} - records):
            wanted = Formula(formula.at(row), "")
            if not target.shows(key, row, wanted):
                yield CellPatch(row, column, wanted)
        if ready - last >= target.sheet.blank_rows // 2:
            continue
        for row in range(max(ready, last) + 1, last + target.sheet.blank_rows + 1):
            yield CellPatch(row, column, Formula(formula.at(row), ""))

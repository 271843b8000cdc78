"""The rows of the tabs of issues and conflicts: what there is to look at once a sync is done.

They follow from what the workbook and the store hold after the sync, so that another sync,
or a check, finds the same.  Warnings about what was just typed are told by one sync only;
their rows stay until somebody confirms them or the record changes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import field, replace
from functools import cached_property
from itertools import count
from typing import NamedTuple

from custbook_gen.actions.row_marks import MISSING, issue_key
from custbook_gen.check import CheckedRow, raw_text
from custbook_gen.check.found_rows import FoundRows
from custbook_gen.check.lasting import LASTING, lasting_warnings
from custbook_gen.check.rows import masked
from custbook_gen.decisions import (
    About,
    Line,
    Marked,
    Options,
    dispute_digest,
    issue_digest,
    record_digest,
    side_digest,
    token,
)
from custbook_gen.issues import Issue, Place
from custbook_gen.layout import letters
from custbook_gen.plan import View
from custbook_gen.plan.review import LONGEST
from custbook_gen.records import Change, Conflict, Dispute, Revision, Value, Verdict
from custbook_gen.refresh import At, Positions
from custbook_gen.texts import say
from custbook_gen.value_objects import value_object
from custbook_gen.values import converter, display
from custbook_gen.wording import one_line
from custbook_gen.workbook import RawWorkbook

Touched = Mapping[tuple[str, str], Sequence[tuple[Revision, Change]]]
"""What happened to records in the store, the oldest first."""

_UNTOLD = frozenset(
    {
        *(MISSING, "delete-refused", "delete-resting", "delete-changed", "choice-in-use", "delete-many"),
        *("row-known", "row-known-gone", "cells-merged"),
    }
)
"""Told by the rows that they are about, or once: then these have numbers or are gone, and cells are apart."""
_LAST = 1 << 30


class Following(Mapping[str, int]):
    """The numbers of rows that stand one below the other, by the keys of their records.

    They are kept only once somebody looks one up, which hardly anybody does in a new workbook.

    Args:
        keys: the keys in the rows' order.
        first: the number of the first row.
    """

    def __init__(self, keys: Collection[str], first: int) -> None:
        self._keys = keys
        self._first = first

    @cached_property
    def _numbers(self) -> Mapping[str, int]:
        return dict(zip(self._keys, count(self._first), strict=False))

    def __getitem__(self, key: str) -> int:
        return self._numbers[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)

    def in_order(self) -> range:
        """The numbers."""
        return range(self._first, self._first + len(self))


@value_object
class Found:
    """What a sync found and left to be looked at; nothing where a workbook is new."""

    raw: RawWorkbook | None = None
    rows: Mapping[At, CheckedRow] = field(default_factory=dict[At, CheckedRow])
    """The rows that somebody looked at; those that wait as they are once the sync is done."""
    issues: Sequence[Issue] = ()
    disputes: Sequence[Dispute] = ()
    keys: Mapping[str, str] = field(default_factory=dict)
    former: Mapping[str, str] = field(default_factory=dict)
    """The marks that rows without a number had, by those that they have once the sync is done."""
    missing: Mapping[str, frozenset[str]] = field(default_factory=dict)
    marks: Mapping[About, Sequence[Marked]] = field(default_factory=dict)
    """The rows that both tabs had, by what they are about."""
    notes: Mapping[About, str] = field(default_factory=dict)
    standing: Collection[About] = ()
    """Where a decision stays although it could not be obeyed: it will be tried again."""
    verdicts: Mapping[str, Verdict] = field(default_factory=dict)
    touched: Touched = field(default_factory=dict)


class _Ranked(NamedTuple):
    """A row with what it is sorted by."""

    rank: tuple[int, int, int, int, str, str]
    line: Line
    was: tuple[About, str] | None = None
    """What the row was known by, where that changes: what it was about, and the digest of that."""


@value_object
class Reviewing:
    """The rows of both tabs in the making."""

    view: View
    found: Found
    positions: Positions

    # ------------------------------------------------------------ issues

    def issues(self) -> list[Line]:
        """The rows of the tab of issues, the most urgent first."""
        if self.view.facts is None:
            return []
        found = [*self._carried(), *self._told(), *self._missing(), *self._lasting()]
        lines = {(one.line.place, one.line.about, one.line.shown["cell"]): one for one in found}
        ranked = sorted(lines.values(), key=lambda one: one.rank)
        return [self._as_given(one) for one in ranked if not self._is_confirmed(one.line.about)]

    def _told(self) -> Iterator[_Ranked]:
        """Errors, and warnings about what was typed."""
        marks = self.found.rows
        waiting = {(item.sheet, item.key, item.field) for dispute in self.found.disputes for item in dispute}
        for issue in self.found.issues:
            untold = issue.code in _UNTOLD or issue.code.startswith("decision-") or issue.code in LASTING
            if issue.severity == "info" or (untold and issue.severity == "warning"):
                continue
            row = marks.get((issue.place.sheet, issue.place.row or 0))
            key = issue_key(issue, marks)
            final = None if row is None else self.found.keys.get(row.key, row.key)
            if row is not None and final is not None and not row.held:
                key = final  # a new row has its number by now
            line = self._line(issue, key)
            settled = row is not None and not row.held and (row.sheet, final, line.field) not in waiting
            if row is not None and settled and issue.severity == "warning":  # no other sync tells it
                if not self._is_taken(row, str(final), issue):
                    continue
                line = replace(line, carried=self._content(row.sheet, str(final)))
            ranked, former = self._ranked(line, issue.place), self.found.former.get(key, key)
            if former != key:
                about = (line.sheet, former, line.field, line.code)
                ranked = ranked._replace(was=(about, issue_digest(issue, former)))
            yield ranked

    def _is_taken(self, row: CheckedRow, key: str, issue: Issue) -> bool:
        """Whether the record has what was typed: nobody chose another value for it, or deleted it."""
        table, name = self.view.tables[row.sheet], issue.place.field
        if key not in table.rows or name not in table.fields:
            return key in table.rows
        value = row.values.get(name)
        return table.value(key, name) == (
            self.found.keys.get(value, value) if isinstance(value, str) else value
        )

    def _lasting(self) -> Iterator[_Ranked]:
        """Warnings about the book as it is now."""
        view, facts = self.view, self.view.facts
        for sheet, key, name, note in (
            lasting_warnings(view.book, view.words, facts, self._rows()) if facts else ()
        ):
            item = view.book.sheet(sheet).field(name)
            here, number = view.layout.sheets[sheet], self.positions[sheet][key]
            column = here.columns.get(name)
            cell = here.place(column, number)
            place = Place(sheet, here.title, key, name, item.label.line(view.lang), cell, number, column)
            table = view.tables[sheet]
            value = table.value(key, name) if item.stored and key in table.rows else None
            text = self._display(sheet, name, value)
            shown = masked(text) if item.personal == "sensitive" else text
            issue = Issue(note.code, place, shown, note.suggestion, note.facts, note.level)
            line = self._line(issue, key)
            yield self._ranked(line, place)

    def _rows(self) -> dict[str, FoundRows]:
        """The rows of the refreshed workbook: as they were read where their edits wait, else unedited."""
        waiting = {(item.sheet, item.key) for dispute in self.found.disputes for item in dispute}
        read = {
            (row.sheet, self.found.keys.get(row.key, row.key)): row
            for row in sorted(self.found.rows.values(), key=lambda row: not row.held)
        }
        found: dict[str, FoundRows] = {}
        for sheet, numbers in self.positions.items():
            found[sheet] = FoundRows(sheet, self.view.tables[sheet])
            if isinstance(numbers, Following) and not read:
                found[sheet].add_all_untouched(numbers.in_order(), numbers)
                continue
            for key, number in numbers.items():
                row = read.get((sheet, key))
                if row is not None and (row.held or (sheet, key) in waiting):
                    found[sheet].add(row)
                else:
                    found[sheet].add_untouched(number, key)
        return found

    def _missing(self) -> Iterator[_Ranked]:
        """Records whose rows were removed."""
        for sheet, keys in self.found.missing.items():
            table, here = self.view.tables[sheet], self.view.layout.sheets[sheet]
            for key in sorted(keys & table.rows.keys()):
                place = Place(sheet, here.title, key, cell=here.place(None, None))
                line = self._line(Issue(MISSING, place, key, facts={"key": key}), key)
                shown = {**line.shown, "message": say("review.missing", self.view.lang)}
                about = record_digest(table.rows[key])
                line = replace(line, about=about, options="delete", shown=shown)
                yield self._ranked(line, place)

    def _carried(self) -> Iterator[_Ranked]:
        """Rows about what was typed earlier, as long as the record stays as it was."""
        for mark in (mark for marks in self.found.marks.values() for mark in marks):
            line = mark.line
            if not line.carried or not mark.intact or line.sheet not in self.positions:
                continue
            number = self.positions[line.sheet].get(line.key)
            if number is not None and self._content(line.sheet, line.key) == line.carried:
                here = self.view.layout.sheets[line.sheet]
                column = here.columns.get(line.field)
                shown = {**line.shown, "cell": _cell(column, number), "sheet": here.title}
                yield self._ranked(replace(line, shown=shown, link=here.place(column, number)))

    def _line(self, issue: Issue, key: str) -> Line:
        place = issue.place
        title = place.title or self.view.layout.titles.get(place.sheet, place.sheet)
        shown = {
            "severity": one_line(f"severity.{issue.severity}", self.view.lang),
            "sheet": title,
            "record": self._record(place, key),
            "field": place.label.replace("\n", " "),
            "cell": _cell(place.column, place.row),
            "value": issue.value,
            "message": issue.message(self.view.lang),
            "suggestion": issue.suggestion or "",
        }
        return Line(
            place.sheet,
            key,
            place.field or "",
            issue.code,
            issue_digest(issue, key),
            _options(issue),
            {name: _short(text) for name, text in shown.items()},
            link=place.cell if place.row is not None and place.sheet in self.view.layout.sheets else None,
        )

    def _record(self, place: Place, key: str) -> str:
        known = self.view.tables[place.sheet].rows if place.sheet in self.view.tables else {}
        if key in known:
            name = self.view.book.sheet(place.sheet).name_field
            text = self._display(place.sheet, name, self.view.tables[place.sheet].value(key, name))
            return key if text in ("", key) else f"{key} {text}"
        if place.row is None:
            return place.key or ""
        return place.key or one_line("review.new-row", self.view.lang, row=place.row)

    def _content(self, sheet: str, key: str) -> str:
        table = self.view.tables[sheet]
        return record_digest(table.rows.get(key))

    def _ranked(self, line: Line, place: Place | None = None) -> _Ranked:
        """Errors first, then rows to be decided about, then warnings; by sheet, row and column."""
        error = line.shown.get("severity") == one_line("severity.error", self.view.lang)
        order = list(self.view.book.sheet_by_key)
        sheet = order.index(line.sheet) if line.sheet in order else len(order)
        number = self.positions.get(line.sheet, {}).get(line.key, _LAST)
        here = self.view.layout.sheets.get(line.sheet)
        column = here.columns.get(line.field, 0) if here is not None else 0
        if place is not None and place.row is not None:
            number = place.row
        urgency = 0 if error else 1 if line.code == MISSING else 2
        return _Ranked((urgency, sheet, number, column, line.code, line.key), line)

    def _is_confirmed(self, about: str) -> bool:
        verdict = self.found.verdicts.get(about)
        return verdict is not None and verdict.choice == "confirmed"

    # ------------------------------------------------------------ conflicts

    def conflicts(self) -> list[Line]:
        """The rows of the tab of conflicts, in the order of the sheets and their rows."""
        lines: dict[About, _Ranked] = {}
        for dispute in self.found.disputes:
            gone = dispute[0].key not in self.view.tables[dispute[0].sheet].rows
            about = dispute_digest(dispute, gone=gone)
            about = token(about, self.found.verdicts.get(about))
            for item in dispute:
                line = self._conflict(item, about, gone=gone)
                lines.setdefault(line.place, self._ranked(line))
        ranked = sorted(lines.values(), key=lambda one: one.rank)
        return [self._as_given(one) for one in ranked]

    def _conflict(self, item: Conflict, about: str, *, gone: bool) -> Line:
        here = self.view.layout.sheets[item.sheet]
        number, column = self.positions[item.sheet].get(item.key), here.columns.get(item.field)
        place = Place(item.sheet, here.title, item.key, item.field, row=number, column=column)
        revision = self._last_change(item)
        blank = one_line("review.blank", self.view.lang)
        theirs = self._display(item.sheet, item.field, item.stored) or blank
        label = self.view.book.sheet(item.sheet).field(item.field).label.line(self.view.lang)
        shown = {
            "sheet": here.title,
            "record": self._record(place, item.key),
            "field": label,
            "cell": _cell(column, number),
            "base": self._display(item.sheet, item.field, item.base) or blank,
            "mine": self._as_typed(item, number, column) or blank,
            "theirs": one_line("review.gone", self.view.lang) if gone else theirs,
            "who": revision.user if revision is not None else "",
            "when": revision.at.astimezone().isoformat(" ", "minutes")[:16] if revision is not None else "",
        }
        return Line(
            item.sheet,
            item.key,
            item.field,
            "",
            about,
            "conflict",
            {name: _short(text) for name, text in shown.items()},
            mine=side_digest(item, "mine"),
            theirs=side_digest(item, "theirs"),
            link=here.place(column, number),
        )

    def _as_typed(self, item: Conflict, number: int | None, column: int | None) -> str:
        """What stands in the workbook; labels as they are called by now."""
        field = self.view.book.sheet(item.sheet).field(item.field)
        tab = self.found.raw.sheet(self.view.layout.sheets[item.sheet].title) if self.found.raw else None
        if tab is None or number is None or column is None or field.category is not None or field.to:
            return self._display(item.sheet, item.field, item.edited)
        raw = tab.cell(number, column)
        return raw_text(raw) if isinstance(raw, str) else self._display(item.sheet, item.field, item.edited)

    def _last_change(self, item: Conflict) -> Revision | None:
        """Who changed a field last in the store, and when."""
        for revision, change in reversed(self.found.touched.get((item.sheet, item.key), ())):
            if change.kind != "update" or item.field in change.after:
                return revision
        return None

    # ------------------------------------------------------------ both

    def _display(self, sheet: str, name: str, value: Value) -> str:
        return display(converter(self.view.book.sheet(sheet).field(name), self.view.words), value)

    def _as_given(self, ranked: _Ranked) -> Line:
        """A row with the decision and the note that it had, as far as they still belong to it."""
        line = ranked.line
        place, about = ranked.was or (line.place, line.about)
        same = [mark for mark in self.found.marks.get(place, ()) if mark.line.about == about]
        stands = place in self.found.standing
        kept = (mark.line.decision for mark in same if stands or mark.choice in (None, "later"))
        noted = (mark.line.note for mark in same if mark.line.note)
        return replace(
            line,
            decision=next((text for text in kept if text), ""),
            note=self.found.notes.get(place) or next(noted, ""),
        )


def _options(issue: Issue) -> Options:
    """What can be decided about an issue."""
    takes = bool(issue.suggestion and issue.place.row and issue.place.column)
    if issue.severity == "error":
        return "accept" if takes else "later"
    return "accept-confirm" if takes else "confirm"


def _cell(column: int | None, row: int | None) -> str:
    return f"{letters(column) if column else ''}{row or ''}"


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"

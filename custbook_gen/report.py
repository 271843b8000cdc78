"""What a run found and did, for people and for programs.

The JSON form is a stable contract: ``docs/report.schema.json`` describes it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import field, replace
from typing import Final

from custbook_gen.decisions import Decided
from custbook_gen.issues import Issue
from custbook_gen.last_runs import MOST_ISSUES, Basis, Line, Outcome
from custbook_gen.layout import SheetLayout
from custbook_gen.records import Change, Conflict
from custbook_gen.texts import Lang
from custbook_gen.value_objects import value_object
from custbook_gen.values import Words, converter, display

ATTENTION: Final = 1
FINE: Final = 0


@value_object
class Cells:
    """Where records stand in a workbook: each sheet's columns, and the row of each key."""

    columns: Mapping[str, SheetLayout] = field(default_factory=dict)
    rows: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    def find(self, sheet: str, key: str, field_key: str) -> str | None:
        """The cell of a field, if the record stands in the workbook."""
        row = self.rows.get(sheet, {}).get(key)
        here = self.columns.get(sheet)
        if row is None or here is None or field_key not in here.columns:
            return None
        return here.place(here.columns[field_key], row)


@value_object
class Edits:
    """What waits for a sync: how many rows were edited and added, and how many records lost theirs."""

    edited: int
    new: int
    gone: int


@value_object
class Report:
    """What a check, sync or import found and did.

    ``base`` is the revision that the workbook showed, ``now`` the store's after the run;
    both are ``None`` where there was no store.  ``applied`` tells whether anything could
    be written (not in a dry run, not in a check).
    """

    source: str
    words: Words
    issues: Sequence[Issue]
    rows: int
    held: int
    changes: Sequence[Change] = ()
    conflicts: Sequence[Conflict] = ()
    cells: Cells = Cells()
    book_id: str = ""
    workbook_id: str = ""
    base: int | None = None
    now: int | None = None
    applied: bool = False
    confirmed: int = 0
    """How many warnings are left out because somebody confirmed them earlier."""
    decided: Sequence[Decided] = ()
    """What became of the decisions made in the workbook."""
    gone: Collection[tuple[str, str]] = ()
    """Records with conflicts that the store does not have any more."""
    basis: Basis | None = None
    """What the same run would find the same again from, where this one changed nothing."""
    edits: Edits | None = None
    """What waits for a sync, after a check in a project."""

    @property
    def exit_code(self) -> int:
        """0 if all is well, 1 if the book needs attention."""
        counts = self.counts()
        return ATTENTION if counts["errors"] or counts["conflicts"] or counts["held"] else FINE

    def counts(self) -> dict[str, int]:
        """How many rows, changes and issues of each kind."""
        kinds = Counter(change.kind for change in self.changes)
        severities = Counter(issue.severity for issue in self.issues)
        return {
            "rows": self.rows,
            "inserted": kinds["insert"],
            "updated": kinds["update"],
            "deleted": kinds["delete"],
            "held": self.held,
            "errors": severities["error"],
            "warnings": severities["warning"],
            "infos": severities["info"],
            "conflicts": len(self.conflicts),
            "confirmed": self.confirmed,
            **(
                {"edited": self.edits.edited, "new": self.edits.new, "gone": self.edits.gone}
                if self.edits is not None
                else {}
            ),
        }

    def display(self, sheet: str, field_key: str, value: object) -> str:
        """A value as people read it."""
        known = converter(self.words.book.sheet(sheet).field(field_key), self.words)
        return display(known, value)  # type: ignore[arg-type]

    def lines(self, lang: Lang) -> list[Line]:
        """The issues as they are shown."""
        return [line_of(issue, lang) for issue in self.issues]

    def outcome(self, lang: Lang) -> Outcome | None:
        """All that there is to tell, where it can be told again without the book."""
        if self.basis is None or self.changes or self.conflicts or self.decided:
            return None
        if len(self.issues) > MOST_ISSUES:
            return None
        return Outcome(self.to_json(lang), self.lines(lang), self.exit_code)

    def to_json(self, lang: Lang) -> dict[str, object]:
        """The report as plain data for JSON."""
        return {
            "workbook": self.source,
            "book": self.book_id,
            "workbook_id": self.workbook_id,
            "revision": {"base": self.base, "now": self.now},
            "counts": self.counts(),
            "issues": [_issue_json(issue, lang) for issue in self.issues],
            "changes": [line for change in self.changes for line in self._change_json(change)],
            "conflicts": [self._conflict_json(conflict) for conflict in self.conflicts],
            "decisions": [_decision_json(one) for one in self.decided],
            "applied": self.applied,
        }

    def _change_json(self, change: Change) -> list[dict[str, object]]:
        return [
            {
                "kind": change.kind,
                "sheet": change.sheet,
                "key": change.key,
                "field": name,
                "before": self._shown(change.sheet, name, change.before.get(name)),
                "after": self._shown(change.sheet, name, change.after.get(name)),
            }
            for name in dict.fromkeys((*change.before, *change.after))
        ]

    def _conflict_json(self, item: Conflict) -> dict[str, object]:
        return {
            "sheet": item.sheet,
            "key": item.key,
            "field": item.field,
            "base": self._shown(item.sheet, item.field, item.base),
            "edited": self._shown(item.sheet, item.field, item.edited),
            "stored": self._shown(item.sheet, item.field, item.stored),
            "cell": self.cells.find(item.sheet, item.key, item.field),
        }

    def _shown(self, sheet: str, field_key: str, value: object) -> str | None:
        return None if value is None else self.display(sheet, field_key, value)


def line_of(issue: Issue, lang: Lang) -> Line:
    """An issue as it is shown."""
    place = issue.place
    return Line(
        code=issue.code,
        severity=issue.severity,
        sheet=place.sheet,
        field=place.field,
        place=place.cell or place.title,
        text=issue.message(lang),
        suggestion=issue.suggestion or "",
    )


def after(earlier: Sequence[Report], last: Report) -> Report:
    """The report of a run whose earlier tries stored something too."""
    changes = [change for report in earlier for change in report.changes]
    return replace(last, base=earlier[0].base, changes=(*changes, *last.changes)) if earlier else last


def _decision_json(one: Decided) -> dict[str, object]:
    return {
        "sheet": one.sheet,
        "key": one.key or None,
        "field": one.field or None,
        "decision": one.choice,
        "obeyed": one.reason is None,
        "reason": one.reason,
    }


def _issue_json(issue: Issue, lang: Lang) -> dict[str, object]:
    return {
        "code": issue.code,
        "severity": issue.severity,
        "sheet": issue.place.sheet,
        "key": issue.place.key,
        "field": issue.place.field,
        "cell": issue.place.cell,
        "value": issue.value,
        "message": issue.message(lang),
        "suggestion": issue.suggestion,
    }

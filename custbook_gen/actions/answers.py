"""Decisions that people made in a workbook: which of them are obeyed, and what is said of the others.

A decision is obeyed if it fits: its row shows what was written into it, and what it is about
is as it was then.  All others change nothing, and are told.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from custbook_gen.actions.checking import Examined
from custbook_gen.actions.project import Run
from custbook_gen.actions.row_marks import MISSING, issue_key, row_marks
from custbook_gen.decisions import (
    CHOICES,
    About,
    Choice,
    Decided,
    Given,
    Line,
    Marked,
    choice_word,
    digest,
    dispute_digest,
    issue_digest,
    record_digest,
    spelled,
    token,
)
from custbook_gen.issues import Issue, Place
from custbook_gen.merge import Prefer
from custbook_gen.records import Change, Dispute, Tables, Verdict
from custbook_gen.schema import Book
from custbook_gen.texts import Lang, Saying

LONGEST = 60
"""Characters that are repeated of what was typed for a decision."""

Record = tuple[str, str]
Suggestions = Mapping[str, Mapping[tuple[int, int], str]]
"""What goes into cells, by the tab's title and (row, column)."""


@dataclass(slots=True)
class Answers:
    """The decisions of one workbook while they are being obeyed.

    ``notes`` says in the tabs why a decision was not obeyed, by what the row is about;
    ``verdicts`` are known ones, ``taken`` those to be remembered.
    """

    given: Given
    verdicts: Mapping[str, Verdict]
    book: Book
    lang: Lang
    run: Run
    issues: list[Issue] = field(default_factory=list)
    notes: dict[About, str] = field(default_factory=dict)
    decided: list[Decided] = field(default_factory=list)
    taken: list[Verdict] = field(default_factory=list)
    standing: set[About] = field(default_factory=set)
    """Where a decision stays although it could not be obeyed: it is tried again."""
    marks: dict[About, list[Marked]] = field(default_factory=lambda: defaultdict(list))
    """All rows by what they are about."""
    _met: set[str] = field(default_factory=set)
    """Where the decisions stand that some conflict was looked up for."""
    _told: set[tuple[str, str]] = field(default_factory=set)

    def __post_init__(self) -> None:
        for mark in (*self.given.issues, *self.given.conflicts):
            self.marks[mark.line.place].append(mark)
        for mark in (*self.given.issues, *self.given.conflicts):
            if mark.typed and mark.choice is None:
                words = " / ".join(choice_word(choice, self.lang) for choice in CHOICES[mark.line.options])
                self.refuse("decision-unknown", mark, options=words)

    # ------------------------------------------------------------ what is told

    def refuse(self, code: str, mark: Marked, **facts: object) -> None:
        """Say that a decision is not obeyed."""
        line = mark.line
        if (code, mark.cell) in self._told:
            return
        self._told.add((code, mark.cell))
        label, record = self._label(mark), line.shown.get("record", line.key)
        place = Place(line.sheet, "", line.key or None, line.field or None, label, mark.cell)
        about = Saying(
            "decide.about-field" if label else "decide.about-record", {"key": record, "label": label}
        )
        told = {"about": about, **facts}
        issue = Issue(code, place, line.decision[:LONGEST], facts=told)
        self.issues.append(issue)
        self.notes[line.place] = issue.message(self.lang)
        self.decided.append(Decided.of(line, mark.choice or line.decision[:LONGEST], code))

    def obey(self, mark: Marked, choice: Choice) -> None:
        """Say that a decision is obeyed."""
        self.decided.append(Decided.of(mark.line, choice))

    def known(self) -> Mapping[str, Verdict]:
        """All that was ever decided, now included."""
        return {**self.verdicts, **{one.about: one for one in self.taken}}

    def _label(self, mark: Marked) -> str:
        sheet = self.book.sheet_by_key.get(mark.line.sheet)
        known = sheet is not None and mark.line.field in sheet.by_key
        return sheet.field(mark.line.field).label.line(self.lang) if known and sheet else ""

    def _agreed(self, marks: Sequence[Marked]) -> Choice | None:
        """The one decision of some rows about the same; nothing where there is none, or several."""
        choices = {mark.choice for mark in marks if mark.choice is not None}
        if len(choices) > 1:
            for mark in marks:
                if mark.choice is not None:
                    self.refuse("decision-twice", mark)
            return None
        return next(iter(choices), None)

    def _remember(self, about: str, mark: Marked, choice: Choice) -> None:
        line = mark.line
        self.taken.append(
            Verdict(about, line.sheet, line.key, line.field, choice, self.run.at, self.run.user)
        )

    # ------------------------------------------------------------ conflicts

    def settle(self, dispute: Dispute, stored: Tables, keys: Mapping[str, str]) -> Prefer | None:
        """The side that people chose for a dispute; nothing where it stays open.

        Args:
            dispute: the conflicts to be decided as one.
            stored: the records now.
            keys: final key by provisional key.
        """
        places = ((item.sheet, item.key, item.field, "") for item in dispute)
        marks = [mark for place in places for mark in self.marks.get(place, ()) if mark.choice]
        if not marks:
            return None
        final = final_dispute(dispute, keys)
        about = dispute_digest(final, gone=dispute[0].key not in stored[dispute[0].sheet].rows)
        self._met |= {mark.cell for mark in marks}
        fitting = [mark for mark in marks if self._fits(mark, about)]
        choice = self._agreed(fitting)
        if choice not in ("mine", "theirs"):
            return None
        for mark in fitting:
            self.obey(mark, choice)
        self._remember(about, fitting[0], choice)
        return "file" if choice == "mine" else "store"

    def _fits(self, mark: Marked, about: str) -> bool:
        """Whether a decision was made about these very values, and nobody decided otherwise since."""
        verdict, choice = self.verdicts.get(about), mark.choice
        if mark.intact and mark.line.about == token(about, verdict):
            return True
        if mark.intact and mark.line.about == about and verdict is not None:
            if choice == verdict.choice == "theirs":
                return True
            if choice not in (verdict.choice, "later"):
                when = verdict.at.astimezone().isoformat(" ", "minutes")[:16]
                facts = {"user": verdict.user, "when": when, "other": Saying(f"decide.{verdict.choice}")}
                self.refuse("decision-contradicted", mark, **facts)
                return False
        if choice != "later":
            self.refuse("decision-stale", mark)
        return False

    def without_conflict(self, stored: Tables, changes: Iterable[Change]) -> None:
        """Tell the decisions about what is no conflict any more, unless it came out as they say.

        Args:
            stored: the records now.
            changes: what is stored by this run; a decision for it is obeyed thereby.
        """
        coming = {
            (change.sheet, change.key, name): value
            for change in changes
            for name, value in change.after.items()
        }
        for mark in self.given.conflicts:
            if mark.choice not in ("mine", "theirs") or mark.cell in self._met:
                continue
            line, table = mark.line, stored.get(mark.line.sheet)
            if table is None or line.field not in table.fields:
                self.refuse("decision-stale", mark)
                continue
            now = table.value(line.key, line.field) if line.key in table.rows else None
            then = coming.get((line.sheet, line.key, line.field), now)
            wanted = line.mine if mark.choice == "mine" else line.theirs
            if not mark.intact or digest(spelled(then)) != wanted:
                self.refuse("decision-stale", mark)
            elif then != now:
                self.obey(mark, mark.choice)

    # ------------------------------------------------------------ removed rows

    def removed(
        self, missing: Mapping[str, Sequence[str]], stored: Tables
    ) -> tuple[set[Record], set[Record]]:
        """The records of removed rows that are to be deleted, and those to be brought back."""
        there = {(sheet, key) for sheet, keys in missing.items() for key in keys}
        chosen: dict[Choice, set[Record]] = defaultdict(set)
        for record, marks in self._by_record().items():
            fitting = []
            now = _record(stored, record)
            for mark in marks:
                if record in there and mark.intact and mark.line.about == now:
                    fitting.append(mark)
                elif (mark.choice, True) in {("delete", now is not None), ("restore", record in there)}:
                    self.refuse("decision-stale", mark)
            choice = self._agreed(fitting)
            if choice is not None:
                chosen[choice].add(record)
        return chosen["delete"], chosen["restore"]

    def _by_record(self) -> dict[Record, list[Marked]]:
        found: dict[Record, list[Marked]] = defaultdict(list)
        for mark in self.given.issues:
            if mark.line.code == MISSING and mark.choice is not None:
                found[mark.line.sheet, mark.line.key].append(mark)
        return found

    def about_removed(self, records: Iterable[Record], refused: Mapping[Record, Issue]) -> None:
        """Say what became of the decisions about removed rows."""
        wanted = set(records)
        for record, marks in self._by_record().items():
            for mark in marks if record in wanted else ():
                issue = refused.get(record)
                if issue is None:
                    self.obey(mark, mark.choice or "later")
                else:
                    self.notes[mark.line.place] = issue.message(self.lang)
                    self.standing.add(mark.line.place)
                    self.decided.append(Decided(*record, "", mark.choice or "", issue.code))

    # ------------------------------------------------------------ issues

    def accepted(self, examined: Examined, stored: Tables) -> Suggestions:
        """The suggestions that people accepted, as what goes into cells."""
        wanted = [mark for mark in self.given.issues if mark.choice == "accept"]
        cells: dict[str, dict[tuple[int, int], str]] = defaultdict(dict)
        if not wanted:
            return cells
        marks = row_marks(examined.checked)
        known: dict[About, list[Issue]] = defaultdict(list)
        for issue in examined.issues:
            key = issue_key(issue, marks)
            known[issue.place.sheet, key, issue.place.field or "", issue.code].append(issue)
        for mark in wanted:
            line = mark.line
            rivals = self.marks[line.place]
            found = [
                (one.place.title, one.place.row, one.place.column, one.suggestion)
                for one in known[line.place]
                if issue_digest(one, line.key) == line.about
            ] or list(_carried(line, examined, stored))
            if not mark.intact or not found:
                self.refuse("decision-stale", mark)
            elif self._agreed(rivals) == "accept":
                self.obey(mark, "accept")
                for title, row, column, suggestion in found:
                    if suggestion and row and column:
                        cells[title][row, column] = suggestion
        return cells

    def confirmed(self) -> None:
        """Remember the warnings that people confirmed."""
        for mark in self.given.issues:
            if mark.choice != "confirmed":
                continue
            rivals = self.marks[mark.line.place]
            if not mark.intact:
                self.refuse("decision-stale", mark)
            elif self._agreed(rivals) == "confirmed":
                self.obey(mark, "confirmed")
                self._remember(mark.line.about, mark, "confirmed")


def final_dispute(dispute: Dispute, keys: Mapping[str, str]) -> Dispute:
    """A dispute with the numbers that new records got."""
    return tuple(
        replace(item, edited=keys.get(item.edited, item.edited)) if isinstance(item.edited, str) else item
        for item in dispute
    )


def _carried(line: Line, examined: Examined, stored: Tables) -> Iterator[tuple[str, int, int | None, str]]:
    """Where the suggestion of a row about what was typed earlier goes: no check tells that any more.

    It fits as long as the record is as it was then, and its cell shows what the record holds.
    """
    rows = examined.checked.rows.get(line.sheet)
    if not line.carried or rows is None or _record(stored, (line.sheet, line.key)) != line.carried:
        return
    here = examined.layout.sheets[line.sheet]
    for at, key in enumerate(rows.row_keys()):
        if key == line.key and line.field not in rows[at].edited:
            yield here.title, rows.numbers[at], here.columns.get(line.field), line.shown["suggestion"]


def _record(stored: Tables, record: Record) -> str | None:
    """The digest of a record as it is; nothing where there is none."""
    table = stored.get(record[0])
    return record_digest(table.rows[record[1]]) if table is not None and record[1] in table.rows else None

"""Plays people's turns on real workbooks, and compares store and workbooks with the model after each."""

from __future__ import annotations

import datetime as dt
import random
import shutil
from collections import Counter
from copy import deepcopy
from pathlib import Path
from typing import Final

from custbook_gen.actions.generate import generate
from custbook_gen.actions.project import Run
from custbook_gen.actions.sync import Options
from custbook_gen.report import Report
from tests.lists_book import make_lists
from tests.sheets_server import SheetsServer
from tests.simulation.faces import FIELDS, Faces
from tests.simulation.google import GoogleHand
from tests.simulation.hands import FIRST, SHEETS, FileHand, Reach, Typing
from tests.simulation.ledger import Ledger, difference
from tests.simulation.model import (
    NEW,
    Clash,
    Copy,
    Prefer,
    Record,
    Row,
    Synced,
    Value,
    renamed,
    sync,
    twin,
)
from tests.simulation.people import Person, Tally
from tests.simulation.typist import Typist

START: Final = dt.datetime(2026, 11, 22, 1, tzinfo=dt.UTC)
DELIVERED: Final = 8
"""Fewest cells that an interrupted sync stored, for a person to go on typing before the next one."""


class Play:
    """One game; every turn ends with an assertion that fails if anything is not as it must be.

    Args:
        folder: where the project is made.
        seed: decides everything that people do.
        people: how many of them.
        crashes: the share of syncs that are killed.
        google: where one more person has the book in a Google spreadsheet.
    """

    def __init__(
        self, folder: Path, seed: int, people: int, crashes: float, google: SheetsServer | None = None
    ) -> None:
        self._dice = random.Random(seed)  # noqa: S311
        self._crashes = crashes
        self._desk = make_lists(folder)
        self._ledger = Ledger(self._desk.database)
        self._turn = 0
        self.tally = Tally()
        self._typed: set[Value] = set()
        self._abandoned: set[Value] = set()
        self._again: Counter[Value] = Counter()
        self._given: dict[str, str] = {}
        self._every: dict[str, str] = {}
        self._delivered, self._reach = 0, Reach()
        self._store = self._ledger.records()
        self._codes = self._ledger.codes()
        self._typist = Typist(self._dice, self._codes)
        self._people: list[Person] = []
        for number in range(people):
            self._people.append(self._person(number))
        if google is not None:
            hand = GoogleHand.generated(folder, google, self._run(), seed)
            self._people.append(Person("google", hand, self._fresh("zh"), "zh"))

    def _person(self, number: int) -> Person:
        """Workbooks of three languages' labels; the fourth is a copy of the first."""
        lang, path = ("zh", "zh", "en", "zh", "en")[number % 5], self._desk.folder / f"p{number}.xlsx"
        if number == 3:
            first = self._people[0]
            shutil.copy(self._desk.folder / "p0.xlsx", path)
            return Person("p3", FileHand(path, self._reach), twin(first.copy), first.lang)
        generate(self._desk.home(), path, self._run(), lang=lang)  # type: ignore[arg-type]
        return Person(f"p{number}", FileHand(path, self._reach), self._fresh(lang), lang)

    def _fresh(self, lang: str) -> Copy:
        """A workbook that was just made."""
        rows = {record: Row(dict(values), dict(values)) for record, values in self._store.items()}
        return Copy(rows, {}, self._called(lang))

    def _called(self, lang: str) -> dict[str, str]:
        """What the values of the list are called in a language by now."""
        choices = ((key, row) for (sheet, key), row in self._store.items() if sheet == "dictionary")
        now = {self._codes[key]: str(row[lang]) for key, row in choices}
        self._every.update({label: code for code, label in now.items()})
        return now

    def _run(self) -> Run:
        self._turn += 1
        return Run(START + dt.timedelta(minutes=self._turn), "people")

    # ------------------------------------------------------------ a game

    def play(self, edits: int, syncs: int) -> None:
        """Everybody types so many edits in so many sessions, each followed by a sync, in random order."""
        turns = [person for person in self._people for _ in range(syncs)]
        self._dice.shuffle(turns)
        for person in turns:
            self._session(person, max(1, edits // syncs))
            self._sync_somehow(person)
        self.converge()

    def _session(self, person: Person, edits: int) -> None:
        luck = self._dice.random()
        if luck < 0.04 and person.kept and not person.cut_off:
            # rows that were new in it are known again by what was typed into them, so it is synced first
            self._bring_back(person)
            self._sync(person, None)
        elif luck < 0.08:
            self._mail(person)
        before = self._pending(person)
        numbers = self._rows(person)
        typings: list[Typing] = []
        for _ in range(edits):
            typings += self._typist.edit(person.copy, person.lang, numbers)
            self.tally.edits += 1
        sort = self._dice.choice(("clients", "orders")) if self._dice.random() < 0.15 else None
        person.hand.edit(typings, self._dice, sort=sort)
        after = self._pending(person)
        self._typed |= after
        self._abandoned |= before - after

    def _sync_somehow(self, person: Person) -> None:
        prefer: Prefer = self._dice.choices((None, "file", "store"), (8, 1, 1))[0]
        if self._dice.random() < self._crashes:
            for _ in range(self._dice.randint(1, 3)):
                if not self._killed(person, prefer):
                    break
                if person.cut_off and self._dice.random() < 0.5 and self._delivered >= DELIVERED:
                    self._session_after_crash(person)
        self._sync(person, prefer)
        if self._dice.random() < 0.2:
            history, state = self._ledger.history(), person.hand.state()
            again = self._sync(person, None)
            assert not again.changes, f"synced twice by mistake: {again.changes}"
            assert history == self._ledger.history(), "synced twice by mistake: the history changed"
            assert state == person.hand.state(), "synced twice by mistake: the workbook changed"

    def _session_after_crash(self, person: Person) -> None:
        """Somebody goes on with a workbook that does not know of its own edits."""
        before = self._pending(person)
        numbers = self._rows(person)
        typings = [t for _ in range(2) for t in self._typist.edit(person.copy, person.lang, numbers)]
        self.tally.edits += 2
        person.hand.edit(typings, self._dice)
        self._typed |= self._pending(person)
        self._abandoned |= before - self._pending(person)

    # ------------------------------------------------------------ sync

    def _sync(self, person: Person, prefer: Prefer, *, restore: bool = False) -> Report:
        """Sync, and compare everything with the model."""
        before, kept, cut_off = self._pending(person), set(person.hand.backups()), person.cut_off
        was = deepcopy(person.copy)
        if restore:
            person.copy.gone.clear()
        told = sync(self._store, person.copy, prefer)
        options = Options(prefer=prefer, delete=not restore, allow_mass_delete=True, restore=restore)
        report = person.hand.sync(self._run(), options)
        self._compare(person, told, report)
        for name in set(person.hand.backups()) - kept:
            if not cut_off:  # in that copy, what was stored already would be edits again
                renamed({}, [was], self._given)
                person.kept[name] = was
        person.cut_off = False
        self._nothing_lost(person, before, prefer)
        self._count(told)
        return report

    def _compare(self, person: Person, told: Synced, report: Report) -> None:
        self._number(told, [person])
        assert self._ledger.records() == self._store, difference(self._ledger.records(), self._store)
        clashes = {
            Clash(c.sheet, c.key, c.field, _plain(c.edited), _plain(c.stored)) for c in report.conflicts
        }
        known = {
            Clash(c.sheet, self._given.get(c.key, c.key), c.field, c.edited, c.stored) for c in told.clashes
        }
        assert clashes == known, f"clashes told {clashes - known}, not told {known - clashes}"
        assert report.held == told.held, f"held {report.held}, to be held {told.held}"
        person.copy.labels = self._called(person.lang)
        self._looks(person)

    def _looks(self, person: Person) -> None:
        """Whether the workbook shows what it is to show."""
        shown = Faces(person.copy, person.lang, self._codes, self._every).read(person.hand.open())
        wanted = {record: row.cells for record, row in person.copy.rows.items()}
        assert shown == wanted, f"{person.name}: {difference(shown, wanted)}"

    def _killed(self, person: Person, prefer: Prefer) -> bool:
        """A sync that is killed; whether it was.  The store is as before, or as after; so is the workbook."""
        before, file = self._pending(person), person.hand.state()
        store, copy = deepcopy(self._store), deepcopy(person.copy)
        told = sync(store, copy, prefer)
        options = Options(prefer=prefer, delete=True, allow_mass_delete=True)
        killed = person.hand.sync_ended(self._run(), options, self._dice)
        self.tally.killed += killed
        stored = bool(told.changed) and self._ledger.records() != self._store
        if not stored and person.hand.state() == file:
            assert self._ledger.records() == self._store, difference(self._ledger.records(), self._store)
            return killed
        self._store, was = store, person.copy
        if person.hand.state() != file:
            person.copy, person.cut_off = copy, False
            self._number(told, [person])
            person.copy.labels = self._called(person.lang)
            self._looks(person)
            self._nothing_lost(person, before, prefer)
        else:
            self._number(told, [])
            self._delivered = self._deliver(was, copy)
            person.cut_off = True
            self.tally.cut_off += 1
        assert self._ledger.records() == self._store, difference(self._ledger.records(), self._store)
        self._count(told)
        return killed

    def _deliver(self, was: Copy, after: Copy) -> int:
        """What a workbook brought without being told stands for what it showed; says how many cells."""
        count = 0
        for record, row in was.rows.items():
            new = after.rows.get(record)
            if new is None or new.base is None:
                continue
            for name in row.edits():
                if new.base[name] == row.cells[name]:
                    row.base = row.base or {}
                    row.base[name] = row.cells[name]
                    count += 1
        for record in [record for record in was.gone if record not in after.gone]:
            del was.gone[record]
            count += 1
        renamed({}, [was], self._given)
        return count

    # ------------------------------------------------------------ other things that people do

    def _bring_back(self, person: Person) -> None:
        """Somebody takes an older copy of the own workbook from the backups.

        Not one with rows that were invalid then and were mended since: they would be other rows.
        """
        there = person.hand.backups()
        waiting = _waiting(person.copy)
        names = [name for name, kept in person.kept.items() if name in there and _waiting(kept) <= waiting]
        if not names or not isinstance(person.hand, FileHand):
            return
        name = self._dice.choice(sorted(names))
        self._abandoned |= self._pending(person)
        shutil.copy(there[name], person.hand.path)
        person.copy = deepcopy(person.kept[name])
        for record, row in person.copy.rows.items():
            if row.base is None and not record[1].startswith(NEW):
                row.base = dict(row.cells)  # it got its number when that copy was synced
        self.tally.restored += 1

    def _mail(self, person: Person) -> None:
        """Somebody goes on with a copy of another one's workbook."""
        others = [
            other
            for other in self._people
            if other is not person and not other.cut_off and all(row.base for row in other.copy.rows.values())
        ]
        if not others or person.cut_off:
            return
        other = self._dice.choice(others)
        if not isinstance(other.hand, FileHand) or not isinstance(person.hand, FileHand):
            return
        self._abandoned |= self._pending(person)
        shutil.copy(other.hand.path, person.hand.path)
        person.copy, person.lang, person.kept = twin(other.copy), other.lang, {}
        self.tally.copied += 1

    def converge(self) -> None:
        """Everything is settled, and every workbook shows the store."""
        for person in self._people:
            numbers = self._rows(person)
            typings = self._typist.mend(person.copy, numbers)
            if typings:
                person.hand.edit(typings, self._dice)
            self._typed |= self._pending(person)
            self._sync(person, "file", restore=True)
        for person in self._people:
            report = self._sync(person, None)
            assert not report.conflicts
            assert not report.held
            shown = {record: row.cells for record, row in person.copy.rows.items()}
            assert shown == self._store, f"{person.name} has not come to the store"
        self._nothing_doubled()

    # ------------------------------------------------------------ what must hold whatever the model says

    def _pending(self, person: Person) -> set[Value]:
        """Unique things that somebody typed and that are in no store yet."""
        edits = (value for row in person.copy.rows.values() for value in row.edits().values())
        return {value for value in edits if self._typist.unique(value)}

    def _nothing_lost(self, person: Person, before: set[Value], prefer: Prefer) -> None:
        """What was typed is in the history, or still waits; or the other side was preferred."""
        gone = before - self._pending(person) - set(self._ledger.ever_stored(self._typist.unique))
        assert not gone or prefer == "store", f"{person.name} lost {gone}"
        self._abandoned |= gone

    def _nothing_doubled(self) -> None:
        """What was typed came into the store once, but for records that were brought back whole."""
        stored = self._ledger.ever_stored(self._typist.unique)
        lost = self._typed - self._abandoned - set(stored)
        assert not lost, f"lost: {lost}"
        twice = {value for value, times in stored.items() if times > 1 + self._again[value]}
        assert not twice, f"doubled: {twice}"
        for sheet, name in (("clients", "name"), ("orders", "amount")):
            values = Counter(row[name] for record, row in self._store.items() if record[0] == sheet)
            assert max(values.values()) == 1, f"doubled in {sheet}: {values.most_common(3)}"

    def _count(self, told: Synced) -> None:
        self.tally.syncs += 1
        self.tally.clashes += len(told.clashes)
        self.tally.held += told.held
        self.tally.inserted += len(told.inserted)
        self.tally.deleted += sum(kind == "delete" for kind, *_ in told.changed)
        self._again.update(told.forced)
        for kind, sheet, key in told.changed:
            if kind == "insert" and (sheet, key) not in told.inserted:
                self._again.update(
                    value for value in self._store[sheet, key].values() if self._typist.unique(value)
                )

    def _number(self, told: Synced, people: list[Person]) -> None:
        """Learn the numbers of new rows: there is one record with what was typed."""
        stored, self._given = self._ledger.records(), {}
        for sheet, key in told.inserted:
            mark = "name" if sheet == "clients" else "amount"
            wanted = self._store[sheet, key][mark]
            found = [record for record, row in stored.items() if record[0] == sheet and row[mark] == wanted]
            assert len(found) == 1, f"{wanted} is there {len(found)} times"
            self._given[key] = found[0][1]
        renamed(self._store, [person.copy for person in people], self._given)

    def _rows(self, person: Person) -> dict[Record, int]:
        """Where each row stands: by its number, or by what was typed into it."""
        found: dict[Record, int] = {}
        lines = person.hand.open()
        for sheet, some in lines.items():
            key = SHEETS[sheet]
            by_key = {line[key]: number for number, line in some.items() if line[key] != ""}
            mark = {"clients": "name", "orders": "amount", "dictionary": "zh"}[sheet]
            bare = {line[mark]: number for number, line in some.items() if line[key] == ""}
            for record, row in person.copy.rows.items():
                if record[0] == sheet:
                    found[record] = by_key.get(record[1]) or bare[row.cells[mark]]
            taken = [
                number
                for number, line in some.items()
                if any(line.get(name, "") != "" for name in FIELDS[sheet])
            ]
            found[sheet, ""] = max(taken, default=FIRST - 1) + 1
        return found


def _waiting(copy: Copy) -> set[Record]:
    """The rows without a number that wait."""
    return {record for record in copy.held() if record[1].startswith(NEW)}


def _plain(value: object) -> Value:
    """A value of a report, as the model has it."""
    return value if value is None or isinstance(value, str) else int(value)  # type: ignore[call-overload]

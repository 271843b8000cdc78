"""``custbook generate``: write a workbook that shows the store, or some of it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from custbook_gen.actions.changelog import changelog, latest_changes
from custbook_gen.actions.dictionary import seed
from custbook_gen.actions.faces import Happened
from custbook_gen.actions.last_changes import last_changes
from custbook_gen.actions.project import OpenProject, Run
from custbook_gen.actions.review import Following, Found, Reviewing
from custbook_gen.actions.scoped import happened_within, read_scope
from custbook_gen.actions.summary_sheets import summary_sheets
from custbook_gen.actions.target import Target, open_target
from custbook_gen.actions.views import make_view, new_layout, summary_tabs
from custbook_gen.derive import ChangedOn, Facts
from custbook_gen.dictionary import effective
from custbook_gen.layout import fitted
from custbook_gen.plan import Identity
from custbook_gen.plan.guide import with_losses
from custbook_gen.plan.whole import plan_workbook
from custbook_gen.records import QualityPoint, Tables, Verdict
from custbook_gen.report import Edits
from custbook_gen.schema import Book
from custbook_gen.scope import ALL, Scope, shown
from custbook_gen.summaries import made_ahead
from custbook_gen.sync_only import ANY_COLUMN, sync_only_fields
from custbook_gen.tabs import Tab
from custbook_gen.texts import Lang
from custbook_gen.value_objects import value_object
from custbook_gen.wording import one_line
from custbook_gen.workbook import Loss, Plan

Replacing = Callable[[Target], Edits | None]
"""Looks at a workbook that is about to be replaced."""
NOT_STORED = ("edited", "new", "gone")
"""How rows may be different: told of a workbook that is replaced."""


@value_object
class Replaced:
    """A workbook that was replaced: where its copy is, and what of it is not stored, if that can be told."""

    backup: str
    edits: Edits | None

    @property
    def held_edits(self) -> bool:
        """Whether it held edits that are not in the store."""
        edits = self.edits
        return edits is not None and bool(edits.edited or edits.new or edits.gone)

    def to_json(self) -> dict[str, object]:
        """It as plain data."""
        told = None if self.edits is None else {name: getattr(self.edits, name) for name in NOT_STORED}
        return {"backup": self.backup, "not_stored": told}


@value_object
class Of:
    """A field and a value of it, as people read them."""

    label: str
    value: str


@value_object
class Generated:
    """What was written: where, how many records of each sheet, at which revision."""

    place: str
    workbook_id: str
    revision: int
    rows: dict[str, int]
    sync_only: Mapping[str, tuple[str, ...]]
    """Codes of the errors that only sync can find, by field (``sheet.field``)."""
    losses: tuple[Loss, ...] = ()
    """What this kind of workbook carries in another form, or not at all."""
    view: str = ALL
    """Which records it shows, as a :class:`Scope` is written."""
    of: Of | None = None
    """The value that its records have, where workbooks are told apart by one."""
    replaced: Replaced | None = None
    """What became of the workbook that was there before."""

    def to_json(self, lang: Lang) -> dict[str, object]:
        """The result as plain data."""
        return {
            "workbook": self.place,
            "workbook_id": self.workbook_id,
            "revision": self.revision,
            "view": self.view,
            "rows": self.rows,
            "of": None if self.of is None else {"label": self.of.label, "value": self.of.value},
            "replaced": None if self.replaced is None else self.replaced.to_json(),
            "checked_at_sync_only": {
                "any_column": list(ANY_COLUMN),
                "fields": {name: list(codes) for name, codes in self.sync_only.items()},
            },
            "not_carried": [
                {
                    "code": loss.code,
                    "places": list(loss.places),
                    "message": one_line(f"loss.{loss.code}", lang),
                }
                for loss in self.losses
            ],
        }


@value_object
class Planned:
    """A workbook about to be written, and the records in it."""

    plan: Plan
    identity: Identity
    tables: Tables


@value_object
class Source:
    """What workbooks are made of, read from the store once for all of them."""

    book: Book
    """With the stored dictionary."""
    book_id: str
    as_of: dt.date
    tables: Tables
    revision: int
    mark: str
    changed_on: ChangedOn
    happened: Sequence[Happened]
    trend: Sequence[QualityPoint]
    tabs: Sequence[Tab]
    verdicts: Mapping[str, Verdict]

    @classmethod
    def read(cls, home: OpenProject, run: Run) -> Source:
        """Read everything.

        Raises:
            StoreError: the store cannot be read.
        """
        seed(home.store, run)
        with home.store.reading() as snapshot:
            tables, revision = snapshot.tables(), snapshot.revision()
            mark, changed_on = snapshot.mark(revision) or "", last_changes(snapshot, home.book)
            book = effective(home.book, tables)
            tabs = summary_tabs(book, home.folder)
            happened, trend = latest_changes(snapshot, tabs), snapshot.quality()
            verdicts = snapshot.verdicts()
        as_of = run.as_of(book)
        return cls(
            *(book, home.store.book_id, as_of, tables, revision, mark),
            *(changed_on, happened, trend, tabs, verdicts),
        )

    def planned(self, lang: Lang, scope: Scope | None = None) -> Planned:
        """The plan of a new workbook with all records, or with those of a scope alone."""
        book, tables = self.book, shown(self.book, self.tables, scope)
        workbook_id, name = str(uuid.uuid4()), ALL if scope is None else str(scope)
        identity = Identity(self.book_id, workbook_id, "", self.revision, view=name, mark=self.mark)
        empty = new_layout(book, lang, self.tabs)
        used = {key: here.header_row + len(tables[key].rows) for key, here in empty.sheets.items()}
        layout = fitted(empty, book, used)
        facts = Facts.of(book, tables, self.as_of, self.changed_on)
        view = make_view(book, lang, layout, facts, identity, made_ahead(self.tabs))
        changes = changelog(happened_within(self.happened, scope, tables), view.words)
        trend = self.trend if scope is None else ()
        summaries = summary_sheets(view, self.tabs, trend, changes=changes)
        positions = {key: Following(tables[key].rows, here.first_row) for key, here in layout.sheets.items()}
        issues = Reviewing(view, Found(verdicts=self.verdicts), positions).issues()
        return Planned(plan_workbook(view, summaries, issues), identity, tables)

    def write(
        self, where: str | Path | Target, made: Planned, lang: Lang, replacing: Replacing | None = None
    ) -> Generated:
        """Write a planned workbook.

        Args:
            where: where it goes.
            made: the workbook.
            lang: its language.
            replacing: looks at one that is there before this one replaces it; without it none is replaced.

        Raises:
            WorkbookError: it exists and is not to be replaced, or cannot be written.
        """
        target = open_target(where)
        workbook = target.workbook
        lost = workbook.losses(made.plan)
        edits = replacing(target) if replacing is not None else None
        written = workbook.write(with_losses(made.plan, lost, lang), replace=replacing is not None)
        return Generated(
            place=written.place,
            workbook_id=made.identity.workbook_id,
            revision=made.identity.revision,
            rows={key: len(table.rows) for key, table in made.tables.items()},
            sync_only=sync_only_fields(self.book),
            losses=lost,
            view=made.identity.view,
            replaced=Replaced(written.backup, edits) if written.backup else None,
        )


def looking(home: OpenProject, run: Run) -> Replacing:
    """Looks for edits that are not in the store, in a workbook that one of this project replaces."""

    def look(target: Target) -> Edits | None:
        if target.path is None or not target.path.exists():
            return None
        from custbook_gen.actions.replacing import waiting_edits  # noqa: PLC0415  (rarely needed)

        return waiting_edits(target, home, run)

    return look


def generate(
    home: OpenProject,
    where: str | Path | Target,
    run: Run,
    *,
    lang: Lang | None = None,
    only: str | None = None,
    replace: bool = False,
) -> Generated:
    """Write a new workbook with all records of the store, or (``only``) with those of a scope alone.

    Raises:
        WorkbookError: it exists and is not to be replaced, or cannot be written.
        StoreError: the store cannot be read.
        UsageError: ``only`` says nothing that can be meant.
    """
    language, source = lang or home.project.lang, Source.read(home, run)
    scope = None if only is None else read_scope(source.book, source.tables, only, language)
    planned = source.planned(language, scope)
    return source.write(where, planned, language, looking(home, run) if replace else None)

"""``custbook generate``: write a workbook that shows the store, or some of it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
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
from custbook_gen.schema import Book
from custbook_gen.scope import ALL, Scope, shown
from custbook_gen.sync_only import ANY_COLUMN, sync_only_fields
from custbook_gen.tabs import Tab
from custbook_gen.texts import Lang
from custbook_gen.value_objects import value_object
from custbook_gen.wording import one_line
from custbook_gen.workbook import Loss, Plan


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

    def to_json(self, lang: Lang) -> dict[str, object]:
        """The result as plain data."""
        return {
            "workbook": self.place,
            "workbook_id": self.workbook_id,
            "revision": self.revision,
            "view": self.view,
            "rows": self.rows,
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
        view = make_view(book, lang, layout, Facts.of(book, tables, self.as_of, self.changed_on), identity)
        changes = changelog(happened_within(self.happened, scope, tables), view.words)
        trend = self.trend if scope is None else ()
        summaries = summary_sheets(view, self.tabs, trend, changes=changes)
        positions = {key: Following(tables[key].rows, here.first_row) for key, here in layout.sheets.items()}
        issues = Reviewing(view, Found(verdicts=self.verdicts), positions).issues()
        return Planned(plan_workbook(view, summaries, issues), identity, tables)

    def write(
        self, where: str | Path | Target, made: Planned, lang: Lang, *, replace: bool = False
    ) -> Generated:
        """Write a planned workbook.

        Raises:
            WorkbookError: it exists and is not to be replaced, or cannot be written.
        """
        workbook = open_target(where).workbook
        lost = workbook.losses(made.plan)
        written = workbook.write(with_losses(made.plan, lost, lang), replace=replace)
        return Generated(
            place=written.place,
            workbook_id=made.identity.workbook_id,
            revision=made.identity.revision,
            rows={key: len(table.rows) for key, table in made.tables.items()},
            sync_only=sync_only_fields(self.book),
            losses=lost,
            view=made.identity.view,
        )


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
    return source.write(where, source.planned(language, scope), language, replace=replace)

"""``custbook generate``: write a workbook that shows the store."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from custbook_gen.actions.changelog import LOOKED_AT, changelog
from custbook_gen.actions.dictionary import seed
from custbook_gen.actions.last_changes import last_changes
from custbook_gen.actions.project import OpenProject, Run
from custbook_gen.actions.review import Found, Reviewing
from custbook_gen.actions.target import Target, open_target
from custbook_gen.actions.views import make_view, new_layout, summary_sheets, summary_tabs
from custbook_gen.derive import Facts
from custbook_gen.dictionary import effective
from custbook_gen.document import Loss
from custbook_gen.layout import fitted
from custbook_gen.plan import Identity, plan_workbook, with_losses
from custbook_gen.records import Tables
from custbook_gen.sync_only import ANY_COLUMN, sync_only_fields
from custbook_gen.texts import Lang
from custbook_gen.wording import one_line
from custbook_gen.workbook import Plan


@dataclass(frozen=True, slots=True)
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

    def to_json(self, lang: Lang) -> dict[str, object]:
        """The result as plain data."""
        return {
            "workbook": self.place,
            "workbook_id": self.workbook_id,
            "revision": self.revision,
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


@dataclass(frozen=True, slots=True)
class Planned:
    """A workbook about to be written, and the records in it."""

    plan: Plan
    identity: Identity
    tables: Tables


def generate(
    home: OpenProject,
    where: str | Path | Target,
    run: Run,
    *,
    lang: Lang | None = None,
    replace: bool = False,
) -> Generated:
    """Write a new workbook with all records of the store.

    Raises:
        WorkbookError: it exists and is not to be replaced, or cannot be written.
        StoreError: the store cannot be read.
    """
    made = planned(home, run, lang or home.project.lang)
    workbook = open_target(where).workbook
    lost = workbook.losses(made.plan)
    written = workbook.write(with_losses(made.plan, lost, lang or home.project.lang), replace=replace)
    return Generated(
        place=written.place,
        workbook_id=made.identity.workbook_id,
        revision=made.identity.revision,
        rows={key: len(table.rows) for key, table in made.tables.items()},
        sync_only=sync_only_fields(home.book),
        losses=lost,
    )


def planned(home: OpenProject, run: Run, lang: Lang) -> Planned:
    """The plan of a new workbook with all records of the store.

    Raises:
        StoreError: the store cannot be read.
    """
    seed(home.store, run)
    with home.store.reading() as snapshot:
        tables, revision = snapshot.tables(), snapshot.revision()
        mark, changed_on = snapshot.mark(revision) or "", last_changes(snapshot, home.book)
        happened, trend = snapshot.newest(LOOKED_AT), snapshot.quality()
        verdicts = snapshot.verdicts()
    book = effective(home.book, tables)
    tabs = summary_tabs(book, home.folder)
    identity = Identity(home.store.book_id, str(uuid.uuid4()), "", revision, mark=mark)
    empty = new_layout(book, lang, tabs)
    used = {key: here.header_row + len(tables[key].rows) for key, here in empty.sheets.items()}
    layout = fitted(empty, book, used)
    facts = Facts.of(book, tables, run.as_of(book), changed_on)
    view = make_view(book, lang, layout, facts, identity)
    summaries = summary_sheets(view, tabs, trend, changes=changelog(happened, view.words))
    positions = {
        key: {record: here.first_row + at for at, record in enumerate(tables[key].rows)}
        for key, here in layout.sheets.items()
    }
    issues = Reviewing(view, Found(verdicts=verdicts), positions).issues()
    return Planned(plan_workbook(view, summaries, issues), identity, tables)

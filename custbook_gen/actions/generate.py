"""``custbook generate``: write a workbook that shows the store."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from pathlib import Path

from custbook_gen.actions.project import OpenProject, Run
from custbook_gen.actions.views import make_view, new_layout, summary_sheets, summary_tabs
from custbook_gen.backends.excel import ExcelFile
from custbook_gen.layout import fitted
from custbook_gen.plan import Identity, plan_workbook
from custbook_gen.texts import Lang
from custbook_gen.wording import checked_at_sync_only


@dataclass(frozen=True, slots=True)
class Generated:
    """What was written: where, how many records of each sheet, at which revision."""

    path: Path
    workbook_id: str
    revision: int
    rows: dict[str, int]
    sync_only: list[str]
    """Fields (``sheet.field``) with rules that only sync can check."""

    def to_json(self) -> dict[str, object]:
        """The result as plain data."""
        return {
            "workbook": str(self.path),
            "workbook_id": self.workbook_id,
            "revision": self.revision,
            "rows": self.rows,
            "checked_at_sync_only": self.sync_only,
        }


def generate(
    home: OpenProject, path: Path, run: Run, *, lang: Lang | None = None, replace: bool = False
) -> Generated:
    """Write a new workbook with all records of the store.

    Raises:
        WorkbookError: the file exists and is not to be replaced, or cannot be written.
        StoreError: the store cannot be read.
    """
    language = lang or home.project.lang
    with home.store.reading() as snapshot:
        tables, revision = snapshot.tables(), snapshot.revision()
    tabs = summary_tabs(home.book)
    identity = Identity(home.store.book_id, str(uuid.uuid4()), "", revision)
    planned = new_layout(home.book, language, tabs)
    used = {key: here.header_row + len(tables[key].rows) for key, here in planned.sheets.items()}
    layout = fitted(planned, home.book, used)
    view = make_view(home.book, language, layout, tables, run.as_of(home.book), identity)
    ExcelFile(path).write(plan_workbook(view, summary_sheets(view, tabs)), replace=replace)
    return Generated(
        path=path,
        workbook_id=identity.workbook_id,
        revision=revision,
        rows={key: len(table.rows) for key, table in tables.items()},
        sync_only=[
            f"{sheet.key}.{field.key}"
            for sheet in home.book.sheets
            for field in sheet.fields
            if checked_at_sync_only(field)
        ],
    )

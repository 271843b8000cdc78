"""``custbook summary``: the summary tabs alone, as a workbook of values or as a page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from custbook_gen.actions.changelog import changelog, latest_changes
from custbook_gen.actions.faces import Happened
from custbook_gen.actions.last_changes import last_changes
from custbook_gen.actions.pages import document_of, page_text
from custbook_gen.actions.project import OpenProject, Run
from custbook_gen.actions.views import new_layout, summary_tabs
from custbook_gen.backends.excel import ExcelFile
from custbook_gen.backends.html import write_page
from custbook_gen.derive import Facts, compute
from custbook_gen.dictionary import effective
from custbook_gen.errors import UsageError
from custbook_gen.layout import Layout
from custbook_gen.plan import book_references
from custbook_gen.plan.whole import LANGUAGES
from custbook_gen.schema.limits import FIRST_DAY, LAST_DAY, is_evaluation_date
from custbook_gen.summaries import Context, summary_page, summary_sheet
from custbook_gen.summaries.figures import value_of
from custbook_gen.tabs import Tab
from custbook_gen.texts import Lang
from custbook_gen.value_objects import value_object
from custbook_gen.values import Words
from custbook_gen.wording import one_line
from custbook_gen.workbook import Plan, SheetPlan


@value_object
class Wanted:
    """Which summaries are wanted: at which date, which tabs (all if none), in which language."""

    as_of: dt.date | None = None
    tabs: tuple[str, ...] = ()
    lang: Lang | None = None


@value_object
class Summarised:
    """What was written: where, of which date and revision, which tabs."""

    path: Path
    as_of: dt.date
    revision: int
    tabs: tuple[str, ...]

    def to_json(self) -> dict[str, object]:
        """The result as plain data."""
        return {
            "file": str(self.path),
            "as_of": self.as_of.isoformat(),
            "revision": self.revision,
            "tabs": list(self.tabs),
        }


@value_object
class _Drawn:
    """The tabs about to be written and the records behind them."""

    tabs: Sequence[Tab]
    context: Context
    revision: int


def summarise(
    home: OpenProject, path: Path, run: Run, wanted: Wanted, *, html: bool, force: bool = False
) -> Summarised:
    """Write the summary tabs of a project's book as they are at a date.

    Records are those of the store now; what is computed of them is computed for that date.

    Args:
        home: the project.
        path: the file.
        run: who asks, and when.
        wanted: what is wanted.
        html: whether as a page, else as a workbook.
        force: whether a file that is there may be replaced.

    Raises:
        UsageError: ``summary-unknown``: there is no such tab; ``summary-none``: the book has none at all;
            ``as-of-range``: no date to tell of.
        SchemaError: a template is wrong.
        StoreError: the store cannot be read.
        WorkbookError: the file exists and may not be replaced, or cannot be written.
    """
    if wanted.as_of is not None and not is_evaluation_date(wanted.as_of):
        raise UsageError("as-of-range", first=FIRST_DAY.isoformat(), last=LAST_DAY.isoformat())
    drawn = _gather(home, run, wanted)
    if html:
        write_page(path, _page(drawn, home), replace=force)
    else:
        ExcelFile(path).write(_plan(drawn), replace=force)
    keys = tuple(tab.key for tab in drawn.tabs)
    return Summarised(path, drawn.context.as_of, drawn.revision, keys)


def _gather(home: OpenProject, run: Run, wanted: Wanted) -> _Drawn:
    with home.store.reading() as snapshot:
        tables, revision = snapshot.tables(), snapshot.revision()
        book, lang = effective(home.book, tables), wanted.lang or home.project.lang
        tabs = _chosen(summary_tabs(book, home.folder), wanted.tabs)
        changed_on, happened = last_changes(snapshot, home.book), latest_changes(snapshot, tabs)
        trend = snapshot.quality()
    words = Words.of(book, lang, book_references(book, tables, lang))
    facts = Facts.of(book, tables, wanted.as_of or run.as_of(book), changed_on)
    context = Context(
        book,
        words,
        Layout({}, new_layout(book, lang, tabs).titles),
        tables,
        compute(book, facts),
        facts.as_of,
        title="",
        trend=trend,
        changes=changelog([pair for pair in happened if _day(pair) <= facts.as_of], words),
        facts=facts,
    )
    return _Drawn(tabs, context, revision)


def _day(happened: Happened) -> dt.date:
    """The day of a change, where people are."""
    return happened[0].at.astimezone().date()


def _chosen(tabs: Sequence[Tab], keys: Sequence[str]) -> Sequence[Tab]:
    """The tabs of these keys or titles, in the order of the book; all where none is named."""
    if not tabs:
        raise UsageError("summary-none")
    if not keys:
        return tabs
    names = {name.casefold(): tab.key for tab in tabs for name in (tab.key, tab.title.zh, tab.title.en)}
    for key in keys:
        if key.casefold() not in names:
            raise UsageError("summary-unknown", name=key, known=tuple(tab.key for tab in tabs))
    wanted = {names[key.casefold()] for key in keys}
    return [tab for tab in tabs if tab.key in wanted]


def _plan(drawn: _Drawn) -> Plan:
    """A workbook of the tabs alone: values, since the sheets that formulas look at are not in it."""
    context = drawn.context
    sheets = [
        _values(summary_sheet(tab, replace(context, title=context.layout.titles[tab.key])))
        for tab in drawn.tabs
    ]
    return Plan(
        title=_title(context),
        sheets=tuple(sheets),
        names={},
        properties={},
        language=LANGUAGES[context.lang],
        active=sheets[0].key,
    )


def _values(sheet: SheetPlan) -> SheetPlan:
    """A sheet with what its formulas give, free to be changed."""
    cells = {at: replace(cell, value=value_of(cell.value)) for at, cell in sheet.cells.items()}
    return replace(sheet, cells=cells, protection=None)


def _page(drawn: _Drawn, home: OpenProject) -> str:
    context = drawn.context
    pages = [summary_page(tab, replace(context, title=context.layout.titles[tab.key])) for tab in drawn.tabs]
    remarks = dict.fromkeys(text for page in pages for text in page.lead)  # the same on all tabs
    lead = (
        one_line("page.as-of", context.lang, day=context.as_of.isoformat()),
        *remarks,
        one_line("page.confidential", context.lang),
    )
    bare = [replace(page, lead=()) for page in pages]
    return page_text(document_of(_title(context), bare, lead, context.lang), home.folder)


def _title(context: Context) -> str:
    return one_line("page.summary", context.lang, book=context.book.label.line(context.lang))

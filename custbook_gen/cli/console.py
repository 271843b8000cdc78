"""What the commands print: reports as tables or as JSON, errors as one sentence."""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import get_args

import click

from custbook_gen.cli.language import tell, ui_lang
from custbook_gen.decisions import Choice, Decided
from custbook_gen.issues import Issue
from custbook_gen.report import Report

COLORS = {"error": "red", "warning": "yellow", "info": "cyan"}
ORDER = ("error", "warning", "info")
NARROW = ("severity", "kind", "key", "sheet", "preset", "count", "need")
SHOWN_PER_KIND = 3
SHOWN_CHANGES = 40


def print_json(document: object) -> None:
    """One JSON document on standard output."""
    click.echo(json.dumps(document, ensure_ascii=False, indent=2))


def print_reports(
    reports: Sequence[Report], *, as_json: bool, dry_run: bool = False, several: bool = False
) -> None:
    """Reports of a run, as tables or as JSON (a list where it was for ``several`` workbooks)."""
    if as_json:
        documents = [report.to_json(ui_lang()) for report in reports]
        print_json(documents if several else documents[0])
        return
    for report in reports:
        _print_report(report, dry_run=dry_run)


def _print_report(report: Report, *, dry_run: bool) -> None:
    click.secho(report.source, bold=True)
    _print_issues(report.issues)
    _print_changes(report)
    _print_conflicts(report)
    _print_decisions(report)
    if report.confirmed:
        click.echo(tell("say.confirmed", count=report.confirmed))
    if dry_run:
        click.echo(tell("say.dry-run"))
    if not report.issues and not report.changes and not report.conflicts:
        click.echo(tell("say.clean"))
    click.echo(tell("say.totals", **report.counts()))
    if report.now is None:
        click.echo(tell("say.without-store"))
    elif report.base is not None:
        click.echo(tell("say.revision", base=report.base, now=report.now))


def _print_issues(issues: Sequence[Issue]) -> None:
    if not issues:
        return
    rows = []
    for severity, issue, more in _grouped(issues):
        level = f"[{COLORS[severity]}]{tell(f'severity.{severity}')}[/]"
        message = (
            issue.message(ui_lang()) if not more else tell("say.more", count=more, cell=issue.place.cell)
        )
        rows.append(
            (level, issue.place.cell or issue.place.title, _plain(message), _plain(issue.suggestion or ""))
        )
    _table(tell("title.issues"), ("severity", "cell", "message", "suggestion"), rows)


def _grouped(issues: Sequence[Issue]) -> Iterable[tuple[str, Issue, int]]:
    """Errors first; of many alike only the first few, then how many more there are."""
    for severity in ORDER:
        groups: dict[tuple[str, str, str | None], list[Issue]] = defaultdict(list)
        for issue in issues:
            if issue.severity == severity:
                groups[issue.code, issue.place.sheet, issue.place.field].append(issue)
        for group in groups.values():
            shown = len(group) if severity == "error" or len(group) <= SHOWN_PER_KIND + 1 else SHOWN_PER_KIND
            yield from ((severity, issue, 0) for issue in group[:shown])
            if group[shown:]:
                yield severity, group[shown], len(group) - shown


def _print_changes(report: Report) -> None:
    rows = []
    for change in report.changes[:SHOWN_CHANGES]:
        sheet = report.words.book.sheet(change.sheet)
        for at, name in enumerate(dict.fromkeys((*change.before, *change.after))):
            before = report.display(change.sheet, name, change.before.get(name))
            after = report.display(change.sheet, name, change.after.get(name))
            label = sheet.field(name).label.line(ui_lang())
            kind = tell(f"kind.{change.kind}") if at == 0 else ""
            rows.append((kind, change.key if at == 0 else "", label, _plain(before), _plain(after)))
    if rows:
        _table(tell("title.changes"), ("kind", "key", "field", "before", "after"), rows)


def _print_conflicts(report: Report) -> None:
    rows = []
    for item in report.conflicts:
        label = report.words.book.sheet(item.sheet).field(item.field).label.line(ui_lang())
        values = [report.display(item.sheet, item.field, v) for v in (item.base, item.edited, item.stored)]
        cell = report.cells.find(item.sheet, item.key, item.field) or item.key
        rows.append((cell, label, *map(_plain, values)))
    if rows:
        _table(tell("title.conflicts"), ("cell", "field", "base", "edited", "stored"), rows)


def _print_decisions(report: Report) -> None:
    rows = []
    for one in report.decided:
        item = report.words.book.sheet(one.sheet).by_key.get(one.field) if _is_sheet(report, one) else None
        label = item.label.line(ui_lang()) if item is not None else ""
        word = tell(f"decide.{one.choice}") if one.choice in get_args(Choice) else _plain(one.choice)
        outcome = tell("decided.obeyed" if one.reason is None else "decided.open")
        rows.append((word, _plain(one.key), label, outcome))
    if rows:
        _table(tell("title.decisions"), ("decision", "key", "field", "outcome"), rows)


def _is_sheet(report: Report, one: Decided) -> bool:
    return one.sheet in report.words.book.sheet_by_key


def _plain(text: str) -> str:
    """Text from a workbook, safe from being read as colour markup."""
    return text.replace("[", "\\[")


def print_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A table of plain texts; ``columns`` name their headings in the catalogue."""
    _table(_plain(title), columns, ([_plain(cell) for cell in row] for row in rows))


def _table(title: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    headers = [tell(f"column.{column}") for column in columns]
    _draw(title, headers, rows, [at for at, column in enumerate(columns) if column in NARROW])


def print_grid(
    title: str, headers: Sequence[str], rows: Iterable[Sequence[str]], firm: Sequence[int] = ()
) -> None:
    """A table of plain texts under given headings; columns at ``firm`` are never broken into lines."""
    cells = ([_plain(cell) for cell in row] for row in rows)
    _draw(_plain(title), list(map(_plain, headers)), cells, firm)


def _draw(title: str, headers: Sequence[str], rows: Iterable[Sequence[str]], firm: Sequence[int]) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table

    table = Table(title=title, title_justify="left", title_style="bold", box=SIMPLE_HEAD)
    for at, header in enumerate(headers):
        table.add_column(header, overflow="fold", no_wrap=at in firm)
    for row in rows:
        table.add_row(*row)
    console = Console(file=sys.stdout, soft_wrap=False, width=None if sys.stdout.isatty() else 140)
    console.print(table)

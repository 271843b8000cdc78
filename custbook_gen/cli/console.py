"""What the commands print of the reports of their runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

import click

from custbook_gen.cli.language import inert, tell, ui_lang
from custbook_gen.cli.tellings import Kind, print_issues, print_refused, print_table, print_totals, tell_all
from custbook_gen.decisions import Choice, Decided
from custbook_gen.issues import Issue
from custbook_gen.report import Report, line_of
from custbook_gen.value_objects import value_object

SHOWN_CHANGES = 40


@value_object
class Fresh:
    """What a run found and did just now."""

    report: Report
    of_sync: bool = False

    @property
    def exit_code(self) -> int:
        """The report's."""
        return self.report.exit_code

    def document(self) -> Mapping[str, Any]:
        """The report as plain data for JSON."""
        return self.report.to_json(ui_lang())

    def show(self, *, dry_run: bool) -> None:
        """Print the report for people."""
        report, lang = self.report, ui_lang()
        click.secho(inert(report.source), bold=True)
        print_issues(report.issues, _kind, lambda issue: line_of(issue, lang))
        _print_changes(report)
        _print_conflicts(report)
        _print_decisions(report)
        if dry_run:
            click.echo(tell("say.dry-run"))
        elif self.of_sync:
            print_refused(report.applied)
        clean = not report.issues and not report.changes and not report.conflicts
        print_totals(report.counts(), {"base": report.base, "now": report.now}, clean=clean)


def _kind(issue: Issue) -> Kind:
    return issue.severity, issue.code, issue.place.sheet, issue.place.field


def print_report(report: Report, *, as_json: bool, dry_run: bool = False) -> None:
    """The report of a run, as tables or as JSON."""
    tell_all([Fresh(report)], as_json=as_json, dry_run=dry_run)


def _print_changes(report: Report) -> None:
    rows = []
    for change in report.changes[:SHOWN_CHANGES]:
        sheet = report.words.book.sheet(change.sheet)
        for at, name in enumerate(dict.fromkeys((*change.before, *change.after))):
            before = report.display(change.sheet, name, change.before.get(name))
            after = report.display(change.sheet, name, change.after.get(name))
            label = sheet.field(name).label.line(ui_lang())
            kind = tell(f"kind.{change.kind}") if at == 0 else ""
            rows.append((kind, change.key if at == 0 else "", label, before, after))
    if rows:
        print_table(tell("title.changes"), ("kind", "key", "field", "before", "after"), rows)


def _print_conflicts(report: Report) -> None:
    rows = []
    for item in report.conflicts:
        label = report.words.book.sheet(item.sheet).field(item.field).label.line(ui_lang())
        base, edited, stored = (
            report.display(item.sheet, item.field, value) for value in (item.base, item.edited, item.stored)
        )
        gone = (item.sheet, item.key) in report.gone
        cell = report.cells.find(item.sheet, item.key, item.field) or item.key
        rows.append((cell, label, base, edited, tell("review.gone") if gone else stored))
    if rows:
        print_table(tell("title.conflicts"), ("cell", "field", "base", "edited", "stored"), rows)
        click.echo(tell("say.conflicts"))


def _print_decisions(report: Report) -> None:
    rows = []
    for one in report.decided:
        item = report.words.book.sheet(one.sheet).by_key.get(one.field) if _is_sheet(report, one) else None
        label = item.label.line(ui_lang()) if item is not None else ""
        word = tell(f"decide.{one.choice}") if one.choice in get_args(Choice) else one.choice
        outcome = tell("decided.obeyed" if one.reason is None else "decided.open")
        rows.append((word, one.row or one.key, label, outcome))
    if rows:
        print_table(tell("title.decisions"), ("decision", "key", "field", "outcome"), rows)


def _is_sheet(report: Report, one: Decided) -> bool:
    return one.sheet in report.words.book.sheet_by_key

"""What commands tell: now, or again from an earlier run; as tables or as JSON."""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol, TypeVar

import click

from custbook_gen.cli.language import inert, tell
from custbook_gen.last_runs import Line, Outcome
from custbook_gen.value_objects import value_object

COLORS = {"error": "red", "warning": "yellow", "info": "cyan"}
ORDER = ("error", "warning", "info")
NARROW = ("severity", "kind", "key", "sheet", "preset", "count", "need")
SHOWN_PER_KIND = 3

Kind = tuple[str, str, str, str | None]
"""Severity, code, sheet and field of an issue: those that agree in them are alike."""
Cell = str | tuple[str, str]
"""A text, or one with its colour; nothing in it is ever markup, for people's own words stand there."""
T = TypeVar("T")


class Telling(Protocol):
    """What a command has to tell about one workbook."""

    @property
    def exit_code(self) -> int:
        """0 if all is well, 1 if the book needs attention."""
        ...

    def document(self) -> Mapping[str, Any]:
        """It as plain data for JSON."""
        ...

    def show(self, *, dry_run: bool) -> None:
        """Print it for people."""
        ...


@value_object
class Again:
    """What an earlier run found, as if it were found now."""

    outcome: Outcome
    of_sync: bool = False

    @property
    def exit_code(self) -> int:
        """That of the earlier run."""
        return self.outcome.exit_code

    def document(self) -> Mapping[str, Any]:
        """The report as it was."""
        return self.outcome.document

    def show(self, *, dry_run: bool) -> None:  # noqa: ARG002  (a dry run is never told again)
        """Print it for people."""
        document = self.outcome.document
        click.secho(inert(document["workbook"]), bold=True)
        print_issues(self.outcome.lines, _kind, lambda line: line)
        if self.of_sync:
            print_refused(document["applied"])
        print_totals(document["counts"], document["revision"], clean=not self.outcome.lines)


def _kind(line: Line) -> Kind:
    return line.severity, line.code, line.sheet, line.field


def print_refused(applied: bool) -> None:
    """That a sync stored nothing at all, as ``--strict`` asks where a row is held."""
    if not applied:
        click.echo(tell("say.strict"))


def tell_all(
    tellings: Iterable[Telling], *, as_json: bool, dry_run: bool = False, several: bool = False
) -> None:
    """What a command has to tell, as tables or as JSON (a list where it was for ``several`` workbooks).

    It is told as soon as it is there, JSON as soon as it is whole; what ends the command before
    that does not take away what was found so far, for it is stored.
    """
    documents: list[Mapping[str, Any]] = []
    try:
        for one in tellings:
            if as_json:
                documents.append(one.document())
            else:
                one.show(dry_run=dry_run)
    finally:
        if as_json and (several or documents):
            print_json(documents if several else documents[0])


def print_json(document: object) -> None:
    """One JSON document on standard output; all in ASCII if the output's encoding cannot hold it."""
    text = json.dumps(document, ensure_ascii=False, indent=2)
    click.echo(text if _fits(text) else json.dumps(document, indent=2))


def _fits(text: str) -> bool:
    """Whether all of a text comes through standard output: some encodings write ``¥`` as a backslash."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    try:
        return text.encode(encoding).decode(encoding) == text
    except UnicodeError:
        return False


def print_totals(counts: Mapping[str, int], revision: Mapping[str, int | None], *, clean: bool) -> None:
    """The last lines: how many of what, and the revisions."""
    if counts["confirmed"]:
        click.echo(tell("say.confirmed", count=counts["confirmed"]))
    if clean:
        click.echo(tell("say.clean"))
    click.echo(tell("say.checked" if "edited" in counts else "say.totals", **counts))
    if revision["now"] is None:
        click.echo(tell("say.without-store"))
    elif revision["base"] is not None:
        click.echo(tell("say.revision", **revision))


def print_issues(issues: Sequence[T], kind: Callable[[T], Kind], shown: Callable[[T], Line]) -> None:
    """The issues as a table.

    Args:
        issues: whatever they are kept as.
        kind: the severity, code, sheet and field of one.
        shown: how one is shown; asked for those alone that are.
    """
    if not issues:
        return
    rows: list[Sequence[Cell]] = []
    for severity, issue, more in _grouped(issues, kind):
        level = tell(f"severity.{severity}"), COLORS[severity]
        line = shown(issue)
        message = line.text if not more else tell("say.more", count=more, cell=line.place)
        rows.append((level, line.place, message, line.suggestion))
    print_table(tell("title.issues"), ("severity", "cell", "message", "suggestion"), rows)


def _grouped(issues: Sequence[T], kind: Callable[[T], Kind]) -> Iterable[tuple[str, T, int]]:
    """Errors first; of many alike only the first few, then how many more there are."""
    groups: dict[Kind, list[T]] = defaultdict(list)
    for issue in issues:
        groups[kind(issue)].append(issue)
    for severity in ORDER:
        for group in (some for (level, *_), some in groups.items() if level == severity):
            shown = len(group) if severity == "error" or len(group) <= SHOWN_PER_KIND + 1 else SHOWN_PER_KIND
            yield from ((severity, issue, 0) for issue in group[:shown])
            if group[shown:]:
                yield severity, group[shown], len(group) - shown


def print_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    """A table; ``columns`` name their headings in the catalogue."""
    headers = [tell(f"column.{column}") for column in columns]
    print_grid(title, headers, rows, [at for at, column in enumerate(columns) if column in NARROW])


def print_grid(
    title: str, headers: Sequence[str], rows: Iterable[Sequence[Cell]], firm: Sequence[int] = ()
) -> None:
    """A table under given headings; columns at ``firm`` are never broken into lines."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    def shown(cell: Cell, style: str = "") -> Text:
        text, style = (cell, style) if isinstance(cell, str) else cell
        return Text(inert(text), style)

    table = Table(title=shown(title, "bold"), title_justify="left", box=SIMPLE_HEAD)
    for at, header in enumerate(headers):
        table.add_column(shown(header), overflow="fold", no_wrap=at in firm)
    for row in rows:
        table.add_row(*map(shown, row))
    console = Console(file=sys.stdout, soft_wrap=False, width=None if sys.stdout.isatty() else 140)
    console.print(table)

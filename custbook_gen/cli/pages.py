"""How the commands that look back print what they found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import click

from custbook_gen.actions.faces import Faces, Happened
from custbook_gen.actions.find import Found
from custbook_gen.actions.history import History
from custbook_gen.actions.show import Linked, Shown
from custbook_gen.actions.undo import Undone
from custbook_gen.cli.language import tell, ui_lang
from custbook_gen.cli.tellings import print_grid
from custbook_gen.records import Change, Revision
from custbook_gen.texts import CATALOGUE

SHOWN = 50
"""Lines of a table unless more are asked for."""
LATEST = 10
"""Linked records that are shown."""
LONGEST = 120
"""Characters of a text in a table."""


def moment(revision: Revision) -> str:
    """When a revision was made, by the clock where people are."""
    return revision.at.astimezone().isoformat(" ", "minutes")[:16]


def origin(revision: Revision) -> tuple[str, str]:
    """What made a revision, and from what: a file, or the revision that was undone."""
    key = f"action.{revision.action}"
    action = tell(key) if key in CATALOGUE else revision.action
    if revision.action == "undo":
        return action, tell("say.revision-number", revision=revision.source)
    return action, revision.source


def _told(revision: Revision) -> tuple[str, ...]:
    return str(revision.number), moment(revision), revision.user, *origin(revision)


def _heads(*columns: str) -> list[str]:
    return [tell(f"column.{column}") for column in columns]


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"


def print_history(found: History) -> None:
    """Revisions, or changes with who made them."""
    if found.tallies is not None:
        rows = [
            (*_told(tally.revision), str(tally.inserted), str(tally.updated), str(tally.deleted))
            for tally in found.tallies
        ]
        heads = _heads("revision", "when", "user", "action", "source", "inserted", "updated", "deleted")
        _print_or_nothing("title.history", heads, rows, (0, 1))
        return
    heads = _heads("revision", "when", "user", "action", "source", "kind", "key", "field", "before", "after")
    _print_or_nothing("title.history", heads, list(_changes(found.faces, found.changes)), (0, 1, 5, 6))
    if found.earlier:
        click.echo(tell("say.earlier", count=found.earlier))


def _print_or_nothing(
    title: str, heads: Sequence[str], rows: Sequence[Sequence[str]], firm: Sequence[int]
) -> None:
    if rows:
        print_grid(tell(title), heads, rows, firm)
    else:
        click.echo(tell("say.nothing-there"))


def _changes(faces: Faces, changes: Iterable[Happened]) -> Iterable[Sequence[str]]:
    """A line per field; what it has in common with the line above is left empty."""
    above: Happened | None = None
    for revision, change in changes:
        told = _told(revision)
        if above is not None and above[0] == revision:
            told = ("",) * len(told)
        for line in _change_lines(faces, change):
            yield *told, *line
            told = ("",) * len(told)
        above = revision, change


def _change_lines(faces: Faces, change: Change) -> Iterable[tuple[str, str, str, str, str]]:
    kind, key = tell(f"kind.{change.kind}"), change.key
    for name in dict.fromkeys((*change.before, *change.after)):
        before, after = (
            _short(faces.show(change.sheet, name, side.get(name))) for side in (change.before, change.after)
        )
        yield kind, key, faces.label(change.sheet, name), before, after
        kind = key = ""


def print_undone(done: Undone, *, dry_run: bool, partly: bool) -> None:
    """What was undone, and what stands in the way."""
    rows = [line for change in done.changes[:SHOWN] for line in _change_lines(done.faces, change)]
    if rows:
        heads = _heads("kind", "key", "field", "before", "after")
        print_grid(tell("title.undone", revision=done.revision.number), heads, rows, (0, 1))
    if len(done.changes) > SHOWN:
        click.echo(tell("say.more-changes", count=len(done.changes) - SHOWN))
    blocked = [
        (
            done.faces.title(item.sheet),
            item.key,
            done.faces.label(item.sheet, item.field) if item.field is not None else "",
            done.sentence(item, ui_lang()),
        )
        for item in done.obstacles
    ]
    if blocked:
        print_grid(tell("title.blocked"), _heads("sheet", "key", "field", "message"), blocked[:SHOWN], (1,))
    if len(blocked) > SHOWN:
        click.echo(tell("say.more-changes", count=len(blocked) - SHOWN))
    if dry_run:
        click.echo(tell("say.dry-run"))
    click.echo(_verdict(done, dry_run=dry_run, partly=partly))


def _verdict(done: Undone, *, dry_run: bool, partly: bool) -> str:
    facts = {"revision": done.revision.number, "now": done.now, "count": len(done.changes)}
    if done.applied or (dry_run and done.changes):
        return tell("say.would-undo" if dry_run else "say.undone", **facts)
    if done.obstacles:
        return tell("say.all-blocked" if partly else "say.not-undone", **facts)
    return tell("say.nothing-to-undo", **facts)


def print_record(found: Shown) -> None:
    """A record field by field, then what refers to it."""
    faces, sheet = found.faces, found.sheet
    rows = [(faces.label(sheet, name), text) for name, text in found.fields(sheet, found.key).items()]
    title = f"{faces.title(sheet)} {found.key}"
    print_grid(title, _heads("field", "value"), rows, (0,))
    for linked in found.linked:
        _print_linked(found, linked)


def _print_linked(found: Shown, linked: Linked) -> None:
    faces, latest = found.faces, linked.keys[:LATEST]
    names = found.columns(Linked(linked.sheet, linked.field, latest))
    rows = [[_short(found.value(linked.sheet, key, name)) for name in names] for key in latest]
    title = tell(
        "title.linked",
        sheet=faces.title(linked.sheet),
        field=faces.label(linked.sheet, linked.field),
        count=len(linked.keys),
    )
    print_grid(title, [faces.label(linked.sheet, name) for name in names], rows, (0,))
    if len(linked.keys) > LATEST:
        click.echo(tell("say.latest", shown=LATEST, count=len(linked.keys)))


def print_found(found: Found) -> None:
    """The hits of a search."""
    rows = [
        (
            found.faces.title(hit.sheet),
            hit.key,
            _short(hit.name),
            found.faces.label(hit.sheet, hit.field),
            _short(hit.text),
        )
        for hit in found.hits[:SHOWN]
    ]
    heads = _heads("sheet", "key", "name", "field", "text")
    _print_or_nothing("title.found", heads, rows, (1,))
    if len(found.hits) > SHOWN:
        click.echo(tell("say.more-hits", count=len(found.hits) - SHOWN))

"""The latest changes of a book as the change log shows them; personal values are masked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby, islice
from typing import Final

from custbook_gen.actions.faces import Happened
from custbook_gen.records import Change, Revision, Value
from custbook_gen.schema import Field
from custbook_gen.store import Snapshot
from custbook_gen.summaries import ChangeLine
from custbook_gen.tabs import Tab
from custbook_gen.texts import say
from custbook_gen.values import Words, converter, display

LOOKED_AT: Final = 1_000
"""Changes of the store that the log is made of."""
LINES: Final = 200
"""Lines of the log."""
SINGLE: Final = 3
"""New (or deleted) records of a run that have lines of their own; more of them share one."""
MASK: Final = "•••"
LONGEST: Final = 200
"""Characters of a value that are shown."""


def latest_changes(source: Snapshot, tabs: Iterable[Tab]) -> list[Happened]:
    """The latest changes of the store, the newest first; none are read where no tab shows them."""
    return source.newest(LOOKED_AT) if any("changes" in tab.sheets for tab in tabs) else []


def changelog(happened: Sequence[Happened], words: Words) -> list[ChangeLine]:
    """The lines of the change log, the newest first.

    A changed record takes a line per field, a new or deleted one a single line; many of a
    sheet in one revision share one.

    Args:
        happened: the latest changes, the newest first.
        words: what values are called in the workbook.
    """
    return list(islice(_lines(happened, words), LINES))


def _lines(happened: Sequence[Happened], words: Words) -> Iterator[ChangeLine]:
    seen = 0
    for (revision, sheet, kind), run in groupby(
        happened, lambda pair: (pair[0], pair[1].sheet, pair[1].kind)
    ):
        changes = [change for _, change in run]
        seen += len(changes)
        if kind == "update":
            for change in changes:
                yield from _fields(revision, change, words)
        elif len(changes) <= SINGLE:
            for change in changes:
                yield _line(revision, change)
        else:
            keys = f"{changes[-1].key} … {changes[0].key}"
            told = "changelog.at-least" if seen >= LOOKED_AT else "changelog.records"  # the run may go on
            count = say(told, words.lang, count=len(changes)).replace("\n", " ")
            yield _line(revision, Change(kind, sheet, keys), field=count)


def _line(
    revision: Revision, change: Change, *, field: str = "", before: str = "", after: str = ""
) -> ChangeLine:
    return ChangeLine(
        at=revision.at.astimezone().isoformat(" ", "minutes")[:16],
        user=revision.user,
        sheet=change.sheet,
        key=change.key,
        kind=change.kind,
        field=field,
        before=before,
        after=after,
        source=revision.source or revision.action,
    )


def _fields(revision: Revision, change: Change, words: Words) -> Iterator[ChangeLine]:
    for name in dict.fromkeys((*change.before, *change.after)):
        item = words.book.sheet(change.sheet).field(name)
        before, after = (_shown(item, side, words) for side in (change.before, change.after))
        yield _line(revision, change, field=item.label.line(words.lang), before=before, after=after)


def _shown(field: Field, side: Mapping[str, Value], words: Words) -> str:
    """A value as people read it; personal data only by a mask."""
    value = side.get(field.key)
    if value is None or value == ():
        return ""
    if field.personal != "none":
        return MASK
    text = " ".join(display(converter(field, words), value).split())
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"

"""Labels that parts of a book share which people see side by side: its sheets, the fields of one sheet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from custbook_gen.load.nodes import Location
from custbook_gen.schema import Book, Field, Label, Sheet
from custbook_gen.texts import LANGS, Saying, say
from custbook_gen.value_objects import value_object


@value_object
class Twice:
    """A label that stands for two things: where each of them says it, the first of them if it is a part."""

    places: tuple[Location, ...]
    saying: Saying


def named_twice(whole: Book, chosen: Book) -> Iterator[Twice]:
    """Labels that two sheets of a book have, or two columns of a sheet.

    Args:
        whole: the book as its files say it; places are those in it.
        chosen: its part that is shown.
    """
    at = {sheet.key: place for place, sheet in enumerate(whole.sheets)}
    yield from _shared(((("sheets", at[sheet.key]), sheet) for sheet in chosen.sheets), {})
    for sheet in chosen.sheets:
        keys = [field.key for field in whole.sheet(sheet.key).fields]
        above: Location = ("sheets", at[sheet.key], "fields")
        columns = (((*above, keys.index(field.key)), field) for field in sheet.fields)
        yield from _shared(columns, {say("book.status", lang).casefold(): None for lang in LANGS})


def _shared(
    parts: Iterable[tuple[Location, Sheet | Field]],
    taken: dict[str, tuple[Location, Sheet | Field] | None],
) -> Iterator[Twice]:
    """The labels that are taken by the time it is a part's turn; nobody's are those of the tool."""
    for place, part in parts:
        for label in _told(part.label):
            if label.casefold() not in taken:
                continue
            other = taken[label.casefold()]
            shown = label.replace("\n", " ")
            if other is None:
                saying = Saying("schema.label-ours", {"name": part.key, "label": shown})
                yield Twice(((*place, "label"),), saying)
            else:
                facts = {"name": part.key, "other": other[1].key, "label": shown}
                places = ((*other[0], "label"), (*place, "label"))
                yield Twice(places, Saying("schema.label-twice", facts))
            break
        for label in _told(part.label):
            taken.setdefault(label.casefold(), (place, part))


def _told(label: Label) -> Iterator[str]:
    return (label.text(lang) for lang in LANGS)

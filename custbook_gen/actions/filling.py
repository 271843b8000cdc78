"""What a map puts into one field: a column's text, a constant, a template, another system's id."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Final

from jinja2 import TemplateError

from custbook_gen.actions.joining import Columns
from custbook_gen.formulas import Addresses, compiled
from custbook_gen.load.maps import ROW, Region, Source, template_names_of
from custbook_gen.records import Table
from custbook_gen.schema import NUMERIC, Sheet
from custbook_gen.texts import Lang
from custbook_gen.value_objects import value_object
from custbook_gen.values import Converter
from custbook_gen.workbook import PhoneText, RawCell

Cells = tuple[str, ...]
Externals = Mapping[str, Mapping[str, Mapping[str, str]]]
"""Keys of live records by system, sheet and the system's own id."""

CHOSEN: Final = ("enum", "multi", "bool")
UNKNOWN_COUNTRY: Final = "ZZ"
SWAP_POINTS: Final = str.maketrans(".,", ",.")
FAILURES: Final = (TemplateError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What a template may run into because of what a row holds."""


@value_object
class Target:
    """Where the rows go: the sheet, its stored records, its converters, and known ids."""

    sheet: Sheet
    stored: Table
    converters: Mapping[str, Converter]
    externals: Externals
    lang: Lang


def make_id(parts: Sequence[str]) -> str:
    """One id of the cells of several columns; different cells never give the same one."""
    if len(parts) == 1:
        return parts[0]
    return "|".join(part.replace("\\", "\\\\").replace("|", "\\|") for part in parts)


def places(columns: Columns, names: Sequence[str]) -> list[int]:
    """Where columns stand in a joined row; those that are not there are left out."""
    return [at for name in names if (at := columns.find(name)) is not None]


@value_object
class Known:
    """What references are resolved by."""

    target: Target
    own: Mapping[str, str]
    own_system: str | None
    decimal_comma: bool = False

    def key(self, system: str, sheet: str, outside: str) -> str:
        """The key of a record by the id that a system gave it; an unknown id shows its system."""
        key = self.target.externals.get(system, {}).get(sheet, {}).get(outside)
        if key is None and (self.own_system, self.target.sheet.key) == (system, sheet):
            key = self.own.get(outside)
        return key if key is not None else f"{system}:{outside}"


class Filler:
    """Fills one field from a row's cells."""

    def __init__(self, known: Known, columns: Columns, source: Source, key: str) -> None:
        self._known = known
        self._source = source
        self._item = known.target.sheet.field(key)
        self._converter = known.target.converters[key]
        self._places = places(columns, source.column)
        self._render = _renderer(source.template, columns) if source.template is not None else None
        self._region = _region_finder(source.region, columns)
        self._decimal_comma = known.decimal_comma and self._item.type in NUMERIC

    def says(self, cells: Cells) -> bool:
        """Whether the row itself says something here, not only the map."""
        if self._render is not None:
            return bool(self._render(cells).strip())
        return any(cells[at].strip() for at in self._places)

    def cell(self, cells: Cells) -> RawCell:
        """The field's cell."""
        text, constant = self._text(cells)
        if self._source.via is not None:
            outside = make_id(text) if any(text) else ""
            return self._known.key(self._source.via, str(self._item.to), outside) if outside else None
        return self._as_cell(text[0], cells, constant=constant)

    def _text(self, cells: Cells) -> tuple[list[str], bool]:
        """The text of each column, and whether the map gave it."""
        source = self._source
        if source.value is not None:
            return [source.value], True
        if self._render is not None:
            return [self._render(cells)], False
        found = [cells[at] for at in self._places]
        if self._source.via is not None:
            found = [text.strip() for text in found]
        if len(found) > 1:
            return found, False
        text = found[0].strip()
        if text in source.values:
            return [source.values[text]], True
        if source.default is not None and (source.values or not text):
            return [source.default], True
        return found, False

    def _as_cell(self, text: str, cells: Cells, *, constant: bool) -> RawCell:
        if constant and self._item.type in CHOSEN:
            reading = self._converter.from_cell(text, None)
            shown = self._converter.to_cell(reading.value)
            return str(shown) if shown is not None and not reading.failed else text
        if constant:
            return text
        if self._source.date_format:
            return _iso_date(text, self._source.date_format)
        if self._decimal_comma:
            return text.translate(SWAP_POINTS)
        region = self._region(cells)
        return PhoneText(text, region) if region is not None else text


def _iso_date(text: str, forms: Sequence[str]) -> str:
    """A date written in one of some forms in the form that is always read; others stay as they are."""
    for form in forms:
        with suppress(ValueError):
            return dt.datetime.strptime(text.strip(), form).isoformat(" ")  # noqa: DTZ007  (days have no zone)
    return text


def _region_finder(region: Region | None, columns: Columns) -> Callable[[Cells], str | None]:
    """Tells the country of a row's number: ``ZZ`` for one that is unknown, nothing for the book's own."""
    if region is None or region.column is None:
        return lambda _: region.value if region is not None else None
    place, values = columns.find(region.column), region.values

    def find(cells: Cells) -> str | None:
        text = cells[place].strip() if place is not None else ""
        if text in values:
            return values[text]
        if not text:
            return None
        return text if len(text) == 2 and text.isascii() and text.isupper() else UNKNOWN_COUNTRY

    return find


def _renderer(template: str, columns: Columns) -> Callable[[Cells], str]:
    ready = compiled(template)
    stems = columns.stems()
    bases = {base for base, _ in template_names_of(template)}
    plain = {base: at for base in bases if (at := columns.find(base)) is not None}
    files = sorted(base for base in bases - plain.keys() if base in stems)

    def look_up(cells: Cells, prefix: str = "") -> Addresses:
        def find(name: str) -> str:
            at = columns.find(prefix + name)
            if at is None:
                raise KeyError(name)
            return cells[at]

        return Addresses(find)

    def render(cells: Cells) -> str:
        context: dict[str, object] = {base: look_up(cells, f"{base}.") for base in files}
        context[ROW] = look_up(cells)
        context.update({base: cells[at] for base, at in plain.items()})
        return ready.render(context)

    return render

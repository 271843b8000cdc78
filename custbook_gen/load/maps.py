"""An import map: which column of a file fills which field of a sheet, read from YAML."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Annotated, Final, Literal, Self

from jinja2 import TemplateSyntaxError, nodes
from jinja2.meta import find_undeclared_variables
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    StringConstraints,
    ValidationError,
    model_validator,
)

from custbook_gen.formulas import environment
from custbook_gen.issues import Issue, Place
from custbook_gen.load.drafts import Draft
from custbook_gen.load.findings import findings_of
from custbook_gen.load.nodes import Finding, Location, Node, Spot, refusal
from custbook_gen.load.yaml_reader import read_yaml
from custbook_gen.schema import DATED, Field, Sheet
from custbook_gen.schema.faults import fault, remedy
from custbook_gen.texts import Saying
from custbook_gen.value_objects import value_object
from custbook_gen.values import Words, converter

ROW: Final = "row"
"""Name under which a template finds every column, as in ``row["Customer ID"]``."""
PROBE: Final = dt.datetime(2001, 2, 3)  # noqa: DTZ001  (only its spelling matters)

FIELD_OPTIONS: Final[Mapping[str, frozenset[str]]] = {
    "via": frozenset({"ref"}),
    "region": frozenset({"phone"}),
    "date_format": DATED,
}
"""Options of a source that go with fields of some types only."""


def _text(value: object) -> object:
    """What stands for a value in a file: numbers and yes/no as they are written, nothing as an empty text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:f}" if isinstance(value, Decimal) else str(value) if isinstance(value, int) else value


def _several(value: object) -> object:
    return value if isinstance(value, list | tuple) else (value,)


Text = Annotated[str, BeforeValidator(_text)]
Name = Annotated[str, StringConstraints(min_length=1), BeforeValidator(_text)]
Texts = Annotated[tuple[Text, ...], BeforeValidator(_several)]
Names = Annotated[tuple[Name, ...], BeforeValidator(_several)]
Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]

FROZEN: Final = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Region(BaseModel):
    """The country that a phone number without country code belongs to: by a column, or one for all."""

    model_config = FROZEN

    column: Name | None = None
    values: dict[str, Country] = {}
    value: Country | None = None

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if (self.column is None) == (self.value is None):
            raise fault("region-one", ())
        return self


class Source(BaseModel):
    """Where a field's values come from: a column (several make up one id), a constant or a template."""

    model_config = FROZEN

    column: Names = ()
    value: Text | None = None
    template: str | None = None
    values: dict[str, Text] = {}
    default: Text | None = None
    via: Name | None = None
    otherwise: Name | None = None
    region: Region | None = None
    date_format: Texts = ()

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: object) -> object:
        """A column's name alone is enough."""
        return value if isinstance(value, Mapping) else {"column": value}


class ExternalId(BaseModel):
    """The columns that tell the file's rows apart, and the system whose ids they are."""

    model_config = FROZEN

    column: Names
    system: Name


class Join(BaseModel):
    """Another file whose columns are looked up: ``on`` maps columns of this one to columns of it."""

    model_config = FROZEN

    file: Name
    on: dict[str, Name]


class Skip(BaseModel):
    """Rows to be left out: those whose column equals one of some texts."""

    model_config = FROZEN

    column: Name
    equals: Texts


class ImportMap(BaseModel):
    """What an import map says."""

    model_config = FROZEN

    fields: dict[str, Source]
    id: ExternalId | None = None
    join: tuple[Join, ...] = ()
    skip: Skip | None = None
    ignore: Names = ()
    encoding: str | None = None
    delimiter: Literal[",", ";", "\t", "|"] | None = None
    decimal: Literal[".", ","] = "."


@value_object
class MapFile:
    """An import map that fits its book, and where its parts stand."""

    content: ImportMap
    spots: Mapping[Location, Spot]

    def finding(self, location: Location, code: str, /, **facts: object) -> Finding:
        """Something wrong at a part of the map."""
        ends = range(len(location), -1, -1)
        spot = next(self.spots[location[:end]] for end in ends if location[:end] in self.spots)
        return Finding(spot, Saying(f"schema.{code}", facts))

    def part(self, location: Location) -> MapFile:
        """The same map, with locations that start from one of its parts."""
        depth = len(location)
        inside = {way[depth:]: spot for way, spot in self.spots.items() if way[:depth] == location}
        return MapFile(self.content, inside)

    def refuse(self, findings: Sequence[Finding]) -> None:
        """Refuse the map if anything was found.

        Raises:
            SchemaError: the sentence names file, line and column.
        """
        if findings:
            raise refusal(findings)


def load_map(path: Path, sheet: Sheet, words: Words) -> MapFile:
    """The import map in a YAML file, for one sheet of a book.

    Args:
        path: the file.
        sheet: the sheet that its fields belong to.
        words: what the values of the book are called, to check constants by.

    Raises:
        SchemaError: the file is missing or wrong; the sentence names file, line and column.
    """
    root, draft = read_yaml(path), Draft()
    draft.spots.update(root.spots())
    _refuse_unknown(draft, root)
    try:
        content = ImportMap.model_validate(root.plain())
    except ValidationError as error:
        raise refusal(findings_of(error, draft.spots, path.name)) from error
    loaded = MapFile(content, draft.spots)
    findings = [*_about_fields(loaded, sheet, words), *_about_file(loaded)]
    loaded.refuse(findings)
    return loaded


def _refuse_unknown(draft: Draft, root: Node) -> None:
    """Refuse options that a map does not have, with the ones that it has."""
    items = draft.options(root, "…", ImportMap.model_fields)
    if "fields" in items:
        for key, node in draft.options(items["fields"], "fields", None).items():
            if isinstance(node.value, Mapping):
                options = draft.options(node, key, Source.model_fields)
                _refuse_inside(draft, options, "region", Region)
    _refuse_inside(draft, items, "id", ExternalId)
    _refuse_inside(draft, items, "skip", Skip)
    for node in _items(items.get("join")):
        draft.options(node, "join", Join.model_fields)
    if draft.findings:
        raise refusal(draft.findings)


def _refuse_inside(draft: Draft, items: Mapping[str, Node], name: str, model: type[BaseModel]) -> None:
    if name in items:
        draft.options(items[name], name, model.model_fields)


def _items(node: Node | None) -> Sequence[Node]:
    return node.value if node is not None and isinstance(node.value, tuple) else ()


def _about_file(loaded: MapFile) -> Iterator[Finding]:
    encoding = loaded.content.encoding
    if encoding is not None and not _is_of_text(encoding):
        yield loaded.finding(("encoding",), "encoding-unknown", value=encoding)
    for at, join in enumerate(loaded.content.join):
        if not _is_name(join.file):
            yield loaded.finding(("join", at, "file"), "join-beside", name=join.file)


def _is_of_text(encoding: str) -> bool:
    """Whether files can be read in an encoding: Python knows others too, such as ``hex``."""
    try:
        io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    except (LookupError, ValueError):
        return False
    return True


def _is_name(file: str) -> bool:
    """Whether a text is the name of a file, on any system, and no way to another folder."""
    return file not in (".", "..") and PurePosixPath(file).name == PureWindowsPath(file).name == file


def _about_fields(loaded: MapFile, sheet: Sheet, words: Words) -> Iterator[Finding]:
    """What does not fit the sheet: fields it has not, options and constants that do not go with a field."""
    keys = [item.key for item in sheet.stored_fields]
    for key, source in loaded.content.fields.items():
        where = ("fields", key)
        item = sheet.by_key.get(key)
        if item is None:
            instead = remedy(key, keys)
            yield loaded.finding(where, "field-unknown", sheet=sheet.key, name=key, remedy=instead)
        elif not item.stored:
            yield loaded.finding(where, "field-computed", name=key)
        else:
            yield from _about_source(loaded, where, source, item)
            yield from _about_otherwise(loaded, where, source, sheet)
            yield from _about_constants(loaded, where, source, item, words)
    if sheet.field(sheet.key_field).type != "auto" and sheet.key_field not in loaded.content.fields:
        yield loaded.finding(("fields",), "map-key", sheet=sheet.key, name=sheet.key_field)


def _about_source(loaded: MapFile, where: Location, source: Source, item: Field) -> Iterator[Finding]:
    given = [bool(source.column), source.value is not None, source.template is not None]
    if sum(given) != 1 or (len(source.column) > 1 and not source.via):
        yield loaded.finding(where, "source-one", name=item.key)
    for option in ("values", "default"):
        if getattr(source, option) and not source.column:
            yield loaded.finding((*where, option), "needs-column", option=option)
    for option, types in FIELD_OPTIONS.items():
        if getattr(source, option) and item.type not in types:
            yield loaded.finding((*where, option), "option-type", option=option, type=item.type)
    for form in source.date_format:
        if not _is_date_format(form):
            yield loaded.finding((*where, "date_format"), "date-format", value=form)
    if source.template is not None:
        try:
            environment().parse(source.template)
        except TemplateSyntaxError as error:
            yield loaded.finding((*where, "template"), "template", problem=error.message)


def _is_date_format(form: str) -> bool:
    """Whether a format spells all of a date, so that it can be read again."""
    try:
        return dt.datetime.strptime(PROBE.strftime(form), form).date() == PROBE.date()  # noqa: DTZ007
    except ValueError:
        return False


def _about_otherwise(loaded: MapFile, where: Location, source: Source, sheet: Sheet) -> Iterator[Finding]:
    if source.otherwise is None:
        return
    notes = sheet.by_key.get(source.otherwise)
    own = loaded.content.fields.get(source.otherwise)
    wrong = notes is None or notes.type not in ("text", "long") or notes.key in (where[-1], sheet.key_field)
    if wrong or (own is not None and own.otherwise is not None):
        yield loaded.finding((*where, "otherwise"), "otherwise-text", value=source.otherwise)


def _about_constants(
    loaded: MapFile, where: Location, source: Source, item: Field, words: Words
) -> Iterator[Finding]:
    """Constants that the field cannot hold, whatever the file says."""
    if item.type == "ref" or (item.type == "enum" and item.parent is not None):
        return
    known = converter(item, words)
    constants: list[tuple[Location, str | None]] = [
        ((*where, "value"), source.value),
        ((*where, "default"), source.default),
        *(((*where, "values", name), value) for name, value in source.values.items()),
    ]
    for place, value in constants:
        reading = known.from_cell(value, None)
        if reading.failed:
            note = next(note for note in reading.notes if Issue(note.code, Place()).severity == "error")
            label = item.label.line(words.lang)
            facts = {"value": value, "label": label, **note.facts}
            problem = Saying(f"issue.{note.code}", facts)
            yield loaded.finding(place, "map-constant", name=item.key, value=value, problem=problem)


def template_names_of(template: str) -> frozenset[tuple[str, str | None]]:
    """The names that a template takes from outside, each with what it asks of them.

    ``{{ City }}`` gives ``("City", None)``, ``{{ row["Customer ID"] }}`` and ``{{ Orders.City }}``
    give ``("row", "Customer ID")`` and ``("Orders", "City")``.
    """
    tree = environment().parse(template)
    outside = find_undeclared_variables(tree)
    names: set[tuple[str, str | None]] = set()
    asked_of: set[int] = set()
    askers: list[nodes.Getattr | nodes.Getitem] = [
        *tree.find_all(nodes.Getattr),
        *tree.find_all(nodes.Getitem),
    ]
    for node in askers:
        asked = _asked(node)
        if asked is not None and isinstance(node.node, nodes.Name) and node.node.name in outside:
            asked_of.add(id(node.node))
            names.add((node.node.name, asked))
    for name in tree.find_all(nodes.Name):
        if name.name in outside and id(name) not in asked_of:
            names.add((name.name, None))
    return frozenset(names)


def _asked(node: nodes.Getattr | nodes.Getitem) -> str | None:
    """What a template asks of a name, if that stands fixed."""
    if isinstance(node, nodes.Getattr):
        return node.attr
    return str(node.arg.value) if isinstance(node.arg, nodes.Const) else None

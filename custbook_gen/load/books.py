"""A schema file, with what it extends and its lists of choices, read into a book."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from pydantic import ValidationError

from custbook_gen.formulas import template_fault
from custbook_gen.load.codes import unknown_codes
from custbook_gen.load.drafts import Draft
from custbook_gen.load.findings import findings_of, spot_at
from custbook_gen.load.names import named_twice
from custbook_gen.load.nodes import Finding, Location, Node, Spot, refusal
from custbook_gen.load.rules import rule_fault
from custbook_gen.load.samples import samples_refused
from custbook_gen.load.sense import senseless
from custbook_gen.load.sources import Sources, is_name, schema_path
from custbook_gen.schema import Book, Preset, select
from custbook_gen.schema.selection import RANKS
from custbook_gen.texts import Saying
from custbook_gen.value_objects import value_object

CHANGES = "changes"
"""What changes given from Python are called in sentences, in place of a file."""
EXTENDING = ("sheets", "categories", "purposes", "settings")
"""The blocks of a schema that something else may add to."""


@value_object
class Reading:
    """A book with what its reading took and told."""

    book: Book
    files: Mapping[Path, str]
    """The files that were read, with their digests."""
    added: Mapping[tuple[str, str], Spot]
    """New fields of sheets that the schema has, by the keys of their sheet and their own."""
    spots: Mapping[Location, Spot]
    """Where the parts of the book stand."""

    def select(self, preset: Preset, file: str) -> Book:
        """The book's part that belongs to a preset.

        Args:
            preset: how much of the schema.
            file: the one that adds to the schema; what is wrong is told there, if it can be.

        Raises:
            SchemaError: it has no sheet, a field that the file adds would not be in it, or two
                parts of it have the same label.
        """
        chosen = select(self.book, preset)
        if not chosen.sheets:
            raise refusal([Finding(Spot(file), Saying("schema.preset-empty", {"preset": preset}))])
        lost = [
            Finding(spot, Saying("schema.field-lost", {"name": name, "sheet": sheet, "preset": preset}))
            for (sheet, name), spot in self.added.items()
            if spot.file == file
            and RANKS[self.book.sheet(sheet).field(name).preset] <= RANKS[preset]
            and (sheet not in chosen.sheet_by_key or name not in chosen.sheet(sheet).by_key)
        ]
        if lost:
            raise refusal(lost)
        wrong = [
            Finding(self._spot(twice.places, file), twice.saying) for twice in named_twice(self.book, chosen)
        ]
        if wrong:
            raise refusal(wrong)
        return chosen

    def _spot(self, places: Sequence[Location], file: str) -> Spot:
        """The last of some places that stands in a file; the last of all if none does."""
        spots = [self.spots[place] for place in places]
        return next((spot for spot in reversed(spots) if spot.file == file), spots[-1])


def load_book(source: str | Path, changes: Mapping[str, object] | None = None) -> Book:
    """The book that a schema says, all of it; :func:`custbook_gen.schema.select` takes a preset's part.

    Args:
        source: name of a bundled schema, such as ``customer_book``, or path of a YAML file.
        changes: what to add to and change in the schema, as in a project file: the blocks
            ``sheets``, ``categories``, ``purposes`` and ``settings``.

    Raises:
        SchemaError: the file is missing or wrong; the sentence names file, line and column.
    """
    if changes is None and isinstance(source, str) and is_name(source):
        return _bundled(source)
    above = None if changes is None else node_of(changes, Spot(CHANGES))
    return read_book(source, above).book


@lru_cache(maxsize=1)
def _bundled(name: str) -> Book:
    """A bundled schema's book, which is the same as long as the program runs."""
    return read_book(name).book


def read_book(source: str | Path, above: Node | None = None, folder: Path | None = None) -> Reading:
    """The book that a schema says, with a tree of blocks written over it.

    Args:
        source: name of a bundled schema, or path of a YAML file.
        above: the blocks that add to the schema and change it.
        folder: where paths in them start; the current folder if there is none.

    Raises:
        SchemaError: a file is missing or wrong; the sentence names file, line and column.
    """
    path, sources = schema_path(source), Sources()
    root, draft = sources.schema(path), Draft()
    if above is not None:
        blocks = Draft(findings=sources.findings).options(above, CHANGES, EXTENDING)
        listed = sources.with_lists(Node(blocks, root.spot), folder or Path())
        root = sources.extension.book(root, listed)
    raw = draft.book(root)
    findings = [*sources.findings, *draft.findings]
    if findings:
        raise refusal(findings)
    try:
        book = Book.model_validate(raw)
    except ValidationError as error:
        raise refusal(findings_of(error, draft.spots, path.name)) from error
    told = [*senseless(book), *unknown_codes(book, draft.spots)] or samples_refused(book)
    wrong = [Finding(spot_at(where, draft.spots), saying) for where, saying in told]
    wrong = wrong or list(_computed_wrong(book, draft))  # what a formula misses may follow from the rest
    if wrong:
        raise refusal(wrong)
    return Reading(book, sources.files, sources.extension.added, draft.spots)


def _computed_wrong(book: Book, draft: Draft) -> Iterator[Finding]:
    """Computed fields with rules that do not fit them, or formulas that cannot be written."""
    for at, sheet in enumerate(book.sheets):
        for place, field in enumerate(sheet.fields):
            where = ("sheets", at, "fields", place)
            wrong = rule_fault(book, field)
            if wrong is not None:
                yield Finding(draft.spots[(*where, "rule")], wrong)
            fault = template_fault(field.formula, sheet, book) if field.formula else None
            if fault is not None:
                saying = Saying("schema.formula", {"problem": fault})
                yield Finding(draft.spots[(*where, "formula")], saying)


def node_of(value: object, spot: Spot) -> Node:
    """Data from Python as a node without lines."""
    if isinstance(value, Mapping):
        return Node({str(key): node_of(item, spot) for key, item in value.items()}, spot)
    if isinstance(value, list | tuple):
        return Node(tuple(node_of(item, spot) for item in value), spot)
    if value is None or isinstance(value, str | int | Decimal):
        return Node(value, spot)
    return Node(Decimal(str(value)) if isinstance(value, float) else str(value), spot)

"""``custbook schema``: what a book's schema says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from custbook_gen.actions.named import need_sheet
from custbook_gen.load import PROJECT_FILE, find_project, load_project, project_reading
from custbook_gen.load.books import read_book
from custbook_gen.load.json_schema import project_file_schema, schema_file_schema
from custbook_gen.schema import Book, Field, Preset, Sheet, record_model, select
from custbook_gen.texts import Lang
from custbook_gen.value_objects import value_object
from custbook_gen.wording import need_word, one_line, rule_words

BUNDLED = "customer_book"

Row = tuple[str, ...]


@value_object
class Described:
    """A schema and the part of it that is chosen."""

    whole: Book
    chosen: Book
    preset: Preset

    def overview(self, lang: Lang) -> Iterator[Row]:
        """A row per sheet: key, title, preset, how many of its fields are chosen, and which."""
        for sheet in self.whole.sheets:
            fields = [
                f"{field.key} {_type(field)}" if self.has(sheet, field) else f"({field.key} {_type(field)})"
                for field in sheet.fields
            ]
            count = sum(self.has(sheet, field) for field in sheet.fields)
            numbers = f"{count}/{len(sheet.fields)}"
            yield sheet.key, sheet.label.line(lang), sheet.preset, numbers, ", ".join(fields)

    def details(self, key: str, lang: Lang) -> Iterator[Row]:
        """A row per field of a sheet: key, label, type, need, rule (by its name if computed), preset.

        Raises:
            UsageError: there is no such sheet.
        """
        sheet = self.sheet(key)
        for field in sheet.fields:
            name = field.key if self.has(sheet, field) else f"({field.key})"
            words = rule_words(field, sheet, self.whole, lang)
            if field.rule is not None:
                words = one_line("guide.computed-by", lang, words=words, rule=field.rule)
            yield name, field.label.line(lang), _type(field), need_word(field, lang), words, field.preset

    def has(self, sheet: Sheet, field: Field) -> bool:
        """Whether a field is in the chosen part."""
        return sheet.key in self.chosen.sheet_by_key and field.key in self.chosen.sheet(sheet.key).by_key

    def sheet(self, key: str) -> Sheet:
        """The sheet with a key or label.

        Raises:
            UsageError: there is none.
        """
        return need_sheet(self.whole, key)

    def records(self, key: str) -> dict[str, Any]:
        """The JSON Schema of a sheet's records, as the chosen part has them.

        Raises:
            UsageError: the chosen part has no such sheet.
        """
        return record_model(self.chosen, need_sheet(self.chosen, key)).model_json_schema()


def describe(folder: Path | None, source: str | None, preset: Preset | None) -> Described:
    """The schema to tell about: a given one, that of the project, or the bundled one.

    Args:
        folder: the project; searched upwards from here if left out.
        source: name or file of a schema instead.
        preset: the part to choose; the project's own if left out.

    Raises:
        SchemaError: a file is missing or wrong.
    """
    home = folder if folder is not None or source is not None else find_project(Path())
    if source is not None or home is None:
        chosen: Preset = preset or "standard"
        reading = read_book(source or BUNDLED)
        return Described(reading.book, reading.select(chosen, Path(source or BUNDLED).name), chosen)
    project, reading = load_project(home), project_reading(home)
    own = reading.select(project.preset, PROJECT_FILE)
    if preset is None or preset == project.preset:
        return Described(reading.book, own, project.preset)
    return Described(reading.book, select(reading.book, preset), preset)


def file_schema(*, of_projects: bool) -> dict[str, Any]:
    """The JSON Schema of project files, or else of schema files."""
    return project_file_schema() if of_projects else schema_file_schema()


def _type(field: Field) -> str:
    """A field's type with what it chooses from, refers to or results in."""
    more = field.category or field.to or field.result
    return f"{field.type}:{more}" if more else field.type

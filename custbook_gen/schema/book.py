"""What a customer book is: its sheets, fields and categories, said once.

A :class:`Book` is written in YAML (``schemas/``) or built from Pydantic classes
(:mod:`custbook_gen.schema.classes`); everything else in this package is derived from it.
The models here are frozen and check themselves and each other: a book that exists is
consistent.  Field types, presets and rules follow the domain model of the project's
documentation.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Annotated, Literal, Self

from pydantic import BaseModel, model_validator

from custbook_gen.schema.choices import EDITABLE, NEEDED, OPTIONAL, editable_categories
from custbook_gen.schema.constraints import Band, Constraint, Linked, One, Target, When, fields_of
from custbook_gen.schema.faults import Path, fault, refuse_twice, remedy
from custbook_gen.schema.fields import Category, Choice, Field, Key, Label, Preset, Purpose
from custbook_gen.schema.frozen import Frozen
from custbook_gen.schema.limits import MAX_ROWS, Between
from custbook_gen.schema.options import Words
from custbook_gen.schema.settings import Settings

__all__ = ["Book", "Category", "Choice", "Field", "Key", "Label", "Purpose", "Sheet"]


class Sheet(Frozen):
    """One kind of record: its fields, the one that is its key and the one that names it."""

    key: Key
    label: Label
    """The tab's title, at most 31 characters."""
    key_field: Key
    """The field that tells records apart: of type auto, or a required text."""
    name_field: Key
    """The field that other sheets show where they refer to a record."""
    fields: tuple[Field, ...]
    """The columns, in their order."""
    help: Label | None = None
    """What a row stands for; shown above the header and in the guide."""
    blank_rows: Annotated[int, Between("blank_rows", 0, MAX_ROWS)] = 200
    """How many empty rows a new workbook has below the records."""
    constraints: tuple[Constraint, ...] = ()
    """What fields must satisfy together."""
    preset: Preset = "basic"
    """The smallest selection of the schema that has the sheet."""
    holds: Literal["records", "choices"] = "records"
    """``choices`` for the book's dictionary, whose records are the values of the editable categories."""

    @model_validator(mode="after")
    def _fields_fit_together(self) -> Self:
        keys = [field.key for field in self.fields]
        refuse_twice("fields", keys)
        for option in ("key_field", "name_field"):
            key = getattr(self, option)
            if key not in keys:
                raise fault("field-unknown", (option,), sheet=self.key, name=key, remedy=remedy(key, keys))
        key_field = self.field(self.key_field)
        if not (key_field.type == "auto" or (key_field.type == "text" and key_field.required)):
            place = ("fields", keys.index(key_field.key))
            raise fault("key-field", place, sheet=self.key, name=key_field.key)
        for at, field in enumerate(self.fields):
            above, where = field.parent, ("fields", at, "parent")
            if above is not None and above not in keys:
                raise fault("field-unknown", where, sheet=self.key, name=above, remedy=remedy(above, keys))
            if above is not None and above not in keys[:at]:
                raise fault("parent-before", where, name=field.key, parent=above)
        self._check_mentions(keys)
        return self

    def _check_mentions(self, keys: list[str]) -> None:
        """Fields that constraints and defaults name must be there."""
        mentioned = [
            (("constraints", at), name)
            for at, constraint in enumerate(self.constraints)
            for name in fields_of(constraint)
        ]
        mentioned += [
            (("fields", at), field.default_from)
            for at, field in enumerate(self.fields)
            if field.default_from is not None
        ]
        for where, name in mentioned:
            if name not in keys:
                raise fault("field-unknown", where, sheet=self.key, name=name, remedy=remedy(name, keys))

    @cached_property
    def by_key(self) -> Mapping[str, Field]:
        """The fields by their key."""
        return {field.key: field for field in self.fields}

    def field(self, key: str) -> Field:
        """The field with this key; ``KeyError`` where there is none."""
        return self.by_key[key]

    @cached_property
    def stored_fields(self) -> tuple[Field, ...]:
        """The fields that the store keeps, in order."""
        return tuple(field for field in self.fields if field.stored)

    def ancestors(self, field: Field) -> tuple[Field, ...]:
        """The fields that a cascading field hangs from, the topmost first."""
        above: list[Field] = []
        while field.parent is not None:
            field = self.field(field.parent)
            above.insert(0, field)
        return tuple(above)


class Book(Frozen):
    """The schema of one customer book."""

    key: Key
    version: int
    """A whole number to be raised with every change; a workbook of a later version is not synced."""
    label: Label
    """The book's title."""
    sheets: tuple[Sheet, ...]
    """The kinds of records, in the order of their tabs."""
    categories: tuple[Category, ...] = ()
    """The lists of values that fields choose from."""
    purposes: tuple[Purpose, ...] = ()
    """What personal data is kept for, and how long."""
    settings: Settings = Settings()
    """Figures and choices that rules depend on."""

    @model_validator(mode="after")
    def _parts_fit_together(self) -> Self:
        refuse_twice("sheets", (sheet.key for sheet in self.sheets))
        refuse_twice("categories", (category.key for category in self.categories))
        refuse_twice("purposes", (purpose.key for purpose in self.purposes))
        self._check_dictionary()
        for at, category in enumerate(self.categories):
            self._check_category(category, ("categories", at))
        for at, sheet in enumerate(self.sheets):
            for place, field in enumerate(sheet.fields):
                self._check_field(sheet, field, ("sheets", at, "fields", place))
            for place, constraint in enumerate(sheet.constraints):
                self._check_constraint(sheet, constraint, ("sheets", at, "constraints", place))
        return self

    def _check_dictionary(self) -> None:
        """One sheet may hold the values of categories; it needs certain fields for that."""
        keys = [sheet.key for sheet in self.sheets if sheet.holds == "choices"]
        if len(keys) > 1:
            raise fault("dictionary-one", ("sheets",), sheet=keys[0], other=keys[1])
        if self.dictionary is None:
            return
        sheet = self.dictionary
        for name, kind in {sheet.key_field: "auto", **NEEDED, **OPTIONAL}.items():
            field = sheet.by_key.get(name)
            fits = field.type == kind if field is not None else name in OPTIONAL
            if not fits or (name == "category" and field is not None and field.category != EDITABLE):
                shown = f"enum, category: {EDITABLE}" if name == "category" else kind
                raise fault("dictionary-field", ("sheets",), sheet=sheet.key, name=name, type=shown)

    def _check_category(self, category: Category, where: Path) -> None:
        if category.key == EDITABLE:
            raise fault("category-reserved", where, name=EDITABLE)
        if category.parent is None:
            return
        self._check_category_name(category.parent, (*where, "parent"))
        parents = self.category(category.parent).by_code
        for at, choice in enumerate(category.choices):
            if choice.parent not in parents:
                place = (*where, "choices", at, "parent")
                facts = {"code": choice.code, "parent": choice.parent, "category": category.parent}
                raise fault("parent-value", place, **facts)

    def _check_category_name(self, name: str, where: Path) -> None:
        if name not in self.category_by_key:
            raise fault("category-unknown", where, name=name, remedy=remedy(name, self.category_by_key))

    def _check_field(self, sheet: Sheet, field: Field, where: Path) -> None:
        if field.to is not None and field.to not in self.sheet_by_key:
            instead = remedy(field.to, self.sheet_by_key)
            raise fault("sheet-unknown", (*where, "to"), name=field.to, remedy=instead)
        if field.purpose is not None and field.purpose not in self.purpose_by_key:
            instead = remedy(field.purpose, self.purpose_by_key)
            raise fault("purpose-unknown", (*where, "purpose"), name=field.purpose, remedy=instead)
        if field.category is None:
            return
        self._check_category_name(field.category, (*where, "category"))
        wanted = self.category(field.category).parent
        given = sheet.field(field.parent).category if field.parent else None
        if field.type == "enum" and wanted != given:
            facts = {"name": field.key, "wanted": wanted, "given": given}
            raise fault("parent-category", (*where, "parent"), **facts)
        self._check_several(field, (*where, "category"))
        codes = self.category(field.category).by_code
        if isinstance(field.default, str) and field.default not in codes:
            place, instead = (*where, "default"), remedy(field.default, codes)
            raise fault("default-code", place, value=field.default, category=field.category, remedy=instead)

    def _check_constraint(self, sheet: Sheet, constraint: Constraint, where: Path) -> None:
        """What a constraint says of other sheets, and of choices, must be there too."""
        for condition, of in _conditions(self, sheet, constraint, where):
            category = of.field(condition.field).category
            codes = self.category(category).by_code if category else {}
            for value in condition.is_ or ():
                if isinstance(value, str) and value not in codes:
                    raise fault(
                        "when-value", where, name=condition.field, value=value, remedy=remedy(value, codes)
                    )
        if isinstance(constraint, Band) and sheet.field(constraint.band).category is None:
            raise fault("band-category", where, name=constraint.band)
        if isinstance(constraint, One) and sheet.field(constraint.field).type != "bool":
            raise fault("one-bool", where, name=constraint.field)

    def _check_several(self, field: Field, where: Path) -> None:
        """Several values in one cell must be told apart without knowing where each belongs."""
        category = self.category(str(field.category))
        if field.type != "multi":
            return
        if category.parent is not None:
            raise fault("multi-parent", where, name=field.key, category=category.key)
        for choice in category.choices:
            if any(mark in choice.label.zh + choice.label.en for mark in ";；"):
                raise fault("multi-label", where, category=category.key, code=choice.code)

    @cached_property
    def sheet_by_key(self) -> Mapping[str, Sheet]:
        """The sheets by their key."""
        return {sheet.key: sheet for sheet in self.sheets}

    @cached_property
    def category_by_key(self) -> Mapping[str, Category]:
        """All categories by their key; with a dictionary also that of the editable ones."""
        own = (editable_categories(self.categories),) if self.dictionary is not None else ()
        return {category.key: category for category in (*self.categories, *own)}

    @cached_property
    def purpose_by_key(self) -> Mapping[str, Purpose]:
        """The purposes of personal data by their key."""
        return {purpose.key: purpose for purpose in self.purposes}

    @cached_property
    def dictionary(self) -> Sheet | None:
        """The sheet whose records are the values of categories, if the book has one."""
        return next((sheet for sheet in self.sheets if sheet.holds == "choices"), None)

    def sheet(self, key: str) -> Sheet:
        """The sheet with this key; ``KeyError`` where there is none."""
        return self.sheet_by_key[key]

    def category(self, key: str) -> Category:
        """The category with this key; ``KeyError`` where there is none."""
        return self.category_by_key[key]

    @classmethod
    def from_models(cls, *models: type[BaseModel], key: str, label: Label | Words, version: int = 1) -> Book:
        """A book from Pydantic classes; see :mod:`custbook_gen.schema.classes`.

        Args:
            models: one class per sheet, in the order of the sheets.
            key: what programs call the book.
            label: its title: a text for both languages, or one in Chinese and one in English.
            version: to be raised with every change.

        Raises:
            SchemaError: a class says something that no sheet can hold.
            ValidationError: the parts do not fit together.
        """
        from custbook_gen.schema.classes import parts_of, words

        title = label if isinstance(label, Label) else words(label)
        return cls.model_validate({"key": key, "label": title, "version": version, **parts_of(models)})

    def extended(self, *models: type[BaseModel]) -> Book:
        """The book with what Pydantic classes add to it: fields to sheets that it has, and sheets.

        A class belongs to a sheet of the book if its ``__sheet__`` says so (or its name is
        that of the sheet); it then needs no key.  ``Option(after=…)`` and ``before`` say
        where a field goes; an attribute with the key of a field takes its place.

        Raises:
            SchemaError: a class says something that no sheet can hold.
            ValidationError: the parts do not fit together.
        """
        from custbook_gen.schema.additions import with_classes

        return Book.model_validate(with_classes(self.model_dump(by_alias=True), models))


def _conditions(
    book: Book, sheet: Sheet, constraint: Constraint, where: Path
) -> Iterator[tuple[When, Sheet]]:
    """Every condition of a constraint with the sheet whose field it is about.

    Raises:
        PydanticCustomError: a field that should refer to another sheet does not, or that
            sheet lacks what the constraint names.
    """
    if isinstance(constraint, Linked | Target):
        field = sheet.field(constraint.field)
        if field.to is None:
            raise fault("not-reference", where, name=field.key)
        other = book.sheet(field.to)
        name = constraint.has.field if isinstance(constraint, Target) else constraint.theirs or constraint.by
        if name not in other.by_key:
            instead = remedy(name, other.by_key)
            raise fault("field-unknown", where, sheet=other.key, name=name, remedy=instead)
        if isinstance(constraint, Target):
            yield constraint.has, other
    yield from ((condition, sheet) for condition in getattr(constraint, "when", ()))

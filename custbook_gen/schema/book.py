"""What a customer book is: its sheets, fields and categories, said once.

A :class:`Book` is written in YAML (``schemas/``) or built from Pydantic classes
(:mod:`custbook_gen.schema.classes`); everything else in this package is derived from it.
The models here are frozen and check themselves and each other: a book that exists is
consistent.  Field types, presets and rules follow the domain model of the project's
documentation.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import Annotated, Literal, Self

from pydantic import (
    BaseModel,
    StringConstraints,
    ValidationInfo,
    field_validator,
    model_validator,
)

from custbook_gen.schema import classes
from custbook_gen.schema.faults import Path, fault, remedy
from custbook_gen.schema.field_types import (
    DATED,
    NEEDED_OPTIONS,
    NUMERIC,
    OPTION_TYPES,
    PLACES,
    TEXT_LENGTH,
    Bound,
    FieldType,
    ResultType,
    fits,
    span,
)
from custbook_gen.schema.frozen import Frozen
from custbook_gen.schema.settings import Settings
from custbook_gen.texts import Lang, join

Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,40}$")]


class Label(Frozen):
    """A text in Chinese and English."""

    zh: str
    en: str

    def text(self, lang: Lang) -> str:
        """The text in one language, or both on two lines."""
        return join(self.zh, self.en, lang)

    def line(self, lang: Lang) -> str:
        """The text on a single line (both languages side by side)."""
        return self.text(lang).replace("\n", " ")


class Choice(Frozen):
    """One value of a category.  Records hold its code; people see its label."""

    code: str
    label: Label
    parent: str | None = None
    aliases: tuple[str, ...] = ()
    active: bool = True

    def names(self) -> tuple[str, ...]:
        """Everything a person may write to mean this value, the labels first."""
        both = f"{self.label.zh} {self.label.en}"
        return (self.label.zh, self.label.en, both, self.code, *self.aliases)


class Category(Frozen):
    """A list of values to choose from; with ``parent``, each under a value of another."""

    key: Key
    label: Label
    parent: Key | None = None
    choices: tuple[Choice, ...] = ()

    @model_validator(mode="after")
    def _choices_are_distinct(self) -> Self:
        refuse_twice("choices", (choice.code for choice in self.choices))
        known: dict[tuple[str | None, str], str] = {}
        for at, choice in enumerate(self.choices):
            where, code = ("choices", at), choice.code
            if (choice.parent is None) != (self.parent is None):
                raise fault("parent-on-both", where, code=code, category=self.key)
            for name in choice.names():
                other = known.setdefault((choice.parent, name.casefold()), code)
                if other != code:
                    raise fault("name-twice", where, code=code, other=other, name=name)
        return self

    @cached_property
    def by_code(self) -> Mapping[str, Choice]:
        """The choices by their code."""
        return {choice.code: choice for choice in self.choices}


class Field(Frozen):
    """One column of a sheet: its type, what it accepts and how it is explained.

    ``one_of`` names a group of which at least one field must be filled.  ``parent`` is
    the field whose value this one's category depends on.  ``formula`` is a Jinja2
    template of a spreadsheet formula; ``rule`` names the rule of
    :mod:`custbook_gen.derive` that gives the same value.  ``applies`` says that only
    records of persons, or only those of organisations, are meant to have it.
    """

    key: Key
    label: Label
    type: FieldType
    help: Label | None = None
    example: str | None = None
    required: bool = False
    recommended: bool = False
    unique: bool = False
    locked: bool = False
    min: Bound | None = None
    max: Bound | None = None
    min_length: int | None = None
    max_length: int | None = None
    pattern: str | None = None
    places: int | None = None
    default: str | int | Decimal | bool | None = None
    category: Key | None = None
    parent: Key | None = None
    to: Key | None = None
    prefix: str | None = None
    digits: int | None = None
    mobile: bool = False
    result: ResultType | None = None
    formula: str | None = None
    rule: str | None = None
    one_of: str | None = None
    personal: Literal["none", "personal", "sensitive"] = "none"
    applies: Literal["person", "organisation"] | None = None
    width: float | None = None

    @field_validator("min", "max", "default", mode="before")
    @classmethod
    def _numbers_from_text(cls, value: object, info: ValidationInfo) -> object:
        """JSON holds decimals as text; which text is a number, only the type can tell."""
        if isinstance(value, str) and info.data.get("type") in NUMERIC:
            try:
                return Decimal(value)
            except InvalidOperation:
                return value
        return value

    @model_validator(mode="after")
    def _options_fit_the_type(self) -> Self:
        for option, types in OPTION_TYPES.items():
            value = getattr(self, option)
            if value is not None and value is not False and self.type not in types:
                raise fault("option-type", (option,), option=option, type=self.type)
        for option, types in NEEDED_OPTIONS.items():
            if self.type in types and getattr(self, option) is None:
                raise fault("option-needed", (), option=option, type=self.type)
        if self.required and self.recommended:
            raise fault("required-recommended", ("recommended",))
        self._check_values()
        return self

    def _check_values(self) -> None:
        for option, value in (("min", self.min), ("max", self.max)):
            if value is not None and not (self.type in NUMERIC | DATED and fits(self.type, value)):
                raise fault("bound-type", (option,), type=self.type, value=value)
        if self.default is not None and not fits(self.type, self.default):
            raise fault("default-type", ("default",), type=self.type, value=self.default)
        for low, high in (("min", "max"), ("min_length", "max_length")):
            least, most = getattr(self, low), getattr(self, high)
            if least is not None and most is not None and span(least) > span(most):
                raise fault("bounds-crossed", (low,), low=low, high=high)
        if self.pattern is not None:
            try:
                re.compile(self.pattern)
            except re.error as error:
                raise fault("pattern-form", ("pattern",), value=self.pattern, problem=error) from None

    @property
    def kind(self) -> FieldType | ResultType:
        """The type of the values: of a computed field that of its result."""
        return self.result if self.result is not None else self.type

    @property
    def stored(self) -> bool:
        """Whether the store keeps the field; computed fields are made anew each time."""
        return self.type != "calc"

    @property
    def entered(self) -> bool:
        """Whether people fill it in; numbers given by the tool and computed values are not."""
        return self.type not in ("auto", "calc")

    @property
    def length(self) -> int | None:
        """The most characters a text may have; nothing for other types."""
        return self.max_length or TEXT_LENGTH.get(self.kind)

    @property
    def decimals(self) -> int:
        """Digits after the point."""
        return self.places if self.places is not None else PLACES.get(self.kind, 0)


class Sheet(Frozen):
    """One kind of record: its fields, the one that is its key and the one that names it."""

    key: Key
    label: Label
    key_field: Key
    name_field: Key
    fields: tuple[Field, ...]
    help: Label | None = None
    blank_rows: int = 200

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
        return self

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
    label: Label
    sheets: tuple[Sheet, ...]
    categories: tuple[Category, ...] = ()
    settings: Settings = Settings()

    @model_validator(mode="after")
    def _parts_fit_together(self) -> Self:
        refuse_twice("sheets", (sheet.key for sheet in self.sheets))
        refuse_twice("categories", (category.key for category in self.categories))
        for at, category in enumerate(self.categories):
            self._check_category(category, ("categories", at))
        for at, sheet in enumerate(self.sheets):
            for place, field in enumerate(sheet.fields):
                self._check_field(sheet, field, ("sheets", at, "fields", place))
        return self

    def _check_category(self, category: Category, where: Path) -> None:
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
        """The categories by their key."""
        return {category.key: category for category in self.categories}

    def sheet(self, key: str) -> Sheet:
        """The sheet with this key; ``KeyError`` where there is none."""
        return self.sheet_by_key[key]

    def category(self, key: str) -> Category:
        """The category with this key; ``KeyError`` where there is none."""
        return self.category_by_key[key]

    @classmethod
    def from_models(cls, *models: type[BaseModel], key: str, label: Label, version: int = 1) -> Book:
        """A book from Pydantic classes; see :mod:`custbook_gen.schema.classes`."""
        parts = classes.parts_of(models)
        return cls.model_validate({"key": key, "label": label, "version": version, **parts})


def refuse_twice(part: str, names: Iterable[str]) -> None:
    """Raises a fault at the first name that stands in this part of a model for a second time."""
    seen: set[str] = set()
    for at, name in enumerate(names):
        if name in seen:
            raise fault("defined-twice", (part, at), name=name)
        seen.add(name)

"""What a class says about its sheet and fields besides their types."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from pydantic import BaseModel

from custbook_gen.schema.constraints import Constraint
from custbook_gen.schema.field_types import Bound, FieldType, ResultType
from custbook_gen.schema.fields import Preset

Model = type[BaseModel]
Words = str | tuple[str, str]
"""A text for both languages, or one in Chinese and one in English."""
ChoiceWords = Words | Mapping[str, object]
"""A choice's label; or, as in YAML, ``zh``, ``en``, ``aliases``, ``parent`` and ``active``."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Option:
    """What a class attribute cannot say by its type; stands in ``Annotated``.

    (Compared by identity: ``Annotated[...] | None`` wants it hashable, mappings and all.)

    The names are those of a field in YAML.  ``key`` and ``name`` mark the sheet's key and
    the field that names a record; ``to`` takes a sheet's key or its class; ``choices``
    gives labels to the values of a ``Literal`` or ``Enum``, and ``category`` names (and
    ``category_label`` labels) the category made from it.  ``after`` and ``before`` name
    the field beside which this one goes.
    """

    type: FieldType | None = None
    label: Words | None = None
    help: Words | None = None
    example: str | None = None
    key: bool = False
    name: bool = False
    required: bool | None = None
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
    category: str | None = None
    category_label: Words | None = None
    choices: Mapping[str, ChoiceWords] | None = None
    parent: str | None = None
    to: str | Model | None = None
    prefix: str | None = None
    digits: int | None = None
    mobile: bool = False
    result: ResultType | None = None
    formula: str | None = None
    rule: str | None = None
    one_of: str | None = None
    personal: Literal["none", "personal", "sensitive"] | None = None
    applies: Literal["person", "organisation"] | None = None
    width: float | None = None
    rare: bool = False
    default_from: str | None = None
    preset: Preset | None = None
    purpose: str | None = None
    retention_days: int | None = None
    after: str | None = None
    before: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetOption:
    """What a class says about its sheet, as its class variable ``__sheet__``.

    Without it, a class ``SalesLine`` makes the sheet ``sales_lines``, labelled
    "Sales lines"; the first line of its docstring is the sheet's help.
    """

    key: str | None = None
    label: Words | None = None
    help: Words | None = None
    blank_rows: int | None = None
    constraints: tuple[Constraint, ...] = ()
    preset: Preset | None = None


NOT_FIELD_OPTIONS = frozenset({"key", "name", "category_label", "choices", "after", "before"})

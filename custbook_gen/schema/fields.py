"""The parts of a book's sheets: labels, choices, categories and fields."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import Annotated, Final, Literal, Self

from pydantic import Field as Constraint
from pydantic import StringConstraints, ValidationInfo, field_validator, model_validator

from custbook_gen.schema.faults import fault, refuse_twice
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
    crossed,
    fits,
)
from custbook_gen.schema.frozen import Frozen
from custbook_gen.schema.limits import DIGITS, MAX_TEXT, Between, Number, is_cell_number
from custbook_gen.schema.text_patterns import is_small, pattern_problem
from custbook_gen.texts import Lang, join

Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,40}$")]
Color = Annotated[str, StringConstraints(pattern=r"^[0-9A-F]{6}$")]
"""Six hex digits: red, green, blue."""
Preset = Literal["basic", "standard", "full", "opt-in"]
"""The smallest selection that a part belongs to; ``opt-in`` belongs to none unless asked for."""

ALREADY_CHECKED: Final = "already checked"
"""The context of validation for a book that was valid: what takes long to check is not checked again."""


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
    """Code of the value that this one hangs from, in a category with a parent."""
    aliases: tuple[str, ...] = ()
    """What else people may write to mean it."""
    active: bool = True
    """Whether it is still on offer; records that have it keep it."""
    figure: Number | None = None
    """A number that goes with it: a deal stage's probability, the least number of a band."""
    color: Color | None = None
    """What marks cells that hold it: six hex digits."""

    def names(self) -> tuple[str, ...]:
        """Everything a person may write to mean this value, the labels first."""
        both = f"{self.label.zh} {self.label.en}"
        return (self.label.zh, self.label.en, both, self.code, *self.aliases)


class Purpose(Frozen):
    """What personal data is kept for, and for how many days after it was last needed."""

    key: Key
    label: Label
    retention_days: Annotated[int, Constraint(ge=1)]
    """Days for which data is kept after it was last needed."""


class Category(Frozen):
    """A list of values to choose from; with ``parent``, each under a value of another.

    Values of an ``editable`` category are kept in the book's dictionary sheet, where
    people change them; other lists (regions, currencies) come with the schema.
    """

    key: Key
    label: Label
    parent: Key | None = None
    """The category whose values this one's hang from."""
    choices: tuple[Choice, ...] = ()
    """The values, in the order in which they are offered."""
    editable: bool = True
    """Whether people may change the values in the book's dictionary sheet."""

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
    """One column of a sheet: its type, what it accepts and how it is explained."""

    key: Key
    label: Label
    """The column's header."""
    type: FieldType
    """What the values are."""
    help: Label | None = None
    """What people should fill in; shown as a note."""
    example: str | None = None
    """A value as people would write it."""
    required: bool = False
    """Whether a record must have a value."""
    recommended: bool = False
    """Whether a value counts more than an optional one towards the record's completeness."""
    unique: bool = False
    """Whether no two records may have the same value."""
    locked: bool = False
    """Whether people cannot change the value in a workbook."""
    min: Bound | None = None
    """The least number, or the first day."""
    max: Bound | None = None
    """The largest number, or the last day."""
    min_length: Annotated[int, Between("min_length", 0, MAX_TEXT)] | None = None
    """The fewest characters."""
    max_length: Annotated[int, Between("max_length", 1, MAX_TEXT)] | None = None
    """The most characters; each type has a limit of its own."""
    pattern: str | None = None
    """A regular expression that the text must match."""
    places: Annotated[int, Between("places", 0, 10)] | None = None
    """The most digits after the point."""
    default: str | int | Decimal | bool | None = None
    """What a new record gets where the cell is left empty."""
    category: Key | None = None
    """The category whose values can be chosen."""
    parent: Key | None = None
    """The field of this sheet whose value says which values are on offer (province, city)."""
    to: Key | None = None
    """The sheet whose records can be referred to."""
    prefix: Annotated[str, StringConstraints(max_length=20)] | None = None
    """What the numbers that the tool gives begin with."""
    digits: Annotated[int, Between("digits", 1, DIGITS)] | None = None
    """How many digits these numbers have."""
    mobile: bool = False
    """Whether only numbers of mobile phones are accepted."""
    result: ResultType | None = None
    """What a computed field's values are."""
    formula: str | None = None
    """A Jinja2 template of the spreadsheet formula that gives the same values as the rule."""
    rule: str | None = None
    """The rule that computes the values; the program knows its rules by name."""
    one_of: str | None = None
    """A group of fields, at least one of which must be filled."""
    personal: Literal["none", "personal", "sensitive"] = "none"
    """Whether the values are personal data."""
    applies: Literal["person", "organisation"] | None = None
    """Which customers are meant to have it."""
    width: Annotated[float, Between("width", 1, 255)] | None = None
    """The column's width in characters."""
    rare: bool = False
    """Whether it is seldom filled in: its column belongs to a group that can be folded away."""
    default_from: Key | None = None
    """The field whose choice's figure is taken where this one is left empty."""
    preset: Preset = "basic"
    """The smallest selection of the schema that has the field."""
    purpose: Key | None = None
    """What the personal data is kept for."""
    retention_days: Annotated[int, Constraint(ge=1)] | None = None
    """Days for which it is kept, where that differs from its purpose's."""

    @field_validator("min", "max", "default", mode="before")
    @classmethod
    def _numbers_from_text(cls, value: object, info: ValidationInfo) -> object:
        """JSON holds decimals as text; which text is a number, only the type can tell.

        What no cell can hold is left as text: to try whether it is whole would take long.
        """
        if isinstance(value, str) and info.data.get("type") in NUMERIC:
            with suppress(InvalidOperation):
                value = Decimal(value)
        return str(value) if isinstance(value, Decimal) and not is_cell_number(value) else value

    @model_validator(mode="after")
    def _options_fit_the_type(self, info: ValidationInfo) -> Self:
        for option, types in OPTION_TYPES.items():
            value = getattr(self, option)
            if value is not None and value is not False and self.type not in types:
                raise fault("option-type", (option,), option=option, type=self.type)
        for option, types in NEEDED_OPTIONS.items():
            if self.type in types and getattr(self, option) is None:
                raise fault("option-needed", (), option=option, type=self.type)
        if self.type == "calc" and not self._category_fits_the_result():
            raise fault("result-category", ("result",), name=self.key)
        if self.required and self.recommended:
            raise fault("required-recommended", ("recommended",))
        self._check_values()
        if self.pattern is not None and info.context != ALREADY_CHECKED:
            self._check_pattern(self.pattern, self.length or 0)
        return self

    def _category_fits_the_result(self) -> bool:
        """A computed choice has a category; a computed text may have one whose codes stand in it."""
        return self.result == "text" or (self.result == "enum") == (self.category is not None)

    def _check_values(self) -> None:
        for option, value in (("min", self.min), ("max", self.max)):
            if value is not None and not (self.type in NUMERIC | DATED and fits(self.type, value)):
                raise fault("bound-type", (option,), type=self.type, value=value)
        if self.default is not None and not fits(self.type, self.default):
            raise fault("default-type", ("default",), type=self.type, value=self.default)
        for low, high in (("min", "max"), ("min_length", "max_length")):
            least, most = getattr(self, low), getattr(self, high)
            if least is not None and most is not None and crossed(least, most):
                raise fault("bounds-crossed", (low,), low=low, high=high)

    def _check_pattern(self, pattern: str, longest: int) -> None:
        problem = pattern_problem(pattern)
        if problem is not None:
            raise fault("pattern-form", ("pattern",), value=pattern, problem=problem)
        if not is_small(pattern, longest):
            raise fault("pattern-large", ("pattern",), value=pattern, longest=longest)

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

    def numbered(self, number: int) -> str:
        """The key with a number that a field of type ``auto`` gives, such as ``C000012``."""
        return f"{self.prefix}{number:0{self.digits}}"

    @property
    def decimals(self) -> int:
        """Digits after the point."""
        return self.places if self.places is not None else PLACES.get(self.kind, 0)

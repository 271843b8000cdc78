"""A book written as Pydantic classes: one class per sheet, one attribute per field.

    class Customer(BaseModel):
        __sheet__ = SheetOption(label=("客户", "Customers"))

        customer_id: Annotated[str | None, Option(prefix="C", digits=6)] = None
        name: Annotated[str, Field(max_length=100), Option(label=("名称", "Name"))]
        level: Literal["A", "B", "C"] = "B"
        owner_id: Annotated[str, Option(to="staff")]

What the classes say already is taken from them: types, bounds, lengths, patterns,
defaults, what is required.  :class:`Option` says the rest.  The result is raw data for
``Book.model_validate``, the same that a YAML file gives.
"""

from __future__ import annotations

import datetime as dt
import re
import types
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import AnyUrl, EmailStr
from pydantic.fields import FieldInfo

from custbook_gen.errors import SchemaError
from custbook_gen.schema.field_types import FieldType
from custbook_gen.schema.options import (
    NOT_FIELD_OPTIONS,
    ChoiceWords,
    Model,
    Option,
    SheetOption,
    Words,
)
from custbook_gen.schema.placing import Side, placed
from custbook_gen.value_objects import value_object

TYPES: Mapping[object, FieldType] = {
    str: "text",
    bool: "bool",
    int: "int",
    Decimal: "dec",
    dt.date: "date",
    dt.datetime: "datetime",
    EmailStr: "email",
    AnyUrl: "url",
}
CONSTRAINTS: Mapping[str, str] = {
    "ge": "min",
    "le": "max",
    "min_length": "min_length",
    "max_length": "max_length",
    "pattern": "pattern",
    "decimal_places": "places",
}
NOT_EXPRESSIBLE = ("gt", "lt", "multiple_of")
IMPLIED_TYPES: Mapping[str, FieldType] = {"to": "ref", "prefix": "auto", "rule": "calc"}


@value_object
class Attribute:
    """One attribute of a class, taken apart."""

    model: Model
    name: str
    info: FieldInfo
    base: object
    """The annotation without ``Annotated``, ``None`` and, if ``several``, the collection."""
    several: bool
    metadata: tuple[object, ...]
    option: Option

    @property
    def values(self) -> tuple[object, ...]:
        """The values to choose from, where the type is a ``Literal`` or an ``Enum``."""
        if get_origin(self.base) is Literal:
            return get_args(self.base)
        if isinstance(self.base, type) and issubclass(self.base, Enum):
            return tuple(member.value for member in self.base)
        return ()


def parts_of(models: Sequence[Model]) -> dict[str, object]:
    """The raw ``sheets`` and ``categories`` of a book, from Pydantic classes.

    Args:
        models: one class per sheet, in the order of the sheets.

    Returns:
        Data for ``Book.model_validate``, which checks that the parts fit together.

    Raises:
        SchemaError: a class says something that no sheet can hold, or has no key.
    """
    sheets: list[dict[str, object]] = []
    categories: dict[str, dict[str, Any]] = {}
    for model in models:
        attributes = attributes_of(model)
        sheets.append(raw_sheet(model, attributes))
        for attribute in attributes:
            add_category(categories, attribute, attributes)
    return {"sheets": sheets, "categories": list(categories.values())}


def attributes_of(model: Model) -> list[Attribute]:
    """The attributes of a class, in the order in which they are written."""
    return [_attribute(model, name, info) for name, info in model.model_fields.items()]


def places_of(attributes: Iterable[Attribute]) -> dict[str, tuple[Side, str]]:
    """Where the options of attributes put them.

    Raises:
        SchemaError: an option says both ``after`` and ``before``.
    """
    places: dict[str, tuple[Side, str]] = {}
    for attribute in attributes:
        option, name = attribute.option, attribute.name
        if option.after is not None and option.before is not None:
            raise complaint("class-place", attribute)
        if option.after is not None:
            places[name] = ("after", option.after)
        elif option.before is not None:
            places[name] = ("before", option.before)
    return places


def sheet_key(model: Model) -> str:
    """The key of a class's sheet: the one it states, or its name in the plural."""
    stated = sheet_option(model).key
    if stated is not None:
        return stated
    snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", model.__name__).lower()
    if re.search(r"[^aeiou]y$", snake):
        return snake[:-1] + "ies"
    return snake + ("es" if re.search(r"(s|x|z|ch|sh)$", snake) else "s")


def sheet_option(model: Model) -> SheetOption:
    """What a class says about its sheet."""
    option = getattr(model, "__sheet__", None)
    return option if isinstance(option, SheetOption) else SheetOption()


def raw_sheet(model: Model, attributes: Sequence[Attribute]) -> dict[str, object]:
    """The raw data of the sheet that a class is."""
    option, key = sheet_option(model), sheet_key(model)
    first_line = (model.__doc__ or "").strip().partition("\n")[0]
    raw_fields = [raw_field(attribute) for attribute in attributes]
    by_name = {str(raw["key"]): raw for raw in raw_fields}
    key_field = _key_field(model, attributes, raw_fields)
    sheet: dict[str, object] = {
        "key": key,
        "label": words(option.label or humanised(key)),
        "key_field": key_field,
        "name_field": _name_field(attributes, raw_fields, key_field),
        "fields": [by_name[name] for name in placed(by_name, places_of(attributes))],
    }
    if option.help or first_line:
        sheet["help"] = words(option.help or first_line)
    return sheet | sheet_options(option)


def sheet_options(option: SheetOption) -> dict[str, object]:
    """What is said of a sheet besides its key, label and help."""
    given = {"blank_rows": option.blank_rows, "preset": option.preset}
    raw: dict[str, object] = {name: value for name, value in given.items() if value is not None}
    return raw | ({"constraints": option.constraints} if option.constraints else {})


def _key_field(
    model: Model, attributes: Sequence[Attribute], raw_fields: Sequence[Mapping[str, object]]
) -> str:
    for attribute in attributes:
        if attribute.option.key:
            return attribute.name
    for raw in raw_fields:
        if raw["type"] == "auto":
            return str(raw["key"])
    raise SchemaError("class-key", model=model.__name__)


def _name_field(
    attributes: Sequence[Attribute], raw_fields: Sequence[Mapping[str, object]], key_field: str
) -> str:
    marked = [attribute.name for attribute in attributes if attribute.option.name]
    called = [attribute.name for attribute in attributes if attribute.name == "name"]
    texts = [str(raw["key"]) for raw in raw_fields if raw["type"] == "text" and raw["key"] != key_field]
    return next(iter(marked + called + texts), key_field)


def _attribute(model: Model, name: str, info: FieldInfo) -> Attribute:
    metadata: list[object] = list(info.metadata)
    base, several = _bare(info.annotation, metadata), False
    if get_origin(base) in (list, tuple, set, frozenset):
        several, base = True, _bare(get_args(base)[0], metadata)
    options = [item for item in metadata if isinstance(item, Option)]
    option = options[0] if options else Option()
    return Attribute(model, name, info, base, several, tuple(metadata), option)


def _bare(annotation: Any, metadata: list[object]) -> object:
    """The annotation without ``None`` and ``Annotated``; what was annotated is collected."""
    while True:
        if get_origin(annotation) is Annotated:
            annotation, *more = get_args(annotation)
            metadata.extend(more)
        elif get_origin(annotation) in (Union, types.UnionType):
            inner = [part for part in get_args(annotation) if part is not type(None)]
            if len(inner) != 1:
                return annotation
            annotation = inner[0]
        else:
            return annotation


def raw_field(attribute: Attribute) -> dict[str, object]:
    """The raw data of the field that an attribute is."""
    option, info = attribute.option, attribute.info
    kind = _type(attribute)
    raw: dict[str, object] = dict(_constraints(attribute))
    raw.update(_given(option))
    raw["key"], raw["type"] = attribute.name, kind
    raw["label"] = words(option.label or info.title or humanised(attribute.name))
    about = option.help or info.description
    if about:
        raw["help"] = words(about)
    if isinstance(option.to, type):
        raw["to"] = sheet_key(option.to)
    if kind in ("enum", "multi") or option.result == "enum":
        raw["category"] = _category_key(attribute)
    if kind == "calc" and option.result is None:
        raw["result"] = _plain_type(attribute)
    elif kind != "calc":
        raw.setdefault("required", info.is_required())
    default = info.get_default()
    if not info.is_required() and default is not None and kind not in ("auto", "calc", "multi"):
        code = kind == "enum" and bool(attribute.values)
        raw.setdefault("default", str(_plain(default)) if code else _plain(default))
    return raw


def _type(attribute: Attribute) -> FieldType:
    if attribute.option.type is not None:
        return attribute.option.type
    for option, kind in IMPLIED_TYPES.items():
        if getattr(attribute.option, option) is not None:
            return kind
    if attribute.values or attribute.option.category is not None:
        return "multi" if attribute.several else "enum"
    return _plain_type(attribute)


def _plain_type(attribute: Attribute) -> FieldType:
    base = attribute.base
    if isinstance(base, type) and issubclass(base, AnyUrl):
        base = AnyUrl
    if attribute.several or base not in TYPES:
        raise complaint("class-type", attribute, type=getattr(base, "__name__", str(base)))
    return TYPES[base]


def _constraints(attribute: Attribute) -> Iterator[tuple[str, object]]:
    for item in attribute.metadata:
        if isinstance(item, Option):
            continue
        for name in NOT_EXPRESSIBLE:
            if getattr(item, name, None) is not None:
                raise complaint("class-constraint", attribute, constraint=name)
        for name, option in CONSTRAINTS.items():
            value = getattr(item, name, None)
            if value is not None and not (attribute.several and name.endswith("length")):
                yield option, _plain(value)


def _given(option: Option) -> Iterator[tuple[str, object]]:
    for item in fields(option):
        value = getattr(option, item.name)
        if item.name not in NOT_FIELD_OPTIONS and value is not None and value is not item.default:
            yield item.name, _plain(value)


def _plain(value: object) -> object:
    """A value as YAML would hold it."""
    if isinstance(value, Enum):
        return _plain(value.value)
    if isinstance(value, dt.date):
        return value.isoformat()
    return value.pattern if isinstance(value, re.Pattern) else value


def _category_key(attribute: Attribute) -> str:
    return attribute.option.category or f"{sheet_key(attribute.model)}_{attribute.name}"


def add_category(
    categories: dict[str, dict[str, Any]], attribute: Attribute, others: Sequence[Attribute]
) -> None:
    """Adds the category that an attribute's values make, or sees that they agree with one that is there."""
    option = attribute.option
    if not attribute.values:
        return
    key = _category_key(attribute)
    labels = option.choices or {}
    label = option.category_label or option.label or attribute.info.title or humanised(attribute.name)
    choices = [choice(str(value), labels.get(str(value), str(value))) for value in attribute.values]
    category: dict[str, Any] = {"key": key, "label": words(label), "choices": choices}
    if option.parent is not None:
        above = [_category_key(other) for other in others if other.name == option.parent]
        category["parent"] = next(iter(above), option.parent)
    known = categories.setdefault(key, category)["choices"]
    same_codes = [item["code"] for item in known] == [item["code"] for item in choices]
    agree = same_codes and all(new.items() <= old.items() for old, new in zip(known, choices, strict=True))
    if not same_codes or (option.choices is not None and not agree):
        raise complaint("class-category", attribute, category=key)


def complaint(code: str, attribute: Attribute, **facts: object) -> SchemaError:
    """The error that tells what is wrong with an attribute of a class."""
    return SchemaError(code, model=attribute.model.__name__, field=attribute.name, **facts)


def choice(code: str, given: ChoiceWords) -> dict[str, object]:
    """Raw data of a choice, from its label or from what YAML says about it."""
    if not isinstance(given, Mapping):
        return {"code": code, "label": words(given)}
    rest = {name: value for name, value in given.items() if name not in ("zh", "en")}
    zh = given.get("zh", given.get("en", code))
    return {"code": code, "label": {"zh": zh, "en": given.get("en", zh)}, **rest}


def words(given: Words) -> dict[str, str]:
    """Raw data of a label."""
    zh, en = (given, given) if isinstance(given, str) else given
    return {"zh": zh, "en": en}


def humanised(name: str) -> str:
    """A snake_case name as words: ``list_price`` becomes ``List price``."""
    return name.replace("_", " ").capitalize()

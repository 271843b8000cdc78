"""What Pydantic classes add to a book that there is: fields of its sheets, sheets, categories."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from custbook_gen.schema.classes import (
    Attribute,
    add_category,
    attributes_of,
    complaint,
    places_of,
    raw_field,
    raw_sheet,
    sheet_key,
    sheet_option,
    sheet_options,
    words,
)
from custbook_gen.schema.options import Model
from custbook_gen.schema.placing import placed

Raw = dict[str, Any]


def with_classes(below: Mapping[str, Any], models: Sequence[Model]) -> Raw:
    """The raw data of a book with what classes add to it.

    Args:
        below: the book as ``model_dump`` gives it.
        models: classes as :mod:`custbook_gen.schema.classes` reads them.  One whose sheet
            the book has adds its attributes to that, and puts them in the place of
            fields with the same key; any other is a new sheet.

    Raises:
        SchemaError: a class says something that no sheet can hold.
    """
    sheets: dict[str, Raw] = {sheet["key"]: dict(sheet) for sheet in below["sheets"]}
    categories: dict[str, Raw] = {category["key"]: dict(category) for category in below["categories"]}
    for model in models:
        attributes, key = attributes_of(model), sheet_key(model)
        known = sheets.get(key)
        made = raw_sheet(model, attributes) if known is None else _widened(known, model, attributes)
        sheets[key] = made
        for attribute in attributes:
            add_category(categories, attribute, attributes)
    return {**below, "sheets": list(sheets.values()), "categories": list(categories.values())}


def _widened(sheet: Raw, model: Model, attributes: Sequence[Attribute]) -> Raw:
    """A sheet with the attributes of a class among its fields, and what the class says of it."""
    fields: dict[str, Raw] = {field["key"]: field for field in sheet["fields"]}
    fields |= {attribute.name: raw_field(attribute) for attribute in attributes}
    places = places_of(attributes)
    for attribute in attributes:
        beside = places.get(attribute.name)
        if beside is not None and (beside[1] not in fields or beside[1] == attribute.name):
            raise complaint("class-beside", attribute, beside=beside[1], sheet=sheet["key"])
    option = sheet_option(model)
    said = sheet_options(option)
    said |= {name: words(text) for name, text in (("label", option.label), ("help", option.help)) if text}
    said["constraints"] = (*sheet["constraints"], *option.constraints)
    for attribute in attributes:
        if attribute.option.key:
            said["key_field"] = attribute.name
        if attribute.option.name:
            said["name_field"] = attribute.name
    return {**sheet, **said, "fields": [fields[name] for name in placed(fields, places)]}

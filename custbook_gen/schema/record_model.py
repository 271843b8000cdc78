"""The Pydantic record model of a sheet: what one checked row holds.

``check`` validates rows with it, Python users import it, and its JSON Schema is what
other programs read.  Values are those of :data:`custbook_gen.records.Value`: codes, not
labels.  Computed fields are not part of it.
"""

from __future__ import annotations

import datetime as dt
import re
import warnings
from collections.abc import Callable
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints, ValidationInfo, create_model
from pydantic import Field as Constraint
from pydantic_core import PydanticCustomError

from custbook_gen.schema.book import Book, Field, Sheet
from custbook_gen.schema.field_types import DATED, NUMERIC, resolve_date

MODEL_CONFIG = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, protected_namespaces=())


def record_model(book: Book, sheet: Sheet) -> type[BaseModel]:
    """The frozen model of one sheet's records, one attribute per stored field.

    Date bounds that depend on the evaluation date take it from the validation context:
    ``model.model_validate(row, context={"as_of": date})``; without one, they use today's
    rule of the schema's ``settings.as_of`` or are not checked.
    """
    fields: dict[str, Any] = {}
    for field in sheet.stored_fields:
        annotation = value_type(book, field)
        title = Constraint(title=field.label.en, description=field.help.en if field.help else None)
        needed = field.required and field.type != "auto"
        kind = annotation if needed else annotation | None
        fields[field.key] = (Annotated[kind, title], ... if needed else None)
    name = "".join(part.capitalize() for part in sheet.key.split("_"))
    with warnings.catch_warnings():
        # a field may be called like a method of Pydantic's: records are asked for their fields alone
        warnings.filterwarnings("ignore", "Field name .* shadows an attribute in parent", UserWarning)
        model: type[BaseModel] = create_model(name, __config__=MODEL_CONFIG, __doc__=sheet.label.en, **fields)
    return model


def value_type(book: Book, field: Field) -> Any:
    """The type of a field's values, with what narrows it, as Pydantic reads it."""
    annotation: Any = _python_type(book, field)
    for constraint in _constraints(field, book.settings.as_of):
        annotation = Annotated[annotation, constraint]
    return annotation


def _python_type(book: Book, field: Field) -> Any:
    if field.category is not None:
        codes = tuple(choice.code for choice in book.category(field.category).choices)
        code: Any = Literal.__getitem__(codes) if codes else str
        return code if field.type == "enum" else tuple.__class_getitem__((code, ...))
    plain: dict[str, Any] = {
        "int": int,
        "dec": Decimal,
        "money": Decimal,
        "pct": Decimal,
        "date": dt.date,
        "datetime": dt.datetime,
        "bool": bool,
    }
    return plain.get(field.type, str)


def _constraints(field: Field, as_of: dt.date | None) -> list[Any]:
    """What narrows the type: length and pattern of texts, range of numbers and dates."""
    if field.type in DATED:
        return [AfterValidator(_date_check(field, as_of))] if field.min or field.max else []
    if field.type in NUMERIC:
        places = [] if field.type == "int" else [Constraint(decimal_places=field.decimals)]
        return [Constraint(ge=field.min, le=field.max), *places]
    if field.type in ("enum", "multi", "bool"):
        return []
    if field.type == "auto":
        return [StringConstraints(pattern=rf"^{re.escape(str(field.prefix))}[0-9]{{{field.digits},}}$")]
    size = AfterValidator(_size_check(field.length)) if field.length is not None else None
    limits = StringConstraints(min_length=field.min_length, max_length=field.length, pattern=field.pattern)
    return [limits, *([size] if size is not None else [])]


def _size_check(most: int) -> Callable[[str], str]:
    """A validator of a text's length as spreadsheets count it: an emoji, for one, counts twice."""

    def check(value: str) -> str:
        if 2 * len(value) > most and len(value.encode("utf-16-le", "surrogatepass")) > 2 * most:
            raise PydanticCustomError("string_too_long", "the text is too long", {"max_length": most})
        return value

    return check


def _date_check(field: Field, fixed: dt.date | None) -> Callable[[Any, ValidationInfo], Any]:
    """A validator of the field's earliest and latest day."""

    def check(value: dt.date, info: ValidationInfo) -> dt.date:
        as_of = (info.context or {}).get("as_of", fixed)
        day = value.date() if isinstance(value, dt.datetime) else value
        for bound, code in ((field.min, "too-small"), (field.max, "too-large")):
            if not isinstance(bound, str) or (bound.startswith("as_of") and as_of is None):
                continue
            limit = resolve_date(bound, as_of or day)
            if (day < limit) if code == "too-small" else (day > limit):
                raise PydanticCustomError(code, "the date is out of range", {"limit": limit.isoformat()})
        return value

    return check

"""What a customer book is: the schema's own models, and the record models made from them."""

from custbook_gen.schema.book import Book, Sheet
from custbook_gen.schema.field_types import (
    DATED,
    NUMERIC,
    TEXTUAL,
    Bound,
    FieldType,
    ResultType,
    resolve_date,
)
from custbook_gen.schema.fields import Category, Choice, Field, Key, Label, Preset, Purpose
from custbook_gen.schema.frozen import Frozen
from custbook_gen.schema.options import Option, SheetOption
from custbook_gen.schema.record_model import record_model
from custbook_gen.schema.selection import select
from custbook_gen.schema.settings import Settings

__all__ = [
    "DATED",
    "NUMERIC",
    "TEXTUAL",
    "Book",
    "Bound",
    "Category",
    "Choice",
    "Field",
    "FieldType",
    "Frozen",
    "Key",
    "Label",
    "Option",
    "Preset",
    "Purpose",
    "ResultType",
    "Settings",
    "Sheet",
    "SheetOption",
    "record_model",
    "resolve_date",
    "select",
]

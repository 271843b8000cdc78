"""What a record model says against a value, as notes for people."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from custbook_gen.records import Value
from custbook_gen.schema import Field
from custbook_gen.texts import Saying
from custbook_gen.values.number import plain
from custbook_gen.values.reading import Note
from custbook_gen.values.text import shown

CODES: Final[Mapping[str, str]] = {
    "missing": "required-missing",
    "string_too_long": "too-long",
    "string_too_short": "too-short",
    "string_pattern_mismatch": "pattern-mismatch",
    "greater_than_equal": "too-small",
    "less_than_equal": "too-large",
    "too-small": "too-small",
    "too-large": "too-large",
    "literal_error": "not-in-list",
}


def fault_note(item: Field, value: Value, fault: Mapping[str, Any]) -> Note:
    """A Pydantic error about a field's value as a note; one that no rule of ours explains names its type."""
    context = fault.get("ctx", {})
    limit = next(
        (context[name] for name in ("limit", "ge", "le", "max_length", "min_length") if name in context), ""
    )
    facts = {
        "value": _readable(item, value),
        "limit": _readable(item, limit),
        "length": len(str(value).encode("utf-16-le", "surrogatepass")) // 2,
        "hint": _hint(item),
    }
    return Note(CODES[fault["type"]], facts)


def _readable(item: Field, value: Value) -> str:
    """A value or a bound as its cell shows it."""
    number = value if item.kind == "pct" and isinstance(value, int | Decimal) else None
    return shown(value) if number is None else f"{plain(Decimal(number) * 100)}%"


def _hint(item: Field) -> Saying:
    return (
        Saying("issue.no-hint") if item.example is None else Saying("issue.hint", {"example": item.example})
    )

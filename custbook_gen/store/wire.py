"""Values of records and how the store writes them: text, whole numbers or nothing.

Exact decimals and dates are kept as text (ISO 8601), yes/no as 1/0, several choices as a
JSON list, so that every database keeps them alike and none rounds.  Conversion goes by
columns, because a hundred thousand rows share a handful of dates and choices.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from itertools import chain
from typing import Any, Final, Literal

from pydantic_core import from_json, to_json

from custbook_gen.errors import StoreError
from custbook_gen.portions import JoinedTexts
from custbook_gen.records import Row, Value
from custbook_gen.remembering import Remembered
from custbook_gen.schema import Field
from custbook_gen.store_ahead import Column, Recurring
from custbook_gen.value_objects import value_object

Wire = str | int | None
WireRow = tuple[Wire, ...]

_MOST: Final = 2**63 - 1
_UNFIT: Final = (ValueError, TypeError, ArithmeticError)
"""What conversions raise of something that they never made."""


class UnreadableError(Exception):
    """Something stands in the store that nobody ever stored there; it is not told, for it may be anybody's.

    Args:
        place: the field or column where it stands.
    """

    def __init__(self, place: str) -> None:
        self.place = place
        super().__init__(place)


@value_object
class _Codec:
    """Both directions of one kind of value; ``None`` where nothing is to be done."""

    types: frozenset[type]
    column: Literal["text", "integer"] = "text"
    encode: Callable[[Any], Wire] | None = None
    decode: Callable[[Any], Value] | None = None
    shared: bool = False
    """Equal values have equal texts and recur, so one conversion serves them all."""
    everywhere: bool = False
    """They recur in the other columns of a table as well."""


_TYPES: Final[Mapping[str, frozenset[type]]] = {
    "text": frozenset({str, type(None)}),
    "integer": frozenset({int, type(None)}),
}
"""What stands in the columns of a database."""
_Memo = Remembered[Any, Any]
_NOTHING: Final[Mapping[Any, Any]] = {None: None}
"""What is nothing stays nothing."""


def storable(text: str) -> bool:
    """Whether a database can hold a text, or be asked for it: lone surrogates and NUL are none."""
    try:
        return b"\0" not in text.encode()
    except UnicodeEncodeError:
        return False


def dump(document: object) -> str:
    """A document of wire values as JSON text."""
    return to_json(document).decode()


def load(text: str) -> Any:
    """The document of a JSON text written by :func:`dump`.

    Raises:
        UnreadableError: it is none.
    """
    try:
        return from_json(text)
    except _UNFIT:
        raise UnreadableError("JSON") from None


def moment(text: str) -> dt.datetime:
    """A moment as it was before it became its ISO 8601 text.

    Raises:
        UnreadableError: it is none.
    """
    try:
        return dt.datetime.fromisoformat(text)
    except _UNFIT:
        raise UnreadableError("ISO 8601") from None


def _choices(text: str) -> tuple[str, ...]:
    return tuple(load(text))


_TEXT: Final = _Codec(frozenset({str}))
_CODE: Final = _Codec(frozenset({str}), decode=str, shared=True)
_WHOLE: Final = _Codec(frozenset({int}), "integer")
_EXACT: Final = _Codec(frozenset({Decimal, int}), encode=str, decode=Decimal)
_CODECS: Final[Mapping[str, _Codec]] = {
    **dict.fromkeys(("text", "long", "phone", "email", "url", "auto"), _TEXT),
    **dict.fromkeys(("enum", "ref"), _CODE),
    **dict.fromkeys(("dec", "money", "pct"), _EXACT),
    "int": _WHOLE,
    "bool": _Codec(frozenset({bool}), "integer", int, bool, shared=True),
    "date": _Codec(
        frozenset({dt.date}), "text", dt.date.isoformat, dt.date.fromisoformat, shared=True, everywhere=True
    ),
    "datetime": _Codec(frozenset({dt.datetime}), "text", dt.datetime.isoformat, dt.datetime.fromisoformat),
    "multi": _Codec(frozenset({tuple}), "text", dump, _choices, shared=True),
}


def column_type(field: Field) -> Literal["text", "integer"]:
    """What a database column of this field holds."""
    return _CODECS[field.kind].column


def encode_column(field: Field, values: Sequence[Value]) -> Sequence[Wire]:
    """Many values of one field as the store writes them.

    Raises:
        StoreError: ``store-value``: a value is of another type than the field's, a number
            beyond 64 bits, or text that no database can hold (lone surrogates, NUL).
    """
    codec = _CODECS[field.kind]
    found = set(map(type, values)) - {type(None)}
    if not found <= codec.types:
        raise StoreError("store-value", field=field.key)
    if found:
        _check_content(field, values, found)
    if codec.encode is None:
        return values  # type: ignore[return-value]  # their types were checked above
    if codec.shared:
        return list(map(_Memo(codec.encode, _NOTHING).__getitem__, values))
    encode = codec.encode
    return [None if value is None else encode(value) for value in values]


def _check_content(field: Field, values: Sequence[Any], found: set[type]) -> None:
    """Refuse what would fail, or be cut short, only inside the database."""
    sound = True
    if found & {str, tuple}:
        parts = filter(None, values) if found == {str} else chain.from_iterable(filter(None, values))
        try:
            sound = b"\0" not in "".join(parts).encode()
        except (TypeError, UnicodeEncodeError):
            sound = False
    elif column_type(field) == "integer":
        sound = all(-_MOST <= number <= _MOST for number in filter(None, values))
    if not sound:
        raise StoreError("store-value", field=field.key)


def decoder(field: Field, everywhere: dict[str, _Memo] | None = None) -> Callable[[Column], Sequence[Value]]:
    """What makes values of a column of :func:`encode_column` that comes in parts; equal ones are made once.

    A column whose values turn out not to recur is soon decoded one by one, which is faster.

    Args:
        field: the column's.
        everywhere: values that the columns of a table share, by the kind of their fields.
    """
    codec = _CODECS[field.kind]
    made = _values if codec.decode is None else _decoding(field, codec.decode, everywhere)

    def column(wires: Column) -> Sequence[Value]:
        try:
            return made(_sound(codec, wires))
        except _UNFIT:
            raise UnreadableError(field.key) from None

    return column


def _values(wires: Column) -> Sequence[Value]:
    return list(wires) if isinstance(wires, Recurring) else wires


def _decoding(
    field: Field, decode: Callable[[Any], Value], everywhere: dict[str, _Memo] | None
) -> Callable[[Column], Sequence[Value]]:
    """What decodes the parts of a column."""
    codec, known = _CODECS[field.kind], _Memo(decode, _NOTHING)
    if codec.everywhere and everywhere is not None:
        known = everywhere.setdefault(field.kind, known)
    seen, recurs = 0, True
    by_place: list[Value] = []

    def made(wires: Column) -> Sequence[Value]:
        nonlocal seen, recurs
        if isinstance(wires, Recurring):
            by_place.extend(map(known.__getitem__, wires.texts[len(by_place) :]))
            return list(map(by_place.__getitem__, wires.places))
        if recurs:
            values = list(map(known.__getitem__, wires))
            seen += len(wires)
            recurs = not known.is_full and (codec.shared or 2 * len(known) <= seen + 1)
            return values
        return [None if wire is None else decode(wire) for wire in wires]

    return made


def _sound(codec: _Codec, wires: Column) -> Column:
    """A column of what the codec's values are written as; bytes, which some tools store, as text.

    Raises:
        TypeError: something else stands there.
        UnicodeDecodeError: bytes are no text.
    """
    if isinstance(wires, Recurring | JoinedTexts) and codec.column == "text":
        return wires
    kinds = set(map(type, wires)) - _TYPES[codec.column]
    if not kinds:
        return wires
    if codec.column == "integer" or kinds != {bytes}:
        raise TypeError
    return [wire.decode() if isinstance(wire, bytes) else wire for wire in wires]


def encode(field: Field, value: Value) -> Wire:
    """One value as the store writes it; errors as of :func:`encode_column`."""
    return encode_column(field, (value,))[0]


def decode(field: Field, wire: Wire) -> Value:
    """One value as it was before :func:`encode`.

    Raises:
        UnreadableError: it is none of the field's.
    """
    codec = _CODECS[field.kind]
    try:
        (sound,) = _sound(codec, (wire,))
        return sound if codec.decode is None or sound is None else codec.decode(sound)
    except _UNFIT:
        raise UnreadableError(field.key) from None


def encode_rows(fields: Sequence[Field], rows: Sequence[Row]) -> list[WireRow]:
    """Rows with one value per field as the store writes them."""
    columns = zip(*rows, strict=True)
    return list(zip(*map(encode_column, fields, columns), strict=True))


def column_decoder(fields: Sequence[Field]) -> Callable[[Iterable[Column]], Sequence[Sequence[Value]]]:
    """What makes the columns of :func:`encode_rows` values again, for a table that comes in parts."""
    everywhere: dict[str, _Memo] = {}
    decoders = [decoder(field, everywhere) for field in fields]
    return lambda columns: [decode(column) for decode, column in zip(decoders, columns, strict=True)]


def decode_rows(fields: Sequence[Field], rows: Sequence[Sequence[Wire]]) -> list[Row]:
    """Rows as they were before :func:`encode_rows`."""
    return list(zip(*column_decoder(fields)(zip(*rows, strict=True)), strict=True)) if rows else []

"""What a cell holds: as it is written, and as it was found."""

from __future__ import annotations

from decimal import Decimal

from custbook_gen.value_objects import value_object

MAX_ROWS = 1_048_576
MAX_COLUMNS = 16_384
MAX_TEXT = 32_767

Cell = str | bool | int | float | Decimal | None
"""What a cell holds when no formula does: text, truth, number or nothing."""


@value_object
class Formula:
    """A formula without its ``=``, and the value that it gives."""

    text: str
    value: Cell = None


@value_object
class RowFormula:
    """A column's formula; the row's number goes between the pieces."""

    pieces: tuple[str, ...]

    def at(self, row: int) -> str:
        """The formula's text in one row."""
        return str(row).join(self.pieces)


class Serial(float):
    """A number that its cell's number format shows as a date or time (1900 count)."""

    __slots__ = ()


class PhoneText(str):
    """A phone number as typed, with the country (ISO 3166 code) that it is read by."""

    __slots__ = ("region",)
    region: str

    def __new__(cls, text: str, region: str) -> PhoneText:
        """The text of a number together with its country; ``ZZ`` stands for an unknown one."""
        made = super().__new__(cls, text)
        made.region = region
        return made


@value_object
class CellError:
    """An error value such as ``#REF!``."""

    code: str


RawCell = str | bool | float | Serial | CellError | None
"""What was found in a cell: numbers are floats, the formula stands apart."""

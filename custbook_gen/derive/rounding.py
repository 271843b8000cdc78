"""Rounding half up, exactly."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from functools import partial, reduce
from itertools import repeat
from operator import mul
from typing import Final

CENT: Final = Decimal("0.01")
EXACT: Final = Context(prec=200, rounding=ROUND_HALF_UP)
"""Room for every digit of a product of a few numbers that cells can hold."""


def products(*columns: Iterable[Decimal]) -> list[Decimal]:
    """Products of what stands at one place of some columns, with all digits, rounded half up to the cent."""
    with localcontext(EXACT):  # operators take half the time of a context's methods
        exact = reduce(partial(map, mul), columns)
        return list(map(EXACT.quantize, exact, repeat(CENT)))


def whole(number: Decimal) -> int:
    """A number rounded half up to a whole one."""
    return int(number.to_integral_value(ROUND_HALF_UP))


def quotient(numerator: int, denominator: int, places: int = 1) -> Decimal:
    """A quotient of whole numbers that are not negative, rounded half up to so many places.

    Raises:
        ZeroDivisionError: the denominator is 0.
    """
    scaled = 2 * numerator * 10**places
    return Decimal((scaled + denominator) // (2 * denominator)).scaleb(-places)

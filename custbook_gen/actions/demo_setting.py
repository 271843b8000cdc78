"""What the demo's made-up records are made from: the book, chance, the day, the language."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from random import Random
from typing import Final

from stdnum.cn import uscc

from custbook_gen.actions.demo_words import GIVEN_NAMES, SURNAMES, Words
from custbook_gen.records import Value
from custbook_gen.schema import Book, Choice
from custbook_gen.value_objects import value_object

Row = dict[str, Value]
"""A record in the making, by field; fields that are empty are left out later."""
Rows = Sequence[Mapping[str, Value]]
ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""The characters of a unified social credit code."""


@value_object
class Setting:
    """What the made-up records are made from."""

    book: Book
    random: Random
    today: dt.date
    chinese: bool

    def say(self, words: Words) -> str:
        """Words in the demo's language."""
        return words[0 if self.chinese else 1]

    def any_of(self, some: Sequence[Words]) -> str:
        """Some words of several, in the demo's language."""
        return self.say(self.random.choice(some))

    def perhaps(self, share: float) -> bool:
        """Yes in so many of all cases."""
        return self.random.random() < share

    def weighted(self, some: Sequence[tuple[str, int]]) -> str:
        """One of several words, each as likely as its number says."""
        return self.random.choices([word for word, _ in some], [number for _, number in some])[0]

    def day(self, most: int, least: int = 0) -> dt.date:
        """A day between so many days ago."""
        return self.today - dt.timedelta(days=self.random.randint(least, most))

    def since(self, start: dt.date, least: int = 0) -> dt.date:
        """A day from so many days after another one up to today."""
        left = max((self.today - start).days - least, 0)
        return self.today - dt.timedelta(days=self.random.randint(0, left))

    def at(self, day: dt.date) -> dt.datetime:
        """A moment in working hours of a day."""
        clock = dt.time(self.random.randint(9, 16), self.random.choice((0, 10, 15, 30, 40, 45)))
        return dt.datetime.combine(day, clock)

    def person(self) -> str:
        """A person's name."""
        surname, given = self.random.choice(SURNAMES), self.random.choice(GIVEN_NAMES)
        return surname[0] + given[0] if self.chinese else f"{given[1]} {surname[1]}"

    def mobile(self) -> str:
        """A mobile number."""
        return f"+861{self.random.choice('3589')}{self.random.randint(0, 999_999_999):09}"

    def credit_code(self) -> str:
        """A unified social credit code with its right check digit."""
        body = f"91{self.random.choice(('110105', '310115', '330106', '440305'))}MA"
        body += "".join(self.random.choice(ALPHABET) for _ in range(7))
        return body + str(uscc.calc_check_digit(body))

    def pick(self, category: str) -> str:
        """Any code of a category that is on offer; an empty text where the book does not have it."""
        return self.random.choice([one.code for one in self.choices(category)] or [""])

    def choices(self, category: str) -> Sequence[Choice]:
        """The values on offer; none where the book does not have the category."""
        known = self.book.category_by_key.get(category)
        return [one for one in known.choices if one.active] if known is not None else []

    def figure(self, category: str, code: str) -> Decimal | None:
        """The figure of a value, if it has one."""
        return next((one.figure for one in self.choices(category) if one.code == code), None)


def date(value: Value) -> dt.date:
    """The day in a field that is known to hold one."""
    if not isinstance(value, dt.date):
        raise TypeError(value)
    return value.date() if isinstance(value, dt.datetime) else value


def by_customer(rows: Rows) -> dict[str, list[Mapping[str, Value]]]:
    """Records by the customer whom they belong to."""
    found: dict[str, list[Mapping[str, Value]]] = {}
    for row in rows:
        found.setdefault(str(row["customer_id"]), []).append(row)
    return found

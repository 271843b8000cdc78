"""Made-up records for the demo: a small trading company's first two years with its book.

Everything is invented; mail addresses end in example.com.  The same seed, date and
language give the same records.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from random import Random
from typing import Final

from custbook_gen.actions.demo_care import consents, feedback, interactions, rights_requests, tickets
from custbook_gen.actions.demo_people import contacts, customers, staff
from custbook_gen.actions.demo_setting import Rows, Setting
from custbook_gen.actions.demo_trade import deals, products, sales
from custbook_gen.records import Change, Value
from custbook_gen.schema import Book, Sheet
from custbook_gen.texts import Lang

SEED: Final = 20240131


def demo_records(book: Book, today: dt.date, lang: Lang) -> list[Change]:
    """The demo's records as insertions, sheet by sheet; what the book does not have is left out."""
    rows = _rows(Setting(book, Random(SEED), today, chinese=lang != "en"))  # noqa: S311  (nothing secret)
    return [
        Change("insert", sheet.key, str(row[sheet.key_field]), {}, _filled(row, sheet))
        for sheet in (book.sheet(key) for key in rows if key in book.sheet_by_key)
        for row in rows[sheet.key]
    ]


def _rows(setting: Setting) -> Mapping[str, Rows]:
    colleagues, goods = list(staff(setting)), list(products(setting))
    buyers = list(customers(setting))
    people = list(contacts(setting, buyers))
    lines = list(sales(setting, buyers, goods))
    chances = list(deals(setting, buyers, people, lines))
    cases = list(tickets(setting, people, lines))
    return {
        "staff": colleagues,
        "products": goods,
        "customers": buyers,
        "contacts": people,
        "sales": lines,
        "deals": chances,
        "tickets": cases,
        "interactions": list(interactions(setting, buyers, people, chances, cases)),
        "feedback": list(feedback(setting, lines)),
        "consents": list(consents(setting, buyers, people)),
        "rights_requests": list(rights_requests(setting, buyers)),
    }


def _filled(row: Mapping[str, Value], sheet: Sheet) -> dict[str, Value]:
    return {key: value for key, value in row.items() if value is not None and key in sheet.by_key}

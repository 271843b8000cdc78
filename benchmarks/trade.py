"""The bundled book with so many customers and five order lines each, in memory."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Final

from benchmarks.data import AS_OF, CITIES, SYLLABLES
from custbook_gen.portions import PORTION
from custbook_gen.records import ColumnRows, Table, Tables, Value
from custbook_gen.schema import Book, Sheet
from custbook_gen.store.wire import column_decoder, encode_rows

LINES: Final = 5
PRODUCTS: Final = 40
STAFF: Final = 8


def trade_tables(book: Book, customers: int, seed: int = 20260630) -> Tables:
    """Seeded records: staff, products, customers and their order lines; other sheets are empty."""
    chance = random.Random(seed)  # noqa: S311  (data for measuring, not secrets)
    rows: dict[str, Iterable[dict[str, Value]]] = {
        "staff": (
            {"staff_id": f"E{at:03}", "name": f"员工{at}", "status": "active"} for at in range(1, STAFF + 1)
        ),
        "products": (
            {"product_id": f"P{at:03}", "name": f"产品{at}", "status": "on_sale"} for at in range(PRODUCTS)
        ),
        "customers": (_customer(chance, at) for at in range(1, customers + 1)),
        "sales": (_line(chance, at, customers) for at in range(1, customers * LINES + 1)),
    }
    return {sheet.key: _table(sheet, rows.get(sheet.key, ())) for sheet in book.sheets}


def _customer(chance: random.Random, at: int) -> dict[str, Value]:
    return {
        "customer_id": f"C{at:06}",
        "name": f"{chance.choice(CITIES)}{''.join(chance.choices(SYLLABLES, k=4))}有限公司",
        "customer_type": "company",
        "mobile": f"+86138{chance.randrange(10**8):08}",
        "owner_id": f"E{chance.randrange(STAFF) + 1:03}",
        "created_on": AS_OF - dt.timedelta(days=chance.randrange(900)),
        "status": "normal",
    }


def _line(chance: random.Random, at: int, customers: int) -> dict[str, Value]:
    price = Decimal(chance.randrange(1, 100_000)) / 100
    return {
        "line_id": f"S{at:08}",
        "order_no": f"SO{at // 2:07}",
        "customer_id": f"C{chance.randrange(customers) + 1:06}",
        "date": AS_OF - dt.timedelta(days=chance.randrange(900)),
        "kind": "sale",
        "product_id": f"P{chance.randrange(PRODUCTS):03}",
        "quantity": Decimal(chance.randrange(1, 20)),
        "unit_price": price,
        "discount": Decimal(chance.randrange(1, 20)) / 100 if chance.random() < 0.3 else None,
        "payment_status": "paid",
        "paid": price,
        "status": "done",
        "staff_id": f"E{chance.randrange(STAFF) + 1:03}",
    }


def _table(sheet: Sheet, records: Iterable[Mapping[str, Value]]) -> Table:
    """The records of a sheet as a store gives them: by columns, equal choices, references and dates one object."""
    fields = tuple(field.key for field in sheet.stored_fields)
    rows = encode_rows(sheet.stored_fields, [tuple(map(record.get, fields)) for record in records])
    decode = column_decoder(sheet.stored_fields)
    columns = [decode(zip(*rows[at : at + PORTION], strict=True)) for at in range(0, len(rows), PORTION)]
    keyed = fields.index(sheet.key_field)
    return Table(sheet.key, fields, ColumnRows([str(row[keyed]) for row in rows], columns))

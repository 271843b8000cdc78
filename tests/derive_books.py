"""Small books for the tests of rules: records that say only what matters."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from custbook_gen.derive import RULES, Facts
from custbook_gen.records import Table, Tables, Value
from custbook_gen.schema import Settings

AS_OF = dt.date(2026, 6, 30)
"""A Tuesday."""

SHEETS: Mapping[str, Mapping[str, Value]] = {
    "customers": {
        "customer_id": None,
        "customer_type": None,
        "name": None,
        "uscc": None,
        "id_no": None,
        "mobile": None,
        "phone": None,
        "email": None,
        "country": None,
        "province": None,
        "city": None,
        "address": None,
        "owner_id": None,
        "level": None,
        "groups": None,
        "pref_channel": None,
        "birth_date": None,
        "created_on": None,
        "verified_on": None,
        "status": "normal",
        "value_manual": None,
        "lifecycle_manual": None,
    },
    "products": {"product_id": None, "category": None, "cycle_days": None},
    "sales": {
        "line_id": None,
        "customer_id": "C1",
        "order_no": None,
        "date": AS_OF,
        "kind": "sale",
        "status": "done",
        "product_id": None,
        "quantity": Decimal(1),
        "unit_price": Decimal(100),
        "discount": None,
        "currency": None,
        "rate": None,
        "payment_status": None,
        "paid": None,
        "orig_order_no": None,
    },
    "interactions": {
        "interaction_id": None,
        "customer_id": "C1",
        "at": dt.datetime.combine(AS_OF, dt.time(9)),
        "result": "reached",
        "next_on": None,
    },
    "feedback": {"feedback_id": None, "customer_id": "C1", "at": AS_OF, "score": None, "content": None},
    "tickets": {
        "ticket_id": None,
        "customer_id": "C1",
        "opened_at": dt.datetime.combine(AS_OF, dt.time(9)),
        "first_reply_at": None,
        "resolved_at": None,
        "status": "new",
        "priority": "medium",
        "satisfaction": None,
    },
    "deals": {
        "deal_id": None,
        "customer_id": "C1",
        "stage": "quotation",
        "amount": Decimal(1000),
        "probability": Decimal("0.75"),
        "created_on": AS_OF,
        "expected_close": AS_OF,
        "closed_on": None,
    },
    "consents": {
        "consent_id": None,
        "customer_id": "C1",
        "purpose": "marketing_sms",
        "given": "given",
        "at": dt.datetime.combine(dt.date(2026, 1, 1), dt.time(8)),
        "expires_on": None,
    },
    "rights_requests": {"request_id": None, "customer_id": "C1", "received_on": AS_OF, "law": None},
    "staff": {"staff_id": None, "max_customers": None},
}
"""The fields of every sheet that rules look at, the key first, with what they hold by default."""

Records = Iterable[Mapping[str, Value]]


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


def ago(days: int) -> dt.date:
    return AS_OF - dt.timedelta(days=days)


def sale(date: dt.date, amount: str = "100", customer: str = "C1", **more: Value) -> dict[str, Value]:
    return {"date": date, "unit_price": Decimal(amount), "customer_id": customer, **more}


def back(order: str, date: dt.date, amount: str = "100") -> dict[str, Value]:
    """A return that names the order it takes back from."""
    return sale(date, amount, kind="return", orig_order_no=order)


def table(sheet: str, records: Records) -> Table:
    """Records as a table; without a key, each gets a number, and without an order each sale its own."""
    fields = SHEETS[sheet]
    key_field, rows = next(iter(fields)), {}
    for number, record in enumerate(records, 1):
        assert record.keys() <= fields.keys(), record.keys() - fields.keys()
        values = {**fields, **record}
        key = str(values[key_field] or f"{sheet[0].upper()}{number}")
        values[key_field] = key
        if sheet == "sales":
            values["order_no"] = values["order_no"] or f"O{number}"
        rows[key] = tuple(values.values())
    return Table(sheet, tuple(fields), rows)


def book(**records: Records) -> Tables:
    """A book with every sheet: these records, at least the customer C1, and nothing else."""
    given: dict[str, Records] = {"customers": [{}], **records}
    return {sheet: table(sheet, given.get(sheet, ())) for sheet in SHEETS}


def rule(
    name: str, tables: Tables, settings: Mapping[str, Any] | None = None, as_of: dt.date = AS_OF
) -> Mapping[str, Value]:
    """What a rule gives for every record."""
    return RULES[name](Facts(tables, as_of, Settings.model_validate(settings or {})))


def rule_for_sales(name: str, *lines: Mapping[str, Value], **settings: Any) -> Value:
    """What a rule gives for customer C1 with these sales."""
    return rule(name, book(sales=lines), settings).get("C1")

"""What the demo's customers buy, and what they may buy."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Final

from custbook_gen.actions.demo_people import LEFT
from custbook_gen.actions.demo_setting import Row, Rows, Setting, by_customer, date
from custbook_gen.actions.demo_words import COMPETITORS, DEALS, PRODUCTS, STEPS
from custbook_gen.records import Value

DEAL_COUNT: Final = 36
STAGES: Final = (
    ("first_contact", 5),
    ("needs", 5),
    ("value", 3),
    ("agreed", 3),
    ("quotation", 4),
    ("negotiation", 3),
    ("won", 7),
    ("lost", 5),
    ("invalid", 1),
)
"""How often deals are at each stage."""
CLOSED: Final = frozenset({"won", "lost", "invalid"})
RHYTHMS: Final = (("regular", 5), ("seldom", 3), ("sleeping", 2), ("lost", 2), ("never", 3))
"""How often customers buy, and how many do so."""
LAST: Final[Mapping[str, tuple[int, int]]] = {
    "regular": (0, 45),
    "seldom": (5, 90),
    "sleeping": (100, 170),
    "lost": (240, 400),
}
"""How many days ago the last purchase was."""
GAPS: Final[Mapping[str, tuple[int, int]]] = {
    "regular": (18, 50),
    "seldom": (80, 200),
    "sleeping": (30, 60),
    "lost": (30, 90),
}
"""Days between purchases."""


def products(setting: Setting) -> Iterator[Row]:
    """What is sold."""
    for code, name, category, price, brand, color, cycle, spec in PRODUCTS:
        yield {
            "product_id": code,
            "name": setting.say(name),
            "category": category,
            "brand": brand,
            "spec": setting.say(spec),
            "color": None if color == "other" else color,
            "unit": "time" if category == "services" else "piece",
            "list_price": Decimal(price),
            "status": "on_sale",
            "cycle_days": cycle,
        }


def sales(setting: Setting, buyers: Rows, goods: Rows) -> Iterator[Row]:
    """Orders of one to three lines, and now and then a return of one of them."""
    orders = sorted(_orders(setting, buyers), key=lambda order: order[0])
    line = number = 0
    for day, customer in orders:
        number += 1
        for row in _order(setting, f"SO{day:%y%m}{number:04}", day, customer, goods):
            line += 1
            yield {"line_id": f"S{line:08}", **row}
            back = day + dt.timedelta(days=setting.random.randint(3, 12))
            if row["quantity"] != 1 and back <= setting.today and setting.perhaps(0.05):
                line, number = line + 1, number + 1
                yield {"line_id": f"S{line:08}", **_return(row, f"SR{back:%y%m}{number:04}", back)}


def _orders(setting: Setting, buyers: Rows) -> Iterator[tuple[dt.date, Mapping[str, Value]]]:
    for customer in buyers[:-1]:
        rhythm = setting.weighted(RHYTHMS)
        if rhythm == "never":
            continue
        start, day = date(customer["created_on"]), setting.day(*reversed(LAST[rhythm]))
        while day >= start:
            yield day, customer
            day -= dt.timedelta(days=setting.random.randint(*GAPS[rhythm]))


def _order(
    setting: Setting, number: str, day: dt.date, customer: Mapping[str, Value], goods: Rows
) -> Iterator[Row]:
    old = (setting.today - day).days > 300
    seller = LEFT if old and setting.perhaps(0.3) else customer["owner_id"]
    channel = setting.pick("sales_channel")
    recent = (setting.today - day).days < 40
    status = "pending" if recent and setting.perhaps(0.1) else "done"
    status = "cancelled" if setting.perhaps(0.03) else status
    for product in setting.random.sample(list(goods), setting.random.randint(1, 3)):
        row: Row = {
            "order_no": number,
            "customer_id": customer["customer_id"],
            "date": day,
            "kind": "sale",
            "product_id": product["product_id"],
            "quantity": Decimal(setting.random.choice((1, 2, 3, 5, 8, 10))),
            "unit": product["unit"],
            "unit_price": product["list_price"],
            "discount": Decimal(setting.random.choice(("0", "0", "0.05", "0.1"))),
            "status": status,
            "staff_id": seller,
            "channel": channel,
        }
        yield {**row, **_payment(setting, row)}


def _payment(setting: Setting, row: Mapping[str, Value]) -> Row:
    """How an order line was paid; some of the latest are not, or in part."""
    amount = (
        Decimal(str(row["quantity"])) * Decimal(str(row["unit_price"])) * (1 - Decimal(str(row["discount"])))
    )
    if row["status"] != "done":
        return {"payment_status": "unpaid" if row["status"] == "pending" else None}
    late = (setting.today - date(row["date"])).days < 60
    state = setting.random.choices(("paid", "partial", "unpaid"), (6, 1, 2) if late else (1, 0, 0))[0]
    shares = {"paid": Decimal(1), "partial": Decimal("0.3"), "unpaid": Decimal(0)}
    paid = (amount * shares[state]).quantize(Decimal("0.01"))
    method = None if state == "unpaid" else setting.pick("payment_method")
    return {"payment_status": state, "paid": paid, "payment_method": method}


def _return(row: Mapping[str, Value], number: str, day: dt.date) -> Row:
    """One piece of an order line comes back."""
    return {
        **row,
        "order_no": number,
        "date": day,
        "kind": "return",
        "quantity": Decimal(1),
        "status": "done",
        "orig_order_no": row["order_no"],
        "payment_status": "refunded",
        "paid": None,
        "payment_method": None,
    }


def deals(setting: Setting, buyers: Rows, people: Rows, lines: Rows) -> Iterator[Row]:
    """Opportunities at every stage; those that were won name the order that came of them."""
    known, bought = by_customer(people), by_customer([row for row in lines if row["kind"] == "sale"])
    for number in range(1, DEAL_COUNT + 1):
        stage = setting.weighted(STAGES)
        customer = setting.random.choice([row for row in buyers[:-1] if stage != "won" or _owns(bought, row)])
        key = str(customer["customer_id"])
        name, product = setting.random.choice(DEALS)
        contact = known.get(key, [{}])[0].get("contact_id")
        order = setting.random.choice(bought[key]) if stage == "won" else {}
        yield {
            "deal_id": f"D{number:06}",
            "name": setting.say(name),
            "customer_id": key,
            "contact_id": contact,
            "stage": stage,
            "amount": Decimal(setting.random.choice((3000, 8000, 12_000, 20_000, 45_000, 90_000))),
            "probability": setting.figure("deal_stage", stage),
            "type": setting.random.choice(("new", "repeat", "upsell") if key in bought else ("new",)),
            "source": customer["source"],
            "product_id": product,
            "owner_id": customer["owner_id"],
            "competitor": setting.any_of(COMPETITORS) if setting.perhaps(0.3) else None,
            **_course(setting, stage, customer, order),
        }


def _owns(bought: Mapping[str, Sequence[object]], row: Mapping[str, Value]) -> bool:
    return str(row["customer_id"]) in bought


def _course(setting: Setting, stage: str, customer: Mapping[str, Value], order: Mapping[str, Value]) -> Row:
    """When a deal began, when it is to end or did, and what comes next."""
    if stage not in CLOSED:
        created = setting.since(max(date(customer["created_on"]), setting.day(160, 150)))
        expected = setting.today + dt.timedelta(days=setting.random.randint(-20, 60))
        step = setting.today + dt.timedelta(days=setting.random.randint(0, 14))
        row: Row = {"created_on": created, "expected_close": max(expected, created)}
        return {**row, "next_step": setting.any_of(STEPS), "next_step_on": step}
    closed = date(order["date"]) if order else setting.since(date(customer["created_on"]), 20)
    created = closed - dt.timedelta(days=setting.random.randint(10, 90))
    return {
        "created_on": created,
        "expected_close": closed + dt.timedelta(days=setting.random.randint(-5, 15)),
        "closed_on": closed,
        "lost_reason": setting.pick("lost_reason") if stage == "lost" else None,
        "order_no": order.get("order_no"),
    }

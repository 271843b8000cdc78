"""Made-up records of every sheet of the bundled book, without chance: the same each time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from custbook_gen.records import Tables, Value
from custbook_gen.schema import Book
from tests.summary_books import table_of

Row = dict[str, Value]
PEOPLE = ("李强", "王芳", "赵敏", "陈晨")


@dataclass(frozen=True)
class Maker:
    """Makes records that spread over the two years before an evaluation date."""

    book: Book
    as_of: dt.date
    customers: int
    lines: int

    def tables(self) -> Tables:
        """Every sheet of the book; those that nothing is made for are empty."""
        made: dict[str, Callable[[], Iterator[Row]]] = {
            "staff": self.staff,
            "products": self.products,
            "customers": self.people,
            "contacts": self.contacts,
            "sales": self.sales,
            "interactions": self.interactions,
            "deals": self.deals,
            "tickets": self.tickets,
            "feedback": self.feedback,
            "consents": self.consents,
            "rights_requests": self.requests,
        }
        return {
            sheet.key: table_of(self.book, sheet.key, list(made[sheet.key]()) if sheet.key in made else [])
            for sheet in self.book.sheets
        }

    def day(self, number: int, step: int = 7, span: int = 730) -> dt.date:
        """A day before the evaluation date, another one for each number."""
        return self.as_of - dt.timedelta(days=(number * step) % span)

    def moment(self, number: int, step: int = 7) -> dt.datetime:
        """The same with a time."""
        return dt.datetime.combine(self.day(number, step), dt.time(number % 24, 30))

    def code(self, category: str, number: int) -> str | None:
        """A choice of a category; of each five numbers one has none."""
        known = self.book.category_by_key.get(category)
        if known is None or not known.choices:
            return None
        return known.choices[(number * 3) % len(known.choices)].code

    def maybe(self, category: str, number: int) -> str | None:
        """A choice, or nothing for some numbers."""
        return None if number % 5 == 4 else self.code(category, number)

    def staff(self) -> Iterator[Row]:
        """Four colleagues."""
        for n, name in enumerate(PEOPLE, 1):
            row: Row = {"staff_id": f"E{n:04}", "name": name, "role": "sales", "status": "active"}
            yield row | {"target_month": Decimal(20_000 * n), "max_customers": 12 + n}

    def products(self) -> Iterator[Row]:
        """Thirty products."""
        for n in range(30):
            yield {
                "product_id": f"P-{n:03}",
                "name": f"产品{n}",
                "category": self.code("product_category", n),
                "unit": "piece",
                "list_price": Decimal(20 + n),
                "status": "on_sale",
                "cycle_days": 30 + n,
            }

    def people(self) -> Iterator[Row]:
        """Customers of every kind."""
        for n in range(self.customers):
            twin = n == self.customers - 1
            yield {
                "customer_id": f"C{n + 1:06}",
                "name": f"第{n % (self.customers - 1)}号客户有限公司",  # two of one name
                "customer_type": self.code("customer_type", n),
                "mobile": f"+86138{1 if twin else n:08}" if n % 3 or twin else None,
                "phone": None if n % 3 else f"+8657186{n:06}",
                "email": f"c{n}@example.com" if n % 4 else None,
                "province": self.code("province", n) if n % 6 else None,
                "industry": self.maybe("industry", n),
                "size": self.maybe("company_size", n),
                "level": "ABC"[n % 3],
                "source": self.maybe("customer_source", n),
                "groups": ("key", "regulars")[: n % 3] or None,
                "pref_category": (str(self.code("product_category", n)),) if n % 2 else None,
                "pref_channel": ("phone", "wechat")[: 1 + n % 2],
                "pref_color": (str(self.code("color", n)),) if n % 3 == 1 else None,
                "owner_id": f"E{n % 4 + 1:04}",
                "created_on": self.day(n, 11),
                "verified_on": self.day(n, 5, 400) if n % 2 else None,
                "status": "normal" if n % 11 else "inactive",
                "currency": "CNY",
            }

    def contacts(self) -> Iterator[Row]:
        """A contact for every second customer."""
        for n in range(0, self.customers, 2):
            row: Row = {"contact_id": f"P{n + 1:06}", "customer_id": f"C{n + 1:06}", "name": f"联系人{n}"}
            yield row | {"mobile": f"+86139{n:08}", "is_primary": True, "do_not_contact": False}

    def buyer(self, order: int) -> int:
        """Who placed an order: a quarter of the customers much more often than the others."""
        buyers = max(1, self.customers * 4 // 5)
        return order % buyers if order % 3 else order // 3 % max(1, buyers // 4)

    def sales(self) -> Iterator[Row]:
        """Order lines, two to an order, some of them returned; one customer in five buys nothing."""
        for n in range(self.lines):
            order = n // 2
            back = n % 17 == 16
            yield {
                "line_id": f"S{n + 1:08}",
                "order_no": f"N{order:06}",
                "customer_id": f"C{self.buyer(order) + 1:06}",
                "date": self.day(order * 5 + order // 7, 11),
                "kind": "return" if back else "gift" if n % 29 == 28 else "sale",
                "product_id": f"P-{(n * 7) % 30:03}",
                "quantity": Decimal(n % 9 + 1),
                "unit": "piece",
                "unit_price": Decimal(19 + (order * 37) % 900) + Decimal("0.99"),
                "discount": Decimal("0.05") if n % 3 else None,
                "currency": "CNY",
                "rate": Decimal(1),
                "payment_status": "unpaid" if n % 13 == 0 else "paid",
                "paid": Decimal(0),
                "status": "pending" if n % 19 == 0 else "done",
                "staff_id": f"E{order % 4 + 1:04}",
                "channel": self.maybe("sales_channel", n),
            }

    def interactions(self) -> Iterator[Row]:
        """Three interactions for every customer."""
        for n in range(3 * self.customers):
            yield {
                "interaction_id": f"I{n + 1:08}",
                "customer_id": f"C{n % self.customers + 1:06}",
                "at": self.moment(n, 4),
                "channel": self.code("interaction_channel", n),
                "direction": "outgoing",
                "subject": f"主题{n}",
                "content": "谈了报价的事情",
                "purpose": self.maybe("interaction_purpose", n),
                "result": self.maybe("interaction_result", n + n // 3),
                "staff_id": f"E{n % 4 + 1:04}",
                "next_on": self.day(n, 4) + dt.timedelta(days=30) if n % 3 == 0 else None,
            }

    def deals(self) -> Iterator[Row]:
        """A deal for every second customer."""
        for n in range(self.customers // 2):
            stage = str(self.code("deal_stage", n))
            closed = stage in self.book.settings.deals.closed_stages
            yield {
                "deal_id": f"D{n + 1:06}",
                "name": f"商机{n}",
                "customer_id": f"C{n + 1:06}",
                "stage": stage,
                "amount": Decimal(1000 * (n % 40 + 1)),
                "probability": Decimal(n % 10) / 10,
                "expected_close": self.day(n, 9) + dt.timedelta(days=90),
                "owner_id": f"E{n % 4 + 1:04}",
                "created_on": self.day(n, 9),
                "closed_on": self.day(n, 5, 300) if closed else None,
                "lost_reason": self.code("lost_reason", n) if stage == "lost" else None,
                "next_step": "带样品去一趟，把报价单和合同草稿一起送到",
            }

    def tickets(self) -> Iterator[Row]:
        """A ticket for every second customer."""
        for n in range(self.customers // 2):
            status, opened = str(self.code("ticket_status", n + n // 4)), self.moment(n, 8)
            done = status in ("resolved", "closed")
            yield {
                "ticket_id": f"T{n + 1:06}",
                "subject": f"问题{n}",
                "customer_id": f"C{n + 1:06}",
                "opened_at": opened,
                "channel": self.code("ticket_channel", n),
                "category": self.code("ticket_category", n),
                "priority": self.code("ticket_priority", n),
                "status": status,
                "owner_id": f"E{n % 4 + 1:04}",
                "first_reply_at": opened + dt.timedelta(hours=n % 30),
                "resolved_at": opened + dt.timedelta(hours=5 + n % 90) if done else None,
                "description": "打不开",
                "satisfaction": n % 5 + 1 if done else None,
                "product_id": f"P-{n % 7:03}" if n % 3 else None,
                "reopened": n % 4 // 3,
            }

    def feedback(self) -> Iterator[Row]:
        """A feedback for every customer."""
        themes: Sequence[str] = [str(self.code("feedback_theme", n)) for n in range(7)]
        for n in range(self.customers):
            yield {
                "feedback_id": f"F{n + 1:06}",
                "at": self.day(n, 6),
                "customer_id": f"C{n + 1:06}" if n % 7 else None,
                "channel": self.code("feedback_channel", n),
                "type": self.code("feedback_type", n),
                "theme": (themes[n % 7], themes[(n + 1) % 7]) if n % 2 else (themes[n % 7],),
                "content": "希望包装再结实一些，上次收到的时候有两盒已经压坏了，换货也等了很久。",
                "score": n % 5 + 1 if n % 3 else None,
                "nps": n % 11 if n % 4 else None,
                "needs_reply": n % 5 == 0,
                "status": self.code("feedback_status", n),
                "replied_on": self.day(n, 6) + dt.timedelta(days=n % 6) if n % 4 == 0 else None,
            }

    def consents(self) -> Iterator[Row]:
        """What customers said to one purpose each."""
        for n in range(self.customers):
            yield {
                "consent_id": f"A{n + 1:06}",
                "customer_id": f"C{n + 1:06}",
                "purpose": self.code("consent_purpose", n),
                "given": self.code("consent_answer", n + n // 5),
                "at": self.moment(n, 13),
                "expires_on": self.day(n, 3) if n % 6 == 0 else None,
            }

    def requests(self) -> Iterator[Row]:
        """A few requests of people about their data."""
        for n in range(6):
            yield {
                "request_id": f"R{n + 1:06}",
                "customer_id": f"C{n + 1:06}",
                "type": self.code("rights_request_type", n),
                "received_on": self.day(n, 6),
                "status": self.code("rights_request_status", n),
            }


def full_tables(book: Book, as_of: dt.date, customers: int = 40, lines: int = 300) -> Tables:
    """Records of every sheet."""
    return Maker(book, as_of, customers, lines).tables()

"""How the demo's customers are cared for: interactions, tickets, feedback, consents, requests."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Final

from custbook_gen.actions.demo_people import SERVICE
from custbook_gen.actions.demo_setting import Row, Rows, Setting, by_customer, date
from custbook_gen.actions.demo_words import (
    DEMANDS,
    IMPROVEMENTS,
    NEXT,
    OPINIONS,
    REMEDIES,
    TOPICS,
    TROUBLES,
)
from custbook_gen.records import Value

INTERACTIONS: Final = 140
TICKETS: Final = 42
FEEDBACK: Final = 40
REPLY_HOURS: Final[Mapping[str, int]] = {"urgent": 2, "high": 8, "medium": 24, "low": 72}
"""Until when the first reply should come."""
NOTICE: Final = "2025-01"
"""The version of the privacy notice."""
MARKETING: Final = ("marketing_phone", "marketing_sms", "marketing_email", "marketing_wechat")
REQUESTS: Final = (("access", "done"), ("correct", "done"), ("delete", "in_progress"), ("withdraw", "open"))


def interactions(setting: Setting, buyers: Rows, people: Rows, chances: Rows, cases: Rows) -> Iterator[Row]:
    """Calls, messages and visits of the last half year, with follow-ups agreed on."""
    known, deals, tickets = by_customer(people), by_customer(chances), by_customer(cases)
    for number in range(1, INTERACTIONS + 1):
        customer = setting.random.choice(buyers[:-1])
        key = str(customer["customer_id"])
        subject, content, purpose = setting.random.choice(TOPICS)
        day = setting.since(max(date(customer["created_on"]), setting.day(200, 190)), 1)
        planned = day + dt.timedelta(days=setting.random.randint(5, 40)) if setting.perhaps(0.3) else None
        result = setting.random.choices(
            ("reached", "interested", "follow_up", "not_reached", "deal", "not_interested"),
            (6, 3, 2, 2, 1, 1),
        )[0]
        yield {
            "interaction_id": f"I{number:08}",
            "customer_id": key,
            "contact_id": known.get(key, [{}])[0].get("contact_id"),
            "at": setting.at(day),
            "channel": setting.random.choice(("call", "call", "wechat", "email", "visit", "video")),
            "direction": "incoming" if purpose == "quotation" else "outgoing",
            "subject": setting.say(subject),
            "content": setting.say(content),
            "purpose": purpose,
            "result": result,
            "sentiment": setting.random.choices(("positive", "neutral", "negative"), (4, 5, 1))[0],
            "duration_min": setting.random.choice((5, 10, 15, 20, 30, 45)),
            "staff_id": customer["owner_id"],
            "next_on": planned,
            "next_action": setting.any_of(NEXT) if planned else None,
            "demand": setting.any_of(DEMANDS) if setting.perhaps(0.08) else None,
            "deal_id": _one_of(setting, deals, key, "deal_id", 0.4),
            "ticket_id": _one_of(setting, tickets, key, "ticket_id", 0.1),
        }


def _one_of(
    setting: Setting, rows: Mapping[str, list[Mapping[str, Value]]], key: str, field: str, share: float
) -> Value:
    """One of a customer's records, in so many of all cases."""
    return setting.random.choice(rows[key])[field] if key in rows and setting.perhaps(share) else None


def tickets(setting: Setting, people: Rows, lines: Rows) -> Iterator[Row]:
    """Service cases with products that the customer bought."""
    known = by_customer(people)
    bought = [row for row in lines if row["kind"] == "sale" and row["status"] == "done"]
    for number in range(1, TICKETS + 1):
        subject, description, solution, category, product = setting.random.choice(TROUBLES)
        line = setting.random.choice([row for row in bought if row["product_id"] == product])
        key = str(line["customer_id"])
        opened = setting.at(setting.since(max(date(line["date"]), setting.day(300, 290))))
        priority = setting.random.choices(tuple(REPLY_HOURS), (1, 3, 6, 2))[0]
        yield {
            "ticket_id": f"T{number:06}",
            "customer_id": key,
            "contact_id": known.get(key, [{}])[0].get("contact_id"),
            "opened_at": opened,
            "channel": setting.random.choice(("phone", "wechat", "email", "website")),
            "category": category,
            "product_id": product,
            "order_no": line["order_no"],
            "subject": setting.say(subject),
            "description": setting.say(description),
            "priority": priority,
            "owner_id": SERVICE,
            **_handled(setting, opened, REPLY_HOURS[priority], setting.say(solution)),
        }


def _handled(setting: Setting, opened: dt.datetime, hours: int, solution: str) -> Row:
    """What became of a ticket: the old ones are solved, of the latest some are still open."""
    late = setting.perhaps(0.2)
    reply = opened + dt.timedelta(minutes=30 * hours + (60 * hours if late else 0))
    solved = reply + dt.timedelta(hours=setting.random.randint(2, 100))
    limit = dt.datetime.combine(setting.today, dt.time(18))
    if reply > limit:
        return {"status": "new"}
    if solved > limit:
        return {"status": setting.random.choice(("in_progress", "waiting")), "first_reply_at": reply}
    again = setting.perhaps(0.08)
    return {
        "status": "reopened" if again else setting.random.choice(("resolved", "closed")),
        "first_reply_at": reply,
        "resolved_at": None if again else solved,
        "solution": solution,
        "satisfaction": setting.random.choices((2, 3, 4, 5), (1, 2, 4, 5))[0]
        if setting.perhaps(0.7)
        else None,
        "reopened": 1 if again else None,
        "compensation": setting.any_of(REMEDIES) if late and setting.perhaps(0.5) else None,
    }


def feedback(setting: Setting, lines: Rows) -> Iterator[Row]:
    """Opinions on products that the customer bought; a few are anonymous."""
    bought = [row for row in lines if row["kind"] == "sale" and row["status"] == "done"]
    for number in range(1, FEEDBACK + 1):
        content, kind, themes, score, product = setting.random.choice(OPINIONS)
        line = setting.random.choice([row for row in bought if row["product_id"] == product])
        day = setting.since(max(date(line["date"]), setting.day(360, 350)))
        known = setting.perhaps(0.85)
        row: Row = {
            "feedback_id": f"F{number:06}",
            "at": day,
            "customer_id": line["customer_id"] if known else None,
            "channel": setting.random.choice(("survey", "interview", "review", "shop")),
            "type": kind,
            "theme": themes,
            "content": setting.say(content),
            "score": score,
            "nps": min(10, 2 * score - setting.random.randint(0, 2)) if setting.perhaps(0.8) else None,
            "sentiment": "positive" if score > 4 else "negative" if score < 3 else "neutral",
            "product_id": product,
            "incentive": "coupon" if known and setting.perhaps(0.3) else None,
        }
        yield {**row, **_answered(setting, kind, day)}


def _answered(setting: Setting, kind: str, day: dt.date) -> Row:
    """What became of a feedback."""
    if kind == "praise":
        return {"status": "no_action", "needs_reply": False}
    replied = day + dt.timedelta(days=setting.random.randint(0, 9))
    if replied > setting.today or setting.perhaps(0.15):
        state = setting.random.choice(("open", "in_progress"))
        return {"status": state, "needs_reply": True, "owner_id": SERVICE}
    action = setting.any_of(IMPROVEMENTS) if kind == "complaint" else None
    answer: Row = {"status": "done", "needs_reply": True, "owner_id": SERVICE}
    return {**answer, "replied_on": replied, "action": action}


def consents(setting: Setting, buyers: Rows, people: Rows) -> Iterator[Row]:
    """What customers allowed, refused and took back; those on the marketing list allowed it all."""
    known, number = by_customer(people), 0
    for customer in buyers[:-1]:
        groups = customer["groups"]
        listed = isinstance(groups, tuple) and "marketing" in groups
        contact = known.get(str(customer["customer_id"]), [{}])[0].get("contact_id")
        for purpose, given, day in _answers(setting, date(customer["created_on"]), listed=listed):
            number += 1
            yield {
                "consent_id": f"A{number:06}",
                "customer_id": customer["customer_id"],
                "contact_id": contact,
                "purpose": purpose,
                "given": given,
                "at": setting.at(day),
                "basis": "consent",
                "channel": setting.random.choice(("paper", "website", "sms", "wechat")),
                "notice_version": NOTICE,
                "expires_on": day + dt.timedelta(days=1095) if given == "given" else None,
                "staff_id": customer["owner_id"],
            }


def _answers(setting: Setting, start: dt.date, *, listed: bool) -> Iterator[tuple[str, str, dt.date]]:
    """Purpose, answer and day, one after the other."""
    if listed:
        yield from ((purpose, "given", start) for purpose in MARKETING)
    elif setting.perhaps(0.7):
        for purpose in ("marketing_sms", "marketing_email"):
            given = setting.random.choices(("given", "refused"), (3, 1))[0]
            yield purpose, given, start
            if given == "given" and setting.perhaps(0.12):
                yield purpose, "withdrawn", setting.since(start, 1)


def rights_requests(setting: Setting, buyers: Rows) -> Iterator[Row]:
    """What customers asked about their data."""
    for number, (kind, state) in enumerate(REQUESTS, 1):
        received = setting.day(120, 30) if state == "done" else setting.day(20, 2)
        yield {
            "request_id": f"R{number:06}",
            "customer_id": setting.random.choice(buyers[:-1])["customer_id"],
            "type": kind,
            "received_on": received,
            "status": state,
            "done_on": received + dt.timedelta(days=setting.random.randint(2, 12))
            if state == "done"
            else None,
        }

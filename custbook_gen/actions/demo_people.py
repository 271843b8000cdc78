"""The demo's colleagues, customers and contacts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Final

from custbook_gen.actions.demo_setting import Row, Rows, Setting, date
from custbook_gen.actions.demo_words import (
    BRANDS,
    COLLEAGUES,
    COMPANY,
    ROADS,
    SALES_TEAM,
    SERVICE_TEAM,
    STREET,
    TAGS,
    TITLES,
    TRADES,
)
from custbook_gen.records import Value

CUSTOMERS: Final = 48
SERVICE: Final = "E0005"
"""Who takes care of tickets and feedback."""
LEFT: Final = "E0006"
AREAS: Final[Mapping[str, tuple[str, ...]]] = {
    "E0002": ("east",),
    "E0003": ("north", "south"),
    "E0004": ("southwest", "central", "northwest"),
}
"""The sales areas of the colleagues who sell."""
OWNERS: Final = tuple(AREAS)
DISTRICTS: Final = (
    *("110105", "110108", "310104", "310115", "330106", "330108"),
    *("440106", "440305", "510107", "420106", "320106", "610113"),
)
SOURCES: Final = ("search", "referral", "trade_fair", "online_enquiry", "phone_enquiry", "social_media")


def staff(setting: Setting) -> Iterator[Row]:
    """The colleagues."""
    for number, (name, role) in enumerate(COLLEAGUES, 1):
        key, joined = f"E{number:04}", setting.day(2000, 900)
        gone = key == LEFT
        yield {
            "staff_id": key,
            "name": setting.say(name),
            "role": role,
            "department": setting.say(SERVICE_TEAM if role == "service" else SALES_TEAM),
            "area": AREAS.get(key),
            "mobile": setting.mobile(),
            "email": f"staff{number}@example.com",
            "joined_on": joined,
            "left_on": setting.day(300, 200) if gone else None,
            "status": "left" if gone else "active",
            "target_month": Decimal(30_000) if key in OWNERS else None,
            "max_customers": 30 if key in OWNERS else None,
        }


def customers(setting: Setting) -> Iterator[Row]:
    """The customers: persons and companies, from all over the country, two from abroad."""
    names: set[str] = set()
    for number in range(1, CUSTOMERS + 1):
        person = setting.perhaps(0.25) and number > 12
        created = setting.day(700, 20)
        row: Row = {
            "customer_id": f"C{number:06}",
            **(_person(setting) if person else _company(setting, names)),
            **(_place(setting) if number % 24 else {"country": setting.random.choice(("JP", "SG"))}),
            "mobile": setting.mobile(),
            "email": f"office@customer{number}.example.com" if setting.perhaps(0.7) else None,
            "wechat": f"wx_customer{number}" if setting.perhaps(0.4) else None,
            "level": setting.random.choices(("A", "B", "C"), (2, 5, 3))[0],
            "source": setting.random.choice(SOURCES),
            "groups": _groups(setting),
            "tags": setting.any_of(TAGS) if setting.perhaps(0.2) else None,
            "owner_id": setting.random.choice(OWNERS),
            "created_on": created,
            "status": "normal",
            **_preferences(setting),
            **_verified(setting, created),
        }
        yield row
    yield _twin(row, number + 1)


def _twin(row: Mapping[str, Value], number: int) -> Row:
    """The same customer entered once more, as happens: what the search for duplicates should find."""
    same = ("name", "customer_type", "province", "city", "mobile", "level", "owner_id", "status", "country")
    again: Row = {key: row.get(key) for key in same}
    created = date(row["created_on"]) + dt.timedelta(days=15)
    return {**again, "customer_id": f"C{number:06}", "source": "phone_enquiry", "created_on": created}


def _person(setting: Setting) -> Row:
    born = setting.day(22_000, 8_000)
    return {
        "name": setting.person(),
        "customer_type": "person",
        "gender": setting.random.choice(("male", "female")),
        "birth_date": born if setting.perhaps(0.4) else None,
        "age_band": _band(setting, (setting.today - born).days // 366),
        "interests": (setting.pick("interest"),) if setting.perhaps(0.5) else None,
    }


def _band(setting: Setting, age: int) -> str:
    """The band of an age: the last that begins at or below it."""
    bands = setting.choices("age_band")
    return [band.code for band in bands if band.figure is not None and band.figure <= age][-1]


def _company(setting: Setting, names: set[str]) -> Row:
    while True:
        brand, (trade, industry) = setting.random.choice(BRANDS), setting.random.choice(TRADES)
        gap = "" if setting.chinese else " "
        short = f"{setting.say(brand)}{gap}{setting.say(trade)}"
        if short not in names:
            names.add(short)
            return {
                "name": f"{short}{setting.say(COMPANY)}",
                "short_name": setting.say(brand),
                "customer_type": setting.random.choices(("company", "dealer", "partner"), (8, 1, 1))[0],
                "uscc": setting.credit_code() if setting.perhaps(0.6) else None,
                "industry": industry,
                "size": setting.pick("company_size"),
            }


def _place(setting: Setting) -> Row:
    district = setting.book.category("district").by_code[setting.random.choice(DISTRICTS)]
    city = setting.book.category("city").by_code[str(district.parent)]
    road, number = setting.any_of(ROADS), setting.random.randint(1, 300)
    street = setting.say(STREET).format(road=road, number=number)
    place: Row = {"country": "CN", "province": city.parent, "city": city.code}
    return {**place, "district": district.code, "address": street}


def _groups(setting: Setting) -> tuple[str, ...] | None:
    found = [
        code
        for code, share in (("key", 0.12), ("regulars", 0.3), ("group_buying", 0.1), ("marketing", 0.25))
        if setting.perhaps(share)
    ]
    return tuple(found) or None


def _preferences(setting: Setting) -> Row:
    if setting.perhaps(0.4):
        return {}
    colors = setting.random.sample(("black", "white", "grey", "silver", "blue"), setting.random.randint(1, 2))
    return {
        "pref_category": (setting.random.choice(("main", "accessories", "services")),),
        "pref_color": tuple(colors),
        "pref_brand": ("own",) if setting.perhaps(0.6) else ("other",),
        "pref_price": setting.pick("price_band"),
        "pref_source": setting.random.choice(("survey", "purchases", "statement")),
        "pref_channel": setting.random.choice((("phone",), ("phone", "wechat"), ("visit",))),
        "pref_time": setting.pick("contact_time"),
    }


def _verified(setting: Setting, created: dt.date) -> Row:
    if setting.perhaps(0.3):
        return {}
    return {"verified_on": setting.since(created), "verified_by": setting.random.choice(OWNERS)}


def contacts(setting: Setting, buyers: Rows) -> Iterator[Row]:
    """One contact for every organisation, for some a second one."""
    number = 0
    for company in buyers:
        if company["customer_type"] == "person":
            continue
        for first in (True, False) if setting.perhaps(0.3) else (True,):
            number += 1
            gender = setting.random.choice(("male", "female"))
            yield {
                "contact_id": f"P{number:06}",
                "customer_id": company["customer_id"],
                "name": setting.person(),
                "gender": gender,
                "salutation": "mr" if gender == "male" else "ms",
                "title": setting.any_of(TITLES),
                "role": setting.random.choice(("decision_maker", "buyer", "user", "influencer")),
                "is_key": first and setting.perhaps(0.5),
                "is_primary": first,
                "mobile": setting.mobile(),
                "wechat": f"wx_contact{number}" if setting.perhaps(0.4) else None,
                "do_not_contact": False,
                "status": "active",
            }

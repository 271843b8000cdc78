"""Requests, consent as a whole, and what is kept too long (sections 3.11 and 8)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import pytest

from custbook_gen.derive import ConsentCoverage, Expired, Facts, consent_coverage, retention_expired
from custbook_gen.records import Tables, Value
from custbook_gen.schema import Book, Settings
from tests.derive_books import AS_OF, ago, at, book, day, rule, sale


@pytest.mark.parametrize(
    ("law", "received", "due"),
    [
        (None, "2026-06-01", "2026-06-16"),
        ("pipl", "2026-02-20", "2026-03-07"),
        ("gdpr", "2026-01-31", "2026-02-28"),
        ("gdpr", "2024-01-31", "2024-02-29"),
        ("gdpr", "2026-06-30", "2026-07-30"),
        ("ccpa", "2026-01-01", "2026-02-15"),
        ("pipl", "9999-12-31", "9999-12-31"),
    ],
)
def test_a_request_is_due_by_its_law(law: Value, received: str, due: str) -> None:
    tables = book(rights_requests=[{"received_on": day(received), "law": law}])
    assert rule("due_on", tables) == {"R1": day(due)}


def test_requests_without_a_law_fall_under_that_of_the_settings() -> None:
    tables = book(
        rights_requests=[{"received_on": day("2026-06-01")}, {"law": "lgpd"}, {"received_on": None}]
    )
    assert rule("due_on", tables, {"rights": {"law": "gdpr"}}) == {"R1": day("2026-07-01")}
    own = {"rights": {"law": "x", "terms": {"x": {"months": 1, "days": 3}, "lgpd": {"days": 15}}}}
    assert rule("due_on", tables, own) == {"R1": day("2026-07-04"), "R2": day("2026-07-15")}


# ---------------------------------------------------------------- consent as a whole


def test_coverage_counts_customers_in_normal_use_by_their_last_word() -> None:
    tables = book(
        customers=[{}, {}, {}, {}, {"status": "inactive"}],
        consents=[
            {"customer_id": "C1"},
            {"customer_id": "C2", "given": "refused"},
            {"customer_id": "C3"},
            {"customer_id": "C3", "given": "withdrawn", "at": at("2026-02-01")},
            {"customer_id": "C5"},
            {"customer_id": "C1", "purpose": "marketing_email", "expires_on": ago(1)},
            {"customer_id": "C2", "purpose": "service", "at": at("2027-01-01")},
        ],
    )
    assert consent_coverage(Facts(tables, AS_OF)) == {
        "marketing_email": ConsentCoverage("marketing_email", 0, 0, 0, 1, 3),
        "marketing_sms": ConsentCoverage("marketing_sms", 1, 1, 1, 0, 1),
    }
    assert consent_coverage(Facts(book(), AS_OF)) == {}


# ---------------------------------------------------------------- what is kept too long


def expired(tables: Tables, settings: Mapping[str, Any] | None = None) -> tuple[Expired, ...]:
    return retention_expired(Facts(tables, AS_OF, Settings.model_validate(settings or {})))


@pytest.mark.parametrize(
    ("created", "told"), [("2024-06-30", False), ("2024-06-29", True), ("2020-02-29", True)]
)
def test_prospects_are_kept_for_two_years_after_the_latest_contact(created: str, told: bool) -> None:
    since = day(created)
    due = day("2022-02-28") if created == "2020-02-29" else since.replace(year=2026)
    known = [Expired("customers", "C1", "prospect", since, due)] if told else []
    assert list(expired(book(customers=[{"created_on": since}]))) == known


@pytest.mark.parametrize(
    ("sheet", "record"),
    [
        ("interactions", {"at": at("2025-01-01")}),
        ("feedback", {"at": day("2025-01-01")}),
        ("tickets", {"opened_at": at("2025-01-01")}),
        ("deals", {"created_on": day("2025-01-01")}),
    ],
)
def test_every_kind_of_contact_starts_the_term_again(sheet: str, record: Mapping[str, Value]) -> None:
    old = [{"created_on": day("2020-01-01")}]
    assert expired(book(customers=old))[0].key == "C1"
    assert expired(book(customers=old, **{sheet: [record]})) == ()
    assert expired(book(customers=[{**old[0], "verified_on": day("2025-01-01")}])) == ()
    assert expired(book(customers=[{}])) == (), "nobody knows since when"


@pytest.mark.parametrize(("bought", "told"), [("2023-06-30", False), ("2023-06-29", True)])
def test_lost_customers_are_kept_for_three_years_after_the_last_purchase(bought: str, told: bool) -> None:
    tables = book(customers=[{"created_on": day("2010-01-01")}], sales=[sale(day(bought))])
    assert [one.reason for one in expired(tables)] == (["lost"] if told else [])


@pytest.mark.parametrize("status", ["merged", "erased"])
def test_records_of_nobody_are_not_told(status: str) -> None:
    assert expired(book(customers=[{"created_on": day("2010-01-01"), "status": status}])) == ()


def test_consents_are_kept_for_three_years_after_they_were_withdrawn() -> None:
    tables = book(
        consents=[
            {"at": at("2020-01-01")},
            {"given": "withdrawn", "at": at("2023-06-29")},
            {"purpose": "marketing_email", "given": "refused", "at": at("2010-01-01")},
        ]
    )
    due = day("2026-06-29")
    known = [Expired("consents", key, "consent", day("2023-06-29"), due) for key in ("C1", "C2")]
    assert list(expired(tables)) == known
    again = book(consents=[{"given": "withdrawn", "at": at("2020-01-01")}, {"at": at("2021-01-01")}])
    assert expired(again) == ()


def test_sales_are_kept_for_ten_years() -> None:
    tables = book(sales=[sale(day("2016-06-29")), sale(day("2016-06-30")), sale(day("2026-01-01"))])
    assert expired(tables) == (Expired("sales", "S1", "sale", day("2016-06-29"), day("2026-06-29")),)
    assert expired(tables, {"retention": {"sales_months": 240}}) == ()


def schema() -> Book:
    label = {"zh": "b", "en": "b"}

    def field(key: str, **options: object) -> dict[str, object]:
        return {"key": key, "label": label, "type": "text", **options}

    fields = [
        field("customer_id", required=True, personal="personal", purpose="service"),
        field("name", personal="personal", purpose="service"),
        field("email", personal="personal", purpose="marketing"),
        field("address", personal="personal", purpose="marketing", retention_days=100),
        field("mobile", personal="personal"),
        field("level", purpose="marketing"),
    ]
    sheet = {"key": "customers", "label": label, "key_field": "customer_id", "name_field": "name"}
    return Book.model_validate(
        {
            "key": "b",
            "version": 1,
            "label": label,
            "purposes": [
                {"key": "service", "label": label, "retention_days": 400},
                {"key": "marketing", "label": label, "retention_days": 200},
            ],
            "sheets": [{**sheet, "fields": fields}],
        }
    )


def test_fields_are_kept_for_as_long_as_their_purpose_says() -> None:
    person = {
        "name": "张伟",
        "email": "a@b.cn",
        "address": "x",
        "mobile": "1",
        "level": "A",
        "status": "erased",
    }
    tables = book(customers=[{**person, "customer_id": "K1", "created_on": ago(201)}])
    told = retention_expired(Facts.of(schema(), tables, AS_OF))
    assert [(one.fields, one.due) for one in told] == [
        (("address",), ago(101)),
        (("email",), ago(1)),
    ]
    assert {one.reason for one in told} == {"purpose"}
    later = book(customers=[{**person, "created_on": ago(201)}], sales=[sale(ago(100))])
    assert retention_expired(Facts.of(schema(), later, AS_OF)) == ()
    empty = book(customers=[{"created_on": ago(300), "status": "erased"}])
    assert retention_expired(Facts.of(schema(), empty, AS_OF)) == ()


def test_what_is_longest_overdue_comes_first() -> None:
    tables = book(
        customers=[{"created_on": day("2015-01-01")}, {"created_on": day("2010-01-01")}],
        sales=[sale(day("2001-01-01"), customer="C9")],
    )
    assert [one.due for one in expired(tables)] == sorted(one.due for one in expired(tables))
    assert {one.sheet for one in expired(tables)} == {"customers", "sales"}
    assert isinstance(expired(tables)[0].since, dt.date)

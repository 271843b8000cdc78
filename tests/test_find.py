"""Finding records by what stands in them, however it was written."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal

import pytest

from custbook_gen.actions.find import Found, Request, find, squeezed
from custbook_gen.actions.project import OpenProject
from custbook_gen.cli.pages import print_found
from custbook_gen.errors import UsageError
from tests.small_books import LI, commit, customer, new_home, sale
from tests.test_history import printed, refused


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> OpenProject:
    made = new_home(tmp_path_factory.mktemp("find") / "project")
    commit(
        made,
        customer(
            1, name="Ａcme 贸易 有限公司", mobile="+8613800138000", email="Wang@Example.com", level="vip"
        ),
        customer(
            2,
            name="杭州晨光",
            mobile="+8657188886666;ext=12",
            notes="电话 138-0013-8000\n下午打",
            code="AB1234",
        ),
        customer(
            3,
            name="晨光苏州",
            groups=("g1", "g3"),
            credit_limit=Decimal("12500.00"),
            province="32",
            active=True,
        ),
        customer(4, name="Overseas", mobile="+12025550123", called_at=dt.datetime(2026, 3, 5, 14, 30)),  # noqa: DTZ001
        sale(1, 1),
        sale(2, 3, unit_price=Decimal(12500), discount=Decimal("0.15")),
    )
    return made


def search(home: OpenProject, *texts: str, where: tuple[str, ...] = (), sheet: str | None = None) -> Found:
    return find(home, Request(texts, where, sheet), LI, "en")


def places(found: Found) -> set[tuple[str, str]]:
    return {(hit.key, hit.field) for hit in found.hits}


@pytest.mark.parametrize(
    ("typed", "stands"),
    [
        ("muller", "Müller & Søn"),
        ("MÜLLER", "Mu\u0308ller"),
        ("Crème", "creme"),
        ("カ゛ス", "ガス"),
        ("гости", "Гости"),
    ],
)
def test_accents_do_not_count(typed: str, stands: str) -> None:
    assert squeezed(typed) in squeezed(stands)


def test_marks_that_make_other_letters_do_count() -> None:
    assert squeezed("カス") != squeezed("ガス")
    assert squeezed("각") == squeezed("\u1100\u1161\u11a8") != squeezed("가")


@pytest.mark.parametrize("typed", ["acme", "ACME贸易", "ａｃｍｅ　贸易", "贸易有限"])
def test_width_case_and_blanks_do_not_count(home: OpenProject, typed: str) -> None:
    assert places(search(home, typed)) == {("C000001", "name")}


@pytest.mark.parametrize(
    "typed",
    ["13800138000", "138 0013 8000", "138-0013-8000", "+86 138 0013 8000", "0086-13800138000",
     "１３８００１３８０００", "(138)0013.8000", "0013-8000"],
)  # fmt: skip
def test_a_phone_number_is_found_in_any_spelling(home: OpenProject, typed: str) -> None:
    assert ("C000001", "mobile") in places(search(home, typed))


def test_a_number_in_a_note_is_found_without_its_marks(home: OpenProject) -> None:
    assert places(search(home, "13800138000")) == {("C000001", "mobile"), ("C000002", "notes")}


@pytest.mark.parametrize(
    "typed", ["0571-88886666", "057188886666", "+86 571 88886666", "88886666转12", "0571 8888 6666"]
)
def test_a_landline_is_found_as_people_write_it_at_home(home: OpenProject, typed: str) -> None:
    assert places(search(home, typed)) == {("C000002", "mobile")}


def test_a_foreign_number_is_found_with_and_without_its_country(home: OpenProject) -> None:
    for typed in ("+1 202-555-0123", "001 202 555 0123", "(202) 555-0123"):
        assert places(search(home, typed)) == {("C000004", "mobile")}


@pytest.mark.parametrize("typed", ["12500", "12,500", "12500.00", "１２５００"])
def test_a_number_is_found_by_its_value(home: OpenProject, typed: str) -> None:
    assert places(search(home, typed)) == {("C000003", "credit_limit"), ("S00000002", "unit_price")}


@pytest.mark.parametrize("typed", ["2026-03-05", "2026年3月5日", "2026/3/5"])
def test_a_day_is_found_however_it_is_written(home: OpenProject, typed: str) -> None:
    assert places(search(home, typed)) == {("C000004", "called_at")}


@pytest.mark.parametrize("typed", ["VIP", "重要", "vip"])
def test_choices_are_found_by_either_label_and_by_code(home: OpenProject, typed: str) -> None:
    assert places(search(home, typed)) == {("C000001", "level")}


def test_one_of_several_choices_is_found(home: OpenProject) -> None:
    found = search(home, "节日")
    assert [(hit.key, hit.name, hit.field, hit.text) for hit in found.hits] == [
        ("C000003", "晨光苏州", "groups", "Regular；Holiday")
    ]


def test_all_texts_must_be_held_by_the_record_each_anywhere(home: OpenProject) -> None:
    assert places(search(home, "晨光")) == {("C000002", "name"), ("C000003", "name")}
    assert places(search(home, "晨光", "江苏")) == {("C000003", "name"), ("C000003", "province")}
    assert search(home, "晨光", "Acme").hits == []


def test_keys_and_mail_addresses_are_texts_too(home: OpenProject) -> None:
    assert places(search(home, "c000002")) == {("C000002", "customer_id")}
    assert places(search(home, "wang@example")) == {("C000001", "email")}
    assert places(search(home, "d0001")) == set()
    assert places(search(home, "d-0001")) == {("S00000001", "order_no")}


def test_one_sheet_alone_is_searched(home: OpenProject) -> None:
    assert places(search(home, "12500", sheet="sales")) == {("S00000002", "unit_price")}


# ---------------------------------------------------------------- conditions


@pytest.mark.parametrize(
    ("condition", "keys"),
    [
        ("level=VIP", {"C000001"}),
        ("level=重要", {"C000001"}),
        ("客户等级=vip", {"C000001"}),
        ("customers.level=normal", {"C000002", "C000003", "C000004"}),
        ("groups=Holiday", {"C000003"}),
        ("mobile=138 0013 8000", {"C000001"}),
        ("email=WANG@example.com", {"C000001"}),
        ("credit_limit=12,500", {"C000003"}),
        ("active=yes", {"C000003"}),
        ("called_at=2026-03-05", {"C000004"}),
        ("email=", {"C000002", "C000003", "C000004", "S00000001", "S00000002"} - {"S00000001", "S00000002"}),
        ("customer_id=C000001", {"C000001", "S00000001"}),
        ("total=199", {"C000001"}),
        ("amount=199", {"S00000001"}),
        ("discount=15%", {"S00000002"}),
    ],
)
def test_a_field_must_have_the_value(home: OpenProject, condition: str, keys: set[str]) -> None:
    assert {hit.key for hit in search(home, where=(condition,)).hits} == keys


def test_conditions_and_texts_all_hold(home: OpenProject) -> None:
    found = search(home, "晨光", where=("level=normal", "province=江苏省"))
    assert places(found) == {("C000003", "name"), ("C000003", "level"), ("C000003", "province")}
    assert (found.records, len(found.hits)) == (1, 3)


@pytest.mark.parametrize(
    ("texts", "where", "code"),
    [
        ((), (), "find-nothing"),
        (("　",), (), "find-nothing"),
        ((), ("level",), "where-form"),
        ((), ("=vip",), "where-form"),
        ((), ("levle=vip",), "field-unknown"),
        ((), ("level=gold",), "where-value"),
        ((), ("credit_limit=much",), "where-value"),
        ((), ("parent_id=nobody",), "where-value"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    home: OpenProject, texts: tuple[str, ...], where: tuple[str, ...], code: str
) -> None:
    with pytest.raises(UsageError) as error:
        search(home, *texts, where=where)
    assert (refused(error), error.value.exit_code) == (code, 2)


def test_hits_are_told_in_json_and_in_print(home: OpenProject) -> None:
    found = search(home, "晨光苏州")
    assert json.loads(json.dumps(found.to_json())) == {
        "records": 1,
        "hits": [
            {"sheet": "customers", "key": "C000003", "name": "晨光苏州", "field": "name", "text": "晨光苏州"}
        ],
    }
    assert "晨光苏州" in printed(print_found, found)
    assert printed(print_found, search(home, "nothing like it")).strip()

"""Sheets and fields that only summaries know: they say what the rules say."""

import datetime as dt
from decimal import Decimal

from custbook_gen.derive import RULES, Facts, category_forecast, churn_warnings, duplicate_groups
from custbook_gen.load import load_book
from custbook_gen.records import QualityPoint, Table, Value
from custbook_gen.schema import Book, select
from custbook_gen.summaries import Context
from custbook_gen.summaries.sources import SOURCES, enriched, extended
from custbook_gen.summaries.sources.fields import FIELDS, lifecycle_before
from custbook_gen.tabs import has, made
from tests import derive_books
from tests.derive_books import ago, sale
from tests.full_book import full_tables
from tests.summary_books import context_of, view_of

AS_OF = dt.date(2024, 3, 29)
BOOK = load_book("customer_book")
TABLES = full_tables(BOOK, AS_OF)
FACTS = Facts.of(BOOK, TABLES, AS_OF)


def context(book: Book = BOOK, **more: object) -> Context:
    plain = context_of(view_of(book, TABLES, AS_OF))
    parts = {name: getattr(plain, name) for name in ("book", "words", "layout", "tables", "computed")}
    return enriched(Context(**parts, as_of=AS_OF, title="x", **more))  # type: ignore[arg-type]


def column(made: Context, sheet: str, field: str) -> list[Value]:
    return list(made.values(sheet, field))


def test_a_book_gets_the_sheets_that_it_has_the_records_for() -> None:
    small = extended(select(BOOK, "basic"))
    assert has(small, "orders", "fields", "forecasts.expected", "customers")
    assert not has(small, "churn")
    assert not has(small, "customers.lifecycle_before")
    whole = extended(BOOK)
    assert has(
        whole, "churn.reasons", "retention", "duplicate_pairs.left.mobile", "customers.lifecycle_before"
    )
    assert not has(whole, "orders.nothing")
    assert not has(whole, "orders.date.year")


def test_what_summaries_make_is_what_books_cannot_have() -> None:
    assert [source.key for source in SOURCES] == list(made.SHEETS)
    assert [(one.sheet, one.field.key) for one in FIELDS] == list(made.FIELDS)
    whole = load_book("customer_book")
    categories = {
        category.key: source.needs
        for source in SOURCES
        for category in (*source.categories, *source.own_categories(whole))
    }
    assert categories == made.CATEGORIES


def test_a_sheet_of_the_books_own_goes_before_one_that_summaries_make() -> None:
    small = select(load_book("customer_book"), "basic")
    own = small.sheet("products").having(key="orders")
    book = small.having(sheets=(*small.sheets, own))
    assert extended(book).sheet("orders") == own
    table = Table("orders", tuple(field.key for field in own.stored_fields), {})
    plain = context_of(view_of(book, {**TABLES, "orders": table}, AS_OF))
    assert enriched(plain).tables["orders"] is table


def test_the_books_own_sheets_stay_as_they_are() -> None:
    whole = extended(BOOK)
    for sheet in BOOK.sheets:
        assert whole.sheet(sheet.key).fields[: len(sheet.fields)] == sheet.fields
    assert set(BOOK.category_by_key) < set(whole.category_by_key)


def test_orders_add_up_to_the_customers_amounts() -> None:
    made = context()
    assert sum(1 for _ in made.records("orders")) == sum(
        count for count in made.computed["customers"]["order_count"].values() if isinstance(count, int)
    )
    assert set(column(made, "orders", "staff_id")) <= set(TABLES["staff"].rows)


def test_the_lifecycle_a_month_ago_is_unknown_of_customers_who_are_new_since() -> None:
    customers: list[dict[str, Value]] = [{"created_on": ago(500)}, {"created_on": ago(500)}, {}, {}]
    customers[3]["created_on"] = ago(5)
    sales = [sale(ago(200)), sale(ago(20), customer="C2")]
    known = Facts(derive_books.book(customers=customers, sales=sales), derive_books.AS_OF)
    assert lifecycle_before(known) == {"C1": "sleeping", "C2": "prospect", "C3": "prospect"}
    now = {"C1": "lost", "C2": "active", "C3": "prospect", "C4": "prospect"}
    assert known.once(RULES["lifecycle"]) == now


def test_the_lifecycle_a_month_ago_stands_in_a_field_of_customers() -> None:
    made = context()
    then = column(made, "customers", "lifecycle_before")
    assert then == [lifecycle_before(FACTS).get(key) for key in TABLES["customers"].rows]
    assert None in then
    assert set(then) & {"sleeping", "lost"}


def test_warnings_forecasts_and_duplicates_are_those_of_the_rules() -> None:
    made = context()
    assert column(made, "churn", "customer_id") == [one.customer for one in churn_warnings(FACTS)]
    assert column(made, "forecasts", "expected") == [one.expected for one in category_forecast(FACTS)]
    groups = duplicate_groups(FACTS)
    assert groups
    assert column(made, "duplicate_members", "first").count(False) == sum(len(g) - 1 for g in groups)


def test_fields_tell_how_many_records_are_filled_in_and_what_is_held_back() -> None:
    made = context(faults={"customers.mobile": 3})
    names = column(made, "fields", "name")
    at = names.index("手机")
    mobile = [value for _, value in TABLES["customers"].column("mobile") if value is not None]
    assert column(made, "fields", "filled")[at] == len(mobile)
    assert column(made, "fields", "faults")[at] == 3
    assert column(made, "fields", "personal")[at] == "personal"


def test_the_quality_of_today_follows_earlier_days() -> None:
    earlier = QualityPoint(dt.date(2024, 1, 5), 10, score=Decimal("70.5"))
    later = QualityPoint(dt.date(2024, 4, 5), 99, score=Decimal(99))
    made = context(trend=(later, earlier))
    assert column(made, "quality_trend", "date") == [earlier.day, AS_OF]
    parts = [
        column(made, "quality_trend", name)[-1] for name in ("completeness", "valid", "unique", "timely")
    ]
    assert all(isinstance(part, Decimal) and 0 < part <= 1 for part in parts)
    weights = (Decimal(35), Decimal(25), Decimal(20), Decimal(20))
    points = Decimal(0)
    for weight, part in zip(weights, parts, strict=True):
        points += weight * part if isinstance(part, Decimal) else 0
    assert column(made, "quality_trend", "score")[-1] == points.quantize(Decimal("0.1"))


def test_cells_held_back_lower_the_quality() -> None:
    sound, faulty = context(), context(faults={"customers.email": 40, "sales.date": 1})
    valid = [column(one, "quality_trend", "valid")[-1] for one in (sound, faulty)]
    assert valid[0] == 1
    assert isinstance(valid[1], Decimal)
    assert valid[1] < 1


def test_an_empty_book_has_no_rows_and_no_score() -> None:
    empty = {s.key: Table(s.key, tuple(f.key for f in s.stored_fields)) for s in BOOK.sheets}
    made = enriched(context_of(view_of(BOOK, empty, AS_OF)))
    assert not made.records("orders")
    assert column(made, "quality_trend", "score") == [None]

"""Settings that name values of categories: each value must be one of them."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from typing import Final

from custbook_gen.load.nodes import Location
from custbook_gen.schema import Book, Category, Settings
from custbook_gen.schema.faults import remedy
from custbook_gen.tabs import field_at
from custbook_gen.texts import Saying

NAMED: Final[tuple[tuple[tuple[str, ...], str], ...]] = (
    (("currency",), "sales.currency"),
    (("phone_region",), "customers.country"),
    (("purchases", "counted_statuses"), "sales.status"),
    (("key_customers", "groups"), "customers.groups"),
    (("follow_up", "months_by_level"), "customers.level"),
    (("follow_up", "ineffective_results"), "interactions.result"),
    (("service", "closed_statuses"), "tickets.status"),
    (("deals", "closed_stages"), "deals.stage"),
    (("consents", "contact_purposes"), "consents.purpose"),
    (("rights", "terms"), "rights_requests.law"),
    (("duplicates", "left_out_statuses"), "customers.status"),
    (("checks", "marketing_groups"), "customers.groups"),
    (("checks", "channel_purposes"), "customers.pref_channel"),
)
"""What settings name, and the field whose category has it.

Members of sales areas are not among them: they may be places that the book's lists leave out.
"""


def unknown_codes(book: Book, written: Container[Location]) -> Iterator[tuple[Location, Saying]]:
    """Values of settings that are in none of the lists which they are taken from.

    Lists that people keep themselves may have more than the schema knows; they are not asked.

    Args:
        book: the book.
        written: places of what somebody wrote; nobody is told of a default.
    """
    for path, name in NAMED:
        category = _category(book, name)
        if category is None or (category.editable and book.dictionary is not None):
            continue
        for where, code in _codes(book.settings, path):
            place: Location = ("settings", *where)
            if code not in category.by_code and place in written:
                instead = remedy(code, category.by_code)
                facts = {"name": where[0], "value": code, "category": category.key, "remedy": instead}
                yield place, Saying("schema.setting-code", facts)


def _codes(settings: Settings, path: tuple[str, ...]) -> Iterator[tuple[Location, str]]:
    """The codes in a setting that is one of them, a list of them or a table by them, and where in it."""
    value: object = settings
    for name in path:
        value = getattr(value, name)
    if isinstance(value, Mapping):
        for code in map(str, value):
            yield (*path, code), code
    elif isinstance(value, tuple):
        for at, code in enumerate(map(str, value)):
            yield (*path, at), code
    else:
        yield path, str(value)


def _category(book: Book, name: str) -> Category | None:
    """The category of a field, named as ``sheet.field``."""
    sheet, _, key = name.partition(".")
    field = field_at(book, book.sheet(sheet), key) if sheet in book.sheet_by_key else None
    return None if field is None or field.category is None else book.category(field.category)

"""Settings that name values of categories: each value must be one of them."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from typing import Final

from custbook_gen.load.nodes import Location
from custbook_gen.schema import Book, Category, Settings
from custbook_gen.schema.faults import remedy
from custbook_gen.tabs import field_at
from custbook_gen.texts import Saying

Codes = Callable[[Settings], Iterable[tuple[Location, str]]]
"""The codes that a setting names, and where in it."""


def _listed(*path: str) -> Codes:
    """The codes of a setting that is one of them, a list of them, or a table by them."""

    def codes(settings: Settings) -> Iterator[tuple[Location, str]]:
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

    return codes


def _members(settings: Settings) -> Iterator[tuple[Location, str]]:
    for area, places in settings.areas.members.items():
        yield from ((("areas", "members", area, at), place) for at, place in enumerate(places))


NAMED: Final[tuple[tuple[Codes, tuple[str, ...]], ...]] = (
    (_listed("currency"), ("sales.currency",)),
    (_listed("phone_region"), ("customers.country",)),
    (_members, ("customers.province", "customers.country")),
    (_listed("purchases", "counted_statuses"), ("sales.status",)),
    (_listed("key_customers", "groups"), ("customers.groups",)),
    (_listed("follow_up", "months_by_level"), ("customers.level",)),
    (_listed("follow_up", "ineffective_results"), ("interactions.result",)),
    (_listed("service", "closed_statuses"), ("tickets.status",)),
    (_listed("deals", "closed_stages"), ("deals.stage",)),
    (_listed("consents", "contact_purposes"), ("consents.purpose",)),
    (_listed("rights", "terms"), ("rights_requests.law",)),
    (_listed("duplicates", "left_out_statuses"), ("customers.status",)),
    (_listed("checks", "marketing_groups"), ("customers.groups",)),
    (_listed("checks", "channel_purposes"), ("customers.pref_channel",)),
)
"""What settings name, and the fields whose categories have it."""


def unknown_codes(book: Book, written: Container[Location]) -> Iterator[tuple[Location, Saying]]:
    """Values of settings that are in none of the lists which they are taken from.

    Lists that people keep themselves may have more than the schema knows; they are not asked.

    Args:
        book: the book.
        written: places of what somebody wrote; nobody is told of a default.
    """
    for named, fields in NAMED:
        lists = [_category(book, name) for name in fields]
        known = [one for one in lists if one is not None and not (one.editable and book.dictionary)]
        if not known or len(known) < len(lists):
            continue
        codes = [code for one in known for code in one.by_code]
        for where, code in named(book.settings):
            place = ("settings", *where)
            if code not in codes and place in written:
                names = ", ".join(dict.fromkeys(one.key for one in known))
                facts = {"name": where[0], "value": code, "category": names, "remedy": remedy(code, codes)}
                yield place, Saying("schema.setting-code", facts)


def _category(book: Book, name: str) -> Category | None:
    """The category of a field, named as ``sheet.field``."""
    sheet, _, key = name.partition(".")
    field = field_at(book, book.sheet(sheet), key) if sheet in book.sheet_by_key else None
    return None if field is None or field.category is None else book.category(field.category)

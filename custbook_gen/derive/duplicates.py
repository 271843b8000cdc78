"""Customers who may be one and the same (section 5.6).

Only customers who have something in common are compared: the cost grows with their
number, not with its square.  Among more than ``largest_block`` customers with the same
thing in common (a switchboard's number, a big firm's domain) each is compared with the
``neighbours`` that follow it in the order of names; that keeps every one of them connected
with the rest of its group, and like names next to each other.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import chain
from typing import Final, NamedTuple

from custbook_gen.derive.facts import Facts, chosen
from custbook_gen.derive.names import Name, normaliser, squeezed
from custbook_gen.records import Value
from custbook_gen.schema import Settings
from custbook_gen.value_objects import value_object

FIELDS: Final = (
    *("name", "uscc", "id_no", "mobile", "phone", "email", "city", "address", "birth_date", "status"),
)
POINTS: Final[Mapping[str, int]] = {
    "uscc": 100,
    "id_no": 100,
    "mobile": 90,
    "email": 90,
    "name_city": 85,
    "name_address": 80,
    "name_domain": 80,
    "name_phone": 80,
    "phone_extension": 70,
    "phone": 60,
    "name": 60,
}
"""What each thing in common is worth, the weightiest first."""
NO_DIGIT: Final = re.compile(r"\D+")
EXTENSION: Final = ";ext="
"""Stands between a phone number and its extension."""
TAIL: Final = 8
"""Last digits of a phone number that tell it from others of the same town."""


@value_object
class DuplicatePair:
    """Two customers who may be one.

    ``reasons`` are what they have in common (:data:`POINTS`), the weightiest first, then
    ``uscc_differs`` and ``birth_date_differs``, which speak against it.
    """

    left: str
    right: str
    """The one further down in the sheet."""
    score: int
    reasons: tuple[str, ...]


class _Customer(NamedTuple):
    """What a customer can be recognised by."""

    key: str
    name: str
    """As :mod:`custbook_gen.derive.names` has it."""
    hint: str
    """What the name has in brackets."""
    place: str
    """Code of the city; where there is none, the hint."""
    uscc: str
    id_no: str
    mobile: str
    line: str
    extension: str
    email: str
    domain: str
    """Of the e-mail address, unless anybody can have one there."""
    address: str
    born: Value

    @property
    def numbers(self) -> set[str]:
        """The mobile number and the landline."""
        return {self.mobile, self.line} - {""}


def duplicate_score(facts: Facts) -> dict[str, Value]:
    """重复嫌疑: the best score of the customer's pairs, 60 to 100; empty without a pair (5.6)."""
    scores: dict[str, Value] = {}
    for pair in reversed(facts.once(duplicate_pairs)):
        scores[pair.left] = scores[pair.right] = pair.score
    return scores


def duplicate_pairs(facts: Facts) -> tuple[DuplicatePair, ...]:
    """The pairs of customers who may be one, the best score first, then as in the sheet (5.6).

    A pair's score is the largest of the :data:`POINTS` that it has, less 30 where both have
    a credit code, or a birth date, and they differ.  From 85 on it is very likely one
    customer, from 70 on it may be; pairs below 60 are not told, nor those that people told
    apart.  Names that differ in brackets are different names.  Names alike alone count
    where they begin alike in the same city, or are the same.
    """
    known = facts.once(_customers)
    settings, apart = facts.settings.duplicates, {frozenset(pair) for pair in facts.distinct}
    found: list[DuplicatePair] = []
    for one, other in sorted(_candidates(known, facts.settings)):
        left, right = known[one], known[other]
        if apart and frozenset((left.key, right.key)) in apart:
            continue
        reasons = tuple(_reasons(left, right, facts.settings))
        points = POINTS[reasons[0]] if reasons else 0
        against = tuple(_against(left, right))
        score = points - settings.different if against else points
        if score >= settings.least:
            found.append(DuplicatePair(left.key, right.key, score, (*reasons, *against)))
    return tuple(sorted(found, key=lambda pair: -pair.score))


def duplicate_groups(facts: Facts) -> tuple[tuple[str, ...], ...]:
    """Customers who are very likely one: connected by pairs from 85 on; as in the sheet (5.6)."""
    root: dict[str, str] = {}

    def find(key: str) -> str:
        above = root.setdefault(key, key)
        while above != root[above]:
            root[above] = root[root[above]]
            above = root[above]
        root[key] = above
        return above

    for pair in facts.once(duplicate_pairs):
        if pair.score >= facts.settings.duplicates.certain:
            root[find(pair.right)] = find(pair.left)
    groups: dict[str, list[str]] = defaultdict(list)
    for customer in facts.once(_customers):
        if customer.key in root:
            groups[find(customer.key)].append(customer.key)
    return tuple(map(tuple, groups.values()))


# ---------------------------------------------------------------- what customers are recognised by


def _customers(facts: Facts) -> tuple[_Customer, ...]:
    """The customers that are compared, in the order of the sheet."""
    settings, nothing = facts.settings.duplicates, facts.settings.completeness.placeholders
    columns = facts.columns("customers", "customer_id", optional=FIELDS)
    compared = [status not in settings.left_out_statuses for status in columns[-1]]
    keys, written, uscc, id_no, mobile, phone, email, city, address, born, _ = chosen(columns, compared)
    spell, unknown, empty = normaliser(settings.legal_forms), Name("", ""), set(map(squeezed, nothing))
    names = [unknown if one is None else spell(str(one).strip()) for one in written]
    mails = _texts(email, str.casefold)
    domains = [mail.rpartition("@")[2] for mail in mails]
    return tuple(
        map(
            _Customer,
            map(str, keys),
            _but((name.text for name in names), empty),
            (name.hint for name in names),
            [place or name.hint for place, name in zip(_texts(city, str), names, strict=True)],
            _texts(uscc, str.upper),
            _texts(id_no, lambda text: "" if "*" in text else text.upper()),  # masked
            _texts(mobile, _digits),
            _texts(phone, _digits),
            _texts(phone, lambda text: text.partition(EXTENSION)[2]),
            mails,
            _but(domains, set(settings.free_domains)),
            _but(_texts(address, squeezed), empty),
            born,
        )
    )


def _texts(column: Iterable[Value], read: Callable[[str], str]) -> list[str]:
    """What the texts of a column are read as; empty where there is nothing."""
    return ["" if value is None else read(str(value).strip()) for value in column]


def _but(texts: Iterable[str], nothing: Collection[str]) -> list[str]:
    """The same texts; empty instead of those that stand for nothing."""
    return ["" if text in nothing else text for text in texts]


def _digits(number: str) -> str:
    """The digits of a phone number, without its extension."""
    return NO_DIGIT.sub("", number.partition(EXTENSION)[0])


# ---------------------------------------------------------------- who is compared with whom


def _candidates(known: Sequence[_Customer], settings: Settings) -> set[tuple[int, int]]:
    """The places of customers to compare, the earlier one first: all pairs that can score enough."""
    limits = settings.duplicates
    near, same = float(limits.near_name), float(limits.same_name)
    found: set[tuple[int, int]] = set()
    for blocks, least in ((_equal(known), 0.0), (_near(known), near), (_alike(known), same)):
        for block in blocks:
            pairs = _pairs(known, block, least, settings)
            found.update((one, other) if one < other else (other, one) for one, other in pairs)
    return found


def _pairs(
    known: Sequence[_Customer], block: list[int], least: float, settings: Settings
) -> Iterator[tuple[int, int]]:
    """The pairs of a block to compare; those whose names are alike enough where that counts."""
    ordered, reach = _order(known, block, settings)
    if not least:
        for ahead in range(1, reach + 1):
            yield from zip(ordered, ordered[ahead:], strict=False)
        return
    names = [known[at].name for at in ordered]
    for at, name in enumerate(names, 1):
        for _, _, ahead in _alike_ones(name, names[at : at + reach], least):
            one, other = ordered[at - 1], ordered[at + ahead]
            if _likeness(known[one], known[other], least):
                yield one, other


_Marks = Sequence[str]
"""A text for every customer, by which others are found who have the same; empty without one."""


def _blocks(*columns: _Marks) -> Iterator[list[int]]:
    """The places of at least two customers who have a mark in common, in any of these columns."""
    counts = Counter(chain.from_iterable(columns))
    places: dict[str, set[int]] = {mark: set() for mark, count in counts.items() if mark and count > 1}
    for column in columns if places else ():
        for at, mark in enumerate(column):
            if mark in places:
                places[mark].add(at)
    return (sorted(block) for block in places.values() if len(block) > 1)


def _equal(known: Sequence[_Customer]) -> Iterator[list[int]]:
    """Who has something in common that is enough to be suspected, whatever else is there."""
    yield from _blocks([one.uscc for one in known])
    yield from _blocks([one.id_no for one in known])
    yield from _blocks([one.mobile for one in known], [one.line for one in known])
    yield from _blocks([one.email for one in known])
    yield from _blocks([one.name for one in known])


def _near(known: Sequence[_Customer]) -> Iterator[list[int]]:
    """Who has something in common that is enough together with a name that is nearly the same."""
    yield from _blocks([_tail(one.mobile) for one in known], [_tail(one.line) for one in known])
    yield from _blocks([one.domain for one in known])
    yield from _blocks([one.address for one in known])


def _alike(known: Sequence[_Customer]) -> Iterator[list[int]]:
    """Whose names are looked at alone."""
    yield from _blocks([f"{one.name[:2]} {one.place}" if one.name else "" for one in known])


def _tail(number: str) -> str:
    return number[-TAIL:] if len(number) >= TAIL else ""


def _tails(one: _Customer) -> set[str]:
    return {_tail(one.mobile), _tail(one.line)} - {""}


def _order(known: Sequence[_Customer], block: list[int], settings: Settings) -> tuple[list[int], int]:
    """A block in an order in which each is compared with some that follow it, and with how many."""
    limits = settings.duplicates
    if len(block) <= limits.largest_block:
        return block, len(block) - 1
    names = {at: (known[at].name, known[at].hint, known[at].place) for at in block}
    return sorted(block, key=names.__getitem__), limits.neighbours


# ---------------------------------------------------------------- how alike they are


def _likeness(one: _Customer, other: _Customer, least: float) -> float:
    """How alike two names are, from 0 to 1; 0 below ``least`` and for different places in brackets."""
    if not (one.name and other.name) or (one.hint and other.hint and one.hint != other.hint):
        return 0.0
    return _similarity()(one.name, other.name, score_cutoff=least)


@cache
def _similarity() -> Callable[..., float]:
    """How alike two texts are; whatever tells it is loaded for the first two."""
    from rapidfuzz.distance import JaroWinkler

    return JaroWinkler.similarity


def _alike_ones(name: str, others: Sequence[str], least: float) -> list[tuple[str, float, int]]:
    """Which of some names are alike enough: with how much they are, and where they stand."""
    from rapidfuzz import process

    return process.extract(name, others, scorer=_similarity(), score_cutoff=least, limit=None)


def _reasons(one: _Customer, other: _Customer, settings: Settings) -> Iterator[str]:
    """What two customers have in common, the weightiest first."""
    limits = settings.duplicates
    likeness = _likeness(one, other, float(limits.near_name))
    near, together = likeness > 0, one.place == other.place
    same = near and one.name == other.name
    begins = together and one.name[:2] == other.name[:2]
    somewhere = together or not (one.place and other.place)
    shared = one.numbers & other.numbers
    lines = shared - {one.mobile, other.mobile}
    agreements = {
        "uscc": _both(one.uscc, other.uscc),
        "id_no": _both(one.id_no, other.id_no),
        "mobile": len(shared) > len(lines),
        "email": _both(one.email, other.email),
        "name_city": same and together and bool(one.place),
        "name_address": near and somewhere and _both(one.address, other.address),
        "name_domain": near and _both(one.domain, other.domain),
        "name_phone": near and not _tails(one).isdisjoint(_tails(other)),
        "phone_extension": bool(lines) and _both(one.extension, other.extension),
        "phone": bool(lines) and not _both(one.extension, other.extension),
        "name": same or (begins and likeness >= float(limits.same_name)),
    }
    return (reason for reason in POINTS if agreements[reason])


def _both(one: str, other: str) -> bool:
    return one == other != ""


def _against(one: _Customer, other: _Customer) -> Iterator[str]:
    if one.uscc and other.uscc and one.uscc != other.uscc:
        yield "uscc_differs"
    if one.born is not None and other.born is not None and one.born != other.born:
        yield "birth_date_differs"

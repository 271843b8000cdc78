"""Computed values of many records, of which a worker makes those that take long and come to little.

That is which customers may be one, how complete they are, what their words sound like, and what
summary tabs ask for besides.  What all purchases come to is made before, since both processes look at
it; this one goes on with what follows from it for every customer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Final

from custbook_gen.derive import RULES, Facts, duplicate_groups, duplicate_pairs, filled_cells
from custbook_gen.derive.purchases import histories
from custbook_gen.schema import Book
from custbook_gen.workers import Send, Tally, Worker, WorkerFailedError, hire, spare_processors

FEWEST: Final = 5_000
"""Records for which a worker pays."""
Made = Callable[[Facts], object]

APART: Final[Mapping[str, tuple[Made, ...]]] = {
    "completeness": (RULES["completeness"], filled_cells),
    "duplicate_score": (duplicate_pairs, duplicate_groups),
    **{rule: (RULES[rule],) for rule in ("sentiment_suggested", "area")},
}
"""What a worker makes, by the rule for whose sake it is wanted."""


def derive_ahead(book: Book, facts: Facts, more: Iterable[Made] = ()) -> None:
    """Make the computed values, a worker its part of them, if that is worth one and there can be any.

    Whoever then asks the facts for what the worker makes waits for it; so it is asked for last.

    Args:
        book: the schema.
        facts: the records; they keep what is made.
        more: what somebody will ask for later, for the worker too.
    """
    records = sum(len(facts.tables[sheet].rows) for sheet in ("customers", "feedback") if facts.has(sheet))
    rules = [field.rule for sheet in book.sheets for field in sheet.fields if field.rule is not None]
    wanted = [make for rule, own in APART.items() if rule in rules for make in own]
    wanted += more
    if records < FEWEST or not wanted or spare_processors() == 0:
        return

    def work(send: Send, _: Tally) -> None:
        for number, make in enumerate(wanted):
            send((number, facts.once(make)))

    facts.once(histories)
    worker = hire(work)
    if worker is not None:
        pieces: dict[int, object] = {}
        for number, make in enumerate(wanted):
            facts.expect(make, partial(_received, worker, number, pieces))
    for rule in rules:
        if rule not in APART:
            facts.once(RULES[rule])


def _received(worker: Worker, number: int, pieces: dict[int, object]) -> object:
    """One of the things that a worker makes.

    Raises:
        LookupError: it failed.
    """
    try:
        while number not in pieces:
            at, piece = worker.receive()
            pieces[at] = piece
    except WorkerFailedError as error:
        raise LookupError from error
    return pieces.pop(number)

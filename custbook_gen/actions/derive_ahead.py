"""What looks at no purchases, worked out by a worker while this process goes through those.

The two halves have hardly anything in common: which customers may be one, how complete they are and
what their words sound like on one side, orders and all that follows from them on the other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from custbook_gen.derive import RULES, Facts, duplicate_groups, duplicate_pairs
from custbook_gen.schema import Book
from custbook_gen.workers import Send, Tally, Worker, WorkerFailedError, hire, spare_processors

FEWEST: Final = 5_000
"""Customers, and what they said, for which a worker pays."""
APART: Final[Mapping[str, tuple[Callable[[Facts], object], ...]]] = {
    "completeness": (RULES["completeness"],),
    "duplicate_score": (duplicate_pairs, duplicate_groups),
    "sentiment_suggested": (RULES["sentiment_suggested"],),
}
"""What a worker makes, by the rule for whose sake it is wanted."""


def derive_ahead(book: Book, facts: Facts) -> None:
    """Have a worker make what is worth it, if there can be one; whoever asks the facts for it waits."""
    rows = sum(len(facts.tables[sheet].rows) for sheet in ("customers", "feedback") if facts.has(sheet))
    rules = {field.rule for sheet in book.sheets for field in sheet.fields}
    wanted = [make for rule, makers in APART.items() if rule in rules for make in makers]
    if rows < FEWEST or not wanted or spare_processors() == 0:
        return

    def work(send: Send, _: Tally) -> None:
        for number, make in enumerate(wanted):
            send((number, facts.once(make)))

    worker = hire(work)
    if worker is not None:
        pieces: dict[int, object] = {}
        for number, make in enumerate(wanted):
            facts.expect(make, partial(_received, worker, number, pieces))


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

"""Computed values of many records, of which a worker makes a half.

First what looks at no purchases (which customers may be one, how complete they are, what their words
sound like), while this process makes orders and histories of the lines.  Those are what everything
else begins with; of that a worker then makes what is as much work as the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Final

from custbook_gen.derive import (
    RULES,
    Facts,
    duplicate_groups,
    duplicate_pairs,
    expected_purchases,
    filled_cells,
    histories,
    order_columns,
    stretches,
)
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
"""What looks at no purchases, by the rule for whose sake it is wanted."""
_SCORED: Final = (
    *("recency_days", "orders_in_window", "amount_in_window"),
    *("r_score", "f_score", "m_score", "rfm_score", "rfm_text", "rfm_segment"),
)
_FIGURES: Final = ("loyalty", "average_order_value", "receivable", "customer_total", "frequency_class")
AFTER: Final[Mapping[str, tuple[Made, ...]]] = {
    "next_purchase": (expected_purchases,),
    **{rule: (RULES[rule],) for rule in (*_SCORED, *_FIGURES)},
}
"""About a half of what looks at histories or lines, and at nothing else that does."""


def derive_ahead(book: Book, facts: Facts) -> None:
    """Make what is worth it with the help of workers, if there can be any.

    Whoever then asks the facts for what a worker makes waits for it.
    """
    rules = [field.rule for sheet in book.sheets for field in sheet.fields if field.rule is not None]
    if _count(facts, "customers", "feedback") >= FEWEST:
        _have_made(facts, APART, rules)
    if _count(facts, "sales") >= FEWEST and spare_processors() > 0:
        facts.once(histories)
        facts.once(stretches)
        _have_made(facts, AFTER, rules)
        facts.once(order_columns)  # meanwhile, for summaries that several processes will draw
        for rule in rules:
            if rule not in AFTER and rule not in APART:
                facts.once(RULES[rule])


def _count(facts: Facts, *sheets: str) -> int:
    return sum(len(facts.tables[sheet].rows) for sheet in sheets if facts.has(sheet))


def _have_made(facts: Facts, makers: Mapping[str, tuple[Made, ...]], rules: Sequence[str]) -> None:
    """Have a worker make what is wanted for the sake of some rules."""
    wanted = [make for rule, own in makers.items() if rule in rules for make in own]
    if not wanted or spare_processors() == 0:
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

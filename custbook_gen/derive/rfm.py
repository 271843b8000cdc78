"""Recency, frequency and money: figures, scores and segments (section 5.3)."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Final, NamedTuple

from custbook_gen.derive.dates import first_of
from custbook_gen.derive.facts import Facts
from custbook_gen.derive.money import amounts_from
from custbook_gen.derive.purchases import counted_orders, histories
from custbook_gen.records import Value

BEST: Final = 5
FEWEST: Final = 5
"""Customers that quintiles need."""
SEGMENTS: Final[Mapping[tuple[bool, bool, bool], str]] = {
    (True, True, True): "important_value",
    (True, False, True): "important_develop",
    (False, True, True): "important_keep",
    (False, False, True): "important_win_back",
    (True, True, False): "general_value",
    (True, False, False): "general_develop",
    (False, True, False): "general_keep",
    (False, False, False): "general_win_back",
}
"""Segment by whether recency, frequency and money are high: 重要/一般 价值, 发展, 保持, 挽留."""


class Scores(NamedTuple):
    """Scores from 1 to 5."""

    recency: int
    frequency: int
    money: int


def recency(facts: Facts) -> dict[str, int]:
    """Days from the last purchase to the evaluation date, of customers who ever bought (5.3)."""
    return {
        customer: (facts.as_of - history.last).days for customer, history in facts.once(histories).items()
    }


def frequency(facts: Facts) -> dict[str, int]:
    """Counted orders within the window, of customers who ever bought (5.3)."""
    return recent_orders(facts, facts.settings.rfm.window_days)


def money(facts: Facts) -> dict[str, Decimal]:
    """The sum of amounts within the window, returns taken off, of customers who ever bought (5.3)."""
    amounts = amounts_from(facts, first_of(facts.settings.rfm.window_days, facts.as_of))
    return {customer: amounts[customer] for customer in facts.once(histories)}


def recent_orders(facts: Facts, window: int) -> dict[str, int]:
    """Counted orders of so many days up to the evaluation date, of customers who ever bought."""
    first = first_of(window, facts.as_of)
    orders = facts.once(counted_orders)
    late = zip(orders.customers, orders.days, strict=True)
    recent = Counter([customer for customer, days in late if days[-1] >= first])
    return {customer: recent.get(customer, 0) for customer in facts.once(histories)}


def scores(facts: Facts) -> Mapping[str, Scores]:
    """The scores of every customer who ever bought.

    Mode ``thresholds``: by the limits of the settings.  Mode ``quintile``: customers in
    order from worst to best, score = 1 + floor(5 x worse / all), where ``worse`` is the
    number of customers who are strictly worse; with fewer than 5 customers, thresholds.
    """
    settings = facts.settings.rfm
    days, orders, amounts = facts.once(recency), facts.once(frequency), facts.once(money)
    if settings.mode == "quintile" and len(days) >= FEWEST:
        by_days = _quintiles(list(days.values()), fewer_is_better=True)
        by_orders = _quintiles(list(orders.values()))
        by_amount = _quintiles(list(amounts.values()))
    else:
        by_days = _steps(settings.recency_days, fewer_is_better=True)
        by_orders, by_amount = _steps(settings.orders), _steps(settings.amounts)
    return {
        customer: Scores(by_days(days[customer]), by_orders(orders[customer]), by_amount(amounts[customer]))
        for customer in days
    }


def _steps(
    limits: Sequence[int | Decimal], *, fewer_is_better: bool = False
) -> Callable[[int | Decimal], int]:
    """The score by limits, the best one's first: 5 for who reaches that, 1 for who reaches none."""
    if fewer_is_better:
        return lambda figure: BEST - bisect_left(limits, figure)
    upwards = limits[::-1]
    return lambda figure: 1 + bisect_right(upwards, figure)


def _quintiles(
    figures: Sequence[int | Decimal], *, fewer_is_better: bool = False
) -> Callable[[int | Decimal], int]:
    ranked, count = sorted(figures), len(figures)

    def score(figure: int | Decimal) -> int:
        worse = count - bisect_right(ranked, figure) if fewer_is_better else bisect_left(ranked, figure)
        return 1 + BEST * worse // count

    return score


def recency_days(facts: Facts) -> dict[str, Value]:
    """R(天): days from the last purchase to the evaluation date; empty without one (5.3)."""
    return dict(facts.once(recency))


def orders_in_window(facts: Facts) -> dict[str, Value]:
    """F(次): counted orders within the window; empty without a purchase ever (5.3)."""
    return dict(facts.once(frequency))


def amount_in_window(facts: Facts) -> dict[str, Value]:
    """M(元): sum of amounts within the window, book's currency; empty without a purchase ever (5.3)."""
    return dict(facts.once(money))


def r_score(facts: Facts) -> dict[str, Value]:
    """R: score for recency, 1 to 5; empty without a purchase ever (5.3)."""
    return {customer: own.recency for customer, own in facts.once(scores).items()}


def f_score(facts: Facts) -> dict[str, Value]:
    """F: score for frequency, 1 to 5; empty without a purchase ever (5.3)."""
    return {customer: own.frequency for customer, own in facts.once(scores).items()}


def m_score(facts: Facts) -> dict[str, Value]:
    """M: score for money, 1 to 5; empty without a purchase ever (5.3)."""
    return {customer: own.money for customer, own in facts.once(scores).items()}


def rfm_score(facts: Facts) -> dict[str, Value]:
    """RFM得分: R + F + M, 3 to 15; empty without a purchase ever (5.3)."""
    return _told(facts, sum)


def rfm_text(facts: Facts) -> dict[str, Value]:
    """RFM: the three scores as text, such as ``5-3-4``; empty without a purchase ever (5.3)."""
    return _told(facts, lambda own: f"{own.recency}-{own.frequency}-{own.money}")


def rfm_segment(facts: Facts) -> dict[str, Value]:
    """RFM分层: the segment's code by which of the scores are high (5.3).

    A score is high from 3 on (``rfm.high_from``), or, with ``rfm.high: mean``, if it is at
    least the mean of that score over all customers who ever bought.
    """
    known, settings = facts.once(scores), facts.settings.rfm
    count = len(known)
    if settings.high == "mean":
        totals = [sum(column) for column in zip(*known.values(), strict=True)]
    else:
        totals = [settings.high_from * count] * 3

    def segment(own: Scores) -> str:
        recent, frequent, rich = (score * count >= total for score, total in zip(own, totals, strict=True))
        return SEGMENTS[recent, frequent, rich]

    return _told(facts, segment)


def _told(facts: Facts, tell: Callable[[Scores], Value]) -> dict[str, Value]:
    """What scores tell of every customer who ever bought, worked out once for equal ones."""
    known = facts.once(scores)
    told = {own: tell(own) for own in set(known.values())}
    return {customer: told[own] for customer, own in known.items()}

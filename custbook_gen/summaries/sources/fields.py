"""Computed fields that only summaries know."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping

from custbook_gen.derive import Facts, edate
from custbook_gen.derive.classes import lifecycle
from custbook_gen.derive.dates import day_of
from custbook_gen.records import Value
from custbook_gen.schema import Field
from custbook_gen.summaries.sources.source import field
from custbook_gen.tabs import made
from custbook_gen.value_objects import value_object


@value_object
class ExtraField:
    """A computed field more on a sheet of the book."""

    sheet: str
    field: Field
    rule: Callable[[Facts], Mapping[str, Value]]

    @property
    def needs(self) -> tuple[str, ...]:
        """The sheets and fields without which a book does not have it."""
        return made.FIELDS[self.sheet, self.field.key]


def lifecycle_before(facts: Facts) -> Mapping[str, Value]:
    """The lifecycle a month ago, on the records as they are now; empty for customers new since then."""
    day = edate(facts.as_of, -1)
    rows = facts.rows("customers", "customer_id", "created_on")
    new = {key for key, created in rows if isinstance(created, dt.date) and created > day}
    return {key: state for key, state in facts.at(day).once(lifecycle).items() if key not in new}


def answer_days(facts: Facts) -> Mapping[str, Value]:
    """The days from a feedback to the reply."""
    found: dict[str, Value] = {}
    for key, at, replied in facts.rows("feedback", "feedback_id", "at", "replied_on"):
        start, end = day_of(at), day_of(replied)
        if start is not None and end is not None and end >= start:
            found[str(key)] = (end - start).days
    return found


FIELDS: tuple[ExtraField, ...] = (
    ExtraField(
        "customers",
        field(
            "lifecycle_before",
            "上月生命周期",
            "Lifecycle a month ago",
            "calc",
            result="enum",
            category="lifecycle",
            rule="lifecycle_before",
        ),
        lifecycle_before,
    ),
    ExtraField(
        "feedback",
        field("answer_days", "回复天数", "Days to answer", "calc", result="int", rule="answer_days"),
        answer_days,
    ),
)
"""Every field that summaries may know besides those of the book."""

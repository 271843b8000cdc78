"""What the fields of one row must satisfy together: order, need, allowance, band."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import reduce

from custbook_gen.check.rows import CheckedRow, SheetReader
from custbook_gen.derive.dates import moment_of
from custbook_gen.issues import Issue, Severity
from custbook_gen.records import Value
from custbook_gen.schema import DATED, Book, Sheet
from custbook_gen.schema.constraints import Band, Constraint, Needed, Only, Ordered, When, Within, fields_of
from custbook_gen.texts import Lang, Saying
from custbook_gen.values import Note, plain

RowConstraint = Ordered | Needed | Only | Band | Within
"""What is asked of the fields of one row."""


def together_issues(book: Book, reader: SheetReader, rows: Sequence[CheckedRow]) -> Iterator[Issue]:
    """What is wrong between the fields of rows that are new or edited.

    It is an error where one of these fields was just entered.  What stood in the row
    before is a warning: it must not keep somebody from changing something else in it.
    What several constraints make necessary is told once.
    """
    told: set[tuple[int, str, str]] = set()
    for constraint in reader.sheet.constraints:
        if not isinstance(constraint, RowConstraint):
            continue
        names = fields_of(constraint)
        for row in rows:
            found = _fault(book, reader, row, constraint) if row.faults.keys().isdisjoint(names) else None
            place = _place(row, constraint)
            if found is not None and (row.number, place, found.code) not in told:
                told.add((row.number, place, found.code))
                entered = row.new or not row.edited.isdisjoint(names)
                level = constraint_level(constraint, entered=entered)
                yield reader.issue(row, place, replace(found, level=level))


def constraint_level(constraint: Constraint, *, entered: bool) -> Severity | None:
    """How bad a broken constraint is: as it says where it was broken now, else a warning."""
    return None if entered and getattr(constraint, "severity", "error") == "error" else "warning"


def _place(row: CheckedRow, constraint: RowConstraint) -> str:
    """The field to point at: of two that are out of order the one that was edited."""
    if not isinstance(constraint, Ordered):
        return constraint.field
    first, second = constraint.fields
    return first if first in row.edited and second not in row.edited else second


def _fault(book: Book, reader: SheetReader, row: CheckedRow, constraint: RowConstraint) -> Note | None:
    match constraint:
        case Ordered():
            return _out_of_order(reader, row, constraint)
        case Band():
            return _out_of_band(book, reader, row, constraint)
        case Within():
            return _out_of_bounds(reader, row, constraint)
    missing = isinstance(constraint, Needed)
    if (
        _is_empty(row.values.get(constraint.field)) is not missing
        or _holds(constraint.when, row) is not missing
    ):
        return None
    facts = {"condition": _condition(constraint.when, reader)}
    return Note("needed-missing" if missing else "not-allowed-here", facts)


def _is_empty(value: Value) -> bool:
    return value is None or value in ((), "")


def _out_of_order(reader: SheetReader, row: CheckedRow, constraint: Ordered) -> Note | None:
    first, second = constraint.fields
    low, high = row.values.get(first), row.values.get(second)
    dated = reader.sheet.field(first).kind in DATED
    if low is None or high is None or not (_later(low, high) if dated else _number(low) > _number(high)):
        return None
    facts = {
        "first": reader.label(first),
        "second": reader.label(second),
        "low": reader.shown(first, low),
        "high": reader.shown(second, high),
        "relation": Saying("issue.later" if dated else "issue.more"),
    }
    return Note("out-of-order", facts)


def _later(first: Value, second: Value) -> bool:
    """Whether a date or moment lies after another one; a date and a moment compare by day."""
    one, other = moment_of(first), moment_of(second)
    if one is None or other is None:
        return False
    return one > other if type(first) is type(second) else one.date() > other.date()


def _number(value: Value) -> Decimal:
    return Decimal(value) if isinstance(value, int | Decimal) else Decimal(0)


def holds(condition: When, value: Value) -> bool:
    """Whether a value meets a condition."""
    if condition.is_ is None:
        return _is_empty(value) is not condition.filled
    values = value if isinstance(value, tuple) else (value,)
    return any(item in condition.is_ for item in values)


def _holds(conditions: Sequence[When], row: CheckedRow) -> bool:
    return all(holds(condition, row.values.get(condition.field)) for condition in conditions)


def _condition(conditions: Sequence[When], reader: SheetReader) -> Saying:
    """Conditions in words."""
    parts = [condition_words(one, reader.sheet, reader.lang, reader.shown) for one in conditions]
    return reduce(lambda first, second: Saying("issue.where-both", {"first": first, "second": second}), parts)


def condition_words(condition: When, sheet: Sheet, lang: Lang, shown: Callable[[str, Value], str]) -> Saying:
    """One condition in words.

    Args:
        condition: what is asked.
        sheet: the sheet whose field it is about.
        lang: the workbook's language.
        shown: says how a value of a field is read.
    """
    item = sheet.field(condition.field)
    name = item.label.line(lang)
    if condition.is_ is None:
        return Saying("issue.where-filled" if condition.filled else "issue.where-empty", {"name": name})
    values: list[Value] = [(str(code),) if item.type == "multi" else code for code in condition.is_]
    told = " / ".join(f"“{shown(item.key, value)}”" for value in values)
    return Saying("issue.where-is", {"name": name, "values": told})


def _out_of_band(book: Book, reader: SheetReader, row: CheckedRow, constraint: Band) -> Note | None:
    number, code = row.values.get(constraint.field), row.values.get(constraint.band)
    category = book.category(str(reader.sheet.field(constraint.band).category))
    figures = {choice.code: choice.figure for choice in category.choices if choice.figure is not None}
    if number is None or not isinstance(code, str) or code not in figures:
        return None
    low = figures[code]
    high = min((figure for figure in figures.values() if figure > low), default=None)
    if low <= _number(number) and (high is None or _number(number) < high):
        return None
    limits = Saying("issue.at-least", {"low": plain(low)})
    if high is not None:
        limits = Saying("issue.from-to-below", {"low": plain(low), "high": plain(high)})
    facts = {
        "value": reader.shown(constraint.field, number),
        "band": reader.label(constraint.band),
        "found": reader.shown(constraint.band, code),
        "limits": limits,
    }
    return Note("out-of-band", facts)


def _out_of_bounds(reader: SheetReader, row: CheckedRow, constraint: Within) -> Note | None:
    value, least, most = row.values.get(constraint.field), constraint.min, constraint.max
    if value is None or least <= _number(value) <= most or not _holds(constraint.when, row):
        return None
    percent = reader.sheet.field(constraint.field).kind == "pct"
    limits = {"low": _figure(least, percent=percent), "high": _figure(most, percent=percent)}
    facts = {
        "condition": _condition(constraint.when, reader),
        "value": _figure(_number(value), percent=percent),
        "limits": Saying("issue.exactly" if least == most else "issue.between", limits),
    }
    return Note("out-of-bounds", facts)


def _figure(number: Decimal, *, percent: bool) -> str:
    return f"{plain(number * 100)}%" if percent else plain(number)

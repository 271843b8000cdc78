"""Figures as spreadsheet formulas: COUNTIFS, SUMIFS and AVERAGEIFS over whole columns.

Only functions of Excel 2007 are used, so that every spreadsheet program agrees.  Choices
are matched by label, references by the key at the end of ``name · key``, dates by
bounds computed from the evaluation date's cell.  Where a sheet or column is missing in
this workbook, or no criterion can tell two texts apart, there is no formula.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from itertools import chain, product
from typing import Final, cast

from custbook_gen.formulas import criterion, literal, refers_to
from custbook_gen.layout import SheetLayout
from custbook_gen.schema import DATED, NUMERIC, Field, Sheet
from custbook_gen.summaries.aspects import Code, Query, periods_of
from custbook_gen.summaries.context import Context
from custbook_gen.summaries.periods import Period, period
from custbook_gen.tabs import COLLECTING, Condition, Role
from custbook_gen.value_objects import value_object
from custbook_gen.values import JOINER, SEPARATOR, yes_no

FORMULA_LENGTH: Final = 8192
NUMBER_LIKE: Final = re.compile(r"[\d.,:/\-+%eE ]+|true|false", re.IGNORECASE)
"""Texts that a criterion takes for a number, date or truth value."""
SOME_TEXT: Final = literal("?*")
SOME_NUMBER: Final = literal(">-1E+300")
NOTHING: Final = literal("")

Pair = tuple[str, str]
"""A column and the criterion that its cells must meet."""
Case = tuple[Pair, ...]
"""Pairs that hold together."""


At = Mapping[Role, Code]
"""The row, and in a cross table the column, that a formula stands in."""


class _MissingError(Exception):
    """This workbook lacks what a formula needs."""


def query_formulas(query: Query, context: Context) -> Callable[[At], str | None]:
    """What writes the formula of a figure that looks at records; nothing where none can be written.

    Args:
        query: one that counts, adds up or averages; others have no formula.
        context: the workbook.

    Returns:
        Takes the table's row and column; conditions on one that is not given are left out.
    """
    figure = query.figure
    here = context.layout.sheets.get(figure.sheet)
    if here is None or figure.measure in COLLECTING:
        return lambda _: None
    writer = _Writer(context, context.book.sheet(figure.sheet), here, query)

    def write(at: At) -> str | None:
        try:
            text = writer.formula(at)
        except _MissingError:
            return None
        return text if len(text) < FORMULA_LENGTH else None

    return write


@value_object
class _Writer:
    """Writes formulas over one sheet."""

    context: Context
    sheet: Sheet
    here: SheetLayout
    query: Query
    options: dict[tuple[int, Code], tuple[Case, ...]] = dataclasses.field(default_factory=dict)
    """The ways to meet a condition, by its number and the code of its row or column: most rows share most."""

    def formula(self, at: At) -> str:
        """The text of the figure's formula in a row and column."""
        figure = self.query.figure
        cases = list(self._cases(at))
        if figure.field is None:
            return "+".join(f"COUNTIFS({_joined(case)})" for case in cases)
        measured = self._column(figure.field)
        if figure.measure == "sum":
            return "+".join(f"SUMIFS({measured},{_joined(case)})" for case in cases)
        if len(cases) > 1:  # an average is no sum of averages
            raise _MissingError
        return f'IFERROR(AVERAGEIFS({measured},{_joined(cases[0])}),"")'

    def _cases(self, at: At) -> Iterable[Case]:
        """The ways to meet all conditions of the figure; no record meets two of them."""
        where = self.query.figure.where
        met = [
            (number, None if condition.role is None else at[condition.role])
            for number, condition in enumerate(where)
            if condition.role is None or condition.role in at
        ]
        for number, code in met:
            if (number, code) not in self.options:
                self.options[number, code] = self._options(where[number], code)
        options = [self.options[one] for one in met]
        if not any(_says_something(where[number], code) for number, code in met):
            options.insert(0, ((self._presence(),),))
        return (tuple(chain.from_iterable(parts)) for parts in product(*options))

    def _presence(self) -> Pair:
        """What tells a row with a record from an empty one: a text that every record has."""
        wanted = [self.sheet.field(key) for key in (self.sheet.key_field, self.sheet.name_field)]
        for field in (*wanted, *self.sheet.fields):
            if field.required and field.type in ("text", "ref", "enum") and field.key in self.here.columns:
                return self._column(field.key), SOME_TEXT
        return self._column(self.sheet.key_field), SOME_TEXT

    def _column(self, key: str) -> str:
        if key not in self.here.columns:  # nor is a field of a referred record
            raise _MissingError
        return self.here.range(key)

    def _options(self, condition: Condition, code: Code) -> tuple[Case, ...]:
        """The ways to meet one condition, in the row or column of a code; no cell meets two of them."""
        column = self._column(condition.field)
        known = self.sheet.field(condition.field)
        if condition.filled is not None:
            return ((self._filled(known) if condition.filled else (column, NOTHING),),)
        if condition.bounded:
            return (_sized(column, condition.at_least, condition.less_than),)
        if condition.period is not None:
            return (self._within(column, self._period(condition, code)),)
        if isinstance(condition.is_, tuple):
            return self._any_of(known, column, condition.is_)
        if condition.role is None:
            assert condition.is_ is not None  # noqa: S101  (the only kind left)
            return self._one(known, column, condition.is_)
        bands = self.query.grouping(condition.role).bands
        if code is None:
            return (((column, NOTHING),),)
        if bands is None:
            return self._one(known, column, str(code))
        at = cast(int, code)
        return (_sized(column, bands[at], bands[at + 1] if at + 1 < len(bands) else None),)

    def _one(self, known: Field, column: str, value: bool | str) -> tuple[Case, ...]:
        if isinstance(value, bool):
            return (((column, literal(yes_no(value, self.context.lang))),),)
        return self._equal(known, column, value)

    def _any_of(self, known: Field, column: str, values: tuple[str, ...]) -> tuple[Case, ...]:
        if known.kind == "multi":  # a cell may hold several of them
            raise _MissingError
        return tuple(case for value in dict.fromkeys(values) for case in self._equal(known, column, value))

    def _filled(self, field: Field) -> Pair:
        number = field.kind in NUMERIC | DATED
        return self._column(field.key), SOME_NUMBER if number else SOME_TEXT

    def _period(self, condition: Condition, code: Code) -> Period:
        as_of = self.context.as_of
        if condition.role is None:
            assert condition.period is not None  # noqa: S101  (asked for by the caller)
            return period(condition.period, as_of)
        spans = dict(periods_of(self.query.grouping(condition.role), as_of))
        if code not in spans:  # the months of any year are no stretch of time
            raise _MissingError
        return spans[code]

    @staticmethod
    def _within(column: str, span: Period) -> Case:
        end = (column, f'"<"&{span.end_text}')
        return (end,) if span.start_text is None else ((column, f'">="&{span.start_text}'), end)

    def _equal(self, field: Field, column: str, value: str) -> tuple[Case, ...]:
        """A choice by its label, a reference by its key, a record by its own key."""
        if field.category is None:
            return (((column, self._key(field, value)),),)
        labels = self.context.words.vocabularies[field.category].labels
        if field.kind == "multi":
            if NUMBER_LIKE.fullmatch(labels[value]) or labels[value][:1] in "<>=":
                raise _MissingError
            label = _escaped(labels[value])
            texts = (label, f"{label}{JOINER}*", f"*{JOINER}{label}", f"*{JOINER}{label}{JOINER}*")
            return tuple(((column, literal(text)),) for text in texts)
        pairs = [(column, _exactly(labels[value], labels.values()))]
        code: str | None = value
        for child, above in zip(*self._levels(field), strict=True):
            code = self.context.book.category(cast(str, child.category)).by_code[cast(str, code)].parent
            known = self.context.words.vocabularies[cast(str, above.category)].labels
            pairs.append((self._column(above.key), _exactly(known[cast(str, code)], known.values())))
        return (tuple(pairs),)

    def _levels(self, field: Field) -> tuple[list[Field], list[Field]]:
        """A cascading field and those above it, each with the next one up."""
        chain = [field, *reversed(self.sheet.ancestors(field))]
        return chain[:-1], chain[1:]

    def _key(self, field: Field, key: str) -> str:
        if field.to is None:
            table = self.context.tables.get(self.sheet.key)
            return _exactly(key, () if table is None else table.rows)
        label = self.context.label(field.to, key)
        if not label.endswith(SEPARATOR + key):  # a record without a name is shown by its key alone
            raise _MissingError
        return refers_to(key)


def _says_something(condition: Condition, code: Code) -> bool:
    """Whether empty rows cannot meet a condition."""
    return condition.filled is not False and (condition.role is None or code is not None)


def _sized(column: str, low: Decimal | None, high: Decimal | None) -> Case:
    """Bounds of a number, joined so that no locale reads the point of a decimal otherwise."""
    bounds = ((">=", low), ("<", high))
    return tuple((column, f'"{sign}"&{bound:f}') for sign, bound in bounds if bound is not None)


def _joined(case: Case) -> str:
    """The pairs as arguments; those for empty cells last.

    LibreOffice ends its walk with the last filled cell of the first column.
    """
    ordered = sorted(case, key=lambda pair: pair[1] == NOTHING)
    return ",".join(f"{column},{wanted}" for column, wanted in ordered)


def _escaped(text: str) -> str:
    return text.replace("~", "~~").replace("*", "~*").replace("?", "~?")


def _exactly(text: str, others: Iterable[str]) -> str:
    """A criterion for cells with this text among the others that the column may hold.

    Texts that look like numbers would be compared as such (``1-9`` is a day); a wildcard
    at the end keeps them texts, unless another text goes on after the same beginning.
    """
    if not NUMBER_LIKE.fullmatch(text):
        return criterion(text)
    folded = text.casefold()
    if sum(other.casefold().startswith(folded) for other in others) > 1:
        raise _MissingError
    return literal(text + "*")

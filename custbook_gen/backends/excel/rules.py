"""Validation rules as they stand in a sheet, plain or in the 2009 extension."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from lxml import etree

from custbook_gen.backends.excel.cells import unescape
from custbook_gen.backends.excel.markup import MAIN, X14, XM, truth
from custbook_gen.backends.excel.references import rectangles
from custbook_gen.workbook import RawRule

KINDS: Final[Mapping[str, str]] = MappingProxyType({"none": "any", "textLength": "text_length"})
"""Kinds whose name in the file differs from :attr:`custbook_gen.workbook.Rule.kind`."""

OPERATORS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "notBetween": "not_between",
        "notEqual": "not_equal",
        "lessThan": "less",
        "lessThanOrEqual": "less_or_equal",
        "greaterThan": "greater",
        "greaterThanOrEqual": "greater_or_equal",
    }
)
"""Operators whose name in the file differs from :attr:`custbook_gen.workbook.Rule.operator`."""


def read_rules(container: etree._Element) -> Iterator[RawRule]:
    """The rules within an element: a ``dataValidations``, or an ``extLst`` around one."""
    for element in container.iter(f"{{{MAIN}}}dataValidation"):
        formulas = (element.findtext(f"{{{MAIN}}}formula{n}") for n in (1, 2))
        yield _rule(element, element.get("sqref", ""), *formulas)
    for element in container.iter(f"{{{X14}}}dataValidation"):
        formulas = (element.findtext(f"{{{X14}}}formula{n}/{{{XM}}}f") for n in (1, 2))
        yield _rule(element, element.findtext(f"{{{XM}}}sqref", ""), *formulas)


def _rule(element: etree._Element, areas: str, formula1: str | None, formula2: str | None) -> RawRule:
    kind = element.get("type", "none")
    operator = element.get("operator", "between")
    stops = element.get("errorStyle", "stop") == "stop"
    return RawRule(
        kind=KINDS.get(kind, kind),
        operator=OPERATORS.get(operator, operator),
        formula1=formula1 and unescape(formula1),
        formula2=formula2 and unescape(formula2),
        rejects=stops and truth(element.get("showErrorMessage")),
        rectangles=rectangles(areas),
    )

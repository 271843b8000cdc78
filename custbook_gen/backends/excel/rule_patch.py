"""Validation rules put back on columns; rules on other cells keep what they say."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from lxml import etree

from custbook_gen.backends.excel.markup import MAIN, X14, XM
from custbook_gen.backends.excel.references import Rectangle, move_formula, rectangles, reference, without
from custbook_gen.backends.excel.splice import SplicedPart
from custbook_gen.backends.excel.validation import draw_rule
from custbook_gen.workbook import RulePatch

_RULES: Final = b"dataValidations"
_EXTENSIONS: Final = b"extLst"
_RULE: Final = f"{{{MAIN}}}dataValidation"
_FORMULAS: Final = (f"{{{MAIN}}}formula1", f"{{{MAIN}}}formula2")
_NEW_RULE: Final = f"{{{X14}}}dataValidation"
_NEW_FORMULAS: Final = (f"{{{X14}}}formula1/{{{XM}}}f", f"{{{X14}}}formula2/{{{XM}}}f")
_NEW_RANGES: Final = f"{{{XM}}}sqref"
_COUNT: Final = "count"


def patch_rules(sheet: SplicedPart, patches: Sequence[RulePatch]) -> None:
    """Put each rule on its column, from its first row to its last.

    What other rules cover of the cells that are cleared for it is cut out of them, in the
    plain list and in the 2009 extension; a rule left with no cell goes.

    Args:
        sheet: the sheet's part.
        patches: the rules; the last one for a column wins.
    """
    if not patches:
        return
    holes = [patch.cleared for patch in patches]
    last = {patch.column: patch for patch in patches}
    there = sheet.get(_RULES)
    rules = sheet.tree(there if there is not None else b"<dataValidations/>")
    for rule in rules.findall(_RULE):
        _shrink(rule, holes)
    for patch in last.values():
        _append(rules, patch)
    _set_count(rules, rules.findall(_RULE))
    sheet.set(_RULES, sheet.markup(rules))
    _patch_extensions(sheet, holes)


def _append(rules: etree._Element, patch: RulePatch) -> None:
    if patch.rule is None:
        return
    area = reference((patch.first_row, patch.column, patch.last_row, patch.column))
    drawn = draw_rule(patch.rule, area).to_tree()
    element = etree.SubElement(rules, _RULE, attrib={str(k): str(v) for k, v in drawn.attrib.items()})
    for child in drawn:
        etree.SubElement(element, f"{{{MAIN}}}{child.tag}").text = child.text


def _shrink(rule: etree._Element, holes: Iterable[Rectangle]) -> None:
    kept = _remaining(rule.get("sqref", ""), holes)
    if kept is None:
        return
    if not kept:
        _remove(rule)
        return
    _move(rule, _FORMULAS, rule.get("sqref", ""), kept)
    rule.set("sqref", " ".join(map(reference, kept)))


def _patch_extensions(sheet: SplicedPart, holes: Sequence[Rectangle]) -> None:
    there = sheet.get(_EXTENSIONS)
    if there is None or b"dataValidation" not in there:
        return
    extensions = sheet.tree(there)
    changed = False
    for rule in list(extensions.iter(_NEW_RULE)):
        ranges = rule.find(_NEW_RANGES)
        if ranges is None:
            continue
        kept = _remaining(ranges.text or "", holes)
        if kept is None:
            continue
        changed = True
        if kept:
            _move(rule, _NEW_FORMULAS, ranges.text or "", kept)
            ranges.text = " ".join(map(reference, kept))
        else:
            _remove(rule)
    if changed:
        _tidy(extensions)
        sheet.set(_EXTENSIONS, *([sheet.markup(extensions)] if len(extensions) else []))


def _tidy(extensions: etree._Element) -> None:
    """Counts made right; an extension whose last rule went goes too."""
    for rules in list(extensions.iter(f"{{{X14}}}dataValidations")):
        remaining = rules.findall(_NEW_RULE)
        _set_count(rules, remaining)
        if not remaining:
            extension = rules.getparent()
            _remove(rules)
            if extension is not None and not len(extension):
                _remove(extension)


def _remaining(ranges: str, holes: Iterable[Rectangle]) -> Sequence[Rectangle] | None:
    """What is left of a rule's cells, or nothing at all if the holes do not touch it."""
    before = list(rectangles(ranges))
    kept = before
    for hole in holes:
        kept = [piece for area in kept for piece in without(area, hole)]
    return None if kept == before else kept


def _move(rule: etree._Element, paths: Iterable[str], before: str, kept: Sequence[Rectangle]) -> None:
    """Rewrite formulas for the new first cell: they are written relative to it."""
    start, end = rectangles(before)[0][:2], kept[0][:2]
    for path in paths:
        formula = rule.find(path)
        if formula is not None and formula.text:
            formula.text = move_formula(formula.text, start, end)


def _set_count(rules: etree._Element, there: Sequence[etree._Element]) -> None:
    if rules.get(_COUNT) is not None or there:
        rules.set(_COUNT, str(len(there)))


def _remove(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)

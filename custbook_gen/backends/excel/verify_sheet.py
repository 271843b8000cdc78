"""One sheet compared, old and new, but for the cells and rules that a patch names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final
from xml.parsers import expat

from lxml import etree

from custbook_gen.backends.excel.markup import MAIN, X14, XM, parse
from custbook_gen.backends.excel.references import Rectangle, move_formula, rectangles, without
from custbook_gen.backends.excel.rewrite import REPLACED, is_guarded, lacks_guard
from custbook_gen.backends.excel.splice import SHEET_ORDER, SplicedPart, with_attribute
from custbook_gen.backends.excel.verify_parts import same_tree
from custbook_gen.backends.excel.verify_repairs import StyleChange, free_pieces, same_but_repairs
from custbook_gen.backends.excel.verify_rows import RowCheck
from custbook_gen.workbook import RulePatch, SheetPatch

_ROWS: Final = b"sheetData"
_RULES: Final = b"dataValidations"
_EXTENSIONS: Final = b"extLst"
_RANGED: Final = (b"dimension", b"autoFilter")
"""Elements whose range may grow with the rows, and nothing else in them."""
_RULE: Final = f"{{{MAIN}}}dataValidation"
_NEW_RULE: Final = f"{{{X14}}}dataValidation"
_FORMULAS: Final = tuple(
    path for n in (1, 2) for path in (f"{{{MAIN}}}formula{n}", f"{{{X14}}}formula{n}/{{{XM}}}f")
)

RuleFacts = tuple[frozenset[tuple[str, str]], tuple[str, ...], tuple[Rectangle, ...]]


def same_frame(old: bytes, new: bytes) -> bool:
    """A sheet of ours that was written anew: all around its cells, but a guard that was off or too strict.

    Raises:
        expat.ExpatError: the new part is not well-formed.
        ValueError: a part is broken.
    """
    expat.ParserCreate().Parse(new, True)
    before, after = SplicedPart(old, SHEET_ORDER), SplicedPart(new, SHEET_ORDER)
    free = {*REPLACED, b"autoFilter"}
    if lacks_guard(before, after) and is_guarded(after):
        free.add(b"sheetProtection")
    return _same_pieces(before, after, free) and _faithfully_spelled(before, old)


def same_sheet(old: bytes, new: bytes, *, patch: SheetPatch, styles: StyleChange) -> bool:
    """A sheet with a table of ours: all but the patch's cells, rules and repairs.

    Raises:
        expat.ExpatError: what changed in the new part is not well-formed.
        ValueError: a part is broken.
    """
    before, after = SplicedPart(old, SHEET_ORDER), SplicedPart(new, SHEET_ORDER)
    mended = patch.repairs and (patch.repairs.columns or patch.repairs.parts or patch.repairs.locks)
    rows_change = bool(patch.cells or mended)
    free = {_ROWS} if rows_change else set()
    free |= set(_RANGED) if patch.cells else set()
    free |= {_RULES, _EXTENSIONS} if patch.rules else set()
    free |= free_pieces(patch.repairs) if patch.repairs else set()
    if not (_same_pieces(before, after, free) and _faithfully_spelled(before, old)):
        return False
    if rows_change:
        rows = RowCheck(before, after, patch, styles)
        if not rows.same():
            return False
        _parse_frame(after, rows.markup())
    elif patch.repairs:
        _parse_frame(after, ())
    put_back = {b"autoFilter"} if patch.repairs and patch.repairs.filter else set()
    ranged = [name for name in _RANGED if patch.cells and name not in put_back]
    return (
        all(_same_but_range(before, after, name) for name in ranged)
        and same_but_repairs(before, after, patch, styles)
        and (not patch.rules or _same_rules(before, after, patch.rules))
    )


def _same_pieces(before: SplicedPart, after: SplicedPart, free: set[bytes]) -> bool:
    """Whether all children of the root are the same, but those of free names."""
    first, second = ([piece for piece in part.pieces if piece[0] not in free] for part in (before, after))
    return before.frame == after.frame and first == second


def _faithfully_spelled(part: SplicedPart, old: bytes) -> bool:
    """Whether a part that had to be spelled anew still says what it said."""
    return not part.respelled or same_tree(parse(old), parse(b"".join(part.chunks())))


def _same_but_range(before: SplicedPart, after: SplicedPart, name: bytes) -> bool:
    first, second = (
        [with_attribute(piece, b"ref", None) for piece in part.all(name)] for part in (before, after)
    )
    return first == second


def _parse_frame(part: SplicedPart, rows: Iterable[bytes]) -> None:
    """Make sure that all that may be new is well-formed; rows that stayed were read before."""
    parser = expat.ParserCreate()
    head, tail = part.frame
    parser.Parse(head, False)
    for name, piece in part.pieces:
        if name == _ROWS:
            for row in (b"<sheetData>", *rows, b"</sheetData>"):
                parser.Parse(row, False)
        else:
            parser.Parse(piece, False)
    parser.Parse(tail, True)


def _same_rules(before: SplicedPart, after: SplicedPart, patches: Sequence[RulePatch]) -> bool:
    """Whether all rules say the same outside the cells whose rules are put right."""
    holes = [patch.cleared for patch in patches]
    for name in (_RULES, _EXTENSIONS):
        first, second = (
            [rule for piece in part.all(name) for rule in _outside(part.tree(piece), holes)]
            for part in (before, after)
        )
        if first != second:
            return False
    first_rest, second_rest = (
        [rest for piece in part.all(_EXTENSIONS) for rest in _other_extensions(part.tree(piece))]
        for part in (before, after)
    )
    return first_rest == second_rest


def _outside(container: etree._Element, holes: Sequence[Rectangle]) -> Iterator[RuleFacts]:
    """What the rules in an element say of cells outside the holes; rules with none are left out."""
    for rule in container.iter(_RULE, _NEW_RULE):
        ranges = rule.get("sqref") or rule.findtext(f"{{{XM}}}sqref") or ""
        areas = before = rectangles(ranges)
        for hole in holes:
            areas = tuple(piece for area in areas for piece in without(area, hole))
        if before and not areas:
            continue
        texts = tuple(
            move_formula(text, before[0][:2], areas[0][:2]) if before else text
            for text in (rule.findtext(path, "") for path in _FORMULAS)
        )
        facts = frozenset((str(name), str(value)) for name, value in rule.attrib.items() if name != "sqref")
        yield facts, texts, areas


def _other_extensions(extensions: etree._Element) -> Iterator[bytes]:
    """The extensions that hold no rules."""
    for extension in extensions:
        if next(extension.iter(f"{{{X14}}}dataValidations"), None) is None:
            yield etree.tostring(extension, with_tail=False)

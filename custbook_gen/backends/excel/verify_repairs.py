"""A sheet's furniture compared, old and new, but for what a patch's repairs name."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Final

from lxml import etree

from custbook_gen.backends.excel.markup import MAIN, truth
from custbook_gen.backends.excel.number_formats import look_styles
from custbook_gen.backends.excel.references import Rectangle, rectangle, rectangles
from custbook_gen.backends.excel.repair_patch import remaining_formats
from custbook_gen.backends.excel.splice import SplicedPart
from custbook_gen.backends.excel.verify_parts import same_tree
from custbook_gen.furniture import Look, Repairs, format_kind
from custbook_gen.workbook import SheetPatch

_PIECES: Final[Mapping[str, bytes]] = {
    "guard": b"sheetProtection",
    "freeze": b"sheetViews",
    "filter": b"autoFilter",
    "formats": b"conditionalFormatting",
}
_XFS: Final = f"{{{MAIN}}}cellXfs/{{{MAIN}}}xf"
_GUARD: Final = f"{{{MAIN}}}protection"
_OURS: Final = frozenset({"numFmtId", "applyNumberFormat", "applyProtection"})
_PANES: Final = (f"{{{MAIN}}}pane", f"{{{MAIN}}}selection")
_RULE: Final = f"{{{MAIN}}}cfRule"


def free_pieces(repairs: Repairs) -> set[bytes]:
    """The elements that repairs change, to be compared by :func:`same_but_repairs`."""
    free = {piece for part, piece in _PIECES.items() if part in repairs.parts}
    free |= {b"cols"} if repairs.columns or repairs.beside else set()
    return free | ({b"mergeCells"} if repairs.merges else set())


def same_but_repairs(before: SplicedPart, after: SplicedPart, patch: SheetPatch, styles: StyleChange) -> bool:
    """Whether the elements that repairs change say what they said, but for what was to be put back."""
    repairs = patch.repairs
    if not repairs:
        return True
    return (
        _same_guard(after, repairs)
        and _same_views(before, after, repairs)
        and _same_filter(before, after, repairs)
        and _same_formats(before, after, patch)
        and _same_merges(before, after, repairs)
        and _same_columns(before, after, patch, styles)
    )


@dataclass(slots=True)
class StyleChange:
    """The cell formats of a workbook as they were and, once it was patched, as they are."""

    before: etree._Element | None
    after: etree._Element | None = None
    _known: dict[tuple[str | None, str | None, Look], bool] = field(default_factory=dict)

    def is_mended(self, old: str | None, new: str | None, planned: Look) -> bool:
        """Whether a cell's new format is its old one with the planned kind of number format and lock.

        A cell that had no format at all may get any that serves.
        """
        key = old, new, planned
        if key not in self._known:
            self._known[key] = self._is_mended(*key)
        return self._known[key]

    def is_locked(self, old: str | None, new: str | None) -> bool:
        """Whether a cell's new format is its old one, but locked."""
        formats, made = ([] if root is None else root.findall(_XFS) for root in (self.before, self.after))
        if old is None or new is None or self.after is None or int(old) >= len(formats):
            return False
        one, other = formats[int(old)], made[int(new)]
        same = one.get("numFmtId", "0") == other.get("numFmtId", "0") and _rest(one) == _rest(other)
        return same and look_styles(self.after)[new].locked

    def _is_mended(self, old: str | None, new: str | None, planned: Look) -> bool:
        if self.after is None or new is None:
            return False
        look = look_styles(self.after).get(new)
        if look is None or not look.serves(planned):
            return False
        formats = [] if self.before is None else self.before.findall(_XFS)
        number = int(old or 0)
        if number == 0 or number >= len(formats):
            return True
        return _rest(formats[number]) == _rest(self.after.findall(_XFS)[int(new)])


def planned_looks(patch: SheetPatch) -> Mapping[int, Look]:
    """How the cells of repaired columns are to look."""
    if not patch.repairs or patch.frame is None or patch.frame.table is None:
        return {}
    columns = patch.frame.table.columns
    return {
        column: Look(format_kind(columns[at].style.number_format), columns[at].style.locked)
        for column, at in patch.repairs.columns.items()
    }


def _rest(xf: etree._Element) -> bytes:
    """A cell format without its number format and lock."""
    bare = deepcopy(xf)
    for name in _OURS & set(bare.attrib):
        del bare.attrib[name]
    for guard in bare.findall(_GUARD):
        bare.remove(guard)
    attributes = sorted((str(name), str(value)) for name, value in bare.attrib.items())
    return repr((attributes, [etree.tostring(child, with_tail=False) for child in bare])).encode()


def _same_guard(after: SplicedPart, repairs: Repairs) -> bool:
    """A guard that was put back is on, and has no password."""
    if "guard" not in repairs.parts:
        return True
    found = after.all(b"sheetProtection")
    if len(found) != 1:
        return False
    element = after.tree(found[0])
    return truth(element.get("sheet")) and element.get("password") is element.get("hashValue") is None


def _same_views(before: SplicedPart, after: SplicedPart, repairs: Repairs) -> bool:
    if "freeze" not in repairs.parts or before.get(b"sheetViews") is None:
        return True
    trees = [part.tree(part.get(b"sheetViews") or b"") for part in (before, after)]
    for views in trees:
        for child in [child for child in views[0] if child.tag in _PANES]:
            views[0].remove(child)
    return same_tree(*trees)


def _same_filter(before: SplicedPart, after: SplicedPart, repairs: Repairs) -> bool:
    """A filter that was put back spans what it should, and what it spanned; criteria keep their columns."""
    if repairs.filter is None:
        return True
    found = after.get(b"autoFilter")
    if found is None:
        return False
    now = after.tree(found)
    spans = _span(now)
    there = before.get(b"autoFilter")
    old = None if there is None else before.tree(there)
    if old is not None and not _contains(spans, _span(old), rows=False):
        return False
    if not _contains(spans, repairs.filter, rows=True):
        return False
    return _criteria(now) == ([] if old is None else _criteria(old))


def _contains(area: Rectangle, inner: Rectangle, *, rows: bool) -> bool:
    across = area[1] <= inner[1] and area[3] >= inner[3]
    return across and (not rows or (area[0] == inner[0] and area[2] >= inner[2]))


def _span(element: etree._Element) -> Rectangle:
    return rectangle(element.get("ref", ""))


def _criteria(element: etree._Element) -> list[tuple[int, bytes]]:
    """What a filter asks of each column of the sheet."""
    left = _span(element)[1]
    found = []
    for child in element:
        bare = deepcopy(child)
        place = int(bare.attrib.pop("colId", "0"))
        found.append((left + place, etree.tostring(bare, with_tail=False)))
    return found


def _same_formats(before: SplicedPart, after: SplicedPart, patch: SheetPatch) -> bool:
    """People's conditional formats are as they were; those after them say what was planned."""
    if patch.repairs is None or patch.frame is None or "formats" not in patch.repairs.parts:
        return True
    kept = list(remaining_formats(before, patch.repairs.formats))
    now = after.all(b"conditionalFormatting")
    formulas = [
        rule.findtext(f"{{{MAIN}}}formula")
        for piece in now[len(kept) :]
        for rule in after.tree(piece).iterchildren(_RULE)
    ]
    planned = [item.formula for item in patch.frame.conditional_formats]
    return now[: len(kept)] == kept and sorted(map(str, formulas)) == sorted(planned)


def _same_merges(before: SplicedPart, after: SplicedPart, repairs: Repairs) -> bool:
    if not repairs.merges:
        return True
    old, new = (
        [
            rectangles(merged.get("ref", ""))
            for piece in part.all(b"mergeCells")
            for merged in part.tree(piece)
        ]
        for part in (before, after)
    )
    return new == [areas for areas in old if not set(areas) & set(repairs.merges)]


def _same_columns(before: SplicedPart, after: SplicedPart, patch: SheetPatch, styles: StyleChange) -> bool:
    """Every column has the settings that it had; repaired ones may have another format."""
    looks, beside = planned_looks(patch), patch.repairs.beside if patch.repairs else None
    if not looks and not beside:
        return True
    cuts = {column + after for column in looks for after in (0, 1)} | ({beside} if beside else set())
    old, new = (dict(_settings(part, cuts)) for part in (before, after))
    for place in old.keys() | new.keys():
        was, now = old.get(place), new.get(place)
        if was == now:
            continue
        first, last = place
        if beside and first >= beside:
            if not _is_opened(was, now, styles):
                return False
            continue
        if first != last or first not in looks or now is None:
            return False
        anew = patch.repairs is not None and first in patch.repairs.heads
        free = {"style", "width"} if anew else {"style"}
        bare = [{k: v for k, v in facts.items() if k not in free} for facts in (was or now, now)]
        if bare[0] != bare[1]:
            return False
        style = None if anew else (was or {}).get("style")
        if not styles.is_mended(style, now.get("style"), looks[first]):
            return False
    return True


def _is_opened(was: Mapping[str, str] | None, now: Mapping[str, str] | None, styles: StyleChange) -> bool:
    """Whether a stretch of columns that had no format has one that leaves its cells open."""
    if now is None or "style" in (was or {}):
        return False
    bare = {name: value for name, value in now.items() if name != "style"}
    if bare != was and (was is not None or bare.keys() - {"width", "customWidth"}):
        return False
    return styles.is_mended(None, now.get("style"), Look("general", locked=False))


def _settings(part: SplicedPart, cuts: Collection[int]) -> Iterator[tuple[tuple[int, int], dict[str, str]]]:
    """The settings of columns; stretches are cut before some of them."""
    for piece in part.all(b"cols"):
        for column in part.tree(piece):
            facts = {str(k): str(v) for k, v in column.attrib.items() if k not in {"min", "max"}}
            first, last = int(column.get("min", "0")), int(column.get("max", "0"))
            for number in sorted(number for number in cuts if first < number <= last):
                yield (first, number - 1), facts
                first = number
            yield (first, last), facts

"""Small parts of a workbook compared, old and new, but for what a patch may change in them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Final

from lxml import etree

from custbook_gen.backends.excel.book_patch import hidden_states
from custbook_gen.backends.excel.chart_cache import CHART
from custbook_gen.backends.excel.chart_follow import chart_title
from custbook_gen.backends.excel.markup import MAIN, parse
from custbook_gen.backends.excel.splice import WORKBOOK_ORDER, SplicedPart
from custbook_gen.workbook import Patch

_NAME: Final = f"{{{MAIN}}}definedName"
_FILTER_NAME: Final = "_xlnm._FilterDatabase"
_DRAWING: Final = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"
_CACHES: Final = tuple(f"{{{CHART}}}{name}" for name in ("strCache", "numCache", "multiLvlStrCache"))

Attributes = frozenset[tuple[str, str]]


def same_tree(old: etree._Element, new: etree._Element) -> bool:
    """Whether two trees hold the same elements with the same attributes and text."""
    return all(
        a is not None
        and b is not None
        and (a.tag, a.text, a.tail, _without(a)) == (b.tag, b.text, b.tail, _without(b))
        for a, b in zip_longest(old.iter(), new.iter())
    )


def same_book(
    old: bytes, new: bytes, *, patch: Patch, positions: Collection[int], filtered: Collection[int]
) -> bool:
    """The workbook part: its sheets and names but the patch's, all else but when it is calculated.

    Args:
        old: the part as it was.
        new: the part as it is.
        patch: what was to change.
        positions: positions of the patched sheets, whose filters may have grown.
        filtered: positions of those whose filter was put back, with its hidden name.
    """
    before, after = SplicedPart(old, WORKBOOK_ORDER), SplicedPart(new, WORKBOOK_ORDER)
    free = {b"definedNames", b"sheets"} | ({b"calcPr"} if patch.changes_values else set())
    first, second = ([piece for piece in part.pieces if piece[0] not in free] for part in (before, after))
    if before.frame != after.frame or first != second:
        return False
    if before.respelled and not same_tree(parse(old), parse(b"".join(before.chunks()))):
        return False
    there = len(_sheets(before))
    changed = {name.casefold() for name in patch.names}
    gone = {(title, name) for title, names in patch.unnamed.items() for name in names}
    titles = [element.get("name", "") for element in _sheets(before)]
    listed = [list(_names(part, changed, positions, there)) for part in (before, after)]
    listed[0] = [name for name in listed[0] if _owner(name, titles) not in gone]
    if filtered:
        listed = [[name for name in some if not _is_filter(name, filtered)] for some in listed]
    return (
        _same_sheets(before, after, patch)
        and listed[0] == listed[1]
        and _settings(before) == _settings(after)
    )


def _sheets(part: SplicedPart) -> Sequence[etree._Element]:
    found = part.get(b"sheets")
    return () if found is None else list(part.tree(found))


def _same_sheets(before: SplicedPart, after: SplicedPart, patch: Patch) -> bool:
    """Whether the sheets are those that were there, ours hidden again, and after them the added ones."""
    added, states = patch.added, hidden_states(patch.rewritten)
    if not added and before.all(b"sheets") == after.all(b"sheets"):
        return True
    first, second = _sheets(before), _sheets(after)
    wanted = [_without(element) for element in first]
    for facts in wanted:
        if facts.get("name") in states:
            facts["state"] = states[facts["name"]]
    if len(second) != len(first) + len(added) or wanted != list(map(_without, second[: len(first)])):
        return False
    new = second[len(first) :]
    ids = [element.get("sheetId") for element in second]
    return len(set(ids)) == len(ids) and all(
        element.get("name") == plan.title
        and element.get("state", "visible").lower() == plan.state.replace("_", "")
        for element, plan in zip(new, added, strict=True)
    )


def _names(part: SplicedPart, changed: set[str], positions: Collection[int], sheets: int) -> Iterator[bytes]:
    """The defined names that may not change, as they are written; those of added sheets are none."""
    there = part.get(b"definedNames")
    for element in () if there is None else part.tree(there).iterfind(_NAME):
        name, sheet = element.get("name", ""), element.get("localSheetId")
        if (sheet is None and name.casefold() in changed) or (sheet is not None and int(sheet) >= sheets):
            continue
        if name == _FILTER_NAME and sheet is not None and int(sheet) in positions:
            element.text = None
        yield etree.tostring(element, with_tail=False)


def _owner(name: bytes, titles: Sequence[str]) -> tuple[str, str] | None:
    """The sheet whose own a written name is, and the name."""
    element = parse(name)
    sheet = element.get("localSheetId")
    return None if sheet is None else (titles[int(sheet)], element.get("name", ""))


def _is_filter(name: bytes, positions: Collection[int]) -> bool:
    """Whether a written name is that of the filter of one of these sheets."""
    element = parse(name)
    return element.get("name") == _FILTER_NAME and element.get("localSheetId") in set(map(str, positions))


def _settings(part: SplicedPart) -> dict[str, str]:
    """How the workbook is calculated, but for whether that is due."""
    found = part.get(b"calcPr")
    return {} if found is None else _without(part.tree(found), "fullCalcOnLoad")


def same_styles(old: bytes, new: bytes) -> bool:
    """The styles: formats may be appended, none may change or move."""
    before, after = parse(old), parse(new)
    if _without(before) != _without(after):
        return False
    there = {child.tag: child for child in after}
    return all(
        child.tag in there
        and _without(child, "count") == _without(there[child.tag], "count")
        and _starts_with(there[child.tag], child)
        for child in before
    )


def _starts_with(longer: etree._Element, shorter: etree._Element) -> bool:
    if len(longer) < len(shorter):
        return False
    return all(_written(a) == _written(b) for a, b in zip(shorter, longer, strict=False))


def same_relationships(old: bytes, new: bytes, *, gone: Collection[str], come: Mapping[str, int]) -> bool:
    """The relationships of a part: some kinds may go (by last word), some come.

    Args:
        old: the part as it was.
        new: the part as it is.
        gone: the last words of the types that may go.
        come: how many of a type (the whole of it) may come at most.
    """
    before, after = (Counter(_entries(data)) for data in (old, new))
    lost = before - after
    won = Counter(dict(entry).get("Type", "") for entry in (after - before).elements())
    return all(dict(entry).get("Type", "").rsplit("/", 1)[-1] in gone for entry in lost) and all(
        count <= come.get(kind, 0) for kind, count in won.items()
    )


def same_types(old: bytes, new: bytes, *, gone: str | None, come: Collection[str]) -> bool:
    """The content types: that of one part may go, some types come."""
    before, after = (Counter(_entries(data)) for data in (old, new))
    lost = {dict(entry).get("PartName", "").lstrip("/").lower() for entry in before - after}
    return lost <= {(gone or "").lower()} and all(
        dict(entry).get("ContentType") in come for entry in after - before
    )


def same_properties(old: bytes, new: bytes, *, names: Collection[str]) -> bool:
    """The document's own properties, but those that were set."""
    before, after = (
        [_written(element) for element in parse(data) if element.get("name") not in names]
        for data in (old, new)
    )
    return before == after


def same_chart(old: bytes, new: bytes, *, titles: Collection[str]) -> bool:
    """A chart on a sheet of ours: it may remember other values; one of ours may draw other cells.

    Args:
        old: the part as it was.
        new: the part as it is.
        titles: what charts of ours are called.
    """
    before, after = parse(old), parse(new)
    ours = chart_title(before) in titles
    for root in (before, after):
        for formula in root.iter(f"{{{CHART}}}f") if ours else ():
            formula.text = None
        for cache in list(root.iter(*_CACHES)):
            _drop(cache)
    return same_tree(before, after)


def same_drawing(old: bytes, new: bytes) -> bool:
    """What is drawn on a sheet of ours: it may have moved up or down."""
    before, after = parse(old), parse(new)
    for root in (before, after):
        for anchor in root:
            if next(anchor.iter(f"{{{CHART}}}chart"), None) is not None:
                for row in anchor.iter(f"{{{_DRAWING}}}row"):
                    row.text = None
    return same_tree(before, after)


def _entries(data: bytes) -> Iterator[Attributes]:
    for element in parse(data):
        yield frozenset((str(name), str(value)) for name, value in element.attrib.items())


def _without(element: etree._Element, attribute: str = "") -> dict[str, str]:
    """The attributes of an element, but one."""
    return {str(name): str(value) for name, value in element.attrib.items() if name != attribute}


def _written(element: etree._Element) -> bytes:
    return etree.tostring(element, with_tail=False)


def _drop(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)

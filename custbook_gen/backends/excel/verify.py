"""A patched workbook compared with the old one: what the patch does not name must be the same.

This is the last look before a patched workbook may take the old one's place.  It reads
both files as they are on the disk, and knows what may differ from the patch alone, not
from the code that applied it: untouched parts must be equal in their packed bytes, and
parts that change must be equal in everything but what the patch says.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from functools import partial
from itertools import zip_longest
from typing import BinaryIO, Final
from xml.parsers import expat

from custbook_gen.backends.excel.archive import packed_blocks
from custbook_gen.backends.excel.book_patch import PROPERTIES, STYLES, WORKSHEET_KIND, NewPart
from custbook_gen.backends.excel.cells import notation
from custbook_gen.backends.excel.chart_follow import drawing_part, placed_charts
from custbook_gen.backends.excel.faults import shown
from custbook_gen.backends.excel.package import CONTENT_TYPES_PART, Package, relationships_part
from custbook_gen.backends.excel.read import sheet_parts
from custbook_gen.backends.excel.verify_parts import (
    same_book,
    same_chart,
    same_drawing,
    same_properties,
    same_relationships,
    same_styles,
    same_types,
)
from custbook_gen.backends.excel.verify_repairs import StyleChange
from custbook_gen.backends.excel.verify_sheet import same_frame, same_sheet
from custbook_gen.errors import WorkbookError
from custbook_gen.workbook import Patch

Check = Callable[[bytes, bytes], bool]
"""Whether an old and a new part are the same but for what may differ."""

_CHAIN: Final = "calcChain"
_SHEET_TYPES: Final = frozenset(
    f"application/vnd.openxmlformats-officedocument.{kind}+xml"
    for kind in ("spreadsheetml.worksheet", "drawing", "drawingml.chart")
)
"""What the parts of a sheet of ours are."""


def verify_patch(before: BinaryIO, after: BinaryIO, name: str, patch: Patch) -> None:
    """Make sure that a patch changed nothing but what it names.

    Args:
        before: the workbook as it was, opened for reading.
        after: the patched one, opened for reading.
        name: base name of the workbook's file, for errors.
        patch: what was to change.

    Raises:
        WorkbookError: ``patch-unfaithful``, something else differs; ``workbook-corrupt``, a
            part that was patched cannot be read.
    """
    with Package(before, name) as old, Package(after, name) as new:
        verifying = _Verifying(old, patch)
        differing = verifying.unlisted(new)
        if differing is None:
            differing = next(verifying.differing(new), None)
        if differing is not None:
            raise WorkbookError("patch-unfaithful", file=name, part=shown(differing))


class _Verifying:
    """What a patch may do to a package."""

    def __init__(self, old: Package, patch: Patch) -> None:
        self._old = old
        self._patch = patch
        self._root = old.root(old.workbook)
        self._chain = old.related(old.workbook, _CHAIN)
        self._values = patch.changes_values
        styles = old.related(old.workbook, "styles")
        self._styles = StyleChange(None if styles is None else old.root(styles))
        self._repairs = any(sheet.repairs for sheet in patch.sheets)
        self._checks = {old.entry(part): check for part, check in self._permitted()}

    def unlisted(self, new: Package) -> str | None:
        """A part that is there without having been there, or gone; nothing if all is well."""
        before, after = list(self._old.entries), list(new.entries)
        gone = [self._old.entry(self._chain)] if self._values and self._chain is not None else []
        kept = [entry for entry in before if entry not in gone]
        there, added = after[: len(kept)], after[len(kept) :]
        wrong = next((b or a for a, b in zip_longest(kept, there) if a != b), None)
        if wrong is not None:
            return wrong
        own = self._parts_of_new_sheets(new)
        return next((entry for entry in added if entry not in own and not self._may_come(entry)), None)

    def _parts_of_new_sheets(self, new: Package) -> set[str]:
        """All parts that the added sheets are made of; each is sure to be markup."""
        if not self._patch.added:
            return set()
        titles = {plan.title for plan in self._patch.added}
        sheets = sheet_parts(new, new.root(new.workbook))
        waiting = [part for _, element, part in sheets if element.get("name") in titles]
        found: set[str] = set()
        while waiting:
            part = waiting.pop()
            entry = new.entry(part)
            if entry in found:
                continue
            found.add(entry)
            with new.intact(part):
                expat.ParserCreate().Parse(new.part(part), True)
            if new.has(relationships_part(part)):
                found.add(new.entry(relationships_part(part)))
                waiting += [relation.target for relation in new.relationships(part).values()]
        return found

    def differing(self, new: Package) -> Iterator[str]:
        """The parts that differ in more than they may."""
        there = set(new.entries)
        styles = new.related(new.workbook, "styles")
        self._styles.after = None if styles is None else new.root(styles)
        for entry in self._old.entries:
            if entry not in there or _same_bytes(self._old, new, entry):
                continue
            check = self._checks.get(entry)
            if check is None:
                yield entry
                continue
            before, after = self._old.part(entry), new.part(entry)
            with new.intact(entry):
                same = check(before, after)
            if not same:
                yield entry

    def _may_come(self, entry: str) -> bool:
        lacking = [STYLES] if self._old.related(self._old.workbook, "styles") is None else []
        if self._patch.properties and self._old.related("", "custom-properties") is None:
            lacking.append(PROPERTIES)
        return any(_is_new(entry, part) for part in lacking)

    def _permitted(self) -> Iterator[tuple[str, Check]]:
        """The parts that may change, and how they are compared."""
        old, patch = self._old, self._patch
        sheets = {
            element.get("name", ""): (position, part)
            for position, element, part in sheet_parts(old, self._root)
        }
        titles = [sheet.title for sheet in patch.sheets] + [plan.title for plan in patch.rewritten]
        positions = {sheets[title][0] for title in titles}
        for sheet in patch.sheets:
            yield sheets[sheet.title][1], partial(same_sheet, patch=sheet, styles=self._styles)
        for plan in patch.rewritten:
            part = sheets[plan.title][1]
            yield part, same_frame
            yield from self._drawn(part, {notation(chart.title) for chart in plan.charts})
        styles = old.related(old.workbook, "styles")
        if styles is not None and (self._values or self._repairs):
            yield styles, same_styles
        put_back = {sheets[s.title][0] for s in patch.sheets if s.repairs and s.repairs.filter}
        yield old.workbook, partial(same_book, patch=patch, positions=positions, filtered=put_back)
        yield from self._registers()

    def _drawn(self, sheet: str, titles: Collection[str]) -> Iterator[tuple[str, Check]]:
        """The charts of a sheet of ours, and where they lie."""
        drawing = drawing_part(self._old, sheet)
        if drawing is not None:
            yield drawing, same_drawing
            for placed in placed_charts(self._old, drawing, self._old.root(drawing)):
                yield placed.part, partial(same_chart, titles=titles)

    def _registers(self) -> Iterator[tuple[str, Check]]:
        """Properties, and the parts that say which parts there are."""
        old = self._old
        properties = old.related("", "custom-properties")
        if properties is not None:
            yield properties, partial(same_properties, names=self._patch.properties.keys())
        gone = {_CHAIN} if self._values else set()
        come = {PROPERTIES.kind: 1, STYLES.kind: 1, WORKSHEET_KIND: len(self._patch.added)}
        for part in (relationships_part(""), relationships_part(old.workbook)):
            if old.has(part):
                yield part, partial(same_relationships, gone=gone, come=come)
        types = {PROPERTIES.content_type, STYLES.content_type}
        if self._patch.added:
            types |= _SHEET_TYPES
        yield CONTENT_TYPES_PART, partial(same_types, gone=self._chain, come=types)


def _same_bytes(old: Package, new: Package, entry: str) -> bool:
    """Whether an entry was taken over bit for bit."""
    before, after = old.archive.getinfo(entry), new.archive.getinfo(entry)
    facts = ("CRC", "file_size", "compress_size", "compress_type")
    if any(getattr(before, fact) != getattr(after, fact) for fact in facts):
        return False
    blocks = zip(packed_blocks(old.archive, before), packed_blocks(new.archive, after), strict=True)
    return all(first == second for first, second in blocks)


def _is_new(entry: str, new: NewPart) -> bool:
    return entry in {new.part, new.part.replace(".xml", "_custbook.xml")}

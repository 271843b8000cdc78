"""A patch applied to a package: the parts it names change, all others are taken over bit for bit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import BinaryIO, Final
from xml.parsers import expat

from lxml import etree

from custbook_gen.backends.excel.archive import ArchiveWriter
from custbook_gen.backends.excel.book_patch import (
    NO_PROPERTIES,
    PROPERTIES_KIND,
    PROPERTIES_PART,
    PROPERTIES_TYPE,
    add_content_type,
    add_relationship,
    drop_content_type,
    drop_relationship,
    patch_properties,
    patch_workbook,
)
from custbook_gen.backends.excel.chart_cache import Lookup, PlannedCells, fill_caches
from custbook_gen.backends.excel.chart_follow import drawing_part, move, placed_charts, redirect
from custbook_gen.backends.excel.markup import MAIN, parse
from custbook_gen.backends.excel.package import CONTENT_TYPES_PART, Package, relationships_part
from custbook_gen.backends.excel.read import sheet_parts
from custbook_gen.backends.excel.rewrite import render, rewrite_sheet
from custbook_gen.backends.excel.sheet_patch import PatchedSheet, patch_sheet
from custbook_gen.backends.excel.style_patch import StyleSheet
from custbook_gen.errors import WorkbookError
from custbook_gen.workbook import Chart, Patch, Plan

_NO_STYLES: Final = f'<styleSheet xmlns="{MAIN}"/>'.encode()
_CHAIN: Final = "calcChain"


def patch_package(file: BinaryIO, name: str, patch: Patch, out: BinaryIO) -> None:
    """Write a workbook with a patch applied to it.

    Args:
        file: the workbook, opened for reading.
        name: base name of its file, for errors.
        patch: what changes.
        out: a seekable binary file for the new workbook.

    Raises:
        WorkbookError: the workbook cannot be read, lacks a sheet that the patch names, or
            a value fits no cell.
    """
    with Package(file, name) as package:
        patching = _Patching(package, patch)
        patching.run()
        with ArchiveWriter(out) as archive:
            for entry in package.entries:
                if entry in patching.changed:
                    archive.stream(entry, patching.changed[entry])
                elif entry not in patching.dropped:
                    archive.copy(package.archive, entry)
            for part, data in patching.added.items():
                archive.add(part, data)


@dataclass(slots=True)
class _Patching:
    """The parts that change while one patch is applied, by their names in the archive."""

    package: Package
    patch: Patch
    changed: dict[str, Iterable[bytes]] = field(default_factory=dict)
    added: dict[str, bytes] = field(default_factory=dict)
    dropped: set[str] = field(default_factory=set)
    _filters: dict[int, str] = field(default_factory=dict)
    _sheets: Mapping[str, tuple[int, str]] = field(init=False)
    """Position and part of each worksheet by its title."""
    _styles: StyleSheet = field(init=False)
    _styles_part: str | None = field(init=False)

    def __post_init__(self) -> None:
        root = self.package.root(self.package.workbook)
        self._sheets = {
            element.get("name", ""): (position, part)
            for position, element, part in sheet_parts(self.package, root)
        }
        self._styles_part = self.package.related(self.package.workbook, "styles")
        self._styles = StyleSheet(
            parse(_NO_STYLES) if self._styles_part is None else self.package.root(self._styles_part)
        )

    def run(self) -> None:
        """Make all parts that change."""
        self._patch_sheets()
        self._rewrite_sheets()
        self._save_styles()
        values_change = bool(self.patch.rewritten) or any(sheet.cells for sheet in self.patch.sheets)
        if self.patch.names or self._filters or values_change:
            self._patch_workbook(recalculate=values_change)
        if values_change:
            self._drop_chain()
        if self.patch.properties:
            self._patch_properties()

    def _patch_sheets(self) -> None:
        for patch in self.patch.sheets:
            part = self._find(patch.title)
            data = self.package.part(part)
            with self.package.intact(part):
                self._keep_sheet(patch.title, patch_sheet(data, patch, self._styles))

    def _rewrite_sheets(self) -> None:
        plans = self.patch.rewritten
        if not plans:
            return
        new = render(plans)
        lookup = PlannedCells(Plan(title="", sheets=plans, names=self.patch.names, properties={}))
        for plan, markup in zip(plans, new.parts, strict=True):
            part = self._find(plan.title)
            old = self.package.part(part)
            with self.package.intact(part):
                self._keep_sheet(plan.title, rewrite_sheet(old, markup, self._styles, new.styles))
            self._renew_charts(part, plan.charts, lookup)

    def _renew_charts(self, sheet: str, planned: Sequence[Chart], lookup: Lookup) -> None:
        """Let a sheet's charts draw its new cells and lie beside them; people's own only get new values."""
        drawing = drawing_part(self.package, sheet)
        if drawing is None:
            return
        root, moved = self.package.root(drawing), False
        for placed, chart in zip_longest(placed_charts(self.package, drawing, root), planned):
            if placed is None:
                break
            data = self.package.part(placed.part)
            with self.package.intact(placed.part):
                if chart is not None:
                    data, rows = redirect(data, chart)
                    move(placed.anchor, rows)
                    moved = moved or rows != 0
                self._keep(placed.part, [fill_caches(data, lookup)])
        if moved:
            self._keep_root(drawing, root)

    def _find(self, title: str) -> str:
        if title not in self._sheets:
            raise WorkbookError("sheet-missing", file=self.package.name, title=title)
        return self._sheets[title][1]

    def _keep_sheet(self, title: str, sheet: PatchedSheet) -> None:
        position, part = self._sheets[title]
        self._keep(part, list(sheet.chunks()))
        if sheet.filter is not None:
            self._filters[position] = sheet.filter

    def _keep(self, part: str, chunks: list[bytes]) -> None:
        """Put a new part in the place of an old one, once it is sure to be well-formed."""
        parser = expat.ParserCreate()
        try:
            for chunk in chunks:
                parser.Parse(chunk, False)
            parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise WorkbookError("workbook-corrupt", file=self.package.name, part=part) from error
        self.changed[self.package.entry(part)] = chunks

    def _keep_root(self, part: str, root: etree._Element) -> None:
        self._keep(part, [_bytes(root)])

    def _save_styles(self) -> None:
        if self._styles.changed:
            self._keep_root(self._styles_part or "xl/styles.xml", self._styles.root)

    def _patch_workbook(self, *, recalculate: bool) -> None:
        part = self.package.workbook
        data = self.package.part(part)
        with self.package.intact(part):
            made = patch_workbook(data, self.patch.names, self._filters, recalculate=recalculate)
        self._keep(part, [made])

    def _drop_chain(self) -> None:
        chain = self.package.related(self.package.workbook, _CHAIN)
        if chain is None:
            return
        self.dropped.add(self.package.entry(chain))
        rels = relationships_part(self.package.workbook)
        root = self.package.root(rels)
        drop_relationship(root, _CHAIN)
        self._keep_root(rels, root)
        types = self.package.root(CONTENT_TYPES_PART)
        drop_content_type(types, chain)
        self._keep_root(CONTENT_TYPES_PART, types)

    def _patch_properties(self) -> None:
        part = self.package.related("", "custom-properties")
        if part is not None:
            root = self.package.root(part)
            patch_properties(root, self.patch.properties)
            self._keep_root(part, root)
            return
        root = parse(NO_PROPERTIES)
        patch_properties(root, self.patch.properties)
        self.added[PROPERTIES_PART] = _bytes(root)
        rels = self.package.root(relationships_part(""))
        add_relationship(rels, PROPERTIES_KIND, PROPERTIES_PART)
        self._keep_root(relationships_part(""), rels)
        types = self._current(CONTENT_TYPES_PART)
        add_content_type(types, PROPERTIES_PART, PROPERTIES_TYPE)
        self._keep_root(CONTENT_TYPES_PART, types)

    def _current(self, part: str) -> etree._Element:
        """A part's root as it is by now: changed before, or as it was."""
        changed = self.changed.get(self.package.entry(part))
        return self.package.root(part) if changed is None else parse(b"".join(changed))


def _bytes(root: etree._Element) -> bytes:
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True, standalone=True)

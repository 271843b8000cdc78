"""A patch applied to a package: the parts it names change, all others are taken over bit for bit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from posixpath import dirname, relpath
from typing import BinaryIO, Final
from xml.parsers import expat

from lxml import etree

from custbook_gen.backends.excel.archive import ArchiveWriter
from custbook_gen.backends.excel.book_patch import (
    NO_PROPERTIES,
    PROPERTIES,
    STYLES,
    WORKSHEET_KIND,
    NewPart,
    NewSheet,
    add_content_type,
    add_relationship,
    drop_content_type,
    drop_relationship,
    hidden_states,
    patch_properties,
    patch_workbook,
    with_states,
    without_names,
)
from custbook_gen.backends.excel.chart_cache import Lookup, PlannedCells, fill_caches
from custbook_gen.backends.excel.chart_follow import drawing_part, matched, move, placed_charts, redirect
from custbook_gen.backends.excel.graft import draw_graft
from custbook_gen.backends.excel.guards import refuse_guarded
from custbook_gen.backends.excel.limits import LIMITS
from custbook_gen.backends.excel.markup import MAIN, parse
from custbook_gen.backends.excel.package import CONTENT_TYPES_PART, Package, relationships_part
from custbook_gen.backends.excel.read import sheet_parts
from custbook_gen.backends.excel.rewrite import render, rewrite_sheet
from custbook_gen.backends.excel.sheet_patch import PatchedSheet, patch_sheet
from custbook_gen.backends.excel.style_patch import StyleSheet, highest_format
from custbook_gen.backends.excel.write import outgrown
from custbook_gen.errors import WorkbookError
from custbook_gen.workbook import Chart, Patch, Plan

_NO_STYLES: Final = (
    f'<styleSheet xmlns="{MAIN}"><fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs></styleSheet>'
).encode()
"""What programs assume where a workbook has no styles."""
_CHAIN: Final = "calcChain"


def patch_package(file: BinaryIO, name: str, patch: Patch, out: BinaryIO) -> None:
    """Write a workbook with a patch applied to it.

    Args:
        file: the workbook, opened for reading.
        name: base name of its file, for errors.
        patch: what changes.
        out: a seekable binary file for the new workbook.

    Raises:
        WorkbookError: the workbook cannot be read, must not be changed, lacks a sheet that
            the patch names, would grow beyond the limits, or a value fits no cell.
    """
    with Package(file, name) as package:
        refuse_guarded(package)
        patching = _Patching(package, patch)
        patching.run()
        with outgrown(name), ArchiveWriter(out, LIMITS) as archive:
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
    _new_sheets: list[tuple[str, NewSheet]] = field(default_factory=list)
    """Sheets that come, with the ids of the relationships to them."""
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
        root = parse(_NO_STYLES) if self._styles_part is None else self.package.root(self._styles_part)
        with self.package.intact(self._styles_part or STYLES.part):
            self._styles = StyleSheet(root, self._highest_format)

    def run(self) -> None:
        """Make all parts that change."""
        self._patch_sheets()
        self._rewrite_sheets()
        self._add_sheets()
        self._save_styles()
        values_change = self.patch.changes_values
        if self.patch.names or self._filters or values_change:
            self._patch_workbook(recalculate=values_change)
        if values_change:
            self._drop_chain()
        if self.patch.properties:
            self._patch_properties()

    def _highest_format(self) -> int:
        """The highest cell format that people's sheets name."""
        parts = (part for title, (_, part) in self._sheets.items() if title not in self.patch.own)
        return highest_format(map(self.package.part, parts))

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

    def _add_sheets(self) -> None:
        plans = self.patch.added
        if not plans:
            return
        twice = [plan.title for plan in plans if plan.title in self._sheets]
        if twice:
            raise ValueError(f"sheets that are there already: {twice}")
        graft = draw_graft(self.package, plans, self._styles)
        self.added.update(graft.parts)
        rels, types = relationships_part(self.package.workbook), self._current(CONTENT_TYPES_PART)
        relations, folder = self._current(rels), f"/{dirname(self.package.workbook)}"
        for sheet in graft.sheets:
            target = relpath(f"/{sheet.part}", folder)
            self._new_sheets.append((add_relationship(relations, WORKSHEET_KIND, target), sheet))
        for part, content_type in graft.types.items():
            add_content_type(types, part, content_type)
        self._keep_root(rels, relations)
        self._keep_root(CONTENT_TYPES_PART, types)

    def _renew_charts(self, sheet: str, planned: Sequence[Chart], lookup: Lookup) -> None:
        """Let a sheet's charts draw its new cells and lie beside them; people's own only get new values."""
        drawing = drawing_part(self.package, sheet)
        if drawing is None:
            return
        root, moved = self.package.root(drawing), False
        charts = list(placed_charts(self.package, drawing, root))
        parts = [self.package.part(placed.part) for placed in charts]
        with self.package.intact(drawing):
            matches = matched(parts, planned)
        for placed, data, chart in zip(charts, parts, matches, strict=True):
            with self.package.intact(placed.part):
                made, rows = (data, 0) if chart is None else redirect(data, chart)
                move(placed.anchor, rows)
                moved = moved or rows != 0
                self._keep(placed.part, [fill_caches(made, lookup)])
        if moved:
            self._keep_root(drawing, root)

    def _find(self, title: str) -> str:
        if title not in self._sheets:
            raise WorkbookError("sheet-missing", file=self.package.name, title=title)
        return self._sheets[title][1]

    def _keep_sheet(self, title: str, sheet: PatchedSheet) -> None:
        """Put a sheet in its place; whether it is well-formed is seen when the result is verified."""
        position, part = self._sheets[title]
        self.changed[self.package.entry(part)] = sheet.chunks()
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
        if not self._styles.changed:
            return
        if self._styles_part is not None:
            self._keep_root(self._styles_part, self._styles.root)
        else:
            self._add(self.package.workbook, STYLES, self._styles.root)

    def _add(self, source: str, new: NewPart, root: etree._Element) -> None:
        """Add a part that another one (the package itself: the empty name) refers to."""
        if self.package.has(new.part):  # a leftover that nothing refers to
            new = replace(new, part=new.part.replace(".xml", "_custbook.xml"))
        self.added[new.part] = _bytes(root)
        rels = self._current(relationships_part(source))
        add_relationship(rels, new.kind, f"/{new.part}" if source else new.part)
        self._keep_root(relationships_part(source), rels)
        types = self._current(CONTENT_TYPES_PART)
        add_content_type(types, new.part, new.content_type)
        self._keep_root(CONTENT_TYPES_PART, types)

    def _patch_workbook(self, *, recalculate: bool) -> None:
        part = self.package.workbook
        data = self.package.part(part)
        with self.package.intact(part):
            put_back = {self._sheets[s.title][0] for s in self.patch.sheets if s.repairs and s.repairs.filter}
            made = patch_workbook(
                data,
                self.patch.names,
                self._filters,
                recalculate=recalculate,
                sheets=self._new_sheets,
                put_back=put_back,
            )
            made = with_states(made, hidden_states(self.patch.rewritten))
            unnamed = {self._sheets[title][0]: names for title, names in self.patch.unnamed.items()}
            made = without_names(made, unnamed)
        self._keep(part, [made])

    def _drop_chain(self) -> None:
        chain = self.package.related(self.package.workbook, _CHAIN)
        if chain is None:
            return
        self.dropped.add(self.package.entry(chain))
        rels = relationships_part(self.package.workbook)
        root = self._current(rels)
        drop_relationship(root, _CHAIN)
        self._keep_root(rels, root)
        types = self._current(CONTENT_TYPES_PART)
        drop_content_type(types, chain)
        self._keep_root(CONTENT_TYPES_PART, types)

    def _patch_properties(self) -> None:
        part = self.package.related("", "custom-properties")
        if part is not None:
            root = self.package.root(part)
            with self.package.intact(part):
                patch_properties(root, self.patch.properties)
            self._keep_root(part, root)
            return
        root = parse(NO_PROPERTIES)
        patch_properties(root, self.patch.properties)
        self._add("", PROPERTIES, root)

    def _current(self, part: str) -> etree._Element:
        """A part's root as it is by now: changed before, or as it was."""
        changed = self.changed.get(self.package.entry(part))
        return self.package.root(part) if changed is None else parse(b"".join(changed))


def _bytes(root: etree._Element) -> bytes:
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True, standalone=True)

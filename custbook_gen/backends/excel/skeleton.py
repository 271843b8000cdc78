"""A plan's workbook without its cells: styles, rules, names, charts and paper.

The spreadsheet library draws this skeleton; each sheet's part is then split around its
empty ``<sheetData>``, where :mod:`rows` and :mod:`write` put the cells.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from typing import Final
from zipfile import ZipFile

from lxml import etree
from openpyxl import Workbook
from openpyxl.packaging.custom import CustomPropertyList, StringProperty
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.writer.excel import ExcelWriter

from custbook_gen.backends.excel.cells import letters, notation
from custbook_gen.backends.excel.chart_cache import PlannedCells, fill_caches
from custbook_gen.backends.excel.furniture import furnish
from custbook_gen.backends.excel.markup import MAIN, parse
from custbook_gen.backends.excel.mend import mend_part
from custbook_gen.backends.excel.style_numbers import UNLOCKED, StyleNumbers
from custbook_gen.backends.excel.styles import draw_style
from custbook_gen.value_objects import value_object
from custbook_gen.workbook import MAX_COLUMNS, MAX_ROWS, Plan, SheetPlan, TablePlan

CREATOR: Final = "custbook-gen"
_DEFAULT_WIDTH: Final = 10.0
_ROWS: Final = b"<sheetData/>"
_AFTER_IGNORED_ERRORS: Final = frozenset(
    f"{{{MAIN}}}{tag}"
    for tag in ("smartTags", "drawing", "legacyDrawing", "legacyDrawingHF", "picture", "tableParts", "extLst")
)


@value_object
class Frame:
    """One sheet's part around its ``<sheetData>``, which is left out."""

    part: str
    head: bytes
    tail: bytes


@value_object
class Skeleton:
    """A package without its cells; ``frames`` are in the order of the plan's sheets."""

    parts: Mapping[str, bytes]
    frames: Sequence[Frame]


def draw_skeleton(plan: Plan, styles: StyleNumbers) -> Skeleton:
    """Draw a plan's workbook, all but its cells.

    Args:
        plan: the workbook.
        styles: the numbers of its cell formats, which they get.

    Returns:
        The finished parts, ``[Content_Types].xml`` first, and the sheets' parts split
        where their rows belong.
    """
    book = Workbook()
    book.remove(book.worksheets[0])
    drawn = [book.create_sheet(sheet.title) for sheet in plan.sheets]
    for style, quoted in styles:
        if draw_style(drawn[0], style, quoted=quoted) != styles.id(style, quoted):
            raise ValueError(f"the format of {style} is another one's")
    for sheet, planned in zip(drawn, plan.sheets, strict=True):
        furnish(sheet, planned)
    _describe(book, plan)
    _bring_to_front(book, plan)
    parts = _finished(_saved(book), plan)
    frames = [
        _frame(f"xl/worksheets/sheet{number}.xml", parts, sheet, styles)
        for number, sheet in enumerate(plan.sheets, 1)
    ]
    return Skeleton(parts, frames)


def _describe(book: Workbook, plan: Plan) -> None:
    """Names and properties."""
    for name, target in plan.names.items():
        book.defined_names[name] = DefinedName(name, attr_text=target)
    properties: CustomPropertyList[StringProperty] = book.custom_doc_props  # type: ignore[attr-defined]
    for name, value in plan.properties.items():
        properties.append(StringProperty(name=name, value=notation(value)))
    book.properties.title = plan.title
    book.properties.language = plan.language
    book.properties.creator = CREATOR
    book.calculation.fullCalcOnLoad = True


def _bring_to_front(book: Workbook, plan: Plan) -> None:
    visible = [number for number, sheet in enumerate(plan.sheets) if sheet.state == "visible"]
    active = next((n for n, sheet in enumerate(plan.sheets) if sheet.key == plan.active), visible[0])
    book.active = active
    for number, sheet in enumerate(book.worksheets):
        sheet.sheet_view.tabSelected = number == active


def _saved(book: Workbook) -> dict[str, bytes]:
    """The parts of a workbook; ``book.save`` would deflate them, only to be inflated again here."""
    out = BytesIO()
    ExcelWriter(book, ZipFile(out, "w")).save()
    with ZipFile(out) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _finished(parts: Mapping[str, bytes], plan: Plan) -> dict[str, bytes]:
    lookup = PlannedCells(plan)
    finished = {}
    for name in sorted(parts, key=lambda name: (name != "[Content_Types].xml", name)):
        data = mend_part(name, parts[name])
        finished[name] = fill_caches(data, lookup) if name.startswith("xl/charts/chart") else data
    return finished


def _frame(part: str, parts: dict[str, bytes], sheet: SheetPlan, styles: StyleNumbers) -> Frame:
    root = parse(parts.pop(part))
    rows = root.find(f"{{{MAIN}}}sheetData")
    dimension = root.find(f"{{{MAIN}}}dimension")
    if rows is None or dimension is None:
        raise ValueError(f"no rows in {part}")
    rows.clear()
    dimension.set("ref", _extent(sheet))
    columns = etree.Element(f"{{{MAIN}}}cols")
    columns.extend(_columns(sheet, styles))
    if len(columns):
        rows.addprevious(columns)
    _note_depth(root, sheet)
    merged = root.find(f"{{{MAIN}}}mergeCells")
    if merged is not None:  # the library keeps them in a set
        merged[:] = [etree.Element(f"{{{MAIN}}}mergeCell", ref=ref) for ref in sheet.merges]
    if sheet.table is not None:
        _ignore_errors(root, sheet.table)
    xml = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    head, _, tail = xml.partition(_ROWS)
    return Frame(part, head, tail)


def _extent(sheet: SheetPlan) -> str:
    """The rectangle from A1 that holds every cell."""
    rows = [row for row, _ in sheet.cells] + [1]
    columns = [column for _, column in sheet.cells] + [1]
    if sheet.table is not None:
        rows.append(sheet.table.last_row)
        columns.append(len(sheet.table.columns))
    return f"A1:{letters(max(columns))}{max(rows)}"


def _note_depth(root: etree._Element, sheet: SheetPlan) -> None:
    """How deep columns are grouped, so that the buttons that fold them find room."""
    deepest = max((column.level for column in sheet.table.columns), default=0) if sheet.table else 0
    form = root.find(f"{{{MAIN}}}sheetFormatPr")
    if deepest and form is not None:
        form.set("outlineLevelCol", str(deepest))


def _columns(sheet: SheetPlan, styles: StyleNumbers) -> Iterator[etree._Element]:
    """Widths; a table's columns also have their look, for rows that people add below it."""
    table = sheet.table
    if table is None:
        for column, width in sorted(sheet.widths.items()):
            yield _column(column, column, width, None)
        return
    for number, planned in enumerate(table.columns, 1):
        element = _column(number, number, planned.width, styles.id(planned.style))
        if planned.level:
            element.set("outlineLevel", str(planned.level))
        if planned.hidden:
            element.set("hidden", "1")
        yield element
    if sheet.protection is not None and len(table.columns) < MAX_COLUMNS:
        yield _column(len(table.columns) + 1, MAX_COLUMNS, _DEFAULT_WIDTH, styles.id(UNLOCKED))


def _column(first: int, last: int, width: float, style: int | None) -> etree._Element:
    element = etree.Element(f"{{{MAIN}}}col", min=str(first), max=str(last), width=f"{width:g}")
    if style is not None:
        element.set("style", str(style))
    element.set("customWidth", "1")
    return element


def _ignore_errors(root: etree._Element, table: TablePlan) -> None:
    """No green corners where digits are meant as text, or a computed cell is meant unlocked."""
    areas: dict[tuple[str, ...], list[str]] = {}
    for number, column in enumerate(table.columns, 1):
        digits = ("numberStoredAsText",) if column.style.number_format == "@" else ()
        open_formula = ("unlockedFormula",) if column.formula is not None and not column.style.locked else ()
        name = letters(number)
        areas.setdefault(digits + open_formula, []).append(f"{name}{table.first_row}:{name}{MAX_ROWS}")
    areas.pop((), None)
    ignored = etree.Element(f"{{{MAIN}}}ignoredErrors")
    for reasons, ranges in areas.items():
        attributes = dict.fromkeys(reasons, "1")
        etree.SubElement(ignored, f"{{{MAIN}}}ignoredError", sqref=" ".join(ranges), attrib=attributes)
    if len(ignored):
        following = next((child for child in root if child.tag in _AFTER_IGNORED_ERRORS), None)
        if following is None:
            root.append(ignored)
        else:
            following.addprevious(ignored)

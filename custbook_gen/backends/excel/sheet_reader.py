"""One sheet's XML, streamed: memory holds its content, never its tree."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from io import BytesIO
from typing import Final

from lxml import etree

from custbook_gen.backends.excel.cell_values import CellValues, rich_text
from custbook_gen.backends.excel.cells import unescape
from custbook_gen.backends.excel.entities import OddMarkupError
from custbook_gen.backends.excel.entry_stream import Source
from custbook_gen.backends.excel.fast_rows import read_common_rows
from custbook_gen.backends.excel.furniture_reader import AROUND, LookTally, read_around
from custbook_gen.backends.excel.limits import MAX_PROLOG, MAX_ROW_ELEMENTS, TooLargeError
from custbook_gen.backends.excel.markup import MAIN, BoundedSource, check_prolog, truth
from custbook_gen.backends.excel.references import Rectangle, cell_position, rectangle
from custbook_gen.backends.excel.rules import read_rules
from custbook_gen.backends.excel.sheet_rows import SheetRows
from custbook_gen.furniture import Furniture
from custbook_gen.workbook import FoundCells, RawCell, RawRule

_SHEET: Final = f"{{{MAIN}}}worksheet"
_DATA: Final = f"{{{MAIN}}}sheetData"
_ROW: Final = f"{{{MAIN}}}row"
_CELL: Final = f"{{{MAIN}}}c"
_VALUE: Final = f"{{{MAIN}}}v"
_FORMULA: Final = f"{{{MAIN}}}f"
_INLINE: Final = f"{{{MAIN}}}is"
_MERGES: Final = f"{{{MAIN}}}mergeCells"
_MERGE: Final = f"{{{MAIN}}}mergeCell"
_RULES: Final = f"{{{MAIN}}}dataValidations"
_EXTENSIONS: Final = f"{{{MAIN}}}extLst"


@dataclass(slots=True)
class SheetContent:
    """Everything that a sheet's own part says."""

    rows: SheetRows = field(default_factory=SheetRows)
    rules: list[RawRule] = field(default_factory=list)
    merges: list[Rectangle] = field(default_factory=list)
    around: Furniture = field(default_factory=Furniture)


def read_sheet(
    source: Source, values: CellValues, new_cells: Callable[[], FoundCells] = FoundCells
) -> SheetContent:
    """Read a sheet's part from a stream that can be rewound.

    Args:
        source: the part.
        values: what cells' markup means.
        new_cells: what the cells of common rows are kept in.

    Raises:
        ValueError: the markup says something impossible.
        TooLargeError: it says more than any real sheet.
        etree.XMLSyntaxError: it is not well-formed.
    """
    rows = SheetRows(values.room, new_cells(), looks=LookTally(values.looks))
    before = replace(values.room)
    try:
        frame = read_common_rows(source, values, rows)
    except OddMarkupError:
        values.room = before
        source.seek(0)
        return parse_sheet(source, values)
    content = parse_sheet(BytesIO(frame), values)
    around = replace(content.around, top=rows.looks.close().top, below=rows.looks.found.below)
    return SheetContent(rows, content.rules, content.merges, around)


def parse_sheet(source: Source, values: CellValues) -> SheetContent:
    """Read a sheet's part with the XML parser alone, whatever its spelling."""
    looks = LookTally(values.looks)
    content = SheetContent(SheetRows(values.room, looks=looks), around=looks.found)
    check_prolog(source.read(MAX_PROLOG))
    source.seek(0)
    bounded = BoundedSource(source.read)
    row = found = 0
    for element in _elements(bounded):
        if element.tag == _ROW:
            found += 1
            if found > MAX_ROW_ELEMENTS:
                raise TooLargeError("rows")
            row = _read_row(element, row + 1, values, content.rows)
        elif element.tag == _MERGE:
            values.room.take_ranges(1)
            content.merges.append(rectangle(element.get("ref", "")))
        elif (parent := element.getparent()) is not None and parent.tag == _SHEET:
            if element.tag in AROUND:
                read_around(element, values.looks, content.around, values.room)
            for rule in read_rules(element):
                values.room.take_ranges(len(rule.rectangles) + 1)
                content.rules.append(rule)
        else:
            continue
        _forget(element)
        bounded.settle()
    looks.close()
    return content


def _elements(source: BoundedSource) -> Iterator[etree._Element]:
    """The elements worth reading, each complete, in the order of the part."""
    wanted = (_ROW, _MERGE, _RULES, _EXTENSIONS, *AROUND)
    events = etree.iterparse(
        source, ("end",), tag=wanted, resolve_entities=False, no_network=True,
        remove_comments=True, remove_pis=True, huge_tree=True,
    )  # fmt: skip
    for _, element in events:
        yield element
    if events.root.tag != _SHEET:
        raise ValueError(f"root element {events.root.tag}")


def _forget(element: etree._Element) -> None:
    """Free an element that was read, and what stands before it."""
    parent = element.getparent()
    element.clear()
    if parent is not None and parent.tag in {_DATA, _MERGES}:
        while (before := element.getprevious()) is not None:
            parent.remove(before)


def _read_row(element: etree._Element, expected: int, values: CellValues, rows: SheetRows) -> int:
    """Read one row; its number is ``expected`` where it does not tell."""
    told = element.get("r")
    row = expected if told is None else int(told)
    cells: list[RawCell] = []
    columns: list[int] = []
    styles: list[str | None] = []
    formulas = False
    column = 0
    for cell in element.iterchildren(_CELL):
        place = cell.get("r")
        column = column + 1 if place is None else cell_position(place)[1]
        columns.append(column)
        styles.append(cell.get("s"))
        value, formula = _read_cell(cell, values)
        has_formula = formula is not None and rows.add_formula(
            row, column, unescape(formula.text or ""), formula.get("t"), formula.get("si")
        )
        formulas |= has_formula
        if value == "" and not has_formula:
            value = None
        if value is not None:
            if column <= len(cells):
                cells[column - 1] = value
            else:
                cells.extend([None] * (column - 1 - len(cells)))
                cells.append(value)
    rows.looks.add_row(row, columns, styles)
    rows.add_row(row, cells, hidden=truth(element.get("hidden")), formulas=formulas)
    return row


def _read_cell(cell: etree._Element, values: CellValues) -> tuple[RawCell, etree._Element | None]:
    text: str | None = None
    formula = None
    kind = cell.get("t")
    for child in cell:
        if child.tag == _VALUE:
            text = child.text
        elif child.tag == _FORMULA:
            formula = child
        elif child.tag == _INLINE and kind == "inlineStr":
            return rich_text(child), formula
    return values.converters[kind, cell.get("s")](text), formula

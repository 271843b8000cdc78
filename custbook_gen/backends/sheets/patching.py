"""A patch as the requests of a batch: only cells that change are sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field, replace
from itertools import groupby

from custbook_gen.backends.sheets.cells import LOOK, refuse_long, value_of
from custbook_gen.backends.sheets.cells import entered as as_cell
from custbook_gen.backends.sheets.dialect import moved, to_plan, to_sheets
from custbook_gen.backends.sheets.drawing import (
    Drawing,
    furnish_tab,
    named,
    named_range,
    overlays,
    row_links,
    sheet_properties,
    sizes,
    tab_ids,
)
from custbook_gen.backends.sheets.free_cells import content
from custbook_gen.backends.sheets.identity import PROPERTY, create
from custbook_gen.backends.sheets.references import Area
from custbook_gen.backends.sheets.relocation import Moves
from custbook_gen.backends.sheets.rules import listed, validation
from custbook_gen.backends.sheets.structure import Structure, TabState
from custbook_gen.backends.sheets.wire import Json, chosen_id
from custbook_gen.layout import letters
from custbook_gen.value_objects import value_object
from custbook_gen.workbook import (
    Cell,
    CellPatch,
    Formula,
    Patch,
    RawSheet,
    RawWorkbook,
    Rule,
    RulePatch,
    SheetPatch,
    SheetPlan,
    TablePlan,
)


@value_object
class Patching:
    """A patch that is being turned into requests, and the spreadsheet that it goes to."""

    patch: Patch
    structure: Structure
    raw: RawWorkbook
    workbook: str
    """Identifies the workbook."""
    editors: tuple[str, ...] = ()
    moves: Mapping[str, Moves] = field(default_factory=dict)
    """Where rows went meanwhile, by the tab's title."""
    room: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """The rows and columns of tabs that have to grow, by title."""

    @property
    def names(self) -> dict[str, str]:
        """What names stand for when the patch is applied."""
        return {**self.structure.names, **self.patch.names}

    @property
    def drawing(self) -> Drawing:
        """By which tabs refer to each other."""
        ids = {tab.title: tab.sheet_id for tab in self.structure.tabs}
        ids |= tab_ids(self.workbook, self.patch.added)
        return Drawing(self.workbook, ids, self.names, self.editors)


def entered(patching: Patching, patch: SheetPatch) -> list[CellPatch]:
    """The cells of a tab that are really to be written, where their rows are now.

    A formula that stands there already is left alone: its value is Google's own.
    """
    moves = patching.moves.get(patch.title, Moves())
    raw = patching.raw.sheet(patch.title)
    found = []
    for cell in patch.cells:
        known = raw.formulas.get((cell.row, cell.column)) if raw is not None else None
        if isinstance(cell.value, Formula) and known is not None and _same(known, cell.value):
            continue
        row = moves.row(cell.row)
        value = cell.value
        if isinstance(value, Formula):
            value = replace(value, text=moved(value.text, row - cell.row))
        refuse_long(value, patch.title, row, cell.column)
        found.append(CellPatch(row, cell.column, value))
    return found


def _same(known: str, wanted: Formula) -> bool:
    return _bare(known) == _bare(to_plan(to_sheets(wanted.text)))


def _bare(formula: str) -> str:
    return formula.replace("$", "").replace("'", "").replace(" ", "").upper()


def tab_requests(patching: Patching, patch: SheetPatch) -> Iterator[Json]:
    """The requests for one tab of records: room, cells, rules."""
    tab = patching.structure.tab(patch.title)
    if tab is None:
        return
    yield from _runs(tab, entered(patching, patch))
    for rule in patch.rules:
        yield put_rule(tab, rule, patching.names)


def _runs(tab: TabState, cells: Sequence[CellPatch]) -> Iterator[Json]:
    """Cells that stand side by side go together; one formula down a column is written once."""
    plain = [cell for cell in cells if not isinstance(cell.value, Formula)]
    formulas = [cell for cell in cells if isinstance(cell.value, Formula)]
    plain.sort(key=lambda cell: (cell.row, cell.column))
    for _, run in groupby(enumerate(plain), lambda item: (item[1].row, item[1].column - item[0])):
        block = [cell for _, cell in run]
        values = [as_cell(cell.value) for cell in block]
        start = {"sheetId": tab.sheet_id, "rowIndex": block[0].row - 1, "columnIndex": block[0].column - 1}
        yield {"updateCells": {"start": start, "rows": [{"values": values}], "fields": "userEnteredValue"}}
    formulas.sort(key=lambda cell: (cell.column, cell.row))
    for _, run in groupby(enumerate(formulas), lambda item: _family(item[0], item[1])):
        block = [cell for _, cell in run]
        area = Area(block[0].row, block[0].column, block[-1].row, block[-1].column)
        cell = {"userEnteredValue": value_of(block[0].value)}
        request = {"range": area.on(tab.sheet_id), "cell": cell, "fields": "userEnteredValue"}
        yield {"repeatCell": request}


def _family(number: int, cell: CellPatch) -> tuple[int, int, str]:
    """What formulas of one column have in common that differ by their row alone."""
    assert isinstance(cell.value, Formula)  # noqa: S101  (the caller chose them)
    return cell.column, cell.row - number, moved(cell.value.text, -cell.row)


def put_rule(tab: TabState, patch: RulePatch, names: Mapping[str, str]) -> Json:
    """The request that puts a rule (back) on a column, down to the tab's end wherever that is."""
    if patch.rule is None:
        return {"setDataValidation": {"range": Area(*patch.cleared).on(tab.sheet_id)}}
    rule = validation(patch.rule, f"${letters(patch.column)}{patch.first_row}", names)
    grid = Area(patch.first_row, patch.column, patch.first_row, patch.column).on(tab.sheet_id)
    del grid["endRowIndex"]
    request: Json = {"range": grid}
    return {"setDataValidation": request | ({"rule": rule} if rule is not None else {})}


def renewed_lists(patching: Patching, top: Mapping[str, int]) -> Iterator[Json]:
    """Rules whose list has other bounds by now: the API keeps a range there, not its name.

    Args:
        patching: the patch.
        top: the first row of records of each tab, by title.
    """
    for tab in patching.structure.tabs:
        for at, note in tab.columns.items():
            kind, operator, low, high = note.rule or ("any", "between", None, None)
            rule = Rule(kind=kind, operator=operator, formula1=low, formula2=high)  # type: ignore[arg-type]
            if kind == "list" and listed(rule) in patching.patch.names and tab.title in top:
                yield put_rule(tab, RulePatch(at, top[tab.title], rule), patching.names)


def tab_additions(patching: Patching) -> Iterator[Json]:
    """New tabs at the end, empty yet: names may refer to them."""
    for at, sheet in enumerate(patching.patch.added, len(patching.structure.tabs)):
        yield {"addSheet": {"properties": sheet_properties(sheet, patching.drawing.ids[sheet.title], at)}}


def added_requests(patching: Patching, sheet: SheetPlan) -> Iterator[Json]:
    """The requests that fill a new tab, the rows of its table too."""
    yield from furnish_tab(sheet, patching.drawing)
    if sheet.table is None or sheet.table.links:
        return
    rows = [{"values": [as_cell(cell) for cell in row]} for row in sheet.table.rows]
    start = {"sheetId": patching.drawing.ids[sheet.title], "rowIndex": sheet.table.first_row - 1}
    if rows:
        yield {"updateCells": {"start": start, "rows": rows, "fields": "userEnteredValue"}}


def names_requests(patching: Patching) -> Iterator[Json]:
    """Defined names that stand for something else by now, or are gone."""
    for name, reference in patching.patch.names.items():
        known = patching.structure.name_ids.get(name)
        if known is None:
            yield named(name, reference, patching.drawing)
        else:
            changed = {**named_range(name, reference, patching.drawing), "namedRangeId": known}
            tab = patching.structure.tab_of(changed["range"]["sheetId"])
            if (
                tab is not None
                and changed["range"]["endRowIndex"] >= patching.room.get(tab.title, tab.size)[0]
            ):
                del changed["range"]["endRowIndex"]  # to the tab's end, where people may just delete rows
            yield {"updateNamedRange": {"namedRange": changed, "fields": "range"}}


def property_requests(patching: Patching) -> Iterator[Json]:
    """The plan's properties, as metadata of the spreadsheet."""
    for name, value in patching.patch.properties.items():
        key = name if name.startswith(PROPERTY) else PROPERTY + name
        known = patching.structure.property_ids.get(key)
        if known is None:
            yield create(chosen_id(patching.workbook, "property", key), key, value)
            continue
        lookup = {"developerMetadataLookup": {"metadataId": known}}
        change = {"developerMetadata": {"metadataValue": value}, "fields": "metadataValue"}
        yield {"updateDeveloperMetadata": {"dataFilters": [lookup], **change}}


def rewrite_requests(patching: Patching, sheet: SheetPlan) -> Iterator[Json]:
    """The requests that make one of our own tabs what it should be.

    Where the same cells are filled as before, only values that differ are sent; else the tab
    is drawn anew.
    """
    tab, raw = patching.structure.tab(sheet.title), patching.raw.sheet(sheet.title)
    if tab is None or raw is None:
        return
    wanted = _wanted(sheet)
    if sheet.table is None and _shape(raw) != {at for at, value in wanted.items() if _filled(value)}:
        yield from _redrawn(patching, sheet, tab)
        return
    differing = [CellPatch(*at, value) for at, value in wanted.items() if not _shows(raw, at, value)]
    beyond = [CellPatch(*at, None) for at in sorted(_shape(raw) - wanted.keys()) if not _is_head(sheet, at)]
    changed = [*differing, *beyond]
    yield from _runs(tab, changed)
    if changed and sheet.table is not None:
        yield from row_links(sheet, sheet.table, patching.drawing, _rows_shown(sheet.table, raw))


def _rows_shown(table: TablePlan, raw: RawSheet) -> int:
    """The rows of a table that hold something, now or before."""
    return max(len(table.rows), max(raw.rows, default=0) - table.first_row + 1)


def _wanted(sheet: SheetPlan) -> dict[tuple[int, int], Cell | Formula]:
    wanted: dict[tuple[int, int], Cell | Formula] = {at: cell.value for at, cell in sheet.cells.items()}
    table = sheet.table
    if table is not None:
        for at, column in enumerate(table.columns, 1):
            wanted[table.key_row, at] = column.key
            wanted[table.header_row, at] = column.header
        for number, row in enumerate(table.rows, table.first_row):
            wanted.update(((number, at), value) for at, value in enumerate(row, 1))
    return wanted


def _is_head(sheet: SheetPlan, at: tuple[int, int]) -> bool:
    return sheet.table is not None and at[0] < sheet.table.first_row


def _filled(value: Cell | Formula) -> bool:
    return isinstance(value, Formula) or value not in (None, "")


def _shape(raw: RawSheet) -> set[tuple[int, int]]:
    """The cells of a tab that hold anything."""
    filled = {
        (number, column)
        for number, row in raw.rows.items()
        for column, cell in enumerate(row, 1)
        if cell is not None and cell != ""
    }
    return filled | raw.formulas.keys()


def _shows(raw: RawSheet, at: tuple[int, int], wanted: Cell | Formula) -> bool:
    found = raw.formulas.get(at)
    if isinstance(wanted, Formula):
        return found is not None and _same(found, wanted)
    cell = raw.cell(*at)
    if found is not None or isinstance(cell, bool) or isinstance(wanted, bool):
        return found is None and cell is wanted
    if isinstance(cell, float):
        return not isinstance(wanted, str) and wanted is not None and float(wanted) == cell
    return (cell or None) == (wanted or None)


def _redrawn(patching: Patching, sheet: SheetPlan, tab: TabState) -> Iterator[Json]:
    """A tab of free cells as if it were new; what was there before goes first."""
    whole = {"sheetId": tab.sheet_id}
    if tab.merges:
        yield {"unmergeCells": {"range": whole}}
    yield {"updateCells": {"range": whole, "fields": LOOK}}
    for index in range(tab.formats - 1, -1, -1):
        yield {"deleteConditionalFormatRule": {"sheetId": tab.sheet_id, "index": index}}
    for chart in tab.charts:
        yield {"deleteEmbeddedObject": {"objectId": chart}}
    yield from content(sheet, tab.sheet_id, patching.drawing.links(sheet))
    yield from sizes(sheet, tab.sheet_id)
    yield from overlays(sheet, patching.drawing)

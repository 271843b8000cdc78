"""A patch made ready: rows found again in what stands there now, requests built, sizes known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from custbook_gen.backends.sheets import contents
from custbook_gen.backends.sheets.channel import Channel
from custbook_gen.backends.sheets.contents import Grid
from custbook_gen.backends.sheets.patching import (
    Patching,
    added_requests,
    names_requests,
    property_requests,
    renewed_lists,
    rewrite_requests,
    tab_additions,
    tab_requests,
)
from custbook_gen.backends.sheets.relocation import ChangedMeanwhileError, Moves, glance, locate
from custbook_gen.backends.sheets.room import added_cells, needed_room, room_requests
from custbook_gen.backends.sheets.structure import Structure, TabState
from custbook_gen.backends.sheets.transport import SPREADSHEETS, Request
from custbook_gen.backends.sheets.wire import CELL_LIMIT, Json
from custbook_gen.errors import WorkbookError
from custbook_gen.layout import META
from custbook_gen.value_objects import value_object
from custbook_gen.workbook import Patch, RawWorkbook, SheetPatch


@value_object
class Seen:
    """A spreadsheet as it was read: its structure, its cells as they came, the workbook they make."""

    structure: Structure
    cells: Mapping[int, Grid]
    """By the tab's identifier."""
    raw: RawWorkbook


@value_object
class Preparation:
    """A patched spreadsheet that has still to be sent."""

    channel: Channel
    requests: tuple[Json, ...]
    digest: str
    moved: Mapping[str, int]

    def commit(self) -> None:
        """Send it: all of it happens, or nothing (in parts where it is large, the identity last).

        Raises:
            WorkbookError: refused, out of reach, or somebody else wrote meanwhile.
        """
        if self.requests:
            self.channel.write(self.requests)

    def discard(self) -> None:
        """Nothing was sent, so nothing is to be undone."""


def prepare(patch: Patch, seen: Seen, channel: Channel) -> Preparation:
    """A patch, ready to be sent; where there is anything to send, one request looks at what stands there now.

    Raises:
        WorkbookError: ``file-changed``; or the spreadsheet would get too large.
    """
    if next(_requests(_patching(patch, seen, channel, {})), None) is None:
        return Preparation(channel, (), seen.raw.digest, {})
    moves = _moves(patch, seen, channel)
    patching = _patching(patch, seen, channel, moves)
    requests, room = tuple(_requests(patching)), patching.room
    if added_cells(room, seen.structure) > seen.structure.room:
        raise WorkbookError("online-cell-limit", file=channel.name, limit=CELL_LIMIT)
    moved = {title: len(found.rows) for title, found in moves.items() if found.rows}
    digest = channel.digest if requests else seen.raw.digest
    return Preparation(channel, requests, digest, moved)


def _patching(patch: Patch, seen: Seen, channel: Channel, moves: Mapping[str, Moves]) -> Patching:
    """A patch and what it goes to, rows being where they moved to."""
    editors = (channel.transport.account.email,) if channel.transport.account.email else ()
    room = needed_room(patch, seen.structure, moves)
    return Patching(patch, seen.structure, seen.raw, channel.workbook, editors, moves, room)


def _requests(patching: Patching) -> Iterator[Json]:
    """Everything in an order that is safe to be cut: records first, the meta tab last."""
    patch = patching.patch
    yield from tab_additions(patching)
    yield from room_requests(patching.room, patching.structure, patching.raw)
    for changed in patch.sheets:
        yield from tab_requests(patching, changed)
    own = [(sheet, rewrite_requests) for sheet in patch.rewritten]
    own += [(sheet, added_requests) for sheet in patch.added]
    yield from names_requests(patching)
    for sheet, requests in own:
        if sheet.state != "very_hidden":
            yield from requests(patching, sheet)
    yield from renewed_lists(patching, _tops(patching))
    yield from property_requests(patching)
    for sheet, requests in own:
        if sheet.state == "very_hidden":
            yield from requests(patching, sheet)


def _tops(patching: Patching) -> dict[str, int]:
    """The first row of records of each tab of ours."""
    tops = {}
    for rule in patching.raw.sheets:
        found = [rectangle[0] for one in rule.rules for rectangle in one.rectangles]
        if found:
            tops[rule.title] = min(found)
    return tops


def _moves(patch: Patch, seen: Seen, channel: Channel) -> dict[str, Moves]:
    """Where the rows to be written are now."""
    touched = [(one, tab) for one in patch.sheets if one.cells and (tab := seen.structure.tab(one.title))]
    meta = seen.structure.tab(META)
    own = [tab for one in patch.rewritten if (tab := seen.structure.tab(one.title)) and tab.holds_records]
    own += [meta] if meta is not None else []
    tabs = [*(tab for _, tab in touched), *own]
    if not tabs:
        return {}
    now = _now(tabs, channel)
    if any(now[tab.sheet_id] != seen.cells.get(tab.sheet_id, []) for tab in own):
        raise WorkbookError("file-changed", file=channel.name)
    try:
        return {one.title: _found(one, tab, seen, now[tab.sheet_id]) for one, tab in touched}
    except ChangedMeanwhileError as error:
        raise WorkbookError("file-changed", file=channel.name) from error


def _now(tabs: list[TabState], channel: Channel) -> dict[int, Grid]:
    """The cells of tabs as they are now."""
    wanted = contents.filters(tabs)
    body = {"dataFilters": wanted, "valueRenderOption": "FORMULA", "dateTimeRenderOption": "SERIAL_NUMBER"}
    url = f"{SPREADSHEETS}/{channel.spreadsheet_id}/values:batchGetByDataFilter"
    answer = channel.transport.send(Request("POST", url, body=body))
    return {data_filter["gridRange"]["sheetId"]: grid for data_filter, grid in contents.grids(answer, wanted)}


def _found(patch: SheetPatch, tab: TabState, seen: Seen, now: Grid) -> Moves:
    before, key = seen.cells.get(tab.sheet_id, []), tab.identity_column
    touched: dict[int, set[int]] = {}
    for cell in patch.cells:
        touched.setdefault(cell.row, set()).add(cell.column)
    return locate(glance(before, key), glance(now, key), touched)

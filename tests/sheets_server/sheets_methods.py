"""The methods of the Sheets API, without the wire."""

from __future__ import annotations

from tests.sheets_server import a1, creation, masks, values
from tests.sheets_server.a1 import Area
from tests.sheets_server.batch import dispatch
from tests.sheets_server.batch.edit import Edit
from tests.sheets_server.batch.metadata import found as found_metadata
from tests.sheets_server.call import Call
from tests.sheets_server.errors import ApiError, Json, bad
from tests.sheets_server.files import Files
from tests.sheets_server.reading import Book
from tests.sheets_server.spreadsheet import Spreadsheet


def create(files: Files, call: Call) -> Json:
    """``spreadsheets.create``."""
    if files.is_service_account(call.caller):
        raise ApiError(403, "The caller does not have permission")
    book = creation.from_body(files.new_file_id(), call.body, call.caller)
    files.add(book)
    return Book(book, call.caller, call.tree).whole(None, grid=False)


def get(files: Files, call: Call) -> Json:
    """``spreadsheets.get``."""
    options = call.options()
    book = files.readable(call.path["spreadsheetId"], call.grant)
    grid = wants_grid(call, bool(options.get("includeGridData")))
    areas = None
    if options.get("ranges"):
        # without cells nobody looks where on its sheet a range lies
        read = a1.area if grid else values.tab_area
        areas = [read(book, text) for text in options["ranges"]]
    return Book(book, call.caller, call.tree).whole(areas, grid=grid)


def wants_grid(call: Call, asked: bool) -> bool:
    """Whether cells are sent: as asked for without a mask, else if the mask reaches them."""
    return masks.reaches(call.tree, "sheets", "data") if call.tree else asked


def get_by_data_filter(files: Files, call: Call) -> Json:
    """``spreadsheets.getByDataFilter``; cells that two filters select are sent once."""
    book = files.readable(call.path["spreadsheetId"], call.grant)
    areas: dict[str, Area] = {}
    for one in call.body.get("dataFilters", []):
        for area in values.filtered_areas(book, one, call.caller, "sheet"):
            areas.setdefault(area.a1(), area)
    grid = wants_grid(call, bool(call.body.get("includeGridData")))
    return Book(book, call.caller, call.tree).whole(list(areas.values()) or None, grid=grid)


def batch_update(files: Files, call: Call) -> Json:
    """``spreadsheets.batchUpdate``."""
    requests = call.body.get("requests", [])
    if not requests:
        raise bad("Must specify at least one request.")
    with files.draft(call.path["spreadsheetId"], call.grant) as draft:
        replies = dispatch.apply(Edit(draft, call.caller), requests)
    answer: Json = {"spreadsheetId": draft.id, "replies": replies}
    if call.body.get("includeSpreadsheetInResponse"):
        ranges = call.body.get("responseRanges", [])
        areas = [a1.area(draft, text) for text in ranges] if ranges else None
        grid = bool(call.body.get("responseIncludeGridData"))
        answer["updatedSpreadsheet"] = Book(draft, call.caller, {}).whole(areas, grid=grid)
    return answer


def values_get(files: Files, call: Call) -> Json:
    """``spreadsheets.values.get``."""
    options = call.options()
    book = files.readable(call.path["spreadsheetId"], call.grant)
    return values.Reader(book, options).value_range(a1.area(book, call.path["range"]))


def values_batch_get(files: Files, call: Call) -> Json:
    """``spreadsheets.values.batchGet``."""
    options = call.options()
    book = files.readable(call.path["spreadsheetId"], call.grant)
    reader = values.Reader(book, options)
    answer: Json = {"spreadsheetId": book.id}
    if options.get("ranges"):
        answer["valueRanges"] = [reader.value_range(a1.area(book, text)) for text in options["ranges"]]
    return answer


def values_batch_get_by_filter(files: Files, call: Call) -> Json:
    """``spreadsheets.values.batchGetByDataFilter``."""
    book = files.readable(call.path["spreadsheetId"], call.grant)
    filters = call.body.get("dataFilters", [])
    if not filters:
        raise bad("Must specify at least one dataFilter.")
    reader = values.Reader(book, call.body)
    found: dict[str, tuple[Area, list[Json]]] = {}
    for index, one in enumerate(filters):
        for area in _filtered(book, one, call.caller, index):
            found.setdefault(area.a1(), (area, []))[1].append(one)
    # as measured: by where they start, column before row, not as they were asked for
    ordered = sorted(found.values(), key=lambda pair: _place(book, pair[0]))
    answer: Json = {"spreadsheetId": book.id}
    if ordered:
        answer["valueRanges"] = [
            {"valueRange": reader.value_range(area), "dataFilters": chosen} for area, chosen in ordered
        ]
    return answer


def _filtered(book: Spreadsheet, one: Json, caller: str, index: int) -> list[Area]:
    try:
        return list(values.filtered_areas(book, one, caller, "grid"))
    except ApiError as error:
        if error.code != 400:
            raise
        raise bad(f"Invalid dataFilter[{index}]: {error.message}") from error


def _place(book: Spreadsheet, area: Area) -> tuple[int, ...]:
    return book.tabs.index(area.tab), area.left, area.top, area.right, area.bottom


def values_update(files: Files, call: Call) -> Json:
    """``spreadsheets.values.update``."""
    options = call.options()
    option = _input_option(options.get("valueInputOption"))
    given = call.body.get("range", call.path["range"])
    with files.draft(call.path["spreadsheetId"], call.grant) as draft:
        if given != call.path["range"]:
            raise bad(f"Requested writing within range [{call.path['range']}], but the body names [{given}]")
        data = {**call.body, "range": call.path["range"]}
        reply = values.write(Edit(draft, call.caller), data, option).reply
    if options.get("includeValuesInResponse"):
        reader = _response_reader(draft, options)
        reply["updatedData"] = reader.value_range(a1.area(draft, reply["updatedRange"]))
    return reply


def _input_option(option: str | None) -> str:
    if option not in {"RAW", "USER_ENTERED"}:
        raise bad("'valueInputOption' is required but not specified")
    return option


def _response_reader(book: Spreadsheet, options: Json) -> values.Reader:
    renamed = {
        "valueRenderOption": options.get("responseValueRenderOption", "FORMATTED_VALUE"),
        "dateTimeRenderOption": options.get("responseDateTimeRenderOption", "SERIAL_NUMBER"),
    }
    return values.Reader(book, renamed)


def values_batch_update(files: Files, call: Call) -> Json:
    """``spreadsheets.values.batchUpdate``: all ranges or none."""
    option = _input_option(call.body.get("valueInputOption"))
    data = call.body.get("data", [])
    with files.draft(call.path["spreadsheetId"], call.grant) as draft:
        edit = Edit(draft, call.caller)
        written = [values.write(edit, one, option, index=index) for index, one in enumerate(data)]
    replies = [one.reply for one in written]
    if call.body.get("includeValuesInResponse"):
        reader = _response_reader(draft, call.body)
        for reply in replies:
            reply["updatedData"] = reader.value_range(a1.area(draft, reply["updatedRange"]))
    answer: Json = {"spreadsheetId": draft.id, **values.totals(written)}
    if replies:
        answer["responses"] = replies
    return answer


def values_batch_clear(files: Files, call: Call) -> Json:
    """``spreadsheets.values.batchClear``."""
    with files.draft(call.path["spreadsheetId"], call.grant) as draft:
        edit = Edit(draft, call.caller)
        cleared = [values.clear(edit, text) for text in call.body.get("ranges", [])]
    return {"spreadsheetId": draft.id, "clearedRanges": cleared}


def values_clear(files: Files, call: Call) -> Json:
    """``spreadsheets.values.clear``."""
    with files.draft(call.path["spreadsheetId"], call.grant) as draft:
        cleared = values.clear(Edit(draft, call.caller), call.path["range"])
    return {"spreadsheetId": draft.id, "clearedRange": cleared}


def metadata_get(files: Files, call: Call) -> Json:
    """``spreadsheets.developerMetadata.get``."""
    book = files.readable(call.path["spreadsheetId"], call.grant)
    for item in book.metadata:
        if str(item["metadataId"]) == call.path["metadataId"]:
            return item
    raise ApiError(404, "Requested entity was not found.")


def metadata_search(files: Files, call: Call) -> Json:
    """``spreadsheets.developerMetadata.search``."""
    book = files.readable(call.path["spreadsheetId"], call.grant)
    edit = Edit(book, call.caller)
    matched = [
        {"developerMetadata": item, "dataFilters": [one]}
        for one in call.body.get("dataFilters", [])
        for item in found_metadata(edit, one)
    ]
    return {"matchedDeveloperMetadata": matched} if matched else {}

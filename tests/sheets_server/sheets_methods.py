"""The methods of the Sheets API, without the wire."""

from __future__ import annotations

from tests.sheets_server import a1, creation, masks, values
from tests.sheets_server.a1 import Area
from tests.sheets_server.batch import dispatch
from tests.sheets_server.batch.edit import Edit
from tests.sheets_server.batch.metadata import found as found_metadata
from tests.sheets_server.call import Call
from tests.sheets_server.discovery import schemas
from tests.sheets_server.errors import ApiError, Json, bad
from tests.sheets_server.files import Files
from tests.sheets_server.masks import Tree
from tests.sheets_server.reading import Book
from tests.sheets_server.spreadsheet import Spreadsheet


def _tree(call: Call) -> Tree:
    """The ``fields`` of the query, checked against what the method answers with."""
    text = call.query.get("fields", [""])[-1]
    if not text:
        return {}
    try:
        tree = masks.parse(text)
    except masks.MaskError as error:
        raise _bad_mask(text) from error
    root = {"$ref": call.method.response}
    if masks.unknown(tree, root, schemas(call.method.api)):
        raise _bad_mask(text)
    return tree


def _bad_mask(text: str) -> ApiError:
    problem = f"Invalid field selection {text}"
    return ApiError(400, f"Request contains an invalid argument. {problem}")


def create(files: Files, call: Call) -> Json:
    """``spreadsheets.create``."""
    if files.is_service_account(call.caller):
        raise ApiError(403, "The caller does not have permission")
    book = creation.from_body(files.new_file_id(), call.body, call.caller)
    files.add(book)
    return Book(book, call.caller, _tree(call)).whole(None, grid=False)


def get(files: Files, call: Call) -> Json:
    """``spreadsheets.get``."""
    options = call.options()
    book = files.readable(call.path["spreadsheetId"], call.caller)
    tree = _tree(call)
    areas = [a1.area(book, text) for text in options["ranges"]] if options.get("ranges") else None
    return _shown(book, call, tree, areas, bool(options.get("includeGridData")))


def _shown(book: Spreadsheet, call: Call, tree: Tree, areas: list[Area] | None, grid: bool) -> Json:
    wants = masks.reaches(tree, "sheets", "data") if tree and "*" not in tree else grid
    return Book(book, call.caller, tree).whole(areas, grid=wants)


def get_by_data_filter(files: Files, call: Call) -> Json:
    """``spreadsheets.getByDataFilter``."""
    book = files.readable(call.path["spreadsheetId"], call.caller)
    filters = call.body.get("dataFilters", [])
    areas = (
        [area for one in filters for area in values.filtered_areas(book, one, call.caller)]
        if filters
        else None
    )
    return _shown(book, call, _tree(call), areas, bool(call.body.get("includeGridData")))


def batch_update(files: Files, call: Call) -> Json:
    """``spreadsheets.batchUpdate``."""
    requests = call.body.get("requests", [])
    if not requests:
        raise bad("Must specify at least one request.")
    with files.draft(call.path["spreadsheetId"], call.caller) as draft:
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
    book = files.readable(call.path["spreadsheetId"], call.caller)
    return values.Reader(book, options).value_range(a1.area(book, call.path["range"]))


def values_batch_get(files: Files, call: Call) -> Json:
    """``spreadsheets.values.batchGet``."""
    options = call.options()
    book = files.readable(call.path["spreadsheetId"], call.caller)
    reader = values.Reader(book, options)
    answer: Json = {"spreadsheetId": book.id}
    if options.get("ranges"):
        answer["valueRanges"] = [reader.value_range(a1.area(book, text)) for text in options["ranges"]]
    return answer


def values_batch_get_by_filter(files: Files, call: Call) -> Json:
    """``spreadsheets.values.batchGetByDataFilter``."""
    book = files.readable(call.path["spreadsheetId"], call.caller)
    reader = values.Reader(book, call.body)
    found: dict[str, Json] = {}
    for one in call.body.get("dataFilters", []):
        for area in values.filtered_areas(book, one, call.caller):
            matched = found.setdefault(area.a1(), {"valueRange": reader.value_range(area), "dataFilters": []})
            matched["dataFilters"].append(one)
    answer: Json = {"spreadsheetId": book.id}
    if found:
        answer["valueRanges"] = list(found.values())
    return answer


def values_update(files: Files, call: Call) -> Json:
    """``spreadsheets.values.update``."""
    options = call.options()
    option = _input_option(options.get("valueInputOption"))
    given = call.body.get("range", call.path["range"])
    with files.draft(call.path["spreadsheetId"], call.caller) as draft:
        if given != call.path["range"]:
            raise bad(f"Requested writing within range [{call.path['range']}], but the body names [{given}]")
        reply = values.write(Edit(draft, call.caller), {**call.body, "range": call.path["range"]}, option)
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
    with files.draft(call.path["spreadsheetId"], call.caller) as draft:
        edit = Edit(draft, call.caller)
        replies = [values.write(edit, one, option, index=index) for index, one in enumerate(data)]
    if call.body.get("includeValuesInResponse"):
        reader = _response_reader(draft, call.body)
        for reply in replies:
            reply["updatedData"] = reader.value_range(a1.area(draft, reply["updatedRange"]))
    answer: Json = {"spreadsheetId": draft.id}
    sums = {
        f"totalUpdated{word}": sum(reply.get(f"updated{word}", 0) for reply in replies)
        for word in ("Rows", "Columns", "Cells")
    }
    sums["totalUpdatedSheets"] = len({a1.area(draft, reply["updatedRange"]).tab.id for reply in replies})
    answer |= {name: total for name, total in sums.items() if total}
    if replies:
        answer["responses"] = replies
    return answer


def values_batch_clear(files: Files, call: Call) -> Json:
    """``spreadsheets.values.batchClear``."""
    with files.draft(call.path["spreadsheetId"], call.caller) as draft:
        edit = Edit(draft, call.caller)
        cleared = [values.clear(edit, text) for text in call.body.get("ranges", [])]
    return {"spreadsheetId": draft.id, "clearedRanges": cleared}


def values_clear(files: Files, call: Call) -> Json:
    """``spreadsheets.values.clear``."""
    with files.draft(call.path["spreadsheetId"], call.caller) as draft:
        cleared = values.clear(Edit(draft, call.caller), call.path["range"])
    return {"spreadsheetId": draft.id, "clearedRange": cleared}


def metadata_get(files: Files, call: Call) -> Json:
    """``spreadsheets.developerMetadata.get``."""
    book = files.readable(call.path["spreadsheetId"], call.caller)
    for item in book.metadata:
        if str(item["metadataId"]) == call.path["metadataId"]:
            return item
    raise ApiError(404, "Requested entity was not found.")


def metadata_search(files: Files, call: Call) -> Json:
    """``spreadsheets.developerMetadata.search``."""
    book = files.readable(call.path["spreadsheetId"], call.caller)
    edit = Edit(book, call.caller)
    matched = [
        {"developerMetadata": item, "dataFilters": [one]}
        for one in call.body.get("dataFilters", [])
        for item in found_metadata(edit, one)
    ]
    return {"matchedDeveloperMetadata": matched} if matched else {}

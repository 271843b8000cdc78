"""All requests of a batch on one draft: every one succeeds, or nothing happened."""

from __future__ import annotations

from tests.sheets_server import find_replace
from tests.sheets_server.batch import cells, dimensions, metadata, overlays, ranges, sorting, tabs
from tests.sheets_server.batch.edit import Edit, Handler
from tests.sheets_server.errors import ApiError, Json, not_emulated
from tests.sheets_server.evidence import Behaviour, Evidence

BEHAVIOURS = (
    Behaviour(
        "atomic-batches",
        "a batch applies whole or not at all",
        Evidence.DOCUMENTED,
        "spreadsheets.batchUpdate: if any request is not valid, nothing is applied",
    ),
    Behaviour(
        "error-prefix",
        "a refusal says which request: Invalid requests[i].kind: ...",
        Evidence.RECORDED,
        "gspread's recordings",
    ),
)

HANDLERS: dict[str, Handler] = {
    "addSheet": tabs.add_sheet,
    "deleteSheet": tabs.delete_sheet,
    "updateSheetProperties": tabs.update_sheet_properties,
    "updateSpreadsheetProperties": tabs.update_spreadsheet_properties,
    "updateCells": cells.update_cells,
    "repeatCell": cells.repeat_cell,
    "setDataValidation": cells.set_data_validation,
    "mergeCells": cells.merge_cells,
    "unmergeCells": cells.unmerge_cells,
    "findReplace": find_replace.find_replace,
    "addProtectedRange": ranges.add_protected_range,
    "updateProtectedRange": ranges.update_protected_range,
    "deleteProtectedRange": ranges.delete_protected_range,
    "addNamedRange": ranges.add_named_range,
    "updateNamedRange": ranges.update_named_range,
    "deleteNamedRange": ranges.delete_named_range,
    "addConditionalFormatRule": overlays.add_conditional_format,
    "updateConditionalFormatRule": overlays.update_conditional_format,
    "deleteConditionalFormatRule": overlays.delete_conditional_format,
    "setBasicFilter": overlays.set_basic_filter,
    "clearBasicFilter": overlays.clear_basic_filter,
    "addFilterView": overlays.add_filter_view,
    "updateFilterView": overlays.update_filter_view,
    "deleteFilterView": overlays.delete_filter_view,
    "addBanding": overlays.add_banding,
    "updateBanding": overlays.update_banding,
    "deleteBanding": overlays.delete_banding,
    "addChart": overlays.add_chart,
    "updateChartSpec": overlays.update_chart_spec,
    "deleteEmbeddedObject": overlays.delete_embedded_object,
    "addDimensionGroup": overlays.add_dimension_group,
    "deleteDimensionGroup": overlays.delete_dimension_group,
    "createDeveloperMetadata": metadata.create,
    "updateDeveloperMetadata": metadata.update,
    "deleteDeveloperMetadata": metadata.delete,
    "insertDimension": dimensions.insert_dimension,
    "appendDimension": dimensions.append_dimension,
    "deleteDimension": dimensions.delete_dimension,
    "moveDimension": dimensions.move_dimension,
    "updateDimensionProperties": dimensions.update_properties,
    "autoResizeDimensions": dimensions.auto_resize,
    "sortRange": sorting.sort_range,
}


def apply(edit: Edit, requests: list[Json]) -> list[Json]:
    """The replies to all requests of a batch, made on a draft.

    Raises:
        ApiError: one of them is refused; the draft is then to be thrown away.
    """
    replies = []
    for index, request in enumerate(requests):
        ((kind, body),) = request.items()
        if kind not in HANDLERS:
            raise not_emulated(f"request {kind}")
        try:
            reply = HANDLERS[kind](edit, body)
        except ApiError as error:
            if error.code != 400:
                raise
            raise ApiError(400, f"Invalid requests[{index}].{kind}: {error.message}") from error
        replies.append({kind: reply} if reply else {})
    return replies

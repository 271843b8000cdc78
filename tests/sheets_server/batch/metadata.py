"""Developer metadata: notes of a program about the file, a sheet, a row or a column."""

from __future__ import annotations

from tests.sheets_server.batch.edit import Edit, merged
from tests.sheets_server.errors import Json, bad
from tests.sheets_server.evidence import Behaviour, Evidence
from tests.sheets_server.spreadsheet import Spreadsheet

BEHAVIOURS = (
    Behaviour(
        "metadata-limits",
        "30,000 characters of keys and values for the file and for each sheet",
        Evidence.DOCUMENTED,
        "guide to developer metadata of 2026-04-01; the wording of the refusal is ours",
    ),
    Behaviour(
        "metadata-one-track",
        "metadata on a dimension lies on exactly one row or column, and moves with it",
        Evidence.DOCUMENTED,
        "DeveloperMetadataLocation.dimensionRange",
    ),
    Behaviour(
        "metadata-id-collision",
        "a chosen metadataId that exists is refused, and the whole batch with it",
        Evidence.UNVERIFIED,
        "the discovery document says ids are unique; the refusal's wording is ours",
    ),
)

LIMIT = 30_000

TYPES = {"spreadsheet": "SPREADSHEET", "sheetId": "SHEET"}


def sheet_of(item: Json) -> int | None:
    """The sheet that metadata lies on; None for the file's own."""
    location = item["location"]
    if "dimensionRange" in location:
        return int(location["dimensionRange"].get("sheetId", 0))
    return int(location["sheetId"]) if "sheetId" in location else None


def located(edit: Edit, location: Json) -> Json:
    """A location with its type.

    Raises:
        ApiError: no location, no such sheet, or more than one row or column.
    """
    if "dimensionRange" in location:
        span = dict(location["dimensionRange"])
        tab = edit.spreadsheet.tab(span.get("sheetId", 0))
        count = tab.row_count if span.get("dimension") == "ROWS" else tab.column_count
        start = span.setdefault("startIndex", 0)
        if span.get("endIndex") != start + 1 or not 0 <= start < count:
            raise bad("The dimension range of developer metadata must be one row or column of the grid")
        kind = "ROW" if span.get("dimension") == "ROWS" else "COLUMN"
        return {"locationType": kind, "dimensionRange": span}
    if "sheetId" in location:
        edit.spreadsheet.tab(location["sheetId"])
        return {"locationType": "SHEET", "sheetId": location["sheetId"]}
    if location.get("spreadsheet"):
        return {"locationType": "SPREADSHEET", "spreadsheet": True}
    raise bad("Developer metadata needs a location")


def create(edit: Edit, request: Json) -> Json:
    """``createDeveloperMetadata``."""
    return {"developerMetadata": add(edit, request.get("developerMetadata", {}))}


def add(edit: Edit, wanted: Json) -> Json:
    """New metadata as it is kept."""
    book = edit.spreadsheet
    item = dict(wanted)
    chosen = item.setdefault("metadataId", book.new_id())
    if any(other["metadataId"] == chosen for other in book.metadata):
        raise bad(f"Developer metadata with id {chosen} already exists. Please use another id.")
    item["location"] = located(edit, item.get("location", {}))
    _check(item)
    book.metadata.append(item)
    _check_limit(book, item)
    return item


def _check(item: Json) -> None:
    if not item.get("metadataKey"):
        raise bad("Developer metadata must always have a key specified")
    if item.get("visibility") not in {"DOCUMENT", "PROJECT"}:
        raise bad("Developer metadata must have a visibility")


def _check_limit(book: Spreadsheet, item: Json) -> None:
    size = sum(
        len(other["metadataKey"]) + len(other.get("metadataValue", ""))
        for other in book.metadata
        if sheet_of(other) == sheet_of(item)
    )
    if size > LIMIT:
        raise bad(f"Developer metadata would take {size} characters, more than {LIMIT}")


def _fits_lookup(item: Json, lookup: Json, edit: Edit) -> bool:
    plain = ("metadataId", "metadataKey", "metadataValue", "visibility")
    if any(name in lookup and item.get(name) != lookup[name] for name in plain):
        return False
    kind = lookup.get("locationType")
    if kind is not None and item["location"]["locationType"] != kind:
        return False
    if "metadataLocation" not in lookup:
        return True
    wanted = located(edit, lookup["metadataLocation"])
    if lookup.get("locationMatchingStrategy") == "INTERSECTING_LOCATION":
        return _meets(item, wanted)
    return bool(item["location"] == wanted)


def _meets(item: Json, wanted: Json) -> bool:
    """Whether metadata lies at a location or on a part of it."""
    if wanted["locationType"] == "SPREADSHEET":
        return True
    if wanted["locationType"] == "SHEET":
        return bool(sheet_of(item) == wanted["sheetId"])
    return bool(item["location"] == wanted)


def found(edit: Edit, data_filter: Json) -> list[Json]:
    """Metadata that a data filter selects."""
    book = edit.spreadsheet
    if "developerMetadataLookup" in data_filter:
        return [
            item for item in book.metadata if _fits_lookup(item, data_filter["developerMetadataLookup"], edit)
        ]
    if "gridRange" in data_filter:
        tab = edit.area(data_filter["gridRange"]).tab
        return [item for item in book.metadata if sheet_of(item) == tab.id]
    raise bad("A data filter for developer metadata needs a lookup or a grid range")


def update(edit: Edit, request: Json) -> Json:
    """``updateDeveloperMetadata``: everything that the filters select."""
    book = edit.spreadsheet
    items = [item for data_filter in request.get("dataFilters", []) for item in found(edit, data_filter)]
    if not items:
        raise bad("No developer metadata matched the data filters")
    changed = []
    for item in items:
        new = merged(item, request.get("developerMetadata", {}), request["fields"])
        new["metadataId"] = item["metadataId"]
        new["location"] = located(edit, new.get("location", {}))
        _check(new)
        book.metadata[book.metadata.index(item)] = new
        _check_limit(book, new)
        changed.append(new)
    return {"developerMetadata": changed}


def delete(edit: Edit, request: Json) -> Json:
    """``deleteDeveloperMetadata``: everything that the filter selects."""
    items = found(edit, request.get("dataFilter", {}))
    edit.spreadsheet.metadata = [item for item in edit.spreadsheet.metadata if item not in items]
    return {"deletedDeveloperMetadata": items}

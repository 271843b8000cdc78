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
        "metadata-lookups",
        "lookups match intersecting locations unless told otherwise; those that contradict themselves are "
        "refused",
        Evidence.MEASURED,
        "refusals in backlot's measurements; what intersects is in the discovery document",
    ),
    Behaviour(
        "metadata-id-collision",
        "a chosen metadataId that exists is refused, and the whole batch with it",
        Evidence.UNVERIFIED,
        "the discovery document says ids are unique; the refusal's wording is ours",
    ),
)

LIMIT = 30_000


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
        span = _track(edit, location["dimensionRange"])
        return {"locationType": "ROW" if span["dimension"] == "ROWS" else "COLUMN", "dimensionRange": span}
    if "sheetId" in location:
        edit.spreadsheet.tab(location["sheetId"])
        return {"locationType": "SHEET", "sheetId": location["sheetId"]}
    if location.get("spreadsheet"):
        return {"locationType": "SPREADSHEET", "spreadsheet": True}
    raise bad("Developer metadata needs a location")


def _track(edit: Edit, span: Json) -> Json:
    """A range of one row or column, refused in the order and the words that were measured for lookups."""
    if "startIndex" not in span or "endIndex" not in span:
        raise bad("DimensionRange must specify both a startIndex and an endIndex.")
    if span["endIndex"] - span["startIndex"] != 1:
        raise bad("DimensionRange must represent a single row or column.")
    if span["startIndex"] < 0:
        raise bad("DimensionRange indexes must be >= 0")
    tab = edit.spreadsheet.tab(span.get("sheetId", 0))
    axis = span.get("dimension")
    if axis not in {"ROWS", "COLUMNS"}:
        raise bad("No dimension specified")
    count = tab.row_count if axis == "ROWS" else tab.column_count
    if span["startIndex"] >= count:
        raise bad(
            f"DimensionRange startIndex [{span['startIndex']}] is after the last {axis} index "
            f"[{count - 1}] of the sheet [{tab.id}]."
        )
    return dict(span)


def create(edit: Edit, request: Json) -> Json:
    """``createDeveloperMetadata``."""
    return {"developerMetadata": add(edit, request.get("developerMetadata", {}))}


def add(edit: Edit, wanted: Json) -> Json:
    """New metadata as it is kept."""
    book = edit.spreadsheet
    item = dict(wanted)
    chosen = item.setdefault("metadataId", book.new_id())
    if chosen <= 0:
        raise bad(f"metadataId[{chosen}] must be positive")
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


def _check_lookup(lookup: Json) -> None:
    """Refuse a lookup that contradicts itself, in the words that were measured."""
    kind, strategy = lookup.get("locationType"), lookup.get("locationMatchingStrategy")
    location = lookup.get("metadataLocation", {})
    if kind == "SPREADSHEET" and location and not location.get("spreadsheet"):
        raise bad(f"Cannot limit by location type of SPREADSHEET for the location {next(iter(location))}")
    if strategy == "EXACT_LOCATION" and kind is not None:
        raise bad(
            "The locationMatchingStrategy was specified as EXACT_LOCATION, but a locationType was also "
            "specified: "
            "lookups cannot limit by a location type when matching an exact location."
        )
    if strategy is not None and not location:
        raise bad(
            "A locationMatchingStrategy was specified, but no metadataLocation was specified: lookups "
            "must always "
            "specify a metadataLocation when specifying a locationMatchingStrategy."
        )
    if strategy == "INTERSECTING_LOCATION" and location.get("spreadsheet"):
        raise bad(
            "DeveloperMetadataLookup.spreadsheet is true, but locationMatchingStrategy was specified as "
            "INTERSECTING."
        )


def _fits_lookup(item: Json, lookup: Json, wanted: Json | None) -> bool:
    plain = ("metadataId", "metadataKey", "metadataValue", "visibility")
    if any(name in lookup and item.get(name) != lookup[name] for name in plain):
        return False
    kind = lookup.get("locationType")
    if kind is not None and item["location"]["locationType"] != kind:
        return False
    if wanted is None:
        return True
    if lookup.get("locationMatchingStrategy") == "EXACT_LOCATION":
        return bool(item["location"] == wanted)
    return _meets(item, wanted)


def _meets(item: Json, wanted: Json) -> bool:
    """Whether metadata lies at a location or on one that crosses it."""
    here = item["location"]
    if "SPREADSHEET" in (wanted["locationType"], here["locationType"]):
        return bool(here == wanted)
    if _tab_of(here) != _tab_of(wanted):
        return False
    both = {here["locationType"], wanted["locationType"]}
    return "SHEET" in both or len(both) == 2 or bool(here == wanted)


def _tab_of(location: Json) -> int:
    return int(location.get("dimensionRange", location).get("sheetId", 0))


def found(edit: Edit, data_filter: Json) -> list[Json]:
    """Metadata that a data filter selects."""
    book = edit.spreadsheet
    if "developerMetadataLookup" in data_filter:
        lookup = data_filter["developerMetadataLookup"]
        _check_lookup(lookup)
        wanted = located(edit, lookup["metadataLocation"]) if lookup.get("metadataLocation") else None
        return [item for item in book.metadata if _fits_lookup(item, lookup, wanted)]
    if "gridRange" in data_filter:
        tab = edit.area(data_filter["gridRange"]).tab
        return [item for item in book.metadata if sheet_of(item) == tab.id]
    raise bad("A data filter for developer metadata needs a lookup or a grid range")


def update(edit: Edit, request: Json) -> Json:
    """``updateDeveloperMetadata``: everything that the filters select."""
    book = edit.spreadsheet
    selected = [item for data_filter in request.get("dataFilters", []) for item in found(edit, data_filter)]
    items = [item for item in book.metadata if item in selected]
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

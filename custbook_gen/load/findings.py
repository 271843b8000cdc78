"""Pydantic's errors about raw data, as findings in the file that the data came from."""

from __future__ import annotations

import re
from collections.abc import Mapping

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from custbook_gen.load.nodes import Finding, Location, Spot
from custbook_gen.schema.faults import remedy
from custbook_gen.texts import Saying

SHEET_OPTIONS: Mapping[str, str] = {"key_field": "key", "name_field": "name"}
"""Options of a sheet that are written shorter in a file than they are called in a book."""

SAYINGS: Mapping[str, str] = {
    "string_type": "not-text",
    "string_pattern_mismatch": "form",
    "int_type": "not-whole",
    "int_parsing": "not-whole",
    "int_from_float": "not-whole",
    "decimal_type": "not-number",
    "decimal_parsing": "not-number",
    "float_type": "not-number",
    "float_parsing": "not-number",
    "bool_type": "not-yes-no",
    "bool_parsing": "not-yes-no",
    "date_type": "not-date",
    "date_parsing": "not-date",
    "date_from_datetime_parsing": "not-date",
    "model_type": "not-block",
    "model_attributes_type": "not-block",
    "dict_type": "not-block",
    "tuple_type": "not-list",
    "list_type": "not-list",
}
KEY_PATTERN = "^[a-z]["


def findings_of(error: ValidationError, spots: Mapping[Location, Spot], file: str) -> list[Finding]:
    """What a validation error found, one finding per place, in the order of the file.

    Args:
        error: raised by a model about raw data.
        spots: where parts of the raw data stand; a part without a spot of its own has that
            of the nearest part around it.
        file: name of the file, for data without any spot.
    """
    found: dict[Spot, Finding] = {}
    for details in error.errors(include_url=False):
        location = (*details["loc"], *details.get("ctx", {}).get("path", ()))
        known = _known(location, spots)
        spot = spots.get(known, Spot(file))
        if details["type"] == "limits-order":
            # two limits may stand in different files: the block tells which was written last
            block = spots.get(known[:-1], spot)
            spot = spot if block.file == spot.file else block
        found.setdefault(spot, Finding(spot, _saying(details, location, known)))
    return sorted(found.values(), key=lambda finding: finding.spot)


def spot_at(location: Location, spots: Mapping[Location, Spot]) -> Spot:
    """Where a part of raw data stands; where it has no spot of its own, the nearest part around it.

    What goes together may stand in different files: the part around it tells which was written last.
    """
    known = _known(location, spots)
    spot = spots[known]
    block = spots.get(known[:-1], spot)
    return spot if block.file == spot.file else block


def _known(location: Location, spots: Mapping[Location, Spot]) -> Location:
    """As much of a location as has a spot."""
    ends = range(len(location), -1, -1)
    return next((location[:end] for end in ends if location[:end] in spots), ())


def _saying(details: ErrorDetails, location: Location, known: Location) -> Saying:
    kind, value, context = details["type"], details["input"], details.get("ctx", {})
    if "facts" in context:
        return Saying(f"schema.{kind}", context["facts"])
    if kind == "missing":
        return Saying("schema.option-missing", {"name": _name(location)})
    name = _name(known)
    if kind == "literal_error" and known == location:
        allowed = re.findall(r"'([^']*)'", context["expected"])
        facts = {"name": name, "value": value, "remedy": remedy(str(value), allowed)}
        return Saying("schema.value-unknown", facts)
    pattern = str(context.get("pattern", ""))
    code = SAYINGS.get(kind, "value-wrong") if known == location else "not-plain"
    code = "key-form" if pattern.startswith(KEY_PATTERN) else code
    facts = {"name": name, "value": value, "pattern": pattern, "problem": details["msg"]}
    return Saying(f"schema.{code}", facts)


def _name(location: Location) -> str:
    """The option that a location ends in, as it is written in a file."""
    names = [part for part in location if isinstance(part, str)]
    if len(location) == 3 and location[0] == "sheets":
        return SHEET_OPTIONS.get(names[-1], names[-1])
    return names[-1] if names else "…"

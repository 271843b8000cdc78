"""Ranges with a meaning: protected ones and named ones."""

from __future__ import annotations

import re

from tests.sheets_server import masks
from tests.sheets_server.batch.edit import PROTECTED, Edit, find, merged
from tests.sheets_server.errors import Json, bad
from tests.sheets_server.evidence import Behaviour, Evidence

BEHAVIOURS = (
    Behaviour(
        "protection-adds-caller",
        "who protects a range is among its editors when it is read back",
        Evidence.RECORDED,
        "addProtectedRange and the next GET in gspread's recordings",
    ),
    Behaviour(
        "unprotected-ranges",
        "unprotected ranges are legal only where the whole sheet is protected",
        Evidence.DOCUMENTED,
        "ProtectedRange.unprotectedRanges",
    ),
    Behaviour(
        "warning-only-editors",
        "editors of a protection that only warns are refused",
        Evidence.MEASURED,
        "burnash/gspread issue 1437",
    ),
    Behaviour(
        "protection-enforced",
        "an edit of a protected cell by somebody who is neither owner nor editor is refused",
        Evidence.MEASURED,
        "many reports of the refusal; its exact scope (formats, rules, moves) is our reading",
    ),
    Behaviour(
        "one-sheet-protection",
        "a sheet that is protected whole cannot be protected whole again",
        Evidence.MEASURED,
        "googleapis/google-api-python-client issue 1064",
    ),
    Behaviour(
        "chosen-protection-id",
        "a protectedRangeId that the caller chose is honoured, and refused when it is taken",
        Evidence.UNVERIFIED,
        "the discovery document calls the field read-only, yet lets it be sent",
    ),
    Behaviour(
        "no-self-removal",
        "a service account cannot leave itself out of the editors",
        Evidence.MEASURED,
        "reported for an account that is not the owner",
    ),
)

NAME = re.compile(r"[^\W\d][\w.]{0,249}\Z")


def add_protected_range(edit: Edit, request: Json) -> Json:
    """``addProtectedRange``."""
    book = edit.spreadsheet
    wanted = dict(request.get("protectedRange", {}))
    taken = {item["protectedRangeId"] for tab in book.tabs for item in tab.objects["protectedRanges"]}
    chosen = wanted.setdefault("protectedRangeId", book.new_id())
    if chosen in taken:
        raise bad(f"Protected range with id {chosen} already exists. Please use another id.")
    wanted.pop("requestingUserCanEdit", None)
    _check(edit, wanted)
    _refuse_second(edit, wanted)
    _with_caller(edit, wanted)
    book.tab(_sheet(edit, wanted)).objects["protectedRanges"].append(wanted)
    reply = {**wanted, "requestingUserCanEdit": True}
    return {"protectedRange": reply}


def _refuse_second(edit: Edit, wanted: Json) -> None:
    """A sheet can be protected whole only once."""
    if set(wanted.get("range", {"x": 0})) - {"sheetId"}:
        return
    tab = edit.spreadsheet.tab(_sheet(edit, wanted))
    for other in tab.objects["protectedRanges"]:
        if "range" in other and set(other["range"]) <= {"sheetId"}:
            raise bad(f'Sheet "{tab.title}" already has sheet protection.')


def _sheet(edit: Edit, protection: Json) -> int:
    if "range" in protection:
        return int(protection["range"].get("sheetId", 0))
    for named in edit.spreadsheet.named_ranges:
        if named["namedRangeId"] == protection.get("namedRangeId") and "range" in named:
            return int(named["range"].get("sheetId", 0))
    raise bad("A protected range needs a range or a named range")


def _check(edit: Edit, protection: Json) -> None:
    """Refuse a protection that the product would not take."""
    if "range" in protection:
        edit.area(protection["range"])
    else:
        _sheet(edit, protection)
    if protection.get("unprotectedRanges"):
        if set(protection.get("range", {"x": 0})) - {"sheetId"}:
            raise bad("Unprotected ranges are only supported if the entire sheet is protected")
        for grid in protection["unprotectedRanges"]:
            edit.area(grid)
            if grid.get("sheetId", 0) != protection["range"].get("sheetId", 0):
                raise bad("Unprotected ranges must be on the protected sheet")
    if protection.get("warningOnly") and "editors" in protection:
        raise bad("ProtectedRange is warningOnly. Editors cannot be set on it.")


def _with_caller(edit: Edit, protection: Json) -> None:
    """Editors as they are kept: everybody who may edit where none are named, and always the caller."""
    if protection.get("warningOnly"):
        return
    book = edit.spreadsheet
    editors = dict(protection.get("editors", {}))
    if "editors" not in protection:
        users = sorted({book.owner, *(who for who in book.permissions if book.may_edit(who))})
    else:
        users = list(editors.get("users", []))
        for user in users:
            if not book.may_edit(user):
                raise bad(f"User {user} does not have edit access to the document")
        if users and edit.caller not in users and edit.caller != book.owner:
            raise bad("You can't remove yourself as an editor.")
    if edit.caller not in users:
        users.append(edit.caller)
    protection["editors"] = {**editors, "users": users}
    if not editors.get("domainUsersCanEdit"):
        protection["editors"].pop("domainUsersCanEdit", None)


def _found(edit: Edit, chosen: int) -> tuple[list[Json], int]:
    for tab in edit.spreadsheet.tabs:
        items = tab.objects["protectedRanges"]
        for index, item in enumerate(items):
            if item["protectedRangeId"] == chosen:
                if not edit.may_pass(item):
                    raise bad(PROTECTED)
                return items, index
    raise bad(f"No protected range with id: {chosen}")


def update_protected_range(edit: Edit, request: Json) -> Json:
    """``updateProtectedRange``."""
    wanted = request.get("protectedRange", {})
    items, index = _found(edit, wanted.get("protectedRangeId", 0))
    changed = merged(items[index], wanted, request["fields"])
    changed["protectedRangeId"] = wanted.get("protectedRangeId", 0)
    if "range" in changed and "namedRangeId" in changed:
        del changed["range" if "namedRangeId" in masks.update_tree(request["fields"]) else "namedRangeId"]
    _check(edit, changed)
    _with_caller(edit, changed)
    del items[index]
    edit.spreadsheet.tab(_sheet(edit, changed)).objects["protectedRanges"].append(changed)
    return {}


def delete_protected_range(edit: Edit, request: Json) -> Json:
    """``deleteProtectedRange``."""
    items, index = _found(edit, request.get("protectedRangeId", 0))
    del items[index]
    return {}


def add_named_range(edit: Edit, request: Json) -> Json:
    """``addNamedRange``."""
    book = edit.spreadsheet
    wanted = dict(request.get("namedRange", {}))
    chosen = wanted.setdefault("namedRangeId", f"nr{book.new_id():x}")
    if any(item["namedRangeId"] == chosen for item in book.named_ranges):
        raise bad(f"Named range with id {chosen} already exists. Please use another id.")
    _check_named(edit, wanted)
    book.named_ranges.append(wanted)
    return {"namedRange": wanted}


def _check_named(edit: Edit, wanted: Json) -> None:
    name = wanted.get("name", "")
    if not NAME.match(name) or re.match(r"\$?[A-Za-z]{1,3}\$?\d+\Z|[Rr]\d*[Cc]\d*\Z|(?i:true|false)\Z", name):
        raise bad(f'The name "{name}" is not valid for a named range')
    for item in edit.spreadsheet.named_ranges:
        if item["namedRangeId"] != wanted["namedRangeId"] and item["name"].casefold() == name.casefold():
            raise bad(f'A named range with the name "{name}" already exists. Please enter another name.')
    edit.range_of(wanted)


def update_named_range(edit: Edit, request: Json) -> Json:
    """``updateNamedRange``."""
    wanted = request.get("namedRange", {})
    chosen = wanted.get("namedRangeId", "")
    items = edit.spreadsheet.named_ranges
    index = find(items, "namedRangeId", chosen, f"No NamedRange with id: {chosen}")
    changed = merged(items[index], wanted, request["fields"]) | {"namedRangeId": chosen}
    _check_named(edit, changed)
    items[index] = changed
    return {}


def delete_named_range(edit: Edit, request: Json) -> Json:
    """``deleteNamedRange``."""
    chosen = request.get("namedRangeId", "")
    items = edit.spreadsheet.named_ranges
    del items[find(items, "namedRangeId", chosen, f"No NamedRange with id: {chosen}")]
    return {}

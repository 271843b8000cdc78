"""Which spreadsheet the words of a command line mean."""

from __future__ import annotations

import re
from typing import Final

from custbook_gen.errors import UsageError
from custbook_gen.value_objects import value_object

NEW: Final = "gsheets:new"
_PREFIX: Final = "gsheets:"
_URL: Final = re.compile(
    r"(?:https?://)?(?:docs|drive)\.google\.com/(?:a/[^/]+/)?"
    r"(?:(?:spreadsheets|file)/(?:u/\d+/)?d/|open\?(?:[^#]*&)?id=)(?P<id>[\w-]{20,})(?:[/?#&].*)?",
    re.IGNORECASE,
)
"""Spreadsheets, as the browser, the button Share and Drive write their addresses."""
_COPY: Final = re.compile(r"(?:https?://)?docs\.google\.com/.*spreadsheets/d/e/.*", re.IGNORECASE)
_OTHER: Final = re.compile(
    r"(?:https?://)?docs\.google\.com/(?:a/[^/]+/)?(?:document|presentation|forms|drawings)/.*", re.IGNORECASE
)
_ID: Final = re.compile(r"[\w-]{20,}")


@value_object
class Address:
    """A spreadsheet by its identifier, or one that is still to be made (in a shared drive's folder)."""

    spreadsheet_id: str | None
    folder: str | None = None

    @property
    def url(self) -> str:
        """Where people open it."""
        return "https://docs.google.com/spreadsheets/d/" + (self.spreadsheet_id or "")


def parse_address(words: str) -> Address:
    """The spreadsheet that words mean: ``gsheets:new``, ``gsheets:new/FOLDER``, ``gsheets:ID`` or an address.

    Raises:
        UsageError: ``not-a-sheets-address``, ``address-of-copy``, ``address-of-other``.
    """
    words = words.strip().strip("<>\"'")
    if words == NEW:
        return Address(None)
    if words.startswith(NEW + "/") and _ID.fullmatch(words.removeprefix(NEW + "/")):
        return Address(None, words.removeprefix(NEW + "/"))
    found = _URL.fullmatch(words)
    if found is not None:
        return Address(found["id"])
    given = words.removeprefix(_PREFIX)
    if words.startswith(_PREFIX) and _ID.fullmatch(given):
        return Address(given)
    if _COPY.fullmatch(words):
        raise UsageError("address-of-copy", address=words)
    raise UsageError("address-of-other" if _OTHER.fullmatch(words) else "not-a-sheets-address", address=words)

"""Which number formats show a number as a date or a time."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final, Literal

from lxml import etree

from custbook_gen.backends.excel.markup import MAIN

DateKind = Literal["date", "time"]

_BUILT_IN: Final[Mapping[int, DateKind]] = MappingProxyType(
    {
        **dict.fromkeys((*range(14, 18), 22, *range(27, 32), 36, *range(50, 55), 57, 58), "date"),
        **dict.fromkeys((*range(18, 22), *range(32, 36), *range(45, 48), 55, 56), "time"),
    }
)
_LONGEST: Final = 1_000
"""Characters; programs accept 255."""
_ELAPSED: Final = re.compile(r"\[(h+|m+|s+)\]", re.IGNORECASE)
# Quoted text, bracketed colours and conditions, escaped, skipped and filling characters, exponents.
_NO_CODE: Final = re.compile(r'"[^"]*"?|\[[^\]]*\]|[\\_*].|general|e[+-]', re.IGNORECASE | re.DOTALL)


def date_kind(code: str) -> DateKind | None:
    """What a number format's code shows: a date (with or without time), a time alone, or neither."""
    if len(code) > _LONGEST:
        return None
    bare = _NO_CODE.sub("", _ELAPSED.sub(r"\1", code)).lower()
    if "y" in bare or "d" in bare:
        return "date"
    if "h" in bare or "s" in bare:
        return "time"
    return "date" if "m" in bare else None


def date_styles(styles: etree._Element) -> Sequence[DateKind | None]:
    """For each cell format of a styles part, whether its numbers are dates.

    Args:
        styles: root element of the styles part.

    Returns:
        One entry per ``s`` index that cells may carry.
    """
    custom = {
        number.get("numFmtId"): date_kind(number.get("formatCode", ""))
        for number in styles.iterfind(f"{{{MAIN}}}numFmts/{{{MAIN}}}numFmt")
    }

    def kind(identity: str) -> DateKind | None:
        if identity in custom:
            return custom[identity]
        return _BUILT_IN.get(int(identity)) if identity.isdecimal() else None

    return tuple(kind(xf.get("numFmtId", "0")) for xf in styles.iterfind(f"{{{MAIN}}}cellXfs/{{{MAIN}}}xf"))

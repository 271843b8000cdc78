"""One cell as SpreadsheetML: text that survives XML, numbers, truth, formulas with values.

Text is written inline (``t="inlineStr"``), never evaluated, whatever it starts with.
XML cannot hold control characters, lone surrogates, U+FFFE and U+FFFF, and folds a
carriage return; the format's own ``_xHHHH_`` notation carries them, and text that only
looks like that notation has its underscore escaped the same way.
"""

from __future__ import annotations

import re
from decimal import Decimal
from math import isfinite
from typing import Final

from custbook_gen.portions import SEPARATOR
from custbook_gen.workbook import MAX_COLUMNS, MAX_ROWS, MAX_TEXT, Cell, Formula

MAX_FORMULA: Final = 8_192
PRESERVE: Final = ' xml:space="preserve"'

QUOTED: Final = frozenset("=+-@\t\r'")
"""What a text begins with that would be something else, were it typed."""
_LARGEST: Final = 1.7976931348623157e308
_FORBIDDEN_BETWEEN: Final = "\x00-\x08\x0b-\x1e\ufffe\uffff\ud800-\udfff"
_FORBIDDEN: Final = f"{SEPARATOR}{_FORBIDDEN_BETWEEN}"
# An underscore must be escaped before a real notation, and before four digits whose closing
# underscore would only appear once the forbidden character after them has been escaped.
_UNSAFE, _UNSAFE_BETWEEN = (
    re.compile(f"[{forbidden}]|_(?=x[0-9A-Fa-f]{{4}}[_{forbidden}])")
    for forbidden in (_FORBIDDEN, _FORBIDDEN_BETWEEN)
)
_NOTATION: Final = re.compile("_x([0-9A-Fa-f]{4})_")
_PAIR: Final = re.compile("[\ud800-\udbff][\udc00-\udfff]")


def escape(text: str) -> str:
    """Text as it may stand in an element of a part (an attribute would need its quotes escaped too).

    Args:
        text: any Python text, lone surrogates included.

    Returns:
        XML-safe text that spreadsheet programs decode back to ``text``.

    Raises:
        ValueError: the text is longer than a cell holds (32,767 UTF-16 units).
    """
    if utf16_units(text) > MAX_TEXT:
        raise ValueError(f"text of over {MAX_TEXT:,} characters")
    return notation(_markup(text))


def notation(text: str) -> str:
    """Text with everything that XML cannot hold in ``_xHHHH_`` notation, its markup as it is."""
    return _UNSAFE.sub(_noted, text)


def notation_between(joined: str) -> str:
    """The same for many texts at once, none of which holds the separator between them."""
    return _UNSAFE_BETWEEN.sub(_noted, joined)


def _noted(found: re.Match[str]) -> str:
    return f"_x{ord(found[0]):04X}_"


def unescape(text: str) -> str:
    """The text behind the ``_xHHHH_`` notation; the inverse of :func:`escape` after XML parsing."""
    if "_x" not in text:
        return text
    decoded = _NOTATION.sub(lambda found: chr(int(found[1], 16)), text)
    return _PAIR.sub(lambda pair: pair[0].encode("utf-16", "surrogatepass").decode("utf-16"), decoded)


def utf16_units(text: str) -> int:
    """Length as spreadsheets count it: characters beyond U+FFFF count as two."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def needs_space(text: str) -> bool:
    """Whether ``<t>`` needs ``xml:space="preserve"``: blanks at an edge or in a run, line breaks."""
    return text.startswith(" ") or text.endswith(" ") or "\n" in text or "\t" in text or "  " in text


def needs_quote(text: str) -> bool:
    """Whether the cell format needs ``quotePrefix``, so that editing the text keeps it text."""
    return text[:1] in QUOTED


def letters(column: int) -> str:
    """A column's letters: ``A`` for 1, ``XFD`` for 16,384.

    Raises:
        ValueError: there is no such column.
    """
    if not 1 <= column <= MAX_COLUMNS:
        raise ValueError(f"no column {column}")
    name = ""
    while column:
        column, digit = divmod(column - 1, 26)
        name = chr(65 + digit) + name
    return name


def number_text(value: float | Decimal) -> str:
    """The text that says a number exactly; of a float the shortest that reads back as it.

    Raises:
        ValueError: not a number, infinite, or beyond the range of a double.
    """
    if isinstance(value, float):
        if not isfinite(value):
            raise ValueError(f"{value} is not a number a cell can hold")
        text = float.__repr__(value).removesuffix(".0")
    else:
        if isinstance(value, Decimal) and not value.is_finite():
            raise ValueError(f"{value} is not a number a cell can hold")
        if not -_LARGEST <= value <= _LARGEST:
            raise ValueError("a number beyond the range of a cell")
        text = str(value)
    return "0" if value == 0 and text.startswith("-") else text


def cell_xml(row: int, column: int, value: Cell | Formula, style: int | None) -> str:
    """One ``<c>`` element.

    Args:
        row: from 1.
        column: from 1.
        value: what the cell holds; empty text makes an empty cell.
        style: index of the cell format, if it is not the default one.

    Raises:
        ValueError: outside the sheet, text or formula too long, or a number that is none.
    """
    if not 1 <= row <= MAX_ROWS:
        raise ValueError(f"no row {row}")
    look = "" if style is None else f' s="{style}"'
    return f'<c r="{letters(column)}{row}"{look}{content_xml(value)}'


def content_xml(value: Cell | Formula) -> str:
    """What follows a cell's reference and style: its type, content and closing tag."""
    if isinstance(value, Formula):
        return formula_xml(formula_text(value.text), value.value)
    if value is None or value == "":
        return "/>"
    if isinstance(value, str):
        return text_xml(value)
    if isinstance(value, bool):
        return f' t="b"><v>{value:d}</v></c>'
    return f"><v>{number_text(value)}</v></c>"


def text_xml(text: str) -> str:
    """Content of a cell with literal text."""
    return f' t="inlineStr"><is><t{PRESERVE if needs_space(text) else ""}>{escape(text)}</t></is></c>'


def formula_xml(formula: str, value: Cell) -> str:
    """Content of a cell with a formula, already XML-safe, and its value.

    No value counts as empty text, the nearest thing to nothing that a formula can give.
    """
    if value is None or isinstance(value, str):
        return f' t="str"><f>{formula}</f><v>{escape(value or "")}</v></c>'
    if isinstance(value, bool):
        return f' t="b"><f>{formula}</f><v>{value:d}</v></c>'
    return f"><f>{formula}</f><v>{number_text(value)}</v></c>"


def formula_text(text: str) -> str:
    """A formula without ``=`` as XML-safe text.

    Raises:
        ValueError: it is empty, starts with ``=``, or is longer than 8,192 UTF-16 units.
    """
    if not text or text.startswith("="):
        raise ValueError(f"not a formula without its equals sign: {text!r}")
    if utf16_units(text) > MAX_FORMULA:
        raise ValueError(f"formula of over {MAX_FORMULA:,} characters")
    return notation(_markup(text))


def _markup(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

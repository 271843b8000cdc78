"""One value, two faces: what a record holds and what a cell shows.

Nothing outside this package converts a cell.
"""

from custbook_gen.values.choice import (
    JOINER,
    SEPARATOR,
    References,
    Vocabulary,
    fold,
    nearest,
    references,
    shown_label,
)
from custbook_gen.values.converter import (
    Converter,
    Words,
    as_read,
    converter,
    display,
    is_blank,
    number_format,
    yes_no,
)
from custbook_gen.values.format import formatted_cell
from custbook_gen.values.number import (
    canonical,
    date_to_serial,
    exact,
    plain,
    read_date,
    read_number,
    round_half_up,
    widest,
)
from custbook_gen.values.reading import Note, Reading
from custbook_gen.values.text import as_text, show_phone, shown

__all__ = [
    "JOINER",
    "SEPARATOR",
    "Converter",
    "Note",
    "Reading",
    "References",
    "Vocabulary",
    "Words",
    "as_read",
    "as_text",
    "canonical",
    "converter",
    "date_to_serial",
    "display",
    "exact",
    "fold",
    "formatted_cell",
    "is_blank",
    "nearest",
    "number_format",
    "plain",
    "read_date",
    "read_number",
    "references",
    "round_half_up",
    "show_phone",
    "shown",
    "shown_label",
    "widest",
    "yes_no",
]

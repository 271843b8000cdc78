"""What of an entry sheet's furniture is not as planned, and what puts it right.

The plan says what our parts of a sheet look like, the workbook what was found; every
difference that hinders somebody becomes a :class:`Damage` with a name.  ``check`` tells it,
``sync`` repairs it.  Ours are: input rules, the kind of a column's number format, locks, the
coloured marks, the sheet's guard, its frozen head, its filter, the hidden row of machine keys,
the columns beside the table that are left open; of other tabs of ours the guard.
Colours, fonts, widths, other formats of the same kind, other frozen panes, criteria of filters,
hidden rows, people's own formats and columns are theirs: they are left alone.
"""

from __future__ import annotations

from custbook_gen.mending.found import Damage, Found
from custbook_gen.mending.tabs import is_unguarded, lost_guard, shadows, tab_issues
from custbook_gen.mending.telling import damage_issues, damages, name_issues, repairs

__all__ = [
    "Damage",
    "Found",
    "damage_issues",
    "damages",
    "is_unguarded",
    "lost_guard",
    "name_issues",
    "repairs",
    "shadows",
    "tab_issues",
]

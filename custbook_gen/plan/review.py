"""The tabs of issues and conflicts: what people have to look at, and where they decide.

No cell of their rows is locked, so that rows can be sorted and filtered under protection; all
but the decisions refuse typing by a rule.  Which choices a row's dropdown offers stands in a
hidden column, so that it stays right wherever sorting takes the row.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from custbook_gen import theme
from custbook_gen.decisions import (
    CHOICES_LIST,
    CONFLICT_SHOWN,
    DECISION,
    HIDDEN,
    ISSUE_SHOWN,
    NOTE,
    OPTIONS_LIST,
    Line,
)
from custbook_gen.layout import CONFLICTS, ISSUES, letters, span
from custbook_gen.plan.pages import LINE, line_count
from custbook_gen.plan.view import View
from custbook_gen.texts import Lang, say
from custbook_gen.value_objects import value_object
from custbook_gen.wording import one_line
from custbook_gen.workbook import (
    Cell,
    ColumnPlan,
    ConditionalFormat,
    PrintSetup,
    Protection,
    Rule,
    SheetPlan,
    StyledCell,
    TablePlan,
)

SHOWN: Final = 1_000
"""Rows of a tab at most; a sentence tells how many more there are."""
KEY_ROW: Final = 1
TITLE_ROW: Final = 2
TEXT_ROW: Final = 3
MORE_ROW: Final = 4
HEADER_ROW: Final = 5
FIRST_ROW: Final = 6
SMALL: Final = 14.0
"""Height of a line of the small text above the rows, in points."""
LONGEST: Final = 500
"""Characters of a text that are shown."""

WIDTHS: Final[Mapping[str, float]] = {
    "severity": 9,
    "sheet": 15,
    "record": 28,
    "field": 16,
    "cell": 10,
    "value": 24,
    "message": 60,
    "suggestion": 22,
    "base": 28,
    "mine": 28,
    "theirs": 28,
    "who": 18,
    "when": 17,
    DECISION: 24,
    NOTE: 32,
}
_CELL: Final = replace(theme.TEXT, border=True, locked=False, number_format="@", horizontal="left")
_LOOKS: Final = {
    "cell": replace(_CELL, color=theme.LINK, underline=True),
    DECISION: replace(_CELL, bold=True, color=theme.ACCENT),
    NOTE: replace(_CELL, color=theme.MUTED),
}


@value_object
class _Tab:
    """One of the two tabs: its key, its columns and what it says above them."""

    key: str
    columns: tuple[str, ...]
    text: str


def issues_sheet(view: View, lines: Sequence[Line]) -> SheetPlan:
    """The tab of issues: everything that is wrong or doubtful in the workbook.

    Args:
        view: what the workbook shows.
        lines: its rows, the most urgent first.
    """
    text = say("review.no-issues", view.lang)
    if lines:
        kinds = Counter("missing" if line.code == "row-missing" else line.shown["severity"] for line in lines)
        error, warning = (one_line(f"severity.{name}", view.lang) for name in ("error", "warning"))
        facts = {"errors": kinds[error], "warnings": kinds[warning], "missing": kinds["missing"]}
        text = say("review.issues", view.lang, **facts)
    sheet = _sheet(view, _Tab(ISSUES, ISSUE_SHOWN, text), lines)
    first = f"$A{FIRST_ROW}"
    severities = tuple(
        ConditionalFormat(_area(1), f'{first}="{one_line(f"severity.{name}", view.lang)}"', fill, color)
        for name, fill, color in (
            ("error", theme.HELD, theme.HELD_INK),
            ("warning", theme.MISSING, theme.INK),
        )
    )
    return replace(sheet, conditional_formats=(*sheet.conditional_formats, *severities))


def conflicts_sheet(view: View, lines: Sequence[Line]) -> SheetPlan:
    """The tab of conflicts: fields that were changed here and by somebody else."""
    text = say("review.no-conflicts", view.lang)
    if lines:
        text = say("review.conflicts", view.lang, count=len(lines))
    return _sheet(view, _Tab(CONFLICTS, CONFLICT_SHOWN, text), lines)


def _sheet(view: View, tab: _Tab, lines: Sequence[Line]) -> SheetPlan:
    order, lang = (*tab.columns, DECISION, NOTE, *HIDDEN), view.lang
    shown, title = lines[:SHOWN], view.layout.titles[tab.key]
    rows = [_cells(line, tab.columns, order) for line in shown]
    cell = order.index("cell") + 1
    more = say("review.all", lang) if lines else ""
    if len(lines) > SHOWN:
        more = say("review.more", lang, shown=SHOWN, more=len(lines) - SHOWN)
    texts = {
        TITLE_ROW: StyledCell(title, theme.TITLE),
        TEXT_ROW: StyledCell(tab.text, theme.TEXT),
        MORE_ROW: StyledCell(more, replace(theme.SUBTITLE, wrap=True)),
    }
    wide = len(tab.columns) + 2
    broad = sum(map(_width, order[:wide]))
    heights = {TITLE_ROW: 30.0, TEXT_ROW: _height(tab.text, broad), MORE_ROW: _height(more, broad, SMALL)}
    for number, row in enumerate(rows, FIRST_ROW):
        pairs = zip(order, row, strict=True)
        heights[number] = max(
            _height(str(cell or ""), _width(key)) for key, cell in pairs if key not in HIDDEN
        )
    return SheetPlan(
        key=tab.key,
        title=title,
        tab_color=theme.HELD_INK,
        cells={(row, 1): one for row, one in texts.items()},
        table=TablePlan(
            KEY_ROW,
            HEADER_ROW,
            FIRST_ROW,
            tuple(_column(key, order, lang) for key in order),
            rows,
            header_height=30.0,
            last_rule_row=FIRST_ROW + SHOWN - 1,
            links={(row, cell): line.link for row, line in enumerate(shown, FIRST_ROW) if line.link},
        ),
        heights=heights,
        merges=tuple(span((row, 1), (row, wide)) for row in (TEXT_ROW, MORE_ROW)),
        freeze=(FIRST_ROW, 1),
        filter=True,
        gridlines=False,
        protection=Protection(),
        conditional_formats=(_undecided(order),),
        print_setup=PrintSetup(landscape=True, title_rows=(HEADER_ROW, HEADER_ROW)),
    )


def _cells(line: Line, columns: Sequence[str], order: Sequence[str]) -> tuple[Cell, ...]:
    texts = {**line.shown, DECISION: line.decision, NOTE: line.note, **line.hidden(columns)}
    return tuple(texts.get(key) or None for key in order)


def _column(key: str, order: Sequence[str], lang: Lang) -> ColumnPlan:
    hidden = key in HIDDEN
    title = key if hidden else one_line(f"review.{key}", lang)
    head = theme.REQUIRED_HEAD if key == DECISION else theme.COMPUTED_HEAD
    rule = _decision_rule(order, lang) if key == DECISION else _locked_rule(lang)
    return ColumnPlan(key, title, head, _LOOKS.get(key, _CELL), _width(key), rule, hidden=hidden)


def _height(text: str, width: float, line: float = LINE) -> float:
    """The height that a text needs in a cell, in points."""
    return line_count(text, width - 2) * line + 4


def _width(key: str) -> float:
    return WIDTHS.get(key, 12.0)


def _decision_rule(order: Sequence[str], lang: Lang) -> Rule:
    """A dropdown of the choices that the row's hidden column names."""
    same = f"--({OPTIONS_LIST}=${letters(order.index('_options') + 1)}{FIRST_ROW})"
    found = f"OFFSET({CHOICES_LIST},MATCH(1,INDEX({same},0),0)-1,0,SUMPRODUCT({same}),1)"
    title = one_line("review.decision", lang)
    return Rule(
        "list",
        formula1=found,
        prompt_title=title,
        prompt=say("prompt.decision", lang),
        error_title=title,
        error=say("refuse.decision", lang),
    )


def _locked_rule(lang: Lang) -> Rule:
    return Rule("custom", formula1="FALSE", error=say("refuse.locked", lang))


def _undecided(order: Sequence[str]) -> ConditionalFormat:
    """Cells that wait for a decision are yellow, as empty cells are that must be filled."""
    decision, options = (order.index(key) + 1 for key in (DECISION, "_options"))
    own, kind = f"${letters(decision)}{FIRST_ROW}", f"${letters(options)}{FIRST_ROW}"
    return ConditionalFormat(_area(decision), f'AND({own}="",{kind}<>"",{kind}<>"later")', theme.MISSING)


def _area(column: int) -> str:
    return span((FIRST_ROW, column), (FIRST_ROW + SHOWN - 1, column))

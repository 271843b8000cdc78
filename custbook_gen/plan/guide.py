"""The guide tab: how to work with this book, written from the schema."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from custbook_gen import theme
from custbook_gen.layout import GUIDE, absolute, header, span
from custbook_gen.plan.entry import header_style
from custbook_gen.plan.view import View
from custbook_gen.schema import Sheet
from custbook_gen.texts import say
from custbook_gen.wording import need_word, one_line, rule_words
from custbook_gen.workbook import Cell, PrintSetup, Protection, SheetPlan, Style, StyledCell

WIDTHS: Final = {1: 22.0, 2: 12.0, 3: 46.0, 4: 24.0, 5: 46.0}
LAST: Final = 5
STEPS: Final = 6
LINE: Final = 16.0
"""Height of one line of text, in points."""


@dataclass(slots=True)
class Page:
    """A page that is written from top to bottom."""

    cells: dict[tuple[int, int], StyledCell] = field(default_factory=dict)
    heights: dict[int, float] = field(default_factory=dict)
    merges: list[str] = field(default_factory=list)
    row: int = 1

    def put(self, column: int, value: Cell, style: Style, link: str | None = None) -> None:
        """One cell of the current row."""
        self.cells[self.row, column] = StyledCell(value, style, link)

    def across(self, value: str, style: Style) -> None:
        """One text over the whole width, with the height that its lines need."""
        self.put(1, value, style)
        self.merges.append(span((self.row, 1), (self.row, LAST)))
        width = sum(WIDTHS.values())
        lines = sum(1 + int(theme.text_width(line) // width) for line in value.split("\n"))
        self.heights[self.row] = max(lines * LINE, style.size * 1.6)
        self.row += 1

    def fit(self, values: dict[int, str]) -> None:
        """Give the current row the height that its longest cell needs, and go on."""
        lines = [
            sum(1 + int(theme.text_width(line) // (WIDTHS[column] - 1)) for line in text.split("\n"))
            for column, text in values.items()
        ]
        self.heights[self.row] = max(lines, default=1) * LINE + 2
        self.row += 1


def guide_sheet(view: View) -> SheetPlan:
    """The plan of the guide tab."""
    page = Page()
    page.across(view.book.label.line(view.lang), theme.TITLE)
    page.across(say("guide.intro", view.lang), theme.TEXT)
    page.row += 1
    page.across(one_line("guide.steps", view.lang), theme.SECTION)
    for number in range(1, STEPS + 1):
        page.across(f"{number}. {say(f'guide.step{number}', view.lang)}", theme.TEXT)
    page.row += 1
    _colours(view, page)
    for sheet in view.book.sheets:
        page.row += 1
        _sheet_part(view, sheet, page)
    return SheetPlan(
        key=GUIDE,
        title=view.layout.titles[GUIDE],
        tab_color=theme.TAB_GUIDE,
        cells=page.cells,
        widths=WIDTHS,
        heights=page.heights,
        merges=tuple(page.merges),
        gridlines=False,
        protection=Protection(sort_filter=False, rows=False),
        print_setup=PrintSetup(landscape=True),
    )


def _colours(view: View, page: Page) -> None:
    page.across(one_line("guide.colours", view.lang), theme.SECTION)
    samples = {
        "required": replace(theme.HEADER, fill=theme.ACCENT),
        "optional": theme.HEADER,
        "computed": replace(theme.HEADER, fill=theme.COMPUTED_HEAD),
        "held": replace(theme.LABEL, fill=theme.HELD, color=theme.HELD_INK),
        "missing": replace(theme.LABEL, fill=theme.MISSING),
    }
    for name, style in samples.items():
        page.put(1, one_line(f"guide.colour-{name}", view.lang), style)
        meaning = one_line(f"guide.colour-{name}-means", view.lang)
        page.put(2, meaning, theme.TEXT)
        page.merges.append(span((page.row, 2), (page.row, LAST)))
        page.heights[page.row] = LINE * (1 + theme.text_width(meaning) // 110)
        page.row += 1


def _sheet_part(view: View, sheet: Sheet, page: Page) -> None:
    """One sheet's heading with a link to it, and a row per field."""
    here = view.layout.sheets[sheet.key]
    link = absolute(here.title, (here.header_row, 1)).replace("$", "")
    page.put(1, sheet.label.line(view.lang), theme.SECTION)
    page.put(2, one_line("guide.open", view.lang), theme.HYPERLINK, link)
    page.heights[page.row] = 22
    page.row += 1
    if sheet.help is not None:
        page.across(sheet.help.text(view.lang), theme.TEXT)
    for column, name in enumerate(("field", "need", "meaning", "example", "rule"), 1):
        page.put(column, one_line(f"guide.head-{name}", view.lang), theme.TABLE_HEAD)
    page.row += 1
    for name, style, texts in _field_rows(view, sheet):
        page.put(1, name, style)
        for column, text in texts.items():
            page.put(column, text or None, replace(theme.TEXT, border=True))
        page.fit({1: name, **texts})


def _field_rows(view: View, sheet: Sheet) -> Iterator[tuple[str, Style, dict[int, str]]]:
    for item in sheet.fields:
        texts = {
            2: need_word(item, view.lang),
            3: item.help.text(view.lang) if item.help else "",
            4: item.example or "",
            5: rule_words(item, view.book, view.lang),
        }
        yield header(sheet, item.key, view.lang), header_style(item), texts

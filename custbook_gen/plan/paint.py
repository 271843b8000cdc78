"""The colours of values: cells that hold a coloured one take its colour.

Which label has which colour stands in the hidden lists, so that sync brings renamed and
recoloured values up to date; the formats themselves, one per colour of a column, are drawn
with a new workbook only.
"""

from __future__ import annotations

from collections.abc import Iterator

from custbook_gen import theme
from custbook_gen.dictionary import COLORS, color_of
from custbook_gen.layout import PATH, SheetLayout, letters, list_name, span
from custbook_gen.plan.view import View
from custbook_gen.schema import Book, Category, Sheet
from custbook_gen.workbook import ConditionalFormat


def paint_name(category: str) -> str:
    """The defined name of the list of a category's coloured labels."""
    return list_name("paint", category)


def is_painted(book: Book, category: Category) -> bool:
    """Whether values of a category have colours, or may be given some."""
    coloured = any(choice.color is not None for choice in category.choices)
    return coloured or (category.editable and book.dictionary is not None)


def paint_list(view: View, category: Category) -> list[str]:
    """Every coloured label of a category with its colour, as the formats look them up."""
    labels = view.words.vocabularies[category.key].labels
    coloured = [choice for choice in category.choices if choice.color is not None]
    return [f"{labels[choice.code]}{PATH}{choice.color}" for choice in coloured]


def paints(view: View, sheet: Sheet, here: SheetLayout, end: int) -> tuple[ConditionalFormat, ...]:
    """The formats that colour the cells of a sheet down to a row."""
    if sheet.holds == "choices":
        return tuple(_dictionary_paints(view, sheet, here, end))
    columns: dict[str, list[int]] = {}
    for item in sheet.fields:
        if item.kind == "enum" and item.key in here.columns:
            columns.setdefault(str(item.category), []).append(here.columns[item.key])
    return tuple(
        _paint(color, some, here, end, f'SUMPRODUCT(--({paint_name(name)}={{}}&"{PATH}{color}"))>0')
        for name, some in columns.items()
        for color in dict.fromkeys(choice.color for choice in view.book.category(name).choices)
        if color is not None
    )


def _dictionary_paints(view: View, sheet: Sheet, here: SheetLayout, end: int) -> Iterator[ConditionalFormat]:
    """The column of colours in the dictionary shows what it says: names, and digits in use."""
    if "color" not in here.columns:
        return
    used = [color_of(text) for _, text in view.tables[sheet.key].column("color")]
    for color in dict.fromkeys((*COLORS, *used)):
        if color is None:
            continue
        names = (color, f"#{color}", *COLORS.get(color, ()))
        written = ",".join(f'{{0}}="{name}"' for name in dict.fromkeys(names))
        yield _paint(color, [here.columns["color"]], here, end, f"OR({written})")


def _paint(color: str, columns: list[int], here: SheetLayout, end: int, formula: str) -> ConditionalFormat:
    """A format over whole columns; the formula has a place for their first cell, the leftmost."""
    columns = sorted(columns)
    ranges = " ".join(span((here.first_row, column), (end, column)) for column in columns)
    corner = f"{letters(columns[0])}{here.first_row}"
    return ConditionalFormat(ranges, formula.format(corner), color, theme.ink_on(color))

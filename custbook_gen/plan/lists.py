"""The hidden sheet of lists that every dropdown draws from, and their defined names.

A list is never written into a rule itself: names know no length limit and survive every
program.  Ranges are exact, without blank cells, so that "ignore blank" lets nothing in.
Values out of use are not offered any more; cells that hold them stay valid.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest

from custbook_gen import theme
from custbook_gen.decisions import CHOICES, CHOICES_LIST, OPTIONS_LIST, choice_word
from custbook_gen.layout import LISTS, PATH, YES_NO, absolute, list_name
from custbook_gen.patterns import LONGEST, POSITIONS
from custbook_gen.plan.paint import is_painted, paint_list, paint_name
from custbook_gen.plan.view import View
from custbook_gen.schema import Book, Category
from custbook_gen.texts import say
from custbook_gen.value_objects import value_object
from custbook_gen.values import yes_no
from custbook_gen.workbook import Cell, ColumnPlan, Protection, SheetPlan, TablePlan

FIRST = 3


@value_object
class NamedList:
    """One list: its defined name, a heading for people who look, and its values."""

    name: str
    heading: str
    values: Sequence[Cell]
    hint: str | None = None
    """Stands over the values: what is offered while there is nothing to choose from."""

    @property
    def cells(self) -> Sequence[Cell]:
        """The cells of its column, from the first row on."""
        return self.values if self.hint is None else (self.hint, *self.values)


def lists_sheet(view: View) -> SheetPlan:
    """The hidden sheet that holds every list, one per column."""
    lists = list(_lists(view))
    style = theme.formatted(theme.LABEL, "@")
    columns = tuple(
        ColumnPlan(item.name, item.heading, theme.TABLE_HEAD, style, theme.column_width(item.heading, 18))
        for item in lists
    )
    rows = list(zip_longest(*(item.cells for item in lists)))
    return SheetPlan(
        key=LISTS,
        title=view.layout.titles[LISTS],
        state="hidden",
        table=TablePlan(FIRST - 2, FIRST - 1, FIRST, columns, rows),
        freeze=(FIRST, 1),
        protection=Protection(sort_filter=False, rows=False),
    )


def list_keys(book: Book) -> tuple[str, ...]:
    """What always stands above the lists of a book: the names of those that do not depend on its records."""
    nested = {
        category.key: "list" if category.parent is None else "child"
        for category in book.category_by_key.values()
    }
    return (YES_NO, *(list_name(kind, key) for key, kind in nested.items()))


def list_names(view: View) -> dict[str, str]:
    """The defined names of all lists and the ranges they stand for."""
    title = view.layout.titles[LISTS]
    return {
        item.name: absolute(
            title, (FIRST + len(item.cells) - len(item.values), at), (FIRST + len(item.cells) - 1, at)
        )
        for at, item in enumerate(_lists(view), 1)
    }


def _lists(view: View) -> Iterator[NamedList]:
    yield NamedList(YES_NO, "", [yes_no(True, view.lang), yes_no(False, view.lang)])
    for category in view.book.category_by_key.values():
        yield from _category_lists(view, category)
        if is_painted(view.book, category):
            name, heading = paint_name(category.key), f"{category.label.line(view.lang)} *"
            yield NamedList(name, heading, paint_list(view, category) or [PATH])
    for sheet in view.book.sheets:
        if any(field.to == sheet.key for other in view.book.sheets for field in other.fields):
            heading = sheet.label.line(view.lang)
            labels = list(view.words.references[sheet.key].labels.values())
            hint = say("list.empty-sheet", view.lang, sheet=heading).replace("\n", " ")
            yield NamedList(list_name("ref", sheet.key), heading, labels or [hint])
    yield NamedList(POSITIONS, "", range(1, LONGEST + 1))
    pairs = [(options, choice) for options, choices in CHOICES.items() for choice in choices]
    yield NamedList(OPTIONS_LIST, "", [options for options, _ in pairs])
    yield NamedList(CHOICES_LIST, "", [choice_word(choice, view.lang) for _, choice in pairs])


def _category_lists(view: View, category: Category) -> Iterator[NamedList]:
    heading = category.label.line(view.lang)
    labels = view.words.vocabularies[category.key].labels
    if category.parent is None:
        active = [labels[choice.code] for choice in category.choices if choice.active]
        hint = say("list.empty-category", view.lang, category=heading).replace("\n", " ")
        yield NamedList(list_name("list", category.key), heading, active or [hint])
        return
    order = {code: at for at, code in enumerate(view.book.category(category.parent).by_code)}
    nested = sorted((c for c in category.choices if c.active), key=lambda c: order[str(c.parent)])
    paths = [_path(view, category, str(choice.parent)) for choice in nested]
    yield NamedList(list_name("parent", category.key), f"{heading} ↑", paths or [PATH])
    above = view.book.category(category.parent).label.line(view.lang)
    hint = say("list.no-children", view.lang, parent=above).replace("\n", " ")
    children = [labels[c.code] for c in nested] or [PATH]
    yield NamedList(list_name("child", category.key), heading, children, hint)


def _path(view: View, category: Category, parent: str) -> str:
    """The labels of the levels above, from the top, as the cells to the left show them."""
    above = view.book.category(str(category.parent))
    label = view.words.vocabularies[above.key].labels[parent]
    upper = above.by_code[parent].parent
    return label if upper is None else f"{_path(view, above, upper)}{PATH}{label}"

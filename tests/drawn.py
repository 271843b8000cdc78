"""Workbooks drawn by hand, or straight from a plan, as a backend would have read them.

In drawn tables a cell's text stands for itself, save that ``#12.5`` is a number,
``@2024-01-05 14:30`` a date, ``?TRUE`` a truth value, ``!#REF!`` an error, ``{vip}`` the
label of a code (in the workbook's language), ``=A1*2 -> #5`` a formula with its value,
``␣`` a blank and ``↵`` a line break.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from custbook_gen.check import Known, check_book
from custbook_gen.derive import derive
from custbook_gen.finding import find_layout
from custbook_gen.layout import Layout, SheetLayout, column_order, fitted, header, plan_layout, sheet_title
from custbook_gen.plan import Identity, View, book_references
from custbook_gen.records import Change, Table, Tables
from custbook_gen.rules import column_rules
from custbook_gen.schema import Book, Sheet
from custbook_gen.texts import Lang
from custbook_gen.values import Words, date_to_serial, yes_no
from custbook_gen.workbook import (
    Cell,
    CellError,
    Formula,
    Plan,
    RawCell,
    RawRule,
    RawSheet,
    RawWorkbook,
    Rule,
    Serial,
    SheetPlan,
    Style,
)
from tests.strategies import AS_OF, BOOK

LAST_RULE_ROW = 2000


@dataclass(frozen=True)
class FormulaCell:
    """A formula that was found in a cell, with its value."""

    text: str
    value: RawCell = None


Row = Mapping[str, RawCell | FormulaCell]
"""Cells by machine key; any other name is a column of the user's own."""


@dataclass(frozen=True)
class DrawnSheet:
    """One tab: its columns from left to right and its rows of cells."""

    sheet: Sheet
    lang: Lang
    title: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    rules: Mapping[str, Rule | None] = field(default_factory=dict)
    """Rules that are not ours any more, by column."""
    above: int = 0
    """Empty rows over the first one."""
    keyed: bool = True
    """Whether the row of machine keys is still there."""

    @property
    def here(self) -> SheetLayout:
        """Where its columns stand."""
        columns = {key: at for at, key in enumerate(self.columns, 1)}
        top = self.above + (1 if self.keyed else 0)
        return SheetLayout(self.sheet.key, self.title, columns, max(top, 1), top + 1)

    def raw(self) -> RawSheet:
        """The tab as a backend reads it."""
        here, known = self.here, set(column_order(self.sheet))
        heads = {key: header(self.sheet, key, self.lang) for key in self.columns if key in known}
        rows: dict[int, tuple[RawCell, ...]] = {
            here.header_row: tuple(self.headers.get(key, heads.get(key)) for key in self.columns)
        }
        if self.keyed:
            rows[here.key_row] = tuple(key if key in known else None for key in self.columns)
        formulas = {}
        for number, row in enumerate(self.rows, here.first_row):
            cells = [row.get(key) for key in self.columns]
            formulas.update(
                {(number, at): cell.text for at, cell in enumerate(cells, 1) if isinstance(cell, FormulaCell)}
            )
            rows[number] = tuple(cell.value if isinstance(cell, FormulaCell) else cell for cell in cells)
        return RawSheet(self.title, dict(sorted(rows.items())), formulas, tuple(self._raw_rules(known)))

    def _raw_rules(self, known: set[str]) -> list[RawRule]:
        ours = replace(self.here, columns={k: at for k, at in self.here.columns.items() if k in known})
        rules = {**column_rules(self.sheet, ours, self.lang), **self.rules}
        return [
            raw_rule(rule, self.here.first_row, self.here.columns[key], LAST_RULE_ROW)
            for key, rule in rules.items()
            if rule is not None
        ]


def draw(sheet: Sheet, rows: Sequence[Row] = (), lang: Lang = "zh") -> DrawnSheet:
    """A tab as a new workbook would have it, with these rows."""
    return DrawnSheet(sheet, lang, sheet_title(sheet.label.line(lang)), column_order(sheet), tuple(rows))


def workbook(*sheets: DrawnSheet, book: Book = BOOK, lang: Lang = "zh") -> RawWorkbook:
    """A workbook of drawn tabs; sheets of the book that are not given are empty tabs."""
    given = {drawn.sheet.key: drawn for drawn in sheets}
    tabs = [given.get(sheet.key) or draw(sheet, lang=lang) for sheet in book.sheets]
    return RawWorkbook(tuple(tab.raw() for tab in tabs), {}, {}, "digest")


def layout_of(raw: RawWorkbook, book: Book = BOOK, lang: Lang = "zh") -> Layout:
    """Where everything stands in a workbook."""
    return find_layout(book, raw, plan_layout(book, lang), lang)[0]


def tables(rows: Mapping[str, Sequence[Row]], book: Book = BOOK) -> Tables:
    """The records that drawn rows stand for; each must be right."""
    raw = workbook(*(draw(book.sheet(key), some) for key, some in rows.items()), book=book)
    checked = check_book(book, raw, layout_of(raw, book), Known(), "zh", AS_OF)
    assert not list(checked.held()), [issue.message("en") for issue in checked.issues]
    found = {}
    for sheet in book.sheets:
        fields = tuple(item.key for item in sheet.stored_fields)
        found[sheet.key] = Table(
            sheet.key,
            fields,
            {row.key: tuple(row.values[name] for name in fields) for row in checked.rows[sheet.key]},
        )
    return found


# ---------------------------------------------------------------- Markdown


def table_rows(lines: Sequence[str]) -> list[dict[str, str]]:
    """The rows of the Markdown table in some lines, by header."""
    grid = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in lines if "|" in line]
    return [dict(zip(grid[0], cells, strict=True)) for cells in grid[2:]]


def cells_of(rows: Sequence[Mapping[str, str]], sheet: Sheet, words: Words) -> list[Row]:
    """The rows of a drawn table, their cells as a backend would give them."""
    return [{key: _cell(text, key, sheet, words) for key, text in row.items()} for row in rows]


def _cell(text: str, key: str, sheet: Sheet, words: Words) -> RawCell | FormulaCell:
    if text.startswith("="):
        formula, arrow, value = text.partition(" -> ")
        found = _cell(value, key, sheet, words) if arrow else None
        assert not isinstance(found, FormulaCell)
        return FormulaCell(formula[1:], found)
    if text.startswith("#"):
        return float(text[1:])
    if text.startswith("@"):
        moment = dt.datetime.fromisoformat(text[1:])
        return Serial(date_to_serial(moment.date()) + (moment.hour * 60 + moment.minute) / 1440)
    if text.startswith("!"):
        return CellError(text[1:])
    if text in ("?TRUE", "?FALSE"):
        return text == "?TRUE"
    plain = text.replace("␣", " ").replace("↵", "\n")
    return _labels(plain, key, sheet, words) if "{" in plain else plain or None


def _labels(text: str, key: str, sheet: Sheet, words: Words) -> str:
    """A text with codes in braces replaced by their labels."""
    labels = {"yes": yes_no(True, words.lang), "no": yes_no(False, words.lang)}
    category = sheet.field(key).category
    if category is not None:
        labels.update(words.vocabularies[category].labels)
    for code, label in labels.items():
        text = text.replace("{" + code + "}", label)
    return text


# ---------------------------------------------------------------- plans


def view_of(tables: Tables, lang: Lang = "zh", book: Book = BOOK, layout: Layout | None = None) -> View:
    """Records as one workbook shows them."""
    found = layout or plan_layout(book, lang)
    used = {key: here.header_row + len(tables[key].rows) for key, here in found.sheets.items()}
    return View(
        book=book,
        lang=lang,
        layout=fitted(found, book, used),
        words=Words.of(book, lang, book_references(book, tables, lang)),
        tables=tables,
        computed=derive(book, tables, AS_OF),
        as_of=AS_OF,
        identity=Identity("book-1", "workbook-1", "hash", 1),
        schema_text="{}",
    )


def apply(table: Table, changes: Iterable[Change]) -> Table:
    """The table after changes; provisional keys are taken as they are."""
    rows = dict(table.rows)
    for change in changes:
        if change.sheet != table.sheet:
            continue
        if change.kind == "delete":
            rows.pop(change.key, None)
            continue
        values = dict(zip(table.fields, rows.get(change.key, (None,) * len(table.fields)), strict=True))
        rows[change.key] = tuple({**values, **change.after}[field] for field in table.fields)
    return Table(table.sheet, table.fields, rows)


def as_read(plan: Plan) -> RawWorkbook:
    """A planned workbook as it would be read if it were written and nobody touched it."""
    return RawWorkbook(tuple(map(_read_sheet, plan.sheets)), plan.names, plan.properties, "digest")


def _read_sheet(plan: SheetPlan) -> RawSheet:
    grid: dict[tuple[int, int], tuple[Cell | Formula, Style]] = {
        at: (cell.value, cell.style) for at, cell in plan.cells.items()
    }
    rules: list[RawRule] = []
    if plan.table is not None:
        table, text = plan.table, Style()
        for at, column in enumerate(table.columns, 1):
            grid[table.key_row, at] = column.key, text
            grid[table.header_row, at] = column.header, text
            values = [row[at - 1] for row in table.rows]
            if column.formula is not None:
                values += [column.blank_value] * table.blank_rows
            for number, value in enumerate(values, table.first_row):
                found = value if column.formula is None else Formula(column.formula.at(number), value)
                grid[number, at] = found, column.style
            if column.rule is not None:
                rules.append(raw_rule(column.rule, table.first_row, at, table.last_rule_row))
    formulas = {at: value.text for at, (value, _) in grid.items() if isinstance(value, Formula)}
    rows: dict[int, list[RawCell]] = {}
    for (number, at), (content, style) in sorted(grid.items(), key=lambda item: item[0]):
        cells = rows.setdefault(number, [])
        cells += [None] * (at - len(cells) - 1)
        shown = content.value if isinstance(content, Formula) else content
        cells.append(as_found(shown, style.number_format))
    return RawSheet(
        plan.title,
        {number: tuple(cells) for number, cells in rows.items()},
        formulas,
        tuple(rules),
        plan.state,
    )


def as_found(value: Cell, number_format: str = "General") -> RawCell:
    """A value as a spreadsheet keeps it: numbers with 15 digits, dates by their format."""
    if value is None or isinstance(value, str | bool):
        return value
    number = float(f"{float(value):.15g}")
    return Serial(number) if number_format.startswith("yyyy") else number


def raw_rule(rule: Rule, first_row: int, column: int, last_row: int) -> RawRule:
    """A rule as it is found over rows of one column."""
    area = (first_row, column, last_row, column)
    rejects = rule.rejects and rule.kind != "any"
    return RawRule(rule.kind, rule.operator, rule.formula1, rule.formula2, rejects, (area,))

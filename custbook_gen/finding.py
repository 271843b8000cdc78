"""Where everything stands in a workbook that came back, and what changed its place.

Sheets are recognised by their machine keys, columns by theirs, so people may rename tabs and
headers and move columns.  Where a machine key is lost, the header tells; where two headers
contradict their machine keys, nobody can tell, and neither column is read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace

from custbook_gen.heads import MACHINE_KEY, header_row, is_head, lacks_headers
from custbook_gen.issues import Issue, Place
from custbook_gen.layout import (
    SEARCH_ROWS,
    STATUS,
    Layout,
    SheetLayout,
    address,
    column_order,
    header,
    letters,
)
from custbook_gen.schema import Book, Sheet
from custbook_gen.texts import LANGS, Lang
from custbook_gen.value_objects import value_object
from custbook_gen.workbook import RawSheet, RawWorkbook

Names = Mapping[str, Sequence[str]]
"""What the header of each column may read, by its machine key."""


@value_object
class Written:
    """What a workbook was written by: the book, the titles that its tabs had then, and where columns stood.

    Sheets whose columns stood in the order of the book are not among the columns.
    """

    book: Book
    titles: Mapping[str, str]
    columns: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    def had(self, sheet: Sheet) -> bool:
        """Whether there was such a sheet when the workbook was written."""
        return sheet.key in self.book.sheet_by_key

    def stood(self, sheet: Sheet) -> Mapping[str, int]:
        """Where the columns of a sheet stood when the workbook was written."""
        former = self.book.sheet_by_key.get(sheet.key)
        usual = {key: at for at, key in enumerate(column_order(former), 1)} if former is not None else {}
        return self.columns.get(sheet.key) or usual


def find_layout(
    book: Book, raw: RawWorkbook, planned: Layout, lang: Lang, written: Written | None = None
) -> tuple[Layout, list[Issue]]:
    """Where everything is in a workbook that came back, and what changed its place.

    A sheet that is not found is missing from the result, and so is a lost column from
    its sheet; both are named in the issues.

    Args:
        book: the schema.
        raw: the workbook.
        planned: where everything goes in a new one.
        lang: the workbook's language.
        written: what it was written by; headers and titles that still read so were not renamed.
    """
    issues: list[Issue] = []
    sheets: dict[str, SheetLayout] = {}
    taken: set[str] = set()
    for sheet in book.sheets:
        expected = planned.sheets[sheet.key]
        names = _header_names(sheet, tuple(expected.columns), written)
        found = _find_sheet(sheet, expected, raw, taken, names)
        if found is None:
            issues.append(_absent(sheet, expected, raw, written))
            continue
        taken.add(found.title)
        if sheet.key_field in found.withheld:
            issues += _contradictions(sheet, found, lang)
            continue
        if sheet.key_field not in found.columns:
            label = header(sheet, sheet.key_field, lang).replace("\n", " ")
            place = Place(sheet.key, found.title, None, sheet.key_field, label, found.place(None, None))
            issues.append(Issue("key-missing", place))
            continue
        if found.title not in (expected.title, written.titles.get(sheet.key) if written else None):
            place = Place(sheet.key, found.title, cell=address(found.title, None, None))
            issues.append(Issue("sheet-renamed", place, facts={"expected": expected.title}))
        sheets[sheet.key] = found
        raw_sheet = raw.sheet(found.title)
        assert raw_sheet is not None  # noqa: S101  (just found there)
        stood = written.stood(sheet) if written is not None else expected.columns
        issues += _column_issues(sheet, stood, found, raw_sheet, (names, lang))
        issues += _key_row_issues(sheet, found, raw_sheet, lang)
    others = [tab for tab in raw.sheets if tab.title not in taken]
    copied = list(_copied_tabs(book, sheets, others))
    copies = {issue.place.title for issue in copied}
    known = copies | set(planned.titles.values())
    issues += [*copied, *_resting_tabs(book, [tab for tab in others if tab.title not in known])]
    titles = {key: title for key, title in planned.titles.items() if raw.sheet(title) is not None}
    return Layout(sheets, titles), issues


def _absent(sheet: Sheet, expected: SheetLayout, raw: RawWorkbook, written: Written | None) -> Issue:
    """A sheet that is not found: it came into the book since, lost its head, or is gone."""
    if written is not None and not written.had(sheet):
        return Issue("sheet-new", Place(sheet.key, expected.title))
    title = written.titles.get(sheet.key, expected.title) if written is not None else expected.title
    if raw.sheet(title) is None:
        return Issue("sheet-missing", Place(sheet.key, expected.title))
    return Issue("sheet-headless", Place(sheet.key, title, cell=address(title, None, None)))


def _copied_tabs(book: Book, found: Mapping[str, SheetLayout], others: Sequence[RawSheet]) -> Iterator[Issue]:
    """Tabs with the machine keys of a sheet that stands elsewhere: nothing that is typed there is read."""
    for tab in others:
        rows = (tab.rows.get(row, ()) for row in range(1, SEARCH_ROWS + 1))
        heads = [{cell for cell in cells if isinstance(cell, str)} for cells in rows]
        for key, here in found.items():
            most = max(
                (len(cells & here.columns.keys()) for cells in heads if book.sheet(key).key_field in cells),
                default=0,
            )
            if 2 * most > len(here.columns):
                place = Place(key, tab.title, cell=address(tab.title, None, None))
                yield Issue("sheet-twice", place, facts={"kept": here.title})


def _resting_tabs(book: Book, others: Sequence[RawSheet]) -> Iterator[Issue]:
    """Tabs with the machine keys of a sheet that the book does not have, and something below them."""
    known = [sheet.by_key.keys() for sheet in book.sheets]
    for tab in others:
        for row in tab.top_rows(SEARCH_ROWS):
            keys = {cell for cell in tab.rows[row] if isinstance(cell, str) and MACHINE_KEY.fullmatch(cell)}
            if STATUS not in tab.rows[row] or not keys or any(keys <= some for some in known):
                continue
            below = (cells for number, cells in tab.rows.items() if number > row + 1)
            if any(cell not in (None, "") for cells in below for cell in cells):
                yield Issue("sheet-resting", Place("", tab.title, cell=address(tab.title, None, None)))
            break


def find_by_texts(
    raw: RawWorkbook, held: Mapping[str, Sequence[str]], taken: Collection[str]
) -> dict[str, str]:
    """The titles of tabs that are known by what they hold; none where two tabs may be meant, or two keys.

    Args:
        raw: the workbook.
        held: the texts of each tab by key: the first of them, and most of all, must be there.
        taken: titles of tabs that are others.
    """
    texts = {tab.title: _texts(tab) for tab in raw.sheets if tab.title not in taken}
    found: dict[str, str] = {}
    for key, wanted in held.items():
        likely = [title for title, there in texts.items() if _are_said(wanted, there)]
        if len(likely) == 1:
            found[key] = likely[0]
    several = Counter(found.values())
    return {key: title for key, title in found.items() if several[title] == 1}


def holds(tab: RawSheet, wanted: Sequence[str]) -> bool:
    """Whether the first of these texts stands on a tab, and most of them; true where none is asked for."""
    return not wanted or _are_said(wanted, _texts(tab))


def _are_said(wanted: Sequence[str], there: Collection[str]) -> bool:
    known = set(wanted)
    return wanted[0] in there and len(known.intersection(there)) * 2 > len(known)


def _texts(tab: RawSheet) -> set[str]:
    return {cell.replace("\n", " ") for cells in tab.rows.values() for cell in cells if isinstance(cell, str)}


def _find_sheet(
    sheet: Sheet, expected: SheetLayout, raw: RawWorkbook, taken: set[str], names: Names
) -> SheetLayout | None:
    """The tab that holds a sheet: the one of its title, else the one most like it."""
    ways = ({key: key for key in names}, 0), ({name: key for key in names for name in names[key]}, 1)
    candidates = [_find_columns(sheet, names, tab, ways) for tab in raw.sheets if tab.title not in taken]

    def likeness(found: SheetLayout) -> tuple[bool, bool, int]:
        return sheet.key_field in found.columns, found.title == expected.title, len(found.columns)

    return max((found for found in candidates if found is not None), key=likeness, default=None)


def _find_columns(
    sheet: Sheet, headers: Names, tab: RawSheet, ways: Sequence[tuple[Mapping[str, str], int]]
) -> SheetLayout | None:
    """A tab's columns by the row of machine keys, else by the headers in either language.

    A tab without the key column is the second choice.

    Args:
        sheet: the sheet that is looked for.
        headers: what the header of each of its fields may read.
        tab: where it may be.
        ways: the key of each name that a row may hold, and how far above that row the machine keys stand.
    """
    second: SheetLayout | None = None
    for names, above in ways:
        for row in tab.top_rows(SEARCH_ROWS):
            columns = _positions(tab.rows[row], names)
            if not is_head(sheet, columns, len(headers), tab.rows[row]):
                continue
            found = SheetLayout(sheet.key, tab.title, columns, max(row - above, 1), row + 1 - above)
            if not above:
                found = replace(found, header_row=header_row(sheet, found, tab, headers))
            found = _by_headers(headers, found, tab)
            if sheet.key_field in found.columns or sheet.key_field in found.withheld:
                return found
            second = second or found
    return second


def _by_headers(names: Names, found: SheetLayout, tab: RawSheet) -> SheetLayout:
    """What the header row says of columns whose machine key is lost, copied or contradicted."""
    shown = {
        at: cell.strip()
        for at, cell in enumerate(tab.rows.get(found.header_row, ()), 1)
        if isinstance(cell, str)
    }
    columns = dict(found.columns)
    for key, places in _copies(found, tab).items():
        own = [at for at in (columns[key], *places) if shown.get(at) in names[key]]
        columns[key] = own[0] if len(own) == 1 else columns[key]
    taken = set(columns.values())
    for key in [key for key in names if key not in columns]:
        places = [at for at, text in shown.items() if text in names[key] and at not in taken]
        if len(places) == 1:
            columns[key] = places[0]
    withheld = _contradicted({key: shown.get(at, "") for key, at in columns.items()}, names)
    return replace(
        found,
        columns={key: at for key, at in columns.items() if key not in withheld},
        withheld=withheld,
    )


def _contradicted(shown: Mapping[str, str], names: Names) -> frozenset[str]:
    """Fields whose headers stand over each other's columns: which of them was moved cannot be told."""

    def told(key: str) -> str | None:
        """The other field whose header a column has."""
        if shown[key] in names[key]:
            return None
        return next((other for other in names if shown[key] in names[other]), None)

    others = {key: other for key in shown if (other := told(key)) is not None}
    return frozenset(key for key, other in others.items() if other in others or other not in shown)


def _copies(found: SheetLayout, tab: RawSheet) -> dict[str, list[int]]:
    """Further columns with the machine key of one of ours, as copied columns have."""
    if found.key_row >= found.header_row:
        return {}
    copies: dict[str, list[int]] = {}
    for at, cell in enumerate(tab.rows.get(found.key_row, ()), 1):
        if isinstance(cell, str) and cell in found.columns and found.columns[cell] != at:
            copies.setdefault(cell, []).append(at)
    return copies


def _header_names(sheet: Sheet, keys: Sequence[str], written: Written | None) -> Names:
    """What the headers of a sheet may read, by key: as the workbook was written, or as it would be now.

    A label that is another column's by now means the one over which it was written.
    """
    now = {key: _in_all_languages(sheet, key) for key in keys}
    former = written.book.sheet_by_key.get(sheet.key) if written is not None else None
    if former is None or former == sheet:
        return now
    before = {key: _in_all_languages(former, key) for key in keys if key == STATUS or key in former.by_key}
    owners = {name: key for key, names in before.items() for name in names}
    return {
        key: (*before.get(key, ()), *(name for name in names if owners.get(name, key) == key))
        for key, names in now.items()
    }


def _in_all_languages(sheet: Sheet, key: str) -> tuple[str, ...]:
    return tuple(header(sheet, key, lang) for lang in LANGS)


def _positions(cells: Iterable[object], names: Mapping[str, str]) -> dict[str, int]:
    """The first column of each key whose name stands in a row of cells."""
    columns: dict[str, int] = {}
    for column, cell in enumerate(cells, 1):
        key = names.get(cell.strip()) if isinstance(cell, str) else None
        if key is not None:
            columns.setdefault(key, column)
    return columns


def _column_issues(
    sheet: Sheet, stood: Mapping[str, int], found: SheetLayout, tab: RawSheet, words: tuple[Names, Lang]
) -> list[Issue]:
    """What happened to the columns of one sheet since the workbook was written: lost, moved, renamed.

    Args:
        sheet: the sheet.
        stood: where its columns stood then; one that came into the book since is among none of them.
        found: where they stand now.
        tab: what stands in the workbook.
        words: what the header of each may read, and the workbook's language.
    """
    issues = []
    names, lang = words
    moved = _moved(stood, {key: at for key, at in found.columns.items() if key in stood})
    headless = lacks_headers(found, tab)
    for key in names:
        label = header(sheet, key, lang).replace("\n", " ")
        at = found.columns.get(key)
        place = Place(sheet.key, found.title, None, key, label, found.place(at, found.header_row), None, at)
        if at is None:
            if key not in found.withheld:
                issues.append(Issue("column-missing" if key in stood else "column-new", place))
            continue
        shown = tab.cell(found.header_row, at)
        if shown not in names[key] and not headless:
            issues.append(Issue("header-changed", place, "" if shown is None else str(shown)))
        if key in moved:
            facts = {"expected": letters(stood[key]), "found": letters(at)}
            issues.append(Issue("column-moved", place, facts=facts))
    return issues


def _key_row_issues(sheet: Sheet, found: SheetLayout, tab: RawSheet, lang: Lang) -> Iterator[Issue]:
    """What became of the row of machine keys, and headers that contradict it."""
    yield from _contradictions(sheet, found, lang)
    if lacks_headers(found, tab):
        place = found.place(None, found.header_row)
        yield Issue(
            "header-row-gone", Place(sheet.key, found.title, cell=place), facts={"row": found.first_row}
        )
        return
    if found.key_row >= found.header_row:
        yield Issue("key-row-gone", Place(sheet.key, found.title, cell=found.place(None, found.header_row)))
        return
    for key, at in found.columns.items():
        if tab.cell(found.key_row, at) != key:
            yield Issue("key-row-damaged", _place(sheet, found, key, at, lang))
    for key, places in _copies(found, tab).items():
        for at in places:
            yield Issue(
                "column-twice",
                _place(sheet, found, key, at, lang),
                facts={"kept": letters(found.columns[key])},
            )
    yield from _resting(sheet, found, tab)


def _resting(sheet: Sheet, found: SheetLayout, tab: RawSheet) -> Iterator[Issue]:
    """Columns with the machine key of a field that the sheet does not have, and something below it."""
    known = set(found.columns.values())  # by their headers, whatever became of their keys
    for at, key in enumerate(tab.rows.get(found.key_row, ()), 1):
        if at in known or not isinstance(key, str) or key in sheet.by_key or not MACHINE_KEY.fullmatch(key):
            continue
        if any(number > found.header_row and tab.cell(number, at) not in (None, "") for number in tab.rows):
            label = str(tab.cell(found.header_row, at) or key).replace("\n", " ")
            place = found.place(at, found.header_row)
            yield Issue("column-resting", Place(sheet.key, found.title, None, key, label, place, None, at))


def _contradictions(sheet: Sheet, found: SheetLayout, lang: Lang) -> Iterator[Issue]:
    for key in sorted(found.withheld):
        yield Issue("header-contradicts", _place(sheet, found, key, None, lang))


def _place(sheet: Sheet, found: SheetLayout, key: str, at: int | None, lang: Lang) -> Place:
    label = header(sheet, key, lang).replace("\n", " ")
    row = found.header_row if at is not None else None
    return Place(sheet.key, found.title, None, key, label, found.place(at, row), None, at)


def _moved(expected: Mapping[str, int], found: Mapping[str, int]) -> set[str]:
    """The fewest columns whose move explains the new order (all but a longest ordered run)."""
    keys = sorted(found, key=lambda key: found[key])
    runs: list[list[str]] = []
    for key in keys:
        before = [run for run in runs if expected[run[-1]] < expected[key]]
        runs.append([*_longest(before), key])
    return set(keys) - set(_longest(runs))


def _longest(runs: Sequence[list[str]]) -> list[str]:
    return max(runs, key=len) if runs else []

"""The rows of a file to be imported, each with what the map looks up for it in other files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from custbook_gen.backends.delimited import TextRow, TextTable, read_table
from custbook_gen.issues import Issue, Place
from custbook_gen.load.maps import Join, MapFile
from custbook_gen.load.nodes import Finding, Location
from custbook_gen.schema.faults import remedy
from custbook_gen.value_objects import value_object
from custbook_gen.values import Note

OWN_COLUMNS: Final = ("_line", "_problem")
"""Columns that a file of held rows has besides those of the imported file."""
AND: Final = " + "
CERTAIN: Final = ("utf-8", "utf-8-sig", "utf-16")
"""Encodings that a file is in beyond doubt if it can be read so."""


@value_object
class Columns:
    """The columns of the imported file and of those joined to it, by name and position.

    A name belongs to the imported file if that has it, else to the one joined file that
    has it; ``Orders.ShipCity`` names a file as well (without its ending).
    """

    tables: tuple[TextTable, ...]

    def find(self, name: str) -> int | None:
        """Where a column stands in a joined row; nothing where no column, or several, may be meant."""
        own = self.tables[0].header
        if name in own:
            return own.index(name)
        places = [place for table, place in self._holders(name)]
        if len(places) == 1:
            return places[0]
        for table, start in self._starts():
            rest = name.removeprefix(f"{stem(table)}.")
            if rest != name and rest in table.header:
                return start + table.header.index(rest)
        return None

    def _starts(self) -> Iterator[tuple[TextTable, int]]:
        start = 0
        for table in self.tables:
            yield table, start
            start += len(table.header)

    def _holders(self, name: str) -> list[tuple[TextTable, int]]:
        return [
            (table, start + table.header.index(name))
            for table, start in self._starts()
            if name in table.header
        ]

    def stems(self) -> frozenset[str]:
        """The names of the files, without their endings."""
        return frozenset(stem(table) for table in self.tables)

    def finding(self, loaded: MapFile, where: Location, name: str) -> Finding:
        """What to say of a name that :meth:`find` does not find."""
        holders = [table for table, _ in self._holders(name)]
        if len(holders) > 1:
            files = tuple(table.name for table in holders)
            example = f"{stem(holders[0])}.{name}"
            return loaded.finding(where, "column-ambiguous", name=name, files=files, example=example)
        known = dict.fromkeys(column for table in self.tables for column in table.header if column)
        file, instead = self.tables[0].name, remedy(name, known)
        return loaded.finding(where, "column-unknown", name=name, file=file, remedy=instead)


def stem(table: TextTable) -> str:
    """A file's name without its ending."""
    return table.name.rpartition(".")[0] or table.name


@dataclass(slots=True)
class Joined:
    """The rows to be imported, by line; rows that cannot be are only named in the issues."""

    table: TextTable
    columns: Columns
    lines: dict[int, tuple[str, ...]] = field(default_factory=dict)
    issues: list[Issue] = field(default_factory=list)
    held: set[int] = field(default_factory=set)
    skipped: int = 0

    def hold(self, line: int, issue: Issue) -> None:
        """Take a row out, with the reason."""
        self.lines.pop(line, None)
        self.held.add(line)
        self.issues.append(issue)


def line_place(sheet: str, file: str, line: int | None) -> Place:
    """A line of a file as the place of an issue."""
    return Place(sheet, file, cell=file if line is None else f"{file}:{line}", row=line)


def line_issue(sheet: str, file: str, line: int | None, note: Note, value: str = "") -> Issue:
    """An issue about a whole line of a file, or about the file."""
    return Issue(note.code, line_place(sheet, file, line), value, note.suggestion, note.facts)


def join_files(path: Path, loaded: MapFile, sheet: str) -> Joined:
    """Read a file and those that its map joins to it.

    Raises:
        InputError: one of the files cannot be read.
        SchemaError: the map joins by columns that are not there.
    """
    content = loaded.content
    table = read_table(path, encoding=content.encoding, delimiter=content.delimiter)
    found = Joined(table, Columns((table,)))
    for row in table.rows:
        note = damage(row, table)
        if note is None:
            found.lines[row.line] = row.cells[: len(table.header)]
        else:
            found.hold(row.line, line_issue(sheet, table.name, row.line, note))
    if table.encoding not in CERTAIN and content.encoding is None:
        note = Note("encoding-guessed", {"encoding": table.encoding})
        found.issues.append(line_issue(sheet, table.name, None, note))
    _skip(found, loaded)
    for at, join in enumerate(content.join):
        other = read_table(path.parent / join.file)
        _join(found, join, other, loaded.part(("join", at)), sheet)
    _skip(found, loaded)
    return found


def damage(row: TextRow, table: TextTable) -> Note | None:
    """What makes a row unusable as a whole: other cells than headers, or NUL characters."""
    width = len(table.header)
    if len(row.cells) < width or any(cell.strip() for cell in row.cells[width:]):
        return Note("row-ragged", {"found": len(row.cells), "expected": width})
    return Note("row-damaged") if any("\0" in cell for cell in row.cells) else None


def _skip(found: Joined, loaded: MapFile) -> None:
    """Leave out the rows that the map does not want, as soon as their column is there."""
    skip = loaded.content.skip
    at = found.columns.find(skip.column) if skip is not None else None
    if skip is None or at is None:
        return
    unwanted = {text.strip() for text in skip.equals}
    lines = [line for line, cells in found.lines.items() if cells[at].strip() in unwanted]
    for line in lines:
        del found.lines[line]
    found.skipped += len(lines)


def _join(found: Joined, join: Join, other: TextTable, part: MapFile, sheet: str) -> None:
    """Add the columns of another file to every row that has one partner there."""
    here, there = found.columns, Columns((other,))
    findings = [
        columns.finding(part, ("on", name), column)
        for name, wanted in join.on.items()
        for columns, column in ((here, name), (there, wanted))
        if columns.find(column) is None
    ]
    if stem(other) in here.stems():
        findings.append(part.finding(("file",), "defined-twice", name=stem(other)))
    part.refuse(findings)
    own = [at for name in join.on if (at := here.find(name)) is not None]
    keys = [at for name in join.on.values() if (at := there.find(name)) is not None]
    partners: dict[tuple[str, ...], list[tuple[str, ...]]] = defaultdict(list)
    for row in other.rows:
        note = damage(row, other)
        if note is None:
            partners[_id(row.cells, keys)].append(row.cells[: len(other.header)])
        else:
            found.issues.append(line_issue(sheet, other.name, row.line, note))
    for line, cells in list(found.lines.items()):
        wanted = _id(cells, own)
        some = partners.get(wanted, [])
        if len(some) == 1:
            found.lines[line] = cells + some[0]
            continue
        facts = {"file": other.name, "column": AND.join(join.on.values()), "count": len(some)}
        note = Note("join-ambiguous" if some else "join-missing", facts)
        found.hold(line, line_issue(sheet, found.table.name, line, note, AND.join(wanted)))
    found.columns = Columns((*here.tables, other))


def _id(cells: Sequence[str], places: Iterable[int]) -> tuple[str, ...]:
    return tuple(cells[at].strip() for at in places)


def unused_columns(found: Joined, used: Iterable[str], loaded: MapFile) -> list[str]:
    """The columns of the imported file that nothing in the map mentions, and that hold something."""
    header = found.table.header
    mentioned = {found.columns.find(name) for name in (*used, *loaded.content.ignore, *OWN_COLUMNS)}
    filled: Mapping[int, str] = {at: name or f"({at + 1})" for at, name in enumerate(header)}
    return [
        name
        for at, name in filled.items()
        if at not in mentioned
        and (
            header[at]
            or any(filter(None, (row.cells[at] for row in found.table.rows if at < len(row.cells))))
        )
    ]

"""From joined rows of a file to a sheet as the check reads it: one cell per mapped field.

Nothing is judged here.  What a map cannot tell of a row (no id, a template that fails)
holds the row; whether a cell fits its field, the check finds out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from custbook_gen.actions.filling import FAILURES, Cells, Filler, Known, Target, make_id, places
from custbook_gen.actions.joining import AND, Joined, line_issue, line_place
from custbook_gen.check.rows import NEW, provisional_key
from custbook_gen.issues import Issue
from custbook_gen.load.maps import ROW, MapFile, template_names_of
from custbook_gen.load.nodes import Finding, Location
from custbook_gen.schema import Field, Sheet
from custbook_gen.values import Note
from custbook_gen.workbook import RawCell


@dataclass(slots=True)
class Mapped:
    """The rows as cells, by line, in the order of ``fields``; and the outside ids of the rows."""

    fields: tuple[str, ...]
    rows: dict[int, tuple[RawCell, ...]] = field(default_factory=dict)
    ids: dict[int, str] = field(default_factory=dict)


def map_rows(joined: Joined, loaded: MapFile, target: Target) -> Mapped:
    """Fill the mapped fields of every row; rows that cannot be mapped are held in ``joined``.

    Raises:
        SchemaError: the map names a column that is not there.
    """
    loaded.refuse(list(_column_findings(joined, loaded)))
    ids = _row_ids(joined, loaded, target)
    fields = _fields(loaded, target.sheet)
    content = loaded.content
    system = content.id.system if content.id is not None else None
    known = Known(target, _own_keys(ids, loaded, target), system, content.decimal == ",")
    fillers = {key: Filler(known, joined.columns, source, key) for key, source in content.fields.items()}
    mapped = Mapped(fields)
    for line, cells in list(joined.lines.items()):
        made = _map_row(joined, fillers, line, cells, target)
        if made is not None:
            key = known.own.get(ids.get(line, ""), "")
            if target.sheet.key_field not in made and not key.startswith(NEW):
                made[target.sheet.key_field] = key or None
            mapped.rows[line] = _with_stored(made, fields, target)
    mapped.ids = {line: ids[line] for line in mapped.rows if line in ids}
    return mapped


def _fields(loaded: MapFile, sheet: Sheet) -> tuple[str, ...]:
    """The fields that become columns: the mapped ones, the key and those that take what does not fit."""
    fields = loaded.content.fields
    others = [source.otherwise for source in fields.values() if source.otherwise is not None]
    return tuple(dict.fromkeys((sheet.key_field, *fields, *others)))


def used_columns(loaded: MapFile) -> dict[Location, str]:
    """Every column that a map names outside of templates, by where it does."""
    content = loaded.content
    used: dict[Location, str] = {}
    for key, source in content.fields.items():
        used.update({("fields", key, "column", at): name for at, name in enumerate(source.column)})
        if source.region is not None and source.region.column is not None:
            used["fields", key, "region", "column"] = source.region.column
    if content.id is not None:
        used.update({("id", "column", at): name for at, name in enumerate(content.id.column)})
    if content.skip is not None:
        used["skip", "column"] = content.skip.column
    for at, join in enumerate(content.join):
        used.update({("join", at, "on", name): name for name in join.on})
    return used


def templates(loaded: MapFile) -> dict[Location, str]:
    """Every template of a map, by where it stands."""
    fields = loaded.content.fields.items()
    return {("fields", key, "template"): item.template for key, item in fields if item.template is not None}


def template_columns(template: str, joined: Joined) -> list[str]:
    """The columns that a template names, in the way that ``Columns.find`` understands."""
    columns, stems = joined.columns, joined.columns.stems()
    names = []
    for base, asked in sorted(template_names_of(template), key=str):
        if base in ("range", ROW) and columns.find(base) is None:
            names += [asked] if base == ROW and asked is not None else []
        elif asked is not None and base in stems and columns.find(base) is None:
            names.append(f"{base}.{asked}")
        elif base == ROW and asked is not None:
            names.append(asked)
        else:
            names.append(base)
    return names


def _column_findings(joined: Joined, loaded: MapFile) -> list[Finding]:
    named = [*used_columns(loaded).items()]
    for where, template in templates(loaded).items():
        named += [(where, name) for name in template_columns(template, joined)]
    columns = joined.columns
    return [columns.finding(loaded, where, name) for where, name in named if columns.find(name) is None]


# ---------------------------------------------------------------- the rows' own ids


def _row_ids(joined: Joined, loaded: MapFile, target: Target) -> dict[int, str]:
    """The outside id of every row; rows without one, or with one that was there already, are held."""
    wanted = loaded.content.id
    if wanted is None:
        return {}
    at_columns = places(joined.columns, wanted.column)
    name, shown = joined.table.name, AND.join(wanted.column)
    ids: dict[int, str] = {}
    first: dict[str, int] = {}
    for line, cells in list(joined.lines.items()):
        parts = [cells[at].strip() for at in at_columns]
        made = make_id(parts)
        if not all(parts):
            note = Note("id-missing", {"column": shown})
            joined.hold(line, line_issue(target.sheet.key, name, line, note))
        elif made in first:
            note = Note("id-duplicate", {"column": shown, "first": first[made]})
            joined.hold(line, line_issue(target.sheet.key, name, line, note, AND.join(parts)))
        else:
            ids[line], first[made] = made, line
    return ids


def _own_keys(ids: Mapping[int, str], loaded: MapFile, target: Target) -> dict[str, str]:
    """The keys of the file's own rows by their outside id; provisional ones for new rows."""
    if loaded.content.id is None:
        return {}
    sheet = target.sheet.key
    known = target.externals.get(loaded.content.id.system, {}).get(sheet, {})
    return {made: known.get(made, provisional_key(sheet, line)) for line, made in ids.items()}


# ---------------------------------------------------------------- one row, one field


def _map_row(
    joined: Joined, fillers: Mapping[str, Filler], line: int, cells: Cells, target: Target
) -> dict[str, RawCell] | None:
    made: dict[str, RawCell] = {}
    for key, filler in fillers.items():
        try:
            made[key] = filler.cell(cells)
        except FAILURES as error:
            label = target.sheet.field(key).label.line(target.lang)
            note = Note("template-failed", {"label": label, "reason": str(error)})
            joined.hold(line, line_issue(target.sheet.key, joined.table.name, line, note))
            return None
    if not any(filler.says(cells) for filler in fillers.values()):
        note = Note("row-unmapped")
        joined.hold(line, line_issue(target.sheet.key, joined.table.name, line, note))
        return None
    return made


def _with_stored(made: Mapping[str, RawCell], fields: Sequence[str], target: Target) -> tuple[RawCell, ...]:
    """A row's cells in order.

    In a record that is there already, a field that is not mapped keeps what it has, and so
    does one with a default of its own where the file has nothing.
    """
    sheet = target.sheet
    key = target.converters[sheet.key_field].from_cell(made.get(sheet.key_field), None).value
    cells: list[RawCell] = []
    for name in fields:
        cell, blank = made.get(name), _is_blank(made.get(name))
        kept = name not in made or sheet.field(name).default is not None
        if blank and kept and name != sheet.key_field and str(key) in target.stored.rows:
            shown = target.converters[name].to_cell(target.stored.value(str(key), name))
            cell = shown if isinstance(shown, str | bool) or shown is None else float(shown)
        cells.append(cell)
    return tuple(cells)


def _is_blank(cell: RawCell) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def move_to_notes(
    mapped: Mapped, loaded: MapFile, faults: Sequence[tuple[int, str]], target: Target, file: str
) -> list[Issue]:
    """Move cells that do not fit into the text fields that the map names for them.

    Args:
        mapped: the rows; changed in place.
        loaded: the map.
        faults: line and field of the cells.
        target: where the rows go.
        file: name of the imported file.

    Returns:
        A warning for each cell that was moved; cells without another place stay.
    """
    issues = []
    places = {key: at for at, key in enumerate(mapped.fields)}
    for line, key in sorted(faults, key=lambda fault: (fault[0], places.get(fault[1], -1))):
        source = loaded.content.fields.get(key)
        cells = list(mapped.rows[line])
        at = places.get(key)
        if source is None or source.otherwise is None or at is None or _is_blank(cells[at]):
            continue
        item, notes = target.sheet.field(key), target.sheet.field(source.otherwise)
        label, value = item.label.line(target.lang), str(cells[at])
        there = places[notes.key]
        cells[there] = _with_line(cells[there], f"{label}: {value.strip()}", notes)
        cells[at] = None
        mapped.rows[line] = tuple(cells)
        issues.append(_moved_issue(target, (file, line), key, value, notes.label.line(target.lang)))
    return issues


def _moved_issue(target: Target, where: tuple[str, int], key: str, value: str, notes: str) -> Issue:
    place = line_place(target.sheet.key, *where)
    label = target.sheet.field(key).label.line(target.lang)
    return Issue("moved-to-notes", replace(place, field=key, label=label), value, None, {"notes": notes})


def _with_line(cell: RawCell, line: str, notes: Field) -> str:
    """A text with one more line; one that it has already is not added again."""
    text = "" if cell is None else str(cell)
    joiner = "\n" if notes.type == "long" else "；"
    lines = text.split(joiner) if text.strip() else []
    return joiner.join(lines if line in lines else [*lines, line])

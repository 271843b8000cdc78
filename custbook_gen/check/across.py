"""What spans records: references, and the constraints on links, targets, cycles, one of several, agreement.

They hold for the picture of the book as it would be after this sync.  A row is to blame if
it was edited; where nobody edited anything (the store was so before, or two workbooks met)
the rows concerned are told as warnings.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from custbook_gen.check.picture import Finding, Picture
from custbook_gen.check.rows import NEW
from custbook_gen.check.together import condition_words, constraint_level, holds
from custbook_gen.issues import Severity
from custbook_gen.records import Row, Table, Value
from custbook_gen.schema import Sheet
from custbook_gen.schema.constraints import Acyclic, Constraint, Linked, One, Same, Target, fields_of
from custbook_gen.texts import Saying
from custbook_gen.values import Note

CHAIN: Final = 6
"""How many records of a cycle a message names."""


def across_findings(picture: Picture) -> Iterator[Finding]:
    """Everything that is wrong between records by the references and constraints of all sheets."""
    for sheet in picture.book.sheets:
        yield from _lost(picture, sheet)
        for constraint in sheet.constraints:
            match constraint:
                case Linked():
                    yield from _links(picture, sheet, constraint)
                case Target():
                    yield from _targets(picture, sheet, constraint)
                case Acyclic():
                    yield from _cycles(picture, sheet, constraint)
                case One():
                    yield from _ones(picture, sheet, constraint)
                case Same():
                    yield from _sames(picture, sheet, constraint)


def _level(picture: Picture, sheet: Sheet, key: str, constraint: Constraint) -> Severity | None:
    entered = picture.entered(sheet.key, key, fields_of(constraint))
    return constraint_level(constraint, entered=entered)


def _cells(table: Table, *fields: str) -> Iterator[tuple[str, tuple[Value, ...]]]:
    """Every record's key with some of its values."""
    return zip(table.rows, table.select(*fields), strict=True)


# ---------------------------------------------------------------- references


def _lost(picture: Picture, sheet: Sheet) -> Iterator[Finding]:
    """Stored references to records that are no more; what was entered now is looked at elsewhere."""
    table = picture.table(sheet.key)
    for item in sheet.stored_fields if picture.dated else ():
        if item.type != "ref":
            continue
        target = picture.book.sheet(str(item.to))
        gone = set(table.values(item.key)) - picture.table(target.key).rows.keys() - {None}
        facts = {"target": target.label.line(picture.words.lang)}
        for key in [key for key, value in table.column(item.key) if value in gone] if gone else ():
            row = picture.row(sheet.key, key)
            if row is not None and item.key not in row.edited:
                yield Finding(sheet.key, key, item.key, Note("ref-lost", facts))


# ---------------------------------------------------------------- linked


def _links(picture: Picture, sheet: Sheet, constraint: Linked) -> Iterator[Finding]:
    """Edited rows whose target belongs elsewhere; edited targets that other rows no longer agree with."""
    target = picture.book.sheet(str(sheet.field(constraint.field).to))
    theirs = constraint.theirs or constraint.by
    fresh, moved = picture.fresh(sheet.key), _moved(picture, target, theirs)
    if not (fresh or moved):
        return
    others = dict(picture.table(target.key).column(theirs))
    table, names = picture.table(sheet.key), fields_of(constraint)
    at, by = table.position(constraint.field), table.position(constraint.by)
    for row in fresh:
        if row.key in table.rows and picture.entered(sheet.key, row.key, names):
            chosen, own = table.rows[row.key][at], table.rows[row.key][by]
            if _disagree(chosen, own, others):
                level = constraint_level(constraint, entered=True)
                note = _link_note(picture, sheet, constraint, (chosen, own, others[str(chosen)]))
                yield Finding(sheet.key, row.key, constraint.field, replace(note, level=level))
    left: dict[str, list[str]] = defaultdict(list)
    for key, (chosen, own) in _cells(table, constraint.field, constraint.by) if moved else ():
        edited = picture.entered(sheet.key, key, names)
        if chosen in moved and not edited and _disagree(chosen, own, others):
            left[str(chosen)].append(key)
    for key, keys in left.items():
        facts = {
            "sheet": sheet.label.line(picture.words.lang),
            "count": len(keys),
            "example": keys[0],
            "by": picture.label(sheet.key, constraint.by),
        }
        yield Finding(target.key, key, theirs, Note("link-broken", facts))


def _moved(picture: Picture, target: Sheet, theirs: str) -> set[str]:
    """The records that somebody edited in the field which others agree with; new ones have no others yet."""
    return {row.key for row in picture.fresh(target.key) if theirs in row.edited and not row.new}


def _disagree(chosen: Value, own: Value, others: dict[str, Value]) -> bool:
    if chosen is None or own is None or chosen not in others:
        return False
    return others[str(chosen)] is not None and others[str(chosen)] != own


def _link_note(
    picture: Picture, sheet: Sheet, constraint: Linked, values: tuple[Value, Value, Value]
) -> Note:
    chosen, own, found = values
    target, theirs = str(sheet.field(constraint.field).to), constraint.theirs or constraint.by
    facts = {
        "value": picture.name(target, str(chosen)),
        "theirs": picture.label(target, theirs),
        "found": picture.shown(target, theirs, found),
        "by": picture.label(sheet.key, constraint.by),
        "expected": picture.shown(sheet.key, constraint.by, own),
    }
    return Note("link-mismatch", facts)


# ---------------------------------------------------------------- target


def _targets(picture: Picture, sheet: Sheet, constraint: Target) -> Iterator[Finding]:
    """Rows that refer to a record which does not meet the condition.

    An error only where the reference itself was made now: what a target becomes later must
    not keep anybody from editing the rows that refer to it.
    """
    target = picture.book.sheet(str(sheet.field(constraint.field).to))
    states = picture.table(target.key).column(constraint.has.field)
    unfit = {key: value for key, value in states if not holds(constraint.has, value)}
    if not unfit:
        return
    own = picture.shown_rows(sheet.key)
    conditions = [condition.field for condition in constraint.when]
    for key, (chosen, *values) in _cells(picture.table(sheet.key), constraint.field, *conditions):
        if chosen not in unfit or key not in own:
            continue
        if all(holds(condition, value) for condition, value in zip(constraint.when, values, strict=True)):
            row = own[key]
            entered = not row.held and (row.new or (picture.dated and constraint.field in row.edited))
            note = _target_note(picture, target, constraint, str(chosen), unfit[str(chosen)])
            told = replace(note, level=constraint_level(constraint, entered=entered))
            yield Finding(sheet.key, key, constraint.field, told)


def _target_note(picture: Picture, target: Sheet, constraint: Target, chosen: str, found: Value) -> Note:
    shown: object = Saying("issue.nothing")
    if found is not None:
        shown = picture.shown(target.key, constraint.has.field, found)
    facts = {
        "value": picture.name(target.key, chosen),
        "condition": condition_words(
            constraint.has,
            target,
            picture.words.lang,
            lambda field, value: picture.shown(target.key, field, value),
        ),
        "found": shown,
    }
    return Note("target-unfit", facts)


# ---------------------------------------------------------------- acyclic


def _cycles(picture: Picture, sheet: Sheet, constraint: Acyclic) -> Iterator[Finding]:
    """The edited records of every cycle; all of its records where none of them was edited."""
    above = {key: str(up) for key, up in picture.table(sheet.key).column(constraint.field) if up is not None}
    for cycle in _rings(above):
        edited = [key for key in cycle if picture.entered(sheet.key, key, (constraint.field,))]
        for key in edited or cycle:
            at = cycle.index(key)
            ring = cycle[at:] + cycle[:at]
            names = [picture.name(sheet.key, other) for other in ring[:CHAIN]]
            more = ["…"] if len(ring) > CHAIN else []
            facts = {"chain": " → ".join([*names, *more, names[0]])}
            level = _level(picture, sheet, key, constraint)
            yield Finding(sheet.key, key, constraint.field, Note("cycle", facts, level=level))


def _rings(above: dict[str, str]) -> Iterator[list[str]]:
    """The cycles among records of which each leads to at most one other."""
    done: set[str] = set()
    for start in above:
        path: dict[str, None] = {}
        key: str | None = start
        while key is not None and key not in done and key not in path:
            path[key] = None
            key = above.get(key)
        if key in path:
            walked = list(path)
            yield walked[walked.index(str(key)) :]
        done.update(path)


# ---------------------------------------------------------------- one


def _ones(picture: Picture, sheet: Sheet, constraint: One) -> Iterator[Finding]:
    """Groups with more than one yes, and groups with none."""
    groups: dict[str, list[str]] = defaultdict(list)
    chosen: dict[str, list[str]] = defaultdict(list)
    for key, (owner, yes) in _cells(picture.table(sheet.key), constraint.per, constraint.field):
        if owner is not None:
            groups[str(owner)].append(key)
            if yes is True:
                chosen[str(owner)].append(key)
    own = picture.shown_rows(sheet.key)
    for owner, keys in groups.items():
        count = len(chosen.get(owner, ()))
        if count == 1:
            continue
        facts = {"owner": picture.shown(sheet.key, constraint.per, owner)}
        if count == 0:
            first = next((key for key in keys if key in own), None)
            if first is not None:
                yield Finding(sheet.key, first, constraint.field, Note("none-chosen", facts))
        else:
            yield from _several(picture, sheet, constraint, chosen[owner], facts)


def _several(
    picture: Picture, sheet: Sheet, constraint: One, chosen: Sequence[str], facts: Mapping[str, object]
) -> Iterator[Finding]:
    """Who is one too many: edited rows, the first of them aside if nobody else has a yes."""
    names = fields_of(constraint)
    edited = [key for key in chosen if picture.entered(sheet.key, key, names)]
    stays = next((key for key in chosen if key not in edited), chosen[0])
    for key in edited or chosen:
        if key != stays:
            told = {**facts, "other": _record(picture, sheet, stays)}
            level = _level(picture, sheet, key, constraint)
            yield Finding(sheet.key, key, constraint.field, Note("several-chosen", told, level=level))


def _record(picture: Picture, sheet: Sheet, key: str) -> Saying:
    """A record of the same sheet: by its number, or by its row if it has none yet."""
    row = picture.row(sheet.key, key) if key.startswith(NEW) else None
    if row is not None:
        return Saying("issue.row", {"row": row.number})
    return Saying("issue.record", {"key": key})


# ---------------------------------------------------------------- same


def _sames(picture: Picture, sheet: Sheet, constraint: Same) -> Iterator[Finding]:
    """Rows that differ from the others with the same value in ``per``."""
    table = picture.table(sheet.key)
    per = table.position(constraint.per)
    for field in constraint.fields:
        at = table.position(field)
        values = {pair for pair in table.select(constraint.per, field) if pair[1] is not None}
        split = {group for group, count in Counter(group for group, _ in values).items() if count > 1}
        members: dict[Value, list[tuple[str, Row]]] = defaultdict(list)
        for key, row in table.rows.items() if split else ():
            if row[per] in split and row[per] is not None and row[at] is not None:
                members[row[per]].append((key, row))
        for rows in members.values():
            yield from _differing(picture, sheet, (constraint, field), rows)


def _differing(
    picture: Picture, sheet: Sheet, rule: tuple[Same, str], rows: Sequence[tuple[str, Row]]
) -> Iterator[Finding]:
    """Which of some rows that should agree differ from the others: edited ones, if there are any."""
    constraint, field = rule
    table = picture.table(sheet.key)
    per, at = table.position(constraint.per), table.position(field)
    edited = {key for key, _ in rows if picture.entered(sheet.key, key, (constraint.per, field))}
    stays, standard = next((pair for pair in rows if pair[0] not in edited), rows[0])
    for key, row in rows:
        if row[at] != standard[at] and (key in edited or not edited):
            note = _same_note(picture, sheet, (constraint.per, row[per]), (field, row[at], standard[at]))
            told = {**note.facts, "other": _record(picture, sheet, stays)}
            level = constraint_level(constraint, entered=key in edited)
            yield Finding(sheet.key, key, field, Note(note.code, told, level=level))


def _same_note(
    picture: Picture, sheet: Sheet, group: tuple[str, Value], found: tuple[str, Value, Value]
) -> Note:
    per, common = group
    field, value, standard = found
    facts = {
        "group": picture.label(sheet.key, per),
        "common": picture.shown(sheet.key, per, common),
        "value": picture.shown(sheet.key, field, value),
        "found": picture.shown(sheet.key, field, standard),
    }
    return Note("not-same", facts)

"""All damage of a sheet: told, and put right."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from custbook_gen.furniture import Repairs
from custbook_gen.issues import Issue, Place
from custbook_gen.layout import address, column_name, quote, span
from custbook_gen.mending.found import Damage, Found
from custbook_gen.mending.looks import LOOKS, lock_damages, look_damages, open_head
from custbook_gen.mending.marks import mark_damages, own_formats
from custbook_gen.mending.parts import PARTS, hidden_damages, merge_damages, merged_areas, part_damages
from custbook_gen.mending.rules import RULES, reach, rule_damages, stray_rules
from custbook_gen.workbook import RulePatch


def damages(found: Found) -> Iterator[Damage]:
    """Everything of an entry sheet that is not as planned."""
    yield from rule_damages(found)
    if found.tab.around is None:
        return
    yield from look_damages(found, found.tab.around)
    yield from lock_damages(found, found.tab.around)
    yield from mark_damages(found, found.tab.around)
    yield from part_damages(found, found.tab.around)
    yield from merge_damages(found)
    yield from hidden_damages(found, found.tab.around)


def damage_issues(found: Found) -> Iterator[Issue]:
    """The same, as people are told."""
    for item in damages(found):
        label, column = "", None
        if item.column is not None:
            label = found.planned[item.column].header.replace("\n", " ")
            column = found.here.columns[item.column]
        row = item.area[0] if item.area is not None else None
        place = Place(
            found.here.key, found.here.title, None, item.column, label, _cells(found, item), row, column
        )
        yield Issue(item.code, place, facts=item.facts)


def _cells(found: Found, item: Damage) -> str:
    """The address of the damaged cells, for people."""
    title = found.here.title
    if item.area is None:
        return address(title, found.here.columns[item.column] if item.column else None, None)
    top, left, bottom, right = item.area
    if (top, left) == (bottom, right):
        return address(title, left, top)
    return f"{quote(title)}!{span((top, left), (bottom, right))}"


def name_issues(there: Mapping[str, str], planned: Mapping[str, str]) -> Iterator[Issue]:
    """Defined names of ours that are gone or stand for something else, wherever their ranges end."""
    known = {name.casefold(): target for name, target in there.items()}
    for name, target in planned.items():
        found = known.get(name.casefold(), "")
        fixed = name.startswith(column_name("", "").rstrip("_"))
        start = _start if fixed else _sheet
        if "#REF!" in found or start(found) != start(target):
            yield Issue("name-altered", Place(), found, facts={"name": name})


def _sheet(reference: str) -> str:
    """The sheet that a reference names; what it holds has places that change."""
    return reference.replace("'", "").rpartition("!")[0]


def _start(reference: str) -> str:
    """A reference up to the row where it ends."""
    return re.sub(r"\d+$", "", reference.replace("'", ""))


def repairs(found: Found) -> tuple[tuple[RulePatch, ...], Repairs]:
    """What puts a sheet's rules and furniture right; nothing where nothing is damaged."""
    items = list(damages(found))
    reached = {column: reach(found.tab, column) for column in found.here.columns.values()}
    broken = {item.column for item in items if item.code in RULES}
    rules = tuple(
        RulePatch(found.here.columns[key], found.here.first_row, plan.rule, found.here.last_row)
        for key, plan in found.planned.items()
        if plan.rule is not None and (key in broken or reached[found.here.columns[key]] < found.ready)
    )
    if broken:
        rules += tuple(RulePatch(at, top, None, bottom) for top, at, bottom, _ in stray_rules(found))
    codes = {item.code for item in items}
    parts = frozenset(part for code, part in PARTS.items() if code in codes)
    order = {key: at for at, key in enumerate(found.planned)}
    looks = {found.here.columns[i.column]: order[i.column] for i in items if i.code in LOOKS and i.column}
    around = found.tab.around
    heads = tuple(
        found.here.columns[key]
        for key in order
        if found.tab.cell(found.here.header_row, found.here.columns[key]) in (None, "")
    )
    if around is not None:
        looks |= {found.here.columns[key]: order[key] for key in order if found.here.columns[key] in heads}
    return rules, Repairs(
        parts=parts,
        columns=dict(sorted(looks.items())),
        heads=heads if around is not None else (),
        first_row=found.here.first_row,
        filter=(found.here.header_row, 1, max(found.ready, found.here.header_row), found.rightmost)
        if "filter" in parts
        else None,
        formats=own_formats(found, around) if around is not None and "formats" in parts else (),
        merges=tuple(merged_areas(found.tab, found.here)) if around is not None else (),
        locks=tuple(open_head(found, around)) if around is not None and "head-unlocked" in codes else (),
        beside=found.rightmost + 1 if "columns-locked" in codes else None,
    )

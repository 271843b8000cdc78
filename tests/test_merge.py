"""The laws of merging: nothing is lost, nothing is done twice, and only clashes are asked about."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custbook_gen.merge import Bonds, Edit, Merged, Prefer, bonds, merge, preferring, with_keys
from custbook_gen.records import Change, Conflict, Row, Table, Value
from tests.drawn import apply
from tests.strategies import BOOK

FIELDS = ("code", "name", "city", "phone", "email")
KEYS = ("K1", "K2", "K3", "K4")
VALUES = st.sampled_from([None, "a", "b", "c"])
BOUND = Bonds(one_of=(("phone", "email"),))


def table(rows: Mapping[str, Mapping[str, Value]]) -> Table:
    full = {key: tuple({"code": key, **row}.get(field) for field in FIELDS) for key, row in rows.items()}
    return Table("things", FIELDS, full)


@st.composite
def tables(draw: st.DrawFn, keys: tuple[str, ...] = KEYS) -> Table:
    """Tables that have these records, with any values."""
    return table({key: {field: draw(VALUES) for field in FIELDS[1:]} for key in keys})


def edits(some: Table) -> list[Edit]:
    return [Edit(key, dict(zip(some.fields, row, strict=True))) for key, row in some.rows.items()]


def value(some: Table, key: str, field: str) -> Value:
    return some.value(key, field)


@given(base=tables(), stored=tables())
def test_a_workbook_that_nobody_touched_changes_nothing(base: Table, stored: Table) -> None:
    assert merge(base, edits(base), stored) == Merged()


@given(base=tables(), edited=tables())
def test_every_edit_is_taken_where_the_store_stood_still(base: Table, edited: Table) -> None:
    merged = merge(base, edits(edited), base)
    assert merged.conflicts == ()
    assert apply(base, merged.changes) == edited


@given(base=tables(), edited=tables())
def test_changes_say_what_was_there_before_and_only_what_changed(base: Table, edited: Table) -> None:
    for change in merge(base, edits(edited), base).changes:
        assert change.kind == "update"
        assert change.before.keys() == change.after.keys()
        for field in change.after:
            assert change.before[field] == value(base, change.key, field)
            assert change.after[field] == value(edited, change.key, field) != change.before[field]


@given(base=tables(), edited=tables(), stored=tables(), data=st.data())
def test_edits_of_different_fields_both_survive(
    base: Table, edited: Table, stored: Table, data: st.DataObject
) -> None:
    mine = {(key, field) for key in KEYS for field in FIELDS if data.draw(st.booleans())}
    ours = _pick(base, edited, mine)
    theirs = _pick(base, stored, {(key, field) for key in KEYS for field in FIELDS} - mine)
    merged = merge(base, edits(ours), theirs)
    assert merged.conflicts == ()
    assert apply(theirs, merged.changes) == _pick(theirs, ours, mine)


def _pick(some: Table, other: Table, cells: set[tuple[str, str]]) -> Table:
    """A table with some cells taken from another one."""
    rows: dict[str, Row] = {
        key: tuple(value(other if (key, field) in cells else some, key, field) for field in FIELDS)
        for key in some.rows
    }
    return replace(some, rows=rows)


@given(base=tables(), edited=tables(), stored=tables())
def test_every_cell_ends_as_the_three_way_rule_says(base: Table, edited: Table, stored: Table) -> None:
    merged = merge(base, edits(edited), stored)
    after = apply(stored, merged.changes)
    clashes = [(item.key, item.field) for item in merged.conflicts]
    assert len(clashes) == len(set(clashes))
    for key in KEYS:
        for field in FIELDS:
            was, mine, theirs = (value(some, key, field) for some in (base, edited, stored))
            clash = mine not in (was, theirs) and was != theirs
            assert ((key, field) in clashes) == clash
            assert value(after, key, field) == (theirs if clash or mine == was else mine)


@given(base=tables(), edited=tables(), stored=tables())
def test_a_conflict_names_all_three_values(base: Table, edited: Table, stored: Table) -> None:
    for item in merge(base, edits(edited), stored).conflicts:
        three = [value(some, item.key, item.field) for some in (base, edited, stored)]
        assert [item.base, item.edited, item.stored] == three


@given(base=tables(), edited=tables(), stored=tables())
def test_merging_again_after_a_merge_changes_nothing(base: Table, edited: Table, stored: Table) -> None:
    merged = merge(base, edits(edited), stored)
    after = apply(stored, merged.changes)
    again = merge(base, edits(edited), after)
    assert again.changes == ()
    assert again.conflicts == merged.conflicts


@given(base=tables(), edited=tables(), stored=tables())
def test_a_conflict_stays_open_until_both_sides_agree(base: Table, edited: Table, stored: Table) -> None:
    conflicts = merge(base, edits(edited), stored).conflicts
    agreed = _pick(stored, edited, {(item.key, item.field) for item in conflicts})
    assert merge(base, edits(edited), agreed).conflicts == ()
    given_up = _pick(edited, stored, {(item.key, item.field) for item in conflicts})
    assert merge(base, edits(given_up), stored).conflicts == ()


@pytest.mark.parametrize("prefer", ["file", "store"])
@given(base=tables(), edited=tables(), stored=tables())
def test_a_preferred_side_settles_every_conflict(
    prefer: Prefer, base: Table, edited: Table, stored: Table
) -> None:
    conflicts = merge(base, edits(edited), stored).conflicts
    merged = merge(base, edits(edited), stored, settle=preferring(prefer))
    after = apply(stored, merged.changes)
    assert merged.conflicts == ()
    for item in conflicts:
        assert value(after, item.key, item.field) == (item.edited if prefer == "file" else item.stored)


@given(base=tables(), edited=tables())
def test_rows_that_are_not_in_the_workbook_are_left_alone(base: Table, edited: Table) -> None:
    some = edits(edited)[:2]
    after = apply(base, merge(base, some, base).changes)
    assert {key: after.rows[key] for key in KEYS[2:]} == {key: base.rows[key] for key in KEYS[2:]}


# ---------------------------------------------------------------- new and deleted records


def test_a_new_row_is_inserted_with_what_is_filled() -> None:
    edit = Edit("+things+7", {"code": None, "name": "a", "city": None}, new=True)
    assert merge(table({}), [edit], table({})).changes == (
        Change("insert", "things", "+things+7", {}, {"name": "a"}),
    )


def test_a_row_with_a_key_of_its_own_is_inserted_under_it() -> None:
    merged = merge(table({}), [Edit("K9", {"code": "K9", "name": "a"})], table({}))
    assert merged.changes == (Change("insert", "things", "K9", {}, {"code": "K9", "name": "a"}),)


def test_an_edit_to_a_deleted_record_is_a_conflict() -> None:
    base = table({"K1": {"name": "a", "city": "x"}})
    edit = Edit("K1", {"code": "K1", "name": "b", "city": "x"})
    assert merge(base, [edit], table({})) == Merged(
        (), ((Conflict("things", "K1", "name", "a", "b", None),),)
    )


def test_an_untouched_row_of_a_deleted_record_just_goes() -> None:
    base = table({"K1": {"name": "a"}})
    assert merge(base, edits(base), table({})) == Merged()


def test_a_preferred_side_settles_what_becomes_of_a_deleted_record() -> None:
    base = table({"K1": {"name": "a", "city": "x"}})
    edit = Edit("K1", {"code": "K1", "name": "b", "city": "x"})
    assert merge(base, [edit], table({}), settle=preferring("store")) == Merged()
    back = merge(base, [edit], table({}), settle=preferring("file")).changes
    assert back == (Change("insert", "things", "K1", {}, {"code": "K1", "name": "b", "city": "x"}),)


# ---------------------------------------------------------------- fields that belong together


def test_a_cascade_is_merged_as_one_value() -> None:
    province, city = (("province", "city"),), ("province", "city")
    base, stored = ({"K1": {"province": "32", "city": c}} for c in ("3201", "3205"))

    def make(rows: Mapping[str, Mapping[str, Value]]) -> Table:
        return Table("things", city, {key: tuple(row[f] for f in city) for key, row in rows.items()})

    edit = Edit("K1", {"province": "33", "city": "3201"})
    merged = merge(make(base), [edit], make(stored), together=Bonds(cascades=province))
    assert merged.changes == ()
    assert {item.field for item in merged.conflicts} == {"province", "city"}


@given(base=tables(), edited=tables(), stored=tables())
def test_two_edits_never_empty_a_group_that_each_left_filled(
    base: Table, edited: Table, stored: Table
) -> None:
    def filled(some: Table, key: str) -> bool:
        return any(value(some, key, field) is not None for field in ("phone", "email"))

    after = apply(stored, merge(base, edits(edited), stored, together=BOUND).changes)
    for key in KEYS:
        if filled(base, key) and filled(edited, key) and filled(stored, key):
            assert filled(after, key)


def test_the_bonds_of_a_sheet_are_its_cascades_and_groups() -> None:
    assert bonds(BOOK.sheet("customers")) == Bonds((("province", "city"),), (("mobile", "email"),))


# ---------------------------------------------------------------- final keys


def test_provisional_keys_are_replaced_in_keys_and_references_alone() -> None:
    changes = [
        Change("insert", "things", "+things+7", {}, {"name": "+things+7", "city": "+things+8"}),
        Change("update", "things", "K1", {"city": None}, {"city": "+things+7"}),
    ]
    keys = {"+things+7": "K7", "+things+8": "K8"}
    assert with_keys(changes, keys, {"things": "code"}, {"things": frozenset({"city"})}) == [
        Change("insert", "things", "K7", {}, {"code": "K7", "name": "+things+7", "city": "K8"}),
        Change("update", "things", "K1", {"city": None}, {"city": "K7"}),
    ]

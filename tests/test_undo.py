"""Undoing a revision: what comes back, what later changes keep, and what cannot be."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custbook_gen.actions.net_changes import net_changes
from custbook_gen.actions.project import OpenProject
from custbook_gen.actions.reversal import Obstacle, Reversal, reverse
from custbook_gen.actions.undo import Undone, undo
from custbook_gen.cli.pages import print_undone
from custbook_gen.errors import StoreError
from custbook_gen.records import Change, Revision, Row, Table, Tables, Value
from tests.drawn import apply
from tests.small_books import AT, WANG, commit, customer, edited, gone, new_home, record, sale
from tests.strategies import AS_OF, BOOK, keys_for, rows_for
from tests.sync_books import Desk, free_row, new_customer, seen, typed

ONE, TWO, SALE = "C000001", "C000002", "S00000001"


@pytest.fixture
def home(any_url: str, tmp_path: Path) -> OpenProject:
    """Two customers with a line of sales each, as revision 1."""
    made = new_home(tmp_path / "project", any_url)
    commit(made, customer(1), customer(2), sale(1, 1), sale(2, 2))
    return made


def take_back(home: OpenProject, number: int, *, partly: bool = False, dry_run: bool = False) -> Undone:
    return undo(home, number, WANG, "en", partly=partly, dry_run=dry_run)


def reasons(done: Undone) -> list[tuple[str, str, str | None]]:
    return [(item.reason, item.key, item.field) for item in done.obstacles]


def rows(home: OpenProject, at: int | None = None) -> dict[str, dict[str, Row]]:
    with home.store.reading() as snapshot:
        return {sheet: dict(table.rows) for sheet, table in snapshot.tables(at).items()}


# ---------------------------------------------------------------- what comes back


def test_everything_of_a_revision_goes_back_in_a_new_one(home: OpenProject) -> None:
    commit(
        home,
        edited(home, "customers", ONE, notes="新备注", level="vip"),
        gone(home, "sales", "S00000002"),
        customer(3),
    )
    done = take_back(home, 2)
    assert (done.exit_code, done.applied, done.now, done.obstacles) == (0, True, 3, ())
    assert rows(home) == rows(home, 1)
    with home.store.reading() as snapshot:
        last = snapshot.tallies(newest=1)[0]
    assert (last.inserted, last.updated, last.deleted) == (1, 1, 1)
    assert (last.revision.user, last.revision.action, last.revision.source) == ("wang", "undo", "2")


def test_an_undoing_can_be_undone(home: OpenProject) -> None:
    commit(home, edited(home, "customers", ONE, notes="新备注"), customer(3))
    take_back(home, 2)
    assert take_back(home, 3).applied
    assert rows(home) == rows(home, 2)


def test_later_changes_of_other_fields_stay(home: OpenProject) -> None:
    commit(home, edited(home, "customers", ONE, notes="新备注"))
    commit(home, edited(home, "customers", ONE, email="a@qq.com"), run=WANG)
    assert take_back(home, 2).exit_code == 0
    row = record(home, "customers", ONE)
    assert (row["notes"], row["email"]) == (None, "a@qq.com")


def test_a_dry_run_tells_the_same_and_stores_nothing(home: OpenProject) -> None:
    commit(home, edited(home, "customers", ONE, notes="新备注"))
    dry = take_back(home, 2, dry_run=True)
    assert (dry.applied, dry.now) == (False, 2)
    assert rows(home) == rows(home, 2)
    assert dry.changes == take_back(home, 2).changes


def test_several_changes_of_one_record_in_a_revision_count_by_what_they_come_to() -> None:
    first, again = customer(1), customer(1, name="又来")
    gone_again = Change("delete", "customers", ONE, again.after)
    update = Change("update", "customers", ONE, {"name": "客户1"}, {"name": "改"})
    back = Change("update", "customers", ONE, {"name": "改"}, {"name": "客户1"})
    removed = Change("delete", "customers", ONE, {**first.after, "name": "改"})
    record = ("customers", ONE)
    assert net_changes(BOOK, [update, back]) == {}
    assert net_changes(BOOK, [again, gone_again]) == {}
    net = net_changes(BOOK, [update, removed])[record]
    assert (net.after, net.before is not None and net.before["name"]) == (None, "客户1")
    net = net_changes(BOOK, [first, update])[record]
    assert (net.before, net.after is not None and net.after["name"]) == (None, "改")
    net = net_changes(BOOK, [update, removed, again])[record]
    assert (net.before, net.after) == ({"name": "客户1"}, {"name": "又来"})


def test_a_record_replaced_within_a_revision_comes_back_as_it_was(home: OpenProject) -> None:
    commit(home, gone(home, "customers", ONE), customer(1, name="又来", notes="二"))
    assert take_back(home, 2).applied
    assert rows(home) == rows(home, 1)


# ---------------------------------------------------------------- what stands in the way


def test_what_was_changed_later_is_refused_with_who_and_when(home: OpenProject) -> None:
    commit(
        home,
        edited(home, "customers", ONE, notes="一", level="vip"),
        edited(home, "customers", TWO, notes="一"),
    )
    commit(home, edited(home, "customers", ONE, notes="二"), run=WANG)
    before = rows(home)
    done = take_back(home, 2)
    assert (done.exit_code, done.applied, done.changes, done.now) == (1, False, (), 3)
    assert reasons(done) == [("changed-later", ONE, "notes")]
    assert done.sentence(done.obstacles[0], "en") == "was changed later, in revision 3 by wang"
    assert done.sentence(done.obstacles[0], "zh") == "之后在修订 3 中被 wang 改动"
    assert rows(home) == before


def test_partly_undoes_what_can_be_undone(home: OpenProject) -> None:
    commit(
        home,
        edited(home, "customers", ONE, notes="一", level="vip"),
        edited(home, "customers", TWO, notes="一"),
    )
    commit(home, edited(home, "customers", ONE, notes="二"), run=WANG)
    done = take_back(home, 2, partly=True)
    assert (done.exit_code, done.applied, done.now) == (1, True, 4)
    assert reasons(done) == [("changed-later", ONE, "notes")]
    one, two = record(home, "customers", ONE), record(home, "customers", TWO)
    assert (one["notes"], one["level"], two["notes"]) == ("二", "normal", None)


def test_where_nothing_can_be_undone_no_part_is_promised(
    home: OpenProject, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CUSTBOOK_LANG", "en")
    commit(home, edited(home, "customers", ONE, notes="一"))
    commit(home, edited(home, "customers", ONE, notes="二"))
    for partly, verdict in (
        (False, "Revision 2 is not undone, see above; --partly undoes what can be undone.\n"),
        (True, "Nothing of revision 2 can be undone, see above.\n"),
    ):
        print_undone(take_back(home, 2, partly=partly), dry_run=False, partly=partly)
        assert capsys.readouterr().out.endswith(verdict)


def test_a_value_that_came_back_to_the_same_was_changed_all_the_same(home: OpenProject) -> None:
    commit(home, edited(home, "customers", ONE, notes="一"))
    take_back(home, 2)
    take_back(home, 3)
    assert reasons(take_back(home, 2)) == [("changed-later", ONE, "notes")]


def test_a_record_that_was_deleted_or_added_anew_later_is_left_alone(home: OpenProject) -> None:
    commit(home, edited(home, "sales", SALE, order_no="D-9"))
    commit(home, gone(home, "sales", SALE), run=WANG)
    assert reasons(take_back(home, 2)) == [("deleted-later", SALE, None)]
    commit(home, sale(1, 1, order_no="D-10"), run=WANG)
    done = take_back(home, 2)
    assert reasons(done) == [("back-later", SALE, None)]
    assert done.obstacles[0].by is not None
    assert done.obstacles[0].by.number == 4
    assert reasons(take_back(home, 3)) == [("back-later", SALE, None)]


def test_an_inserted_record_that_was_changed_later_stays(home: OpenProject) -> None:
    commit(home, customer(3), customer(4))
    commit(home, edited(home, "customers", "C000003", notes="一"))
    done = take_back(home, 2, partly=True)
    assert reasons(done) == [("changed-later", "C000003", "notes")]
    assert set(rows(home)["customers"]) == {ONE, TWO, "C000003"}


def test_an_inserted_record_that_others_refer_to_stays(home: OpenProject) -> None:
    commit(home, customer(3), customer(4, parent_id="C000003"))
    commit(home, sale(3, 3), sale(4, 3))
    done = take_back(home, 2)
    assert done.obstacles == (
        Obstacle(
            "referred-to", "customers", "C000003", others=(("sales", "S00000003"), ("sales", "S00000004"))
        ),
    )
    assert "2 records still refer to it: S00000003, S00000004" in done.sentence(done.obstacles[0], "en")
    take_back(home, 2, partly=True)
    assert set(rows(home)["customers"]) == {ONE, TWO, "C000003"}


def test_inserted_records_that_refer_to_each_other_go_together(home: OpenProject) -> None:
    commit(home, customer(3, parent_id="C000003"), customer(4, parent_id="C000003"), sale(3, 4))
    assert take_back(home, 2).exit_code == 0
    assert rows(home) == rows(home, 1)


def test_what_stays_keeps_what_it_refers_to(home: OpenProject) -> None:
    commit(home, customer(3), sale(3, 3))
    commit(home, edited(home, "sales", "S00000003", order_no="D-9"))
    done = take_back(home, 2, partly=True)
    assert reasons(done) == [("changed-later", "S00000003", "order_no"), ("referred-to", "C000003", None)]
    assert not done.applied


def test_a_deleted_record_does_not_come_back_without_those_it_refers_to(home: OpenProject) -> None:
    commit(home, gone(home, "sales", SALE))
    commit(home, gone(home, "customers", ONE), run=WANG)
    done = take_back(home, 2)
    assert done.obstacles == (
        Obstacle("reference-gone", "sales", SALE, "customer_id", others=(("customers", ONE),)),
    )
    assert take_back(home, 3).applied
    assert take_back(home, 2).applied
    assert rows(home) == rows(home, 1)


def test_a_former_reference_must_lead_somewhere(home: OpenProject) -> None:
    commit(home, edited(home, "sales", SALE, customer_id=TWO, order_no="D-9"))
    commit(home, gone(home, "customers", ONE))
    done = take_back(home, 2, partly=True)
    assert reasons(done) == [("reference-gone", SALE, "customer_id")]
    assert (record(home, "sales", SALE)["customer_id"], record(home, "sales", SALE)["order_no"]) == (
        TWO,
        "D-0001",
    )


def test_a_unique_value_that_another_record_has_by_now_is_not_given_twice(home: OpenProject) -> None:
    commit(home, edited(home, "customers", ONE, code="AB1234"))
    commit(home, edited(home, "customers", ONE, code="AB9999", notes="一"))
    commit(home, edited(home, "customers", TWO, code="AB1234"))
    done = take_back(home, 3, partly=True)
    assert done.obstacles == (
        Obstacle("value-taken", "customers", ONE, "code", others=(("customers", TWO),)),
    )
    assert (record(home, "customers", ONE)["code"], record(home, "customers", ONE)["notes"]) == (
        "AB9999",
        None,
    )


def test_a_record_is_never_left_without_a_field_of_which_it_needs_one(home: OpenProject) -> None:
    commit(home, edited(home, "customers", ONE, mobile=None, email="a@qq.com"))
    commit(home, edited(home, "customers", ONE, email=None, mobile="+8613900000000", notes="一"))
    commit(home, edited(home, "customers", ONE, email="b@qq.com"))
    commit(home, edited(home, "customers", ONE, mobile=None))
    done = take_back(home, 4)
    assert reasons(done) == [("rule-broken", ONE, "email")]
    assert done.sentence(done.obstacles[0], "en")


def test_the_fields_of_a_cascade_go_back_together_or_not_at_all(home: OpenProject) -> None:
    commit(home, edited(home, "customers", ONE, province="32", city="3201"))
    commit(home, edited(home, "customers", ONE, province="33", city=None, notes="一"))
    commit(home, edited(home, "customers", ONE, city="3301"))
    done = take_back(home, 3, partly=True)
    assert reasons(done) == [("changed-later", ONE, "province"), ("changed-later", ONE, "city")]
    row = record(home, "customers", ONE)
    assert (row["province"], row["city"], row["notes"]) == ("33", "3301", None)


@pytest.mark.parametrize("number", [2, 99])
def test_a_revision_that_never_was_cannot_be_undone(home: OpenProject, number: int) -> None:
    with pytest.raises(StoreError) as error:
        take_back(home, number)
    assert error.value.code == "revision-unknown"


def test_the_result_is_told_in_json_with_labels(home: OpenProject) -> None:
    commit(home, edited(home, "customers", ONE, level="vip", notes="一"))
    commit(home, edited(home, "customers", ONE, notes="二"), run=WANG)
    told = json.loads(json.dumps(take_back(home, 2, partly=True).to_json("en")))
    assert told["undone"] == {
        "revision": 2, "at": "2026-11-22T08:00:00+00:00", "user": "li", "action": "sync",
        "source": "book.xlsx",
    }  # fmt: skip
    assert (told["now"], told["applied"]) == (4, True)
    assert told["counts"] == {"inserted": 0, "updated": 1, "deleted": 0, "blocked": 1}
    assert told["changes"] == [
        {
            "kind": "update",
            "sheet": "customers",
            "key": ONE,
            "field": "level",
            "before": "VIP",
            "after": "Normal",
        }
    ]
    assert told["blocked"] == [
        {
            "sheet": "customers", "key": ONE, "field": "notes", "reason": "changed-later", "revision": 3,
            "user": "wang", "others": [], "message": "was changed later, in revision 3 by wang",
        }
    ]  # fmt: skip


# ---------------------------------------------------------------- laws

Model = dict[str, dict[str, Row]]
FIELDS = {sheet.key: [item.key for item in sheet.stored_fields] for sheet in BOOK.sheets}


def _values(sheet: str, row: Row) -> dict[str, Value]:
    return dict(zip(FIELDS[sheet], row, strict=True))


def _used(rows: Mapping[str, Mapping[str, Row]], sheet: str) -> set[Value]:
    """The keys of a sheet that others refer to."""
    return {
        row[FIELDS[other.key].index(item.key)]
        for other in BOOK.sheets
        for item in other.stored_fields
        if item.to == sheet
        for row in rows[other.key].values()
    } - {None}


@st.composite
def sound_changes(draw: st.DrawFn, model: Model) -> Change | None:
    """A change that keeps the model sound: references lead somewhere, unique values differ."""
    sheet = draw(st.sampled_from(BOOK.sheets))
    rows, references = model[sheet.key], {key: sorted(table) for key, table in model.items()}
    if sheet.key == "sales" and not references["customers"]:
        return None
    key = draw(st.sampled_from(sorted(rows)) | keys_for(sheet) if rows else keys_for(sheet))
    if key in rows and draw(st.booleans()):
        if key in _used(model, sheet.key):
            return None
        before = {
            name: value for name, value in _values(sheet.key, rows.pop(key)).items() if value is not None
        }
        return Change("delete", sheet.key, key, before)
    new = _values(sheet.key, draw(rows_for(sheet, key, BOOK, references)))
    if "code" in new and new["code"] in {_values(sheet.key, row)["code"] for row in rows.values()}:
        new["code"] = None
    if key not in rows:
        rows[key] = tuple(new.values())
        filled = {name: value for name, value in new.items() if value is not None}
        return Change("insert", sheet.key, key, {}, filled)
    old = _values(sheet.key, rows[key])
    units = [("province", "city"), ("mobile", "email"), *((name,) for name in new)]
    chosen = {
        name for unit in draw(st.lists(st.sampled_from(units), min_size=1, max_size=3)) for name in unit
    }
    touched = {
        name for unit in units if set(unit) & chosen for name in unit if old.get(name) != new.get(name)
    }
    rows[key] = tuple(new[name] if name in touched else value for name, value in old.items())
    if not touched:
        return None
    past = {name: value for name, value in old.items() if name in touched}
    return Change("update", sheet.key, key, past, {name: new[name] for name in past})


@dataclass
class Past:
    """A book that came to be by some revisions, without a store."""

    revisions: list[list[Change]]

    def tables(self, *leaving_out: int, until: int | None = None) -> Tables:
        """The book after its revisions, or some of them, counted from 1."""
        changes = [
            change
            for number, some in enumerate(self.revisions[:until], 1)
            for change in some
            if number not in leaving_out
        ]
        empty = {sheet.key: Table(sheet.key, tuple(FIELDS[sheet.key])) for sheet in BOOK.sheets}
        return {key: apply(table, changes) for key, table in empty.items()}

    def later(self, number: int) -> list[tuple[Revision, Change]]:
        """What happened after a revision."""
        stamps = [Revision(at, AT, "li", "sync", "") for at in range(1, len(self.revisions) + 1)]
        return [(stamp, change) for stamp in stamps[number:] for change in self.revisions[stamp.number - 1]]

    def reversal(self, number: int) -> Reversal:
        """How to take a revision back."""
        nets = net_changes(BOOK, self.revisions[number - 1])
        later = [
            (stamp, change) for stamp, change in self.later(number) if (change.sheet, change.key) in nets
        ]
        return reverse(BOOK, nets, later, self.tables(), AS_OF, {})

    def undone(self, number: int) -> Tables:
        """The book after what can be undone of a revision is."""
        changes = self.reversal(number).changes
        return {key: apply(table, changes) for key, table in self.tables().items()}


@st.composite
def pasts(draw: st.DrawFn) -> Past:
    """Revisions of up to five changes each, of which every one leaves the book sound."""
    model: Model = {sheet.key: {} for sheet in BOOK.sheets}
    drawn = [
        [draw(sound_changes(model)) for _ in range(draw(st.integers(1, 5)))]
        for _ in range(draw(st.integers(1, 4)))
    ]
    return Past([[change for change in some if change is not None] for some in drawn])


@settings(max_examples=25, deadline=None)
@given(pasts())
def test_undoing_the_last_revision_restores_the_tables_exactly(past: Past) -> None:
    last = len(past.revisions)
    reversal = past.reversal(last)
    assert reversal.obstacles == ()
    assert past.undone(last) == past.tables(until=last - 1)
    again = Past([*past.revisions, list(reversal.changes)])
    assert again.undone(last + 1) == past.tables()


@settings(max_examples=40, deadline=None)
@given(pasts(), st.data())
def test_undoing_any_revision_equals_repeating_the_others(past: Past, data: st.DataObject) -> None:
    number = data.draw(st.integers(1, len(past.revisions)))
    obstacles = past.reversal(number).obstacles
    if not obstacles:
        assert past.undone(number) == past.tables(number)
    for item in obstacles:
        if item.by is None:
            assert item.others or item.reason == "rule-broken"
            continue
        blamed = [
            c for r, c in past.later(number) if r == item.by and (c.sheet, c.key) == (item.sheet, item.key)
        ]
        fields = {name for change in blamed for name in change.after}
        mates = {"province", "city"} if item.field in ("province", "city") else {item.field}
        assert blamed
        assert item.field is None or fields & mates


@settings(max_examples=25, deadline=None)
@given(pasts(), st.data())
def test_undoing_partly_keeps_the_book_sound_and_later_changes_as_they_are(
    past: Past, data: st.DataObject
) -> None:
    number = data.draw(st.integers(1, len(past.revisions)))
    before, after = past.tables(), past.undone(number)
    rows_after = {key: table.rows for key, table in after.items()}
    for sheet in BOOK.sheets:
        assert _used(rows_after, sheet.key) <= rows_after[sheet.key].keys()
    for _, change in past.later(number):
        if change.key in before[change.sheet].rows:
            for name in change.after:
                now = after[change.sheet].value(change.key, name)
                assert now == before[change.sheet].value(change.key, name)


@settings(max_examples=5, deadline=None)
@given(pasts())
def test_a_store_undoes_as_the_rules_say(past: Past) -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = new_home(Path(folder) / "project")
        made = [commit(home, *changes) for changes in past.revisions]
        done = take_back(home, max(made)) if max(made) else None
        last = max(at for at, changes in enumerate(past.revisions, 1) if changes) if done else 0
        assert done is None or done.obstacles == ()
        expected = past.undone(last) if last else past.tables()
        assert rows(home) == {key: dict(table.rows) for key, table in expected.items()}


# ---------------------------------------------------------------- with workbooks


def test_workbooks_that_showed_undone_values_are_corrected_at_the_next_sync(desk: Desk) -> None:
    row = free_row(desk.a)
    typed(desk.a, C000001={"notes": "打错了", "level": "A（重点客户）"}, **{f"row{row}": new_customer()})
    number = desk.sync(desk.a).now or 0
    desk.sync(desk.b)
    assert (seen(desk.b).value(ONE, "notes"), seen(desk.b).records()[-1]) == ("打错了", "C000031")
    typed(desk.b, C000002={"notes": "乙的备注"}, C000001={"email": "b@example.com"})
    assert undo(desk.home(), number, WANG, "zh", partly=False, dry_run=False).exit_code == 0
    for path in (desk.a, desk.b):
        report = desk.sync(path)
        assert (report.exit_code, list(report.conflicts), report.held) == (0, [], 0)
    desk.sync(desk.a)
    for path in (desk.a, desk.b):
        there = seen(path)
        shown = [there.value(ONE, name) for name in ("notes", "level", "email")]
        assert shown == ["多年合作", "B（普通客户）", "b@example.com"]
        assert there.value(TWO, "notes") == "乙的备注"
        assert "C000031" not in there.records()
    before = desk.state()
    desk.sync(desk.a)
    assert desk.state() == before


def test_an_edit_typed_over_an_undone_value_is_a_conflict_and_not_lost(desk: Desk) -> None:
    typed(desk.a, C000001={"notes": "打错了"})
    number = desk.sync(desk.a).now or 0
    typed(desk.a, C000001={"notes": "改对了"})
    undo(desk.home(), number, WANG, "zh", partly=False, dry_run=False)
    report = desk.sync(desk.a)
    assert [(item.base, item.edited, item.stored) for item in report.conflicts] == [
        ("打错了", "改对了", "多年合作")
    ]
    assert seen(desk.a).value(ONE, "notes") == "改对了"

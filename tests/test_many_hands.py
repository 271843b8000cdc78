"""Several people, several copies, any order: nothing is lost, nothing is done twice, decisions hold."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from custbook_gen.actions.generate import generate
from custbook_gen.report import Report
from tests.lists_book import client, make_lists, seen, write
from tests.review_books import CONFLICTS, conflicts, decide, issues
from tests.sync_books import RUN, Desk, desk_from

KEYS = [client(n) for n in range(1, 4)]
NAMES = st.sampled_from(["甲", "乙", "丙 & 丁", "=1+1", "a"])
MOBILES = st.sampled_from(["13800138000", "139", "10000000000", None])
SOURCES = st.sampled_from(["门店", "搜索引警", "搜索引擎"])
EDITS = st.dictionaries(
    st.sampled_from(KEYS),
    st.fixed_dictionaries({}, optional={"name": NAMES, "mobile": MOBILES, "source": SOURCES}),
    max_size=3,
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_lists(tmp_path_factory.mktemp("made") / "lists").folder


def desk_of(made: Path) -> Desk:
    return desk_from(made, Path(tempfile.mkdtemp()) / "desk")


def typed(path: Path, edits: dict[str, dict[str, str | None]]) -> None:
    write(path, **{key: values for key, values in edits.items() if values})


def told(report: Report) -> set[str]:
    return {issue.code for issue in report.issues if issue.severity != "info"}


def shown(path: Path, key: str, label: str) -> object:
    """What an English workbook shows of a client, under a header."""
    rows = CalamineWorkbook.from_path(path).get_sheet_by_name("Clients").to_python(skip_empty_area=False)
    heads = [str(cell).split("\n")[0] for cell in rows[1]]
    return next(row[heads.index(label)] for row in rows if row[0] == key)


# ---------------------------------------------------------------- laws


@settings(max_examples=5)
@given(first=EDITS, second=EDITS)
def test_a_second_sync_writes_nothing_whatever_was_typed(
    made: Path, first: dict[str, dict[str, str | None]], second: dict[str, dict[str, str | None]]
) -> None:
    desk = desk_of(made)
    typed(desk.a, first)
    typed(desk.b, second)
    desk.sync(desk.a)
    desk.sync(desk.b)
    before = desk.state(desk.b)
    report = desk.sync(desk.b)
    assert desk.state(desk.b) == before
    assert list(report.changes) == []
    shown = {(row["_key"], row["_field"]) for _, row in conflicts(desk.b).rows}
    assert shown == {(item.key, item.field) for item in report.conflicts}
    held = {(i.place.key, i.place.field) for i in report.issues if i.severity == "error"}
    errors = {(row["_key"], row["_field"]) for _, row in issues(desk.b).rows if row["severity"] == "错误"}
    assert errors == held


@settings(max_examples=5)
@given(
    mine=st.dictionaries(st.sampled_from(KEYS), NAMES, min_size=1),
    theirs=st.dictionaries(st.sampled_from(KEYS), NAMES, min_size=1),
    choices=st.lists(st.sampled_from(["我的", "他们的", "以后", ""]), min_size=3, max_size=3),
)
def test_mine_goes_to_the_store_theirs_to_the_workbook_and_later_keeps_both(
    made: Path, mine: dict[str, str], theirs: dict[str, str], choices: list[str]
) -> None:
    desk = desk_of(made)
    typed(desk.a, {key: {"name": name} for key, name in theirs.items()})
    typed(desk.b, {key: {"name": name} for key, name in mine.items()})
    desk.sync(desk.a)
    clashing = {item.key: item for item in desk.sync(desk.b).conflicts}
    for key, choice in zip(KEYS, choices, strict=True):
        if key in clashing and choice:
            decide(desk.b, CONFLICTS, key, choice, "name")
    desk.sync(desk.b)
    stored, there = desk.stored("clients"), seen(desk.b)
    for key, choice in zip(KEYS, choices, strict=True):
        if key not in clashing:
            continue
        item = clashing[key]
        sides = stored[key]["name"], there.value(key, "name")
        assert sides == {
            "我的": (item.edited, item.edited),
            "他们的": (item.stored, item.stored),
        }.get(choice, (item.stored, item.edited))
    left = {
        key for key, choice in zip(KEYS, choices, strict=True) if choice in ("以后", "")
    } & clashing.keys()
    assert {row["_key"] for _, row in conflicts(desk.b).rows} == left


# ---------------------------------------------------------------- copies and ages


@pytest.fixture
def desk(made: Path, tmp_path: Path) -> Desk:
    return desk_from(made, tmp_path / "desk")


def copied(desk: Desk, name: str) -> Path:
    path = desk.folder / name
    shutil.copy(desk.a, path)
    return path


def test_edits_of_both_copies_of_one_workbook_survive(desk: Desk) -> None:
    copy = copied(desk, "renamed (2).xlsx")
    write(desk.a, K0001={"name": "甲改的"}, K0002={"mobile": "13800138000"})
    write(copy, K0001={"mobile": "13900139000"}, K0003={"name": "乙改的"})
    desk.sync(desk.a)
    report = desk.sync(copy, days=60)
    assert (list(report.conflicts), told(report)) == ([], set())
    rows = desk.stored("clients")
    assert [rows[key]["name"] for key in KEYS] == ["甲改的", "顾客2", "乙改的"]
    assert [rows[key]["mobile"] for key in KEYS] == ["+8613900139000", "+8613800138000", None]


def test_new_rows_of_both_copies_become_records_of_their_own(desk: Desk) -> None:
    copy = copied(desk, "copy.xlsx")
    write(desk.a, row9={"name": "新甲"})
    write(copy, row9={"name": "新乙"})
    desk.sync(desk.a)
    desk.sync(copy)
    desk.sync(desk.a)
    names = [row["name"] for row in desk.stored("clients").values()]
    assert (names.count("新甲"), names.count("新乙")) == (1, 1)
    assert set(seen(desk.a).records()) == set(seen(copy).records())


def test_the_same_new_row_in_two_copies_is_one_record(desk: Desk) -> None:
    write(desk.a, row9={"name": "新顾客", "mobile": "13800138000"})
    copy = copied(desk, "copy.xlsx")
    desk.sync(desk.a)
    desk.sync(copy)
    desk.sync(copy)
    assert [row["name"] for row in desk.stored("clients").values()].count("新顾客") == 1


def test_workbooks_of_different_languages_and_ages_converge(desk: Desk) -> None:
    english = desk.folder / "en.xlsx"
    generate(desk.home(), english, RUN, lang="en")
    write(desk.b, K0001={"source": "门店"})
    desk.sync(desk.b)
    assert shown(english, KEYS[0], "Source") == "Referral"
    write(desk.a, K0001={"name": "新名"})
    desk.sync(desk.a)
    desk.sync(english, days=60)
    assert [shown(english, KEYS[0], label) for label in ("Name", "Source")] == ["新名", "Shop"]
    state = desk.state(english)
    desk.sync(english, days=60)
    assert desk.state(english) == state


def test_a_mailed_workbook_that_comes_back_after_two_months_meets_a_decided_conflict(desk: Desk) -> None:
    write(desk.a, K0001={"name": "甲"})
    write(desk.b, K0001={"name": "乙"})
    desk.sync(desk.a)
    desk.sync(desk.b)
    mailed = desk.folder / "b mailed.xlsx"
    shutil.copy(desk.b, mailed)
    decide(desk.b, CONFLICTS, KEYS[0], "我的", "name")
    desk.sync(desk.b)
    write(mailed, K0002={"name": "路上改的"})
    report = desk.sync(mailed, days=60)
    assert (list(report.conflicts), told(report)) == ([], set())
    assert [desk.stored("clients")[key]["name"] for key in KEYS[:2]] == ["乙", "路上改的"]
    assert conflicts(mailed).rows == []

"""Whatever people do to the dictionary, every record stays valid and readable, and a second sync rests."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custbook_gen.dictionary import effective
from custbook_gen.schema import record_model
from custbook_gen.workbook import Cell
from tests.lists_book import CLIENTS, DICTIONARY, client, make_lists
from tests.sync_books import Desk, free_row, remove, seen, typed

WORDS = ("转介绍", "直播", "Shop", "门店", "甲；乙", "VIP", "团购", "", "north", "百度")
CATEGORIES = ("来源", "标签", "大区", "城镇", "状态", "没有的分类")
TYPED = {
    "category": st.sampled_from(CATEGORIES),
    "zh": st.sampled_from(WORDS),
    "en": st.sampled_from(WORDS),
    "code": st.sampled_from(("referral", "x1", "", "SHOP")),
    "parent": st.sampled_from(("北区", "n", "没有", "")),
    "order": st.sampled_from((1, 15, "第一", "")),
    "active": st.sampled_from(("是", "否", "")),
    "aliases": st.sampled_from(("介绍", "x；y", "门店", "")),
    "color": st.sampled_from(("红", "#ABCDEF", "花", "")),
}
EDIT = st.fixed_dictionaries({}, optional=TYPED)
EDITS = st.lists(
    st.tuples(st.sampled_from((0, 1, 5, 8, 9, 12, None)), EDIT),
    min_size=1,
    max_size=6,
)
USES = st.lists(st.tuples(st.integers(1, CLIENTS), st.sampled_from(WORDS)), max_size=3)
REMOVED = st.lists(st.integers(0, 14), max_size=2, unique=True)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small book; copied, never changed."""
    return make_lists(tmp_path_factory.mktemp("laws") / "lists").folder


def edit(path: Path, edits: list[tuple[int | None, dict[str, Cell]]], uses: list[tuple[int, str]]) -> None:
    """Type into rows of the dictionary (a new one where no row is named) and use words as sources."""
    records = seen(path, DICTIONARY).records()
    cells: dict[str, dict[str, Cell]] = {}
    row = free_row(path, DICTIONARY)
    for at, values in edits:
        if at is None:
            cells[f"row{row}"], row = values, row + 1
        else:
            cells.setdefault(records[at], {}).update(values)
    typed(path, DICTIONARY, **cells)
    typed(path, "clients", **{client(number): {"source": word} for number, word in uses})


def assert_readable(desk: Desk) -> None:
    """Every stored record fits the book as its dictionary makes it, and its cells show labels."""
    home = desk.home()
    with home.store.reading() as snapshot:
        tables = snapshot.tables()
    book = effective(home.book, tables)
    for key in ("clients", "orders"):
        model = record_model(book, book.sheet(key))
        for row in tables[key].rows.values():
            values = dict(zip(tables[key].fields, row, strict=True))
            model.model_validate({name: value for name, value in values.items() if value is not None})


@settings(max_examples=8)
@given(first=EDITS, uses=USES, gone=REMOVED, second=EDITS, delete=st.booleans())
def test_any_edits_leave_a_book_that_can_be_read_and_rests(
    made: Path,
    first: list[tuple[int | None, dict[str, Cell]]],
    uses: list[tuple[int, str]],
    gone: list[int],
    second: list[tuple[int | None, dict[str, Cell]]],
    delete: bool,
) -> None:
    with tempfile.TemporaryDirectory() as place:
        desk = Desk(Path(place) / "desk")
        shutil.copytree(made, desk.folder)
        edit(desk.a, first, uses)
        keys = seen(desk.a, DICTIONARY).records()
        remove(desk.a, DICTIONARY, *(keys[at] for at in gone))
        desk.sync(delete=delete, allow_mass_delete=True)
        assert_readable(desk)
        edit(desk.b, second, uses)
        for path in (desk.b, desk.a):
            desk.sync(path)
        assert_readable(desk)
        desk.sync(desk.b)
        for path in (desk.a, desk.b):
            before = desk.state(path)
            report = desk.sync(path)
            assert list(report.changes) == []
            assert desk.state(path) == before

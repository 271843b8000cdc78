"""Rows that lie there column by column are the rows that they would be one by one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custbook_gen.actions.checking import check_file
from custbook_gen.actions.generate import generate
from custbook_gen.portions import PORTION, SEPARATOR, JoinedTexts
from custbook_gen.records import ColumnRows, Row, Table, Value
from tests.sync_books import RUN, Desk, typed

FIELDS = ("id", "name", "size")
COUNTS = st.one_of(st.integers(0, 3), st.sampled_from([PORTION - 1, PORTION, PORTION + 1, 2 * PORTION + 3]))


def rows_of(count: int) -> dict[str, Row]:
    names = ("甲", None, "", "乙")
    return {f"C{n:05}": (f"C{n:05}", names[n % 4], n % 7 or None) for n in range(count)}


def by_column(rows: Mapping[str, Row]) -> ColumnRows:
    """The same rows as a store's reader has them; the names in one piece."""
    portions: list[list[Any]] = []
    for start in range(0, len(rows), PORTION):
        keys, names, sizes = zip(*[*rows.values()][start : start + PORTION], strict=True)
        gaps = [at for at, name in enumerate(names) if name is None]
        whole = SEPARATOR.join(str(name or "") for name in names).encode()
        portions.append([keys, JoinedTexts(whole, len(names), gaps), list(sizes)])
    return ColumnRows(list(rows), portions)


@pytest.mark.parametrize("made", [False, True])
@given(count=COUNTS, data=st.data())
def test_they_are_a_mapping_of_rows(made: bool, count: int, data: st.DataObject) -> None:
    rows = rows_of(count)
    found = by_column(rows)
    if made:
        assert dict(found) == rows
    assert len(found) == count
    assert list(found) == list(rows)
    assert found.keys() == rows.keys()
    assert "C00000" not in found or count
    assert "nobody" not in found
    assert found.get("nobody") is None
    tables = Table("s", FIELDS, rows), Table("s", FIELDS, found)
    some = data.draw(st.lists(st.sampled_from(FIELDS), min_size=1, max_size=4))
    assert [*tables[1].select(*some)] == [*tables[0].select(*some)]
    assert [*tables[1].column("name")] == [*tables[0].column("name")]
    assert [*tables[1].values("size")] == [*tables[0].values("size")] == [row[2] for row in rows.values()]
    keys = data.draw(st.none() | st.lists(st.sampled_from(list(rows)), min_size=1) if rows else st.none())
    wanted = [rows[key] for key in (rows if keys is None else keys)]
    start = data.draw(st.integers(0, len(wanted) - 1)) if wanted else 0
    stop = data.draw(st.integers(start + 1, len(wanted))) if wanted else 0
    if wanted:
        columns = [zip(*table.stretches(keys)(start, stop), strict=True) for table in tables]
        assert [*columns[1]] == [*columns[0]] == wanted[start:stop]
    assert tables[0] == tables[1]
    assert [*found.items()] == [*rows.items()]
    assert [*found.values()] == [*rows.values()]


def test_whole_portions_are_handed_on_as_they_lie_there() -> None:
    rows = rows_of(PORTION + 2)
    columns = Table("s", FIELDS, by_column(rows)).stretches()
    assert isinstance(columns(0, PORTION)[1], JoinedTexts)
    assert isinstance(columns(PORTION, PORTION + 2)[1], JoinedTexts)
    assert isinstance(columns(0, 3)[1], list)


def test_stretches_outlast_the_making_of_rows() -> None:
    table = Table("s", FIELDS, by_column(rows_of(PORTION + 2)))
    before = table.stretches()
    assert table.value("C00003", "name") == "乙"
    ranges = ((0, PORTION), (PORTION, PORTION + 2), (7, PORTION + 1))
    for start, stop in ranges:
        assert [*zip(*before(start, stop), strict=True)] == [
            *zip(*table.stretches()(start, stop), strict=True)
        ]


def test_a_portion_of_another_size_is_refused() -> None:
    with pytest.raises(ValueError, match="another size"):
        ColumnRows(["a", "b"], [[("a",)], [("b",)]])


TEXT = st.none() | st.text().map(lambda text: text.replace(SEPARATOR, "").encode("utf-8", "replace").decode())


@given(st.lists(TEXT, min_size=1, max_size=9), st.slices(9))
def test_texts_in_one_piece_are_a_sequence_of_texts(texts: list[str | None], part: slice) -> None:
    gaps = [at for at, text in enumerate(texts) if text is None]
    found = JoinedTexts(SEPARATOR.join(text or "" for text in texts).encode(), len(texts), gaps)
    assert [*found] == texts
    assert len(found) == len(texts)
    assert found[part] == texts[part]
    assert found[-1] == texts[-1]


def test_tables_of_other_rows_differ() -> None:
    rows: dict[str, tuple[Value, ...]] = rows_of(3)
    table = Table("s", FIELDS, by_column(rows))
    assert table != replace(table, rows={**rows, "C00001": ("C00001", "丙", None)})
    assert table != replace(table, rows={key: rows[key] for key in list(rows)[:2]})


def test_sheets_of_which_nothing_is_told_stay_columns(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever looks at all records looks at columns; of customers, there are warnings to tell."""
    asked, made = set[str](), ColumnRows._made

    def told(rows: ColumnRows) -> dict[str, Row]:
        asked.add(next(iter(rows), ""))
        return made(rows)

    monkeypatch.setattr(ColumnRows, "_made", told)
    generate(desk.home(), desk.folder / "c.xlsx", RUN)
    check_file(desk.folder / "c.xlsx", RUN)
    desk.sync(desk.folder / "c.xlsx")
    assert asked.isdisjoint({"E0001", "P000001", "S00000001", "I00000001"})


def test_a_picture_takes_whole_rows_at_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """One by one, by their keys, that takes forty times as long."""
    typed(desk.a, "sales", S00000001={"order_no": "D9999"})
    asked, get = list[str](), ColumnRows.__getitem__

    def told(rows: ColumnRows, key: str) -> Row:
        asked.append(key)
        return get(rows, key)

    monkeypatch.setattr(ColumnRows, "__getitem__", told)
    check_file(desk.a, RUN)
    assert "S00000001" in asked
    assert "S00000080" not in asked

"""The comparison on concurrent edits: what custbook keeps, and that the judge can tell."""

from __future__ import annotations

from pathlib import Path

from benchmarks.concurrent import EDITS, fate
from benchmarks.concurrent_tools import Ended, brought, custbook, row_checksum


def test_every_edit_of_two_people_is_stored_or_told(tmp_path: Path) -> None:
    ended = custbook(tmp_path)
    assert [fate(edit, ended) for edit in EDITS] == [edit.expected for edit in EDITS]


def test_the_judge_tells_what_other_ways_lose(tmp_path: Path) -> None:
    last_one_wins = Ended(brought("B"))
    found = [fate(edit, last_one_wins) for edit in EDITS]
    assert (found.count("lost"), found.count("ignored"), found.count("taken although invalid")) == (4, 1, 1)
    found = [fate(edit, row_checksum(tmp_path)) for edit in EDITS]
    assert (found[-1], found[7]) == ("doubled", "ignored")

"""People edit many workbooks of one book at once, some syncs are killed: nothing is lost, doubled or untold.

Here small games; ``python -m tests.simulation`` plays 5 people, 200 edits and 20 syncs each.
"""

from __future__ import annotations

import subprocess
import sys
from copy import deepcopy
from pathlib import Path

import pytest

from tests.simulation.model import INVALID, Clash, Copy, Row, Store, Value, sync

ROOT = Path(__file__).parent.parent


def played(*words: str) -> str:
    """What a game says that came to a good end."""
    command = [sys.executable, "-m", "tests.simulation", "--crashes", "0.4", *words]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "all is there, once" in done.stdout
    return done.stdout


@pytest.mark.parametrize("seed", [2, pytest.param(3, marks=pytest.mark.thorough)])
def test_nothing_that_anybody_typed_is_lost_or_doubled(seed: int) -> None:
    played("--seed", str(seed), "--people", "3", "--edits", "12", "--syncs", "2")


def test_nor_is_anything_that_was_typed_into_a_google_spreadsheet_beside_a_workbook() -> None:
    told = played("--seed", "1", "--people", "1", "--edits", "12", "--syncs", "3", "--google")
    assert " 0 that failed" not in told


# ---------------------------------------------------------------- the model itself

ONE = ("clients", "K0001")
SHOWN: dict[str, Value] = {"name": "甲", "mobile": None, "source": "shop"}


def copy_of(**typed: str | None) -> Copy:
    """A workbook with one row, and what somebody typed into it."""
    return Copy({ONE: Row({**SHOWN, **typed}, dict(SHOWN))})


def test_the_model_stores_an_edit_and_tells_a_clash() -> None:
    store: Store = {ONE: dict(SHOWN)}
    first, second = copy_of(name="乙"), copy_of(name="丙", source="search")
    assert sync(store, first).changed == {("update", *ONE)}
    assert sync(store, second).clashes == {Clash(*ONE, "name", "丙", "乙")}
    assert store == {ONE: {"name": "乙", "mobile": None, "source": "search"}}
    assert second.rows[ONE].cells["name"] == "丙"
    assert second.rows[ONE].base == {"name": "甲", "mobile": None, "source": "search"}
    sync(store, second, "file")
    assert store[ONE]["name"] == "丙"


def test_the_model_holds_a_row_and_what_refers_to_it() -> None:
    store: Store = {ONE: dict(SHOWN)}
    copy = copy_of(name="乙", mobile=INVALID)
    copy.rows["clients", "new:1"] = Row({"name": "新", "mobile": INVALID, "source": "shop"})
    copy.rows["orders", "new:2"] = Row({"client_id": "new:1", "amount": 5, "status": "done"})
    told = sync(store, copy)
    assert (told.held, told.changed, store) == (3, set(), {ONE: SHOWN})


def test_the_model_deletes_what_nobody_changed_meanwhile() -> None:
    for changed, left in ((False, set()), (True, {ONE})):
        store: Store = {ONE: {**SHOWN, **({"name": "乙"} if changed else {})}}
        copy = copy_of()
        copy.gone[ONE] = dict(SHOWN)
        del copy.rows[ONE]
        before = deepcopy(store)
        sync(store, copy)
        assert store.keys() == left
        assert not left or (store == before and copy.gone)

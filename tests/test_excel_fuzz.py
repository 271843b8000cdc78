"""Damaged workbooks end in a result or in one clear sentence: never in another exception, never in a hang.

``CUSTBOOK_FUZZ=50`` tries fifty times as many; which ones is always the same.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custbook_gen.actions.checking import check_file
from custbook_gen.actions.generate import generate
from custbook_gen.actions.init import Choices, init
from custbook_gen.backends.excel import ExcelFile
from custbook_gen.backends.excel.write import write_package
from custbook_gen.errors import CustbookError
from custbook_gen.workbook import CellPatch, Formula, Patch, Rule, RulePatch, SheetPatch
from tests.excel_plans import FIRST, overview, realistic_plan
from tests.fuzzing import Damage, damage
from tests.sync_books import RUN

TIMES = int(os.environ.get("CUSTBOOK_FUZZ", "1"))
SECONDS = 10.0
"""Processor time for one workbook; nearly all take a few hundredths of a second."""

PATCH = Patch(
    sheets=(
        SheetPatch(
            "客户档案",
            (CellPatch(FIRST, 2, "=x"), CellPatch(FIRST + 1, 10, Formula("1+1", 2)), CellPatch(99, 1, "新")),
            (RulePatch(4, FIRST, Rule("list", formula1="cb_industry")),),
        ),
    ),
    rewritten=(overview(5),),
    names={"cb_industry": "'选项'!$A$2:$A$9"},
    properties={"custbook.rev": "2"},
)


def sample() -> bytes:
    out = BytesIO()
    write_package(realistic_plan(8, 3), out)
    return out.getvalue()


SAMPLE = sample()


def demo(folder: Path) -> bytes:
    """The demo's book in its smallest form."""
    home = init(folder, Choices(preset="basic"), RUN)
    generate(home, folder / "book.xlsx", RUN)
    return (folder / "book.xlsx").read_bytes()


@contextmanager
def in_time() -> Iterator[None]:
    start = time.process_time()
    yield
    assert time.process_time() - start < SECONDS


@settings(max_examples=120 * TIMES, deadline=None, derandomize=True, database=None)
@given(damage=damage())
def test_a_damaged_workbook_is_read_and_patched_or_refused(
    tmp_path_factory: pytest.TempPathFactory, damage: Damage
) -> None:
    folder = tmp_path_factory.getbasetemp() / "fuzz"
    folder.mkdir(exist_ok=True)
    path = folder / "book.xlsx"
    content = damage.done_to(SAMPLE)
    path.write_bytes(content)
    with in_time(), suppress(CustbookError):
        digest = ExcelFile(path).read().digest
        ExcelFile(path).prepare(PATCH, digest).discard()
    assert path.read_bytes() == content
    assert [entry.name for entry in folder.iterdir()] == ["book.xlsx"]


@pytest.mark.slow
def test_a_damaged_book_is_checked_or_refused(tmp_path: Path) -> None:
    original = demo(tmp_path / "shop")
    mailed = tmp_path / "mail" / "book.xlsx"
    mailed.parent.mkdir()

    @settings(max_examples=15 * TIMES, deadline=None, derandomize=True, database=None)
    @given(damage=damage(), path=st.sampled_from([tmp_path / "shop" / "book.xlsx", mailed]))
    def check(damage: Damage, path: Path) -> None:
        path.write_bytes(damage.done_to(original))
        with in_time(), suppress(CustbookError):
            check_file(path, RUN)

    check()

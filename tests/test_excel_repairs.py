"""Furniture that is put back: exactly what is named; a workbook in which anything else changed is refused."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from custbook_gen.backends.excel.patch import patch_package
from custbook_gen.backends.excel.verify import verify_patch
from custbook_gen.backends.excel.write import write_package
from custbook_gen.furniture import Look, Repairs
from custbook_gen.workbook import Patch, Plan, SheetPatch
from tests.excel_plans import FIRST, customers
from tests.xlsx_samples import SHEET, read, refusal

PLAN = customers(6)
assert PLAN.table is not None
FRAME = replace(PLAN, table=replace(PLAN.table, rows=(), blank_rows=0))
HEAD, PHONE = FIRST - 1, 3
LAST = len(PLAN.table.columns)
REPAIRS = Repairs(parts=frozenset({"guard", "freeze"}), columns={PHONE: 2}, first_row=FIRST)
PATCH = Patch(sheets=(SheetPatch(PLAN.title, repairs=REPAIRS, frame=FRAME),))


def changed(source: BytesIO, change: Callable[[str, str], str]) -> BytesIO:
    """The workbook with other markup; entries that stay are packed as they were."""
    out = BytesIO()
    with ZipFile(source) as old, ZipFile(out, "w", ZIP_DEFLATED) as new:
        for info in old.infolist():
            text = old.read(info).decode()
            new.writestr(info, change(info.filename, text), ZIP_DEFLATED)
    return out


def damaged() -> BytesIO:
    """No guard, no panes, and two phones in plain cells."""
    made = BytesIO()
    write_package(Plan("t", (PLAN,), {}, {}), made)

    def damage(name: str, text: str) -> str:
        if name != SHEET:
            return text
        text = re.sub(r"<sheetProtection [^>]*/>|<pane [^>]*/>", "", text)
        text = re.sub(r' pane="[^"]*"', "", text)
        return re.sub(rf'(<c r="C(?:{FIRST}|{FIRST + 1})") s="\d+"', r"\1", text)

    return changed(made, damage)


def repaired(before: BytesIO) -> BytesIO:
    out = BytesIO()
    patch_package(before, "book.xlsx", PATCH, out)
    return out


OPENED = Patch(
    sheets=(
        SheetPatch(
            PLAN.title,
            repairs=Repairs(locks=((HEAD, PHONE), (HEAD, PHONE + 1)), beside=LAST + 1, first_row=FIRST),
            frame=FRAME,
        ),
    ),
    unnamed={PLAN.title: frozenset({"cb_x"})},
)
"""Two headers are locked again, the columns beside the table opened, and a name of the sheet's own goes."""
NAMES = (
    '<definedNames><definedName name="cb_x" localSheetId="0">1</definedName>'
    '<definedName name="cb_x">2</definedName><definedName name="cb_y" localSheetId="0">3</definedName>'
)


def opened() -> BytesIO:
    """Headers in the open style of the cells below them, no formats beside the table, names of its own."""
    made = BytesIO()
    write_package(Plan("t", (PLAN,), {"cb_z": "1"}, {}), made)

    def damage(name: str, text: str) -> str:
        if name == "xl/workbook.xml":
            return text.replace("<definedNames>", NAMES)
        if name != SHEET:
            return text
        style = re.search(rf'<c r="C{FIRST}" s="(\d+)"', text)[1]  # type: ignore[index]
        text = re.sub(rf'(<c r="[CD]{HEAD}") s="\d+"', rf'\1 s="{style}"', text)
        return re.sub(rf'(<col min="{LAST + 1}" [^>]*?) style="\d+"', r"\1", text)

    return changed(made, damage)


def test_heads_are_locked_columns_opened_and_names_taken_away() -> None:
    before, after = opened(), BytesIO()
    patch_package(before, "book.xlsx", OPENED, after)
    verify_patch(before, after, "book.xlsx", OPENED)
    sheet = read(after).sheets[0]
    assert sheet.around is not None
    assert [sheet.around.top[HEAD, column].locked for column in (PHONE, PHONE + 1)] == [True, True]
    span = sheet.around.column(LAST + 1)
    assert span is not None
    assert span.look == Look("general", locked=False)
    assert read(before).sheets[0].names.keys() - sheet.names.keys() == {"cb_x"}
    assert read(after).names == read(before).names


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        (SHEET, rf'<c r="E{HEAD}" s="\d+"', f'<c r="E{HEAD}" s="0"'),
        (SHEET, rf'<c r="C{HEAD}" s="\d+"', f'<c r="C{HEAD}" s="0"'),
        (SHEET, rf'(<col min="{LAST + 1}" [^>]*?) style="\d+"', r'\1 style="0"'),
        (SHEET, rf'(<col min="{LAST + 1}" [^>]*?)/>', r'\1 hidden="1"/>'),
        (SHEET, r'<col min="4" max="4" width="\d+"', '<col min="4" max="4" width="99"'),
        ("xl/workbook.xml", '<definedName name="cb_y" localSheetId="0">3</definedName>', ""),
        ("xl/workbook.xml", '<definedName name="cb_x">2</definedName>', ""),
        ("xl/workbook.xml", "<definedNames>", NAMES),
    ],
)  # fmt: skip
def test_anything_else_than_locks_and_names_is_refused(part: str, old: str, new: str) -> None:
    before, made = opened(), BytesIO()
    patch_package(before, "book.xlsx", OPENED, made)
    done: list[int] = []

    def tamper(name: str, text: str) -> str:
        if name != part:
            return text
        text, count = re.subn(old, new, text, count=1)
        done.append(count)
        return text

    after = changed(made, tamper)
    assert done == [1]
    assert refusal(lambda: verify_patch(before, after, "book.xlsx", OPENED)).code == "patch-unfaithful"


def test_what_is_named_is_put_back() -> None:
    before = damaged()
    after = repaired(before)
    verify_patch(before, after, "book.xlsx", PATCH)
    around = read(after).sheets[0].around
    assert around is not None
    assert around.protection is not None
    assert around.freeze == PLAN.freeze
    assert around.looks(PHONE, FIRST).keys() == {Look("text", locked=False)}
    assert read(after).sheets[0].rows == read(before).sheets[0].rows


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (r"<sheetProtection ", '<sheetProtection password="CC1A" '),
        (r'(<sheetProtection[^>]*) sheet="1"', r'\1 sheet="0"'),
        (rf'<c r="C{FIRST}" s="\d+"', f'<c r="C{FIRST}" s="0"'),
        (rf'<c r="D{FIRST}" s="\d+"', f'<c r="D{FIRST}" s="0"'),
        (r'<c r="C2" s="\d+"', '<c r="C2" s="0"'),
        (r'<col min="4" max="4" width="\d+"', '<col min="4" max="4" width="99"'),
        (r' zoomScale="\d+"', ' zoomScale="55"'),
        (r"<autoFilter [^>]*/>", ""),
    ],
)  # fmt: skip
def test_anything_else_that_changed_is_refused(old: str, new: str) -> None:
    before = damaged()
    done: list[int] = []

    def tamper(name: str, text: str) -> str:
        if name != SHEET:
            return text
        text, count = re.subn(old, new, text, count=1)
        done.append(count)
        return text

    after = changed(repaired(before), tamper)
    assert done == [1]
    assert refusal(lambda: verify_patch(before, after, "book.xlsx", PATCH)).code == "patch-unfaithful"

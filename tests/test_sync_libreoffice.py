"""LibreOffice as the colleagues' program: saved again, sorted, edited, with a row inserted."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.sync_books import (
    CUSTOMERS,
    MADE,
    TITLES,
    Desk,
    changed,
    codes,
    customer,
    held,
    parts,
    seen,
    sheet_parts,
)
from tests.xlsx_samples import resaved

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice (soffice) is not installed"),
]

MACRO = """<?xml version="1.0" encoding="UTF-8"?>
<script:module xmlns:script="http://openoffice.org/2000/script"
 script:name="Work" script:language="StarBasic">
Sub Work(path As String)
  Dim hidden(0) As New com.sun.star.beans.PropertyValue
  hidden(0).Name = "Hidden" : hidden(0).Value = True
  book = StarDesktop.loadComponentFromURL(ConvertToURL(path), "_blank", 0, hidden())
  people = book.Sheets.getByName("客户档案")
  people.getCellRangeByName("A1").String = people.getCellRangeByName("A1").String
  Dim by(0) As New com.sun.star.table.TableSortField
  by(0).Field = 2 : by(0).IsAscending = False
  Dim how(1) As New com.sun.star.beans.PropertyValue
  how(0).Name = "SortFields" : how(0).Value = by()
  how(1).Name = "ContainsHeader" : how(1).Value = False
  people.unprotect("")
  people.getCellRangeByName("A3:AC32").sort(how())
  people.Rows.insertByIndex(9, 1)
  people.getCellRangeByName("C10").String = "办公室里新来的客户"
  people.getCellRangeByName("D10").String = "企业"
  people.getCellRangeByName("H10").String = "0571-88886666"
  people.getCellRangeByName("U10").String = "员工2"
  people.getCellRangeByName("C3").String = "改名的最后一位"
  people.getCellRangeByName("G4").String = "139"
  people.getCellRangeByName("C2").String = "客户的大名"
  Dim saved(0) As New com.sun.star.beans.PropertyValue
  saved(0).Name = "FilterName" : saved(0).Value = "Calc MS Excel 2007 XML"
  book.storeToURL(ConvertToURL(path), saved())
  book.close(True)
End Sub
</script:module>
"""
LIBRARY = """<?xml version="1.0" encoding="UTF-8"?>
<library:library xmlns:library="http://openoffice.org/2000/library" library:name="Standard"
 library:readonly="false" library:passwordprotected="false">
 <library:element library:name="Work"/>
</library:library>
"""


def work(path: Path, folder: Path, macro: str = MACRO) -> None:
    """Save a workbook in LibreOffice, then edit it there by a macro in the profile that this made."""
    shutil.copy(resaved(path, folder), path)
    profile = folder / "profile"
    library = profile / "user" / "basic" / "Standard"
    (library / "Work.xba").write_text(macro, encoding="utf-8")
    (library / "script.xlb").write_text(LIBRARY, encoding="utf-8")
    subprocess.run(
        ["soffice", "--headless", f"-env:UserInstallation=file://{profile}", f"macro:///Standard.Work.Work({path})"],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip


def test_saving_in_libreoffice_changes_nothing(desk: Desk, tmp_path: Path) -> None:
    shutil.copy(resaved(desk.a, tmp_path / "saved"), desk.a)
    stored = {sheet: desk.stored(sheet) for sheet in TITLES}
    report = desk.sync()
    assert (list(report.changes), report.exit_code, desk.revision()) == ([], 0, MADE)
    assert [code for code, _, _ in codes(report) if code == "computed-changed"] == []
    assert {sheet: desk.stored(sheet) for sheet in TITLES} == stored
    before = desk.state()
    desk.sync()
    assert desk.state() == before


def test_a_colleague_at_work_in_libreoffice(desk: Desk, tmp_path: Path) -> None:
    work(desk.a, tmp_path / "office")
    before = parts(desk.a)
    report = desk.sync()
    last, held_one = customer(CUSTOMERS), customer(CUSTOMERS - 1)
    new = customer(CUSTOMERS + 1)
    assert {place: after for place, (_, after) in changed(report).items() if place[1] == last} == {
        ("customers", last, "name"): "改名的最后一位"
    }
    assert {key for _, key, _ in changed(report)} == {last, new}
    assert [code for code in codes(report) if code[0] == "phone-impossible"] == [
        ("phone-impossible", held_one, "mobile")
    ]
    assert ("header-changed", None, "name") in codes(report)
    there = seen(desk.a)
    assert there.row(new) == 10
    assert there.status(held_one) == held("手机")
    assert there.records()[0] == last
    assert desk.stored()[new]["owner_id"] == "E0002"
    ours = set(sheet_parts(desk.a).values())
    after = parts(desk.a)
    differing = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
    shared = {"xl/workbook.xml", "xl/styles.xml", "docProps/custom.xml"}
    assert {name for name in differing if "charts/" not in name} <= ours | shared
    state = desk.state()
    desk.sync()
    assert desk.state() == state

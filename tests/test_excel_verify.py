"""A patched workbook is compared with the old one: whatever else differs, it does not take its place."""

# ruff: noqa: E501 (markup reads best on one line)

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from custbook_gen.backends.excel import ExcelFile
from custbook_gen.backends.excel.patch import patch_package
from custbook_gen.backends.excel.verify import verify_patch
from custbook_gen.backends.excel.write import write_package
from custbook_gen.errors import WorkbookError
from custbook_gen.workbook import (
    CellPatch,
    Chart,
    Formula,
    Patch,
    Plan,
    Rule,
    RulePatch,
    Series,
    SheetPatch,
    SheetPlan,
    StyledCell,
)
from tests.sync_books import Desk, customer, seen, typed
from tests.xlsx_samples import (
    OFFICE,
    SHEET,
    entries,
    part,
    parts,
    refusal,
    relationships,
    sheet_xml,
    styles_xml,
    zipped,
)

Content = dict[str, bytes]

PATCH = Patch(
    sheets=(
        SheetPatch(
            "S1",
            (CellPatch(2, 2, "=new"), CellPatch(3, 1, None), CellPatch(9, 4, Formula("A1*2", 4))),
            (RulePatch(2, 2, Rule("list", formula1="cb_ours")),),
        ),
    ),
    names={"cb_ours": "S1!$A$1"},
    properties={"cb.rev": "2"},
)

ROWS = (
    '<row r="1" spans="1:3" ht="20" customHeight="1"><c r="A1" s="1"><v>1</v></c><c r="B1"><v>2</v></c></row>'
    '<row r="2"><c r="A2"><v>3</v></c><c r="B2" s="1" t="str"><f t="shared" ref="B2:B4" si="0">A2&amp;"x"</f><v>3x</v></c><c r="C2"><v>9</v></c></row>'
    '<row r="3"><c r="A3"><v>4</v></c><c r="B3" t="str"><f t="shared" si="0"/><v>4x</v></c></row>'
    '<row r="4" hidden="1"><c r="B4" t="str"><f t="shared" si="0"/><v>x</v></c></row>'
)
BEFORE = '<dimension ref="A1:C4"/><cols><col min="2" max="2" width="33" customWidth="1"/></cols>'
AFTER = (
    '<autoFilter ref="A1:C4"><filterColumn colId="0"/></autoFilter><mergeCells count="1"><mergeCell ref="E1:F2"/></mergeCells>'
    '<conditionalFormatting sqref="C2:C4"><cfRule type="expression" priority="1"><formula>C2&gt;1</formula></cfRule></conditionalFormatting>'
    '<dataValidations count="2"><dataValidation type="whole" sqref="A2:C9"><formula1>A2</formula1></dataValidation>'
    '<dataValidation type="list" sqref="F2"><formula1>mine</formula1></dataValidation></dataValidations>'
    '<drawing r:id="rId1"/><extLst><ext uri="{1}" xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"><x14:slicerList/></ext></extLst>'
)
CUSTOM = (
    '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties" xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes">'
    '<property fmtid="{D5CDD505-2E9C-101B-9397-08002B2CF9AE}" pid="2" name="theirs"><vt:lpwstr>t</vt:lpwstr></property></Properties>'
)


def workbook() -> dict[str, str | bytes]:
    """A workbook with much of the user's around the cells that are patched."""
    content: dict[str, str | bytes] = dict(
        parts(
            sheet_xml(ROWS, before=BEFORE, after=AFTER),
            sheet_xml('<row r="1"><c r="A1"><v>7</v></c></row>'),
            styles=styles_xml(0, 14, 2),
            names='<definedNames><definedName name="mine">S2!$A$1</definedName></definedNames><calcPr calcId="191029"/>',
        )
    )
    content["xl/worksheets/_rels/sheet1.xml.rels"] = relationships(("drawing", "../drawings/drawing1.xml"))
    content["xl/drawings/drawing1.xml"] = "<d/>"
    content["xl/media/image1.png"] = bytes(range(256))
    content["xl/vbaProject.bin"] = b"\xd0\xcf\x11\xe0 macro"
    content["docProps/custom.xml"] = CUSTOM
    package = str(content["_rels/.rels"])
    content["_rels/.rels"] = package.replace(
        "</Relationships>",
        f'<Relationship Id="rId2" Type="{OFFICE}/custom-properties" Target="docProps/custom.xml"/></Relationships>',
    )
    return content


def made() -> tuple[BytesIO, Content]:
    """The workbook, and the parts of the patched one."""
    before = zipped(workbook())
    out = BytesIO()
    patch_package(before, "book.xlsx", PATCH, out)
    with ZipFile(out) as archive:
        return before, {name: archive.read(name) for name in archive.namelist()}


def archived(before: BytesIO, content: Mapping[str, bytes]) -> BytesIO:
    """An archive that takes over unchanged entries as they are packed in another one."""
    out = BytesIO()
    with ZipFile(before) as old, ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name, data in content.items():
            info = old.getinfo(name) if name in old.namelist() else name
            archive.writestr(info, data, ZIP_DEFLATED)
    return out


def verdict(change: Callable[[Content], None]) -> WorkbookError:
    """What a patched workbook is refused with after something more changed in it."""
    before, content = made()
    change(content)
    return refusal(lambda: verify_patch(before, archived(before, content), "book.xlsx", PATCH))


def replaced(name: str, old: str, new: str) -> Callable[[Content], None]:
    def change(content: Content) -> None:
        assert old.encode() in content[name], content[name]
        content[name] = content[name].replace(old.encode(), new.encode(), 1)

    return change


def test_what_the_patch_names_may_change() -> None:
    before, content = made()
    verify_patch(before, archived(before, content), "book.xlsx", PATCH)
    assert b"cb_ours" in content["xl/workbook.xml"]
    assert '<row r="9">' in content[SHEET].decode()


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        (SHEET, 'width="33"', 'width="34"'),
        (SHEET, '<c r="B1"><v>2</v>', '<c r="B1"><v>3</v>'),
        (SHEET, '<c r="A2"><v>3</v></c>', ""),
        (SHEET, '<c r="C2"><v>9</v></c>', '<c r="C2" s="1"><v>9</v></c>'),
        (SHEET, '<c r="A1" s="1">', '<c r="A1" s="2">'),
        (SHEET, 'A3&amp;"x"', 'A4&amp;"x"'),
        (SHEET, 'ref="B3:B4" si="0">A3&amp;"x"</f>', 'si="0"/>'),
        (SHEET, 'ref="B3:B4" si="0"', 'ref="B2:B4" si="0"'),
        (SHEET, 'ref="B3:B4" si="0"', 'ref="B3:B4" si="1"'),
        (SHEET, '<f t="shared" si="0"/><v>x', "<v>x"),
        (SHEET, ' ht="20"', ' ht="21"'),
        (SHEET, ' hidden="1"', ""),
        (SHEET, '<row r="9">', '<row r="8"><c r="A8"><v>1</v></c></row><row r="9">'),
        (SHEET, '<c r="D9">', '<c r="C9"><v>1</v></c><c r="D9">'),
        (SHEET, '<filterColumn colId="0"/>', ""),
        (SHEET, '<mergeCell ref="E1:F2"/>', '<mergeCell ref="E1:F3"/>'),
        (SHEET, "C2&gt;1", "C2&gt;2"),
        (SHEET, "<formula1>mine</formula1>", "<formula1>yours</formula1>"),
        (SHEET, "C2:C9", "C2:C8"),
        (SHEET, '<drawing r:id="rId1"/>', ""),
        (SHEET, "<x14:slicerList/>", ""),
        (SHEET, "</worksheet>", "<!-- ours --></worksheet>"),
        ("xl/worksheets/sheet2.xml", "<v>7</v>", "<v>8</v>"),
        ("xl/worksheets/_rels/sheet1.xml.rels", "drawing1", "drawing2"),
        ("xl/workbook.xml", 'name="S2"', 'name="S2" state="hidden"'),
        ("xl/workbook.xml", "S2!$A$1", "S2!$A$2"),
        ("xl/workbook.xml", 'calcId="191029"', 'calcId="1"'),
        ("xl/styles.xml", 'numFmtId="14"', 'numFmtId="15"'),
        ("xl/styles.xml", '<font><sz val="11"/>', '<font><sz val="12"/>'),
        ("xl/_rels/workbook.xml.rels", "sheet2.xml", "sheet1.xml"),
        ("[Content_Types].xml", "application/xml", "text/xml"),
        ("docProps/custom.xml", ">t<", ">u<"),
        ("_rels/.rels", "docProps/custom.xml", "docProps/other.xml"),
    ],
)  # fmt: skip
def test_anything_else_that_differs_is_refused_and_named(name: str, old: str, new: str) -> None:
    error = verdict(replaced(name, old, new))
    if error.code == "workbook-corrupt":  # it points to a part that is not there
        assert name.endswith(".rels")
    else:
        assert (error.code, error.facts) == ("patch-unfaithful", {"file": "book.xlsx", "part": name})


@pytest.mark.parametrize("name", ["xl/media/image1.png", "xl/vbaProject.bin", "xl/drawings/drawing1.xml"])
def test_parts_of_other_kinds_are_compared_bit_for_bit(name: str) -> None:
    def change(content: Content) -> None:
        content[name] = content[name][:-1] + b"!"

    assert verdict(change).facts["part"] == name

    def drop(content: Content) -> None:
        del content[name]

    assert verdict(drop).code == "patch-unfaithful"


def test_parts_that_came_from_nowhere_are_refused() -> None:
    def change(content: Content) -> None:
        content["xl/worksheets/sheet9.xml"] = b"<x/>"

    error = verdict(change)
    assert (error.code, error.facts["part"]) == ("patch-unfaithful", "xl/worksheets/sheet9.xml")


def test_a_sheet_that_is_not_well_formed_is_refused() -> None:
    for old, new in (('<row r="9">', '<row r="9" r="9">'), ("</worksheet>", "</worksheet ")):
        error = verdict(replaced(SHEET, old, new))
        assert error.code in {"workbook-corrupt", "patch-unfaithful"}


def test_nothing_may_change_that_a_patch_without_cells_does_not_need() -> None:
    before = zipped(workbook())
    patch = Patch(names={"cb_ours": "S1!$A$1"})
    out = BytesIO()
    patch_package(before, "book.xlsx", patch, out)
    with ZipFile(out) as archive:
        content = {name: archive.read(name) for name in archive.namelist()}
    verify_patch(before, archived(before, content), "book.xlsx", patch)
    content["xl/workbook.xml"] = content["xl/workbook.xml"].replace(b"calcId", b'fullCalcOnLoad="1" calcId')
    error = refusal(lambda: verify_patch(before, archived(before, content), "book.xlsx", patch))
    assert error.facts["part"] == "xl/workbook.xml"


# ---------------------------------------------------------------- charts of sheets of ours


def overview(top: int) -> SheetPlan:
    cells = {(top + row, 1): StyledCell(row) for row in range(4)}
    series = (Series(f"'总览'!$A${top}", f"'总览'!$A${top + 1}:$A${top + 3}"),)
    chart = Chart("bar", "金额", f"'总览'!$A${top + 1}:$A${top + 3}", series, top, 3)
    return SheetPlan("overview", "总览", cells=cells, charts=(chart,))


def test_a_chart_of_peoples_own_draws_what_it_drew() -> None:
    before = BytesIO()
    write_package(Plan("", (overview(2),), {}, {}), before)
    with ZipFile(before) as archive:
        content = {name: archive.read(name) for name in archive.namelist()}
    name = next(name for name in content if name.startswith("xl/charts/"))
    content[name] = content[name].replace("金额".encode(), "我的图".encode())
    theirs = zipped(content)
    patch = Patch(rewritten=(overview(5),))
    out = BytesIO()
    patch_package(theirs, "book.xlsx", patch, out)
    verify_patch(theirs, out, "book.xlsx", patch)
    assert "$A$3:$A$5" in part(out, name)
    moved = part(out, name).replace("$A$3:$A$5", "$A$6:$A$8").encode()
    with ZipFile(out) as archive:
        content = {entry: archive.read(entry) for entry in archive.namelist()}
    after = archived(theirs, {**content, name: moved})
    assert refusal(lambda: verify_patch(theirs, after, "book.xlsx", patch)).facts["part"] == name


# ---------------------------------------------------------------- files


def macro_workbook(source: Path, target: Path) -> None:
    """The workbook with a macro project, as Excel saves it."""
    with ZipFile(source) as old, ZipFile(target, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "[Content_Types].xml":
                data = data.replace(
                    b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
                    b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
                ).replace(
                    b"</Types>",
                    b'<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/></Types>',
                )
            elif name == "xl/_rels/workbook.xml.rels":
                kind = "http://schemas.microsoft.com/office/2006/relationships/vbaProject"
                data = data.replace(
                    b"</Relationships>",
                    f'<Relationship Id="rIdMacros" Type="{kind}" Target="vbaProject.bin"/></Relationships>'.encode(),
                )
            new.writestr(name, data)
        new.writestr("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0" + bytes(range(256)) * 40)


def test_a_workbook_with_macros_is_synced_and_keeps_them(desk: Desk) -> None:
    path = desk.folder / "a.xlsm"
    typed(desk.a, C000001={"notes": "新的备注"})
    macro_workbook(desk.a, path)
    before = entries(path)
    report = desk.sync(path)
    assert report.changes
    assert entries(path)["xl/vbaProject.bin"] == before["xl/vbaProject.bin"]
    assert b"macroEnabled" in ZipFile(path).read("[Content_Types].xml")
    assert seen(path).value(customer(1), "notes") == "新的备注"


GUARDED = [
    (
        "workbook-signed",
        "_rels/.rels",
        "http://schemas.openxmlformats.org/package/2006/relationships/digital-signature/origin",
    ),
    ("workbook-shared", "xl/_rels/workbook.xml.rels", f"{OFFICE}/revisionHeaders"),
    (
        "workbook-data-model",
        "xl/_rels/workbook.xml.rels",
        "http://schemas.microsoft.com/office/2011/relationships/powerPivotData",
    ),
]


@pytest.mark.parametrize(("code", "rels", "kind"), GUARDED)
def test_what_a_refresh_would_contradict_is_read_but_not_refreshed(
    desk: Desk, tmp_path: Path, code: str, rels: str, kind: str
) -> None:
    typed(desk.a, C000001={"notes": "新的备注"})
    path = tmp_path / "guarded.xlsx"
    with ZipFile(desk.a) as old, ZipFile(path, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = old.read(name)
            if name == rels:
                data = data.replace(
                    b"</Relationships>",
                    f'<Relationship Id="rIdX" Type="{kind}" Target="x/x.bin"/></Relationships>'.encode(),
                )
            new.writestr(name, data)
    shutil.copy(path, desk.a)
    content, store = desk.a.read_bytes(), desk.database.read_bytes()
    assert ExcelFile(desk.a).read().sheets
    error = refusal(desk.sync)
    assert (error.code, error.facts) == (code, {"file": "a.xlsx"})
    assert desk.a.read_bytes() == content
    assert desk.database.read_bytes() == store

"""Workbooks of other origin for tests: written by hand, part by part, or by other programs."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path
from tempfile import NamedTemporaryFile
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from custbook_gen.backends.excel.patch import patch_package
from custbook_gen.backends.excel.read import read_workbook
from custbook_gen.backends.excel.verify import verify_patch
from custbook_gen.errors import WorkbookError
from custbook_gen.workbook import CellPatch, Patch, RawCell, RawSheet, RawWorkbook, RulePatch, SheetPatch

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"

SHEET = "xl/worksheets/sheet1.xml"

SOFFICE_TIMEOUT = 120


def relationships(*entries: tuple[str, str]) -> str:
    """A relationships part: kind and target of each, with ids from ``rId1`` on."""
    items = "".join(
        f'<Relationship Id="rId{n}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(entries, 1)
    )
    return f'<Relationships xmlns="{PACKAGE}/relationships">{items}</Relationships>'


def sheet_xml(rows: str, *, before: str = "", after: str = "", attributes: str = "") -> str:
    """A worksheet part around its rows."""
    return (
        f'<worksheet xmlns="{MAIN}" xmlns:r="{OFFICE}"{attributes}>'
        f"{before}<sheetData>{rows}</sheetData>{after}</worksheet>"
    )


def parts(*sheets: str, **extra: str) -> dict[str, str]:
    """The parts of a workbook with these worksheets, and ``strings``, ``styles``, ``names``, ``settings``."""
    related = [("worksheet", f"worksheets/sheet{n}.xml") for n in range(1, len(sheets) + 1)]
    tabs = "".join(f'<sheet name="S{n}" sheetId="{n}" r:id="rId{n}"/>' for n in range(1, len(sheets) + 1))
    made = {f"xl/worksheets/sheet{n}.xml": sheet for n, sheet in enumerate(sheets, 1)}
    for name, kind in (("strings", "sharedStrings"), ("styles", "styles")):
        if name in extra:
            related.append((kind, f"{kind}.xml"))
            made[f"xl/{kind}.xml"] = extra[name]
    overrides = "".join(
        f'<Override PartName="/{part}" ContentType="{TYPES}.'
        f'{"worksheet" if "sheet" in part and "sheets/" in part else part[3:-4]}+xml"/>'
        for part in made
    )
    return {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{TYPES}.sheet.main+xml"/>{overrides}</Types>',
        "_rels/.rels": relationships(("officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">{extra.get("settings", "")}'
        f"<sheets>{tabs}</sheets>{extra.get('names', '')}</workbook>",
        "xl/_rels/workbook.xml.rels": relationships(*related),
        **made,
    }


def zipped(content: Mapping[str, str | bytes]) -> BytesIO:
    """Parts as an archive."""
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name, data in content.items():
            archive.writestr(name, data)
    return out


def read(content: Mapping[str, str | bytes] | BytesIO) -> RawWorkbook:
    """A workbook read from its parts or its archive."""
    return read_workbook(content if isinstance(content, BytesIO) else zipped(content), "book.xlsx")


def read_rows(rows: str, *, before: str = "", after: str = "", **extra: str) -> RawSheet:
    """One sheet with these rows, read."""
    return read(parts(sheet_xml(rows, before=before, after=after), **extra)).sheets[0]


def styles_xml(*codes: str | int) -> str:
    """A styles part whose cell formats have these number formats: codes, or ids of built-in ones."""
    custom = [code for code in codes if isinstance(code, str)]
    numbers = "".join(f'<numFmt numFmtId="{164 + n}" formatCode="{code}"/>' for n, code in enumerate(custom))
    ids = [164 + custom.index(code) if isinstance(code, str) else code for code in codes]
    formats = "".join(f'<xf numFmtId="{i}" fontId="0" fillId="0" borderId="0" xfId="0"/>' for i in ids)
    return (
        f'<styleSheet xmlns="{MAIN}">'
        + (f'<numFmts count="{len(custom)}">{numbers}</numFmts>' if custom else "")
        + '<fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill></fills>'
        '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
        f'<cellXfs count="{len(codes)}">{formats}</cellXfs></styleSheet>'
    )


def resaved(path: Path, folder: Path) -> Path:
    """The workbook as LibreOffice saves it."""
    folder.mkdir()
    command = [
        *("soffice", "--headless", f"-env:UserInstallation=file://{folder}/profile"),
        *("--convert-to", "xlsx", "--outdir", str(folder), str(path)),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=SOFFICE_TIMEOUT)
    return folder / path.name


def faults(archive: BytesIO) -> list[str]:
    """What the Open XML SDK's validator finds wrong, where ``ooxml-validator`` is installed."""
    validator = shutil.which("ooxml-validator")
    if validator is None:
        return []
    with NamedTemporaryFile(suffix=".xlsx") as file:
        file.write(archive.getvalue())
        file.flush()
        done = subprocess.run(
            [validator, file.name], check=False, capture_output=True, timeout=SOFFICE_TIMEOUT
        )
    return sorted(str(error) for error in json.loads(done.stdout)["errors"])


def entries(archive: BytesIO | Path) -> dict[str, bytes]:
    """Every entry's compressed bytes, in the order of the archive."""
    found: dict[str, bytes] = {}
    with ZipFile(archive) as opened:
        for info in opened.infolist():
            if opened.fp is None:
                raise ValueError("closed")
            opened.fp.seek(info.header_offset + 26)
            name, extra = (int.from_bytes(opened.fp.read(2), "little") for _ in range(2))
            opened.fp.seek(name + extra, 1)
            found[info.filename] = opened.fp.read(info.compress_size)
    return found


def patched(source: BytesIO | Mapping[str, str | bytes], patch: Patch) -> BytesIO:
    archive = source if isinstance(source, BytesIO) else zipped(source)
    out = BytesIO()
    patch_package(archive, "book.xlsx", patch, out)
    verify_patch(archive, out, "book.xlsx", patch)
    return out


def cells(*patches: CellPatch, rules: tuple[RulePatch, ...] = (), title: str = "S1") -> Patch:
    return Patch(sheets=(SheetPatch(title, patches, rules),))


def part(archive: BytesIO, name: str = SHEET) -> str:
    with ZipFile(archive) as opened:
        return opened.read(name).decode()


def patched_sheet(rows: str, patch: Patch, *, before: str = "", after: str = "", **extra: str) -> str:
    """The sheet's XML after a patch."""
    return part(patched(parts(sheet_xml(rows, before=before, after=after), **extra), patch))


def touched(before: BytesIO, after: BytesIO) -> set[str]:
    """Names of entries that differ in their compressed bytes, or are in one archive only."""
    old, new = entries(before), entries(after)
    assert [name for name in new if name in old] == [name for name in old if name in new]
    return {name for name in old.keys() | new.keys() if old.get(name) != new.get(name)}


def values_of(workbook: RawWorkbook) -> dict[tuple[str, int, int], RawCell]:
    return {
        (sheet.title, row, column): value
        for sheet in workbook.sheets
        for row, values in sheet.rows.items()
        for column, value in enumerate(values, 1)
        if value is not None
    }


def formulas_of(workbook: RawWorkbook) -> dict[tuple[str, int, int], str]:
    return {
        (sheet.title, *place): text for sheet in workbook.sheets for place, text in sheet.formulas.items()
    }


def refusal(action: Callable[[], object]) -> WorkbookError:
    with pytest.raises(WorkbookError) as caught:
        action()
    for lang in ("zh", "en"):
        assert "{" not in caught.value.sentence(lang)
    return caught.value

"""Files that are no workbook, broken or hostile: each is refused with one sentence that says why."""

from __future__ import annotations

import struct
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest

from custbook_gen.backends.excel import ExcelFile
from custbook_gen.backends.excel.limits import Limits
from custbook_gen.backends.excel.package import Package
from custbook_gen.backends.excel.write import write_package
from custbook_gen.errors import WorkbookError
from custbook_gen.workbook import Patch
from tests.excel_plans import realistic_plan
from tests.xlsx_samples import MAIN, parts, refusal, relationships, sheet_xml, zipped


def refusal_to_read(folder: Path, content: bytes) -> WorkbookError:
    path = folder / "odd.xlsx"
    path.write_bytes(content)
    error = refusal(ExcelFile(path).read)
    assert error.facts["file"] == "odd.xlsx"
    assert path.read_bytes() == content
    assert [entry.name for entry in folder.iterdir()] == ["odd.xlsx"]
    return error


# ---------------------------------------------------------------- not a workbook


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    error = refusal(ExcelFile(tmp_path / "none.xlsx").read)
    assert (error.code, error.facts) == ("file-missing", {"file": "none.xlsx"})
    assert refusal(lambda: ExcelFile(tmp_path / "none.xlsx").prepare(Patch(), "")).code == "file-missing"


def test_a_folder_is_no_workbook(tmp_path: Path) -> None:
    (tmp_path / "dir.xlsx").mkdir()
    assert refusal(ExcelFile(tmp_path / "dir.xlsx").read).code == "file-is-folder"


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"", "nothing"),
        ("编号,名称\n1,甲\n".encode("gb18030"), "CSV"),
        (b"\xef\xbb\xbfid\tname\r\n", "CSV"),
        (b"just words", "plain text"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "HTML"),
        (b"\xef\xbb\xbf  <!DOCTYPE html><body/>", "HTML"),
        (b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>', "XML"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"\x00\x01\x02\x03" * 20, "binary data"),
    ],
)
def test_other_files_renamed_to_xlsx_are_called_what_they_are(
    tmp_path: Path, content: bytes, found: str
) -> None:
    error = refusal_to_read(tmp_path, content)
    assert (error.code, str(error.facts["found"])) == ("not-a-workbook", found)
    assert f"(its content is {found})" in error.sentence("en")


def test_what_a_renamed_file_is_called_is_in_the_language_of_the_sentence(tmp_path: Path) -> None:
    assert "（内容：纯文本）" in refusal_to_read(tmp_path, b"just words").sentence("zh")


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ({"a.txt": "x"}, "ZIP"),
        (
            {"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<a/>"},
            "OpenDocument .ods",
        ),
        ({"[Content_Types].xml": "<Types/>", "word/document.xml": "<a/>"}, "Word .docx"),
        ({"[Content_Types].xml": "<Types/>", "xl/workbook.bin": "b"}, "Excel .xlsb"),
        ({"[Content_Types].xml": "<Types/>"}, "ZIP"),
    ],
)
def test_other_archives_are_called_what_they_are(
    tmp_path: Path, content: dict[str, str | bytes], found: str
) -> None:
    error = refusal_to_read(tmp_path, zipped(content).getvalue())
    assert (error.code, error.facts["found"]) == ("not-a-workbook", found)


def ole(*streams: str) -> bytes:
    """The start of an OLE file with these names in its directory."""
    header = bytes.fromhex("D0CF11E0A1B11AE1") + b"\0" * 504
    names = b"".join(
        name.encode("utf-16-le").ljust(64, b"\0") + b"\0" * 64 for name in ("Root Entry", *streams)
    )
    return header + names


def test_an_encrypted_workbook_is_told_from_an_old_one(tmp_path: Path) -> None:
    assert refusal_to_read(tmp_path, ole("EncryptionInfo", "EncryptedPackage")).code == "workbook-encrypted"
    error = refusal_to_read(tmp_path, ole("Workbook"))
    assert (error.code, error.facts["found"]) == ("not-a-workbook", "Excel .xls")
    assert refusal_to_read(tmp_path, ole("WordDocument")).facts["found"] == "OLE"


# ---------------------------------------------------------------- broken workbooks


def broken(tmp_path: Path, content: bytes) -> object:
    error = refusal_to_read(tmp_path, content)
    assert error.code == "workbook-corrupt"
    return error.facts["part"]


def test_a_truncated_file_is_damaged(tmp_path: Path) -> None:
    whole = zipped(parts(sheet_xml(""))).getvalue()
    assert broken(tmp_path, whole[: len(whole) // 2]) == "zip"


def test_a_wrong_checksum_names_the_part(tmp_path: Path) -> None:
    content = bytearray(zipped(parts(sheet_xml(""))).getvalue())
    at = content.rindex(b"xl/worksheets/sheet1.xml") - 46
    struct.pack_into("<L", content, at + 16, 12345)
    assert broken(tmp_path, bytes(content)) == "xl/worksheets/sheet1.xml"


def test_damaged_compressed_bytes_name_the_part(tmp_path: Path) -> None:
    content = bytearray(zipped(parts(sheet_xml("<row/>" * 500))).getvalue())
    at = content.index(b"xl/worksheets/sheet1.xml") + len(b"xl/worksheets/sheet1.xml")
    content[at : at + 6] = b"\xff" * 6
    assert broken(tmp_path, bytes(content)) == "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize(
    "sheet",
    [
        "<worksheet",
        f'<worksheet xmlns="{MAIN}"><sheetData><row r="1"></sheetData></worksheet>',
        "",
        f'<chart xmlns="{MAIN}"/>',
        sheet_xml('<row r="1"><c r="A1"><v>many</v></c></row>'),
        sheet_xml('<row r="1"><c r="A1" t="s"><v>7</v></c></row>'),
        sheet_xml('<row r="1"><c r="A1" t="s"><v>-1</v></c></row>'),
        sheet_xml('<row r="0"><c r="A0"><v>1</v></c></row>'),
        sheet_xml('<row r="1"><c r="XFE1"><v>1</v></c></row>'),
        sheet_xml('<row r="1"><c r="A1"><v>1</v></c></row><row r="1"><c r="B1"><v>1</v></c></row>'),
        sheet_xml('<row r="1"><c r="A1" t="zz"><v>1</v></c></row>'),
    ],
)
def test_broken_markup_names_the_part(tmp_path: Path, sheet: str) -> None:
    assert broken(tmp_path, zipped(parts(sheet)).getvalue()) == "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml"])
def test_a_missing_part_is_named(tmp_path: Path, part: str) -> None:
    content = parts(sheet_xml(""))
    del content[part]
    assert broken(tmp_path, zipped(content).getvalue()) == part


def test_a_sheet_without_relationship_is_damage(tmp_path: Path) -> None:
    content = parts(sheet_xml(""))
    content["xl/_rels/workbook.xml.rels"] = relationships()
    assert broken(tmp_path, zipped(content).getvalue()) == "xl/workbook.xml"


def test_a_strict_workbook_is_refused(tmp_path: Path) -> None:
    content = parts(sheet_xml(""))
    content["_rels/.rels"] = content["_rels/.rels"].replace(
        "http://schemas.openxmlformats.org/officeDocument/2006", "http://purl.oclc.org/ooxml/officeDocument"
    )
    assert refusal_to_read(tmp_path, zipped(content).getvalue()).code == "workbook-strict"


# ---------------------------------------------------------------- hostile workbooks


def test_entity_bombs_are_refused_in_every_part(tmp_path: Path) -> None:
    bomb = '<!DOCTYPE a [<!ENTITY b "boom"><!ENTITY c "&b;&b;">]>'
    clean = parts(
        sheet_xml('<row r="1"><c r="A1" t="s"><v>0</v></c></row>'),
        strings=f'<sst xmlns="{MAIN}"><si><t>x</t></si></sst>',
    )
    for part in ("xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/sharedStrings.xml"):
        error = refusal_to_read(tmp_path, zipped({**clean, part: bomb + clean[part]}).getvalue())
        assert (error.code, error.facts["part"]) == ("workbook-unsafe", part)


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    content = parts(sheet_xml("")) | {"xl/media/big.bin": "0" * 11_000_000}
    error = refusal_to_read(tmp_path, zipped(content).getvalue())
    assert (error.code, error.facts["part"]) == ("workbook-too-large", "xl/media/big.bin")


def test_what_is_written_can_be_read_again(tmp_path: Path) -> None:
    """The same limits hold for both."""
    plan = realistic_plan(50)
    whole = BytesIO()
    write_package(plan, whole)
    with ZipFile(whole) as archive:
        sizes = [info.file_size for info in archive.infolist()]
    for limits in (Limits(part=max(sizes) - 1), Limits(total=sum(sizes) - 1), Limits(cells=100)):
        error = refusal(lambda limits=limits: write_package(plan, BytesIO(), "b.xlsx", limits))  # type: ignore[misc]
        assert (error.code, error.facts["file"]) == ("workbook-outgrown", "b.xlsx")
    write_package(plan, BytesIO(), "b.xlsx", Limits(part=max(sizes), total=sum(sizes)))
    assert not list(tmp_path.iterdir())


def test_parts_and_packages_have_a_limit() -> None:
    archive = zipped(parts(sheet_xml("")))
    for limits, part in ((Limits(part=300), "[Content_Types].xml"), (Limits(total=1000), "zip")):
        error = refusal(lambda limits=limits: Package(archive, "b.xlsx", limits))  # type: ignore[misc]
        assert (error.code, error.facts["part"]) == ("workbook-too-large", part)

"""Files: what is refused and why, and that nothing is ever half-written."""

from __future__ import annotations

import contextlib
import errno
import os
import resource
import shutil
import struct
import subprocess
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import pytest

from custbook_gen.backends import Backend, Prepared
from custbook_gen.backends.excel import ExcelFile
from custbook_gen.backends.excel.archive import ArchiveWriter
from custbook_gen.backends.excel.file import BACKUPS, KEPT_BACKUPS
from custbook_gen.backends.excel.package import Limits, Package
from custbook_gen.errors import WorkbookError
from custbook_gen.workbook import CellPatch, Patch, Plan, SheetPatch, SheetPlan, StyledCell
from tests.xlsx_samples import MAIN, entries, parts, relationships, sheet_xml, zipped

PLAN = Plan("t", (SheetPlan("a", "甲", cells={(1, 1): StyledCell("x")}),), names={}, properties={"p": "1"})
PATCH = Patch(sheets=(SheetPatch("甲", cells=(CellPatch(1, 1, "y"),)),))
NOBODY = 65534


@pytest.fixture
def book(tmp_path: Path) -> ExcelFile:
    """A workbook that was just written, at ``tmp_path / "book.xlsx"``."""
    file = ExcelFile(tmp_path / "book.xlsx")
    file.write(PLAN)
    return file


def refusal(action: Callable[[], object]) -> WorkbookError:
    with pytest.raises(WorkbookError) as caught:
        action()
    for lang in ("zh", "en"):
        assert "{" not in caught.value.sentence(lang)
    return caught.value


def refusal_to_read(folder: Path, content: bytes) -> WorkbookError:
    path = folder / "odd.xlsx"
    path.write_bytes(content)
    error = refusal(ExcelFile(path).read)
    assert error.facts["file"] == "odd.xlsx"
    assert path.read_bytes() == content
    assert [entry.name for entry in folder.iterdir()] == ["odd.xlsx"]
    return error


@contextlib.contextmanager
def unchanged(folder: Path) -> Iterator[None]:
    """Nothing in a folder may change, and nothing may be left there."""

    def state() -> dict[str, bytes]:
        return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    before = state()
    yield
    assert state() == before


# ---------------------------------------------------------------- the archive


def test_an_archive_is_read_by_others_and_copies_bit_for_bit() -> None:
    first, second = BytesIO(), BytesIO()
    with ArchiveWriter(first) as archive:
        archive.add("a.xml", b"<a/>" * 1000)
        archive.stream("客户.xml", (b"x" * n for n in range(100)))
        archive.add("empty", b"")
    with zipfile.ZipFile(first) as opened:
        assert opened.testzip() is None
        assert opened.namelist() == ["a.xml", "客户.xml", "empty"]
        assert opened.read("客户.xml") == b"x" * 4950
        assert all(
            not info.flag_bits & 8 and info.date_time == (1980, 1, 1, 0, 0, 0) for info in opened.infolist()
        )
        with ArchiveWriter(second) as archive:
            for name in opened.namelist():
                archive.copy(opened, name)
    assert first.getvalue() == second.getvalue()


def test_an_archive_takes_over_stored_entries_as_they_are() -> None:
    source, target = BytesIO(), BytesIO()
    with zipfile.ZipFile(source, "w", zipfile.ZIP_STORED) as made:
        made.writestr("pic.png", b"\x89PNG" * 9)
    with zipfile.ZipFile(source) as opened, ArchiveWriter(target) as archive:
        archive.copy(opened, "pic.png")
    assert entries(target) == {"pic.png": b"\x89PNG" * 9}


# ---------------------------------------------------------------- not a workbook


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    error = refusal(ExcelFile(tmp_path / "none.xlsx").read)
    assert (error.code, error.facts) == ("file-missing", {"file": "none.xlsx"})
    assert refusal(lambda: ExcelFile(tmp_path / "none.xlsx").prepare(PATCH, "")).code == "file-missing"


def test_a_folder_is_no_workbook(tmp_path: Path) -> None:
    (tmp_path / "dir.xlsx").mkdir()
    assert refusal(ExcelFile(tmp_path / "dir.xlsx").read).facts["found"] == "folder"


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"", "0 bytes"),
        ("编号,名称\n1,甲\n".encode("gb18030"), "CSV"),
        (b"\xef\xbb\xbfid\tname\r\n", "CSV"),
        (b"just words", "text"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "HTML"),
        (b"\xef\xbb\xbf  <!DOCTYPE html><body/>", "HTML"),
        (b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>', "XML"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"\x00\x01\x02\x03" * 20, "binary"),
    ],
)
def test_other_files_renamed_to_xlsx_are_called_what_they_are(
    tmp_path: Path, content: bytes, found: str
) -> None:
    error = refusal_to_read(tmp_path, content)
    assert (error.code, error.facts["found"]) == ("not-a-workbook", found)


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


def test_a_truncated_file_is_damaged(tmp_path: Path, book: ExcelFile) -> None:
    whole = (tmp_path / "book.xlsx").read_bytes()
    folder = tmp_path / "cut"
    folder.mkdir()
    assert broken(folder, whole[: len(whole) // 2]) == "zip"


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


def test_parts_and_packages_have_a_limit() -> None:
    archive = zipped(parts(sheet_xml("")))
    for limits, part in ((Limits(part=300), "[Content_Types].xml"), (Limits(total=1000), "zip")):
        error = refusal(lambda limits=limits: Package(archive, "b.xlsx", limits))  # type: ignore[misc]
        assert (error.code, error.facts["part"]) == ("workbook-too-large", part)


# ---------------------------------------------------------------- writing


def test_the_file_is_a_backend(book: ExcelFile) -> None:
    backend: Backend = book
    prepared: Prepared = backend.prepare(PATCH, backend.read().digest)
    prepared.discard()


def test_an_existing_file_is_replaced_only_when_told(tmp_path: Path, book: ExcelFile) -> None:
    with unchanged(tmp_path):
        assert refusal(lambda: book.write(PLAN)).code == "file-exists"
    old = (tmp_path / "book.xlsx").read_bytes()
    os.chmod(tmp_path / "book.xlsx", 0o640)
    book.write(Plan("t", (SheetPlan("a", "乙"),), names={}, properties={}), replace=True)
    assert [sheet.title for sheet in book.read().sheets] == ["乙"]
    assert (tmp_path / "book.xlsx").stat().st_mode & 0o777 == 0o640
    assert [copy.read_bytes() for copy in (tmp_path / BACKUPS).iterdir()] == [old]


def test_only_the_newest_backups_of_this_workbook_are_kept(tmp_path: Path, book: ExcelFile) -> None:
    backups = tmp_path / BACKUPS
    backups.mkdir(parents=True)
    other = backups / "book-2-20200101T000000.000000Z.xlsx"
    other.write_bytes(b"other")
    oldest = backups / "book-20200101T000000.000000Z.xlsx"
    oldest.write_bytes(b"old")
    for _ in range(KEPT_BACKUPS + 2):
        book.write(PLAN, replace=True)
    assert other.exists()
    assert not oldest.exists()
    assert len(list(backups.iterdir())) == KEPT_BACKUPS + 1


def test_a_link_to_a_workbook_stays_a_link(tmp_path: Path, book: ExcelFile) -> None:
    (tmp_path / "links").mkdir()
    link = tmp_path / "links" / "book.xlsx"
    link.symlink_to(tmp_path / "book.xlsx")
    ExcelFile(link).prepare(PATCH, book.read().digest).commit()
    assert link.is_symlink()
    assert book.read().sheets[0].rows == {1: ("y",)}


def test_a_failed_write_leaves_nothing(tmp_path: Path) -> None:
    plan = Plan(
        "t", (SheetPlan("a", "甲", cells={(1, 1): StyledCell("x" * 40_000)}),), names={}, properties={}
    )
    with unchanged(tmp_path):
        assert refusal(lambda: ExcelFile(tmp_path / "new.xlsx").write(plan)).code == "cell-not-writable"
    assert not list(tmp_path.iterdir())


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    error = refusal(lambda: ExcelFile(tmp_path / "no" / "new.xlsx").write(PLAN))
    assert (error.code, error.facts["file"]) == ("file-missing", "no")


# ---------------------------------------------------------------- two phases


def test_a_prepared_patch_waits_for_its_commit(tmp_path: Path, book: ExcelFile) -> None:
    before = (tmp_path / "book.xlsx").read_bytes()
    prepared = book.prepare(PATCH, book.read().digest)
    assert (tmp_path / "book.xlsx").read_bytes() == before
    prepared.commit()
    assert book.read().sheets[0].rows == {1: ("y",)}
    assert sorted(path.name for path in tmp_path.iterdir()) == [".custbook", "book.xlsx"]
    assert [copy.read_bytes() for copy in (tmp_path / BACKUPS).iterdir()] == [before]


def test_a_discarded_patch_leaves_nothing(tmp_path: Path, book: ExcelFile) -> None:
    with unchanged(tmp_path):
        prepared = book.prepare(PATCH, book.read().digest)
        prepared.discard()
        prepared.discard()


def test_a_file_changed_since_it_was_read_is_not_patched(tmp_path: Path, book: ExcelFile) -> None:
    digest = book.read().digest
    book.write(Plan("t", (SheetPlan("a", "甲"),), names={}, properties={}), replace=True)
    with unchanged(tmp_path):
        assert refusal(lambda: book.prepare(PATCH, digest)).code == "file-changed"


def test_a_file_changed_after_preparing_is_not_replaced(tmp_path: Path, book: ExcelFile) -> None:
    prepared = book.prepare(PATCH, book.read().digest)
    (tmp_path / "book.xlsx").write_bytes(b"somebody saved")
    assert refusal(prepared.commit).code == "file-changed"
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"book.xlsx": b"somebody saved"}


def test_a_patch_for_a_sheet_that_is_gone_is_refused(tmp_path: Path, book: ExcelFile) -> None:
    digest = book.read().digest
    with unchanged(tmp_path):
        error = refusal(lambda: book.prepare(Patch(sheets=(SheetPatch("没有"),)), digest))
    assert (error.code, error.facts["title"]) == ("sheet-missing", "没有")


# ---------------------------------------------------------------- open elsewhere


def owner_file(name: str) -> bytes:
    """What Excel leaves beside an open workbook."""
    narrow = name.encode("ascii", "replace")
    return (
        bytes([len(narrow)])
        + narrow.ljust(54)
        + struct.pack("<H", len(name))
        + name.ljust(54).encode("utf-16-le")
    )


@pytest.mark.parametrize(
    ("lock", "content", "owner"),
    [
        ("~$book.xlsx", owner_file("王小明"), "王小明"),
        ("~$book.xlsx", bytes([4]) + b"Lily" + b" " * 50, "Lily"),
        ("~$book.xlsx", b"", "Excel / WPS"),
        (".~lock.book.xlsx#", "王小明,wang,pc1,22.11.2026 10:00,file:///x;".encode(), "王小明"),
        (".~lock.book.xlsx#", b",wang,pc1,22.11.2026 10:00,file:///x;", "wang"),
        (".~lock.book.xlsx#", b"", "LibreOffice"),
    ],
)
def test_an_open_workbook_is_left_alone_and_its_owner_named(
    tmp_path: Path, book: ExcelFile, lock: str, content: bytes, owner: str
) -> None:
    digest = book.read().digest
    prepared = book.prepare(PATCH, digest)
    (tmp_path / lock).write_bytes(content)
    for action in (
        lambda: book.write(PLAN, replace=True),
        lambda: book.prepare(PATCH, digest),
        prepared.commit,
    ):
        error = refusal(action)
        assert error.code == "workbook-open"
        assert error.facts == {"file": "book.xlsx", "owner": owner, "lock": lock}
    assert book.read().digest == digest
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["book.xlsx", lock])


# ---------------------------------------------------------------- folders and disks


@contextlib.contextmanager
def as_nobody() -> Iterator[None]:
    """Without the rights of an administrator, who may write anywhere."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def guarded() -> Iterator[Path]:
    """A folder with a workbook that everybody may read and nobody may write to."""
    folder = Path(tempfile.mkdtemp())
    ExcelFile(folder / "book.xlsx").write(PLAN)
    folder.chmod(0o555)
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


def test_a_read_only_folder_is_named(guarded: Path) -> None:
    file = ExcelFile(guarded / "book.xlsx")
    with unchanged(guarded), as_nobody():
        digest = file.read().digest
        for action in (
            lambda: ExcelFile(guarded / "new.xlsx").write(PLAN),
            lambda: file.write(PLAN, replace=True),
            lambda: file.prepare(PATCH, digest),
        ):
            error = refusal(action)
            assert (error.code, error.facts["folder"]) == ("folder-read-only", guarded.name)


def test_a_file_without_permission_is_refused(guarded: Path) -> None:
    (guarded / "book.xlsx").chmod(0o000)
    with as_nobody():
        assert refusal(ExcelFile(guarded / "book.xlsx").read).code == "workbook-refused"


@contextlib.contextmanager
def limited_files(size: int) -> Iterator[None]:
    """No file may grow beyond so many bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_file_that_cannot_grow_leaves_nothing(tmp_path: Path, book: ExcelFile) -> None:
    digest = book.read().digest
    with unchanged(tmp_path):
        for action in (
            lambda: ExcelFile(tmp_path / "new.xlsx").write(PLAN),
            lambda: book.write(PLAN, replace=True),
            lambda: book.prepare(PATCH, digest),
        ):
            with limited_files(2000):
                error = refusal(action)
            assert error.code == "disk-full"
    prepared = book.prepare(PATCH, digest)
    with limited_files(2000):
        assert refusal(prepared.commit).code == "disk-full"
    assert book.read().digest == digest
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["book.xlsx"]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 64 KiB, where the system lets us make one."""
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", tmp_path], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.skip("no right to mount a file system")
    yield tmp_path
    subprocess.run(["umount", tmp_path], check=True)


def test_a_full_disk_is_told(small_disk: Path) -> None:
    file = ExcelFile(small_disk / "book.xlsx")
    file.write(PLAN)
    digest = file.read().digest
    with contextlib.suppress(OSError), (small_disk / "filler").open("wb", buffering=0) as filler:
        while True:
            filler.write(b"0" * 1024)
    with unchanged(small_disk):
        for action in (
            lambda: ExcelFile(small_disk / "new.xlsx").write(PLAN),
            lambda: file.prepare(PATCH, digest),
        ):
            error = refusal(action)
            assert error.code == "disk-full"
            cause = error.__cause__
            assert isinstance(cause, OSError)
            assert cause.errno == errno.ENOSPC

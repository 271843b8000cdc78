"""What a file that claims to be a workbook really is."""

from __future__ import annotations

import mmap
from typing import BinaryIO, Final

from custbook_gen.errors import WorkbookError
from custbook_gen.texts import Saying

_OLE: Final = bytes.fromhex("D0CF11E0A1B11AE1")
_ZIP: Final = b"PK"
_SAMPLE: Final = 4096
_MAGIC: Final = (
    (b"%PDF", "PDF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"{\\rtf", "RTF"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf", "7-Zip"),
    (b"\x1f\x8b", "gzip"),
    (b"\x09\x08", "Excel .xls"),
)
_HTML: Final = (b"<html", b"<!doctype html", b"<table", b"<meta", b"<head")
_SEPARATORS: Final = b",;\t"


def refuse_foreign(file: BinaryIO, name: str) -> None:
    """Refuse everything that is not a zip archive, and say what it is.

    Args:
        file: the whole file; read from its start and left there.
        name: base name of the file, for the error.

    Raises:
        WorkbookError: ``workbook-encrypted`` or ``not-a-workbook``.
    """
    file.seek(0)
    sample = file.read(_SAMPLE)
    file.seek(0)
    if sample.startswith(_ZIP):
        return
    if sample.startswith(_OLE):
        if _mentions(file, "EncryptedPackage"):
            raise WorkbookError("workbook-encrypted", file=name)
        old = _mentions(file, "Workbook") or _mentions(file, "Book")
        raise WorkbookError("not-a-workbook", file=name, found="Excel .xls" if old else "OLE")
    raise WorkbookError("not-a-workbook", file=name, found=_kind(sample))


def _mentions(file: BinaryIO, stream: str) -> bool:
    """Whether the directory of an OLE file names a stream; names stand there in UTF-16."""
    wanted = stream.encode("utf-16-le") + b"\0\0"
    try:
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            return content.find(wanted) >= 0
    except (OSError, ValueError):  # no real file beneath
        file.seek(0)
        return wanted in file.read()


def _kind(sample: bytes) -> str | Saying:
    if not sample:
        return Saying("kind.nothing")
    for magic, kind in _MAGIC:
        if sample.startswith(magic):
            return kind
    text = sample.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if any(tag in text[:1024] for tag in _HTML):
        return "HTML"
    if text.startswith(b"<"):
        return "XML"
    if b"\0" in sample and not sample.startswith((b"\xff\xfe", b"\xfe\xff")):
        return Saying("kind.binary")
    return "CSV" if any(separator in sample for separator in _SEPARATORS) else Saying("kind.text")

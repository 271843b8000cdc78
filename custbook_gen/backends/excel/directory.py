"""A zip archive's directory, examined before anything in it is believed.

Nothing is ever unpacked to disk; but names go into new archives, so names that would
lead other programs out of a folder, or that two programs could take for different
parts, are refused rather than passed on.
"""

from __future__ import annotations

import os
import struct
from collections import Counter
from collections.abc import Sequence
from typing import BinaryIO, Final
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from custbook_gen.backends.excel.faults import explained, shown
from custbook_gen.backends.excel.limits import Limits
from custbook_gen.errors import WorkbookError

ARCHIVE: Final = "zip"
"""Stands for the archive itself where an error names a part."""

_END: Final = b"PK\5\6"
_END_SIZE: Final = 22
_LONGEST_COMMENT: Final = 65_535
_END_64: Final = b"PK\6\6"
_END_64_SIZE: Final = 56
_LOCATOR_64: Final = b"PK\6\7"
_LOCATOR_64_SIZE: Final = 20
_ENCRYPTED: Final = 0x1


def open_archive(file: BinaryIO, name: str, limits: Limits) -> ZipFile:
    """Open a workbook's archive for reading.

    Args:
        file: the whole file.
        name: base name of the file, for errors.
        limits: how far the content may unfold.

    Raises:
        WorkbookError: it is broken, encrypted, suspiciously large, or names parts in a way
            that programs would understand differently.
    """
    with explained(name, ARCHIVE):
        if _directory_size(file) > limits.directory:
            raise WorkbookError("workbook-too-large", file=name, part=ARCHIVE)
        archive = ZipFile(file)
    try:
        entries = archive.infolist()
        _refuse_large(entries, name, limits)
        _refuse_odd(entries, name, file.seek(0, os.SEEK_END))
        _refuse_names(entries, name)
    except WorkbookError:
        archive.close()
        raise
    return archive


def part_key(part: str) -> str:
    """What makes part names the same: neither case nor backslashes, which some programs write."""
    return part.replace("\\", "/").lstrip("/").lower()


def _directory_size(file: BinaryIO) -> int:
    """The size that the directory claims, in bytes; 0 where no directory is found."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - _LONGEST_COMMENT - _END_SIZE - _LOCATOR_64_SIZE - _END_64_SIZE))
    tail = file.read()
    at = tail.rfind(_END)
    if at < 0 or at + _END_SIZE > len(tail):
        return 0
    before = at - _LOCATOR_64_SIZE - _END_64_SIZE
    if (
        before >= 0
        and tail.startswith(_LOCATOR_64, at - _LOCATOR_64_SIZE)
        and tail.startswith(_END_64, before)
    ):
        return int(struct.unpack_from("<Q", tail, before + 40)[0])
    return int(struct.unpack_from("<L", tail, at + 12)[0])


def _refuse_large(entries: Sequence[ZipInfo], name: str, limits: Limits) -> None:
    def too_large(info: ZipInfo) -> bool:
        swollen = info.file_size >= limits.ratio_from
        return info.file_size > limits.part or (
            swollen and info.file_size > limits.ratio * max(info.compress_size, 1)
        )

    worst = next((info.filename for info in entries if too_large(info)), None)
    if worst is None and (
        len(entries) > limits.entries or sum(info.file_size for info in entries) > limits.total
    ):
        worst = ARCHIVE
    if worst is not None:
        raise WorkbookError("workbook-too-large", file=name, part=shown(worst))


def _refuse_odd(entries: Sequence[ZipInfo], name: str, size: int) -> None:
    """Refuse what no spreadsheet program writes: other packing, entries that share their bytes."""
    for info in entries:
        if info.flag_bits & _ENCRYPTED:
            raise WorkbookError("workbook-encrypted", file=name)
        if info.compress_type not in {ZIP_STORED, ZIP_DEFLATED} or info.header_offset < 0:
            raise WorkbookError("workbook-corrupt", file=name, part=shown(info.filename))
    if sum(info.compress_size for info in entries) > size:
        raise WorkbookError("workbook-corrupt", file=name, part=ARCHIVE)


def _refuse_names(entries: Sequence[ZipInfo], name: str) -> None:
    for info in entries:
        if not _is_part_name(info.orig_filename):
            raise WorkbookError("workbook-part-name", file=name, part=shown(info.orig_filename))
    keys = Counter(part_key(info.filename) for info in entries)
    twice = next((info.filename for info in entries if keys[part_key(info.filename)] > 1), None)
    if twice is not None:
        raise WorkbookError("workbook-part-twice", file=name, part=shown(twice))


def _is_part_name(name: str) -> bool:
    """Whether a name stays within the package, whatever system looks at it."""
    path = name.replace("\\", "/")
    steers = any(ord(char) < 0x20 or ord(char) == 0x7F for char in path)
    return not (steers or not path or ":" in path or path.startswith("/") or ".." in path.split("/"))

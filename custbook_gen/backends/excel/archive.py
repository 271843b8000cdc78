"""Zip archives as every spreadsheet program reads them, written in one pass.

Entries are deflated without data descriptors and without zip64, and all carry the same
date, so equal content gives equal bytes.  An entry of another archive can be taken over
as it is, without being inflated.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from contextlib import closing
from types import TracebackType
from typing import BinaryIO, Self
from zipfile import ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from isal import isal_zlib

from custbook_gen.backends.excel.deflate import END, Counted, Deflated, Stretch, Sums, deflated
from custbook_gen.backends.excel.limits import LIMITS, Limits, TooLargeError
from custbook_gen.value_objects import value_object

_LOCAL_HEADER = struct.Struct("<4s5H3L2H")
_LOCAL_SIGNATURE = b"PK\3\4"
_DIRECTORY_ENTRY = struct.Struct("<4s6H3L5H2L")
_DIRECTORY_END = struct.Struct("<4s4H2LH")
_DEFLATED = 8
_DATE = 0, (1 << 5) | 1  # 1980-01-01 00:00, the first moment a zip archive knows
_VERSION = 20
_UTF8_NAME = 0x800
_COPY_BLOCK = 1 << 20


class ArchiveWriter:
    """Writes a zip archive into a seekable binary file; the directory follows at exit.

    Args:
        out: the file, written from its present position on; it is not closed.
        limits: what a workbook that can be read again may unfold to.
    """

    def __init__(self, out: BinaryIO, limits: Limits = LIMITS) -> None:
        self._out = out
        self._limits = limits
        self._total = 0
        self._start = out.tell()
        self._directory: list[tuple[_Entry, int]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._close()

    def add(self, name: str, data: bytes) -> None:
        """Add one entry whose content is at hand."""
        self.stream(name, (data,))

    def stream(self, name: str, chunks: Iterable[bytes]) -> None:
        """Add one entry whose content comes in pieces, few of which are held at a time.

        Raises:
            TooLargeError: it is larger than could be read again.
        """
        self.join(name, (chunks,))

    def join(self, name: str, stretches: Iterable[Stretch | Deflated], *, threads: bool = True) -> None:
        """Add one entry whose content comes in stretches, which are deflated each by itself.

        Args:
            name: of the entry.
            stretches: its content; one is used up before the next is asked for.
            threads: whether other threads may deflate.

        Raises:
            TooLargeError: it is larger than could be read again.
        """
        out = self._out
        at = out.tell()
        out.write(_Entry(name, 0, 0, 0).local())
        begun = out.tell()
        sums = Sums()
        for stretch in stretches:
            sums += self._append(stretch, sums.size, threads=threads)
        out.write(END)
        end = out.tell()
        entry = _Entry(name, sums.crc, end - begun, sums.size)
        out.seek(at)
        out.write(entry.local())
        out.seek(end)
        self._total += sums.size
        self._count(self._total, self._limits.total)
        self._directory.append((entry, at))

    def _append(self, stretch: Stretch | Deflated, before: int, *, threads: bool) -> Sums:
        """Write a stretch of an entry, of which some bytes are written before; gives its sums."""
        if isinstance(stretch, Deflated):
            self._count(before + stretch.sums.size, self._limits.part)
            for block in stretch.packed:
                self._out.write(block)
            return stretch.sums
        content = Counted(stretch, lambda size: self._count(before + size, self._limits.part))
        with closing(deflated(content, threads=threads)) as packed:
            for block in packed:
                self._out.write(block)
        return content.sums

    def copy(self, source: ZipFile, name: str) -> None:
        """Take over one entry of an open archive: its compressed bytes, bit for bit.

        Raises:
            KeyError: the source has no such entry.
            ValueError: the source is closed.
            BadZipFile: the source ends within the entry, or contradicts itself about it.
        """
        info = source.getinfo(name)
        entry = _Entry(info.filename, info.CRC, info.compress_size, info.file_size, info.compress_type)
        at = self._out.tell()
        self._out.write(entry.local())
        for block in packed_blocks(source, info):
            self._out.write(block)
        self._total += info.file_size
        self._count(self._total, self._limits.total)
        self._directory.append((entry, at))

    def _count(self, size: int, limit: int) -> None:
        if size > limit:
            raise TooLargeError(str(limit))

    def _close(self) -> None:
        out = self._out
        at = out.tell()
        for entry, offset in self._directory:
            out.write(entry.central(offset - self._start))
        size = out.tell() - at
        count = len(self._directory)
        out.write(_DIRECTORY_END.pack(b"PK\5\6", 0, 0, count, count, size, at - self._start, 0))


def packed_blocks(source: ZipFile, info: ZipInfo) -> Iterator[bytes]:
    """The compressed bytes of an entry of an open archive, block by block.

    Raises:
        ValueError: the archive is closed.
        BadZipFile: it ends within the entry, or calls it differently there.
    """
    if source.fp is None:
        raise ValueError("the source archive is closed")
    source.fp.seek(info.header_offset)
    fields = _LOCAL_HEADER.unpack(source.fp.read(_LOCAL_HEADER.size))
    name = source.fp.read(fields[9])
    encoding = "utf-8" if fields[2] & _UTF8_NAME else "cp437"
    if fields[0] != _LOCAL_SIGNATURE or name.decode(encoding) != info.orig_filename:
        raise BadZipFile(f"{info.filename} is called differently in the directory")
    source.fp.seek(fields[10], 1)  # past the extra field
    remaining = info.compress_size
    while remaining:
        block = source.fp.read(min(remaining, _COPY_BLOCK))
        if not block:
            raise BadZipFile(f"the archive ends within {info.filename}")
        remaining -= len(block)
        yield block


def read_entry(source: ZipFile, name: str) -> bytes:
    """The content of an entry; never more of it than its size in the directory says.

    Raises:
        KeyError: the archive has no such entry.
        BadZipFile: it is broken, or its size or checksum are not what the directory says.
        isal_zlib.error: its compressed bytes are none.
    """
    info = source.getinfo(name)
    packed = b"".join(packed_blocks(source, info))
    if info.compress_type == ZIP_STORED:
        data = packed
    else:
        data = isal_zlib.decompressobj(-15).decompress(packed, info.file_size + 1)
    if len(data) != info.file_size or isal_zlib.crc32(data) != info.CRC:
        raise BadZipFile(f"wrong size or checksum of {name}")
    return data


@value_object
class _Entry:
    """What the headers say about one entry; sizes in bytes."""

    name: str
    crc: int
    packed: int
    size: int
    method: int = _DEFLATED

    def _fields(self) -> tuple[int, ...]:
        flags = 0 if self.name.isascii() else _UTF8_NAME
        return flags, self.method, *_DATE, self.crc, self.packed, self.size, len(self.name.encode()), 0

    def local(self) -> bytes:
        """The header in front of the entry's data."""
        return _LOCAL_HEADER.pack(_LOCAL_SIGNATURE, _VERSION, *self._fields()) + self.name.encode()

    def central(self, offset: int) -> bytes:
        """The entry's line in the directory at the end; ``offset`` is where its header starts."""
        fields = _DIRECTORY_ENTRY.pack(b"PK\1\2", _VERSION, _VERSION, *self._fields(), 0, 0, 0, 0, offset)
        return fields + self.name.encode()

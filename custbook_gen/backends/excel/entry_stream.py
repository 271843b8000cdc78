"""A large entry of an archive as a stream: inflated as it is read, its size and checksum verified."""

from __future__ import annotations

import io
from typing import Protocol
from zipfile import ZIP_STORED, BadZipFile, ZipFile

from isal import isal_zlib

from custbook_gen.backends.excel.archive import packed_blocks


class Source(Protocol):
    """Bytes that are read from the start to the end, perhaps several times."""

    def read(self, size: int = -1, /) -> bytes:
        """The next bytes; none at the end."""
        ...

    def seek(self, offset: int, /) -> int:
        """Go back to the start, which is 0."""
        ...


class EntryStream(io.RawIOBase):
    """Reads one entry, from its start to its end; :meth:`seek` goes back to the start only.

    Args:
        source: the archive, which must stay open.
        name: the entry's name.

    Raises:
        KeyError: the archive has no such entry.
        BadZipFile: while reading: it is broken, or its size or checksum are not what the
            directory says.
        isal_zlib.error: while reading: its compressed bytes are none.
    """

    def __init__(self, source: ZipFile, name: str) -> None:
        super().__init__()
        self._source = source
        self._info = source.getinfo(name)
        self._start()

    def _start(self) -> None:
        self._blocks = packed_blocks(self._source, self._info)
        self._inflater = None if self._info.compress_type == ZIP_STORED else isal_zlib.decompressobj(-15)
        self._packed = b""
        self._size = 0
        self._checksum = 0

    def readable(self) -> bool:
        """Streams of entries are for reading."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go back to the start.

        Raises:
            io.UnsupportedOperation: another place is wanted.
        """
        if offset or whence != io.SEEK_SET:
            raise io.UnsupportedOperation("only the start can be gone back to")
        self._start()
        return 0

    def read(self, size: int = -1) -> bytes:
        """The next bytes, at most ``size`` of them; none at the end."""
        wanted = self._info.file_size - self._size + 1 if size is None or size < 0 else size
        data = self._next(wanted)
        self._size += len(data)
        self._checksum = isal_zlib.crc32(data, self._checksum)
        if self._size > self._info.file_size or (not data and wanted and not self._is_whole()):
            raise BadZipFile(f"wrong size or checksum of {self._info.filename}")
        return data

    def _is_whole(self) -> bool:
        return self._size == self._info.file_size and self._checksum == self._info.CRC

    def _next(self, wanted: int) -> bytes:
        """The next bytes that come out of the packed ones; fewer than wanted only at the end."""
        pieces: list[bytes] = []
        missing = wanted
        while missing > 0:
            if not self._packed:
                self._packed = next(self._blocks, b"")
            if self._inflater is None:
                piece, self._packed = self._packed[:missing], self._packed[missing:]
            else:
                piece = self._inflater.decompress(self._packed, missing)
                self._packed = self._inflater.unconsumed_tail
            if not piece and not self._packed:
                more = next(self._blocks, b"")
                if not more:
                    break
                self._packed = more
            missing -= len(piece)
            pieces.append(piece)
        return b"".join(pieces)

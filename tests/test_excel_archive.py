"""The archive of a workbook: what is written into it, and that nothing goes on when that fails."""

from __future__ import annotations

import errno
import os
import threading
import zipfile
from collections.abc import Iterator
from io import BytesIO

import pytest
from typing_extensions import Buffer

from custbook_gen.backends.excel.archive import ArchiveWriter
from tests.xlsx_samples import entries


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


@pytest.mark.parametrize("piece", [1, 1000, 1 << 18, (1 << 20) + 1])
def test_an_entry_of_many_pieces_holds_them_in_order(piece: int) -> None:
    content, out = b"".join(b"%d," % number for number in range(600_000))[: 4000 * piece], BytesIO()
    with ArchiveWriter(out) as archive:
        archive.stream("a.xml", (content[at : at + piece] for at in range(0, len(content), piece)))
    with zipfile.ZipFile(out) as opened:
        assert opened.testzip() is None
        assert opened.read("a.xml") == content


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_whoever_fails_in_the_middle_of_an_entry_leaves_no_thread(error: type[BaseException]) -> None:
    def pieces() -> Iterator[bytes]:
        yield from (os.urandom(1 << 20) for _ in range(20))
        assert threading.active_count() == before + 1
        raise error

    before = threading.active_count()
    with pytest.raises(error), ArchiveWriter(BytesIO()) as archive:
        archive.stream("a.xml", pieces())
    assert threading.active_count() == before


def test_a_full_disk_leaves_no_thread() -> None:
    class Full(BytesIO):
        def write(self, data: Buffer) -> int:
            if self.tell() > 1 << 20:
                raise OSError(errno.ENOSPC, "full")
            return super().write(data)

    before = threading.active_count()
    with pytest.raises(OSError, match="full") as raised, ArchiveWriter(Full()) as archive:
        archive.stream("a.xml", (os.urandom(1 << 20) for _ in range(20)))
    assert threading.active_count() == before, raised.traceback


def test_an_archive_takes_over_stored_entries_as_they_are() -> None:
    source, target = BytesIO(), BytesIO()
    with zipfile.ZipFile(source, "w", zipfile.ZIP_STORED) as made:
        made.writestr("pic.png", b"\x89PNG" * 9)
    with zipfile.ZipFile(source) as opened, ArchiveWriter(target) as archive:
        archive.copy(opened, "pic.png")
    assert entries(target) == {"pic.png": b"\x89PNG" * 9}

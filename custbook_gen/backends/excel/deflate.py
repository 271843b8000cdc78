"""Content of archives deflated, stretch by stretch.

A stretch is deflated by itself and ends at the boundary of a byte, so that several of them, made in
turn or at the same time by several processes, are put together by writing one after the other.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final

from isal import isal_zlib

from custbook_gen.value_objects import value_object

LEVEL: Final = 2
"""How hard entries are deflated; the next level makes a twentieth less of them in twice the time."""
END: Final = b"\3\0"
"""The end of deflated content: a last block in which nothing is."""

_AT_ONCE: Final = 1 << 18
"""Bytes that are deflated together: few enough to be held, enough to be worth waking a thread."""
_AHEAD: Final = 4
"""Blocks that may wait for it."""

Stretch = Iterable[bytes]
"""The content of a stretch in pieces, few of which are held at a time."""


@value_object
class Sums:
    """What is told of content: its checksum and its size in bytes."""

    crc: int = 0
    size: int = 0

    def __add__(self, other: Sums) -> Sums:
        """Those of this content with the other one behind it."""
        crc = isal_zlib.crc32_combine(self.crc, other.crc, other.size)
        return Sums(crc, self.size + other.size)


@value_object
class Deflated:
    """A stretch that is deflated already."""

    packed: Sequence[bytes]
    """In blocks."""
    sums: Sums
    """Those of its content."""


def deflate(stretch: Stretch) -> Deflated:
    """Deflate a stretch as a whole."""
    content = Counted(stretch)
    return Deflated(tuple(deflated(content, threads=False)), content.sums)


class Counted:
    """Content that is counted and summed up while it goes by, in blocks of which only the last may be small.

    Args:
        pieces: the content.
        grown: is told the size after every block.
    """

    def __init__(self, pieces: Stretch, grown: Callable[[int], None] = lambda _: None) -> None:
        self._pieces = pieces
        self._grown = grown
        self.sums = Sums()

    def __iter__(self) -> Iterator[bytes]:
        crc = size = 0
        for block in _blocks(self._pieces):
            crc = isal_zlib.crc32(block, crc)
            size += len(block)
            self._grown(size)
            self.sums = Sums(crc, size)
            yield block


def deflated(blocks: Iterable[bytes], *, threads: bool) -> Generator[bytes, None, None]:
    """What one stretch is deflated to.

    Args:
        blocks: its content, small blocks only at the end.
        threads: whether large blocks are deflated by another thread, while the next ones are made.
    """
    compressor = isal_zlib.compressobj(LEVEL, isal_zlib.DEFLATED, -15)
    if not threads:
        yield from map(compressor.compress, blocks)
        yield compressor.flush(isal_zlib.Z_FULL_FLUSH)
        return
    waiting: deque[Future[bytes]] = deque()
    last = b""
    with ThreadPoolExecutor(1) as thread:
        for block in blocks:
            if len(block) < _AT_ONCE:
                last = block
                break
            waiting.append(thread.submit(compressor.compress, block))
            if len(waiting) > _AHEAD:
                yield waiting.popleft().result()
        yield from (made.result() for made in waiting)
    yield compressor.compress(last)
    yield compressor.flush(isal_zlib.Z_FULL_FLUSH)


def _blocks(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in blocks, of which only the last one may be small."""
    held: list[bytes] = []
    size = 0
    for piece in pieces:
        held.append(piece)
        size += len(piece)
        if size >= _AT_ONCE:
            yield b"".join(held)
            held, size = [], 0
    yield b"".join(held)

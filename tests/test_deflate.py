"""Content is deflated to the same bytes, whoever does it."""

import random
import zlib

import pytest

from custbook_gen.backends.excel.deflate import Counted, deflate, deflated

CHANCE = random.Random(7)  # noqa: S311  (data, not secrets)
ROWS = range(2, 6000)
WORDS = ("报价", "样品已寄出", "下周再次沟通", "财务负责人有变动", "等待总部批复", "需要补开发票", "合同已签")


def sentences() -> bytes:
    """Rows of what somebody wrote, in words that recur."""
    return "".join(f"<v>{row}：{'，'.join(CHANCE.choices(WORDS, k=6))}</v>" for row in ROWS).encode()


def texts() -> bytes:
    """Rows of texts full of markup, which hardly recur."""
    return "".join(
        f'<row r="{row}"><c r="A{row}" t="str"><v>&lt;{CHANCE.randbytes(9).hex()}&gt;</v></c></row>'
        for row in ROWS
    ).encode()


@pytest.mark.parametrize(
    "content", [b"", b"<a/>", sentences(), texts()], ids=["none", "small", "hard", "easy"]
)
def test_it_comes_back_whole_and_is_the_same_with_and_without_a_thread(content: bytes) -> None:
    pieces = [content[at : at + 5000] for at in range(0, len(content), 5000)]
    alone = deflate(pieces)
    assert zlib.decompressobj(-15).decompress(b"".join(alone.packed)) == content
    assert (alone.sums.crc, alone.sums.size) == (zlib.crc32(content), len(content))
    assert b"".join(deflated(Counted(pieces), threads=True)) == b"".join(alone.packed)

"""In which encoding a text file is written, told from its bytes.

UTF-8 is preferred wherever it fits, for other encodings hardly ever look like it.  The
double-byte encodings of Chinese are told apart by which of their characters occur: real
text consists of common ones.  What is left (cp1252 and the like) is for
``charset_normalizer`` to tell.
"""

from __future__ import annotations

import codecs
import unicodedata
from collections.abc import Callable
from typing import BinaryIO, Final

import charset_normalizer

from custbook_gen.errors import InputError

SAMPLE: Final = 256 * 1024
CHUNK: Final = 1024 * 1024
MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
FOREIGN: Final = (
    (b"PK\x03\x04", "Excel .xlsx / zip"),
    (bytes.fromhex("D0CF11E0A1B11AE1"), "Excel .xls"),
    (b"%PDF", "PDF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x1f\x8b", "gzip"),
    (b"SQLite format 3\0", "SQLite"),
)
CONTROLS: Final = bytes(code for code in range(32) if code not in b"\t\n\r\f\x1a\0")
MOST_CONTROLS: Final = 0.01
"""Share of control characters above which a file is no text."""
NEVER: Final = (
    "ascii",
    "utf_8",
    "utf_7",
    "utf_16",
    "utf_16_be",
    "utf_16_le",
    "utf_32",
    "utf_32_be",
    "utf_32_le",
)
"""Encodings that were looked for already, or that short texts are mistaken for."""
SURE: Final = 0.7
"""Share of common characters from which on a double-byte encoding is taken for the right one."""
MAYBE: Final = 0.4
"""The same where nothing else fits."""
TOGETHER: Final = 0.15
"""Share of Big5's double-byte characters that must stand beside another one: where they do not,
the second bytes are Latin letters after one with an accent."""


def detect(file: BinaryIO, name: str) -> str:
    """The name of the encoding in which the whole file can be read.

    Args:
        file: the file; read from its start and left there.
        name: base name of the file, for the error.

    Raises:
        InputError: ``import-not-text`` or ``import-encoding``.
    """
    file.seek(0)
    sample = file.read(SAMPLE)
    for magic, found in FOREIGN:
        if sample.startswith(magic):
            raise InputError("import-not-text", file=name, found=found)
    for encoding in _candidates(sample):
        if _fits(file, encoding):
            file.seek(0)
            return encoding
    raise InputError("import-encoding", file=name)


def _candidates(sample: bytes) -> list[str]:
    """Encodings to be tried, the likeliest first; none for what looks like no text at all."""
    marked = [encoding for mark, encoding in MARKS if sample.startswith(mark)]
    wide = _wide(sample)
    if marked or wide:
        return [*marked, *wide]
    if sum(sample.count(code) for code in CONTROLS) > len(sample) * MOST_CONTROLS:
        return []
    if sample.count(0) > len(sample) * MOST_CONTROLS:
        return []
    scores = {"gb18030": score_gb18030(sample), "big5": score_big5(sample)}
    likely = sorted((name for name in scores if scores[name] >= MAYBE), key=lambda name: -scores[name])
    sure = [name for name in likely if scores[name] >= SURE]
    guessed, latin = _guessed(sample)
    return ["utf-8", *sure, *([] if latin else guessed), "cp1252", *likely, *guessed]


def _guessed(sample: bytes) -> tuple[list[str], bool]:
    """What else it may be, and whether that is an encoding of Latin letters: then cp1252 is likelier."""
    best = charset_normalizer.from_bytes(sample, cp_exclusion=list(NEVER)).best()
    if best is None or best.encoding in NEVER:
        return [], False
    letters = [char for char in str(best) if char.isalpha() and not char.isascii()]
    latin = sum(unicodedata.name(char, "").startswith("LATIN") for char in letters)
    return [best.encoding], latin * 2 >= len(letters)


def _wide(sample: bytes) -> list[str]:
    """UTF-16 without a mark: its line ends and separators have their zero byte always on one side."""
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if even + odd < len(sample) * 0.02 or max(even, odd) < 0.95 * (even + odd):
        return []
    return ["utf-16-be" if even > odd else "utf-16-le"]


def _fits(file: BinaryIO, encoding: str) -> bool:
    """Whether every byte of a file can be read in an encoding."""
    file.seek(0)
    try:
        decoder = codecs.getincrementaldecoder(encoding)("strict")
        while chunk := file.read(CHUNK):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except (UnicodeError, LookupError):
        return False
    return True


def score_gb18030(sample: bytes) -> float:
    """How much bytes look like Chinese in GB18030: the share of its common characters."""
    return _score(sample, _weight_gb18030)[0]


def score_big5(sample: bytes) -> float:
    """How much bytes look like Chinese in Big5: the share of its common characters."""
    score, together = _score(sample, _weight_big5)
    return score if together >= TOGETHER else 0.0


def _weight_gb18030(lead: int, trail: int) -> float:
    """1 for symbols and the characters of GB 2312's first level, half for those of its second.

    A digit for the second byte makes half a character of four bytes, which no other encoding has.
    """
    if 0x30 <= trail <= 0x39:
        return 1
    if trail < 0xA1 or trail == 0xFF:
        return 0
    if lead in range(0xA1, 0xAA) or lead in range(0xB0, 0xD8):
        return 1
    return 0.5 if lead in range(0xD8, 0xF8) else 0


def _weight_big5(lead: int, trail: int) -> float:
    """1 for symbols and the frequent characters of Big5, half for its rare ones."""
    if not (0x40 <= trail <= 0x7E or 0xA1 <= trail <= 0xFE):
        return 0
    if lead in range(0xA1, 0xC7):
        return 1
    return 0.5 if lead in range(0xC9, 0xFA) else 0


def _score(sample: bytes, weight: Callable[[int, int], float]) -> tuple[float, float]:
    """Of all double-byte characters the mean weight, and the share that follow another one."""
    total, count, together, at, last = 0.0, 0, 0, 0, -1
    while at + 1 < len(sample):
        if sample[at] < 0x80:
            at += 1
            continue
        total += weight(sample[at], sample[at + 1])
        count += 1
        together += last == at
        at += 2
        last = at
    return (total / count, together / count) if count else (0.0, 0.0)

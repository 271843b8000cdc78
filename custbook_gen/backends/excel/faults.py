"""What reading a broken part raises, and the one error that it becomes."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from xml.parsers import expat
from zipfile import BadZipFile

from isal import isal_zlib
from lxml import etree

from custbook_gen.backends.excel.limits import TooLargeError
from custbook_gen.backends.excel.markup import DoctypeError
from custbook_gen.errors import WorkbookError

_BAD_DEFLATE: Final[type[Exception]] = isal_zlib.error  # type: ignore[assignment]
_UNREADABLE: Final[tuple[type[Exception], ...]] = (
    BadZipFile, zlib.error, _BAD_DEFLATE, EOFError, struct.error, RuntimeError, ValueError,
    LookupError, OverflowError, etree.XMLSyntaxError, expat.ExpatError,
)  # fmt: skip
"""RuntimeError stands for what is too deeply nested, LookupError for attributes that are not there."""

_LONGEST_NAME: Final = 80


@contextmanager
def explained(file: str, part: str) -> Iterator[None]:
    """Turn whatever a broken part raises into one error that names file and part.

    Raises:
        WorkbookError: ``workbook-unsafe``, ``workbook-too-large`` or ``workbook-corrupt``.
    """
    try:
        yield
    except DoctypeError as error:
        raise WorkbookError("workbook-unsafe", file=file, part=shown(part)) from error
    except TooLargeError as error:
        raise WorkbookError("workbook-too-large", file=file, part=shown(part)) from error
    except _UNREADABLE as error:
        raise WorkbookError("workbook-corrupt", file=file, part=shown(part)) from error


def shown(part: str) -> str:
    """A part's name as a sentence may show it: short, and nothing in it steers a terminal."""
    name = "".join(char if char.isprintable() else "\ufffd" for char in part)
    return name if len(name) <= _LONGEST_NAME else f"{name[:_LONGEST_NAME]}…"

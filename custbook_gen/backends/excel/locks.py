"""Who has a workbook open: spreadsheet programs leave a small file beside it."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import Final

from custbook_gen.errors import WorkbookError

_OWNER_BYTES: Final = 54
"""Room for the name in an owner file of Excel, first in the system's code page, then in UTF-16."""


def refuse_if_open(path: Path) -> None:
    """Refuse to change a workbook that a program has open.

    Args:
        path: the workbook.

    Raises:
        WorkbookError: ``workbook-open``; the facts name the lock's owner and file.
    """
    excel = path.with_name(f"~${path.name}")
    if _is_there(excel):
        raise WorkbookError("workbook-open", file=path.name, owner=_excel_owner(excel), lock=excel.name)
    libre = path.with_name(f".~lock.{path.name}#")
    if _is_there(libre):
        raise WorkbookError("workbook-open", file=path.name, owner=_libre_owner(libre), lock=libre.name)


def _is_there(lock: Path) -> bool:
    """Whether there is such a file; one whose name is longer than the workbook's may be none that can be."""
    try:
        return lock.exists()
    except OSError as error:
        if error.errno != errno.ENAMETOOLONG:
            raise
        return False


def _excel_owner(lock: Path) -> str:
    """The owner's name, or the program's where the file cannot be read or says nothing."""
    data = _content(lock)
    wide = data[_OWNER_BYTES + 1 :]
    length = int.from_bytes(wide[:2], "little")
    name = wide[2 : 2 + 2 * length].decode("utf-16-le", "ignore") if 0 < length <= _OWNER_BYTES else ""
    if not name and data:
        name = data[1 : 1 + data[0]].decode("ascii", "ignore")
    return name.strip(" \0") or "Excel / WPS"


def _libre_owner(lock: Path) -> str:
    fields = _content(lock).decode("utf-8", "replace").split(",")
    return next((field.strip() for field in fields[:3] if field.strip()), "LibreOffice")


def _content(lock: Path) -> bytes:
    try:
        return lock.read_bytes()
    except OSError:  # held by the program itself
        return b""

"""What the system says when a file cannot be read or written, told in one sentence."""

from __future__ import annotations

import errno
import os
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from custbook_gen.errors import WorkbookError, reason_of

_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_FORBIDDEN: Final = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
_BUSY: Final = frozenset({errno.EBUSY, errno.ETXTBSY})
"""How file systems of other machines tell that a program has a file open there."""
_SHARING: Final = frozenset({5, 32, 33})
"""How Windows tells that (access denied, sharing and lock violation)."""
_PAUSES: Final = (0.1, 0.2, 0.4, 0.8)
"""Seconds: virus scanners and the clients of synced folders hold a new file for moments only."""


@contextmanager
def explained(path: Path, name: str, forbidden: str = "workbook-refused") -> Iterator[None]:
    """Say in one sentence why the system fails to read or write.

    Args:
        path: the file.
        name: what messages call it.
        forbidden: the code if the system forbids it.

    Raises:
        WorkbookError: ``disk-full``, ``file-missing`` (its folder), ``file-changed``,
            ``workbook-refused``, ``folder-read-only`` or ``file-unreachable``.
    """
    try:
        yield
    except OSError as error:
        raise WorkbookError(_code(error, path, forbidden), **_facts(error, path, name)) from error


def _code(error: OSError, path: Path, forbidden: str) -> str:
    if error.errno in _FULL:
        return "disk-full"
    if error.errno in {errno.ENOENT, errno.ENOTDIR}:
        return "file-changed" if _is_folder(path.parent) else "folder-missing"
    if error.errno == errno.EROFS:
        return "folder-read-only"
    if _is_busy(error):
        return "workbook-refused"
    return forbidden if error.errno in _FORBIDDEN else "file-unreachable"


def _facts(error: OSError, path: Path, name: str) -> dict[str, object]:
    return {
        "file": name,
        "folder": path.parent.name or str(path.parent),
        "reason": reason_of(error),
    }


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:
        return False


def _is_busy(error: OSError) -> bool:
    return error.errno in _BUSY or getattr(error, "winerror", None) in _SHARING


def refuse_read_only(path: Path, name: str) -> None:
    """Refuse to replace a file that somebody marked as read-only, which some systems would let us do.

    Raises:
        WorkbookError: ``workbook-read-only``.
    """
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        return
    if not mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH):
        raise WorkbookError("workbook-read-only", file=name)


def replace_patiently(source: Path, target: Path) -> None:
    """Put a file in the place of another; while another program holds that for a moment, wait."""
    for pause in _PAUSES:
        try:
            os.replace(source, target)  # noqa: PTH105  (the one call that is atomic everywhere)
        except OSError as error:
            if not _is_busy(error):
                raise
            time.sleep(pause)
        else:
            return
    os.replace(source, target)  # noqa: PTH105

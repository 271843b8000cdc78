"""Files in the making: written beside their place under a hidden name, and complete before they take it.

The run that made a draft removes it, whatever happens, unless it is killed.  What a killed
run left does no harm, and the next one that puts the same file in its place clears it away,
once no living run can still be at work on it.
"""

from __future__ import annotations

import os
import re
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, TextIO

STALE: Final = 3600.0
"""Seconds after which a draft belongs to nobody any more."""

_LONGEST: Final = 60
"""Characters of a file's name in that of its draft: names must not grow beyond what systems allow."""


def draft_of(path: Path) -> Path:
    """A new name for a draft of a file, in the same folder."""
    return path.with_name(f".{path.name[:_LONGEST]}.{secrets.token_hex(4)}.tmp")


@contextmanager
def text_in_place(path: Path, mode: int = 0o666) -> Iterator[TextIO]:
    """A UTF-8 file to write a text into, which takes its place when all of it is on the disk.

    Args:
        path: the place; a file that is there is replaced.
        mode: who may read and write it, less what the system's mask takes away.

    Raises:
        OSError: it cannot be written; then nothing changed.
    """
    draft = draft_of(path)
    try:
        draft.touch(mode, exist_ok=False)
        with draft.open("w", encoding="utf-8", newline="\n") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except BaseException:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
        raise
    clear_stale(path)


def clear_stale(path: Path) -> None:
    """Remove what runs that were killed left of a file's drafts."""
    ours = re.compile(rf"\.{re.escape(path.name[:_LONGEST])}\.[0-9a-f]{{8}}\.tmp(-journal)?")
    latest = time.time() - STALE
    with suppress(OSError):
        for entry in path.parent.iterdir():
            if ours.fullmatch(entry.name):
                with suppress(OSError):  # somebody else's, or gone by now
                    if entry.stat().st_mtime < latest:
                        entry.unlink()

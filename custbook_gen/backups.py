"""Copies of workbooks and stores that are replaced: where they go, what they are called, how many stay."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import re
from contextlib import suppress
from pathlib import Path
from typing import Final

from custbook_gen.places import PRIVATE_FOLDER

BACKUPS: Final = Path(PRIVATE_FOLDER, "backups")
"""The folder of backups, in that of a workbook or a project."""
_LONGEST: Final = 190
"""Bytes of a file's name in those of its backups: systems allow 255 for all of it."""
_DIGITS: Final = 12
_STAMP: Final = "%Y%m%dT%H%M%S.%fZ"
_STAMP_PATTERN: Final = r"\d{8}T\d{6}\.\d{6}Z"


def backup_of(path: Path, at: dt.datetime, ending: str) -> Path:
    """Where a backup of a file goes.

    Args:
        path: the file.
        at: when it is made, in UTC.
        ending: what follows the moment in its name.
    """
    return path.parent / BACKUPS / f"{_stem(path)}-{at.strftime(_STAMP)}{ending}"


def thin_out(path: Path, at: dt.datetime, ending: str, keep: int) -> None:
    """Let the oldest backups of a file go; one that stays does no harm.

    The clock may have been put back: what is dated later than the newest one is older than that.

    Args:
        path: the file.
        at: when the newest one was made, in UTC.
        ending: a pattern of what follows the moment in their names.
        keep: how many stay, the newest one among them.
    """
    ours, now = re.compile(f"{re.escape(_stem(path))}-({_STAMP_PATTERN}){ending}"), at.strftime(_STAMP)
    with suppress(OSError):
        names = (ours.fullmatch(entry.name) for entry in (path.parent / BACKUPS).iterdir())
        found = sorted((name[1] <= now, name[1], name[0]) for name in names if name is not None)
        for *_, name in found[:-keep]:
            with suppress(OSError):
                (path.parent / BACKUPS / name).unlink()


def _stem(path: Path) -> str:
    """What the backups of a file are called by: its name; of a very long one the beginning and a digest."""
    whole = os.fsencode(path.stem)
    if len(whole) <= _LONGEST:
        return path.stem
    begun = whole[: _LONGEST - _DIGITS - 1].decode(errors="ignore")
    return f"{begun}~{hashlib.sha256(whole).hexdigest()[:_DIGITS]}"

"""Two files change places in one step, so that whatever stood in a place is still there to be looked at."""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path
from typing import Final

_HERE: Final = -100
"""Paths are not relative to any open folder (``AT_FDCWD``)."""
_EXCHANGE: Final = 2


def exchange(one: Path, other: Path) -> bool:
    """Let two files of one folder change places.

    Returns:
        Whether they did; if not, both are where they were: Linux alone offers it, and not for
        every file system (shares of other machines mostly refuse).
    """
    if sys.platform != "linux":
        return False
    rename = getattr(ctypes.CDLL(None), "renameat2", None)
    if rename is None:
        return False
    paths = (os.fsencode(path) for path in (one, other))
    first, second = map(ctypes.c_char_p, paths)
    return bool(rename(_HERE, first, _HERE, second, ctypes.c_uint(_EXCHANGE)) == 0)

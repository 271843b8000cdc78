"""Where a command's workbook is, told by the words of its command line.

Every kind of place that a workbook can be in is known here alone; the actions work with
the :class:`Backend` of the target, whatever it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import field
from pathlib import Path
from typing import Final

from custbook_gen.backends import Backend
from custbook_gen.backends.excel import ExcelFile
from custbook_gen.backends.progress import Progress, Unwatched
from custbook_gen.errors import UsageError
from custbook_gen.value_objects import value_object

ONLINE: Final = re.compile(r"\s*<?(?:gsheets:|[a-z]+://|(?:docs|drive)\.google\.com/)", re.IGNORECASE)
"""Begins the words that mean a place on the net rather than a file."""


@value_object
class Target:
    """A workbook that a command works on."""

    name: str
    """What messages call it: a file's base name."""
    source: str
    """Where it is, as reports name it."""
    folder: Path
    """Where its project is looked for, upwards."""
    workbook: Backend
    path: Path | None = None
    """The file; nothing where it is none."""
    progress: Progress = field(default_factory=Unwatched)
    """Is told how far the work on it has come."""


def open_target(
    where: str | Path | Target, shares: Sequence[str] = (), progress: Progress | None = None
) -> Target:
    """The workbook that the words of a command line, or a path, name; one that is open stays as it is.

    Nothing is read yet, and nothing need be there.

    Args:
        where: a path, ``gsheets:new``, the address of a Google spreadsheet, or what was opened.
        shares: whom to give access when it is written, as ``address:role``.
        progress: is told how far the work has come.

    Raises:
        UsageError: an address that is none of Google Sheets, or a file that is to be shared.
    """
    if isinstance(where, Target):
        return where
    if isinstance(where, str) and ONLINE.match(where):
        return _spreadsheet(where.strip(), shares, progress or Unwatched())
    if shares:
        raise UsageError("share-of-file", file=Path(where).name)
    path = Path(where)
    if not path.name:  # a folder such as ``.``, for messages to call by its name
        path = path.absolute()
    watching = progress or Unwatched()
    return Target(path.name, str(path), path.parent, ExcelFile(path, watching), path, watching)


def _spreadsheet(words: str, shares: Sequence[str], progress: Progress) -> Target:
    from custbook_gen.backends.sheets import (  # noqa: PLC0415  (who works with files alone does not wait for it)
        GoogleSheet,
        Online,
        Pace,
        parse_address,
        parse_share,
    )

    online = Online(pace=Pace(progress=progress))
    sheet = GoogleSheet(parse_address(words), words, [parse_share(share) for share in shares], online)
    return Target(words, words, Path(), sheet, progress=progress)

"""Copies of a workbook in its own folder, as services that sync folders make them when two people save.

Each service has its own way of naming them, but the name of the file stays at the beginning:
``book (1).xlsx``, ``book-PC.xlsx``, ``book (conflicted copy 2026-11-22).xlsx``, ``book (冲突副本).xlsx``.
What they are is told by the identity that they carry, not by their names.
"""

from __future__ import annotations

from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Final

from custbook_gen.backends.excel.package import Package
from custbook_gen.backends.excel.read import properties
from custbook_gen.errors import WorkbookError
from custbook_gen.places import alike_beside

MOST: Final = 8
"""Files of such names that are looked into."""
LARGEST: Final = 64 << 20
"""Bytes of a file that is looked into."""


def copies_beside(path: Path, workbook_id: str) -> list[str]:
    """The names of the files beside a workbook that are copies of it; none where the folder cannot be read.

    Args:
        path: the workbook.
        workbook_id: its identity.
    """
    found = []
    with suppress(OSError):
        for name in islice(alike_beside(path), MOST):
            if _identity(path.with_name(name)) == workbook_id:
                found.append(name)
    return found


def _identity(path: Path) -> str | None:
    """The identity of a workbook; nothing where the file is none, or cannot be read."""
    with suppress(OSError, WorkbookError):
        if path.stat().st_size <= LARGEST:
            with path.open("rb") as file, Package(file, path.name) as package:
                return properties(package).get("custbook-workbook")
    return None

"""Names of files whose ending says that something else is in them."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from custbook_gen.errors import UsageError

KNOWN: Final = frozenset(
    {
        *(".xlsx", ".xls", ".xlsm", ".xlsb", ".xltx", ".xltm", ".ods", ".et", ".numbers"),
        *(".csv", ".tsv", ".txt", ".md", ".html", ".htm", ".xml", ".json", ".yaml", ".yml"),
        *(".pdf", ".doc", ".docx", ".odt", ".rtf", ".wps", ".ppt", ".pptx", ".odp"),
        *(".zip", ".7z", ".gz", ".tar", ".rar", ".db", ".sqlite", ".png", ".jpg", ".jpeg", ".svg"),
    }
)
"""Endings by which programs take a file for what it is not; any other is a part of the name."""
WORKBOOK: Final = (".xlsx",)
PAGE: Final = (".html", ".htm")
ARCHIVE: Final = (".zip",)
LINES: Final = (".csv", ".tsv", ".txt")


def refuse_ending(path: Path, own: tuple[str, ...]) -> None:
    """Refuse a name that says another format.

    Args:
        path: the file to be written.
        own: the endings of what is to be written, the usual one first.

    Raises:
        UsageError: ``file-ending``.
    """
    ending = path.suffix.lower()
    if ending in KNOWN and ending not in own:
        raise UsageError("file-ending", file=path.name, ending=ending, own=own[0])

"""A page in a file: written whole or not at all."""

from __future__ import annotations

from pathlib import Path

from custbook_gen.backends.endings import PAGE, refuse_ending
from custbook_gen.drafts import text_in_place
from custbook_gen.errors import WorkbookError, reason_of


def write_page(path: Path, text: str, *, replace: bool = False) -> None:
    """Write a page as UTF-8.

    Args:
        path: the file.
        text: the page.
        replace: whether a file that is there may be replaced.

    Raises:
        WorkbookError: ``place-is-folder``, ``file-exists``, ``page-unwritable``: then nothing changed.
        UsageError: the name says another format.
    """
    refuse_ending(path, PAGE)
    if path.is_dir():
        raise WorkbookError("place-is-folder", file=path.name, example="page.html")
    if path.exists() and not replace:
        raise WorkbookError("file-exists", file=path.name)
    try:
        with text_in_place(path) as file:
            file.write(text)
    except OSError as error:
        raise WorkbookError("page-unwritable", file=path.name, reason=reason_of(error)) from error

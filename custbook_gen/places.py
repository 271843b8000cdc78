"""Where projects, their private files and the program's own data lie; nothing is read here."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

PACKAGE: Final = Path(__file__).resolve().parent
PROJECT_FILE: Final = "custbook.yaml"
"""The file that makes a folder a book project."""
PRIVATE_FOLDER: Final = ".custbook"
"""Where a project keeps what only the program reads."""
_KINDS: Final = frozenset({".xlsx", ".xlsm"})
_HIDDEN: Final = (".", "~$")


def data_path(*parts: str) -> Path:
    """The path of bundled data, such as ``data_path("schemas", "customer_book.yaml")``.

    An installed package carries its data inside itself, a checkout has them beside the
    package.  Whether the file exists is for the caller to see.
    """
    inside = PACKAGE / "_data"
    root = inside if inside.is_dir() else PACKAGE.parent
    return root.joinpath(*parts)


def find_project(start: Path) -> Path | None:
    """The nearest folder with a project file, from a file or folder upwards."""
    place = start.absolute()
    return next((folder for folder in (place, *place.parents) if (folder / PROJECT_FILE).is_file()), None)


def likely_projects(start: Path, given: Path | None) -> Sequence[Path]:
    """The projects that a workbook may belong to: the given one, else above its place, else above here."""
    places = [given] if given is not None else [find_project(start), find_project(Path())]
    return [place for place in dict.fromkeys(places) if place is not None]


def alike_beside(path: Path) -> list[str]:
    """The names of workbooks beside one whose names are its own with something behind them, or begin it.

    Raises:
        OSError: the folder cannot be read.
    """
    return sorted(entry.name for entry in path.absolute().parent.iterdir() if _is_alike(path, entry))


def _is_alike(path: Path, other: Path) -> bool:
    if other.name.startswith(_HIDDEN) or other.suffix.casefold() not in _KINDS or other.name == path.name:
        return False
    one, two = path.stem.casefold(), other.stem.casefold()
    return one.startswith(two) or two.startswith(one)

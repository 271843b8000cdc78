"""The files of a project that people wrote for it: what a backup holds beside the store."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from custbook_gen.load.files import own_templates
from custbook_gen.load.projects import project_reading
from custbook_gen.places import PROJECT_FILE

_LONGEST_MAP: Final = 1 << 20
_MAP: Final = re.compile(rb"""^(\{\s*)?["']?fields["']?\s*:""", re.MULTILINE)
"""What every import map has at its top level, and no other file of ours."""


def project_files(folder: Path) -> dict[str, Path]:
    """The files in the project's folder that the program reads, by their path there.

    They are what its book is read from, its own templates, and its import maps, wherever in the
    folder these lie.  What a link in the folder leads to counts as being there.

    Raises:
        SchemaError: the project file or the schema is missing or wrong.
    """
    home = _plain(folder)
    found = map(_plain, (*project_reading(folder).files, *own_templates(folder), *_maps(folder)))
    own = (path for path in found if path.is_relative_to(home) and path.is_file())
    return {path.relative_to(home).as_posix(): path for path in own}


def _plain(path: Path) -> Path:
    return Path(os.path.normpath(path.absolute()))


def _maps(folder: Path) -> Iterator[Path]:
    """The import maps in a folder and those below it, but for hidden ones and those of other projects."""
    for place, inner, names in os.walk(folder):
        here = Path(place)
        inner[:] = sorted(
            name for name in inner if name[0] != "." and not (here / name / PROJECT_FILE).exists()
        )
        for name in sorted(names):
            if name[0] != "." and name.endswith((".yaml", ".yml")) and _is_map(here / name):
                yield here / name


def _is_map(path: Path) -> bool:
    try:
        return path.stat().st_size <= _LONGEST_MAP and _MAP.search(path.read_bytes()) is not None
    except OSError:  # gone by now, or not for us
        return False

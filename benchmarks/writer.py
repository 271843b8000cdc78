"""The writer alone, and deflating alone: ``python -m benchmarks.writer PROJECT FILE``.

The plan of the project's workbook is made first, rows and all; only writing it to a
closed file is timed.  With ``--floor``, only deflating the file's parts is, with the same
library and level.  Prints the seconds.
"""

from __future__ import annotations

import sys
import time
import zipfile
from pathlib import Path

from isal import isal_zlib

from custbook_gen.actions.generate import planned
from custbook_gen.actions.project import Run, open_project
from custbook_gen.backends.excel import ExcelFile


def writing(project: Path, target: Path) -> float:
    """The seconds that it takes from a plan in memory to a closed file."""
    home = open_project(project)
    plan = planned(home, Run.now(), "zh").plan
    begun = time.perf_counter()
    ExcelFile(target).write(plan, replace=True)
    return time.perf_counter() - begun


def deflating(file: Path) -> float:
    """The seconds that deflating a workbook's parts takes, and writing the result."""
    with zipfile.ZipFile(file) as package:
        parts = [package.read(item) for item in package.infolist()]
    begun = time.perf_counter()
    with file.with_suffix(".deflated").open("wb") as out:
        for data in parts:
            stream = isal_zlib.compressobj(1, isal_zlib.DEFLATED, -15)
            out.write(stream.compress(data))
            out.write(stream.flush())
    return time.perf_counter() - begun


def main() -> None:
    """Time one of the two."""
    *project, target = sys.argv[1:]
    floor = project == ["--floor"]
    print(deflating(Path(target)) if floor else writing(Path(project[0]), Path(target)))


if __name__ == "__main__":
    main()

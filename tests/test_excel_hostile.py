"""Hostile workbooks are refused within seconds and with little memory; none of them crashes anything."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.hostile_books import hostile_books

MEMORY = 1_200
"""MiB of address space for the whole process."""

SECONDS = 20.0
"""Processor time for one workbook; most take a fraction of a second."""

PROGRAM = f"""
import json, resource, sys, time
from pathlib import Path
from custbook_gen.backends.excel import ExcelFile
from custbook_gen.errors import CustbookError
from custbook_gen.workbook import CellPatch, Patch, SheetPatch

resource.setrlimit(resource.RLIMIT_AS, ({MEMORY} << 20, {MEMORY} << 20))
for path in sys.argv[1:]:
    start = time.process_time()
    try:
        book = ExcelFile(Path(path)).read()
        patch = Patch(sheets=(SheetPatch(book.sheets[0].title, (CellPatch(1, 1, "=x"),)),))
        ending = "ok"
        ExcelFile(Path(path)).prepare(patch, book.digest).discard()
    except CustbookError as error:
        ending = error.code if ending != "ok" else "ok"
        for lang in ("zh", "en"):
            assert error.sentence(lang).isprintable(), error.sentence(lang)
    except BaseException as error:
        ending = "!" + repr(error)
    print(json.dumps([ending, time.process_time() - start]), flush=True)
    ending = ""
"""


def test_hostile_workbooks_are_refused_in_time_and_in_bounded_memory(tmp_path: Path) -> None:
    names, paths, wanted = [], [], []
    for number, (name, content, ending) in enumerate(hostile_books()):
        path = tmp_path / f"{number}.xlsx"
        path.write_bytes(content)
        names.append(name)
        paths.append(str(path))
        wanted.append(ending)
    done = subprocess.run(
        [sys.executable, "-c", f"ending = ''\n{PROGRAM}", *paths], check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    endings = dict(zip(names, (line[0] for line in lines), strict=True))
    assert endings == dict(zip(names, wanted, strict=True))
    slow = {name: line[1] for name, line in zip(names, lines, strict=True) if line[1] > SECONDS}
    assert slow == {}
    assert sorted(tmp_path.glob("*")) == sorted(map(Path, paths))


pytestmark = pytest.mark.slow

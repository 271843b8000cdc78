"""Parts of a run, timed from inside: ``python -m benchmarks.inside PART …`` prints the seconds.

- ``write PROJECT FILE``: from a plan in memory to a closed file.
- ``deflate FILE``: deflating that file's parts, with the same library and level.
- ``derive CUSTOMERS`` and ``write-trade CUSTOMERS FILE``: all computed values and summaries of
  the bundled book with five order lines per customer, and writing its workbook.
- ``recalculate FILE``: LibreOffice opens the workbook, calculates everything and saves it.
"""

from __future__ import annotations

import gc
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from isal import isal_zlib

from benchmarks.data import AS_OF
from benchmarks.trade import trade_tables
from custbook_gen.actions.generate import Source
from custbook_gen.actions.project import Run, open_project
from custbook_gen.actions.summary_sheets import summary_sheets
from custbook_gen.actions.views import make_view, new_layout, summary_tabs
from custbook_gen.backends.excel import ExcelFile
from custbook_gen.backends.excel.deflate import LEVEL
from custbook_gen.cli import OBJECTS
from custbook_gen.derive import Facts
from custbook_gen.layout import fitted
from custbook_gen.load import load_book
from custbook_gen.plan import Identity, View
from custbook_gen.plan.whole import plan_workbook
from custbook_gen.summaries import made_ahead
from custbook_gen.workbook import SheetPlan

RECALCULATE: Final = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""
"""Settings under which LibreOffice believes no cached value."""


def write(project: str, target: str) -> float:
    """The seconds that it takes from a plan in memory to a closed file."""
    plan = Source.read(open_project(Path(project)), Run.now()).planned("zh").plan
    begun = time.perf_counter()
    ExcelFile(Path(target)).write(plan, replace=True)
    return time.perf_counter() - begun


def deflate(file: str) -> float:
    """The seconds that deflating a workbook's parts takes, and writing the result."""
    with zipfile.ZipFile(file) as package:
        parts = [package.read(item) for item in package.infolist()]
    begun = time.perf_counter()
    with Path(file).with_suffix(".deflated").open("wb") as out:
        for data in parts:
            stream = isal_zlib.compressobj(LEVEL, isal_zlib.DEFLATED, -15)
            out.write(stream.compress(data))
            out.write(stream.flush())
    return time.perf_counter() - begun


def derive(customers: str) -> float:
    """The seconds that all computed values and all summaries of a trade book take."""
    return _derived(int(customers))[0]


def write_trade(customers: str, target: str) -> float:
    """The seconds that writing the same book's workbook takes, once those are there."""
    _, view, summaries = _derived(int(customers))
    begun = time.perf_counter()
    ExcelFile(Path(target)).write(plan_workbook(view, summaries), replace=True)
    return time.perf_counter() - begun


def _derived(customers: int) -> tuple[float, View, list[SheetPlan]]:
    book = load_book("customer_book")
    tables, tabs = trade_tables(book, customers), summary_tabs(book)
    empty = new_layout(book, "zh", tabs)
    used = {key: here.header_row + len(tables[key].rows) for key, here in empty.sheets.items()}
    layout = fitted(empty, book, used)
    begun = time.perf_counter()
    facts, identity = Facts.of(book, tables, AS_OF), Identity("b", "w", "", 1)
    view = make_view(book, "zh", layout, facts, identity, made_ahead(tabs))
    summaries = summary_sheets(view, tabs)
    return time.perf_counter() - begun, view, summaries


def recalculate(file: str) -> float:
    """The seconds that LibreOffice takes to open, calculate and save a workbook."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Path(folder, "profile", "user", "registrymodifications.xcu")
        settings.parent.mkdir(parents=True)
        settings.write_text(RECALCULATE, encoding="utf-8")
        profile = f"-env:UserInstallation={Path(folder, 'profile').as_uri()}"
        words = ["--headless", "--convert-to", "ods", "--outdir", folder, file]
        begun = time.perf_counter()
        subprocess.run(  # noqa: S603
            ["soffice", profile, *words],  # noqa: S607
            check=True,
            capture_output=True,
        )
        return time.perf_counter() - begun


PARTS: Final[Mapping[str, Callable[..., float]]] = {
    "write": write,
    "deflate": deflate,
    "derive": derive,
    "write-trade": write_trade,
    "recalculate": recalculate,
}

if __name__ == "__main__":
    gc.set_threshold(OBJECTS)  # as in every process of the command line
    print(PARTS[sys.argv[1]](*sys.argv[2:]))

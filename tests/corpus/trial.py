"""What is tried with one workbook: it is read, a sheet of ours is planted, patched and read back."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from io import BytesIO
from pathlib import Path

from custbook_gen.backends.excel.patch import patch_package
from custbook_gen.backends.excel.read import read_workbook
from custbook_gen.backends.excel.verify import verify_patch
from custbook_gen.errors import CustbookError
from custbook_gen.workbook import CellPatch, Patch, RawWorkbook, Rule, RulePatch, SheetPatch
from tests.corpus.plant import plant
from tests.excel_plans import FIRST, customers
from tests.xlsx_samples import entries

SHEET = "custbook 客户"
NAME = "book.xlsx"
_OURS = re.compile(
    r"custbook_planted|docProps/custom|Content_Types|calcChain|\.rels$|workbook\d*\.xml$|styles\w*\.xml$",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Outcome:
    """How one workbook fared: each step ``ok``, the code it was refused with, or ``!`` and what broke."""

    path: str
    read: str = ""
    patch: str = ""
    """A sheet of ours, planted, written anew and mended."""
    mend: str = ""
    """Cells and a rule put on the workbook's own first sheet."""
    seconds: float = 0.0

    def broken(self) -> list[str]:
        """The steps that did not end as they must."""
        return [step for step in (self.read, self.patch, self.mend) if step.startswith("!")]


def attempt(path: Path) -> Outcome:
    """Try one workbook."""
    outcome = Outcome(str(path))
    start = time.perf_counter()
    content = path.read_bytes()
    book: RawWorkbook | None = None
    try:
        book = read_workbook(BytesIO(content), NAME)
        outcome.read = "ok"
    except CustbookError as error:
        outcome.read = error.code
    except BaseException as error:  # noqa: BLE001  (whatever it is, it is what the trial is to find)
        outcome.read = _fault(error)
    if book is not None:
        outcome.patch = _tried(lambda: _planted(content, book))
        outcome.mend = _tried(lambda: _mended(content, book))
    outcome.seconds = round(time.perf_counter() - start, 3)
    return outcome


def as_json(outcome: Outcome) -> dict[str, object]:
    """An outcome as plain data."""
    return asdict(outcome)


def _tried(action: Callable[[], None]) -> str:
    try:
        action()
    except CustbookError as error:
        return "!patch-unfaithful" if error.code == "patch-unfaithful" else error.code
    except BaseException as error:  # noqa: BLE001
        return _fault(error)
    return "ok"


def _fault(error: BaseException) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = "" if trace is None else f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}"
    return f"!{type(error).__name__} {place} {error}"[:300]


def _applied(content: bytes, patch: Patch) -> bytes:
    """The patched workbook, verified as it is before it takes the old one's place."""
    out = BytesIO()
    patch_package(BytesIO(content), NAME, patch, out)
    verify_patch(BytesIO(content), out, NAME, patch)
    return out.getvalue()


def _planted(content: bytes, book: RawWorkbook) -> None:
    planted = plant(content, SHEET)
    whole = replace(customers(count=12), title=SHEET)
    names = {"cb_planted": f"'{SHEET}'!$A$1"}
    made = _applied(planted, Patch(rewritten=(whole,), names=names, properties={"custbook.trial": "1"}))
    cells = (CellPatch(FIRST, 2, "=改过"), CellPatch(60, 3, "新的"), CellPatch(FIRST + 1, 7, 12.5))
    rules = (RulePatch(4, FIRST, Rule("list", formula1="cb_planted")),)
    mended = _applied(made, Patch(sheets=(SheetPatch(SHEET, cells, rules),)))
    back = read_workbook(BytesIO(mended), NAME)
    ours = back.sheet(SHEET)
    assert ours is not None
    assert [ours.cell(cell.row, cell.column) for cell in cells] == [cell.value for cell in cells]
    assert ours.cell(FIRST + 2, 1) == "C000003"
    assert [sheet for sheet in back.sheets if sheet.title != SHEET] == list(book.sheets)
    assert {**book.names, **names} == dict(back.names)
    assert _others(content) == _others(mended)


def _mended(content: bytes, book: RawWorkbook) -> None:
    if not book.sheets:
        return
    first = book.sheets[0]
    last = max(first.rows, default=1)
    cells = (CellPatch(min(last + 2, 1_048_576), 3, "新"), CellPatch(min(first.rows, default=1), 1, 7))
    rule = RulePatch(2, 3, Rule("list", formula1="cb_planted"))
    made = _applied(content, Patch(sheets=(SheetPatch(first.title, cells, (rule,)),)))
    back = read_workbook(BytesIO(made), NAME)
    new, over = (back.sheets[0].cell(cell.row, cell.column) for cell in cells)
    assert new == "新"
    assert over in {7.0, 7.0 + 1462}  # a date that counts from 1904
    assert back.sheets[1:] == book.sheets[1:]
    assert back.names == book.names
    before, after = _others(content), _others(made)
    changed = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
    assert len(changed) <= 1, changed  # the sheet itself


def _others(content: bytes) -> dict[str, bytes]:
    """All entries that neither a planted sheet nor a patch may change, packed as they are."""
    return {name: data for name, data in entries(BytesIO(content)).items() if not _OURS.search(name)}

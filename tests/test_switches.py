"""A book in use whose schema is changed by a few lines in its project file."""

from __future__ import annotations

from pathlib import Path

from custbook_gen.actions.generate import generate
from custbook_gen.actions.project import open_project
from custbook_gen.actions.sync import Options, sync_file
from custbook_gen.load import PROJECT_FILE
from custbook_gen.report import Report
from tests.sync_books import RUN, Desk, customer, typed

LINES = """\
sheets:
  customers:
    fields:
      industry: false
      shoe_size: {label: [鞋码, Shoe size], type: int, after: name}
  interactions: false
"""


def sync(path: Path) -> Report:
    return sync_file(path, RUN, Options(), path.parent)


def test_what_is_switched_off_rests_in_the_store_and_comes_back(desk: Desk) -> None:
    path = desk.folder / PROJECT_FILE
    before, plain = desk.stored(), path.read_text(encoding="utf-8")
    path.write_text(plain + LINES, encoding="utf-8")
    home = open_project(desk.folder)
    assert "interactions" not in home.book.sheet_by_key
    generate(home, desk.folder / "new.xlsx", RUN)
    new = sync(desk.folder / "new.xlsx")
    assert (new.counts()["errors"], new.changes) == (0, [])
    typed(desk.a, **{customer(1): {"notes": "新备注", "industry": "政府"}})
    old = sync(desk.a)  # a workbook from before, which still has the column and the sheet
    assert [(change.kind, change.after) for change in old.changes] == [("update", {"notes": "新备注"})]
    assert (list(old.conflicts), old.counts()["held"]) == ([], 0)

    path.write_text(plain, encoding="utf-8")
    open_project(desk.folder)
    after = desk.stored()
    assert after[customer(1)]["industry"] == before[customer(1)]["industry"]
    assert after[customer(1)]["notes"] == "新备注"
    again = sync(desk.b)
    assert (list(again.changes), list(again.conflicts)) == ([], [])

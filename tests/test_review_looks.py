"""How the tabs of issues and conflicts look: nothing that they say above their rows is cut."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from custbook_gen.actions.generate import generate
from custbook_gen.actions.init import Choices, init
from custbook_gen.texts import Lang
from tests.lists_book import records, schema, write
from tests.review_books import MORE_ROW
from tests.sync_books import RUN, Desk


@pytest.mark.parametrize(("lang", "title", "lines"), [("zh", "问题", 1), ("zh+en", "问题 Issues", 2)])
def test_the_small_text_above_the_rows_has_room_for_every_language(
    tmp_path: Path, lang: Lang, title: str, lines: int
) -> None:
    (tmp_path / "lists.yaml").write_text(schema(), "utf-8")
    home = init(tmp_path, Choices(schema="lists.yaml", lang=lang), RUN)
    with home.store.writing() as tx:
        tx.commit_changes(records(), RUN.stamp("import"))
    desk = Desk(tmp_path)
    generate(home, desk.a, RUN)
    write(desk.a, K0002={"mobile": "139"})
    desk.sync()
    sheet = openpyxl.load_workbook(desk.a)[title]
    cell, height = sheet.cell(MORE_ROW, 1), sheet.row_dimensions[MORE_ROW].height
    assert len(str(cell.value).split("\n")) == lines
    assert height is not None
    assert height >= lines * (cell.font.sz + 3)
    assert cell.alignment.wrap_text

"""What only summaries need of an Excel file: lines over columns, colour scales, page breaks."""

import dataclasses
import zipfile
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import pytest
from lxml import etree
from openpyxl.worksheet.page import PageMargins

from custbook_gen import theme
from custbook_gen.backends.excel import ExcelFile
from custbook_gen.backends.excel.write import write_package
from custbook_gen.summaries.page import LEFT, LINE, RIGHT, Page
from custbook_gen.workbook import (
    Chart,
    ColorScale,
    Patch,
    Plan,
    PrintSetup,
    Series,
    SheetPlan,
    StyledCell,
)

CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
ROWS = 4


def series(column: str, first: int) -> Series:
    return Series(f"'S'!${column}${first - 1}", f"'S'!${column}${first}:${column}${first + ROWS - 1}")


def sheet(kind: str = "column", first: int = 2, breaks: tuple[int, ...] = (3,)) -> SheetPlan:
    names = {(first - 1, at): StyledCell(name) for at, name in ((2, "Amount"), (3, "Orders"))}
    labels = {(row, 1): StyledCell(f"m{row}") for row in range(first, first + ROWS)}
    numbers = {(row, at): StyledCell(row * at) for row in range(first, first + ROWS) for at in (2, 3)}
    chart = Chart(
        kind="stacked" if kind == "stacked" else "column",
        title="C",
        categories=f"'S'!$A${first}:$A${first + ROWS - 1}",
        series=(series("B", first),),
        lines=(series("C", first),),
        lines_format="0.0%",
        row=first + 8,
        column=1,
    )
    return SheetPlan(
        key="s",
        title="S",
        cells={**names, **labels, **numbers},
        charts=(chart,),
        color_scales=(ColorScale(f"B{first}:B{first + ROWS - 1}", "FFFFFF", "F8B26A"),),
        print_setup=PrintSetup(title_rows=(1, 1), breaks=breaks),
    )


def written(plan: SheetPlan) -> BytesIO:
    out = BytesIO()
    write_package(Plan("B", (plan,), {}, {}), out)
    return out


def part(file: BytesIO | Path, name: str) -> etree._Element:
    with zipfile.ZipFile(file) as package:
        return etree.fromstring(package.read(name))


def test_lines_are_drawn_over_columns_on_an_axis_of_their_own() -> None:
    root = part(written(sheet()), "xl/charts/chart1.xml")
    line = root.find(f".//{CHART}lineChart")
    assert line is not None
    assert [one.text for one in line.iter(f"{CHART}f")] == ["'S'!$C$1", "'S'!$A$2:$A$5", "'S'!$C$2:$C$5"]
    assert [one.text for one in line.iter(f"{CHART}v")][-ROWS:] == ["6", "9", "12", "15"]
    axes = {one.get("val") for one in root.iter(f"{CHART}axId")}
    assert len(axes) == 3
    second = [axis for axis in root.iter(f"{CHART}valAx") if values(axis, "crosses") == ["max"]]
    assert [[one.get("formatCode") for one in axis.iter(f"{CHART}numFmt")] for axis in second] == [["0.0%"]]
    assert set(values(second[0], "axId")) <= set(values(line, "axId"))


def values(element: etree._Element, tag: str) -> list[str | None]:
    return [child.get("val") for child in element.iterchildren(f"{CHART}{tag}")]


def test_stacked_columns_stand_on_each_other() -> None:
    bars = part(written(sheet("stacked")), "xl/charts/chart1.xml").find(f".//{CHART}barChart")
    assert bars is not None
    assert values(bars, "grouping") == ["stacked"]
    assert values(bars, "overlap") == ["100"]


def test_numbers_are_coloured_from_the_smallest_to_the_largest() -> None:
    root = part(written(sheet()), "xl/worksheets/sheet1.xml")
    rule = root.find(f".//{MAIN}conditionalFormatting")
    assert rule is not None
    assert rule.get("sqref") == "B2:B5"
    assert [stop.get("type") for stop in rule.iter(f"{MAIN}cfvo")] == ["min", "max"]
    assert [color.get("rgb") for color in rule.iter(f"{MAIN}color")] == ["FFFFFFFF", "FFF8B26A"]


def test_a_new_sheet_of_paper_begins_where_the_plan_says() -> None:
    root = part(written(sheet(breaks=(3, 40))), "xl/worksheets/sheet1.xml")
    assert [one.get("id") for one in root.iter(f"{MAIN}brk")] == ["3", "40"]


@pytest.mark.parametrize("last", [RIGHT, RIGHT + 2])
def test_a_block_that_fits_on_a_sheet_of_paper_is_not_cut(last: int) -> None:
    page = Page("S")
    page.put(LEFT, "S", theme.SECTION, last - LEFT + 1)
    page.down(LINE)
    for _ in range(40):
        page.begin()
        for _ in range(6):
            page.down(LINE)
    plan = page.plan("s", 1)
    setup, margins = plan.print_setup, PageMargins()
    paper = (29.7, 21.0) if setup.landscape else (21.0, 29.7)
    wide = paper[0] - (margins.left + margins.right) * 2.54
    tall = paper[1] - (margins.top + margins.bottom) * 2.54
    content = sum(width * 8 + 5 for width in plan.widths.values()) * 2.54 / 96
    room = tall * content / wide / 2.54 * 72
    ends = [1, *setup.breaks, page.row - 1]
    used = [LINE + (end - begin) * LINE for begin, end in pairwise(ends)]
    assert all((end - 1) % 6 == 0 for end in setup.breaks)
    assert room - 7 * LINE < max(used) <= room


def test_lines_colours_and_breaks_follow_when_a_sheet_is_written_anew(tmp_path: Path) -> None:
    path = tmp_path / "b.xlsx"
    path.write_bytes(written(sheet()).getvalue())
    file = ExcelFile(path)
    moved = dataclasses.replace(sheet(first=5, breaks=(20,)))
    prepared = file.prepare(Patch(rewritten=(moved,)), file.read().digest)
    prepared.commit()
    root = part(path, "xl/charts/chart1.xml")
    line = root.find(f".//{CHART}lineChart")
    assert line is not None
    assert [one.text for one in line.iter(f"{CHART}f")] == ["'S'!$C$4", "'S'!$A$5:$A$8", "'S'!$C$5:$C$8"]
    cells = part(path, "xl/worksheets/sheet1.xml")
    assert [one.get("sqref") for one in cells.iter(f"{MAIN}conditionalFormatting")] == ["B5:B8"]
    assert [one.get("id") for one in cells.iter(f"{MAIN}brk")] == ["20"]

"""The manual: complete, with the thresholds in force, on the workbook's tabs and as a page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from pydantic import BaseModel

from custbook_gen.actions.manual import book_to_tell, manual_pages, write_manual
from custbook_gen.actions.pages import document_of
from custbook_gen.backends.excel import ExcelFile
from custbook_gen.derive import RULES
from custbook_gen.document import Grid, Page
from custbook_gen.guide import guide_page, protection_page, settings_page
from custbook_gen.guide.computed import rule_meaning
from custbook_gen.guide.protection import activities
from custbook_gen.layout import GUIDE, PROTECTION, SETTINGS, plan_layout
from custbook_gen.load import load_book
from custbook_gen.plan.whole import plan_workbook
from custbook_gen.records import Change
from custbook_gen.schema import Book, Field, Label, Settings, select
from custbook_gen.texts import CATALOGUE, Lang
from custbook_gen.workbook import SheetPlan
from tests.drawn import tables, view_of
from tests.pages import HTML, outside_references, parsed, rendered, texts
from tests.sync_books import TITLES, Desk
from tests.test_cli import custbook

BOOK = load_book("customer_book")
LANGS: tuple[Lang, ...] = ("zh", "en", "zh+en")


def said(page: Page) -> str:
    """All that a page says."""
    grids = [part for block in page.blocks for part in block.parts if isinstance(part, Grid)]
    boxes = [box.text for grid in grids for row in (*grid.body, grid.foot) for box in row]
    return "\n".join([*(block.title for block in page.blocks), *boxes])


def changed(**settings: dict[str, object]) -> Book:
    """The bundled book with other settings."""
    given = BOOK.settings.model_dump()
    for name, values in settings.items():
        given[name].update(values)
    return BOOK.having(settings=Settings.model_validate(given))


def computed(rule: str) -> Field:
    result = {"calc": "text"}
    return Field.model_validate(
        {
            "key": rule,
            "type": "calc",
            "label": Label(zh=rule, en=rule),
            "rule": rule,
            "result": result["calc"],
        }
    )


def leaves(model: BaseModel, path: str = "") -> Iterator[str]:
    for name in type(model).model_fields:
        value = getattr(model, name)
        if isinstance(value, BaseModel):
            yield f"settings.{path}{name}"
            yield from leaves(value, f"{path}{name}.")
        else:
            yield f"setting.{path}{name}"


def test_every_rule_and_every_setting_has_its_words() -> None:
    wanted = {f"rule.{rule}" for rule in RULES} | set(leaves(Settings()))
    assert wanted - CATALOGUE.keys() == set()
    named = {key for key in CATALOGUE if re.match(r"settings?\.", key)} - {"settings.general"}
    assert named - wanted == set()


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("rule", sorted(RULES))
def test_every_rule_can_be_told(rule: str, lang: Lang) -> None:
    for book in (BOOK, Book.from_models(key="bare", label=Label(zh="空", en="Bare"))):
        meaning = rule_meaning(computed(rule), book, lang)
        assert len(meaning) > 5
        assert "{" not in meaning


CASES: list[tuple[str, dict[str, dict[str, object]], str]] = [
    ("value_class", {}, "满 100,000 为高，满 10,000 为中"),
    ("value_class", {"value": {"high": Decimal(50_000)}}, "满 50,000 为高，满 10,000 为中"),
    ("value_class", {"value": {"mode": "pareto"}}, "占全部 80% 的客户为高，到 95% 的为中"),
    ("value_class", {"value": {"levels": 2}}, "从未买过为空。只分两级"),
    ("frequency_class", {"frequency": {"levels": 3}}, "6 单以上为高，3 单以上为中"),
    ("r_score", {"rfm": {"mode": "quintile"}}, "按所有买过的客户排名分五等"),
    ("rfm_segment", {"rfm": {"high": "mean"}}, "不低于全部买过的客户的平均"),
    ("lifecycle", {"lifecycle": {"sleeping": False}}, "两者之间仍算活跃"),
    ("lifecycle", {"lifecycle": {"active_days": 60}}, "最近购买在 60 天或 2 个平均周期"),
    ("next_visit", {"follow_up": {"revisit_lost": True}}, "顺延。流失客户也要回访"),
    ("next_visit", {"follow_up": {"skip_weekends": False}}, "没有。遇设置中的假日顺延"),
    ("customer_total", {}, "状态为“已完成”"),
    ("key_customer", {}, "客户等级为 A…、VIP"),
    ("due_on", {}, "个人信息保护法（中国）：15 天、GDPR（欧盟）：1 个月"),
]


@pytest.mark.parametrize(("rule", "settings", "words"), CASES)
def test_rules_are_told_with_the_thresholds_in_force(
    rule: str, settings: dict[str, dict[str, object]], words: str
) -> None:
    assert words in rule_meaning(computed(rule), changed(**settings), "zh")


def test_the_settings_page_shows_every_value_in_words() -> None:
    page = said(settings_page(BOOK, "zh"))
    for words in (
        "已完成",
        "未接、号码失效",
        "华东：上海市、江苏省",
        "个人信息保护法（中国）：15 天",
        "rfm.window_days",
    ):
        assert words in page
    assert re.search(r"有限责任公司、.* 等 \d+ 项", page)
    assert "satisfied" not in page
    fixed = changed()
    fixed = fixed.having(settings=fixed.settings.having(as_of="2026-01-31"))
    assert "2026-01-31" in said(settings_page(fixed, "en"))


def test_settings_of_what_a_book_does_not_have_are_left_out() -> None:
    bare = select(BOOK, "basic")
    page = said(settings_page(bare, "en"))
    assert "service.urgent" not in page
    assert "purchases.min_days" in page


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("preset", ["basic", "standard", "full"])
def test_every_field_is_explained(preset: str, lang: Lang) -> None:
    book = select(BOOK, preset)  # type: ignore[arg-type]
    page = guide_page(book, lang)
    blocks = {block.sheet: block for block in page.blocks if block.sheet is not None}
    for sheet in book.sheets:
        (grid,) = blocks[sheet.key].parts
        assert isinstance(grid, Grid)
        assert [row[0].text for row in grid.body] == [field.label.text(lang) for field in sheet.fields]
        assert all(row[1].text and row[4].text for row in grid.body)


def test_the_record_of_processing_names_every_field_of_personal_data_once() -> None:
    named = [(sheet.key, field.key) for _, sheet, _, fields in activities(BOOK) for field in fields]
    personal = [
        (sheet.key, field.key)
        for sheet in BOOK.sheets
        for field in sheet.stored_fields
        if field.personal != "none"
    ]
    assert sorted(named) == sorted(personal)
    page = said(protection_page(BOOK, "en"))
    used = {purpose for purpose, *_ in activities(BOOK) if purpose is not None}
    assert used
    for purpose in used:
        assert BOOK.purpose_by_key[purpose].label.en in page
    assert "730" in page
    assert len(said(protection_page(BOOK, "en", by_field=True))) > len(page)


def test_a_book_without_personal_data_has_no_record() -> None:
    bare = Book.from_models(key="bare", label=Label(zh="空", en="Bare"))
    assert [block.title for block in protection_page(bare, "en").blocks] == [
        "What protection is not", "How to treat personal data", "Training",
    ]  # fmt: skip


def rows(sheet: SheetPlan) -> int:
    return max(row for row, _ in sheet.cells)


@pytest.mark.parametrize("lang", LANGS)
def test_the_tabs_stay_readable(lang: Lang) -> None:
    plan = plan_workbook(view_of(tables({}, BOOK), lang, BOOK))
    assert rows(plan.sheet(GUIDE)) < 500
    assert rows(plan.sheet(SETTINGS)) < 300
    assert rows(plan.sheet(PROTECTION)) < 80
    for key in (GUIDE, SETTINGS, PROTECTION):
        sheet = plan.sheet(key)
        assert sheet.protection is not None
        assert max(column for _, column in sheet.cells) == len(sheet.widths)
    own = [cell for cell in plan.sheet(PROTECTION).cells.values() if not cell.style.locked]
    assert own, "what only the organisation knows can be filled in"


def test_a_sheet_of_the_users_may_be_called_settings() -> None:
    sheet = BOOK.sheet("products").having(label=Label(zh="设置", en="Settings"))
    book = BOOK.having(sheets=tuple(sheet if one.key == "products" else one for one in BOOK.sheets))
    layout = plan_layout(book, "zh")
    assert layout.sheets["products"].title == "设置"
    assert layout.titles[SETTINGS] == "设置 2"


def test_sync_renews_the_settings_and_leaves_what_people_filled_in(desk: Desk) -> None:
    with (desk.folder / "custbook.yaml").open("a", encoding="utf-8") as file:
        file.write("settings:\n  value: {high: 77777}\n")
    desk.sync()
    tab = ExcelFile(desk.a).read().sheet("设置")
    assert tab is not None
    assert any("77777" in str(cell) for cells in tab.rows.values() for cell in cells)


def test_the_manual_is_one_page_that_stands_on_its_own() -> None:
    for lang in LANGS:
        text = rendered(document_of("t", manual_pages(BOOK, lang), (), lang))
        assert outside_references(text) == []
        tree = parsed(text)
        pages = [s for s in tree.iter(f"{HTML}section") if s.attrib["class"] == "page"]
        assert len(pages) == 4


def test_the_manual_knows_the_values_of_the_dictionary(desk: Desk) -> None:
    stored = desk.stored("dictionary")
    key = next(key for key, values in stored.items() if values["category"] == "customer_level")
    desk.commit(Change("update", "dictionary", key, {"zh": stored[key]["zh"]}, {"zh": "最要紧的"}))
    write_manual(book_to_tell(desk.folder), desk.folder / "guide.html", "zh")
    assert "最要紧的" in texts(parsed((desk.folder / "guide.html").read_text("utf-8")))


def test_the_command_tells_in_short_or_writes_the_page(desk: Desk, tmp_path: Path) -> None:
    short = custbook("guide", "--project", desk.folder)
    assert (short.code, short.err) == (0, "")
    assert TITLES["customers"] in short.out
    assert len(short.out.splitlines()) < 60
    page = custbook("guide", "--html", "--lang", "en", cwd=tmp_path)
    assert (page.code, page.err) == (0, "")
    assert "Customer book: manual" in (tmp_path / "guide.html").read_text("utf-8")
    assert custbook("guide", "--html", cwd=tmp_path).code == 3
    assert custbook("guide", "-o", tmp_path / "guide.html", "--force", "--project", desk.folder).code == 0

"""What the dictionary does not take, what it does not let go, and how other commands know it."""

from __future__ import annotations

import shutil
from pathlib import Path

import openpyxl
import pytest

from custbook_gen.actions.checking import check_file
from custbook_gen.actions.generate import generate
from custbook_gen.actions.importing import Request, import_file
from tests.lists_book import (
    CLIENTS,
    DICTIONARY,
    add,
    choices,
    client,
    make_lists,
    number,
    offered,
    rename,
    seen,
    sources,
    write,
)
from tests.sync_books import RUN, Desk, codes, desk_from, differs, free_row, remove

ONE, TWO, THREE = client(1), client(2), client(3)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small book; copied, never changed."""
    return make_lists(tmp_path_factory.mktemp("made") / "lists").folder


@pytest.fixture
def desk(made: Path, tmp_path: Path) -> Desk:
    """A copy to work on."""
    return desk_from(made, tmp_path / "desk")


# ---------------------------------------------------------------- what is wrong


@pytest.mark.parametrize(
    ("values", "field", "code"),
    [
        ({"zh": "搜索引擎"}, "zh", "choice-taken"),
        ({"zh": "ＳＥＡＲＣＨ"}, "zh", "choice-taken"),
        ({"aliases": "百度"}, "aliases", "choice-taken"),
        ({"zh": "甲；乙"}, "zh", "choice-label"),
        ({"color": "花花绿绿"}, "color", "choice-color"),
        ({"code": "friends"}, "code", "choice-fixed"),
        ({"code": None}, "code", "choice-fixed"),
        ({"category": "标签"}, "category", "choice-fixed"),
        ({"parent": "北区"}, "parent", "choice-no-parent"),
        ({"zh": None, "en": None}, "zh", "one-of-missing"),
        ({"category": "没有的分类"}, "category", "not-in-list"),
    ],
)
def test_a_wrong_edit_holds_the_value_and_says_why(
    desk: Desk, values: dict[str, str | None], field: str, code: str
) -> None:
    key = number(desk, "source", "referral")
    shown = {name: seen(desk.a, DICTIONARY).value(key, name) or None for name in values}
    rename(desk.a, key, **values)
    report = desk.sync()
    assert (code, key, field) in codes(report)
    assert (report.held, list(report.changes)) == (1, [])
    assert "」" in str(seen(desk.a, DICTIONARY).status(key))
    assert sources(desk.a) == ["转介绍"] * CLIENTS
    rename(desk.a, key, **shown)  # type: ignore[arg-type]
    assert codes(desk.sync()) == []
    assert seen(desk.a, DICTIONARY).status(key) == ""


def test_of_two_new_values_with_one_name_the_second_is_held(desk: Desk) -> None:
    row = free_row(desk.a, DICTIONARY)
    add(desk.a, category="来源", zh="直播")
    add(desk.a, category="来源", en="直播")
    report = desk.sync()
    assert codes(report) == [("choice-taken", None, "en")]
    assert f"第 {row} 行" in report.issues[0].message("zh")
    assert sum(row["zh"] == "直播" for row in desk.stored(DICTIONARY).values()) == 1


def test_the_same_name_in_another_category_is_fine(desk: Desk) -> None:
    add(desk.a, category="标签", zh="门店")
    assert codes(desk.sync()) == []


def test_two_workbooks_that_add_the_same_value(desk: Desk) -> None:
    for path in (desk.a, desk.b):
        add(path, category="来源", zh="直播")
        write(path, K0001={"source": "直播"})
    assert codes(desk.sync()) == []
    report = desk.sync(desk.b)
    assert codes(report) == [("choice-taken", None, "zh")]
    assert list(report.conflicts) == []
    assert sum(row["zh"] == "直播" for row in desk.stored(DICTIONARY).values()) == 1


def test_two_workbooks_that_rename_one_value_differently_are_in_conflict(desk: Desk) -> None:
    key = number(desk, "source", "referral")
    rename(desk.a, key, zh="朋友介绍")
    rename(desk.b, key, zh="熟人介绍")
    write(desk.b, K0001={"source": "门店"}, K0002={"source": "熟人介绍"})
    desk.sync()
    report = desk.sync(desk.b)
    assert [(item.key, item.field, item.stored) for item in report.conflicts] == [(key, "zh", "朋友介绍")]
    there = seen(desk.b, DICTIONARY)
    assert (there.value(key, "zh"), there.status(key)) == ("熟人介绍", differs("中文名称"))
    assert desk.stored("clients")[TWO]["source"] == "referral"
    assert seen(desk.b).value(TWO, "source") == "朋友介绍"
    assert list(desk.sync(desk.b, prefer="file").conflicts) == []
    assert seen(desk.b).value(TWO, "source") == "熟人介绍"


def test_strict_stores_no_value_while_a_row_is_held(desk: Desk) -> None:
    add(desk.a, category="来源", zh="直播")
    write(desk.a, K0001={"source": "直播"}, K0002={"mobile": "123"})
    before = desk.database.read_bytes()
    desk.sync(strict=True)
    assert desk.database.read_bytes() == before
    assert "直播" not in offered(desk.a, "source")


def test_a_dry_run_knows_new_values_and_writes_nothing(desk: Desk) -> None:
    add(desk.a, category="来源", zh="直播")
    write(desk.a, K0001={"source": "直播"})
    before = desk.state()
    report = desk.sync(dry_run=True)
    assert codes(report) == []
    line = next(line for line in report.to_json("zh")["changes"] if line["field"] == "source")  # type: ignore[attr-defined]
    assert (line["before"], line["after"]) == ("转介绍", "直播")
    assert desk.state() == before


# ---------------------------------------------------------------- delete


def test_a_value_in_use_is_not_deleted(desk: Desk) -> None:
    add(desk.a, category="标签", zh="直播")
    write(desk.a, K0001={"tags": "老客户；直播"})
    desk.sync()
    key = next(key for key, row in desk.stored(DICTIONARY).items() if row["zh"] == "直播")
    remove(desk.a, DICTIONARY, key)
    report = desk.sync(delete=True)
    refused = next(issue for issue in report.issues if issue.code == "choice-in-use")
    assert refused.place.key == key
    assert "停用" in refused.message("zh")
    assert ONE in refused.message("en")
    assert key in desk.stored(DICTIONARY)
    desk.sync(restore=True)
    write(desk.a, K0001={"tags": None})
    desk.sync()
    remove(desk.a, DICTIONARY, key)
    assert desk.sync(delete=True).exit_code == 0
    assert key not in desk.stored(DICTIONARY)
    assert "直播" not in offered(desk.a, "tag")


def test_a_value_with_others_under_it_is_not_deleted(desk: Desk) -> None:
    add(desk.a, category="大区", zh="东区")
    add(desk.a, category="城镇", zh="丙镇", parent="东区")
    desk.sync()
    key = next(key for key, row in desk.stored(DICTIONARY).items() if row["zh"] == "东区")
    remove(desk.a, DICTIONARY, key)
    assert ("choice-in-use", key, None) in codes(desk.sync(delete=True))


def test_the_schemas_own_values_are_not_deleted(desk: Desk) -> None:
    key = number(desk, "source", "shop")
    remove(desk.a, DICTIONARY, key)
    report = desk.sync(delete=True)
    assert ("choice-in-use", key, None) in codes(report)
    assert key in desk.stored(DICTIONARY)


def test_a_deleted_value_is_unknown_to_an_older_workbook(desk: Desk) -> None:
    add(desk.a, category="来源", zh="直播")
    desk.sync()
    key = next(key for key, row in desk.stored(DICTIONARY).items() if row["zh"] == "直播")
    desk.sync(desk.b)
    write(desk.b, K0001={"source": "直播"})
    remove(desk.a, DICTIONARY, key)
    desk.sync(delete=True)
    assert ("not-in-list", ONE, "source") in codes(desk.sync(desk.b))


# ---------------------------------------------------------------- other commands


def test_check_knows_the_dictionary_with_and_without_its_store(desk: Desk, tmp_path: Path) -> None:
    add(desk.a, category="来源", zh="直播")
    desk.sync()
    add(desk.a, category="来源", zh="讲座")
    write(desk.a, K0001={"source": "直播"}, K0002={"source": "讲座"}, K0003={"source": "没有"})
    wanted = [("not-in-list", THREE, "source")]
    assert codes(check_file(desk.a, RUN)) == wanted
    alone = tmp_path / "elsewhere" / "a.xlsx"
    alone.parent.mkdir()
    shutil.copy(desk.a, alone)
    assert codes(check_file(alone, RUN)) == wanted


def test_a_new_workbook_shows_the_dictionary_of_the_store(desk: Desk) -> None:
    key = number(desk, "source", "referral")
    rename(desk.a, key, zh="朋友介绍", color="绿")
    add(desk.a, category="来源", zh="直播", color="#d6e6fa")
    desk.sync()
    made = Path(generate(desk.home(), desk.folder / "new.xlsx", RUN).place)
    assert sources(made) == ["朋友介绍"] * CLIENTS
    assert offered(made, "source")[-1] == "直播"
    assert seen(made, DICTIONARY).value(key, "color") == "绿"
    assert codes(desk.sync(made)) == []


def test_colours_follow_renamed_and_recoloured_values_without_new_formats(desk: Desk) -> None:
    lead, won = (number(desk, "stage", code) for code in ("lead", "won"))
    book = openpyxl.load_workbook(desk.a)
    rules = [rule for area in book["顾客"].conditional_formatting for rule in area.rules]
    formulas = [rule.formula[0] for rule in rules if "cb_paint_" in rule.formula[0]]
    assert formulas == [
        'SUMPRODUCT(--(cb_paint_stage=I3&"␟FFF3BF"))>0',
        'SUMPRODUCT(--(cb_paint_stage=I3&"␟D3F0D8"))>0',
    ]
    assert offered(desk.a, "stage", "paint") == ["线索␟FFF3BF", "成交␟D3F0D8"]
    rename(desk.a, lead, zh="商机", color="绿")
    rename(desk.a, won, color=None)
    assert codes(desk.sync()) == []
    assert offered(desk.a, "stage", "paint") == ["商机␟D3F0D8"]
    rename(desk.a, lead, color=None)
    desk.sync()
    assert offered(desk.a, "stage", "paint") == ["␟"]


def test_imports_know_the_dictionary(desk: Desk) -> None:
    rename(desk.a, number(desk, "source", "referral"), zh="朋友介绍")
    add(desk.a, category="来源", zh="直播")
    desk.sync()
    (desk.folder / "map.yaml").write_text("fields: {name: Name, source: From}\n", "utf-8")
    file = desk.folder / "in.csv"
    file.write_text("Name,From\n甲,直播\n乙,朋友介绍\n丙,电视\n", "utf-8")
    report = import_file(file, Request("clients", desk.folder / "map.yaml"), RUN, desk.folder)
    assert [(issue.code, issue.place.row) for issue in report.issues] == [("not-in-list", 4)]
    assert {row["source"] for row in desk.stored("clients").values()} > {"referral"}


def test_values_can_be_imported_into_the_dictionary(desk: Desk) -> None:
    (desk.folder / "map.yaml").write_text("fields: {category: List, zh: Label, aliases: Also}\n", "utf-8")
    file = desk.folder / "in.csv"
    file.write_text("List,Label,Also\n来源,直播,抖音;快手\n来源,门店,\n", "utf-8")
    report = import_file(file, Request(DICTIONARY, desk.folder / "map.yaml"), RUN, desk.folder)
    assert [(issue.code, issue.place.row) for issue in report.issues] == [("choice-taken", 3)]
    live = next(row for _, row in choices(desk, "source").values() if row["zh"] == "直播")
    assert (live["code"], live["aliases"]) == (live["choice_id"], "抖音；快手")

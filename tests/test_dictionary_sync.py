"""People keep the lists of a book themselves, on the dictionary tab, and sync follows them."""

from __future__ import annotations

import shutil
from pathlib import Path

import openpyxl
import pytest

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
from tests.server_desks import moved
from tests.sync_books import Desk, changed, codes, desk_from, differs, free_row, held, typed

ONE, TWO, THREE = client(1), client(2), client(3)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small book; copied, never changed."""
    return make_lists(tmp_path_factory.mktemp("made") / "lists").folder


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.thorough)])
def desk(request: pytest.FixtureRequest, made: Path, tmp_path: Path) -> Desk:
    """A copy to work on, its store in either of the databases."""
    copy = desk_from(made, tmp_path / "desk")
    return copy if request.param == "sqlite" else moved(copy, request.getfixturevalue("server_url"))


# ---------------------------------------------------------------- from the schema


def test_a_new_book_begins_with_the_schemas_choices(desk: Desk) -> None:
    values = choices(desk, "source")
    assert list(values) == ["referral", "search", "shop", "advert", "other"]
    key, first = values["referral"]
    said = tuple(first[name] for name in ("zh", "aliases", "order", "active"))
    assert said == ("转介绍", "介绍；推荐", 10, True)
    assert seen(desk.a, DICTIONARY).value(key, "category") == "来源"
    assert choices(desk, "currency") == {}
    assert choices(desk, "stage")["won"][1]["figure"] == 1


def test_the_dictionary_follows_its_schema_where_people_changed_nothing(desk: Desk) -> None:
    rename(desk.a, number(desk, "source", "search"), zh="百度等搜索")
    desk.sync()
    before = desk.stored(DICTIONARY)
    file = desk.folder / "lists.yaml"
    more = "      search: {zh: 搜索, en: Search engine}\n      tv: {zh: 电视, en: TV}\n"
    before_text = "      search: {zh: 搜索引擎, en: Search, aliases: [百度]}\n"
    file.write_text(file.read_text("utf-8").replace(before_text, more), "utf-8")
    assert desk.sync().exit_code == 0
    after = desk.stored(DICTIONARY)
    new = after.keys() - before.keys()
    assert [after[one]["code"] for one in new] == ["tv"]
    key = number(desk, "source", "search")
    assert (after[key]["zh"], after[key]["en"], after[key]["aliases"]) == (
        "百度等搜索",
        "Search engine",
        None,
    )
    last = number(desk, "source", "other")
    assert after[last] == {**before[last], "order": before[last]["order"] + 10}  # type: ignore[operator]
    untouched = [one for one in before if before[one]["category"] != "source"]
    assert [after[one] for one in untouched] == [before[one] for one in untouched]
    assert offered(desk.a, "source")[1:3] == ["百度等搜索", "电视"]
    state = desk.state()
    desk.sync()
    assert desk.state() == state


def test_choices_that_the_schema_loses_stay_in_the_dictionary(desk: Desk) -> None:
    file = desk.folder / "lists.yaml"
    text = file.read_text("utf-8").replace("      advert: {zh: 广告, en: Advert}\n", "")
    file.write_text(text, "utf-8")
    write(desk.a, K0001={"source": "广告"})
    assert codes(desk.sync()) == []
    assert desk.stored("clients")[ONE]["source"] == "advert"


# ---------------------------------------------------------------- add


def test_a_value_can_be_added_and_used_in_the_same_sync(desk: Desk) -> None:
    add(desk.a, category="来源", zh="直播")
    add(desk.a, category="来源", en="Live webinar")
    new = {f"row{free_row(desk.a, 'clients')}": {"name": "新顾客", "source": "直播"}}
    write(desk.a, K0001={"source": "直播"}, K0002={"source": "live WEBINAR"}, **new)
    report = desk.sync()
    assert codes(report) == [("recognised", TWO, "source")]
    source = choices(desk, "source")
    live = next(code for code, (_, row) in source.items() if row["zh"] == "直播")
    assert live == source[live][0]  # a Chinese label gives no code, the number does
    assert source["live_webinar"][1]["en"] == "Live webinar"
    stored = desk.stored("clients")
    assert [stored[key]["source"] for key in (ONE, TWO, client(CLIENTS + 1))] == [live, "live_webinar", live]
    assert seen(desk.a, DICTIONARY).value(source[live][0], "code") == live
    assert seen(desk.a).value(TWO, "source") == "Live webinar"
    assert offered(desk.a, "source")[-2:] == ["直播", "Live webinar"]
    state = desk.state()
    assert codes(desk.sync()) == []
    assert desk.state() == state


def test_the_other_workbook_learns_a_new_value(desk: Desk) -> None:
    add(desk.a, category="来源", zh="直播", order=5)
    desk.sync()
    write(desk.b, K0001={"source": "直播"})
    assert codes(desk.sync(desk.b)) == []
    assert offered(desk.b, "source")[0] == "直播"
    assert seen(desk.b).value(ONE, "source") == "直播"


def test_a_value_of_a_list_with_several_can_be_added(desk: Desk) -> None:
    add(desk.a, category="标签", zh="VIP")
    write(desk.a, K0002={"tags": "老客户；VIP"})
    assert codes(desk.sync()) == []
    assert desk.stored("clients")[TWO]["tags"] == ("regular", "vip")
    assert seen(desk.a).value(TWO, "tags") == "老客户；VIP"


def test_a_value_and_one_under_it_can_be_added_at_once(desk: Desk) -> None:
    add(desk.a, category="大区", zh="东区")
    add(desk.a, category="城镇", zh="丙镇", parent="东区")
    add(desk.a, category="城镇", zh="丁镇", parent="没有的区")
    write(desk.a, K0001={"region": "东区", "town": "丙镇"})
    assert codes(desk.sync()) == [("choice-parent", None, "parent")]
    east = next(row["code"] for _, row in choices(desk, "region").values() if row["zh"] == "东区")
    town = next(row for _, row in choices(desk, "town").values() if row["zh"] == "丙镇")
    assert town["parent"] == east
    assert desk.stored("clients")[ONE]["town"] == town["code"]
    assert seen(desk.a).value(ONE, "town") == "丙镇"


def test_a_figure_of_a_new_value_is_taken_at_once(desk: Desk) -> None:
    add(desk.a, category="阶段", zh="报价", figure=0.4)
    new = {f"row{free_row(desk.a, 'clients')}": {"name": "新顾客", "stage": "报价"}}
    write(desk.a, **new)
    assert codes(desk.sync()) == []
    assert str(desk.stored("clients")[client(CLIENTS + 1)]["chance"]) == "0.4"


def test_a_value_that_stands_in_two_copies_is_added_once_and_that_is_told(desk: Desk) -> None:
    add(desk.a, category="来源", zh="直播")
    write(desk.a, K0001={"source": "直播"})
    copy = desk.folder / "copy.xlsx"
    shutil.copy(desk.a, copy)
    desk.sync()
    before = desk.stored(DICTIONARY)
    assert [code for code, _, _ in codes(desk.sync(copy))] == ["row-known"]
    assert desk.stored(DICTIONARY) == before
    assert seen(copy, DICTIONARY).records() == seen(desk.a, DICTIONARY).records()


# ---------------------------------------------------------------- rename, deactivate, order, aliases


def test_a_renamed_value_is_renamed_everywhere_and_keeps_its_code(desk: Desk) -> None:
    key = number(desk, "source", "referral")
    rename(desk.a, key, zh="朋友介绍")
    report = desk.sync()
    assert (codes(report), changed(report)) == ([], {(DICTIONARY, key, "zh"): ("转介绍", "朋友介绍")})
    assert desk.stored("clients")[ONE]["source"] == "referral"
    assert sources(desk.a) == ["朋友介绍"] * CLIENTS
    assert offered(desk.a, "source")[0] == "朋友介绍"
    state = desk.state()
    assert (codes(desk.sync()), desk.state()) == ([], state)


def test_an_old_workbook_still_means_the_renamed_value(desk: Desk) -> None:
    rename(desk.a, number(desk, "source", "referral"), zh="朋友介绍")
    rename(desk.a, number(desk, "tag", "regular"), zh="常客")
    desk.sync()
    new = {f"row{free_row(desk.b, 'clients')}": {"name": "新顾客", "source": "转介绍", "tags": "老客户"}}
    write(desk.b, K0003={"source": "朋友介绍"}, K0004={"source": "搜索引擎"}, K0005={"name": "改名"}, **new)
    report = desk.sync(desk.b)
    assert codes(report) == []
    edits = {place for place in changed(report) if place[1] != client(CLIENTS + 1)}
    assert edits == {("clients", client(4), "source"), ("clients", client(5), "name")}
    last = desk.stored("clients")[client(CLIENTS + 1)]
    assert (last["source"], last["tags"]) == ("referral", ("regular",))
    assert sources(desk.b) == ["朋友介绍"] * 3 + ["搜索引擎"] + ["朋友介绍"] * 2
    assert seen(desk.b).value(ONE, "tags") == "常客"


def test_no_value_is_called_by_the_code_of_another(desk: Desk) -> None:
    key = number(desk, "source", "advert")
    rename(desk.a, key, en="SHOP")
    rename(desk.a, number(desk, "source", "shop"), en="Store")
    report = desk.sync()
    assert codes(report) == [("choice-taken", key, "en")]


def test_labels_may_be_swapped_and_mean_what_the_old_workbook_offers(desk: Desk) -> None:
    first, second = (number(desk, "tag", code) for code in ("regular", "bulk"))
    typed(desk.a, DICTIONARY, **{first: {"zh": "团购"}, second: {"zh": "老客户"}})
    assert codes(desk.sync()) == []
    assert seen(desk.a).value(ONE, "tags") == "团购"
    write(desk.b, K0001={"tags": "团购"})
    assert codes(desk.sync(desk.b)) == []
    assert desk.stored("clients")[ONE]["tags"] == ("bulk",)
    assert seen(desk.b).value(ONE, "tags") == "老客户"


def test_formulas_follow_a_renamed_value(desk: Desk) -> None:
    before = seen(desk.a).value(ONE, "total")
    rename(desk.a, number(desk, "status", "done"), zh="已结清")
    assert codes(desk.sync()) == []
    assert seen(desk.a).value(ONE, "total") == before
    column = seen(desk.a).columns["total"] + 1
    text = str(openpyxl.load_workbook(desk.a)["顾客"].cell(3, column).value)
    assert "已结清" in text
    assert "已完成" not in text
    write(desk.b, K0001={"name": "改名"})
    assert codes(desk.sync(desk.b)) == []


def test_a_value_out_of_use_leaves_the_dropdown_and_stays_in_cells(desk: Desk) -> None:
    key = number(desk, "source", "referral")
    rename(desk.a, key, active="否")
    assert codes(desk.sync()) == []
    assert "转介绍" not in offered(desk.a, "source")
    assert sources(desk.a) == ["转介绍"] * CLIENTS
    write(desk.a, K0001={"name": "仍可改别的"})
    assert codes(desk.sync()) == []
    rename(desk.a, key, active="是")
    desk.sync()
    assert "转介绍" in offered(desk.a, "source")


def test_order_and_aliases_take_effect(desk: Desk) -> None:
    key = number(desk, "source", "other")
    rename(desk.a, key, order=1, aliases="没问到; 不详")
    write(desk.a, K0001={"source": "没问到"})
    assert codes(desk.sync()) == [("recognised", ONE, "source")]
    assert desk.stored("clients")[ONE]["source"] == "other"
    assert desk.stored(DICTIONARY)[key]["aliases"] == "没问到；不详"
    assert offered(desk.a, "source")[0] == "其他"


def test_kept_cells_follow_a_rename_too(desk: Desk) -> None:
    """A conflict and a held row keep what was typed; a value in them goes by its new name."""
    write(desk.a, K0001={"source": "广告"}, K0002={"source": "门店"})
    write(desk.b, K0001={"source": "搜索引擎"}, K0002={"source": "搜索引擎", "mobile": "123"})
    desk.sync()
    desk.sync(desk.b)
    rename(desk.a, number(desk, "source", "search"), zh="网上找到", aliases=None)
    desk.sync()
    for _ in range(2):
        assert codes(desk.sync(desk.b)) == [("phone-impossible", TWO, "mobile")]
        there = seen(desk.b)
        assert [there.value(key, "source") for key in (ONE, TWO)] == ["网上找到", "网上找到"]
        assert (there.status(ONE), there.status(TWO)) == (differs("来源"), held("手机"))

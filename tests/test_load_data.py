"""The bundled book, its regions, templates and lists."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest

from custbook_gen.errors import SchemaError
from custbook_gen.load import (
    data_path,
    load_book,
    load_template,
    template_names,
)
from custbook_gen.load.yaml_reader import read_yaml, tree_of
from custbook_gen.schema import Book

ROOT = Path(__file__).resolve().parents[1]
TEST_DATA = Path(os.environ.get("CUSTBOOK_TEST_DATA", ROOT.parent / "shared" / "data"))


# ---------------------------------------------------------------- the customer book


@pytest.fixture(scope="module")
def book() -> Book:
    return load_book("customer_book")


# ---------------------------------------------------------------- regions


def test_regions_hang_from_each_other_down_to_the_district(book: Book) -> None:
    provinces, cities, districts = (book.category(key) for key in ("province", "city", "district"))
    assert len(provinces.choices) == 34
    assert {choice.parent for choice in cities.choices} == set(provinces.by_code)
    assert {choice.parent for choice in districts.choices} == set(cities.by_code)
    codes = [choice.code for level in (provinces, cities, districts) for choice in level.choices]
    assert all(len(code) == 6 and code.isdigit() for code in codes)


def test_region_labels_are_unique_under_their_parent(book: Book) -> None:
    for key in ("province", "city", "district"):
        places = [(choice.parent, choice.label.zh) for choice in book.category(key).choices]
        assert len(set(places)) == len(places)


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("110108", ("北京市", "北京市", "海淀区")),
        ("500156", ("重庆市", "重庆市", "武隆区")),
        ("500235", ("重庆市", "重庆郊县", "云阳县")),
        ("429004", ("湖北省", "仙桃市", "仙桃市")),
        ("659001", ("新疆维吾尔自治区", "石河子市", "石河子市")),
        ("441900", ("广东省", "东莞市", "东莞市")),
        ("442000", ("广东省", "中山市", "中山市")),
        ("460400", ("海南省", "儋州市", "儋州市")),
        ("620201", ("甘肃省", "嘉峪关市", "嘉峪关市")),
        ("810001", ("香港特别行政区", "香港特别行政区", "中西区")),
        ("820004", ("澳门特别行政区", "澳门特别行政区", "大堂区")),
    ],
)
def test_places_that_lists_of_regions_get_wrong_can_be_chosen(
    book: Book, code: str, names: tuple[str, str, str]
) -> None:
    district = book.category("district").by_code[code]
    city = book.category("city").by_code[district.parent or ""]
    province = book.category("province").by_code[city.parent or ""]
    assert (province.label.zh, city.label.zh, district.label.zh) == names


def test_every_code_of_the_reference_list_is_found_or_explained(book: Book) -> None:
    folder = TEST_DATA / "region_codes"
    if not folder.is_dir():
        pytest.skip("NOT COMPARED: no region_codes in the folder that CUSTBOOK_TEST_DATA names")

    def rows(name: str) -> list[dict[str, str]]:
        with (folder / name).open(encoding="utf-8") as file:
            return list(csv.DictReader(file))

    provinces = {choice.code: choice.label.zh for choice in book.category("province").choices}
    cities = {choice.code: choice.label.zh for choice in book.category("city").choices}
    districts = {choice.code: choice for choice in book.category("district").choices}
    assert all(provinces[row["code"] + "0000"] == row["name"] for row in rows("provinces.csv"))

    placeholders = {"市辖区": "municipality", "县": "municipality"}
    dissolved = {row["code"] for row in rows("cities.csv") if "直辖" in row["name"]}
    assert dissolved == {"4190", "4290", "4690", "6590"}  # no places: their towns stand as cities
    for row in rows("cities.csv"):
        if row["code"] in dissolved:
            assert row["code"] + "00" not in cities
        elif row["name"] in placeholders:
            assert cities[row["code"] + "00"][:2] == provinces[row["provinceCode"] + "0000"][:2]
        else:
            assert cities[row["code"] + "00"] == row["name"]
    for row in rows("areas.csv"):
        district = districts.pop(row["code"])
        own = row["code"] if row["cityCode"] in dissolved else row["cityCode"] + "00"
        assert (district.label.zh, district.parent) == (row["name"], own)
    assert {code[:2] for code in districts} == {"71", "81", "82"}  # the reference list has none of these


# ---------------------------------------------------------------- templates and bundled data


def test_bundled_data_is_found() -> None:
    assert data_path("schemas", "customer_book.yaml").is_file()


def test_every_template_that_is_named_can_be_read() -> None:
    folders = [".", *(path.name for path in data_path("templates").glob("*/"))]
    for name in [name for folder in folders for name in template_names(folder)]:
        assert isinstance(load_template(name), str)


@pytest.mark.parametrize("name", ["none.j2", "none/none.j2", "../pyproject.toml", "/etc/hosts", "."])
def test_a_missing_template_is_named(name: str) -> None:
    with pytest.raises(SchemaError, match="There is no template"):
        load_template(name)
    assert template_names("../schemas") == []
    assert template_names("none") == []


@pytest.mark.parametrize("path", sorted(data_path("schemas").rglob("*.yaml")), ids=lambda path: path.name)
def test_bundled_schemas_are_the_same_by_either_parser(path: Path) -> None:
    assert read_yaml(path) == tree_of(path, pure=False) == tree_of(path, pure=True)


def test_other_peoples_schemas_are_read_by_the_strict_parser(tmp_path: Path) -> None:
    path = tmp_path / "tabs.yaml"
    path.write_text("a:\n- b\n- c: d\n  e: [1, {f: ~}]\t\n", encoding="utf-8")
    assert tree_of(path, pure=False).plain() == {"a": ["b", {"c": "d", "e": [1, {"f": None}]}]}
    with pytest.raises(SchemaError, match=r"tabs\.yaml"):
        read_yaml(path)

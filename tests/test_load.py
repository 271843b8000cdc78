"""Schema files, regions and projects: what they load to, and the sentence when they are wrong."""

from __future__ import annotations

import csv
import datetime as dt
import os
from decimal import Decimal
from pathlib import Path

import pytest

from custbook_gen.errors import SchemaError
from custbook_gen.load import (
    PROJECT_FILE,
    Project,
    data_path,
    find_project,
    load_book,
    load_project,
    load_template,
    project_book,
    store_url,
    template_names,
    write_project,
)
from custbook_gen.load.yaml_reader import read_yaml, tree_of
from custbook_gen.schema import Book, Settings

ROOT = Path(__file__).resolve().parents[1]
TEST_DATA = Path(os.environ.get("CUSTBOOK_TEST_DATA", ROOT.parent / "shared" / "data"))

SMALL = """\
key: small
version: 1
label: [小簿, Small book]
sheets:
  clients:
    label: {zh: 客户, en: Clients}
    key: code
    name: name
    fields:
      code: {label: [编号, No.], type: auto, prefix: K, digits: 3}
      name: {label: [名称, Name], type: text, required: true, example: Ann}
      kind: {label: [种类, Kind], type: enum, category: kind, default: new}
      since: {label: [起, Since], type: date, min: 1990-01-01, max: as_of}
      rate: {label: [率, Rate], type: pct, min: 0, max: 0.5}
      region: {label: [区, Region], type: enum, category: region}
      town: {label: [镇, Town], type: enum, category: town, parent: region}
      boss: {label: [上级, Boss], type: ref, to: clients}
categories:
  kind:
    label: [种类, Kind]
    choices:
      new: {zh: 新, en: New, aliases: [fresh]}
      old: [旧, Old]
      lost: Lost
  region:
    label: [区, Region]
    choices: [North, {code: s, zh: 南, en: South}]
  town:
    label: [镇, Town]
    parent: region
    choices:
      n1: {zh: 甲, en: A, parent: North}
      s1: {zh: 甲, en: A, parent: s}
"""


def write(folder: Path, text: str, name: str = "small.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def sentence_of(path: Path) -> str:
    with pytest.raises(SchemaError) as caught:
        load_book(path)
    assert caught.value.exit_code == 3
    assert caught.value.sentence("zh") != caught.value.sentence("en")
    return caught.value.sentence("en")


# ---------------------------------------------------------------- what is loaded


def test_a_small_schema_loads_with_every_short_form(tmp_path: Path) -> None:
    book = load_book(write(tmp_path, SMALL))
    fields = book.sheet("clients")
    assert [choice.code for choice in book.category("region").choices] == ["North", "s"]
    assert book.category("kind").by_code["lost"].label.zh == "Lost"
    assert (fields.key_field, fields.name_field) == ("code", "name")
    assert fields.field("since").min == "1990-01-01"
    assert fields.field("rate").max == Decimal("0.5")


def test_a_byte_order_mark_and_an_absolute_or_text_path_do_no_harm(tmp_path: Path) -> None:
    path = write(tmp_path, "\ufeff" + SMALL)
    assert load_book(str(path)) == load_book(path)


def test_words_that_other_yaml_versions_read_as_truth_stay_text(tmp_path: Path) -> None:
    book = load_book(write(tmp_path, SMALL.replace("lost: Lost", "no: no")))
    assert book.category("kind").by_code["no"].label.en == "no"


def test_anchors_may_be_used(tmp_path: Path) -> None:
    text = SMALL.replace("label: [区, Region], type", "label: &r [区, Region], type", 1)
    text = text.replace("label: [区, Region]\n", "label: *r\n")
    assert load_book(write(tmp_path, text)).category("region").label.zh == "区"


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


# ---------------------------------------------------------------- what is wrong, and where

WRONG = [
    (
        "  clients:\n    label:",
        "  clients:\n    lable:",
        "line 6, column 5: there is no option lable; did you mean label?",
    ),
    ("type: date", "type: daet", "line 13, column 34: type cannot be daet; did you mean date?"),
    ("label: [名称, Name], ", "", "line 11, column 7: label is missing; add it."),
    ("max: as_of", "max: [1]", "max must be a single number or text"),
    ("type: date", "type: []", "line 13, column 34: type cannot be []; possible are: text,"),
    ("to: clients", "to: client", "line 17, column 44: there is no sheet client; did you mean clients?"),
    ("category: kind,", "category: knd,", "line 12, column 45: there is no category knd; did you mean kind?"),
    ("parent: region}", "parent: regoin}", "sheet clients has no field regoin; did you mean region?"),
    ("parent: region}", "parent: kind}", "the parent field of town must be of category region, not kind"),
    ("    parent: region\n", "    parent: reigon\n", "there is no category reigon; did you mean region?"),
    ("parent: North}", "parent: Nord}", "line 32, column 26: the value n1 names the parent Nord"),
    (
        ", parent: North}",
        "}",
        "line 32, column 7: the value n1 and its category town must both have a parent",
    ),
    ("default: new", "default: nwe", "the default nwe is no code of category kind; did you mean new?"),
    ("default: new", "default: 1", "a field of type enum cannot have the default 1"),
    ("key: code", "key: kode", "line 7, column 5: sheet clients has no field kode; did you mean code?"),
    ("name: name", "name: nmae", "line 8, column 5: sheet clients has no field nmae; did you mean name?"),
    ("key: code", "key: town", "the key town of sheet clients must be of type auto, or a required text"),
    ("    key: code\n", "", "line 5, column 3: key is missing; add it."),
    ("prefix: K, ", "", "line 10, column 7: a field of type auto needs prefix; add it."),
    ("type: date", "type: date, prefix: X", "prefix does not go with a field of type date"),
    ("type: text, required: true", "type: text, min: 0", "min does not go with a field of type text"),
    ("required: true", "required: maybe", "required must be true or false"),
    ("required: true", "required: true, recommended: true", "required and recommended exclude each other"),
    ("required: true", "max_length: lots", "max_length must be a whole number"),
    ("required: true", "width: lots", "width must be a number"),
    ("required: true", "pattern: '['", "the pattern [ is no regular expression"),
    ("required: true", "default: true", "a field of type text cannot have the default True"),
    ("required: true", "min_length: 9, max_length: 3", "min_length is larger than max_length"),
    ("max: 0.5", "max: -1", "min is larger than max"),
    ("max: as_of", "max: tomorrow", "a field of type date cannot have the bound tomorrow"),
    ("min: 0,", "min: 1990-01-01,", "a field of type pct cannot have the bound 1990-01-01"),
    ("example: Ann", "example: 12", "example must be text; put numbers and the like in quotes."),
    ("label: [率, Rate]", "label: [率]", "label must be given in Chinese and English"),
    ("{zh: 客户, en: Clients}", "{zh: 客户}", "line 6, column 5: en is missing; add it."),
    ("  clients:\n", "  Clients:\n", "line 5, column 3: Clients cannot be a key"),
    ("      rate: {", "      name: {", "line 14, column 7: name is written twice; remove one of the two."),
    ("version: 1", "version: one", "line 2, column 1: version must be a whole number"),
    (
        "version: 1",
        "version: 1\nsettings: {currency: yuan}",
        "currency cannot be yuan; it must match ^[A-Z]{3}$.",
    ),
    ("version: 1", "version: 1\nsettings: {as_of: soon}", "as_of must be a date such as 2025-01-31"),
    ("version: 1", "version: 1\nsettings: 5", "settings must be a block of lines"),
    ("version: 1", "version: 1\nsheet: {}", "there is no option sheet; did you mean sheets?"),
    ("  clients:\n", "  clients: &me\n", "this part refers to itself"),
    ("aliases: [fresh]", "aliases: fresh", "aliases must be a list of values in square brackets"),
    ("aliases: [fresh]", "aliases: [old]", "the values old and new are both called Old"),
    ("choices: [North,", "choices: [s,", "s is defined twice"),
    ("choices: [North,", "choices: North # [", "choices must be a list of values"),
    (
        "    choices: [North,",
        "    choices_from: x.csv\n    choices: [North,",
        "choices and choices_from exclude each other",
    ),
    (
        "type: pct, min: 0, max: 0.5",
        "type: calc, result: money, rule: line_amuont",
        "line 14, column 59: there is no rule line_amuont; did you mean line_amount?",
    ),
    (
        "type: pct, min: 0, max: 0.5",
        "type: calc, result: int, rule: line_amount",
        "line 14, column 57: the rule line_amount gives money; make that the result of rate.",
    ),
    (
        "type: pct, min: 0, max: 0.5",
        "type: calc, result: enum, category: kind, rule: lifecycle",
        "the rule lifecycle can give prospect, active, sleeping, which category kind does not have",
    ),
    (
        "type: pct, min: 0, max: 0.5",
        'type: calc, result: money, rule: line_amount, formula: "{{ this.knd }}"',
        "line 14, column 78: the formula template is wrong ('knd' is no field of clients)",
    ),
    (
        "type: pct, min: 0, max: 0.5",
        'type: calc, result: money, rule: line_amount, formula: "{{ thus.kind }}"',
        "the formula template is wrong ('thus' is undefined)",
    ),
    (
        "type: pct, min: 0, max: 0.5",
        'type: calc, result: money, rule: line_amount, formula: "{{ this.kind"',
        "the formula template is wrong (unexpected end of template",
    ),
    ("key: small", "key: [small", "this is not correct YAML"),
    ("key: small", "key: \x07small", "this is not correct YAML"),
    ("key: small", "? [a]\n: small", "this is not correct YAML (a name must be plain text)"),
]


@pytest.mark.parametrize(("before", "after", "sentence"), WRONG, ids=[case[2] for case in WRONG])
def test_what_is_wrong_in_a_schema_is_named_with_line_and_remedy(
    tmp_path: Path, before: str, after: str, sentence: str
) -> None:
    assert SMALL.count(before) >= 1
    text = SMALL.replace(before, after, 1)
    if "&me" in after:
        text = text.replace("{zh: 客户, en: Clients}", "*me")
    found = sentence_of(write(tmp_path, text))
    assert found.startswith("small.yaml, line ")
    assert sentence in found


def test_further_mistakes_are_counted(tmp_path: Path) -> None:
    text = (
        SMALL.replace("type: date", "type: daet")
        .replace("type: pct", "type: cpt")
        .replace("to: clients", "to: 5")
    )
    assert sentence_of(write(tmp_path, text)).endswith("did you mean date? (and 2 more)")


def test_a_sentence_is_given_in_chinese_too(tmp_path: Path) -> None:
    with pytest.raises(SchemaError) as caught:
        load_book(
            write(tmp_path, SMALL.replace("type: date", "type: daet").replace("type: pct", "type: cpt"))
        )
    assert (
        caught.value.sentence("zh")
        == "small.yaml 第 13 行第 34 列：type 不能是 daet；是否想写 date？（另有 1 处）"
    )


def test_an_empty_schema_lacks_its_parts(tmp_path: Path) -> None:
    assert sentence_of(write(tmp_path, "")).startswith("small.yaml, line 1, column 1: key is missing")


def test_a_schema_that_is_no_block_is_refused(tmp_path: Path) -> None:
    assert "must be a block of lines" in sentence_of(write(tmp_path, "- a\n- b\n"))


def test_a_missing_unreadable_or_foreign_schema_file_is_named(tmp_path: Path) -> None:
    assert "“none.yaml” is not there" in sentence_of(tmp_path / "none.yaml")
    assert "cannot be read" in sentence_of(tmp_path)
    gbk = tmp_path / "gbk.yaml"
    gbk.write_bytes("label: 客户".encode("gb18030"))
    assert "“gbk.yaml” is not in UTF-8 (from byte 7 on)" in sentence_of(gbk)


def test_an_unknown_bundled_schema_is_answered_with_the_nearest() -> None:
    with pytest.raises(SchemaError, match="no schema named “customer_bok”; did you mean customer_book"):
        load_book("customer_bok")


# ---------------------------------------------------------------- lists of choices

LISTED = SMALL.replace("choices: [North, {code: s, zh: 南, en: South}]", "choices_from: lists/regions.csv")


def listed(folder: Path, text: str) -> Path:
    (folder / "lists").mkdir()
    write(folder / "lists", text, "regions.csv")
    return write(folder, LISTED)


def test_choices_come_from_a_list_beside_the_schema(tmp_path: Path) -> None:
    book = load_book(listed(tmp_path, "code,name,en,aliases\nNorth,北,North,N|上\n\ns,南,,\n"))
    north, south = book.category("region").choices
    assert (north.label.zh, north.label.en, north.aliases) == ("北", "North", ("N", "上"))
    assert (south.label.zh, south.label.en, south.aliases) == ("南", "南", ())


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("code,name\nNorth,北\ns,南,x\n", "regions.csv, line 3, column 1: this row has 3 cells instead of 2"),
        (
            "code,nmae\nNorth,北\n",
            "regions.csv, line 1, column 1: there is no option nmae; did you mean name?",
        ),
        ("name\n北\n", "regions.csv, line 1, column 1: code is missing"),
        ("", "regions.csv, line 1, column 1: code is missing"),
        ("code,name\nNorth,北\nNorth,南\n", "regions.csv, line 3, column 1: North is defined twice"),
        ("code,name\n,北\n", "regions.csv, line 2, column 1: code must be text"),
    ],
)
def test_what_is_wrong_in_a_list_of_choices_is_named(tmp_path: Path, text: str, sentence: str) -> None:
    assert sentence in sentence_of(listed(tmp_path, text))


def test_a_missing_list_of_choices_is_named_where_it_is_asked_for(tmp_path: Path) -> None:
    assert "small.yaml, line 27, column 5: the file of choices lists/regions.csv" in sentence_of(
        write(tmp_path, LISTED)
    )


# ---------------------------------------------------------------- a project's own choices


def test_a_project_adds_choices_to_a_category() -> None:
    book = load_book(
        "customer_book",
        {"categories": {"product_category": ["Beverages", {"code": "tea", "zh": "茶", "en": "Tea"}]}},
    )
    beverages, tea = book.category("product_category").choices[-2:]
    assert (beverages.code, beverages.label.zh, beverages.label.en) == ("Beverages",) * 3
    assert (tea.code, tea.label.zh, tea.label.en) == ("tea", "茶", "Tea")


@pytest.mark.parametrize(
    ("overlay", "sentence"),
    [
        ({"product_categry": ["x"]}, "there is no category product_categry; did you mean product_category?"),
        ({"product_category": ["其他"]}, "the values 其他 and other are both called 其他"),
        ({"product_category": ["main"]}, "main is defined twice"),
        (
            {"product_category": [{"code": "x", "zn": "x"}]},
            "there is no option zn; possible are: code, zh, en",
        ),
        ({"product_category": 5}, "product_category must be a block of lines"),
    ],
)
def test_a_wrong_choice_of_a_project_is_refused(overlay: dict[str, object], sentence: str) -> None:
    with pytest.raises(SchemaError) as caught:
        load_book("customer_book", {"categories": overlay})
    assert caught.value.sentence("en").startswith("changes: ")
    assert sentence in caught.value.sentence("en")


# ---------------------------------------------------------------- projects


def test_a_project_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    project = Project(
        book="0123abcd",
        lang="zh+en",
        settings=Settings(as_of=dt.date(2025, 3, 1), currency="USD"),
        categories={"product_category": ["茶: 绿", {"code": "x", "zh": "甲", "en": "no"}]},
    )
    assert write_project(tmp_path / "new" / "shop", project).name == PROJECT_FILE
    assert [path.name for path in (tmp_path / "new" / "shop").iterdir()] == [PROJECT_FILE]
    assert load_project(tmp_path / "new" / "shop") == project


def test_a_projects_book_has_its_choices_and_settings(tmp_path: Path) -> None:
    write_project(
        tmp_path, Project(book="b", settings=Settings(currency="EUR"), categories={"unit": ["Pallet"]})
    )
    book = project_book(tmp_path)
    assert book.settings == load_book("customer_book").settings.having(currency="EUR")
    assert book.category("unit").choices[-1].code == "Pallet"


def test_a_project_may_have_a_schema_of_its_own(tmp_path: Path) -> None:
    write(tmp_path, SMALL)
    write_project(tmp_path, Project(book="b", source="small.yaml"))
    assert project_book(tmp_path).key == "small"


def test_a_projects_preset_says_how_much_of_the_schema_it_has(tmp_path: Path) -> None:
    write(tmp_path, SMALL.replace("{label: [起, Since],", "{label: [起, Since], preset: standard,"))
    kept = {}
    for preset in ("basic", "standard"):
        write(tmp_path, f"book: b\nschema: small.yaml\npreset: {preset}\n", PROJECT_FILE)
        kept[preset] = project_book(tmp_path).sheet("clients").by_key
    assert kept["standard"].keys() - kept["basic"].keys() == {"since"}
    write(tmp_path, "book: b\nschema: small.yaml\n", PROJECT_FILE)
    assert project_book(tmp_path).sheet("clients").by_key == kept["standard"]


def test_a_wrong_choice_in_a_project_file_is_named_with_its_line(tmp_path: Path) -> None:
    write(tmp_path, "book: b\ncategories:\n  unit: [Pallet]\n  uint: [Pallet]\n", PROJECT_FILE)
    with pytest.raises(SchemaError, match="line 4, column 3: there is no category uint; did you mean unit"):
        project_book(tmp_path)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("lang: zh\n", "line 1, column 1: book is missing; add it."),
        ("book: b\nlanguage: zh\n", "line 2, column 1: there is no option language; did you mean lang?"),
        ("book: b\nlang: zz\n", "line 2, column 1: lang cannot be zz; possible are: zh, en, zh+en."),
        (
            "book: b\npreset: large\n",
            "line 2, column 1: preset cannot be large; possible are: basic, standard, full.",
        ),
        ("book: b\nsettings:\n  curency: EUR\n", "line 3, column 3: there is no option curency"),
        ("book: b\nsettings:\n  phone_region: 86\n", "line 3, column 3: phone_region must be text"),
        ("book: ''\n", "line 1, column 1: the value of book is wrong"),
    ],
)
def test_what_is_wrong_in_a_project_file_is_named(tmp_path: Path, text: str, sentence: str) -> None:
    write(tmp_path, text, PROJECT_FILE)
    with pytest.raises(SchemaError) as caught:
        project_book(tmp_path)
    assert caught.value.sentence("en").startswith(f"{PROJECT_FILE}, {sentence}")


def test_a_folder_without_a_project_is_told_from_one_that_has_one(tmp_path: Path) -> None:
    with pytest.raises(SchemaError, match="run custbook init"):
        load_project(tmp_path)
    path = write_project(tmp_path, Project(book="b"))
    before = path.read_bytes()
    with pytest.raises(SchemaError, match="already, which was left alone"):
        write_project(tmp_path, Project(book="c"))
    assert path.read_bytes() == before


def test_a_folder_that_cannot_be_written_to_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SchemaError, match="cannot be saved in the folder “file”"):
        write_project(tmp_path / "file", Project(book="b"))


def test_a_project_is_found_from_anything_inside_it(tmp_path: Path) -> None:
    inside = tmp_path / "a" / "b"
    inside.mkdir(parents=True)
    assert find_project(inside) is None
    write_project(tmp_path / "a", Project(book="b"))
    assert find_project(inside) == tmp_path / "a"
    assert find_project(tmp_path / "a" / "book.xlsx") == tmp_path / "a"


def test_a_stores_path_starts_from_the_project(tmp_path: Path) -> None:
    def url(store: str) -> str:
        return store_url(tmp_path, Project(book="b", store=store))

    assert url("sqlite:///book.db") == f"sqlite:///{(tmp_path / 'book.db').as_posix()}"
    assert (
        url("sqlite:///d/book.db?timeout=3") == f"sqlite:///{(tmp_path / 'd/book.db').as_posix()}?timeout=3"
    )
    for unchanged in ("sqlite:////srv/book.db", "sqlite:///:memory:", "postgresql://host/name"):
        assert url(unchanged) == unchanged


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

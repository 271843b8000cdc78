"""Values and cells: what goes in comes out again, and what people type is understood."""

import datetime as dt
from decimal import Decimal

import phonenumbers
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from custbook_gen.records import Value
from custbook_gen.schema import Field
from custbook_gen.texts import Lang
from custbook_gen.values import (
    Reading,
    converter,
    display,
    read_number,
    references,
    shown_label,
)
from custbook_gen.values import text as texts
from custbook_gen.workbook import CellError, RawCell, Serial
from tests.strategies import values_for
from tests.value_books import (
    BOOK,
    LABEL,
    LANGS,
    PEOPLE,
    TYPES,
    codes,
    field,
    known,
    moment,
    read,
    through_a_sheet,
    words,
)

# ---------------------------------------------------------------- there and back

WHOLE = st.integers(-(10**15) + 1, 10**15 - 1)


def decimals(places: int) -> st.SearchStrategy[Value]:
    """Numbers of as many digits as a spreadsheet keeps."""
    return WHOLE.map(lambda number: Decimal(number).scaleb(-places))


MOMENTS = st.datetimes(moment("1900-03-01"), moment("9999-12-31 23:59:59")).map(
    lambda when: when.replace(microsecond=0)
)
VALUES: dict[str, st.SearchStrategy[Value]] = {
    "int": WHOLE,
    "money": decimals(2),
    "dec": decimals(3),
    "pct": decimals(4),
    "date": st.dates(dt.date(1900, 3, 1), dt.date(9999, 12, 31)),
    "datetime": MOMENTS,
    "bool": st.booleans(),
    "enum": st.sampled_from(["A", "B", "old"]),
    "multi": st.lists(st.sampled_from(["A", "B", "old"]), min_size=1, unique=True).map(
        lambda some: tuple(sorted(some))
    ),
    "ref": st.sampled_from(list(PEOPLE.labels)),
    **{kind: values_for(field(kind)) for kind in ("text", "long", "email", "url", "auto")},
}


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("kind", [kind for kind in TYPES if kind != "phone"])
@given(data=st.data())
def test_a_value_comes_back_from_its_cell_as_it_was(kind: str, lang: Lang, data: st.DataObject) -> None:
    value = data.draw(VALUES[kind])
    assert through_a_sheet(known(kind, lang), value) == Reading(value)


def test_nothing_is_an_empty_cell_in_every_type() -> None:
    for kind in TYPES:
        one = known(kind)
        assert one.to_cell(None) is None
        assert one.from_cell(None, None) == Reading(None)


@given(number=st.integers(13_000_000_000, 19_999_999_999))
def test_a_chinese_mobile_number_comes_back_as_it_was(number: int) -> None:
    value = f"+86{number}"
    one = converter(field("phone", mobile=True), words())
    assert one.to_cell(value) == str(number)
    assert through_a_sheet(one, value) == Reading(value)


@given(prefix=st.integers(130, 199), rest=st.integers(0, 99_999_999))
@example(prefix=179, rest=1000)
def test_the_short_way_for_chinese_mobiles_agrees_with_the_numbering_plans(prefix: int, rest: int) -> None:
    value = f"+86{prefix}{rest:08}"
    assert texts.show_phone(value, "CN") == texts.shown_by_plan(value, "CN")
    spaced = f"{prefix} {rest:08}"  # goes the long way
    assert texts.read_phone(spaced, "CN", mobile=True) == texts.read_phone(value[3:], "CN", mobile=True)


@given(
    st.lists(st.sampled_from(["+8613800138000", "+8619912345678", "+8612345678901", "+86", "+86\n", "+1 "]))
)
def test_many_numbers_are_shown_like_one(values: list[str]) -> None:
    assert texts.show_phones(values, "CN") == [texts.show_phone(value, "CN") for value in values]
    assert texts.show_phones(values, "US") == [texts.show_phone(value, "US") for value in values]


@given(data=st.data())
@pytest.mark.parametrize("kind", sorted(VALUES))
def test_a_column_of_cells_is_that_of_its_values_one_by_one(kind: str, data: st.DataObject) -> None:
    one, values = known(kind), data.draw(st.lists(st.none() | VALUES[kind], max_size=8))
    assert list(one.to_cells(values)) == [one.to_cell(value) for value in values]


@given(
    values=st.lists(
        st.sampled_from(
            (
                "+8613800138000",
                "+8613900139000\n+8613800138000",
                "+86138001380",
                "",
                "\n",
                "x+8613800138000",
                "+1",
            )
        ),
        max_size=6,
    )
)
@pytest.mark.parametrize("region", ["CN", "US"])
def test_phones_together_are_shown_as_each_alone(region: str, values: list[str]) -> None:
    assert texts.show_phones(values, region) == [texts.show_phone(value, region) for value in values]


def test_codes_in_a_computed_text_are_shown_by_their_labels() -> None:
    told = Field.model_validate(
        {"key": "item", "label": LABEL, "type": "calc", "result": "text", "category": "grade", "rule": "told"}
    )
    labels = words().vocabularies["grade"].labels
    assert converter(told, words()).to_cell("A✓ B✗ other") == f"{labels['A']}✓ {labels['B']}✗ other"


@pytest.mark.parametrize("region", sorted(phonenumbers.SUPPORTED_REGIONS))
def test_numbers_of_every_country_come_back_as_they_were(region: str) -> None:
    for kind in (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE):
        number = phonenumbers.example_number_for_type(region, kind)
        if number is not None:
            value = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
            assert through_a_sheet(known("phone"), value) == Reading(value)


@given(extension=st.integers(1, 9_999_999))
def test_a_landline_comes_back_with_its_extension(extension: int) -> None:
    value = f"+862162345678;ext={extension}"
    one = known("phone")
    assert one.to_cell(value) == f"021-62345678 转{extension}"
    assert through_a_sheet(one, value) == Reading(value)


@pytest.mark.parametrize("text", ["12345678", "+99 12345678", "+8612345", "12345 转 8"])
def test_a_doubtful_number_is_kept_as_typed_and_stays_so(text: str) -> None:
    first = read("phone", text)
    assert codes(first) == ["phone-doubtful"]
    assert known("phone").to_cell(first.value) == first.value
    assert through_a_sheet(known("phone"), first.value).value == first.value


@given(choice=st.sampled_from(["320106", "320505", "330106"]), lang=st.sampled_from(LANGS))
def test_a_cascading_value_comes_back_under_its_parent(choice: str, lang: Lang) -> None:
    one = converter(
        Field.model_validate(
            {"key": "d", "label": LABEL, "type": "enum", "category": "district", "parent": "c"}
        ),
        words(lang),
    )
    parents = {"320106": "3201", "320505": "3205", "330106": "3301"}
    assert through_a_sheet(one, choice, parents[choice]) == Reading(choice)


@given(lang=st.sampled_from(LANGS), other=st.sampled_from(LANGS), code=st.sampled_from(["A", "B"]))
def test_a_label_is_understood_in_a_workbook_of_another_language(lang: Lang, other: Lang, code: str) -> None:
    label = shown_label(BOOK.category("grade").by_code[code], lang)
    assert known("enum", other).from_cell(label, None).value == code


NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
"""Others are refused where a workbook is opened."""


@given(kind=st.sampled_from(list(TYPES)), raw=st.text() | NUMBERS | NUMBERS.map(Serial))
@example("date", Serial(2_958_465.999999))
@example("datetime", Serial(2_958_465.999999))
@example("text", Serial(2_958_465.999999))
def test_whatever_stands_in_a_cell_is_read_without_an_exception(kind: str, raw: RawCell) -> None:
    reading = read(kind, raw)
    if not reading.failed:
        known(kind).to_cell(reading.value)


@given(kind=st.sampled_from(list(TYPES)), raw=st.text(max_size=40))
def test_what_was_understood_once_is_understood_the_same_again(kind: str, raw: str) -> None:
    first = read(kind, raw)
    if not first.failed and first.value is not None:
        again = through_a_sheet(known(kind), first.value)
        assert again.value == first.value
        assert set(codes(again)) <= {"phone-doubtful"}


# ---------------------------------------------------------------- truth


@pytest.mark.parametrize("raw", [True, "是", "Yes", "y", "TRUE", "1", 1.0, "√", "\u200b是"])
def test_yes_has_many_spellings(raw: RawCell) -> None:
    assert read("bool", raw).value is True


@pytest.mark.parametrize("raw", [False, "否", "No", "n", "false", "0", 0.0, "×"])
def test_no_has_many_spellings(raw: RawCell) -> None:
    assert read("bool", raw).value is False


@pytest.mark.parametrize("raw", ["也许", "2", 0.5, 2.0, "yes no"])
def test_anything_else_is_neither(raw: RawCell) -> None:
    assert codes(read("bool", raw)) == ["not-yes-no"]


# ---------------------------------------------------------------- texts


@pytest.mark.parametrize(
    ("raw", "value", "notes"),
    [
        ("华为", "华为", []),
        ("  华为\u3000技术\u00a0", "华为 技术", ["blanks-removed"]),
        ("华\u200b为\ufeff", "华为", ["blanks-removed"]),
        ("华\u200d为\u200c", "华为", ["blanks-removed"]),
        ("👨\u200d👩\u200d👧 ❤\ufe0f\u200d🔥", "👨\u200d👩\u200d👧 ❤\ufe0f\u200d🔥", []),
        (
            "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
            "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
            [],
        ),
        ("\u0da7\u0dca\u200d\u0dba", "\u0da7\u0dca\u200d\u0dba", []),
        ("\u0645\u06cc\u200c", "\u0645\u06cc", ["blanks-removed"]),
        ("👨\u200d", "👨", ["blanks-removed"]),
        ("华\ud83d为", "华为", ["blanks-removed"]),
        ("ＡＢＣ１２３", "ABC123", ["width-normalised"]),
        ("华为（中国）", "华为（中国）", []),
        ("a\nb", "a b", ["blanks-removed"]),
        (360.0, "360", ["text-was-number"]),
        (0.5, "0.5", ["text-was-number"]),
        (Serial(45296), "2024-01-05", ["text-was-number"]),
        (True, "TRUE", ["text-was-number"]),
        (123456789012345.0, "123456789012345", ["text-was-number"]),
        ("=1+2", "=1+2", []),
    ],
)
def test_texts_are_tidied(raw: RawCell, value: str, notes: list[str]) -> None:
    reading = read("text", raw)
    assert (reading.value, codes(reading)) == (value, notes)


@pytest.mark.parametrize("kind", ["text", "phone", "auto"])
@pytest.mark.parametrize("raw", ["1.38E+10", "9.1E+17", 1e15, 110101199003074512.0])
def test_digits_that_a_spreadsheet_dropped_are_noticed(kind: str, raw: RawCell) -> None:
    assert codes(read(kind, raw)) == ["digits-lost"]


@pytest.mark.parametrize("kind", list(TYPES))
@pytest.mark.parametrize("raw", ["", "  ", "\u3000\u00a0", "\u200b\ufeff"])
def test_a_cell_of_blanks_holds_nothing(kind: str, raw: str) -> None:
    assert read(kind, raw) == Reading(None)


@pytest.mark.parametrize("kind", list(TYPES))
def test_an_error_value_is_refused_in_every_type(kind: str) -> None:
    assert codes(read(kind, CellError("#REF!"))) == ["cell-error"]


def test_long_texts_keep_their_lines() -> None:
    assert read("long", "  一\r\n\r\n  二\t三 ").value == "一\n\n  二\t三"


def test_formula_texts_are_written_as_texts() -> None:
    assert known("text").to_cell("=1+2") == "=1+2"


@pytest.mark.parametrize("raw", ["1380013800", "见名片", "021-62345678", "138001380001"])
def test_a_mobile_number_must_be_right(raw: str) -> None:
    assert codes(read("phone", raw, mobile=True)) == ["phone-impossible"]


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("138 0013 8000", "+8613800138000"),
        ("+86-138-0013-8000", "+8613800138000"),
        ("１３８００１３８０００", "+8613800138000"),
        (13800138000.0, "+8613800138000"),
        ("(021) 6234-5678 ext. 801", "+862162345678;ext=801"),
        ("021-62345678转801", "+862162345678;ext=801"),
        ("+1 202 555 0123", "+12025550123"),
    ],
)
def test_phones_are_read_as_people_write_them(raw: RawCell, value: str) -> None:
    assert read("phone", raw).value == value


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("Wang@Example.COM", "Wang@example.com"),
        ("wang＠example．com", "wang@example.com"),
        ("王@例子.com", "王@例子.com"),
    ],
)
def test_addresses_are_kept_with_a_lower_case_domain(raw: str, value: str) -> None:
    assert read("email", raw).value == value


@pytest.mark.parametrize("raw", ["wang", "wang@", "@x.com", "a b@x.com", "a@x..com"])
def test_other_texts_are_no_addresses(raw: str) -> None:
    assert codes(read("email", raw)) == ["email-invalid"]


def test_a_web_address_is_completed_where_it_is_clear() -> None:
    assert read("url", "www.example.com").value == "https://www.example.com"
    for raw in ("官网", "https://", "ftp://example.com", "https://exa mple.com", "http://[x"):
        assert codes(read("url", raw)) == ["url-invalid"]


# ---------------------------------------------------------------- choices


@pytest.mark.parametrize(
    ("raw", "notes"),
    [
        ("A（重点客户）", []),
        ("A(重点客户)", ["recognised"]),
        (" a （重点客户） ", ["recognised"]),
        ("A", ["recognised"]),
        ("重点", ["recognised"]),
        ("A (key)", ["recognised"]),
        ("A（重点客户） A (key)", ["recognised"]),
    ],
)
def test_a_choice_is_known_by_label_alias_and_code(raw: str, notes: list[str]) -> None:
    reading = read("enum", raw)
    assert (reading.value, codes(reading)) == ("A", notes)


def test_a_wrong_choice_is_refused_with_what_was_probably_meant() -> None:
    note = read("enum", "重点客户们").notes[0]
    assert (note.code, note.suggestion) == ("not-in-list", "A（重点客户）")
    assert read("enum", "Reguler").notes[0].suggestion == "Ｂ　普通"
    assert read("enum", "火星").notes[0].suggestion is None


def test_a_value_out_of_use_is_read_but_never_suggested() -> None:
    assert read("enum", "旧值").value == "old"
    assert read("enum", "旧值们").notes[0].suggestion is None


def test_the_same_district_name_means_another_district_under_another_city() -> None:
    one = Field.model_validate(
        {"key": "d", "label": LABEL, "type": "enum", "category": "district", "parent": "city"}
    )
    district = converter(one, words())
    assert district.from_cell("鼓楼区", "3201").value == "320106"
    assert district.from_cell("鼓楼区", "3205").value == "320505"
    assert codes(district.from_cell("西湖区", "3201")) == ["not-under-parent"]
    assert codes(district.from_cell("火星区", "3201")) == ["not-in-list"]


def test_several_choices_are_read_in_any_order_with_either_semicolon_and_once() -> None:
    assert read("multi", "Ｂ　普通;A（重点客户）；A；；").value == ("A", "B")
    reading = read("multi", "A；火星；B")
    assert reading.value is None
    assert codes(reading) == ["recognised", "not-in-list", "recognised"]


# ---------------------------------------------------------------- references


@pytest.mark.parametrize(
    "raw",
    [
        *("2024年3月15日", "2024/3/15", "15.3.2024", "20240315", "2024-03-15 00:00:00", "２０２４－３－１５"),
        *("Mar 15, 2024", "15 March 2024", "Mar. 15th 2024", "15-Mar-2024", "15/3/2024", "3/15/2024"),
    ],
)
def test_a_date_in_any_spelling_that_means_one_day_is_read(raw: str) -> None:
    assert read("date", raw).value == dt.date(2024, 3, 15)


def test_with_dots_the_day_comes_first() -> None:
    assert read("date", "5.3.2024").value == dt.date(2024, 3, 5)


@pytest.mark.parametrize("raw", ["Foo 5, 2024", "45.3.2024", "Mar 45, 2024", "13/13/2024"])
def test_what_is_no_day_is_refused(raw: str) -> None:
    assert codes(read("date", raw)) == ["not-a-date"]


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("1.5万", 15000),
        ("¥3万元", 30000),
        ("2亿", 200000000),
        ("-0.5 万", -5000),
        ("１２，０００．５０元", "12000.5"),
    ],
)
def test_amounts_in_ten_thousands_are_read(raw: str, value: object) -> None:
    reading = read_number(raw, places=2)
    assert (reading.value, codes(reading)) == (Decimal(str(value)), ["number-was-text"])


@pytest.mark.parametrize("raw", ["华为 · C000001", "C000001", "旧名 · C000001", " 华为 ·  C000001 "])
def test_a_reference_is_known_by_its_key_whatever_name_stands_before_it(raw: str) -> None:
    assert read("ref", raw) == Reading("C000001")


def test_a_reference_by_name_is_recognised_if_only_one_has_it() -> None:
    assert codes(read("ref", "华为")) == ["recognised"]
    assert read("ref", "A · B").value == "C000004"
    twice = read("ref", "张伟").notes[0]
    assert twice.code == "ref-ambiguous"
    assert twice.facts["candidates"] == "张伟 · C000002 / 张伟 · C000003"


def test_an_unknown_reference_is_refused_with_the_nearest_name() -> None:
    assert read("ref", "华为公司").notes[0].suggestion == "华为 · C000001"
    assert codes(read("ref", "中兴")) == ["ref-unknown"]


def test_keys_that_hold_the_separator_are_read() -> None:
    known_keys = references("产品", [("A · 1", "茶"), ("1", "水")])
    one = converter(field("ref"), words(known=known_keys))
    for key in known_keys.labels:
        assert through_a_sheet(one, key) == Reading(key)


def test_values_are_displayed_for_reports() -> None:
    assert display(known("money"), Decimal("1E+3")) == "1000"
    assert display(known("date"), dt.date(2024, 1, 5)) == "2024-01-05"
    assert display(known("datetime"), moment("2024-01-05 09:05")) == "2024-01-05 09:05"
    assert display(known("enum"), "A") == "A（重点客户）"
    assert display(known("text"), None) == ""

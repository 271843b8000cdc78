"""Checks beyond cells: what earns nothing, where the borders are, who is to blame."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custbook_gen.check import Checked, Known, check_book
from custbook_gen.check.mail import PROVIDERS, meant_domain
from custbook_gen.check.plausible import FORMULA, WECHAT
from custbook_gen.check.private import CANDIDATE, kind_of
from custbook_gen.check.regions import provinces_of_phone, provinces_of_postcode
from custbook_gen.layout import Layout
from custbook_gen.records import Tables, Value
from custbook_gen.schema import Book
from custbook_gen.workbook import Serial
from tests.check_books import BOOK, book_with
from tests.drawn import Row, draw, layout_of, tables, workbook
from tests.strategies import AS_OF

Sheets = Mapping[str, Sequence[Row]]

DAY = 46_000.0
"""A day in December 2025, as spreadsheets count."""
HUAWEI: Row = {
    "customer_id": "C000001",
    "name": "华为技术有限公司",
    "level": "重要",
    "groups": "老客户",
    "province": "江苏省",
    "city": "南京市",
    "mobile": "13800138001",
    "phone": "025-66668888",
    "email": "office@example.com",
    "employees": 120.0,
    "size": "中型",
    "customer_type": "企业",
    "uscc": "91440300708461136T",
    "wechat": "huawei_sales",
    "tags": "春茶；礼盒",
    "postcode": "210012",
    "status": "正常",
    "created_on": Serial(DAY),
    "verified_on": Serial(DAY + 300),
    "source": "广告",
    "owner_id": "李强 · E0001",
    "pref_channel": "电话",
    "called_at": Serial(DAY + 300.5),
    "lifecycle_manual": "活跃客户",
    "notes": "2025-03-15 来电：订单 20250315-01，预算 1,200,000 元，-5 度以下不发货",
}
WANG: Row = {
    "customer_id": "C000002",
    "name": "王芳",
    "level": "普通",
    "groups": "节日名单",
    "mobile": "13900139002",
    "email": "wangfang@qq.com",
    "gender": "女",
    "customer_type": "个人",
    "id_no": "11010519491231002X",
    "status": "正常",
    "created_on": Serial(DAY + 330),
    "source": "转介绍",
    "referrer_id": "华为技术有限公司 · C000001",
    "owner_id": "李强 · E0001",
    "parent_id": "华为技术有限公司 · C000001",
}
TEA: Row = {"sku": "T-1", "name": "龙井茶"}
STAFF: Sequence[Row] = (
    {"staff_id": "E0001", "name": "李强", "status": "在职", "max_customers": 2.0},
    {"staff_id": "E0002", "name": "赵敏", "status": "离职"},
)


def sale(number: int, order: str, **more: object) -> Row:
    values: dict[str, object] = {
        "line_id": f"S{number:08}",
        "order_no": order,
        "customer_id": "华为技术有限公司 · C000001",
        "product_id": "T-1",
        "date": Serial(DAY + 310),
        "kind": "销售",
        "status": "已完成",
        "quantity": 2.0,
        "unit_price": 100.0,
        **more,
    }
    return values  # type: ignore[return-value]


def contact(number: int, primary: str, **more: str) -> Row:
    owner = {"customer_id": "华为技术有限公司 · C000001"}
    return {"contact_id": f"P{number:06}", "name": f"联系人{number}", **owner, "is_primary": primary, **more}


GOOD: Sheets = {
    "customers": [HUAWEI, WANG],
    "products": [TEA],
    "staff": STAFF,
    "contacts": [contact(1, "是"), contact(2, "否")],
    "sales": [
        sale(1, "A1"),
        sale(2, "A2", quantity=1.0),
        sale(3, "A3", quantity=20.0, unit_price=1000.0),
        sale(4, "R1", kind="退货", orig_order_no="A1"),
    ],
    "interactions": [
        {
            "interaction_id": "I00000001",
            "subject": "报价",
            "customer_id": "华为技术有限公司 · C000001",
            "contact_id": "联系人1 · P000001",
            "at": Serial(DAY + 320.4),
            "staff_id": "李强 · E0001",
            "next_on": Serial(DAY + 360),
        }
    ],
    "consents": [
        {
            "consent_id": "A000001",
            "customer_id": "王芳 · C000002",
            "purpose": "营销短信",
            "given": "同意",
            "at": Serial(DAY + 300.5),
        }
    ],
    "deals": [{"deal_id": "D000001", "name": "礼盒", "probability": 0.5, "stage": "洽谈"}],
}
"""A book in which everything is as it should be, and every check has something to look at."""
STORED: Tables = tables(GOOD, BOOK)


def check(sheets: Sheets, known: Known | None = None, book: Book = BOOK) -> Checked:
    """Drawn sheets in a workbook, and for the rest what the store holds as it is."""
    rows = {**GOOD, **sheets}
    raw = workbook(*(draw(book.sheet(key), some) for key, some in rows.items()), book=book)
    layout = layout_of(raw, book)
    return check_book(book, raw, layout, known or Known(STORED, STORED), "zh", AS_OF)


def found(checked: Checked) -> list[tuple[str, str, str | None, str | None]]:
    return [(one.code, one.severity, one.place.key, one.place.field) for one in checked.issues]


# ---------------------------------------------------------------- nothing to say


@pytest.mark.parametrize("known", [Known(), Known(STORED, STORED)], ids=["without the store", "with it"])
def test_a_good_book_earns_nothing(known: Known) -> None:
    assert found(check(GOOD, known)) == []


def test_good_rows_that_are_new_earn_nothing() -> None:
    assert found(check({"sales": [*GOOD["sales"], {**sale(5, "A4"), "line_id": None}]})) == []


def test_a_check_that_is_switched_off_says_nothing() -> None:
    row = {**HUAWEI, "email": "office@gmial.com", "wechat": "王", "uscc": "91440300708461137T"}
    assert {code for code, *_ in found(check({"customers": [row, WANG]}))} == {
        "email-domain-typo",
        "wechat-doubtful",
        "check-digit-wrong",
    }
    quiet = book_with(off=["email-domain-typo", "wechat-doubtful", "check-digit-wrong"])
    assert found(check({"customers": [row, WANG]}, book=quiet)) == []


# ---------------------------------------------------------------- fields of a row


def test_what_was_wrong_in_a_row_before_does_not_keep_anybody_from_editing_it() -> None:
    old = {**HUAWEI, "verified_on": Serial(45_970)}
    stored = with_value(STORED, "C000001", "verified_on", dt.date(2025, 11, 9))
    known = Known(stored, stored)
    assert found(check({"customers": [old, WANG]}, known)) == []
    edited = check({"customers": [{**old, "tags": "春茶"}, WANG]}, known)
    assert found(edited) == [("out-of-order", "warning", "C000001", "verified_on")]
    assert not list(edited.held())
    again = check({"customers": [{**old, "created_on": Serial(DAY + 1)}, WANG]}, known)
    assert found(again) == [("out-of-order", "error", "C000001", "created_on")]


def test_the_figure_of_a_choice_stands_for_an_empty_cell_and_follows_the_choice() -> None:
    new = {"name": "春茶", "stage": "洽谈"}
    *_, row = check({"deals": [*GOOD["deals"], new]}).rows["deals"]
    assert (row.values["probability"], row.held) == (Decimal("0.3"), False)
    (own,) = check({"deals": [{**GOOD["deals"][0], "stage": "赢单"}]}).rows["deals"]
    assert own.values["probability"] == Decimal("0.5")  # somebody had thought otherwise
    usual = [{**GOOD["deals"][0], "probability": 0.3}]
    stored = tables({**GOOD, "deals": usual}, BOOK)
    (moved,) = check({"deals": [{**usual[0], "stage": "赢单"}]}, Known(stored, stored)).rows["deals"]
    assert (moved.values["probability"], "probability" in moved.edited) == (Decimal(1), True)


# ---------------------------------------------------------------- across rows


def test_the_primary_contact_may_move_in_one_go_but_not_if_the_other_row_is_held() -> None:
    swapped = [contact(1, "否"), contact(2, "是")]
    assert found(check({"contacts": swapped})) == []
    held = [contact(1, "否", customer_id="谁"), contact(2, "是")]
    codes = {(code, key) for code, _, key, _ in found(check({"contacts": held}))}
    assert codes == {("ref-unknown", "P000001"), ("several-chosen", "P000002")}


def test_an_order_may_go_to_another_customer_with_all_its_lines() -> None:
    lines = [sale(1, "A1"), sale(2, "A1"), *GOOD["sales"][2:]]
    stored = tables({**GOOD, "sales": lines}, BOOK)
    known = Known(stored, stored)
    other = {"customer_id": "王芳 · C000002"}
    both = [{**lines[0], **other}, {**lines[1], **other}, *lines[2:]]
    assert found(check({"sales": both}, known)) == []
    one = [lines[0], {**lines[1], **other}, *lines[2:]]
    assert found(check({"sales": one}, known)) == [("not-same", "error", "S00000002", "customer_id")]
    faulty = [{**lines[0], **other, "quantity": "多"}, {**lines[1], **other}, *lines[2:]]
    codes = {(code, key) for code, _, key, _ in found(check({"sales": faulty}, known))}
    assert codes == {("not-a-number", "S00000001"), ("not-same", "S00000002")}


def test_two_workbooks_that_make_a_cycle_together_are_told() -> None:
    base = with_value(STORED, "C000002", "parent_id", None)
    now = with_value(base, "C000001", "parent_id", "C000002")
    assert found(check({}, Known(base, now))) == [("cycle", "error", "C000002", "parent_id")]


def with_value(known: Tables, key: str, field: str, value: Value) -> Tables:
    """The records with one value of a customer replaced, whatever the checks say of it."""
    table = known["customers"]
    row = [value if name == field else old for name, old in zip(table.fields, table.rows[key], strict=True)]
    return {**known, "customers": replace(table, rows={**table.rows, key: tuple(row)})}


def test_a_leaver_is_an_error_only_where_somebody_chooses_them_now() -> None:
    staff = [{**STAFF[0], "status": "离职"}, STAFF[1]]
    left = check({"staff": staff})
    assert found(left) == [
        ("target-unfit", "warning", "C000001", "owner_id"),
        ("target-unfit", "warning", "C000002", "owner_id"),
    ]
    assert not list(left.held())
    closed = [{**HUAWEI, "status": "停用", "closed_reason": "搬迁"}, WANG]
    assert {key for _, _, key, _ in found(check({"customers": closed, "staff": staff}))} == {"C000002"}


def test_without_the_store_a_numbered_row_with_a_leaver_is_a_warning() -> None:
    rows = [{**HUAWEI, "owner_id": "赵敏 · E0002"}, WANG]
    assert found(check({"customers": rows}, Known())) == [("target-unfit", "warning", "C000001", "owner_id")]


def test_a_file_says_nothing_of_the_whole_book() -> None:
    sheet = BOOK.sheet("customers")
    rows = [{**HUAWEI, "created_on": Serial(DAY - 2000)}, WANG]
    raw = workbook(draw(sheet, rows), book=BOOK)
    here = replace(layout_of(raw, BOOK).sheets["customers"], lines=True)
    told = check_book(BOOK, raw, Layout({"customers": here}), Known(STORED, STORED), "zh", AS_OF)
    assert found(told) == []


# ---------------------------------------------------------------- what values say


@pytest.mark.parametrize(
    ("domain", "meant"),
    [
        ("gmial.com", "gmail.com"),
        ("gmai.com", "gmail.com"),
        ("gmail.co", "gmail.com"),
        ("qq.con", "qq.com"),
        ("163.con", "163.com"),
        ("foxmial.com", "foxmail.com"),
        ("hotmal.cmo", "hotmail.com"),
        ("qq.cn", "qq.com"),
        ("tea.con", "tea.com"),
        ("mail.com", None),
        ("ymail.com", None),
        ("sina.cn", None),
        ("company.cn", None),
        ("company.co", None),
        ("q.com", None),
        ("vip.qq.com", None),
        ("example.org", None),
        ("localhost", None),
    ],
)
def test_slips_in_domains_are_seen_and_other_domains_left_alone(domain: str, meant: str | None) -> None:
    assert meant_domain(domain) == meant


@given(st.sampled_from(PROVIDERS), st.data())
def test_no_provider_is_a_slip_and_any_two_letters_swapped_in_a_long_one_are(
    provider: str, data: st.DataObject
) -> None:
    assert meant_domain(provider) is None
    name, _, rest = provider.partition(".")
    at = data.draw(st.integers(0, max(len(name) - 2, 0)))
    swapped = name[:at] + name[at : at + 2][::-1] + name[at + 2 :]
    if len(name) >= 5 and swapped != name:
        assert meant_domain(f"{swapped}.{rest}") == provider


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("身份证 11010519491231002X。", {"id-number"}),
        ("号码 110105194912310021", set()),  # wrong check digit
        ("卡号 6222 0212 3456 7894", {"card-number"}),
        ("卡号 6222021234567890", set()),
        ("电话13800138000转", {"phone-number"}),
        ("0571-88886666 或 021 6234 5678", {"phone-number"}),
        ("+1 650-253-0000", {"phone-number"}),
        ("2025-03-15 订单 20250315-01 金额 1234567.89 共 12,345,678", set()),
        ("SKU 6901234567892", set()),
    ],
)
def test_numbers_of_persons_are_told_from_other_digits(text: str, kinds: set[str]) -> None:
    assert {kind_of(one[0], "CN") for one in CANDIDATE.finditer(text)} - {None} == kinds


def test_a_number_in_free_text_is_never_repeated() -> None:
    row = {**HUAWEI, "notes": "身份证 11010519491231002X"}
    (issue,) = check({"customers": [row, WANG]}).issues
    assert issue.code == "private-number"
    assert "1101051949" not in f"{issue}{issue.message('zh')}{issue.message('en')}"


def test_a_sensitive_number_is_masked_in_every_message() -> None:
    for wrong in ("110105194912310021", "1101051949?"):
        (issue,) = check({"customers": [HUAWEI, {**WANG, "id_no": wrong}]}).issues
        assert wrong not in f"{issue}{issue.message('zh')}"


@pytest.mark.parametrize(
    "text", ["=1+1", "=SUM(A1)", "@SUM(A1)", "-cmd|' /C calc'!A0", "+HYPERLINK(A1)", " =A1"]
)
def test_texts_that_programs_would_compute_are_seen(text: str) -> None:
    assert FORMULA.match(text)


@pytest.mark.parametrize("text", ["-", "@home", "+86 571", "-5 度", "= 相等", "a=b", "- 第一点（重要）"])
def test_other_texts_that_begin_with_a_sign_are_left_alone(text: str) -> None:
    assert not FORMULA.match(text)


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("tea_shop-1", True),
        ("13800138000", True),
        ("8613800138000", True),
        ("王经理", False),
        ("1abcdef", False),
    ],
)
def test_wechat_ids(text: str, right: bool) -> None:
    assert bool(WECHAT.fullmatch(text)) is right


@pytest.mark.parametrize(
    ("province", "postcode", "phone"),
    [
        ("11", "100031", "+861066668888"),
        ("12", "300041", "+862266668888"),
        ("13", "050011", "+8631166668888"),
        ("14", "030002", "+8635166668888"),
        ("15", "010010", "+8647166668888"),
        ("15", "162650", "+8648266668888"),
        ("21", "110013", "+862466668888"),
        ("22", "130022", "+8643166668888"),
        ("23", "150010", "+8645166668888"),
        ("31", "200001", "+862166668888"),
        ("32", "210008", "+862566668888"),
        ("33", "310006", "+8657166668888;ext=801"),
        ("34", "230071", "+8655166668888"),
        ("35", "350001", "+8659166668888"),
        ("36", "330008", "+8679166668888"),
        ("37", "250001", "+8663366668888"),
        ("41", "450000", "+8637166668888"),
        ("42", "430014", "+862766668888"),
        ("43", "410005", "+8673166668888"),
        ("44", "510030", "+862066668888"),
        ("45", "530022", "+8677166668888"),
        ("46", "570000", "+8689866668888"),
        ("50", "400010", "+862366668888"),
        ("51", "610015", "+862866668888"),
        ("52", "550001", "+8685166668888"),
        ("53", "650500", "+8687166668888"),
        ("54", "850000", "+868916666888"),
        ("61", "710003", "+862966668888"),
        ("62", "730030", "+869316666888"),
        ("63", "810000", "+869716666888"),
        ("64", "750004", "+869516666888"),
        ("65", "830002", "+869916666888"),
    ],
)
def test_postcodes_and_area_codes_of_every_province(province: str, postcode: str, phone: str) -> None:
    assert province in provinces_of_postcode(postcode)
    assert province in provinces_of_phone(phone)


@pytest.mark.parametrize("number", ["+8613800138000", "+16502530000", "+86400666888", "62345678"])
def test_other_numbers_belong_nowhere(number: str) -> None:
    assert provinces_of_phone(number) == ()


def test_postcodes_abroad_and_damaged_ones_belong_nowhere() -> None:
    assert [provinces_of_postcode(text) for text in ("SW1A 1AA", "31000", "900001")] == [()] * 3


# ---------------------------------------------------------------- the state of the book


def test_more_may_come_back_in_several_returns_but_not_in_all() -> None:
    back = sale(5, "R2", kind="退货", orig_order_no="A1", quantity=1.0)
    checked = check({"sales": [*GOOD["sales"], {**back, "line_id": None}]})
    assert found(checked) == [("returned-too-much", "error", None, "quantity")]
    smaller = [{**GOOD["sales"][0], "quantity": 1.0}, *GOOD["sales"][1:]]
    assert found(check({"sales": smaller})) == [("returned-too-much", "error", "S00000001", "quantity")]


def test_outliers_begin_beyond_ten_times_the_median() -> None:
    lines = GOOD["sales"]
    at_the_border = [*lines, {**sale(5, "A5", quantity=20.0), "line_id": None}]
    assert found(check({"sales": at_the_border})) == []
    beyond = [*lines, {**sale(5, "A5", quantity=20.001, unit_price=1000.01), "line_id": None}]
    assert {code for code, *_ in found(check({"sales": beyond}))} == {"quantity-outlier", "price-outlier"}


def test_limits_are_settings() -> None:
    beyond = [*GOOD["sales"], {**sale(5, "A5", quantity=21.0), "line_id": None}]
    assert found(check({"sales": beyond}, book=book_with(outlier_times=20))) == []


@pytest.mark.parametrize(
    ("manual", "told"), [("潜在客户", True), ("活跃客户", False), ("沉睡客户", False), ("流失客户", True)]
)
def test_a_stage_of_life_by_hand_may_be_an_opinion_but_not_a_contradiction(manual: str, told: bool) -> None:
    codes = [code for code, *_ in found(check({"customers": [{**HUAWEI, "lifecycle_manual": manual}, WANG]}))]
    assert codes == ["lifecycle-contradicted"] * told


def test_a_withdrawn_consent_does_not_hold_the_customer() -> None:
    gone = {**GOOD["consents"][0], "consent_id": None, "given": "撤回", "at": Serial(DAY + 310.5)}
    people = [HUAWEI, {**WANG, "notes": "已退订"}]
    checked = check({"consents": [*GOOD["consents"], gone], "customers": people})
    assert found(checked) == [("consent-missing", "warning", "C000002", "groups")]
    assert not list(checked.held())

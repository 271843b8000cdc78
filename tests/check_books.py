"""A book for the checks that look at several fields, rows and sheets: small, and with some of everything."""

from collections.abc import Mapping
from typing import Any

from custbook_gen.schema import Book
from tests.strategies import BOOK_DOCUMENT


def _label(zh: str, en: str) -> dict[str, str]:
    return {"zh": zh, "en": en}


def _field(key: str, kind: str, zh: str, en: str, **options: object) -> dict[str, object]:
    return {"key": key, "type": kind, "label": _label(zh, en), **options}


def _category(
    key: str, zh: str, en: str, *choices: tuple[str, str, str, float | None], resting: str = ""
) -> dict[str, object]:
    """A category; ``resting`` is the code of a value that is out of use."""
    values = [
        {
            "code": code,
            "label": _label(name, english),
            **({} if figure is None else {"figure": str(figure)}),
            **({"active": False} if code == resting else {}),
        }
        for code, name, english, figure in choices
    ]
    return {"key": key, "label": _label(zh, en), "choices": values}


def _sheet(key: str, zh: str, en: str, *fields: Mapping[str, object], **options: object) -> dict[str, object]:
    return {
        "key": key,
        "label": _label(zh, en),
        "key_field": fields[0]["key"],
        "name_field": fields[1]["key"],
        "fields": fields,
        **options,
    }


CATEGORIES = (
    _category(
        "type", "客户类型", "Type", ("person", "个人", "Person", None), ("company", "企业", "Company", None)
    ),
    _category("gender", "性别", "Gender", ("f", "女", "Female", None), ("m", "男", "Male", None)),
    _category(
        "record_status",
        "档案状态",
        "Status",
        ("normal", "正常", "Normal", None),
        ("closed", "停用", "Closed", None),
    ),
    _category(
        "size",
        "规模",
        "Size",
        ("s", "小型", "Small", 1),
        ("m", "中型", "Medium", 50),
        ("l", "大型", "Large", 500),
    ),
    _category(
        "source",
        "来源",
        "Source",
        ("ad", "广告", "Advertising", None),
        ("friend", "转介绍", "Referral", None),
        ("fair", "展会", "Fair", None),
        resting="fair",
    ),
    _category(
        "channel", "联系渠道", "Channel", ("phone", "电话", "Phone", None), ("email", "邮件", "E-mail", None)
    ),
    _category(
        "lifecycle",
        "生命周期",
        "Lifecycle",
        ("prospect", "潜在客户", "Prospect", None),
        ("active", "活跃客户", "Active", None),
        ("sleeping", "沉睡客户", "Sleeping", None),
        ("lost", "流失客户", "Lost", None),
    ),
    _category("work", "在职状态", "Work", ("active", "在职", "Active", None), ("left", "离职", "Left", None)),
    _category(
        "purpose",
        "同意目的",
        "Purpose",
        ("marketing_phone", "营销电话", "Marketing calls", None),
        ("marketing_email", "营销邮件", "Marketing e-mail", None),
        ("marketing_sms", "营销短信", "Marketing messages", None),
        ("marketing_wechat", "营销微信", "Marketing by WeChat", None),
    ),
    _category(
        "answer",
        "同意与否",
        "Answer",
        ("given", "同意", "Given", None),
        ("withdrawn", "撤回", "Withdrawn", None),
    ),
    _category(
        "stage",
        "商机阶段",
        "Stage",
        ("talks", "洽谈", "Talks", 0.3),
        ("won", "赢单", "Won", 1),
        ("lost", "输单", "Lost", 0),
    ),
)

CUSTOMER_FIELDS = (
    _field("phone", "phone", "电话", "Phone"),
    _field("short_name", "text", "简称", "Short name", min_length=2),
    _field("customer_type", "enum", "客户类型", "Type", category="type"),
    _field("gender", "enum", "性别", "Gender", category="gender", applies="person"),
    _field("uscc", "text", "统一社会信用代码", "Credit code", applies="organisation"),
    _field("id_no", "text", "证件号", "ID number", personal="sensitive", pattern=r"^[0-9A-Za-z]{6,18}$"),
    _field("wechat", "text", "微信", "WeChat"),
    _field("tags", "text", "标签", "Tags"),
    _field("postcode", "text", "邮编", "Postcode", max_length=10),
    _field("status", "enum", "档案状态", "Status", category="record_status"),
    _field("closed_reason", "text", "停用原因", "Reason"),
    _field("created_on", "date", "建档日期", "Created on"),
    _field("verified_on", "date", "核实日期", "Verified on"),
    _field("size", "enum", "规模", "Size", category="size"),
    _field("source", "enum", "来源", "Source", category="source"),
    _field("referrer_id", "ref", "介绍人", "Referrer", to="customers"),
    _field("owner_id", "ref", "负责人", "Owner", to="staff"),
    _field("pref_channel", "multi", "联系方式偏好", "Preferred channels", category="channel"),
    _field("lifecycle_manual", "enum", "生命周期(人工)", "Lifecycle override", category="lifecycle"),
)
CUSTOMER_RULES = (
    {"kind": "order", "fields": ("created_on", "verified_on")},
    {"kind": "needed", "field": "closed_reason", "when": [{"field": "status", "is": ["closed"]}]},
    {"kind": "only", "field": "referrer_id", "when": [{"field": "source", "is": ["friend"]}]},
    {"kind": "band", "field": "employees", "band": "size"},
    {"kind": "acyclic", "field": "parent_id"},
    {
        "kind": "target",
        "field": "owner_id",
        "has": {"field": "status", "is": ["active"]},
        "when": [{"field": "status", "is": ["normal"]}],
    },
)
SALES_FIELDS = (_field("orig_order_no", "text", "原订单", "Original order"),)
SALES_RULES = ({"kind": "same", "per": "order_no", "fields": ["customer_id"]},)

STAFF = _sheet(
    "staff",
    "销售人员",
    "Staff",
    _field("staff_id", "auto", "员工编号", "Staff ID", prefix="E", digits=4),
    _field("name", "text", "姓名", "Name"),
    _field("status", "enum", "状态", "Status", category="work"),
    _field("max_customers", "int", "客户上限", "Most customers"),
)
CONTACTS = _sheet(
    "contacts",
    "联系人",
    "Contacts",
    _field("contact_id", "auto", "联系人编号", "Contact ID", prefix="P", digits=6),
    _field("name", "text", "姓名", "Name"),
    _field("customer_id", "ref", "客户", "Customer", to="customers"),
    _field("is_primary", "bool", "首要联系人", "Primary contact"),
    constraints=({"kind": "one", "field": "is_primary", "per": "customer_id"},),
)
INTERACTIONS = _sheet(
    "interactions",
    "互动记录",
    "Interactions",
    _field("interaction_id", "auto", "互动编号", "Interaction ID", prefix="I", digits=8),
    _field("subject", "text", "主题", "Subject"),
    _field("customer_id", "ref", "客户", "Customer", to="customers"),
    _field("contact_id", "ref", "联系人", "Contact", to="contacts"),
    _field("at", "datetime", "互动时间", "When"),
    _field("staff_id", "ref", "销售人员", "Staff member", to="staff"),
    _field("next_on", "date", "下次跟进日期", "Follow up on"),
    constraints=({"kind": "linked", "field": "contact_id", "by": "customer_id"},),
)
CONSENTS = _sheet(
    "consents",
    "同意记录",
    "Consents",
    _field("consent_id", "auto", "同意编号", "Consent ID", prefix="A", digits=6),
    _field("customer_id", "ref", "客户", "Customer", to="customers"),
    _field("purpose", "enum", "目的", "Purpose", category="purpose"),
    _field("given", "enum", "结果", "Answer", category="answer"),
    _field("at", "datetime", "时间", "When"),
)
DEALS = _sheet(
    "deals",
    "商机",
    "Deals",
    _field("deal_id", "auto", "商机编号", "Deal ID", prefix="D", digits=6),
    _field("name", "text", "商机名称", "Name"),
    _field("probability", "pct", "概率", "Probability", default_from="stage"),
    _field("stage", "enum", "阶段", "Stage", category="stage"),
    constraints=(
        {
            "kind": "within",
            "field": "probability",
            "min": "0.01",
            "max": "0.99",
            "when": [{"field": "stage", "is": ["talks"]}],
        },
    ),
)


def _with(sheet: Mapping[str, Any], fields: tuple[object, ...], rules: tuple[object, ...]) -> dict[str, Any]:
    return {**sheet, "fields": (*sheet["fields"], *fields), "constraints": rules}


_CUSTOMERS, _PRODUCTS, _SALES = BOOK_DOCUMENT["sheets"]
DOCUMENT: Mapping[str, Any] = {
    **BOOK_DOCUMENT,
    "sheets": (
        _with(_CUSTOMERS, CUSTOMER_FIELDS, CUSTOMER_RULES),
        _PRODUCTS,
        _with(_SALES, SALES_FIELDS, SALES_RULES),
        *(STAFF, CONTACTS, INTERACTIONS, CONSENTS, DEALS),
    ),
    "categories": (*BOOK_DOCUMENT["categories"], *CATEGORIES),
    "settings": {
        **BOOK_DOCUMENT["settings"],
        "checks": {"marketing_groups": ["g3"], "outlier_lines": 3},
    },
}
BOOK: Book = Book.model_validate(DOCUMENT)


def book_with(**checks: object) -> Book:
    """The book with other settings of its checks."""
    settings = {**DOCUMENT["settings"], "checks": {**DOCUMENT["settings"]["checks"], **checks}}
    return Book.model_validate({**DOCUMENT, "settings": settings})

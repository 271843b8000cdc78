"""Made-up records for the demo: a small trading company's first year with its book.

Everything is invented; mail addresses end in example.com.  The same seed and date give
the same records.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from random import Random
from typing import Final

from custbook_gen.records import Change, Value
from custbook_gen.schema import Book

SEED: Final = 20240131
CUSTOMERS: Final = 48
BRANDS: Final = (
    "晨光",
    "远航",
    "金桥",
    "华泰",
    "博雅",
    "云帆",
    "瑞丰",
    "同创",
    "嘉禾",
    "启明",
    "安信",
    "宏图",
)
TRADES: Final = (
    ("科技", "it"),
    ("机械", "manufacturing"),
    ("贸易", "trade"),
    ("物流", "logistics"),
    ("教育咨询", "education"),
    ("医疗器械", "health"),
    ("餐饮管理", "hospitality"),
    ("文化传媒", "media"),
)
SURNAMES: Final = "王李张刘陈杨赵黄周吴徐孙"
GIVEN: Final = (
    "伟",
    "芳",
    "娜",
    "敏",
    "静",
    "磊",
    "洋",
    "艳",
    "军",
    "杰",
    "雪",
    "明",
    "丽华",
    "建国",
    "晓东",
    "思远",
)
DISTRICTS: Final = (
    "110105",
    "110108",
    "310104",
    "310115",
    "330106",
    "330108",
    "440106",
    "440305",
    "510107",
    "420106",
)
PRODUCTS: Final = (
    ("KB-100", "静音键盘", "main", "199"),
    ("MS-20", "无线鼠标", "main", "89"),
    ("MN-27", "27 寸显示器", "main", "1299"),
    ("CB-3", "网线 3 米", "accessories", "19.9"),
    ("HUB-7", "七口扩展坞", "accessories", "259"),
    ("ST-1", "显示器支架", "accessories", "149"),
    ("SV-Y", "年度维护", "services", "2400"),
    ("SV-I", "上门安装", "services", "300"),
)
STAFF: Final = (
    ("周敏", "manager"),
    ("李强", "sales"),
    ("王芳", "sales"),
    ("陈晨", "sales"),
    ("赵颖", "support"),
)
SOURCES: Final = ("search", "referral", "trade_fair", "online_enquiry", "phone_enquiry", "social_media")
TOPICS: Final = (
    ("询问新品报价，已发产品册", "follow_up"),
    ("回访上次订单，客户满意", "revisit"),
    ("核对收货地址和发票信息", "verify"),
    ("介绍年度维护服务，有兴趣", "develop"),
    ("催付上月货款，答应本周付", "collect"),
)


@dataclass(frozen=True, slots=True)
class Setting:
    """What the made-up records are made from."""

    book: Book
    random: Random
    today: dt.date

    def day(self, most: int, least: int = 0) -> dt.date:
        """A day between so many days ago."""
        return self.today - dt.timedelta(days=self.random.randint(least, most))

    def person(self) -> str:
        """A person's name."""
        return self.random.choice(SURNAMES) + self.random.choice(GIVEN)

    def mobile(self) -> str:
        """A mobile number."""
        return f"+861{self.random.choice('3589')}{self.random.randint(0, 999_999_999):09}"

    def code(self, category: str, wanted: str) -> str:
        """A code of a category: the wanted one if the book has it, else its first."""
        codes = self.book.category(category).by_code
        return wanted if wanted in codes else next(iter(codes))

    def pick(self, category: str) -> str:
        """Any code of a category."""
        return self.random.choice(list(self.book.category(category).by_code))


def demo_records(book: Book, today: dt.date) -> list[Change]:
    """The demo's records as insertions, sheet by sheet."""
    setting = Setting(book, Random(SEED), today)  # noqa: S311  (made-up data, nothing secret)
    staff = list(_staff(setting))
    products = list(_products(setting))
    customers = list(_customers(setting))
    rows = {
        "staff": staff,
        "products": products,
        "customers": customers,
        "contacts": list(_contacts(setting, customers)),
        "sales": list(_sales(setting, customers, products)),
        "interactions": list(_interactions(setting, customers)),
    }
    return [
        Change("insert", sheet, str(row[book.sheet(sheet).key_field]), {}, _filled(row))
        for sheet, some in rows.items()
        for row in some
    ]


def _filled(row: Mapping[str, Value]) -> dict[str, Value]:
    return {key: value for key, value in row.items() if value is not None}


def _staff(setting: Setting) -> Iterator[dict[str, Value]]:
    for number, (name, role) in enumerate(STAFF, 1):
        yield {
            "staff_id": f"E{number:04}",
            "name": name,
            "role": setting.code("staff_role", role),
            "department": "销售部" if role != "support" else "客服部",
            "mobile": setting.mobile(),
            "email": f"staff{number}@example.com",
            "joined_on": setting.day(2000, 500),
            "status": "active" if "active" in setting.book.category("staff_status").by_code else "employed",
        }


def _products(setting: Setting) -> Iterator[dict[str, Value]]:
    for code, name, category, price in PRODUCTS:
        yield {
            "product_id": code,
            "name": name,
            "category": setting.code("product_category", category),
            "unit": setting.code("unit", "piece"),
            "list_price": Decimal(price),
            "status": next(iter(setting.book.category("product_status").by_code)),
        }


def _customers(setting: Setting) -> Iterator[dict[str, Value]]:
    names: set[str] = set()
    for number in range(1, CUSTOMERS + 1):
        person = setting.random.random() < 0.25
        yield {
            "customer_id": f"C{number:06}",
            **(_person(setting) if person else _company(setting, names)),
            **_place(setting),
            "mobile": setting.mobile(),
            "email": f"customer{number}@example.com" if setting.random.random() < 0.7 else None,
            "level": setting.random.choices(("A", "B", "C"), (2, 5, 3))[0],
            "source": setting.random.choice(SOURCES),
            "groups": ("key",) if setting.random.random() < 0.2 else None,
            "owner_id": f"E{setting.random.randint(2, 4):04}",
            "created_on": setting.day(700, 20),
            "status": "normal",
        }


def _person(setting: Setting) -> dict[str, Value]:
    gender = setting.random.choice(("male", "female"))
    return {
        "name": setting.person(),
        "customer_type": "person",
        "gender": gender,
        "age_band": setting.pick("age_band"),
    }


def _company(setting: Setting, names: set[str]) -> dict[str, Value]:
    while True:
        trade, industry = setting.random.choice(TRADES)
        name = f"{setting.random.choice(BRANDS)}{trade}有限公司"
        if name not in names:
            names.add(name)
            size = setting.pick("company_size")
            return {"name": name, "customer_type": "company", "industry": industry, "size": size}


def _place(setting: Setting) -> dict[str, Value]:
    district = setting.book.category("district").by_code[setting.random.choice(DISTRICTS)]
    city = setting.book.category("city").by_code[str(district.parent)]
    road = setting.random.choice(("建设", "人民", "中山", "解放", "科技"))
    street = f"{road}路 {setting.random.randint(1, 300)} 号"
    return {"province": city.parent, "city": city.code, "district": district.code, "address": street}


def _contacts(setting: Setting, customers: Sequence[Mapping[str, Value]]) -> Iterator[dict[str, Value]]:
    companies = [row for row in customers if row["customer_type"] == "company"]
    for number, company in enumerate(companies, 1):
        yield {
            "contact_id": f"P{number:06}",
            "customer_id": company["customer_id"],
            "name": setting.person(),
            "title": setting.random.choice(("采购经理", "总经理", "行政主管")),
            "role": setting.random.choice(("decision_maker", "buyer", "user")),
            "is_primary": True,
            "mobile": setting.mobile(),
            "do_not_contact": False,
            "status": next(iter(setting.book.category("contact_status").by_code)),
        }


def _sales(
    setting: Setting, customers: Sequence[Mapping[str, Value]], products: Sequence[Mapping[str, Value]]
) -> Iterator[dict[str, Value]]:
    line = 0
    for order in range(1, 131):
        customer = setting.random.choice(customers[: CUSTOMERS * 3 // 4])
        day, staff = setting.day(560), customer["owner_id"]
        kind = "return" if setting.random.random() < 0.04 else "sale"
        for product in setting.random.sample(list(products), setting.random.randint(1, 3)):
            line += 1
            yield {
                "line_id": f"S{line:08}",
                "order_no": f"SO{day:%y%m}{order:04}",
                "customer_id": customer["customer_id"],
                "date": day,
                "kind": kind,
                "product_id": product["product_id"],
                "quantity": Decimal(setting.random.choice((1, 2, 3, 5, 10, 20))),
                "unit": product["unit"],
                "unit_price": product["list_price"],
                "discount": Decimal(setting.random.choice(("0", "0", "0.05", "0.1"))),
                "payment_status": setting.code("payment_status", "paid"),
                "status": "done",
                "staff_id": staff,
                "channel": setting.pick("sales_channel"),
            }


def _interactions(setting: Setting, customers: Sequence[Mapping[str, Value]]) -> Iterator[dict[str, Value]]:
    for number in range(1, 71):
        customer = setting.random.choice(customers)
        content, purpose = setting.random.choice(TOPICS)
        clock = dt.time(setting.random.randint(9, 17), setting.random.choice((0, 15, 30, 45)))
        yield {
            "interaction_id": f"I{number:08}",
            "customer_id": customer["customer_id"],
            "at": dt.datetime.combine(setting.day(200, 1), clock),
            "channel": setting.pick("interaction_channel"),
            "direction": setting.pick("direction"),
            "subject": content[:8],
            "content": content,
            "purpose": setting.code("interaction_purpose", purpose),
            "staff_id": customer["owner_id"],
        }

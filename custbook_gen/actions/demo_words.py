"""The words of the demo's made-up records, in Chinese and English.  Everything is invented."""

from __future__ import annotations

from typing import Final

Words = tuple[str, str]
"""The same in Chinese and in English."""

BRANDS: Final[tuple[Words, ...]] = (
    ("晨光", "Morning"),
    ("远航", "Voyage"),
    ("金桥", "Goldbridge"),
    ("华泰", "Huatai"),
    ("博雅", "Erudite"),
    ("云帆", "Cloudsail"),
    ("瑞丰", "Richfield"),
    ("同创", "Together"),
    ("嘉禾", "Jiahe"),
    ("启明", "Daystar"),
    ("安信", "Trusty"),
    ("宏图", "Grandplan"),
)
TRADES: Final[tuple[tuple[Words, str], ...]] = (
    (("科技", "Tech"), "it"),
    (("机械", "Machinery"), "manufacturing"),
    (("贸易", "Trading"), "trade"),
    (("物流", "Logistics"), "logistics"),
    (("教育咨询", "Education"), "education"),
    (("医疗器械", "Medical"), "health"),
    (("餐饮管理", "Catering"), "hospitality"),
    (("文化传媒", "Media"), "media"),
)
COMPANY: Final[Words] = ("有限公司", " Co., Ltd.")
SURNAMES: Final[tuple[Words, ...]] = (
    ("王", "Wang"),
    ("李", "Li"),
    ("张", "Zhang"),
    ("刘", "Liu"),
    ("陈", "Chen"),
    ("杨", "Yang"),
    ("赵", "Zhao"),
    ("黄", "Huang"),
    ("周", "Zhou"),
    ("吴", "Wu"),
    ("徐", "Xu"),
    ("孙", "Sun"),
)
GIVEN_NAMES: Final[tuple[Words, ...]] = (
    ("伟", "Wei"),
    ("芳", "Fang"),
    ("娜", "Na"),
    ("敏", "Min"),
    ("静", "Jing"),
    ("磊", "Lei"),
    ("洋", "Yang"),
    ("艳", "Yan"),
    ("军", "Jun"),
    ("杰", "Jie"),
    ("雪", "Xue"),
    ("丽华", "Lihua"),
    ("建国", "Jianguo"),
    ("晓东", "Xiaodong"),
    ("思远", "Siyuan"),
    ("嘉怡", "Jiayi"),
)
ROADS: Final[tuple[Words, ...]] = (
    ("建设路", "Jianshe Road"),
    ("人民路", "Renmin Road"),
    ("中山路", "Zhongshan Road"),
    ("解放路", "Jiefang Road"),
    ("科技路", "Keji Road"),
)
STREET: Final[Words] = ("{road} {number} 号", "{number} {road}")
TITLES: Final[tuple[Words, ...]] = (
    ("采购经理", "Purchasing manager"),
    ("总经理", "General manager"),
    ("行政主管", "Office manager"),
    ("IT 主管", "IT manager"),
)
TAGS: Final[tuple[Words, ...]] = (
    ("喜欢现货", "Wants it from stock"),
    ("要开专票", "Needs special invoices"),
    ("价格敏感；常比价", "Compares prices；Bargains"),
)
SALES_TEAM: Final[Words] = ("销售部", "Sales")
SERVICE_TEAM: Final[Words] = ("客服部", "Customer service")
COLLEAGUES: Final[tuple[tuple[Words, str], ...]] = (
    (("周敏", "Zhou Min"), "supervisor"),
    (("李强", "Li Qiang"), "sales"),
    (("王芳", "Wang Fang"), "sales"),
    (("陈晨", "Chen Chen"), "sales"),
    (("赵颖", "Zhao Ying"), "service"),
    (("吴刚", "Wu Gang"), "sales"),
)
"""Colleagues and their roles; the last one has left."""
PRODUCTS: Final[tuple[tuple[str, Words, str, str, str, str, int | None, Words], ...]] = (
    ("KB-100", ("静音键盘", "Silent keyboard"), "main", "199", "own", "black", 365, ("87 键", "87 keys")),
    ("MS-20", ("无线鼠标", "Wireless mouse"), "main", "89", "own", "grey", 365, ("2.4 GHz", "2.4 GHz")),
    ("MN-27", ("27 寸显示器", "27-inch monitor"), "main", "1299", "other", "black", None, ("2K", "2K")),
    (
        "CB-3",
        ("网线 3 米", "Network cable 3 m"),
        "accessories",
        "19.9",
        "other",
        "blue",
        90,
        ("六类", "Cat 6"),
    ),
    (
        "HUB-7",
        ("七口扩展坞", "Hub, 7 ports"),
        "accessories",
        "259",
        "own",
        "silver",
        None,
        ("USB-C", "USB-C"),
    ),
    ("ST-1", ("显示器支架", "Monitor arm"), "accessories", "149", "other", "white", None, ("单臂", "Single")),
    (
        "SV-Y",
        ("年度维护", "Yearly maintenance"),
        "services",
        "2400",
        "own",
        "other",
        365,
        ("上门", "On site"),
    ),
    ("SV-I", ("上门安装", "Installation"), "services", "300", "own", "other", None, ("每次", "Per visit")),
)
"""Code, name, category, price, brand, colour, days until bought again, specification."""
DEALS: Final[tuple[tuple[Words, str], ...]] = (
    (("新办公室键鼠采购", "Keyboards and mice for a new office"), "KB-100"),
    (("显示器更新", "New monitors"), "MN-27"),
    (("年度维护合同", "Maintenance contract"), "SV-Y"),
    (("扩展坞批量采购", "Hubs in quantity"), "HUB-7"),
    (("会议室改造", "Meeting room"), "ST-1"),
)
COMPETITORS: Final[tuple[Words, ...]] = (("蓝海数码", "Bluesea Digital"), ("优品办公", "Prime Office"))
STEPS: Final[tuple[Words, ...]] = (
    ("寄样品", "Send samples"),
    ("上门演示", "Show it on site"),
    ("发送正式报价", "Send the quotation"),
    ("确认合同条款", "Settle the contract"),
)
TOPICS: Final[tuple[tuple[Words, Words, str], ...]] = (
    (
        ("新品报价", "Quotation"),
        ("询问新品报价，已发产品册。", "Asked for a quotation; sent the catalogue."),
        "quotation",
    ),
    (
        ("例行回访", "Check-in"),
        ("回访上次订单，客户满意。", "Asked about the last order: satisfied."),
        "revisit",
    ),
    (
        ("核对资料", "Details"),
        ("核对收货地址和发票信息，没有变化。", "Went over address and invoice details: no change."),
        "verification",
    ),
    (
        ("维护服务", "Maintenance"),
        ("介绍年度维护服务，客户有兴趣。", "Presented the maintenance contract; interested."),
        "acquisition",
    ),
    (
        ("货款", "Payment"),
        ("催付上月货款，答应本周付清。", "Reminded of last month's invoice; will pay this week."),
        "collection",
    ),
    (
        ("到货安排", "Delivery"),
        ("说明到货时间，约好安装。", "Told the delivery date and fixed the installation."),
        "follow_up",
    ),
)
"""Subject, content and purpose of an interaction."""
NEXT: Final[tuple[Words, ...]] = (
    ("电话确认是否收到", "Call whether it arrived"),
    ("发送报价单", "Send the quotation"),
    ("约时间上门", "Arrange a visit"),
)
DEMANDS: Final[tuple[Words, ...]] = (
    ("想要带灯的键盘", "Would like keyboards with backlight"),
    ("希望按月结算", "Would like monthly invoices"),
)
TROUBLES: Final[tuple[tuple[Words, Words, Words, str, str], ...]] = (
    (
        ("个别按键失灵", "Some keys fail"),
        ("空格键有时没有反应，重启后仍然如此。", "The space bar fails now and then, even after a restart."),
        ("更换新键盘。", "Replaced the keyboard."),
        "quality",
        "KB-100",
    ),
    (
        ("鼠标连不上", "Mouse does not connect"),
        ("换了电池还是连不上接收器。", "Does not find its receiver, even with a new battery."),
        ("指导重新配对。", "Explained how to pair it again."),
        "installation",
        "MS-20",
    ),
    (
        ("外箱压坏", "Box crushed in transit"),
        ("到货时外箱破损，想换一台。", "The box arrived damaged; wants another one."),
        ("补发一台，旧货已收回。", "Sent another one and took the old one back."),
        "delivery",
        "MN-27",
    ),
    (
        ("发票抬头有误", "Wrong name on the invoice"),
        ("发票抬头少了两个字，要求重开。", "Two characters are missing in the name; wants a new invoice."),
        ("已作废重开。", "Issued it anew."),
        "invoice",
        "SV-Y",
    ),
    (
        ("询问保修期", "Asks about the warranty"),
        ("想知道扩展坞保修多久。", "Wants to know how long the hub is under warranty."),
        ("答复为两年。", "Told: two years."),
        "question",
        "HUB-7",
    ),
)
"""Subject, description and solution of a ticket, its category and product."""
OPINIONS: Final[tuple[tuple[Words, str, tuple[str, ...], int, str], ...]] = (
    (
        ("键盘很安静，手感不错。", "The keyboard is quiet and good to type on."),
        "praise",
        ("quality",),
        5,
        "KB-100",
    ),
    (
        ("到货太慢，外箱还压坏了。", "Delivery was slow, and the box was damaged."),
        "complaint",
        ("delivery", "packaging"),
        2,
        "MN-27",
    ),
    (
        ("希望出带灯的款式。", "A version with backlight would be welcome."),
        "suggestion",
        ("experience",),
        4,
        "KB-100",
    ),
    (
        ("安装师傅很专业，也很耐心。", "The fitter was professional and friendly."),
        "praise",
        ("attitude",),
        5,
        "SV-I",
    ),
    (
        ("扩展坞偏贵，别家便宜一些。", "The hub is expensive; others ask less."),
        "complaint",
        ("price",),
        3,
        "HUB-7",
    ),
    (
        ("报修后两天才回电话，太慢。", "It took two days until somebody called back: too slow."),
        "complaint",
        ("speed", "repair"),
        2,
        "SV-Y",
    ),
    (
        ("有没有支持双屏的支架？", "Is there an arm for two monitors?"),
        "demand",
        ("experience",),
        4,
        "ST-1",
    ),
)
"""Content, type, themes, score and product of a feedback."""
IMPROVEMENTS: Final[tuple[Words, ...]] = (
    ("外箱加护角，换承运商。", "Corner guards in the boxes, another carrier."),
    ("客服一小时内先回电。", "Service calls back within an hour."),
)
REMEDIES: Final[tuple[Words, ...]] = (
    ("优惠券 50 元", "Coupon of 50 yuan"),
    ("免一次上门费", "One visit free"),
)

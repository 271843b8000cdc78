"""Settings of rules that compare and judge texts: duplicates and sentiment."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Self

from pydantic import Field, model_validator

from custbook_gen.schema.frozen import Frozen
from custbook_gen.schema.limits import Percent, Positive, Share, refuse_disorder

LEGAL_FORMS = (
    "有限责任公司",
    "股份有限公司",
    "有限公司",
    "有限合伙",
    "普通合伙",
    "集团",
    "公司",
    "incorporated",
    "corporation",
    "company",
    "limited",
    "inc",
    "ltd",
    "llc",
    "gmbh",
    "corp",
    "co",
)
FREE_DOMAINS = (
    *("qq.com", "foxmail.com", "163.com", "126.com", "yeah.net", "sina.com", "sina.cn", "sohu.com"),
    *("139.com", "189.cn", "wo.cn", "aliyun.com", "tom.com", "21cn.com", "gmail.com", "googlemail.com"),
    *("outlook.com", "hotmail.com", "live.com", "msn.com", "yahoo.com", "ymail.com", "icloud.com", "me.com"),
    *("aol.com", "gmx.com", "gmx.de", "web.de", "mail.com", "mail.ru", "proton.me", "protonmail.com"),
)


class DuplicateSettings(Frozen):
    """When two customers may be one (5.6); scores are points from 0 to 100."""

    certain: Percent = 85
    """From here on two records are very likely one customer; such pairs make groups."""
    suspect: Percent = 70
    least: Percent = 60
    """Pairs below are not told at all."""
    near_name: Share = Decimal("0.92")
    """Likeness of names (Jaro-Winkler) that counts with an address, domain or number in common."""
    same_name: Share = Decimal("0.95")
    """Likeness of names that counts alone."""
    different: Percent = 30
    """Points taken off where both have a credit code, or a birth date, and they differ."""
    legal_forms: tuple[str, ...] = LEGAL_FORMS
    """Left out when names are compared."""
    free_domains: tuple[str, ...] = FREE_DOMAINS
    """E-mail domains that say nothing about who somebody works for."""
    left_out_statuses: tuple[str, ...] = ("merged", "erased")
    """Statuses of records that stand for nobody any more."""
    largest_block: Annotated[int, Field(ge=2)] = 60
    """Up to so many customers with something in common are all compared with each other."""
    neighbours: Positive = 8
    """Of more, each is compared with so many that follow in the order of names."""

    @model_validator(mode="after")
    def _limits_are_in_order(self) -> Self:
        refuse_disorder("suspect", self.certain, self.suspect)
        refuse_disorder("near_name", self.same_name, self.near_name)
        return self


class SentimentSettings(Frozen):
    """Words that tell how somebody feels (3.7).

    Chinese words are found wherever they stand, others only as whole words; case and
    width do not matter, and of words that begin alike the longest is taken.
    """

    positive: tuple[str, ...] = (
        *("满意", "喜欢", "很好", "真好", "挺好", "非常好", "太好了", "好评", "不错", "优秀", "优质", "完美"),
        *("感谢", "谢谢", "推荐", "专业", "热情", "耐心", "周到", "及时", "方便", "好用", "好喝", "好吃"),
        *("实惠", "划算", "点赞", "惊喜", "舒服", "放心", "可靠", "贴心", "超值", "回购", "物美价廉"),
        *(
            "性价比高",
            "速度快",
            "很快",
            "good",
            "great",
            "excellent",
            "perfect",
            "love",
            "satisfied",
            "happy",
        ),
        *("thanks", "thank you", "recommend", "helpful", "friendly", "fast", "reliable", "professional"),
        *("pleased", "well done"),
    )
    negative: tuple[str, ...] = (
        *("很差", "太差", "较差", "质量差", "态度差", "差评", "差劲", "失望", "投诉", "退货", "退款", "破损"),
        *("损坏", "坏了", "故障", "假货", "太慢", "很慢", "太贵", "偏贵", "难用", "难吃", "难喝", "糟糕"),
        *("垃圾", "欺骗", "骗人", "敷衍", "推诿", "漏发", "错发", "发错", "瑕疵", "异味", "恶劣", "生气"),
        *("气愤", "后悔", "太麻烦", "很麻烦", "bad", "poor", "terrible", "awful", "broken", "damaged"),
        *("defective", "late", "slow", "expensive", "refund", "complaint", "disappointed", "unhappy"),
        *("angry", "rude", "wrong", "missing", "useless"),
    )
    negations: tuple[str, ...] = (
        *("不", "没", "没有", "未", "无", "not", "no", "never", "isn't", "aren't", "wasn't", "weren't"),
        *("don't", "doesn't", "didn't", "can't", "couldn't", "won't"),
    )
    """They turn a word round that follows at once, or after at most two characters or two words."""

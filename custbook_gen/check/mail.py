"""E-mail addresses whose domain is mistyped or made to be thrown away (C-10)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from custbook_gen.check.entries import Entries, Found
from custbook_gen.values import Note

PROVIDERS: Final = (
    *("qq.com", "163.com", "126.com", "139.com", "189.cn", "yeah.net", "sina.com", "sina.cn", "sohu.com"),
    *("foxmail.com", "aliyun.com", "gmail.com", "outlook.com", "hotmail.com", "live.com", "yahoo.com"),
    *("icloud.com", "protonmail.com", "vip.qq.com", "vip.163.com", "vip.sina.com", "21cn.com", "tom.com"),
)
"""Where most people have their addresses."""
REAL: Final = frozenset(
    {
        *PROVIDERS,
        *("mail.com", "ymail.com", "email.com", "gmx.com", "googlemail.com", "email.cn"),
        *("live.cn", "outlook.cn", "yahoo.cn", "yahoo.co.jp", "yahoo.co.uk", "hotmail.co.uk", "hotmail.fr"),
        *(
            "163.net",
            "188.com",
            "263.net",
            "sina.com.cn",
            "yahoo.com.cn",
            "yahoo.com.hk",
            "126.net",
            "cloud.com",
        ),
    }
)
"""Domains that look like slips and are none."""
SLIPS: Final = {
    **dict.fromkeys(("con", "cmo", "ocm", "comm", "coom", "vom", "xom", "cpm", "conm", "c0m", "cim"), "com"),
    **dict.fromkeys(("cnn", "ccn"), "cn"),
    **dict.fromkeys(("nte", "ner", "met"), "net"),
}
"""Ends of domains that do not exist, and what is meant."""
SHORTENED: Final = frozenset({"co", "cm", "om", "cn", "coc"})
"""Ends that exist, but at which those who write to a provider under .com are not."""
THROWAWAY: Final = frozenset(
    {
        *("mailinator.com", "guerrillamail.com", "guerrillamail.net", "sharklasers.com", "grr.la"),
        *("10minutemail.com", "10minutemail.net", "20minutemail.com", "tempmail.com", "temp-mail.org"),
        *("tempmail.net", "tempail.com", "temp-mail.io", "tempmailo.com", "tmpmail.org", "tmpmail.net"),
        *("yopmail.com", "yopmail.fr", "trashmail.com", "trash-mail.com", "throwawaymail.com"),
        *("maildrop.cc", "getnada.com", "dispostable.com", "fakeinbox.com", "mintemail.com", "moakt.com"),
        *("mailnesia.com", "mohmal.com", "emailondeck.com", "spamgourmet.com", "mailcatch.com"),
        *("linshiyouxiang.net", "linshiyou.com", "bccto.me", "chacuo.net", "027168.com", "10mail.org"),
    }
)
"""Domains whose addresses last for minutes; settings may add more."""
LEAST: Final = 5
"""Names of providers from so many letters on are recognised with a wrong letter."""


def domain_typos(entries: Entries) -> Iterator[Found]:
    """C-10: a domain one slip away from a well-known one, or with an end that does not exist."""
    for field in entries.fields("email"):
        for row, value in entries.typed(field.key):
            name, _, domain = str(value).rpartition("@")
            meant = meant_domain(domain)
            if meant is not None:
                facts = {"value": value, "domain": domain, "meant": meant}
                yield Found(row, field.key, Note("email-domain-typo", facts, f"{name}@{meant}"))


def throwaway_addresses(entries: Entries) -> Iterator[Found]:
    """C-10: an address that is made to be thrown away."""
    known = THROWAWAY.union(entries.settings.checks.throwaway_domains)
    for field in entries.fields("email"):
        for row, value in entries.typed(field.key):
            domain = str(value).rpartition("@")[2].lower()
            if any(domain == bad or domain.endswith(f".{bad}") for bad in known):
                facts = {"value": value, "domain": domain}
                yield Found(row, field.key, Note("email-throwaway", facts))


@lru_cache(maxsize=4096)
def meant_domain(domain: str) -> str | None:
    """The domain that was probably meant; nothing where this one may well be right."""
    lower = domain.lower()
    if lower in REAL or "." not in lower:
        return None
    rest, _, end = lower.rpartition(".")
    mended = f"{rest}.{SLIPS[end]}" if end in SLIPS else lower
    if mended in PROVIDERS:
        return mended
    for provider in PROVIDERS:
        own, _, theirs = provider.partition(".")
        name, _, tail = mended.partition(".")
        if name == own and tail != theirs and tail in SHORTENED and theirs == "com":
            return provider
        if len(own) >= LEAST and tail in {theirs, *SHORTENED} and one_slip(name, own):
            return provider
    return mended if mended != lower else None


def one_slip(typed: str, meant: str) -> bool:
    """Whether a word becomes another by one letter more, less, exchanged or two swapped."""
    if typed == meant or abs(len(typed) - len(meant)) > 1:
        return False
    at = next(
        (i for i, (a, b) in enumerate(zip(typed, meant, strict=False)) if a != b), min(len(typed), len(meant))
    )
    one, other = typed[at:], meant[at:]
    swapped = len(one) > 1 and one[1] + one[0] + one[2:] == other
    return swapped or one[1:] == other[1:] or one[1:] == other or one == other[1:]

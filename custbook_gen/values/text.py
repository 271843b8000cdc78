"""Texts, phones, e-mail and web addresses: from what was typed to what is kept."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import Final
from urllib.parse import urlsplit

from custbook_gen.records import Value
from custbook_gen.values.number import serial_to_datetime
from custbook_gen.values.reading import Note, Reading, visible, wrong
from custbook_gen.workbook import RawCell, Serial

EXPONENT: Final = re.compile(r"[+-]?\d(?:\.\d+)?[Ee]\+\d+")
EXACT_DIGITS: Final = 10**15
"""From here on a spreadsheet keeps only the first 15 digits of a number."""
HALF_WIDTH: Final = {
    **{
        code: code - 0xFEE0
        for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))
    },
}
"""Full-width digits and Latin letters to their half-width forms; punctuation stays as written."""
EXTENSION: Final = re.compile(r"\s*(?:转|分机|ext\.?|x|#|;ext=)\s*(\d{1,7})$", re.IGNORECASE)
PHONE_CHARS: Final = re.compile(r"[+(\d][\d\s().,/-]*")
CN_MOBILE: Final = re.compile(r"1[3-9][0-9]{9}")
KEPT_CN_MOBILE: Final = re.compile(r"\+86(1[3-9][0-9]{9})")
"""Most numbers of a Chinese book: shown and read without asking the numbering plans, which takes 0.2 ms."""
_KEPT_CN_MOBILE_LINE: Final = re.compile(rf"{KEPT_CN_MOBILE.pattern}\n")
_LINE: Final = len("+8613800138000\n")


def as_text(raw: RawCell) -> Reading:
    """A cell's content as text: numbers without exponent, dates in ISO form."""
    if isinstance(raw, str):
        return wrong("digits-lost") if EXPONENT.fullmatch(raw.strip()) else Reading(raw)
    if isinstance(raw, bool):
        return Reading("TRUE" if raw else "FALSE", (Note("text-was-number"),))
    if isinstance(raw, Serial):
        moment = serial_to_datetime(raw)
        if moment is None:
            return Reading(f"{raw:.15g}", (Note("text-was-number"),))
        text = moment.date().isoformat() if float(raw).is_integer() else moment.isoformat(" ")
        return Reading(text, (Note("text-was-number"),))
    assert isinstance(raw, float | int)  # noqa: S101  (errors and blanks never come here)
    if abs(raw) >= EXACT_DIGITS:
        return wrong("digits-lost")
    text = str(int(raw)) if raw == int(raw) else f"{raw:.15g}"
    return Reading(text, (Note("text-was-number"),))


def tidy(text: str, *, lines: bool = False, narrow: bool = False) -> Reading:
    """A text without stray blanks and invisible characters, letters and digits half-width.

    Args:
        text: what was typed.
        lines: keep line breaks and inner blanks (long texts).
        narrow: fold every full-width form, punctuation too (numbers, addresses).
    """
    notes = []
    half = unicodedata.normalize("NFKC", text) if narrow else text.translate(HALF_WIDTH)
    if half != text:
        notes.append(Note("width-normalised"))
    clean = visible(half).replace("\r\n", "\n").replace("\r", "\n")
    clean = clean.strip() if lines else " ".join(clean.split())
    if clean != half and clean != half.replace("\r\n", "\n"):
        notes.append(Note("blanks-removed"))
    return Reading(clean or None, tuple(notes))


def read_phone(text: str, region: str, *, mobile: bool) -> Reading:
    """A phone number as E.164, with ``;ext=`` where it has an extension.

    A landline that fits no numbering plan is kept as typed, with a warning; a mobile
    number must be right.
    """
    if mobile and region == "CN" and CN_MOBILE.fullmatch(text):
        return Reading(f"+86{text}")
    from custbook_gen.values import numbering  # brings the plans of all countries with it

    extension = EXTENSION.search(text)
    main = text[: extension.start()] if extension else text
    kept = numbering.kept(main, region, mobile=mobile) if PHONE_CHARS.fullmatch(main) else None
    if kept is not None:
        return Reading(kept + (f";ext={extension[1]}" if extension else ""))
    digits = sum(char.isdigit() for char in main)
    if mobile or not PHONE_CHARS.fullmatch(main) or not 5 <= digits <= 15:
        return wrong("phone-impossible", example="13800138000" if mobile else "021-62345678")
    return Reading(text, (Note("phone-doubtful"),))


def show_phone(value: str, region: str) -> str:
    """A kept number as people write it: national at home, international abroad."""
    common = KEPT_CN_MOBILE.fullmatch(value) if region == "CN" else None
    return common[1] if common else shown_by_plan(value, region)


def show_phones(values: Sequence[str], region: str) -> Sequence[str]:
    """The same for many numbers; those of a Chinese book are mostly mobile ones, which one look tells."""
    lines = "\n".join((*values, ""))
    common: list[str] = _KEPT_CN_MOBILE_LINE.findall(lines) if region == "CN" else []
    if len(common) == len(values) and len(lines) == _LINE * len(values):
        return common
    return [show_phone(value, region) for value in values]


@lru_cache(maxsize=65_536)
def shown_by_plan(value: str, region: str) -> str:
    """The same for any number, by the numbering plans of its country."""
    from custbook_gen.values import numbering

    main, _, extension = value.partition(";ext=")
    shown = numbering.shown(main, region) if main.startswith("+") and PHONE_CHARS.fullmatch(main) else main
    return f"{shown} 转{extension}" if extension else shown


def read_email(text: str) -> Reading:
    """An e-mail address with its domain in lower case (syntax only, nothing is looked up)."""
    from email_validator import EmailNotValidError, validate_email  # compiles patterns for 20 ms

    try:
        known = validate_email(text, check_deliverability=False, test_environment=True).normalized
    except EmailNotValidError:
        return wrong("email-invalid")
    return Reading(known) if "." in known.rpartition("@")[2] else wrong("email-invalid")


def read_url(text: str) -> Reading:
    """A web address with http or https and a host; ``www.`` alone is completed."""
    completed = f"https://{text}" if text.lower().startswith("www.") else text
    try:
        parts = urlsplit(completed)
        host = parts.hostname or ""
    except ValueError:
        return wrong("url-invalid")
    if parts.scheme.lower() not in ("http", "https") or "." not in host.strip(".") or " " in text:
        return wrong("url-invalid")
    return Reading(completed, () if completed == text else (Note("recognised", {"read": completed}),))


def shown(value: Value) -> str:
    """A value as plain text, for messages."""
    return "" if value is None else str(value)

"""Phone numbers by the numbering plans of all countries; a module of its own, for they take long to load."""

from __future__ import annotations

from typing import Final

from phonenumbers import (
    NumberParseException,
    PhoneNumber,
    PhoneNumberFormat,
    format_number,
    is_valid_number,
    parse,
    region_code_for_country_code,
)

CHINA: Final = 86
CN_MOBILES: Final = range(13_000_000_000, 20_000_000_000)
_CN_DIGITS: Final = 11


def kept(text: str, region: str, *, mobile: bool) -> str | None:
    """A number typed in a country as E.164; nothing where it fits no plan."""
    digits = "".join(filter(str.isdigit, text))
    if (
        mobile
        and region == "CN"
        and "+" not in text
        and len(digits) == _CN_DIGITS
        and int(digits) in CN_MOBILES
    ):
        return f"+{CHINA}{int(digits)}"  # the plan would take 1790 off, with which calls over the net begin
    number = _parse(text, region)
    if number is None or not _valid(number, mobile=mobile):
        return None
    return format_number(number, PhoneNumberFormat.E164)


def shown(value: str, region: str) -> str:
    """An international number as people write it in a country; one that fits no plan stays as it is."""
    number = _parse(value, None)
    if number is None or not (_valid(number, mobile=False) or _valid(number, mobile=True)):
        return value
    if region_code_for_country_code(number.country_code or 0) != region:
        return format_number(number, PhoneNumberFormat.INTERNATIONAL)
    national = format_number(number, PhoneNumberFormat.NATIONAL)
    area, _, rest = national.partition(" ")
    trunk = area.startswith("0") and rest
    return f"{area}-{rest.replace(' ', '')}" if trunk else national.replace(" ", "")


def _parse(text: str, region: str | None) -> PhoneNumber | None:
    try:
        return parse(text, region)
    except NumberParseException:
        return None


def _valid(number: PhoneNumber, *, mobile: bool) -> bool:
    if mobile and number.country_code == CHINA:
        return number.national_number in CN_MOBILES
    return is_valid_number(number)

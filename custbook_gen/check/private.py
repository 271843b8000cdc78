"""Numbers of persons in free text, where nothing protects them (C-15)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from custbook_gen.check.entries import Entries, Found
from custbook_gen.texts import Saying
from custbook_gen.values import Note

LONG_TEXT: Final = 100
"""Shorter texts are names, codes and numbers; fields with room for so many characters are free text."""
CANDIDATE: Final = re.compile(r"(?<![0-9A-Za-z.,/+-])\+?[0-9](?:[ -]?[0-9]){6,18}[Xx]?(?![0-9A-Za-z])")
"""Digits that may be a number of somebody: single blanks and hyphens may stand between them."""
CN_MOBILE: Final = re.compile(r"(?:86)?1[3-9][0-9]{9}")
CARD_STARTS: Final = ("62", "4", "51", "52", "53", "54", "55", "35", "36", "37")
"""What the numbers of bank cards begin with."""


def private_numbers(entries: Entries) -> Iterator[Found]:
    """C-15: an identity, bank card or phone number in a free text; the message never repeats it."""
    region = entries.settings.phone_region
    for field in entries.fields("text", "long"):
        if field.type == "text" and ((field.length or 0) < LONG_TEXT or field.pattern is not None):
            continue
        for row, value in entries.typed(field.key):
            kinds = {kind_of(found[0], region) for found in CANDIDATE.finditer(str(value))}
            for kind in ("id-number", "card-number", "phone-number"):
                if kind in kinds:
                    yield Found(row, field.key, Note("private-number", {"kind": Saying(f"issue.{kind}")}))


def kind_of(text: str, region: str) -> str | None:
    """What a run of digits is: ``id-number``, ``card-number``, ``phone-number`` or nothing of the kind."""
    import phonenumbers
    from stdnum import luhn
    from stdnum.cn import ric

    digits = re.sub(r"[ -]", "", text).upper()
    if len(digits) == 18 and ric.is_valid(digits):
        return "id-number"
    if 16 <= len(digits) <= 19 and digits.startswith(CARD_STARTS) and luhn.is_valid(digits):
        return "card-number"
    if not CN_MOBILE.fullmatch(digits) and not text.startswith(("0", "+")):
        return None  # order numbers, dates and amounts are no phone numbers
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    return "phone-number" if phonenumbers.is_valid_number(number) else None

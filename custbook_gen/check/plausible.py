"""What single values say: dates to come, check digits, WeChat IDs, tags, texts like formulas."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from custbook_gen.check.entries import Entries, Found
from custbook_gen.derive.dates import day_of
from custbook_gen.derive.quality import PERSON
from custbook_gen.records import Value
from custbook_gen.schema.check_settings import CHECK_DIGITS
from custbook_gen.texts import Saying
from custbook_gen.values import Note

WECHAT: Final = re.compile(r"[A-Za-z][-_A-Za-z0-9]{5,19}|(\+?86)?1[3-9][0-9]{9}")
FORMULA: Final = re.compile(r"\s*(=\s*[-+@A-Za-z0-9'\"({\[]|[-+@]\s*[A-Za-z_.]+\s*\(|[-+=@].*\|.*!)")
"""A text that programs which take text for formulas would compute."""
USCC: Final = re.compile(r"[0-9A-HJ-NPQRTUWXY]{18}")
ID_CARD: Final = re.compile(r"[1-9][0-9]{16}[0-9X]", re.IGNORECASE)
TYPE: Final = "customer_type"
"""The field that tells persons from organisations."""


def future_dates(entries: Entries) -> Iterator[Found]:
    """C-08: a day still to come, in a field whose latest day is the evaluation date and a few days more."""
    for field in entries.fields("date", "datetime"):
        if isinstance(field.max, str) and field.max.startswith("as_of"):
            for row, value in entries.typed(field.key):
                day = day_of(value)
                if day is not None and day > entries.as_of:
                    facts = {"value": entries.shown(field.key, value), "today": entries.as_of.isoformat()}
                    yield Found(row, field.key, Note("future-date", facts))


def check_digits(entries: Entries) -> Iterator[Found]:
    """C-11: a credit code (of organisations) or identity number whose check digit is wrong.

    What does not have the form of such a number is left to the field's own pattern: a
    passport is an identity number too.
    """
    for field in CHECK_DIGITS:
        form = ID_CARD if field == "id_no" else USCC
        for row, value in entries.typed(field):
            if form.fullmatch(str(value)) and not _check_digit_fits(field, str(value).upper()):
                yield Found(row, field, Note("check-digit-wrong", {"value": value}))


def _check_digit_fits(field: str, number: str) -> bool:
    from stdnum.cn import ric, uscc

    return bool(ric.is_valid(number) if field == "id_no" else uscc.is_valid(number))


def wechat_ids(entries: Entries) -> Iterator[Found]:
    """A WeChat ID that is none, nor the mobile number of an account."""
    for row, value in entries.typed("wechat"):
        if not WECHAT.fullmatch(str(value)):
            yield Found(row, "wechat", Note("wechat-doubtful", {"value": value}))


def many_tags(entries: Entries) -> Iterator[Found]:
    """More tags than anybody uses."""
    limit = entries.settings.checks.tags
    for row, value in entries.typed("tags"):
        tags = [tag for tag in re.split(r"[;；]", str(value)) if tag.strip()]
        if len(tags) > limit:
            yield Found(row, "tags", Note("too-many-tags", {"count": len(tags), "limit": limit}))


def formula_texts(entries: Entries) -> Iterator[Found]:
    """C-26: a text that looks like a formula.

    A warning, not an error: in a workbook of ours text is always literal, whatever it
    begins with, so nothing can be injected, and names such as ``-`` or ``@home`` are data.
    """
    for field in entries.fields("text", "long"):
        for row, value in entries.typed(field.key):
            if FORMULA.match(str(value)):
                yield Found(row, field.key, Note("formula-like", {"mark": str(value).strip()[0]}))


def fields_of_the_other_kind(entries: Entries) -> Iterator[Found]:
    """A field filled for the wrong kind of customer: a person's industry, a company's gender."""
    if not entries.has(TYPE):
        return
    for field in entries.reader.sheet.stored_fields:
        for row, value in entries.typed(field.key, TYPE) if field.applies is not None else ():
            kind = row.values.get(TYPE)
            known = kind is not None and TYPE not in row.faults and value not in ((), "")
            if known and (kind == PERSON) is not (field.applies == "person"):
                yield Found(row, field.key, _other_kind(entries, field.applies, kind))


def _other_kind(entries: Entries, applies: str | None, kind: Value) -> Note:
    facts = {
        "kind": Saying("issue.persons" if applies == "person" else "issue.organisations"),
        "type": entries.reader.label(TYPE),
        "found": entries.shown(TYPE, kind),
    }
    return Note("not-applicable", facts)

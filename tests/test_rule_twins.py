"""One rule, two enforcers: what cells of generated workbooks take, and what ``check`` takes."""

from __future__ import annotations

import json
import re
import string
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import ironcalc
import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custbook_gen.actions.generate import Generated
from custbook_gen.backends.excel.write import write_package
from custbook_gen.layout import STATUS, plan_layout
from custbook_gen.load import load_book
from custbook_gen.patterns import LONGEST, MAX_FORMULA, POSITIONS, pattern_conditions
from custbook_gen.plan.whole import plan_workbook
from custbook_gen.rules import column_rules
from custbook_gen.schema import Book, select
from custbook_gen.sync_only import ANY_COLUMN, sync_only, sync_only_fields
from custbook_gen.texts import CATALOGUE, Lang, say
from custbook_gen.values import converter
from custbook_gen.wording import rule_words
from custbook_gen.workbook import CellError, RawCell
from tests.drawn import view_of
from tests.odd_books import LONG, ODD
from tests.rule_engines import Engine, Question, is_error, rules_of
from tests.rule_rows import Maker
from tests.rule_trials import trials_of
from tests.rules_table import Verdict, faults, questions, quiet, table, verdicts, without_colours
from tests.strategies import BOOK
from tests.summary_books import has_libreoffice


@cache
def full() -> Book:
    """The bundled book with every sheet and field but those that must be asked for."""
    return select(load_book("customer_book"), "full")


LANGS: tuple[Lang, ...] = ("zh", "en")
BOOKS: Mapping[str, tuple[Book, Lang]] = {"test": (BOOK, "en"), "odd": (ODD, "zh+en")}


@pytest.mark.parametrize("name", ["full", *BOOKS])
def test_cells_and_check_agree_or_the_difference_is_listed(name: str, tmp_path: Path) -> None:
    book, lang = BOOKS[name] if name in BOOKS else (full(), "zh")
    found = verdicts(book, lang, tmp_path)
    assert faults(book, found) == []
    columns = {(sheet.key, item.key) for sheet in book.sheets for item in sheet.fields}
    assert {(one.trial.sheet, one.trial.field) for one in found} == columns
    kinds = [one.kind for one in found]
    assert kinds.count("agree") > len(found) * 0.7
    shown = table(book, found)
    assert all(f"| {sheet}.{key} |" in shown for sheet, key in columns)


def test_the_comparison_can_fail() -> None:
    trial = next(trials_of(Maker(BOOK, "zh")))
    name = replace(trial, sheet="customers", field="name", typed="x")
    strict = Verdict(name, False, frozenset(), True, frozenset())
    lax = Verdict(name, True, frozenset({"too-long"}), False, frozenset())
    told = faults(BOOK, [strict, lax])
    assert "customers.name refuses 'x', which check takes as it is" in told
    assert "customers.name takes 'x'; not listed: {'too-long'}" in told
    assert "customers.mobile: phone-impossible never turned up" in told


@pytest.mark.slow
@pytest.mark.skipif(not has_libreoffice(), reason="LibreOffice is not here")
def test_two_engines_compute_rules_alike(tmp_path: Path) -> None:
    for book in (BOOK, ODD):
        maker = Maker(quiet(book), "zh")
        path = saved(book, tmp_path / f"{book.key}.xlsx")
        engine, asked = Engine(path), list(questions(maker, list(trials_of(maker))))
        # to TRIM, LibreOffice says, other blanks are blanks too, and TRUE is the number 1
        asked = [one for one in asked if not {"\u3000", "\u200b"} & set(str(one.typed))]
        asked = [one for one in asked if not isinstance(one.typed, bool)]
        engine.ask(asked)
        (tmp_path / book.key).mkdir()
        answers = engine.by_libreoffice(tmp_path / book.key, asked)
        assert len(answers) > 500
        assert [(one, other) for one, other in answers if not alike(one, other)] == []


def alike(one: object, other: object) -> bool:
    """Whether two engines found the same; an error refuses as false does."""
    if is_error(one) or is_error(other):
        return all(is_error(value) or float(str(int(value == "1"))) == 0 for value in (one, other))
    return float(str(int(one) if isinstance(one, bool) else one)) == pytest.approx(float(str(other)))


def saved(book: Book, path: Path, lang: Lang = "zh") -> Path:
    """A generated workbook with some records."""
    plan = plan_workbook(view_of(Maker(quiet(book), lang).tables(), lang, quiet(book)))
    with path.open("wb") as out:
        write_package(without_colours(plan), out)
    return path


def test_no_rule_is_longer_than_excel_takes() -> None:
    for book in (full(), ODD, BOOK):
        for lang in LANGS:
            for sheet in book.sheets:
                here = plan_layout(book, lang).sheets[sheet.key]
                for rule in column_rules(sheet, here, lang).values():
                    assert len(rule.formula1 or "") <= MAX_FORMULA


def test_rules_that_would_be_too_long_say_less() -> None:
    sheet = ODD.sheet("places")
    here = plan_layout(ODD, "zh").sheets["places"]
    far = replace(here, columns={key: at + 1_000 for key, at in here.columns.items()}, header_row=99_999)
    rules = column_rules(sheet, far, "zh")
    assert all(len(rule.formula1 or "") <= MAX_FORMULA for rule in rules.values())
    assert str(rules[LONG].formula1).startswith("OFFSET(cb_child_")
    assert "IFERROR" not in str(rules[LONG].formula1)
    assert "IFERROR" in str(column_rules(sheet, here, "zh")[LONG].formula1)


def test_the_rules_arrive_in_the_file(tmp_path: Path) -> None:
    found = {rule.column: rule for rule in rules_of(saved(ODD, tmp_path / "odd.xlsx"))["地点"]}
    here = plan_layout(ODD, "zh").sheets["places"]
    planned = column_rules(ODD.sheet("places"), here, "zh")
    assert found.keys() == set(here.columns.values())
    for key, column in here.columns.items():
        rule = planned[key]
        assert found[column].formulas == tuple(
            one for one in (rule.formula1, rule.formula2) if one is not None
        )
        assert found[column].rejects is (rule.kind != "any")
        assert found[column].allows_blank
    assert planned[STATUS].formula1 == "FALSE"


# ---------------------------------------------------------------- texts of a kind


def taken(book: Book, sheet: str, field: str, typed: Sequence[RawCell], folder: Path) -> list[bool]:
    """What one column takes."""
    here = plan_layout(book, "zh").sheets[sheet]
    engine = Engine(saved(book, folder / "one.xlsx"))
    return engine.ask([Question(here.title, here.columns[field], cell, {}) for cell in typed])


def test_the_status_column_takes_nothing_that_is_typed(tmp_path: Path) -> None:
    typed: list[RawCell] = ["x", 1.0, True, "0", "  ", CellError("#N/A")]
    assert taken(BOOK, "customers", STATUS, typed, tmp_path) == [False] * len(typed)


def test_every_country_s_numbers_can_be_typed(tmp_path: Path) -> None:
    shown = [
        phonenumbers.format_number(number, form)
        for region in sorted(phonenumbers.SUPPORTED_REGIONS)
        for kind in (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE)
        if (number := phonenumbers.example_number_for_type(region, kind)) is not None
        for form in (phonenumbers.PhoneNumberFormat.NATIONAL, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    ]
    assert len(shown) > 800
    assert all(taken(BOOK, "customers", "mobile", shown, tmp_path))


@settings(max_examples=3)
@given(addresses=st.lists(st.emails(), min_size=80, max_size=120))
def test_every_address_that_check_takes_can_be_typed(
    addresses: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    maker = Maker(quiet(BOOK), "zh")
    known = converter(BOOK.sheet("customers").field("email"), maker.words)
    right = [address for address in addresses if known.from_cell(address, None).value == address]
    assert all(taken(BOOK, "customers", "email", right, tmp_path_factory.mktemp("mail")))


CLASSES = ("[0-9]", "[A-Z]", "[a-cX-]", "[A-Z0-9 ]", "x", r"\.", '["]', "[1-9]")
PARTS = st.tuples(st.sampled_from(CLASSES), st.integers(0, 3), st.integers(0, 4))


@st.composite
def patterns(draw: st.DrawFn) -> str:
    """Patterns of runs, one of which may vary in length."""
    parts = draw(st.lists(PARTS, min_size=1, max_size=3))
    varying = draw(st.integers(0, len(parts) - 1))
    made = [
        f"{{{least},{least + more}}}" if at == varying else f"{{{least + 1}}}"
        for at, (_, least, more) in enumerate(parts)
    ]
    return "^" + "".join(one + repeat for (one, _, _), repeat in zip(parts, made, strict=True)) + "$"


TEXTS = st.text(alphabet="019AXZabcx-." + '"', min_size=1, max_size=9)


@settings(max_examples=25)
@given(pattern=patterns(), data=st.data(), others=st.lists(TEXTS, min_size=5, max_size=20))
def test_a_pattern_s_formula_matches_what_the_pattern_matches(
    pattern: str, data: st.DataObject, others: list[str]
) -> None:
    alphabet = st.characters(codec="ascii", exclude_characters="\n")
    texts = [data.draw(st.from_regex(pattern, fullmatch=True, alphabet=alphabet)) for _ in range(5)] + others
    texts = [text for text in texts if text and text == " ".join(text.split())]
    conditions = pattern_conditions(pattern, 30, "$A1")
    if conditions is None or not texts:
        return
    model = ironcalc.create("m", "en", "UTC", "en")
    for row in range(1, LONGEST + 1):
        model.set_user_input(0, row, 3, str(row))
    model.new_defined_name(POSITIONS, None, f"Sheet1!$C$1:$C${LONGEST}")
    for row, text in enumerate(texts, 1):
        model.update_cell_with_text(0, row, 1, text)
        asked = pattern_conditions(pattern, 30, f"$A{row}") or []
        model.set_user_input(0, row, 2, f"=AND({','.join(asked)})")
    model.evaluate()
    answers = [model.get_cell_value(0, row, 2) is True for row in range(1, len(texts) + 1)]
    assert answers == [re.fullmatch(pattern[1:-1], text) is not None for text in texts], conditions


@pytest.mark.parametrize(
    "pattern",
    [
        "^a|b$",
        r"^\d{4}$",
        "a+",
        "^(ab)+$",
        "^[^a]$",
        "^a{1,2}b{1,2}$",
        "^.$",
        "^[α-ω]$",
        "^[a&&b]$",
        "^$",
        r"^\w$",
    ],
)
def test_other_patterns_are_left_to_sync(pattern: str) -> None:
    assert pattern_conditions(pattern, 200, "$A1") is None


def test_a_pattern_without_end_is_bounded_by_the_field() -> None:
    assert pattern_conditions(f"^[{string.ascii_lowercase}]+$", 12, "$A1") is not None
    assert pattern_conditions(f"^[{string.ascii_lowercase}]+$", 65, "$A1") is None


# ---------------------------------------------------------------- what is told


@pytest.mark.parametrize("book", [BOOK, ODD], ids=["test", "odd"])
def test_what_only_sync_checks_has_words_for_the_guide(book: Book) -> None:
    listed = {code for codes in sync_only_fields(book).values() for code in codes}
    assert listed
    assert {f"sync-only.{code}" for code in listed} <= CATALOGUE.keys()
    assert {f"issue.{code}" for code in (*listed, *ANY_COLUMN)} <= CATALOGUE.keys()


def test_generate_tells_programs_what_only_sync_checks() -> None:
    told = Generated("book.xlsx", "w", 1, {}, sync_only_fields(BOOK)).to_json("en")["checked_at_sync_only"]
    assert isinstance(told, dict)
    assert told["any_column"] == list(ANY_COLUMN)
    assert told["fields"]["customers.code"] == ["not-unique", "pattern-mismatch"]
    assert told["fields"]["customers.city"] == ["not-under-parent", "parent-missing"]
    assert told["fields"].keys() == set(sync_only_fields(BOOK))
    assert json.loads(json.dumps(told)) == told


@pytest.mark.parametrize("lang", LANGS)
def test_the_guide_tells_people_what_only_sync_checks(lang: Lang) -> None:
    for sheet in BOOK.sheets:
        for item in sheet.fields:
            words = rule_words(item, sheet, BOOK, lang)
            for code in sync_only(item, sheet, BOOK):
                by_need = code in ("required-missing", "one-of-missing")
                assert (say(f"sync-only.{code}", lang) in words) is not by_need


def test_columns_that_the_tool_fills_have_nothing_for_sync_alone() -> None:
    for sheet in full().sheets:
        for item in sheet.fields:
            if not item.entered or item.locked:
                assert sync_only(item, sheet, full()) == ()

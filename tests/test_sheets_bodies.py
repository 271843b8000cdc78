"""What is sent, without a server: formulas, rules, values, looks; whole books against Google's own schema."""

from __future__ import annotations

import datetime as dt
import re
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custbook_gen.actions.generate import Source
from custbook_gen.actions.init import Choices, init
from custbook_gen.actions.project import Run
from custbook_gen.backends.sheets.cells import number_format, plain, value_of
from custbook_gen.backends.sheets.dialect import in_format, moved, to_plan, to_sheets
from custbook_gen.backends.sheets.drawing import Drawing, tab_ids
from custbook_gen.backends.sheets.losses import losses
from custbook_gen.backends.sheets.making import making_requests, tab_bodies, value_ranges
from custbook_gen.backends.sheets.references import Area, parsed, reference_of
from custbook_gen.backends.sheets.rules import is_cascade, stray_formula, validation
from custbook_gen.backends.sheets.wire import encoded
from custbook_gen.texts import CATALOGUE
from custbook_gen.workbook import Formula, Plan, Rule
from tests.sheets_server import conditions, discovery

RUN = Run(dt.datetime(2026, 11, 22, 8, tzinfo=dt.UTC), "li")
LITERALS = re.compile(r"""("(?:[^"]|"")*"|'(?:[^']|'')*')""")
FUNCTIONS = """
AND AVERAGEIF AVERAGEIFS CHAR COUNT COUNTA COUNTBLANK COUNTIF COUNTIFS DATE DAY EDATE
EOMONTH EXACT FIND IF IFERROR IFNA IFS INDEX INDIRECT INT ISERROR ISNUMBER LARGE LEFT LEN
MATCH MAX MAXIFS MID MIN MINIFS MOD MONTH N NETWORKDAYS NOT OR RANK RIGHT ROUND ROW SMALL
SUBSTITUTE SUM SUMIF SUMIFS SUMPRODUCT SWITCH TEXT TEXTJOIN TODAY TRIM VALUE VLOOKUP YEAR
"""
"""Functions that mean the same in files and in Google Sheets."""


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    """The whole customer book, empty."""
    home = init(tmp_path_factory.mktemp("full") / "project", Choices(preset="full"), RUN)
    return Source.read(home, RUN).planned("zh").plan


@pytest.fixture(scope="module")
def requests(full: Plan) -> list[dict[str, Any]]:
    """Everything that makes the whole book, but the rows."""
    drawing = Drawing("w", tab_ids("w", full.sheets), full.names, ("robot@example.com",))
    tabs = [{"addSheet": {"properties": properties}} for properties in tab_bodies(full, drawing)]
    return [*tabs, *making_requests(full, drawing)]


def formulas(value: Any) -> list[str]:
    """Every formula in a body."""
    if isinstance(value, dict):
        own = [value["formulaValue"]] if "formulaValue" in value else []
        entered = value.get("userEnteredValue")
        own += [entered] if isinstance(entered, str) and entered.startswith("=") else []
        return own + [text for item in value.values() for text in formulas(item)]
    return [text for item in value for text in formulas(item)] if isinstance(value, list) else []


def bare(formula: str) -> str:
    """A formula without its texts and names of tabs."""
    return "".join(piece for at, piece in enumerate(LITERALS.split(formula)) if not at % 2)


def test_the_whole_book_is_what_googles_schema_knows(requests: list[dict[str, Any]]) -> None:
    body = {"requests": requests}
    assert discovery.problems(body, "BatchUpdateSpreadsheetRequest", outgoing=True) == []


def test_identifiers_are_chosen_and_unlike(requests: list[dict[str, Any]]) -> None:
    names = ("metadataId", "protectedRangeId", "chartId", "filterViewId")
    chosen: list[tuple[str, int]] = []

    def collect(value: Any) -> None:
        if isinstance(value, dict):
            chosen.extend((name, value[name]) for name in names if name in value)
            for item in value.values():
                collect(item)
        elif isinstance(value, list):
            for item in value:
                collect(item)

    collect(requests)
    assert {name for name, _ in chosen} == set(names)
    assert len(set(chosen)) == len(chosen)
    assert all(0 < number < 2**31 for _, number in chosen)


def test_formulas_know_no_locale_and_only_functions_that_both_programs_know(
    requests: list[dict[str, Any]],
) -> None:
    found = {bare(text) for text in formulas(requests)}
    assert len(found) > 500
    assert [text for text in found if "," in text or "_xl" in text or "{" in text] == []
    assert [text for text in found if re.search(r"\d\.\d", text)] == []
    used = {name for text in found for name in re.findall(r"([A-Z][A-Z0-9.]*)\(", text)}
    assert used - set(FUNCTIONS.split()) == set()


def test_formulas_come_from_the_plan_alone(full: Plan, requests: list[dict[str, Any]]) -> None:
    written = [text for text in formulas(requests) if not text.startswith("='_")]
    cells = {
        f"={to_sheets(c.value.text)}"
        for s in full.sheets
        for c in s.cells.values()
        if isinstance(c.value, Formula)
    }
    assert cells <= set(written)
    assert all("formulaValue" not in str(block) for block in value_ranges(full))


def test_every_dropdown_names_a_range_and_is_strict(full: Plan, requests: list[dict[str, Any]]) -> None:
    rules = [one["repeatCell"]["cell"].get("dataValidation") for one in requests if "repeatCell" in one]
    listed = [rule for rule in rules if rule and rule["condition"]["type"] == "ONE_OF_RANGE"]
    assert len(listed) > 60
    titles = {sheet.title for sheet in full.sheets}
    for rule in listed:
        (value,) = rule["condition"]["values"]
        title, area = parsed(value["userEnteredValue"].removeprefix("="))
        assert title in titles
        assert area.left == area.right
    assert all(rule["strict"] for rule in rules if rule)
    problems = [conditions.problems(rule["condition"], "data validation", "") for rule in rules if rule]
    assert not any(problems)


def test_what_cannot_be_carried_is_told_in_both_languages(full: Plan) -> None:
    lost = {loss.code: loss.places for loss in losses(full)}
    assert any(place.startswith("客户档案 · ") for place in lost["cascade"])
    assert {"cascade", "refusal", "paper", "very-hidden", "insert-rows", "rules-sampled"} <= lost.keys()
    for code in lost:
        assert all(CATALOGUE[f"loss.{code}"])


def test_a_cascade_offers_all_values_and_marks_strays() -> None:
    rule = Rule(
        "list", formula1='OFFSET(cb_child_city,MATCH(1,INDEX(--(cb_parent_city=$J3&"␟"&$K3),0),0)-1,0,9,1)'
    )
    assert is_cascade(rule)
    made = validation(rule, "$L3", {"cb_child_city": "'_列表'!$B$3:$B$40"})
    assert made is not None
    assert made["condition"] == {
        "type": "ONE_OF_RANGE",
        "values": [{"userEnteredValue": "='_列表'!$B$3:$B$40"}],
    }
    assert stray_formula(rule, "$L3") == (
        'AND($L3<>"";SUMPRODUCT(--(INDIRECT("cb_parent_city")=$J3&"␟"&$K3);--(INDIRECT("cb_child_city")=$L3))=0)'
    )


@pytest.mark.parametrize(
    ("rule", "kind", "values"),
    [
        (Rule("whole", formula1="0", formula2="150"), "CUSTOM_FORMULA",
         ["=AND(ISNUMBER($H3);$H3=INT($H3);$H3>=0;$H3<=150)"]),
        (Rule("decimal", formula1="0", formula2="0.5"), "NUMBER_BETWEEN", ["0", "=(5/10)"]),
        (Rule("decimal", "greater_or_equal", formula1="1"), "CUSTOM_FORMULA", ["=AND(ISNUMBER($H3);$H3>=1)"]),
        (Rule("date", formula1="61", formula2="cb_date_as_of+0.99999"), "CUSTOM_FORMULA",
         ["=AND(ISNUMBER($H3);$H3>=61;$H3<=cb_date_as_of+(99999/100000))"]),
        (Rule("text_length", formula1="2", formula2="9"), "CUSTOM_FORMULA",
         ["=AND(LEN($H3)>=2;LEN($H3)<=9)"]),
        (Rule("text_length", "less_or_equal", formula1="9"), "CUSTOM_FORMULA", ["=AND(LEN($H3)<=9)"]),
        (Rule("custom", formula1="OR(LEFT($H3,4)=\"www.\",FALSE)"), "CUSTOM_FORMULA",
         ['=OR(LEFT($H3;4)="www.";FALSE)']),
    ],
    ids=lambda value: value.kind if isinstance(value, Rule) else "",
)  # fmt: skip
def test_rules_say_what_the_plan_says(rule: Rule, kind: str, values: list[str]) -> None:
    made = validation(rule, "$H3", {})
    assert made is not None
    assert made["condition"]["type"] == kind
    assert [value["userEnteredValue"] for value in made["condition"]["values"]] == values
    assert conditions.problems(made["condition"], "data validation", "") == []


def test_a_prompt_alone_is_no_rule() -> None:
    assert validation(Rule("any", prompt="…"), "$H3", {}) is None


PIECES = st.lists(
    st.sampled_from(
        [
            '"a,b;c.5"',
            "'表, 1'!$A$3",
            "$H14",
            "SUM(",
            ")",
            ",",
            "0.25",
            "12",
            "<=",
            "&",
            '"say ""x"""',
            "cb_col_a_b",
        ]
    ),
    max_size=12,
).map("".join)


@given(PIECES)
def test_formulas_come_back_as_they_were_written(formula: str) -> None:
    there = to_sheets(formula)
    assert to_plan(there) == formula.replace("_xlfn.", "")
    assert "," not in bare(there)


def test_formulas_move_with_their_row_and_formats_reach_other_tabs() -> None:
    assert (
        moved('IF($A3="$A3","",SUM(\'T3\'!$B$3)+$C3+B10)', 4) == 'IF($A7="$A3","",SUM(\'T3\'!$B$3)+$C7+B14)'
    )
    assert (
        in_format("SUMPRODUCT(--(cb_paint_level=E3),1)>0")
        == 'SUMPRODUCT(--(INDIRECT("cb_paint_level")=E3);1)>0'
    )
    assert to_sheets("_xlfn.MAXIFS(A1,B1)") == "MAXIFS(A1;B1)"


@given(st.integers(1, 5000), st.integers(1, 500), st.integers(1, 5000), st.integers(1, 500))
def test_references_come_back_as_they_were_written(top: int, left: int, height: int, width: int) -> None:
    area = Area(top, left, top + height - 1, left + width - 1)
    text = reference_of(area.on(7), "它's 表", (10_000, 1_000))
    assert parsed(text) == ("它's 表", area)


def test_values_are_typed_whatever_they_look_like() -> None:
    assert value_of("=1+1") == {"stringValue": "=1+1"}
    assert value_of("00123") == {"stringValue": "00123"}
    assert value_of(True) == {"boolValue": True}
    assert value_of(Decimal("99.50")) == {"numberValue": 99.5}
    assert value_of(Formula("A1,B1")) == {"formulaValue": "=A1;B1"}
    assert value_of("") == value_of(None) == {}
    assert plain(Decimal(3)) == 3
    assert encoded([plain(Decimal("0.1")), "中"]) == '[0.1,"中"]'.encode()


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("@", "TEXT"),
        ("yyyy-mm-dd", "DATE"),
        ("yyyy-mm-dd hh:mm", "DATE_TIME"),
        ("#,##0.00", "NUMBER"),
        ("0.0%", "PERCENT"),
    ],
)
def test_number_formats_have_a_kind(code: str, kind: str) -> None:
    assert number_format(code) == {"type": kind, "pattern": code}
    assert number_format("General") is None


def test_the_door_is_opened_for_addresses_only() -> None:
    program = (
        "import sys; from custbook_gen.actions.target import open_target; open_target('a.xlsx');"
        "print(sorted({'gspread', 'google.auth', 'requests'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=Path.cwd()
    )
    assert done.stdout.strip() == "[]"

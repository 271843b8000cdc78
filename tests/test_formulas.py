"""Formula templates: addresses, literals and criteria; nothing else can be reached."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custbook_gen.errors import SchemaError
from custbook_gen.formulas import criterion, literal, names, refers_to, row_formula, template_fault
from custbook_gen.layout import Layout, column_names, plan_layout
from custbook_gen.values import Words
from tests.strategies import BOOK

LAYOUT = plan_layout(BOOK, "zh")
WORDS = Words.of(BOOK, "zh", {})
SALES = BOOK.sheet("sales")


def render(template: str, layout: Layout = LAYOUT, row: int = 7) -> str | None:
    formula = row_formula(template, SALES, layout, WORDS)
    return None if formula is None else formula.at(row)


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{{ this.quantity }}*{{ this.unit_price }}", "$I7*$J7"),
        ("{{ this_key }}", "$A7"),
        ("SUM({{ sheet.sales.quantity }})", "SUM(cb_col_sales_quantity)"),
        ("{{ as_of }}", "cb_date_as_of"),
        ("{{ label('kind', 'return') }}", '"退货"'),
        ("{{ matches(this_key) }}", '"* · "&$A7'),
        ("{{ text('说\"是\"') }}", '"说""是"""'),
        ("1+\n1", "1+1"),
        ("{% for n in range(3) %}{{ n }}+{% endfor %}0", "0+1+2+0"),
    ],
)
def test_a_template_becomes_the_formula_of_every_row(template: str, text: str) -> None:
    assert render(template) == text
    assert template_fault(template, SALES, BOOK) is None


@pytest.mark.parametrize("name", sorted(names(LAYOUT, WORDS)))
def test_a_schema_may_use_every_name_that_a_workbook_knows(name: str) -> None:
    assert template_fault(f"{{% set x = {name} %}}", SALES, BOOK) is None


def test_a_formula_follows_its_columns_to_where_they_stand_now() -> None:
    here = LAYOUT.sheets["sales"]
    moved = replace(here, title="A's", columns={**here.columns, "quantity": 30}, header_row=4)
    layout = replace(LAYOUT, sheets={**LAYOUT.sheets, "sales": moved})
    assert (
        render("{{ this.quantity }}+SUM({{ sheet.sales.quantity }})", layout)
        == "$AD7+SUM(cb_col_sales_quantity)"
    )
    assert column_names(layout)["cb_col_sales_quantity"] == "'A''s'!$AD$5:$AD$1048576"


@pytest.mark.parametrize(
    "template",
    [
        "{{ this.nothing }}",
        "{{ this.birth_date }}",
        "{{ sheet.nothing.name }}",
        "{{ sheet.customers.quantity }}",
        "{{ label('kind', 'nothing') }}",
        "{{ label('nothing', 'sale') }}",
        "{{ nothing }}",
        "{{ nothing.more }}",
        "{{ this.quantity",
        "{% include 'x' %}",
    ],
)
def test_an_unknown_name_is_an_error_that_shows_the_template(template: str) -> None:
    with pytest.raises(SchemaError) as caught:
        render(template)
    assert caught.value.code == "formula-template"
    assert template in caught.value.sentence("zh")
    assert template_fault(template, SALES, BOOK) is not None, "a schema with it is refused before"


@pytest.mark.parametrize("template", ["{{ this.quantity }}", "{{ sheet.customers.name }}"])
def test_a_formula_is_left_out_where_this_workbook_lost_what_it_needs(template: str) -> None:
    here = LAYOUT.sheets["sales"]
    columns = {key: at for key, at in here.columns.items() if key != "quantity"}
    assert render(template, Layout({"sales": replace(here, columns=columns)})) is None


@pytest.mark.parametrize(
    "template",
    [
        "{{ this.__class__ }}",
        "{{ this.__class__.__mro__ }}",
        "{{ sheet._find }}",
        "{{ sheet.sales.__init__.__globals__ }}",
        "{{ label.__globals__ }}",
        "{{ matches.__code__ }}",
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ (1).__class__ }}",
        "{{ lipsum }}",
        "{{ cycler }}",
        "{{ range(10**9)|list }}",
    ],
)
def test_a_template_cannot_reach_beyond_its_names(template: str) -> None:
    with pytest.raises(SchemaError):
        render(template)


@given(text=st.text())
def test_a_literal_is_one_text_whatever_it_holds(text: str) -> None:
    written = literal(text)
    assert written[0] == written[-1] == '"'
    assert written[1:-1].replace('""', "").count('"') == 0
    assert written[1:-1].replace('""', '"') == text


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("重要", '"重要"'),
        ("A*", '"A~*"'),
        ("多少?", '"多少~?"'),
        ("~", '"~~"'),
        (">100万", '"=>100万"'),
        ("<18", '"=<18"'),
        ("=1", '"==1"'),
    ],
)
def test_a_criterion_means_its_text_and_nothing_else(text: str, written: str) -> None:
    assert criterion(text) == written


def test_a_reference_matches_by_the_end_of_its_label() -> None:
    assert refers_to("C000001") == '"* · C000001"'
    assert refers_to("A*") == '"* · A~*"'

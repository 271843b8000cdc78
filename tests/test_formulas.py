"""Formula templates: addresses, literals and criteria; nothing else can be reached."""

from dataclasses import replace
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custbook_gen import formula_language
from custbook_gen.errors import SchemaError
from custbook_gen.formulas import criterion, literal, names, refers_to, row_formula, template_fault
from custbook_gen.layout import Layout, column_names, plan_layout
from custbook_gen.load import load_book
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
        ("{% for n in range(4) if n != 1 %}{{ n }}{% if not loop.last %},{% endif %}{% endfor %}", "0,2,3"),
        ("{% for n in range(0) %}{{ n }}{% else %}1{% endfor %}", "1"),
        ("{% for n in (1, 2) %}{{ loop.index }}{{ loop.first }}{% endfor %}", "1True2False"),
        (
            "{% if 'done' in settings.purchases.counted_statuses and not no == yes %}1{% else %}2{% endif %}",
            "1",
        ),
        ("{% if 2 < 1 or false %}1{% elif 1 <= 1 != 2 %}2{% endif %}", "2"),
        ("{{ 1 if settings.currency == 'XXX' else 'A1' }}", "A1"),
        ("{% set x = this_key %}{% for n in ['a'] %}{% set x = n %}{% endfor %}{{ x }}", "$A7"),
        ("{{ settings.purchases.counted_statuses[0] }}{# #}{% raw %}{{x}}{% endraw %}", "done{{x}}"),
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
        "{{ label('kind') }}",
        "{{ text(5) }}",
        "{{ yes('x') }}",
        "{{ 1 if false }}",
        "{% if settings == settings %}1{% endif %}",
        "{% if 'a' < 1 %}1{% endif %}",
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


ENDLESS = {
    "loops in loops": "{% for a in range(9999) %}{% for b in range(9999) %}{% endfor %}{% endfor %}",
    "a long loop": "{% for a in range(99999) %}{% endfor %}",
    "text many times": "{{ 'x' * 10**10 }}",
    "text doubled": "{% set x = 'x' %}" + "{% set x = x ~ x %}" * 40,
    "quotes doubled": "{% set x = '\"' %}" + "{% set x = text(x) %}" * 60 + "{{ x }}",
    "quotes in quotes": "{{ " + "text(" * 60 + "'\"'" + ")" * 60 + " }}",
    "lists in lists": "{% set x = [1] %}" + "{% set x = [x, x] %}" * 60 + "{{ x }}",
    "a power": "{{ 9**9**9 }}",
    "a filter": "{{ 'x'|center(10000000000) }}",
    "a method": "{% set f = 'x'.center %}{{ f(10000000000) }}",
    "a method under a function's name": "{% set text = 'x'.center %}{{ text(10000000000) }}",
    "a format": "{{ '{:9999999999}'.format(1) }}",
    "calls in calls": "{% macro f(n) %}{{ f(n) }}{{ f(n) }}{% endmacro %}{{ f(1) }}",
    "a loop in itself": "{% for a in [[1]] recursive %}{{ loop(a) }}{% endfor %}",
    "much said often": "{% for a in range(999) %}{{ settings }}{% endfor %}",
    "deep nesting": "{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}",
    "a long chain": "{{ a" + ".a" * 5000 + " }}",
    "a long template": "1+" * 10_000 + "1",
}


@pytest.mark.parametrize("template", ENDLESS.values(), ids=ENDLESS)
def test_a_template_that_takes_or_gives_too_much_is_refused(template: str) -> None:
    with pytest.raises(SchemaError) as caught:
        render(template)
    assert caught.value.code == "formula-template"
    assert template_fault(template, SALES, BOOK) is not None


def test_a_template_can_give_the_longest_formula() -> None:
    assert len(render("{% for n in range(911) %}$A$1+$B1+{% endfor %}" + "1") or "") > 8_192


def test_every_formula_of_the_bundled_schema_takes_little() -> None:
    book = load_book("customer_book")
    layout, words = plan_layout(book, "zh+en"), Words.of(book, "zh+en", {})
    with patch.object(formula_language, "EFFORT", formula_language.EFFORT // 8):
        for sheet in book.sheets:
            for field in sheet.fields:
                assert field.formula is None or row_formula(field.formula, sheet, layout, words) is not None


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

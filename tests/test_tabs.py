"""Summary tabs as they are written: what is understood and what is refused, and how."""

import pytest

from custbook_gen.actions.views import new_layout, summary_tabs
from custbook_gen.errors import SchemaError
from custbook_gen.load import load_book, load_template, template_names
from custbook_gen.schema import Book, Label, Preset, select
from custbook_gen.summaries.templates import render_tab
from custbook_gen.tabs import Figure, MetricsBlock, Tab, TableBlock
from custbook_gen.tabs.parse import parse_tab
from custbook_gen.texts import Lang
from tests.strategies import BOOK

HEAD = "key: tab\ntitle: {zh: 表, en: Tab}\nblocks:\n"
METRIC = "  - kind: metrics\n    metrics:\n      - {id: a, label: {zh: 甲, en: A}, "
TABLE = (
    "  - kind: table\n    id: t\n    title: {zh: 表, en: T}\n    each: {choices_of: level}\n    columns:\n"
)
COLUMN = "      - {id: b, label: {zh: 乙, en: B}, "


def parse(text: str) -> Tab:
    return parse_tab(HEAD + text, "test.yaml.j2", BOOK)


def refusal(text: str) -> str:
    with pytest.raises(SchemaError) as caught:
        parse(text)
    assert "test.yaml.j2" in str(caught.value)
    assert "test.yaml.j2" in caught.value.sentence("zh")
    return str(caught.value)


def figures(tab: Tab) -> dict[str, Figure]:
    groups = [
        block.columns if isinstance(block, TableBlock) else block.metrics
        for block in tab.blocks
        if isinstance(block, TableBlock | MetricsBlock)
    ]
    return {figure.id: figure for group in groups for figure in group}


PRESETS: tuple[Preset, ...] = ("basic", "standard", "full")


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("name", template_names("summary"))
def test_every_bundled_template_fits_every_preset_of_the_bundled_book(name: str, preset: Preset) -> None:
    tab = render_tab(load_template(name), name, select(load_book("customer_book"), preset))
    assert tab.title.zh
    assert tab.title.en
    assert tab.blocks or preset == "basic"


def test_a_small_book_has_few_tabs_and_the_whole_one_has_all() -> None:
    book = load_book("customer_book")
    keys = {preset: [tab.key for tab in summary_tabs(select(book, preset))] for preset in PRESETS}
    assert keys["basic"] == [
        *("overview", "by_owner", "composition", "key_customers"),
        *("trend", "product_sales", "contact_statistics"),
    ]
    assert len(keys["full"]) == len(template_names("summary"))
    assert set(keys["standard"]) == set(keys["full"])


def test_no_two_tabs_of_a_workbook_have_one_title() -> None:
    book = load_book("customer_book")
    langs: tuple[Lang, ...] = ("zh", "en", "zh+en")
    for lang in langs:
        layout = new_layout(book, lang, summary_tabs(book))
        titles = [here.title for here in layout.sheets.values()] + list(layout.titles.values())
        assert len({title.casefold() for title in titles}) == len(titles)


def test_a_title_that_is_taken_gets_a_number() -> None:
    tab = parse("").model_copy(update={"title": Label(zh="客户", en="x")})
    layout = new_layout(BOOK, "zh", [tab])
    assert [title for title in layout.titles.values() if title.startswith("客户")] in (["客户"], ["客户 2"])
    many = new_layout(BOOK, "zh", [tab.model_copy(update={"key": f"t{n}"}) for n in range(3)])
    assert {"客户 2", "客户 3"} <= set(many.titles.values())


def test_a_template_whose_blocks_are_all_left_out_gives_an_empty_tab() -> None:
    assert parse("").blocks == ()
    sheets = [sheet for sheet in BOOK.sheets if not any(f.to for f in sheet.fields)]
    small = Book.model_validate(BOOK.model_dump() | {"sheets": [sheet.model_dump() for sheet in sheets]})
    assert render_tab(load_template("summary/funnel.yaml.j2"), "funnel", small).blocks == ()


def test_the_overview_does_without_what_a_book_does_not_have() -> None:
    tab = render_tab(load_template("summary/overview.yaml.j2"), "overview", load_book("customer_book"))
    small = render_tab(load_template("summary/overview.yaml.j2"), "overview", without("sales", "level"))
    assert "sales_total" in figures(tab)
    assert "sales_total" not in figures(small)
    tables = [block.id for block in small.blocks if isinstance(block, TableBlock)]
    assert tables == ["months"]


def without(sheet: str, field: str) -> Book:
    """The bundled book without one sheet and one field of the customers."""
    book = load_book("customer_book")
    sheets = []
    for one in book.sheets:
        fields = tuple(f for f in one.fields if f.key != field)
        if one.key != sheet:
            sheets.append(one.model_copy(update={"fields": fields}))
    return Book.model_validate(book.model_dump() | {"sheets": [one.model_dump() for one in sheets]})


def test_a_figure_knows_its_sheet_and_field() -> None:
    tab = parse(METRIC + "measure: sum, of: sales.amount, where: [{field: status, is: done}]}\n")
    block = tab.blocks[0]
    assert isinstance(block, MetricsBlock)
    figure = block.metrics[0]
    assert (figure.sheet, figure.field, figure.operands) == ("sales", "amount", ())


@pytest.mark.parametrize(
    ("text", "named", "known"),
    [
        (METRIC + "measure: count, of: deals}\n", "deals", "customers"),
        (METRIC + "measure: sum, of: sales.total}\n", "sales.total", "sales.amount"),
        (METRIC + "measure: sum, of: sales.order_no}\n", "sales.order_no", "sales.quantity"),
        (
            METRIC + "measure: count, of: sales, where: [{field: state, filled: true}]}\n",
            "sales.state",
            "status",
        ),
        (
            METRIC + "measure: count, of: sales, where: [{field: status, is: closed}]}\n",
            "closed",
            "done, open",
        ),
        (METRIC + "measure: count, of: customers, where: [{field: active, is: really}]}\n", "really", "True"),
        (METRIC + "measure: ratio, of: [x, y]}\n", "x", "-"),
        (TABLE.replace("level}", "levels}") + COLUMN + "measure: share, of: b}\n", "levels", "level, group"),
        (
            TABLE.replace("choices_of: level", "records_of: staff") + COLUMN + "measure: share, of: b}\n",
            "staff",
            "",
        ),
        (TABLE + COLUMN + "measure: share, of: c}\n", "c", "-"),
    ],
)
def test_unknown_names_are_refused_with_those_that_are_known(text: str, named: str, known: str) -> None:
    sentence = refusal(text)
    assert f"“{named}”" in sentence
    assert known in sentence


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (
            METRIC + "measure: count, of: sales, where: [{field: status}]}\n",
            "exactly one of is, period, filled and at_least/less_than",
        ),
        (METRIC + "measure: count, of: sales.amount}\n", "count needs of: a sheet"),
        (METRIC + "measure: average, of: sales}\n", "average needs of: sheet.field"),
        (METRIC + "measure: ratio, of: sales}\n", "ratio needs two figures"),
        (
            METRIC + "measure: growth, of: [a, b], where: [{field: date, period: each}]}\n",
            "no where of its own",
        ),
        (METRIC + "measure: mode, of: sales.amount}\n", "'count', 'sum'"),
        (
            METRIC + "measure: count, of: sales, where: [{field: kind, is: each}]}\n",
            "no condition of a metric",
        ),
        (
            METRIC + "measure: count, of: sales, where: [{field: kind, period: this_year}]}\n",
            "sales.kind is no date",
        ),
        (METRIC + "measure: count, of: sales, where: [{field: order_no, is: x}]}\n", "no fixed values"),
        (TABLE + COLUMN + "measure: count, of: customers}\n", "exactly one condition of a column"),
        (
            TABLE + COLUMN + "measure: count, of: sales, where: [{field: kind, is: each}]}\n",
            "does not go with the rows",
        ),
        (TABLE.replace("level}", "level, top: 3}") + COLUMN + "measure: share, of: b}\n", "top needs by"),
        (
            TABLE.replace("level}", "level, months: 3}") + COLUMN + "measure: share, of: b}\n",
            "exactly one of records_of",
        ),
        (
            TABLE.replace("choices_of: level", "months: 3, unfilled: true")
            + COLUMN
            + "measure: share, of: b}\n",
            "months and years take no",
        ),
        ("  - kind: pivot\n", "'metrics', 'table'"),
        (
            "  - {kind: metrics, metrics: []}\n",
            "at least 1 item",
        ),
        (METRIC + "measure: count, of: sales}\n" + METRIC + "measure: count, of: sales}\n", "used twice"),
    ],
)
def test_what_does_not_go_together_is_refused_with_its_place(text: str, reason: str) -> None:
    assert reason in refusal(text)


def test_rows_are_ordered_by_a_column_that_looks_at_records() -> None:
    each = TABLE.replace("level}", "level, by: b}")
    count = (
        COLUMN.replace("id: b", "id: n")
        + "measure: count, of: customers, where: [{field: level, is: each}]}\n"
    )
    sentence = refusal(each + count + COLUMN + "measure: share, of: n}\n")
    assert "“b” at t.each.by" in sentence
    assert "there are: n" in sentence


def test_charts_show_columns_of_their_table() -> None:
    column = COLUMN + "measure: count, of: customers, where: [{field: level, is: each}]}\n"
    chart = "    charts: [{kind: pie, title: {zh: 图, en: Chart}, columns: [c]}]\n"
    assert "“c” at t.charts" in refusal(TABLE + column + chart)


def test_text_that_is_no_yaml_is_refused_with_its_line() -> None:
    assert "line 5" in refusal("  - kind: metrics\n   metrics: [\n")
    assert "special characters" in refusal("  - \x00\n")


def test_a_template_that_jinja_cannot_read_is_refused_with_its_line() -> None:
    with pytest.raises(SchemaError, match=r"“bad.j2” is wrong at line 2"):
        render_tab("key: x\n{% for %}", "bad.j2", BOOK)


@pytest.mark.parametrize("wrong", ["{{ boook.key }}", "{{ 1 / 0 }}", "{% for at in 5 %}{% endfor %}"])
def test_a_template_that_fails_as_it_is_rendered_is_refused_with_its_line(wrong: str) -> None:
    with pytest.raises(SchemaError, match=r"“bad.j2” is wrong at line 3"):
        render_tab(f"key: x\n\n{wrong}\n", "bad.j2", BOOK)


@pytest.mark.parametrize(
    "text", ["{{ boook.key }}", "{{ book.sheet('deals').key }}", "{{ book.key + 1 }}", "{{ 1 / 0 }}"]
)
def test_a_template_with_unknown_names_is_refused(text: str) -> None:
    with pytest.raises(SchemaError, match=r"bad\.j2"):
        render_tab(text, "bad.j2", BOOK)


def test_a_template_reaches_nothing_but_the_book() -> None:
    with pytest.raises(SchemaError):
        render_tab("{{ book.__class__.__mro__ }}", "bad.j2", BOOK)

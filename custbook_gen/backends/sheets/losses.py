"""What a plan says and Google Sheets cannot: told, never dropped in silence."""

from __future__ import annotations

from collections.abc import Iterator

from custbook_gen.backends.sheets.charts import is_named
from custbook_gen.backends.sheets.rules import is_cascade
from custbook_gen.workbook import Loss, Plan, PrintSetup, SheetPlan


def losses(plan: Plan) -> tuple[Loss, ...]:
    """What is carried in another form, or not at all, and where."""
    entries = [sheet for sheet in plan.sheets if sheet.table is not None and sheet.filter]
    found = (
        ("cascade", [place for sheet in entries for place in _columns(sheet, cascades=True)]),
        ("refusal", [sheet.title for sheet in entries if any(_refuses(sheet))]),
        ("prompt-note", [place for sheet in entries for place in _columns(sheet, cascades=False)]),
        ("insert-rows", [sheet.title for sheet in entries if sheet.protection and sheet.protection.rows]),
        ("rules-sampled", [sheet.title for sheet in entries]),
        ("not-mended", [sheet.title for sheet in entries]),
        ("paper", [sheet.title for sheet in plan.sheets if sheet.print_setup != PrintSetup(landscape=False)]),
        ("very-hidden", [sheet.title for sheet in plan.sheets if sheet.state == "very_hidden"]),
        ("series-names", [chart.title for s in plan.sheets for chart in s.charts if not is_named(chart)]),
        ("front", _in_front(plan)),
        ("chart-axes", [sheet.title for sheet in plan.sheets if sheet.charts]),
        ("zoom", [sheet.title for sheet in plan.sheets if sheet.zoom != 100]),
    )
    return tuple(Loss(code, tuple(dict.fromkeys(places))) for code, places in found if places)


def _in_front(plan: Plan) -> list[str]:
    """The tab that is in front when a file is opened, where that is not the first one."""
    seen = [sheet for sheet in plan.sheets if sheet.state == "visible"]
    return [sheet.title for sheet in seen[1:] if sheet.key == plan.active]


def _columns(sheet: SheetPlan, *, cascades: bool) -> Iterator[str]:
    """The columns whose dropdown depends on the row, or that only prompt."""
    for column in sheet.table.columns if sheet.table is not None else ():
        rule = column.rule
        if rule is not None and (is_cascade(rule) if cascades else rule.kind == "any"):
            yield f"{sheet.title} · {column.header.partition(chr(10))[0]}"


def _refuses(sheet: SheetPlan) -> Iterator[bool]:
    """Whether columns have a text for refusals."""
    return (
        bool(column.rule and (column.rule.error or column.rule.error_title))
        for column in (sheet.table.columns if sheet.table is not None else ())
    )

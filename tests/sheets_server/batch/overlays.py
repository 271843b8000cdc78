"""What lies over the grid: conditional formats, filters, banding, charts, groups."""

from __future__ import annotations

from collections.abc import Iterator

from tests.sheets_server.batch.edit import Edit, find, merged
from tests.sheets_server.errors import Json, bad, not_emulated
from tests.sheets_server.evidence import Behaviour, Evidence
from tests.sheets_server.references import grid_ranges
from tests.sheets_server.spreadsheet import Tab

BEHAVIOURS = (
    Behaviour(
        "conditional-format-subset",
        "a conditional format carries only bold, italic, strikethrough, underline and colours",
        Evidence.DOCUMENTED,
        "BooleanRule.format",
    ),
    Behaviour(
        "banding-overlap",
        "two banded ranges cannot overlap",
        Evidence.MEASURED,
        "the refusal in reports of users",
    ),
    Behaviour(
        "chart-sources",
        "the source ranges of a chart have one row or one column",
        Evidence.DOCUMENTED,
        "ChartSourceRange.sources",
    ),
    Behaviour(
        "chart-anchor",
        "the anchor of a chart must lie in the grid",
        Evidence.MEASURED,
        "the refusal in reports of users",
    ),
    Behaviour(
        "groups-deepen",
        "a group inside another is one deeper; one that overlaps in part takes what both have",
        Evidence.DOCUMENTED,
        "AddDimensionGroupRequest; single groups are in gspread's recordings",
    ),
)

FORMAT_FIELDS = {"backgroundColor", "backgroundColorStyle", "textFormat"}
TEXT_FIELDS = {"bold", "italic", "strikethrough", "underline", "foregroundColor", "foregroundColorStyle"}


def _check_rule(edit: Edit, rule: Json) -> Tab:
    ranges = rule.get("ranges", [])
    if not ranges:
        raise bad("At least one range must be given")
    areas = [edit.area(grid) for grid in ranges]
    if len({area.tab.id for area in areas}) > 1:
        raise bad("All ranges must be on the same sheet")
    look = rule.get("booleanRule", {}).get("format", {})
    for name in [*(set(look) - FORMAT_FIELDS), *(set(look.get("textFormat", {})) - TEXT_FIELDS)]:
        raise bad(f"{name} is not supported for conditional formats")
    return edit.whole_tab(areas[0].tab)


def add_conditional_format(edit: Edit, request: Json) -> Json:
    """``addConditionalFormatRule``."""
    rule = request.get("rule", {})
    rules = _check_rule(edit, rule).objects["conditionalFormats"]
    index = request.get("index", 0)
    if not 0 <= index <= len(rules):
        raise bad(f"Index {index} is beyond the last rule")
    rules.insert(index, rule)
    return {}


def update_conditional_format(edit: Edit, request: Json) -> Json:
    """``updateConditionalFormatRule``: another rule in its place, or another place."""
    index = request.get("index", 0)
    if "rule" in request:
        tab = _check_rule(edit, request["rule"])
        rules = tab.objects["conditionalFormats"]
        old = _rule_at(rules, index, tab)
        rules[index] = request["rule"]
        return {"oldRule": old, "newRule": request["rule"], "newIndex": index}
    tab = edit.spreadsheet.tab(request.get("sheetId", 0))
    rules = tab.objects["conditionalFormats"]
    rule = _rule_at(rules, index, tab)
    del rules[index]
    rules.insert(request.get("newIndex", 0), rule)
    return {"oldRule": rule, "oldIndex": index, "newRule": rule, "newIndex": request.get("newIndex", 0)}


def _rule_at(rules: list[Json], index: int, tab: Tab) -> Json:
    if not 0 <= index < len(rules):
        raise bad(f"No conditional format on sheet: {tab.id} at index: {index}")
    return rules[index]


def delete_conditional_format(edit: Edit, request: Json) -> Json:
    """``deleteConditionalFormatRule``."""
    tab = edit.whole_tab(edit.spreadsheet.tab(request.get("sheetId", 0)))
    rules = tab.objects["conditionalFormats"]
    rule = _rule_at(rules, request.get("index", 0), tab)
    del rules[request.get("index", 0)]
    return {"rule": rule}


def set_basic_filter(edit: Edit, request: Json) -> Json:
    """``setBasicFilter``; sorting with it is not emulated."""
    wanted = request.get("filter", {})
    if wanted.get("sortSpecs"):
        raise not_emulated("setBasicFilter with sortSpecs")
    area = edit.range_of(wanted)
    area.tab.basic_filter = wanted
    return {}


def clear_basic_filter(edit: Edit, request: Json) -> Json:
    """``clearBasicFilter``."""
    edit.spreadsheet.tab(request.get("sheetId", 0)).basic_filter = None
    return {}


def add_filter_view(edit: Edit, request: Json) -> Json:
    """``addFilterView``."""
    wanted = dict(request.get("filter", {}))
    tab = edit.range_of(wanted).tab
    _number(edit, wanted, "filterViews", "filterViewId", "Filter view")
    wanted.setdefault("title", f"Filter {len(tab.objects['filterViews']) + 1}")
    tab.objects["filterViews"].append(wanted)
    return {"filter": wanted}


def _everywhere(edit: Edit, kind: str) -> Iterator[tuple[Tab, Json]]:
    return ((tab, item) for tab in edit.spreadsheet.tabs for item in tab.objects[kind])


def _number(edit: Edit, wanted: Json, kind: str, key: str, word: str) -> None:
    chosen = wanted.setdefault(key, edit.spreadsheet.new_id())
    if any(item[key] == chosen for _, item in _everywhere(edit, kind)):
        raise bad(f"{word} with id {chosen} already exists. Please use another id.")


def _remove(edit: Edit, kind: str, key: str, chosen: int, word: str) -> Json:
    for tab, item in _everywhere(edit, kind):
        if item[key] == chosen:
            tab.objects[kind].remove(item)
            return {}
    raise bad(f"No {word} with id: {chosen}")


def update_filter_view(edit: Edit, request: Json) -> Json:
    """``updateFilterView``."""
    wanted = request.get("filter", {})
    chosen = wanted.get("filterViewId", 0)
    for tab, item in _everywhere(edit, "filterViews"):
        if item["filterViewId"] == chosen:
            changed = merged(item, wanted, request["fields"]) | {"filterViewId": chosen}
            edit.range_of(changed)
            views = tab.objects["filterViews"]
            views[views.index(item)] = changed
            return {}
    raise bad(f"No filter view with id: {chosen}")


def delete_filter_view(edit: Edit, request: Json) -> Json:
    """``deleteFilterView``."""
    return _remove(edit, "filterViews", "filterViewId", request.get("filterId", 0), "filter view")


def _check_banding(edit: Edit, wanted: Json) -> Tab:
    area = edit.range_of(wanted)
    if "rowProperties" not in wanted and "columnProperties" not in wanted:
        raise bad("At least one of rowProperties or columnProperties must be specified")
    for item in area.tab.objects["bandedRanges"]:
        if item["bandedRangeId"] != wanted["bandedRangeId"] and edit.area(item["range"]).meets(area):
            raise bad(
                "You cannot add alternating background colors to a range that already has alternating "
                "background colors."
            )
    return area.tab


def add_banding(edit: Edit, request: Json) -> Json:
    """``addBanding``."""
    wanted = dict(request.get("bandedRange", {}))
    _number(edit, wanted, "bandedRanges", "bandedRangeId", "Banded range")
    _check_banding(edit, wanted).objects["bandedRanges"].append(wanted)
    return {"bandedRange": wanted}


def update_banding(edit: Edit, request: Json) -> Json:
    """``updateBanding``."""
    wanted = request.get("bandedRange", {})
    chosen = wanted.get("bandedRangeId", 0)
    for tab, item in _everywhere(edit, "bandedRanges"):
        if item["bandedRangeId"] == chosen:
            changed = merged(item, wanted, request["fields"]) | {"bandedRangeId": chosen}
            new_tab = _check_banding(edit, changed)
            tab.objects["bandedRanges"].remove(item)
            new_tab.objects["bandedRanges"].append(changed)
            return {}
    raise bad(f"No banded range with id: {chosen}")


def delete_banding(edit: Edit, request: Json) -> Json:
    """``deleteBanding``."""
    return _remove(edit, "bandedRanges", "bandedRangeId", request.get("bandedRangeId", 0), "banded range")


def _check_chart(edit: Edit, spec: Json) -> None:
    for grid in grid_ranges(spec):
        area = edit.area(grid)
        if area.bottom - area.top > 1 and area.right - area.left > 1:
            raise bad("Chart sources must have a width or a height of 1")


def add_chart(edit: Edit, request: Json) -> Json:
    """``addChart`` over the cells of a sheet."""
    wanted = dict(request.get("chart", {}))
    position = wanted.get("position", {})
    if "overlayPosition" not in position:
        raise not_emulated("a chart on a sheet of its own")
    anchor = position["overlayPosition"].get("anchorCell", {})
    tab = edit.spreadsheet.tab(anchor.get("sheetId", 0))
    for key, word, count in (("rowIndex", "row", tab.row_count), ("columnIndex", "column", tab.column_count)):
        if anchor.get(key, 0) >= count:
            raise bad(f"GridCoordinate.{key}[{anchor[key]}] is after last {word} in grid[{count - 1}]")
    _number(edit, wanted, "charts", "chartId", "Chart")
    _check_chart(edit, wanted.get("spec", {}))
    tab.objects["charts"].append(wanted)
    return {"chart": wanted}


def update_chart_spec(edit: Edit, request: Json) -> Json:
    """``updateChartSpec``."""
    chosen = request.get("chartId", 0)
    if not request.get("spec"):
        raise bad("A chart needs a specification.")
    _check_chart(edit, request["spec"])
    for _, item in _everywhere(edit, "charts"):
        if item["chartId"] == chosen:
            item["spec"] = request["spec"]
            return {}
    raise bad(f"No chart with id: {chosen}")


def delete_embedded_object(edit: Edit, request: Json) -> Json:
    """``deleteEmbeddedObject``: charts are the only ones here."""
    return _remove(edit, "charts", "chartId", request.get("objectId", 0), "embedded object")


def add_dimension_group(edit: Edit, request: Json) -> Json:
    """``addDimensionGroup``: over a part of another it takes what both have, and the other gets what
    either has."""
    span = request.get("range", {})
    tab, kind = _groups(edit, span)
    groups = tab.objects[kind]
    start, end = span.get("startIndex", 0), span["endIndex"]
    for group in groups:
        first, last = group["range"]["startIndex"], group["range"]["endIndex"]
        if start < first < end < last or first < start < last < end:
            group["range"] |= {"startIndex": min(first, start), "endIndex": max(last, end)}
            start, end = max(first, start), min(last, end)
    groups.append({"range": {**span, "startIndex": start, "endIndex": end}, "depth": 1})
    _deepen(groups)
    return {"dimensionGroups": groups}


def _deepen(groups: list[Json]) -> None:
    """Give every group the number of those that hold it whole, itself among them; equal ones count
    upwards."""
    for index, group in enumerate(groups):
        first, last = group["range"]["startIndex"], group["range"]["endIndex"]
        group["depth"] = 1 + sum(
            other["range"]["startIndex"] <= first
            and last <= other["range"]["endIndex"]
            and (other["range"] != group["range"] or place < index)
            for place, other in enumerate(groups)
            if place != index
        )


def _groups(edit: Edit, span: Json) -> tuple[Tab, str]:
    tab = edit.spreadsheet.tab(span.get("sheetId", 0))
    rows = span.get("dimension") == "ROWS"
    count = tab.row_count if rows else tab.column_count
    if not 0 <= span.get("startIndex", 0) < span.get("endIndex", 0) <= count:
        raise bad("The range of the group is outside the grid")
    return tab, "rowGroups" if rows else "columnGroups"


def delete_dimension_group(edit: Edit, request: Json) -> Json:
    """``deleteDimensionGroup``: a group with exactly this range."""
    span = request.get("range", {})
    tab, kind = _groups(edit, span)
    groups = tab.objects[kind]
    wanted = {**span, "startIndex": span.get("startIndex", 0)}
    index = find(groups, "range", wanted, "No dimension group with this range")
    del groups[index]
    _deepen(groups)
    return {"dimensionGroups": groups} if groups else {}

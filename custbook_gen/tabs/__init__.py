"""What a summary tab says: figures, groupings, lists and charts, never a cell address.

A tab is written in YAML (``templates/summary``, after Jinja2 has run over it)::

    key: overview
    title: {zh: 总览, en: Overview}
    blocks:
      - kind: metrics
        metrics:
          - {id: customers, label: {zh: 客户数, en: Customers}, measure: count, of: customers}
      - kind: table
        id: levels
        title: {zh: 按等级, en: By level}
        each: {choices_of: level}
        columns:
          - id: level_customers
            label: {zh: 客户数, en: Customers}
            measure: count
            of: customers
            where: [{field: level, is: each}]

A figure counts records or measures one field of those that meet every condition of
``where``, or compares earlier figures.  ``each`` in a condition means the row of the
table, ``across`` the column of a cross table.  The whole language stands in
``docs/summaries.md``.  :mod:`custbook_gen.summaries` turns a tab into a sheet.
"""

from custbook_gen.tabs.blocks import (
    Block,
    ChartSpec,
    CrossBlock,
    Grouping,
    ListBlock,
    MetricsBlock,
    Tab,
    TableBlock,
)
from custbook_gen.tabs.conditions import ACROSS, EACH, Condition, PeriodName, Role
from custbook_gen.tabs.figures import COLLECTING, QUERIES, FieldColumn, Figure, Format, Threshold
from custbook_gen.tabs.paths import field_at, has
from custbook_gen.tabs.said import said

__all__ = [
    "ACROSS",
    "COLLECTING",
    "EACH",
    "QUERIES",
    "Block",
    "ChartSpec",
    "Condition",
    "CrossBlock",
    "FieldColumn",
    "Figure",
    "Format",
    "Grouping",
    "ListBlock",
    "MetricsBlock",
    "PeriodName",
    "Role",
    "Tab",
    "TableBlock",
    "Threshold",
    "field_at",
    "has",
    "said",
]

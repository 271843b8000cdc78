"""Every defined name of a workbook of ours."""

from __future__ import annotations

from custbook_gen.layout import column_names
from custbook_gen.plan.lists import list_names
from custbook_gen.plan.meta import meta_names
from custbook_gen.plan.view import View


def workbook_names(view: View) -> dict[str, str]:
    """Every defined name of ours and what it stands for."""
    return {**meta_names(view), **column_names(view.layout), **list_names(view)}

"""Checking and syncing one workbook; a run that changed nothing is kept for the next one."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from custbook_gen.actions.project import Run
from custbook_gen.actions.reruns import remember
from custbook_gen.actions.target import Target
from custbook_gen.cli.console import Fresh
from custbook_gen.cli.language import ui_lang
from custbook_gen.last_runs import Question
from custbook_gen.report import Report


def check_now(target: Target, project: Path | None, question: Question | None) -> Fresh:
    """Check a workbook.

    Args:
        target: the workbook.
        project: the folder of its project, where that was named.
        question: what is asked, if the answer may be kept.
    """
    from custbook_gen.actions.checking import check_file

    return _told(check_file(target, Run.now(), project), question)


def sync_now(
    target: Target, project: Path | None, options: Mapping[str, bool | str | None], question: Question | None
) -> Fresh:
    """Sync a workbook; the arguments are those of :func:`check_now`, and the options by their names."""
    from custbook_gen.actions.sync import Options, sync_file

    chosen = Options(**options)  # type: ignore[arg-type]
    return _told(sync_file(target, Run.now(), chosen, project), question, of_sync=True)


def _told(report: Report, question: Question | None, *, of_sync: bool = False) -> Fresh:
    if question is not None:
        remember(question, report, ui_lang())
    return Fresh(report, of_sync)

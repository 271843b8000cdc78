"""Keeping what a command found, for the next run that finds everything the same."""

from __future__ import annotations

from custbook_gen.last_runs import Question, keep
from custbook_gen.load import project_sources
from custbook_gen.report import Report
from custbook_gen.texts import Lang


def remember(question: Question, report: Report, lang: Lang) -> None:
    """Keep what a command found, if it changed nothing and all that it rests on is known.

    Args:
        question: the command.
        report: what it found.
        lang: the language that it is told in.
    """
    outcome = report.outcome(lang)
    sources = project_sources(report.basis.folder) if report.basis is not None else None
    if outcome is not None and report.basis is not None and sources is not None:
        keep(question, report.basis, sources, outcome)

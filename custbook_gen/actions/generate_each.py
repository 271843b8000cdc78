"""``custbook generate --each``: one workbook per owner, region or class, on all processors.

The store is read once.  The processes that write are copies of this one, so that nothing is handed
over to them; where the system has none (see :mod:`custbook_gen.workers`), this one writes them all.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Final

from custbook_gen.actions.faces import Faces
from custbook_gen.actions.generate import Generated, Of, Replacing, Source, looking
from custbook_gen.actions.project import OpenProject, Run
from custbook_gen.actions.scoped import find_scopes
from custbook_gen.backends.progress import Progress, Unwatched
from custbook_gen.errors import UsageError, WorkbookError
from custbook_gen.schema import Field, Sheet
from custbook_gen.scope import Scope, parts
from custbook_gen.texts import Lang
from custbook_gen.value_objects import value_object
from custbook_gen.workers import as_made

_FIT: Final = re.compile(r"[\w.-]+")
_UNFIT: Final = re.compile(r"[^\w-]")
_LONGEST: Final = 40
"""Characters of a value in a file's name: systems allow some 250 bytes."""
_DEVICE: Final = re.compile(r"(con|prn|aux|nul|(com|lpt)\d)(\..*)?", re.IGNORECASE)
"""What Windows takes for a device, whatever its ending."""
_DIGITS: Final = 12


@value_object
class Job:
    """One workbook to be written."""

    path: Path
    scope: Scope
    of: Of
    records: int


@value_object
class Manner:
    """In which language workbooks are written, and whether such that exist may be replaced."""

    lang: Lang
    replace: bool = False


def generate_each(
    home: OpenProject,
    folder: Path,
    field: str,
    run: Run,
    manner: Manner,
    progress: Progress | None = None,
) -> list[Generated]:
    """Write a workbook for every value of a field, each with the records of that value alone.

    Files are called by keys and codes, never by names of people; which is whose the results say.

    Args:
        home: the project.
        folder: where they go.
        field: tells them apart, as ``sheet.field``; without a sheet that of the first whose
            records have values in it.
        run: who runs it, and when.
        manner: how they are written.
        progress: is told of the records of the workbooks that are finished.

    Raises:
        UsageError: the field cannot tell workbooks apart, or no record has a value in it.
        WorkbookError: one exists and is not to be replaced (then none is written), or cannot
            be written (then others are there).
        StoreError: the store cannot be read.
    """
    candidates = find_scopes(home.book, field)
    if folder.exists() and not folder.is_dir():
        raise UsageError("each-folder", name=folder.name)
    source = Source.read(home, run)
    found = [(*one, parts(source.tables[one[0].key], one[1].key)) for one in candidates]
    sheet, told_apart, counts = next((one for one in found if one[2]), found[0])
    if not counts:
        raise UsageError("each-nothing", name=field)
    names, shown = _names(told_apart, list(counts)), _shown(source, sheet, told_apart, manner.lang)
    jobs = [
        Job(folder / name, Scope(sheet.key, told_apart.key, value), shown(value), count)
        for name, (value, count) in zip(names, counts.items(), strict=True)
    ]
    for job in jobs:
        if job.path.exists() and not manner.replace:
            raise WorkbookError("file-exists", file=job.path.name)
    folder.mkdir(parents=True, exist_ok=True)
    replacing = looking(home, run) if manner.replace else None
    return _written(source, jobs, manner.lang, replacing, progress or Unwatched())


def _written(
    source: Source, jobs: Sequence[Job], lang: Lang, replacing: Replacing | None, watching: Progress
) -> list[Generated]:
    """Write the workbooks, those with most records first."""
    made = dict[int, Generated]()
    largest_first = sorted(range(len(jobs)), key=lambda at: -jobs[at].records)

    def write(number: int) -> Generated:
        job = jobs[largest_first[number]]
        written = source.write(job.path, source.planned(lang, job.scope), lang, replacing)
        return replace(written, of=job.of)

    watching.begin("make", sum(job.records for job in jobs))
    with closing(as_made(write, len(jobs), tidies=True)) as all_made:
        for number, written in all_made:
            made[largest_first[number]] = written
            watching.advance(jobs[largest_first[number]].records)
    return [made[at] for at in range(len(jobs))]


def _shown(source: Source, sheet: Sheet, field: Field, lang: Lang) -> Callable[[str], Of]:
    """Tells which value a workbook is for, by the names that people read."""
    faces, label = Faces.of(source.book, source.tables, lang), field.label.line(lang)

    def shown(value: str) -> Of:
        return Of(label, faces.show(sheet.key, field.key, (value,) if field.kind == "multi" else value))

    return shown


def _names(field: Field, values: Sequence[str]) -> list[str]:
    """File names, no two the same in any case; of a field of free text numbers, for it may hold anything.

    A value that is no file's name everywhere as it stands, or differs from another one by its case
    alone, has a digest of itself behind what is left of it, so its file is always called the same.
    """
    if field.kind == "text":
        return [f"{number:03}.xlsx" for number in range(1, len(values) + 1)]
    alike = Counter(value.casefold() for value in values)
    return [f"{_name(value, alone=alike[value.casefold()] == 1)}.xlsx" for value in values]


def _name(value: str, *, alone: bool) -> str:
    if alone and len(value) <= _LONGEST and _FIT.fullmatch(value) and not _DEVICE.fullmatch(value):
        return value
    # no value that stands for itself has such a mark in it
    plain = _UNFIT.sub("_", value[:_LONGEST])
    return f"{plain}~{hashlib.sha256(value.encode()).hexdigest()[:_DIGITS]}"

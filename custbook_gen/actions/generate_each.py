"""``custbook generate --each``: one workbook per owner, region or class, on all processors.

The store is read once.  Where the system can, the processes that write are copies of this one,
so that nothing is handed over to them.
"""

from __future__ import annotations

import multiprocessing as mp
import os
import re
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any, Final

from custbook_gen.actions.generate import Generated, Source
from custbook_gen.actions.project import OpenProject, Run
from custbook_gen.actions.scoped import find_scope
from custbook_gen.backends.progress import Progress, Unwatched
from custbook_gen.errors import CustbookError, UsageError, WorkbookError
from custbook_gen.schema import Field
from custbook_gen.scope import Scope, parts
from custbook_gen.texts import Lang
from custbook_gen.value_objects import value_object
from custbook_gen.workers import stay_alone

_INTERRUPTS: Final = frozenset({signal.SIGINT, signal.SIGTERM})
_UNFIT: Final = re.compile(r"[^\w.-]")


@value_object
class Job:
    """One workbook to be written."""

    path: Path
    scope: Scope
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

    Files are called by keys and codes, never by names of people.

    Args:
        home: the project.
        folder: where they go.
        field: tells them apart, as ``sheet.field``.
        run: who runs it, and when.
        manner: how they are written.
        progress: is told of the records of the workbooks that are finished.

    Raises:
        UsageError: the field cannot tell workbooks apart, or no record has a value in it.
        WorkbookError: one exists and is not to be replaced (then none is written), or cannot
            be written (then those are there that were finished before).
        StoreError: the store cannot be read.
    """
    sheet, told_apart = find_scope(home.book, field)
    if folder.exists() and not folder.is_dir():
        raise UsageError("each-folder", name=folder.name)
    source = Source.read(home, run)
    counts = parts(source.tables[sheet.key], told_apart.key)
    if not counts:
        raise UsageError("each-nothing", name=field)
    names = _names(told_apart, list(counts))
    jobs = [
        Job(folder / name, Scope(sheet.key, told_apart.key, value), count)
        for name, (value, count) in zip(names, counts.items(), strict=True)
    ]
    for job in jobs:
        if job.path.exists() and not manner.replace:
            raise WorkbookError("file-exists", file=job.path.name)
    folder.mkdir(parents=True, exist_ok=True)
    watching, made = progress or Unwatched(), dict[int, Generated]()
    watching.begin("make", sum(job.records for job in jobs))
    for at, written in _written(source, jobs, manner):
        made[at] = written
        watching.advance(jobs[at].records)
    return [made[at] for at in range(len(jobs))]


def _names(field: Field, values: Sequence[str]) -> list[str]:
    """File names; of a field of free text they are numbers, for it may hold anything."""
    if field.kind == "text":
        return [f"{number:03}.xlsx" for number in range(1, len(values) + 1)]
    return [f"{_UNFIT.sub('_', value)}.xlsx" for value in values]


def _written(source: Source, jobs: Sequence[Job], manner: Manner) -> Iterator[tuple[int, Generated]]:
    """The number of each job, and what was written, as they are finished."""
    largest_first = sorted(range(len(jobs)), key=lambda at: -jobs[at].records)
    count = min(len(jobs), os.cpu_count() or 1)
    shares = [[(at, jobs[at]) for at in largest_first[first::count]] for first in range(count)]
    with _at_work(source, shares, manner) as connections:
        waiting: list[Any] = list(connections)
        while waiting:
            for ready in wait(waiting):
                told = _received(ready)
                if told is None:
                    waiting.remove(ready)
                    continue
                yield told


def _received(ready: Any) -> tuple[int, Generated] | None:
    """What a process tells; nothing when it has finished.

    Raises:
        CustbookError: it could not write a workbook.
    """
    try:
        told = ready.recv()
    except EOFError:
        return None
    if isinstance(told[1], Generated):
        return told[0], told[1]
    kind, code, facts = told[1]
    raise kind(code, **facts)


@contextmanager
def _at_work(
    source: Source, shares: Sequence[Sequence[tuple[int, Job]]], manner: Manner
) -> Iterator[list[Connection]]:
    """A process for each share of the jobs, and where it tells what it did; all are stopped at the end."""
    context: Any = mp.get_context("fork" if sys.platform == "linux" else "spawn")
    processes, ends = [], []
    try:
        for share in shares:
            end, other = context.Pipe(duplex=False)
            process = context.Process(target=_work, args=(source, share, manner, other), daemon=True)
            with _undisturbed():
                process.start()
            other.close()
            processes.append(process)
            ends.append(end)
        yield ends
    finally:
        for process in processes:
            if process.is_alive():
                process.terminate()
        for process in processes:
            process.join()
        for end in ends:
            end.close()


def _work(source: Source, share: Sequence[tuple[int, Job]], manner: Manner, told: Connection) -> None:
    """Write a share of the workbooks; one that is under way when this is stopped leaves nothing behind.

    It is stopped by the process that started it, not by Ctrl-C, which all of them get.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    stay_alone()
    with suppress(KeyboardInterrupt):
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        if hasattr(signal, "pthread_sigmask"):
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _INTERRUPTS)
        try:
            for at, job in share:
                made = source.planned(manner.lang, job.scope)
                told.send((at, source.write(job.path, made, manner.lang, replace=manner.replace)))
        except CustbookError as error:
            told.send((at, (type(error), error.code, error.facts)))
        finally:
            told.close()
            signal.signal(signal.SIGTERM, signal.SIG_DFL)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Let interrupts wait, here and in processes that begin, until those say what they do about them."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _INTERRUPTS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)

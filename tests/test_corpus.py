"""Workbooks of other people: read, and patched with a sheet of ours planted in them.

They are not part of the project: ``CUSTBOOK_CORPUS=DIR`` names a folder of them, see
``tests/corpus/packages.toml``.
"""

from __future__ import annotations

import os
import tarfile
from pathlib import Path

import openpyxl
import pytest

from tests.corpus.__main__ import find, run, summary
from tests.corpus.gather import gather, sources
from tests.corpus.trial import attempt
from tests.xlsx_samples import parts, sheet_xml, zipped

CORPUS = os.environ.get("CUSTBOOK_CORPUS")


@pytest.mark.slow
@pytest.mark.skipif(CORPUS is None, reason="CUSTBOOK_CORPUS names no folder of other people's workbooks")
def test_every_workbook_of_the_corpus_is_read_and_patched_or_refused() -> None:
    paths = find(Path(CORPUS or ""))
    assert paths, f"no workbooks below {CORPUS}"
    outcomes = list(run(paths))
    assert not [outcome.path for outcome in outcomes if outcome.broken()], summary(outcomes)


def test_a_sound_workbook_passes_every_step(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    book = openpyxl.Workbook()
    book.create_sheet("二")["B2"] = "=1+1"
    book.save(path)
    outcome = attempt(path)
    assert (outcome.read, outcome.patch, outcome.mend) == ("ok", "ok", "ok")


def test_what_is_refused_or_breaks_is_told_and_does_not_stop_the_rest(tmp_path: Path) -> None:
    (tmp_path / "1.xlsx").write_bytes(b"")
    (tmp_path / "2.xlsx").write_bytes(zipped(parts(sheet_xml(""))).getvalue())
    (tmp_path / "3.xlsx").mkdir()
    outcomes = list(run(find(tmp_path)))
    assert [outcome.read for outcome in outcomes] == ["not-a-workbook", "ok", "!the process died"]
    assert "read: not-a-workbook 1, ok 1, !the 1" in summary(outcomes)
    slow = list(run(find(tmp_path)[:2], seconds=0.0))
    assert [outcome.read for outcome in slow] == ["!no end after 0 s"] * 2


def test_workbooks_are_gathered_from_downloaded_archives_once_each(tmp_path: Path) -> None:
    downloads, corpus = tmp_path / "downloads", tmp_path / "corpus"
    downloads.mkdir()
    book = tmp_path / "a b.xlsx"
    book.write_bytes(b"content")
    archives = [source.archive for source in sources()]
    assert len(archives) == len(set(archives))
    for archive in archives[:2]:
        with tarfile.open(downloads / archive, "w:gz") as made:
            made.add(book, "package-1.0/t/a b.xlsx")
            made.add(book, "package-1.0/README")
    counts = gather(downloads, corpus)
    assert counts == {source.name: number for source, number in zip(sources()[:2], (1, 0), strict=True)}
    assert [path.name for path in find(corpus)] == ["0001-a_b.xlsx"]

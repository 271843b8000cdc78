"""The same concurrent edits by several tools: ``python -m benchmarks.concurrent [--write FILE]``.

Two people take the same list home, edit it, and bring it back one after the other; the second
one brings hers twice by mistake.  What became of every edit: stored, waiting and told, or gone.
Correctness, not speed: the figures are the same on every machine.
"""

from __future__ import annotations

import datetime as dt
import platform
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

import click

from benchmarks import concurrent_tools as tools
from benchmarks.concurrent_tools import Ended

NAMED: Final = {
    "custbook": "custbook sync",
    "django-import-export": "django-import-export, dry run and import",
    "daff": "daff, three-way merge",
    "row checksum": "row checksum, as Dynamics 365 documents it (a model)",
}
RUNS: Final[Mapping[str, Callable[[Path], Ended]]] = {
    "custbook": tools.custbook,
    "django-import-export": tools.import_export,
    "daff": tools.daff,
    "row checksum": tools.row_checksum,
}
INVALID: Final = "139"


@dataclass(frozen=True, slots=True)
class Edit:
    """One thing that somebody did: a cell of a record, a new record, or a record removed."""

    who: str
    what: str
    key: str
    field: str
    value: str | None
    expected: str
    """What must become of it: ``stored``, or ``told`` where it clashes or is invalid."""


EDITS: Final = (
    Edit("A", "one cell of a record, B changes another one", "K0001", "town", "宁波", "stored"),
    Edit("B", "one cell of a record, A changes another one", "K0001", "notes", "乙的备注", "stored"),
    Edit("A", "a cell that nobody else touches", "K0002", "name", "甲改的", "stored"),
    Edit("A", "a cell that B changes to something else", "K0003", "town", "温州", "stored"),
    Edit("B", "a cell that A changed to something else", "K0003", "town", "嘉兴", "told"),
    Edit("A", "a cell that B changes to the same", "K0004", "notes", "同样的", "stored"),
    Edit("B", "a cell that A changed to the same", "K0004", "notes", "同样的", "stored"),
    Edit("A", "a record removed that B edits", "K0005", "", None, "stored"),
    Edit("B", "a cell of a record that A removed", "K0005", "notes", "还要联系", "told"),
    Edit("B", "an invalid phone number", "K0006", "mobile", INVALID, "told"),
    Edit("B", "a cell that nobody else touches, rows sorted", "K0007", "town", "绍兴", "stored"),
    Edit("A", "a new record", "", "name", "新客户甲", "stored"),
    Edit("B", "a new record, brought twice", "", "name", "新客户乙", "stored"),
)


def fate(edit: Edit, ended: Ended) -> str:
    """What became of an edit."""
    rows = [row for row in ended.records if row["name" if not edit.key else "id"] == (edit.key or edit.value)]
    told = (edit.who, edit.key or str(edit.value)) in ended.told
    if edit.value is None:
        return "stored" if not rows else "told" if told else "ignored"
    if not edit.key and len(rows) > 1:
        return "doubled"
    if any(row[edit.field] == edit.value for row in rows):
        return "taken although invalid" if edit.value == INVALID else "stored"
    return "told" if told else "lost"


def verdict(edit: Edit, found: str) -> str:
    """What became of an edit, as the table says it."""
    return found if found == edit.expected else f"**{found}**"


def table(fates: Mapping[str, list[str]]) -> str:
    """The edits, and what each tool made of them."""
    lines = [
        "| who | what | " + " | ".join(NAMED[name] for name in fates) + " |",
        "|---" * (len(fates) + 2) + "|",
    ]
    for at, edit in enumerate(EDITS):
        cells = " | ".join(verdict(edit, found[at]) for found in fates.values())
        lines.append(f"| {edit.who} | {edit.what} | {cells} |")
    for label, counted in (
        ("kept: stored, or waiting and told", ("stored", "told")),
        ("of these told", ("told",)),
        ("lost or ignored, and not told", ("lost", "ignored")),
        ("doubled, or taken although invalid", ("doubled", "taken although invalid")),
    ):
        counts = [str(sum(Counter(found)[name] for name in counted)) for found in fates.values()]
        lines.append(f"| | *{label}* | " + " | ".join(counts) + " |")
    return "\n".join(lines)


def document(fates: Mapping[str, list[str]]) -> str:
    """The table with what is needed to read and repeat it."""
    packages = ("custbook-gen", "django-import-export", "django", "daff")
    known = ", ".join(f"{name} {_version(name)}" for name in packages)
    return f"""# The same edits, brought back by two people

{__doc__.split(chr(10), 2)[2].strip()}

**Bold** is what should not happen. “Told” means: the tool names the record, and what was typed is still in the file.

{table(fates)}

{dt.datetime.now(dt.UTC).date()}; {known}; Python {platform.python_version()}. How each tool is used stands in
`benchmarks/concurrent_tools.py`: django-import-export with validators on the model and its dry run shown first (which
lists every row that would change, B's reverting of A's edits among them, without telling them apart from B's own); daff
with the common ancestor and the key column; the row checksum is a model of what the documentation of Dynamics 365
says: rows that changed on the server since the export are refused as a whole.
"""


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "(not installed)"


@click.command(help=__doc__)
@click.option("--write", type=click.Path(path_type=Path), help="write the result as a document")
def main(write: Path | None) -> None:
    """Run every tool that is there."""
    fates = {}
    for name, run in RUNS.items():
        with tempfile.TemporaryDirectory() as folder:
            try:
                ended = run(Path(folder))
            except ModuleNotFoundError as error:
                click.echo(f"{name}: {error}; pip install -e '.[bench]'", err=True)
                continue
        fates[name] = [fate(edit, ended) for edit in EDITS]
    text = document(fates)
    click.echo(text)
    if write is not None:
        write.write_text(text, encoding="utf-8")
    ours = fates["custbook"]
    sys.exit(0 if ours == [edit.expected for edit in EDITS] else 1)


if __name__ == "__main__":
    main()

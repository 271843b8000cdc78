"""The nearest tools on one schema: ``python -m benchmarks.rules_side_by_side [--peers FOLDER]``.

Which rules arrive in the workbook, which of them refuse wrong entries (and take right ones),
in the first row and far below, and which are still there after LibreOffice saved the file.
Each tool is installed from PyPI into an environment of its own below FOLDER.
"""

from __future__ import annotations

import datetime as dt
import json
import posixpath
import re
import shutil
import subprocess
import sys
import tempfile
import venv
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import click

from custbook_gen.backends.excel.write import write_package
from custbook_gen.layout import plan_layout
from custbook_gen.plan.whole import plan_workbook
from custbook_gen.records import Table, Value
from custbook_gen.schema import Book
from custbook_gen.workbook import RawCell, Serial
from tests.drawn import view_of
from tests.rule_engines import Engine, Question, rules_of
from tests.rules_table import without_colours
from tests.summary_books import by_libreoffice

HERE: Final = Path(__file__).parent
TOOLS: Final[Mapping[str, str]] = {
    "linkml": "1.12.1",
    "checkcel": "0.0.3",
    "xlsxdatagrid": "0.3.4",
    "tableschema-to-template": "0.0.13",
}
INDUSTRIES: Final = [
    "Food, drink",
    *(f"规模以上工业企业及其配套服务业第{number}大类" for number in range(1, 41)),
]
CITIES: Final = {"江苏": ["南京 市", "苏州/昆山"], "浙江": ["杭州市", "宁波市"]}
TARGET: Final = re.compile(rb'Target="/([^"]+)"')
FAR: Final = 900
"""A row far below the first one, where the next record may be typed."""
SCHEMA: Final[Mapping[str, Mapping[str, Any]]] = {
    "name": {"type": "text", "longest": 20, "required": True, "right": ["华为", "x" * 20], "wrong": ["x" * 21]},
    "code": {"type": "text", "pattern": "^[A-Z]{2}[0-9]{4}$", "unique": True, "right": ["AB1234"], "wrong": ["ab1234", "A1"]},
    "level": {"type": "enum", "values": ["A", "B", "C"], "right": ["A", "C"], "wrong": ["Z"]},
    "industry": {"type": "enum", "values": INDUSTRIES, "right": [INDUSTRIES[1], "Food, drink"], "wrong": ["Food", "火星"]},
    "province": {"type": "enum", "values": list(CITIES), "right": ["江苏"], "wrong": ["火星"]},
    "city": {"type": "cascade", "parent": "province", "under": CITIES, "right": ["南京 市", "苏州/昆山"], "wrong": ["杭州市"]},
    "email": {"type": "email", "right": ["a@b.cn"], "wrong": ["a@b", "ab.cn"]},
    "employees": {"type": "int", "min": 0, "max": 1000, "right": [5, 0, 1000], "wrong": [-1, 1001, 1.5]},
    "amount": {"type": "decimal", "min": 0, "max": 1_000_000, "right": [0.5, 0], "wrong": [-1, 1_000_001]},
    "day": {"type": "date", "min": "2000-01-01", "max": "2030-12-31", "right": ["2015-06-30", "2000-01-01"], "wrong": ["1999-12-31"]},
    "active": {"type": "bool", "offered": ["是", "否"], "right": [True], "wrong": ["maybe"]},
    "owner": {"type": "ref", "offered": ["李强 · E0001", "王芳 · E0002"], "right": ["王芳 · E0002"], "wrong": ["谁"]},
    "tags": {"type": "multi", "right": ["老客户；团购"], "wrong": []},
    "total": {"type": "computed", "formula": "employees*amount", "right": [], "wrong": [5]},
}  # fmt: skip
"""One sheet with something of everything; what is right and wrong to type into each column."""
WORDS: Final[Mapping[str, str]] = {
    "name": "at most 20 characters",
    "code": "pattern of a code",
    "level": "short list",
    "industry": "long list, a value with a comma",
    "province": "list (top of a cascade)",
    "city": "list under another one's value",
    "email": "e-mail address",
    "employees": "whole number in bounds",
    "amount": "number in bounds",
    "day": "date in bounds",
    "active": "yes or no",
    "owner": "reference to another sheet",
    "total": "computed, not to be typed",
}


@dataclass(frozen=True)
class Made:
    """A workbook of one tool: its tab, the column of each field, the first row of records."""

    tool: str
    path: Path
    title: str
    columns: Mapping[str, int]
    first_row: int
    note: str = ""


def ours(folder: Path) -> Made:
    """The workbook of custbook."""
    book = Book.model_validate(
        {
            "key": "side",
            "version": 1,
            "label": _label("Side"),
            "sheets": _sheets(),
            "categories": _categories(),
        }
    )
    tables = {
        sheet.key: Table(sheet.key, tuple(f.key for f in sheet.stored_fields), {}) for sheet in book.sheets
    }
    staff: dict[str, tuple[Value, ...]] = {"E0001": ("E0001", "李强"), "E0002": ("E0002", "王芳")}
    tables["staff"] = Table("staff", ("staff_id", "name"), staff)
    path, here = folder / "custbook-gen.xlsx", plan_layout(book, "zh").sheets["customers"]
    with path.open("wb") as out:
        write_package(without_colours(plan_workbook(view_of(tables, "zh", book))), out)
    return Made("custbook-gen", path, here.title, here.columns, here.first_row)


def _label(text: str) -> dict[str, str]:
    return {"zh": text, "en": text}


def _sheets() -> list[dict[str, Any]]:
    fields: list[dict[str, Any]] = [{"key": "customer_id", "type": "auto", "prefix": "C", "digits": 6}]
    for key, one in SCHEMA.items():
        kind = {"decimal": "dec", "cascade": "enum", "computed": "calc"}.get(one["type"], one["type"])
        field: dict[str, Any] = {"key": key, "type": kind}
        for option, name in (
            ("min", "min"),
            ("max", "max"),
            ("longest", "max_length"),
            ("pattern", "pattern"),
        ):
            field |= {name: one[option]} if option in one else {}
        for option in ("required", "unique", "parent"):
            field |= {option: one[option]} if option in one else {}
        field |= {"category": key} if kind in ("enum", "multi") else {}
        field |= {"to": "staff"} if kind == "ref" else {}
        field |= {"result": "money", "rule": "line_amount"} if kind == "calc" else {}
        fields.append(field)
    staff: list[dict[str, Any]] = [
        {"key": "staff_id", "type": "auto", "prefix": "E", "digits": 4},
        {"key": "name", "type": "text"},
    ]
    return [_sheet("customers", fields), _sheet("staff", staff)]


def _sheet(key: str, fields: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    labelled = [{**field, "label": _label(field["key"])} for field in fields]
    names = {"key_field": fields[0]["key"], "name_field": "name"}
    return {"key": key, "label": _label(key), "fields": labelled, **names}


def _categories() -> list[dict[str, Any]]:
    named: dict[str, list[Any]] = {key: one["values"] for key, one in SCHEMA.items() if "values" in one}
    named["tags"] = ["老客户", "团购"]
    lists: list[dict[str, Any]] = [
        {
            "key": key,
            "label": _label(key),
            "choices": [{"code": f"{key}{n}", "label": _label(value)} for n, value in enumerate(values)],
        }
        for key, values in named.items()
    ]
    cities = [
        {"code": f"city{at}{n}", "label": _label(name), "parent": f"province{at}"}
        for at, names in enumerate(CITIES.values())
        for n, name in enumerate(names)
    ]
    return [*lists, {"key": "city", "label": _label("city"), "parent": "province", "choices": cities}]


def peer(tool: str, folder: Path, peers: Path) -> Made | str:
    """The workbook of another tool, or why there is none."""
    python = peers / tool / "bin" / "python"
    if not python.exists():
        venv.create(peers / tool, with_pip=True)
        done = _run(python, "-m", "pip", "install", "-q", f"{tool}=={TOOLS[tool]}")
        if done.returncode:
            shutil.rmtree(peers / tool)
            return f"not installed: {(done.stderr.strip().splitlines() or ['?'])[-1]}"
    source, path = folder / "schema.json", folder / f"{tool}.xlsx"
    source.write_text(json.dumps(SCHEMA, ensure_ascii=False), encoding="utf-8")
    done = _run(python, HERE / "rule_writers.py", tool, source, path)
    if done.returncode or not path.exists():
        return f"failed: {(done.stderr.strip() or done.stdout).splitlines()[-1]}"
    return _found(tool, loadable(path), done.stdout)


def _run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a command of a tool's environment."""
    return subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603


def loadable(path: Path) -> Path:
    """The file with the targets of its relationships made relative, which all engines read."""
    copy = path.with_stem(f"{path.stem}-relative")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = old.read(name)
            if name.endswith(".rels"):
                base = posixpath.dirname(posixpath.dirname(name))
                data = TARGET.sub(partial(_relative, base), data)
            new.writestr(name, data)
    return copy


def _relative(base: str, target: re.Match[bytes]) -> bytes:
    """The target of a relationship, as seen from the folder of the part that it belongs to."""
    return b'Target="%s"' % posixpath.relpath(target[1].decode(), base).encode()


def _found(tool: str, path: Path, note: str) -> Made:
    """Where a tool put the columns: the first tab with most of their names in a row."""
    import python_calamine

    book = python_calamine.CalamineWorkbook.from_path(path)
    for title in book.sheet_names:
        for number, row in enumerate(book.get_sheet_by_name(title).to_python(skip_empty_area=False)[:12], 1):
            columns = {str(cell).lower(): at for at, cell in enumerate(row, 1)}
            if len(SCHEMA.keys() & columns.keys()) > len(SCHEMA) // 2:
                return Made(tool, path, title, columns, number + 1, note)
    raise LookupError(tool)


@dataclass(frozen=True)
class Outcome:
    """What a column's rule does: which entries it takes, in the first row and far below."""

    arrives: bool
    shows_only: bool
    wrong_taken: int
    right_refused: int
    far: bool
    """Whether the same holds far below."""
    wrong: int

    def words(self) -> str:
        """What is told in the table."""
        if not self.arrives:
            return "–"
        if self.shows_only:
            return "shown, refuses nothing"
        if self.right_refused:
            return "refuses right entries"
        if self.wrong_taken:
            return "takes wrong entries" if self.wrong_taken == self.wrong else "takes some wrong entries"
        return "refuses" if self.far else "refuses, first rows only"


def outcomes(made: Made) -> dict[str, Outcome]:
    """What becomes of entries in every column."""
    rules = rules_of(made.path)[made.title]
    answers: dict[tuple[str, str, str], bool] = {}
    rounds: dict[str, list[tuple[tuple[str, str, str], Question]]] = {}
    for probe, question in _probes(made):  # a cell holds one entry at a time
        apart = probe[0] if question.row else ""
        rounds.setdefault(f"{probe[2]} {apart}", []).append((probe, question))
    for some in rounds.values():
        taken = Engine(made.path).ask([question for _, question in some])
        answers |= dict(zip([probe for probe, _ in some], taken, strict=True))
    found = {}
    for key, one in SCHEMA.items():
        over = [
            r
            for r in rules
            if r.column == made.columns.get(key) and r.first_row <= made.first_row <= r.last_row
        ]
        near, far = (_judged(answers, key, row) for row in ("near", "far"))
        arrives = any(rule.kind != "none" for rule in over)
        shows = arrives and not any(rule.rejects for rule in over)
        found[key] = Outcome(arrives, shows, *near, far == near, len(one["wrong"]))
    return found


def _judged(answers: Mapping[tuple[str, str, str], bool], key: str, row: str) -> tuple[int, int]:
    """How many wrong entries were taken, and right ones refused."""
    mine = {name: taken for (field, where, name), taken in answers.items() if (field, where) == (key, row)}
    taken = sum(yes for name, yes in mine.items() if name.startswith("wrong"))
    return taken, sum(not yes for name, yes in mine.items() if name.startswith("right"))


def _probes(made: Made) -> Iterator[tuple[tuple[str, str, str], Question]]:
    """Every entry in the first row, and far below."""
    for key, one in SCHEMA.items():
        column = made.columns.get(key)
        for kind in ("right", "wrong") if column is not None else ():
            for number, typed in enumerate(one[kind]):
                beside: dict[int, RawCell] = {made.columns[one["parent"]]: "江苏"} if "parent" in one else {}
                for at, row in enumerate((made.first_row, FAR)):
                    cell = _cell(typed, one, made.tool)
                    question = Question(made.title, column or 0, cell, beside, at=row)
                    yield (key, ("near", "far")[at], f"{kind}{number}"), question


def _cell(typed: object, one: Mapping[str, Any], tool: str) -> RawCell:
    """An entry as the cell holds it."""
    if one["type"] == "date" and isinstance(typed, str):
        return Serial((dt.date.fromisoformat(typed) - dt.date(1899, 12, 30)).days)
    if typed is True:
        return "TRUE" if tool in ("xlsxdatagrid", "tableschema-to-template") else "是"
    return float(typed) if isinstance(typed, int | float) else str(typed)


def row_of(made: Made, folder: Path) -> dict[str, str]:
    """The outcome of every column in words, with what LibreOffice leaves of it."""
    before = outcomes(made)
    copy = folder / made.tool / made.path.name
    copy.parent.mkdir()
    shutil.copy(made.path, copy)
    after = outcomes(Made(made.tool, by_libreoffice(copy), made.title, made.columns, made.first_row))
    return {key: one.words() + _kept(one, after[key]) for key, one in before.items()}


def _kept(before: Outcome, after: Outcome) -> str:
    if not before.arrives or before.words() == after.words():
        return ""
    return f" → {after.words() if after.arrives else 'lost'}"


def table(rows: Mapping[str, Mapping[str, str]]) -> str:
    """The table as Markdown."""
    versions = {tool: TOOLS.get(tool) or version(tool) for tool in rows}
    lines = [
        "| rule | " + " | ".join(f"{tool} {versions[tool]}" for tool in rows) + " |",
        "|---|" + "---|" * len(rows),
    ]
    lines += [
        f"| {words} | " + " | ".join(row.get(key, "–") for row in rows.values()) + " |"
        for key, words in WORDS.items()
    ]
    return "\n".join(lines)


@click.command()
@click.option(
    "--peers",
    type=click.Path(path_type=Path),
    default=Path(".custbook-peers"),
    help="where tools are installed",
)
def main(peers: Path) -> None:
    """Print the table, and why a tool is missing."""
    notes: list[str] = []
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        rows = {"custbook-gen": row_of(ours(folder), folder)}
        for tool in TOOLS:
            made = peer(tool, folder, peers.resolve())
            if isinstance(made, str):
                notes.append(f"{tool}: {made}")
                continue
            rows[tool] = row_of(made, folder)
            notes += [f"{tool}: {made.note}"] if made.note else []
    sys.stdout.write("\n".join([table(rows), "", *_dated(notes), ""]))


def _dated(notes: Sequence[str]) -> Iterator[str]:
    yield f"{dt.datetime.now(dt.UTC).date()}, Python {sys.version.split()[0]}"
    yield from notes


if __name__ == "__main__":
    main()

"""A small book to import into, and what came of it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from custbook_gen.actions.importing import Request, import_file
from custbook_gen.actions.init import Choices, init
from custbook_gen.actions.project import Run, open_project
from custbook_gen.records import Value
from custbook_gen.report import Report

DOCS = Path(__file__).resolve().parents[1] / "docs" / "import.md"

SCHEMA = """\
key: small
version: 1
label: [小簿, Small book]
settings: {as_of: 2024-06-30}
sheets:
  clients:
    label: [客户, Clients]
    key: code
    name: name
    fields:
      code: {label: [编号, No.], type: auto, prefix: K, digits: 3}
      name: {label: [名称, Name], type: text, required: true, max_length: 30}
      kind: {label: [种类, Kind], type: enum, category: kind, required: true, default: new}
      since: {label: [起, Since], type: date, min: 1990-01-01, max: as_of}
      limit: {label: [额度, Limit], type: money, min: 0}
      phone: {label: [电话, Phone], type: phone, one_of: contact}
      email: {label: [邮箱, E-mail], type: email, one_of: contact}
      region: {label: [区, Region], type: enum, category: region}
      town: {label: [镇, Town], type: enum, category: town, parent: region}
      boss: {label: [上级, Boss], type: ref, to: clients}
      size: {label: [大小, Size], type: calc, result: int, rule: order_count}
      notes: {label: [备注, Notes], type: long}
  items:
    label: [产品, Items]
    key: sku
    name: title
    fields:
      sku: {label: [货号, SKU], type: text, required: true, pattern: "^[A-Z0-9]+$"}
      title: {label: [品名, Title], type: text, required: true}
      owner: {label: [客户, Owner], type: ref, to: clients}
categories:
  kind:
    label: [种类, Kind]
    choices: {new: [新, New], old: [旧, Old]}
  region:
    label: [区, Region]
    choices: {n: [北, North], s: [南, South]}
  town:
    label: [镇, Town]
    parent: region
    choices:
      n1: {zh: 甲, en: A, parent: n}
      s1: {zh: 乙, en: B, parent: s}
"""

BASIC = """\
id: {column: Id, system: crm}
fields:
  name: Name
  email: Mail
"""


def small_project(folder: Path) -> Path:
    """A project with a small schema, in this folder."""
    (folder / "small.yaml").write_text(SCHEMA, encoding="utf-8")
    init(folder, Choices(lang="en", schema="small.yaml"))
    return folder


def put(folder: Path, text: str | bytes, name: str = "in.csv") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def run(
    folder: Path,
    rows: str | bytes,
    mapping: str = BASIC,
    *,
    sheet: str = "clients",
    held: Path | None = None,
    dry_run: bool = False,
) -> Report:
    request = Request(sheet, put(folder, mapping, "map.yaml"), held, dry_run)
    at = dt.datetime(2024, 6, 30, 12, tzinfo=dt.UTC)
    return import_file(put(folder, rows), request, Run(at, "ann"), folder)


def records(folder: Path, sheet: str = "clients") -> dict[str, dict[str, Value]]:
    with open_project(folder).store.reading() as snapshot:
        table = snapshot.tables()[sheet]
    return {
        key: {name: value for name, value in zip(table.fields, row, strict=True) if value is not None}
        for key, row in table.rows.items()
    }


def revision(folder: Path) -> int:
    with open_project(folder).store.reading() as snapshot:
        return snapshot.revision()


def found(report: Report) -> list[tuple[str, str | None, str | None]]:
    return [(issue.code, issue.place.cell, issue.place.field) for issue in report.issues]

"""How each tool takes in what two people bring back; see :mod:`benchmarks.concurrent`."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

Record = dict[str, str]
FIELDS: Final = ("id", "name", "mobile", "town", "notes")
BASE: Final[Sequence[Mapping[str, str]]] = [
    {"id": f"K{n:04}", "name": f"客户{n}", "mobile": f"138000000{n:02}", "town": "杭州", "notes": ""}
    for n in range(1, 9)
]
REMOVED: Final = "K0005"
SCHEMA: Final = """\
key: concurrent
version: 1
label: [客户簿, Customers]
sheets:
  clients:
    label: [客户, Clients]
    key: id
    name: name
    fields:
      id: {label: [编号, No], type: auto, prefix: K, digits: 4, required: true}
      name: {label: [名称, Name], type: text, required: true}
      mobile: {label: [手机, Mobile], type: phone, mobile: true}
      town: {label: [城市, Town], type: text}
      notes: {label: [备注, Notes], type: long}
"""


@dataclass(frozen=True, slots=True)
class Ended:
    """What a tool's store holds in the end, and what it told: who brought it, and the record's key or name."""

    records: list[Record]
    told: set[tuple[str, str]] = field(default_factory=set)


def brought(who: str) -> list[Record]:
    """The list as a person brings it back."""
    rows = {row["id"]: dict(row) for row in BASE}
    if who == "A":
        rows["K0001"]["town"] = "宁波"
        rows["K0002"]["name"] = "甲改的"
        rows["K0003"]["town"] = "温州"
        rows["K0004"]["notes"] = "同样的"
        del rows[REMOVED]
        return [*rows.values(), _new("新客户甲")]
    rows["K0001"]["notes"] = "乙的备注"
    rows["K0003"]["town"] = "嘉兴"
    rows["K0004"]["notes"] = "同样的"
    rows[REMOVED]["notes"] = "还要联系"
    rows["K0006"]["mobile"] = "139"
    rows["K0007"]["town"] = "绍兴"
    return [*reversed(rows.values()), _new("新客户乙")]


def _new(name: str) -> Record:
    return {"id": "", "name": name, "mobile": "", "town": "杭州", "notes": ""}


TURNS: Final = ("A", "B", "B")
"""Who brings a list, in turn."""


# ---------------------------------------------------------------- custbook


def custbook(folder: Path) -> Ended:
    """Two workbooks of one revision, edited by openpyxl and synced; removing is confirmed by ``--delete``."""
    from custbook_gen.actions.generate import generate
    from custbook_gen.actions.init import Choices, init
    from custbook_gen.actions.project import Run
    from custbook_gen.actions.sync import Options, sync_file
    from custbook_gen.records import Change

    run, project = Run(dt.datetime.now(dt.UTC), "bench"), folder / "project"
    project.mkdir()
    (project / "clients.yaml").write_text(SCHEMA, encoding="utf-8")
    home = init(project, Choices(schema="clients.yaml"), run)
    with home.store.writing() as tx:
        changes = [
            Change("insert", "clients", row["id"], {}, {**_filled(row), "mobile": f"+86{row['mobile']}"})
            for row in BASE
        ]
        tx.commit_changes(changes, run.stamp("import"))
    told: set[tuple[str, str]] = set()
    for who in ("A", "B"):
        generate(home, project / f"{who}.xlsx", run)
    for who in ("A", "B"):
        _type(project / f"{who}.xlsx", brought(who))
    for who in TURNS:
        report = sync_file(project / f"{who}.xlsx", run, Options(delete=True, allow_mass_delete=True))
        told |= {(who, conflict.key) for conflict in report.conflicts}
        told |= {(who, str(issue.place.key)) for issue in report.issues if issue.severity == "error"}
    with home.store.reading() as snapshot:
        stored = snapshot.table("clients")
    records = [
        {name: str(value or "").removeprefix("+86") for name, value in zip(stored.fields, row, strict=True)}
        for row in stored.rows.values()
    ]
    return Ended(records, told)


def _filled(row: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in row.items() if value}


def _type(path: Path, rows: list[Record]) -> None:
    """Put the rows into a workbook as somebody left them."""
    import openpyxl

    book = openpyxl.load_workbook(path)
    tab = next(tab for tab in book.worksheets if {"id", "mobile"} <= set(_head(tab)))
    head = _head(tab)
    for number in range(3, 3 + len(BASE) + 1):
        row = rows[number - 3] if number - 3 < len(rows) else {}
        for name in FIELDS:
            tab.cell(number, head.index(name) + 1).value = row.get(name) or None
    book.save(path)


def _head(tab: Any) -> list[object]:
    return [cell.value for cell in tab[1]]


# ---------------------------------------------------------------- django-import-export


def import_export(folder: Path) -> Ended:
    """A resource keyed by the id, with the model's validators on; the dry run is shown, then imported."""
    import django
    from django.conf import settings

    settings.configure(
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": str(folder / "book.sqlite")}},
        INSTALLED_APPS=["import_export"],
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        USE_TZ=True,
    )
    django.setup()

    import tablib
    from django.core.validators import RegexValidator
    from django.db import connection, models
    from import_export import resources

    class Client(models.Model):  # type: ignore[misc]
        number = models.AutoField(primary_key=True)
        id = models.CharField(max_length=9, blank=True)
        name = models.CharField(max_length=99)
        mobile = models.CharField(max_length=20, blank=True, validators=[RegexValidator(r"^1\d{10}$")])
        town = models.CharField(max_length=99, blank=True)
        notes = models.TextField(blank=True)

        class Meta:
            app_label = "import_export"

    class ClientResource(resources.ModelResource):  # type: ignore[misc]
        class Meta:
            model = Client
            import_id_fields = ("id",)
            fields = FIELDS
            skip_unchanged = True
            report_skipped = True
            clean_model_instances = True

    with connection.schema_editor() as editor:
        editor.create_model(Client)
    Client.objects.bulk_create(Client(**row) for row in BASE)
    told: set[tuple[str, str]] = set()
    for who in TURNS:
        rows, new = [row for row in brought(who) if row["id"]], [row for row in brought(who) if not row["id"]]
        data = tablib.Dataset(*([row[name] for name in FIELDS] for row in rows), headers=FIELDS)
        ClientResource().import_data(data, dry_run=True)
        result = ClientResource().import_data(data, dry_run=False)
        if result.has_errors():
            raise RuntimeError(result.row_errors())
        told |= {(who, rows[invalid.number - 1]["id"]) for invalid in result.invalid_rows}
        for row in new:  # rows without an id are made, as with an id that the database gives
            Client.objects.create(**row)
    records = [{name: getattr(client, name) for name in FIELDS} for client in Client.objects.all()]
    connection.close()
    return Ended(records, told)


# ---------------------------------------------------------------- daff


def daff(_folder: Path) -> Ended:
    """What is stored, and what somebody brings, merged with the common ancestor; cells in clash are marked."""
    import daff as library

    def view(rows: Sequence[Mapping[str, str]]) -> Any:
        return library.PythonTableView([list(FIELDS), *([row[name] for name in FIELDS] for row in rows)])

    flags = library.CompareFlags()
    flags.addPrimaryKey("id")
    stored, told = [dict(row) for row in BASE], set[tuple[str, str]]()
    for who in TURNS:
        local = view(stored)
        library.Merger(view(BASE), local, view(brought(who)), flags).apply()
        head, *lines = local.data
        stored = []
        for line in lines:
            row = dict(zip(head, line, strict=True))
            for name, value in row.items():
                if isinstance(value, str) and value.startswith("((("):
                    told.add((who, row["id"]))
                    row[name] = value.partition("))) ")[2].partition(" /// ")[0]
            stored.append({name: str(value or "") for name, value in row.items()})
    return Ended(stored, told)


# ---------------------------------------------------------------- a checksum per row


def row_checksum(_folder: Path) -> Ended:
    """Hidden with every exported row: its id, a checksum and its version.

    What comes back is compared with the checksum; rows that did not change are left alone,
    rows without an id are made, changed rows are written as a whole if their version is
    still the stored one and refused with a message otherwise.  Removed rows delete nothing.
    """
    stored = {row["id"]: dict(row) for row in BASE}
    versions = dict.fromkeys(stored, 1)
    checksums = {row["id"]: _checksum(row) for row in BASE}
    exported, told = dict(versions), set[tuple[str, str]]()
    for who in TURNS:
        for row in brought(who):
            key = row["id"]
            if not key:
                made = f"K{len(stored) + 1:04}"
                stored[made], versions[made] = {**row, "id": made}, 1
            elif _checksum(row) != checksums[key]:
                if versions[key] == exported[key]:
                    stored[key] = dict(row)
                    versions[key] += 1
                else:
                    told.add((who, key))
    return Ended(list(stored.values()), told)


def _checksum(row: Mapping[str, str]) -> str:
    return hashlib.sha256("\x1f".join(row[name] for name in FIELDS).encode()).hexdigest()

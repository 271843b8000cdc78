"""A small book with a store, for the commands that look back: no schema file, no workbook."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

from custbook_gen.actions.project import OpenProject, Run
from custbook_gen.load import Project
from custbook_gen.records import Change, Value
from custbook_gen.store import create_store
from tests.strategies import BOOK

AT = dt.datetime(2026, 11, 22, 8, tzinfo=dt.UTC)
LI, WANG = Run(AT, "li"), Run(AT + dt.timedelta(hours=1), "wang")


def new_home(folder: Path, url: str | None = None) -> OpenProject:
    """A project with an empty store, in its folder unless an address is given."""
    folder.mkdir(exist_ok=True)
    store = create_store(url or f"sqlite:///{folder / 'book.db'}?timeout=0.1", BOOK, "b1")
    return OpenProject(folder, Project(book="b1"), BOOK, store)


def customer(number: int, **values: Value) -> Change:
    """A new customer; nothing of it is special."""
    key = f"C{number:06d}"
    own = {"customer_id": key, "name": f"客户{number}", "level": "normal", "mobile": f"+86138{number:08d}"}
    return Change("insert", "customers", key, {}, {**own, **values})


def sale(number: int, customer_number: int, **values: Value) -> Change:
    """A new line of sales."""
    key = f"S{number:08d}"
    own: dict[str, Value] = {
        "line_id": key,
        "order_no": f"D-{number:04d}",
        "customer_id": f"C{customer_number:06d}",
        "date": dt.date(2026, 1, 1) + dt.timedelta(days=number),
        "kind": "sale",
        "status": "done",
        "quantity": Decimal(2),
        "unit_price": Decimal("99.50"),
    }
    return Change("insert", "sales", key, {}, {**own, **values})


def edited(home: OpenProject, sheet: str, key: str, **values: Value) -> Change:
    """An update of a record as it is now."""
    row = record(home, sheet, key)
    return Change("update", sheet, key, {name: row[name] for name in values}, values)


def gone(home: OpenProject, sheet: str, key: str) -> Change:
    """A deletion of a record as it is now."""
    row = record(home, sheet, key)
    return Change("delete", sheet, key, {name: value for name, value in row.items() if value is not None})


def record(home: OpenProject, sheet: str, key: str) -> dict[str, Value]:
    """A record as it is now."""
    with home.store.reading() as snapshot:
        table = snapshot.tables()[sheet]
    return dict(zip(table.fields, table.rows[key], strict=True))


def commit(home: OpenProject, *changes: Change, run: Run = LI, source: str = "book.xlsx") -> int:
    """Store changes as a sync would; the revision they make."""
    with home.store.writing() as tx:
        made = tx.commit_changes(changes, run.stamp("sync", source))
        return made.number if made is not None else tx.revision()

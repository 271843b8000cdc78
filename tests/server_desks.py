"""Projects whose store is moved from its file to a database on a server."""

from __future__ import annotations

import sqlalchemy as sa

from custbook_gen.store import file_url
from custbook_gen.store.server import for_driver
from custbook_gen.store.tables import layout_of
from tests.sync_books import Desk


def moved(desk: Desk, address: str) -> Desk:
    """A desk whose store is at an address from now on, with all that it holds.

    Args:
        desk: the desk, whose store is a file; that is removed.
        address: an empty place on a server.
    """
    metadata = layout_of(desk.home().book).metadata
    source = sa.create_engine(file_url(desk.database), poolclass=sa.NullPool)
    target = sa.create_engine(for_driver(sa.make_url(address))[0], poolclass=sa.NullPool)
    with source.connect() as old, target.begin() as new:
        metadata.create_all(new)
        for table in metadata.sorted_tables:
            rows = [dict(row) for row in old.execute(sa.select(table)).mappings()]
            if rows:
                new.execute(table.insert(), rows)
    desk.database.unlink()
    project = desk.folder / "custbook.yaml"
    lines = project.read_text("utf-8").splitlines()
    said = [f'store: "{address}"' if line.startswith("store:") else line for line in lines]
    project.write_text("\n".join((*said, "")), "utf-8")
    assert said != lines
    return desk

"""What people decided about matters that may come up again: confirmed warnings, settled conflicts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa

from custbook_gen.records import Verdict
from custbook_gen.store import wire
from custbook_gen.store.tables import Layout
from custbook_gen.store.wire import WireRow


def read_verdicts(connection: sa.Connection, layout: Layout) -> dict[str, Verdict]:
    """All decisions by what they are about."""
    return {
        line.about: Verdict(
            *(line.about, line.sheet, line.key, line.field, line.choice),
            at=wire.moment(line.at),
            user=line.user,
        )
        for line in connection.execute(sa.select(layout.verdict))
    }


def verdict_rows(verdicts: Sequence[Verdict]) -> list[WireRow]:
    """Decisions as they are stored; of one matter the latest."""
    latest = {one.about: one for one in verdicts}
    return [
        (
            *(one.about, one.sheet, one.key, one.field, one.choice),
            *(one.at.astimezone(dt.UTC).isoformat(), one.user),
        )
        for one in latest.values()
    ]

"""What the changes of a revision make of each record in all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from custbook_gen.records import Change, Value
from custbook_gen.schema import Book
from custbook_gen.value_objects import value_object

Record = tuple[str, str]
"""A record by its sheet and key."""

Values = Mapping[str, Value]
"""A record's fields; all of them where it comes or goes as a whole."""


@value_object
class Net:
    """What a revision made of one record in all; ``None`` where it was not there."""

    before: Values | None
    after: Values | None


def net_changes(book: Book, changes: Iterable[Change]) -> dict[Record, Net]:
    """What changes in their order make of each record; records left as they were are absent."""
    nets: dict[Record, Net] = {}
    names = {sheet.key: [item.key for item in sheet.stored_fields] for sheet in book.sheets}
    for change in changes:
        record = change.sheet, change.key
        nets[record] = _followed(nets.get(record), change, names[change.sheet])
    return {record: net for record, net in nets.items() if net.before != net.after}


def _followed(net: Net | None, change: Change, names: Sequence[str]) -> Net:
    """What earlier changes and one more make of a record."""
    if change.kind == "insert":
        return _net(None if net is None else net.before, {name: change.after.get(name) for name in names})
    before: Values | None = {} if net is None else net.before
    if change.kind == "delete":
        whole = {name: change.before.get(name) for name in names}
        return _net(None if before is None else {**whole, **before}, None)
    earlier = {} if net is None or net.after is None else net.after
    return _net(None if before is None else {**change.before, **before}, {**earlier, **change.after})


def _net(before: Values | None, after: Values | None) -> Net:
    """Two states of a record; of one that stays, only the fields that differ."""
    if before is None or after is None:
        return Net(before, after)
    differing = [name for name, value in after.items() if before[name] != value]
    return Net({name: before[name] for name in differing}, {name: after[name] for name in differing})

"""The record of the book: rows, history and revisions in a database."""

from custbook_gen.store.snapshot import Arrivals, Snapshot, WorkbookState
from custbook_gen.store.store import Store, create_store, open_store
from custbook_gen.store.transaction import Stamp, Transaction

__all__ = [
    "Arrivals",
    "Snapshot",
    "Stamp",
    "Store",
    "Transaction",
    "WorkbookState",
    "create_store",
    "open_store",
]

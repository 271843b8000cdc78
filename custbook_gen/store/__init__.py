"""The record of the book: rows, history and revisions in a database."""

from custbook_gen.store.addresses import file_url, store_file, store_url
from custbook_gen.store.resting import Users
from custbook_gen.store.snapshot import Arrivals, Snapshot, Tally
from custbook_gen.store.sqlite import is_intact, put_in_place
from custbook_gen.store.store import Store, create_store, is_begun, open_store
from custbook_gen.store.transaction import Stamp, Transaction

__all__ = [
    "Arrivals",
    "Snapshot",
    "Stamp",
    "Store",
    "Tally",
    "Transaction",
    "Users",
    "create_store",
    "file_url",
    "is_begun",
    "is_intact",
    "open_store",
    "put_in_place",
    "store_file",
    "store_url",
]

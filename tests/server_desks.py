"""Projects whose store is moved from its file to a database on a server."""

from __future__ import annotations

from custbook_gen.actions.move import move
from custbook_gen.backends.progress import Unwatched
from tests.sync_books import RUN, Desk


def moved(desk: Desk, address: str) -> Desk:
    """A desk whose store is at an address from now on, with all that it holds.

    Args:
        desk: the desk, whose store is a file; that is removed.
        address: an empty place on a server.
    """
    move(desk.folder, address, RUN, Unwatched())
    desk.database.unlink()
    return desk

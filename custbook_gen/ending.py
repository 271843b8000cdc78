"""What is not freed before the process ends.

A run over a large book holds millions of objects, and freeing them one by one takes a tenth of
its time, while a process that ends gives its memory back at once.  A process that does one job says so;
what the job hands over from then on stays.  Everywhere else nothing is kept.
"""

from __future__ import annotations

_own = False
"""Whether this process is the command line's own."""
_held: list[object] | None = None


def own_process() -> None:
    """This process ends with its command."""
    global _own  # noqa: PLW0603  (a property of the process)
    _own = True


def one_job() -> None:
    """From here on the command does one job that may hold what it likes, if the process ends with it."""
    global _held  # noqa: PLW0603
    if _own:
        _held = []


def hold(*things: object) -> None:
    """Have large things stay until the end."""
    if _held is not None:
        _held.append(things)

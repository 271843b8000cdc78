"""A second process that does a part of the work while this one goes on.

On Linux a process is copied within milliseconds and shares its memory with the copy, so that a
worker begins with everything at hand; what it makes comes back through memory, never over a disk.
Where that cannot be (another system, one processor alone, a process that has threads or is a
worker itself) there are no workers.  One that fails says nothing: whoever started it does the work
again, so that it is always the process that people see which meets an error and tells it.
"""

from __future__ import annotations

import mmap
import os
import pickle
import select
import signal
import sys
import threading
import weakref
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any, Final, NoReturn, TypeVar

Made = TypeVar("Made")
_LOOK: Final = 100
"""Milliseconds between two looks at how far a worker has come."""
_STREAMS: Final = range(3)
"""The handles of the standard streams, which a worker has others write to no more."""
_alone = False
"""Whether this process is one of several that share the processors already."""


def stay_alone() -> None:
    """Have no workers from now on: this process is one of several that share the processors."""
    global _alone  # noqa: PLW0603  (a property of the process)
    _alone = True


def spare_processors() -> int:
    """How many workers this process may have beside itself; 0 where it can have none."""
    able = sys.platform == "linux" and hasattr(os, "memfd_create")
    if _alone or not able or threading.active_count() > 1:
        return 0  # a copy of a process with threads may find locks that nobody will ever open
    return len(os.sched_getaffinity(0)) - 1


class Tally:
    """How far a worker has come, seen by both processes; told as any progress is."""

    def __init__(self) -> None:
        self._shared = memoryview(mmap.mmap(-1, 16)).cast("q")
        self._owner = os.getpid()

    def begin(self, _stage: str, total: int) -> None:
        """The work begins, of which there is so much; 0 where nobody knows."""
        self._shared[0] = total

    def advance(self, amount: int) -> None:
        """So much more is done; a worker ends here if nobody waits for it any more."""
        self._shared[1] += amount
        if self._owner not in (os.getpid(), os.getppid()):
            os._exit(1)

    @property
    def total(self) -> int:
        """How much there is, as far as is known."""
        return self._shared[0]

    @property
    def done(self) -> int:
        """How much is done."""
        return self._shared[1]


Send = Callable[[object], None]
"""Hands something over that is plain data."""
Work = Callable[[Send, Tally], None]
"""Hands over what it makes, piece by piece, and tells how far it has come.

It must use nothing that knows which process it is in: connections to databases, threads; and drafts
of files only where it tidies up (see :class:`Worker`).
"""


def hire(work: Work, *, tidies: bool = False) -> Worker | None:
    """A worker that does something, as for :class:`Worker`; none where the system has none to give."""
    try:
        return Worker(work, tidies=tidies)
    except OSError:
        return None


class Claims(Iterator[int]):
    """The numbers from 0 on, each of which one process gets: this one or one of its copies.

    They stand in a pipe, from which the system lets one process read at a time; of a file, two
    may read the same place.

    Args:
        count: how many there are.

    Raises:
        OSError: the system has no more handles, or no room for so many numbers.
    """

    _SIZE: Final = 4

    def __init__(self, count: int) -> None:
        numbers = b"".join(number.to_bytes(self._SIZE, "little") for number in range(count))
        with _beside_streams():
            self._left, into = os.pipe()
        try:
            os.set_blocking(into, False)  # who wrote more than there is room for would wait for ever
            if os.write(into, numbers) < len(numbers):
                raise BlockingIOError
        except OSError:
            os.close(self._left)
            raise
        finally:
            os.close(into)

    def __next__(self) -> int:
        found = os.read(self._left, self._SIZE)
        if not found:
            raise StopIteration
        return int.from_bytes(found, "little")

    def close(self) -> None:
        """Let nobody take one any more."""
        deque(self, maxlen=0)
        os.close(self._left)


def shared_out(work: Callable[[int], Made], count: int) -> list[Made]:
    """What a function gives for every number below ``count``, a worker doing its share of them.

    Either process takes the next number that nobody has taken, so neither waits long for the
    other.  What the worker could not do, or not hand over, is done here.

    Args:
        work: must use nothing that knows which process it is in, and give plain data.
        count: how many numbers.
    """
    if count < 2 or spare_processors() == 0:
        return list(map(work, range(count)))
    try:
        claims = Claims(count)
    except OSError:  # no more handles to be had
        return list(map(work, range(count)))

    def assist(send: Send, _: Tally) -> None:
        for number in claims:
            send((number, work(number)))
        send(None)

    made: dict[int, Made] = {}
    assistant = hire(assist)
    try:
        made.update((number, work(number)) for number in claims)
        if assistant is not None:
            with suppress(WorkerFailedError):
                made.update(iter(assistant.receive, None))
    finally:
        claims.close()
        if assistant is not None:
            assistant.dismiss()
    return [made[number] if number in made else work(number) for number in range(count)]


def as_made(
    work: Callable[[int], Made], count: int, *, tidies: bool = False
) -> Generator[tuple[int, Made], None, None]:
    """Every number below ``count`` with what a function gives for it, as workers on all processors make it.

    This process waits for them; what they could not do, or not hand over, is done here at the end.

    Args:
        work: must use nothing that knows which process it is in, and give plain data.
        count: how many numbers.
        tidies: as for :class:`Worker`.
    """
    left = dict.fromkeys(range(count))
    with ExitStack() as at_work:
        crew = _crew(work, count, at_work, tidies=tidies)
        while crew:
            for worker in Worker.with_pieces(crew, wait=True):
                try:
                    number, made = worker.receive()
                except WorkerFailedError:  # it has ended
                    crew.remove(worker)
                    continue
                del left[number]
                yield number, made
    for number in left:
        yield number, work(number)


def _crew(work: Callable[[int], object], count: int, at_work: ExitStack, *, tidies: bool) -> list[Worker]:
    """Workers on all processors that share some work, until ``at_work`` is left."""
    spare, crew = spare_processors(), list[Worker]()
    if count < 2 or spare == 0:
        return crew
    try:
        claims = Claims(count)
    except OSError:  # no more handles to be had
        return crew

    def share(send: Send, tally: Tally) -> None:
        for number in claims:
            send((number, work(number)))
            tally.advance(1)

    for _ in range(min(spare + 1, count)):
        worker = hire(share, tidies=tidies)
        if worker is not None:
            at_work.callback(worker.dismiss)
            crew.append(worker)
    at_work.callback(claims.close)
    return crew


class WorkerFailedError(Exception):
    """A worker ended before it had handed over what was asked of it."""


class Worker:
    """A copy of this process that does one thing; it does not outlive its use.

    Args:
        work: what it does.
        tidies: whether work that is ended early is to undo what it has begun, such as files in the
            making; it is interrupted then, and waited for.

    Raises:
        OSError: the system refuses another process.
    """

    ready: int
    """What can be read from as soon as it has something to hand over, or has ended."""

    def __init__(self, work: Work, *, tidies: bool = False) -> None:
        self.tally = Tally()
        with ExitStack() as own, ExitStack() as lent:
            with _beside_streams():
                pieces = os.memfd_create("pieces")
                lent.callback(os.close, pieces)
                # opened anew, as the two processes would move each other's place in it
                self._pieces = own.enter_context(Path(f"/proc/self/fd/{pieces}").open("rb"))
                self.ready, tell = os.pipe()
                own.callback(os.close, self.ready)
                lent.callback(os.close, tell)
            before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
            lent.callback(signal.pthread_sigmask, signal.SIG_SETMASK, before)
            process = os.fork()
            if process == 0:
                _do(work, (pieces, tell), self.tally, tidies=tidies)
            ending = signal.SIGTERM if tidies else signal.SIGKILL
            self.dismiss = weakref.finalize(self, _dismiss, process, ending, own.pop_all())
            """Ends it, whether it has finished or not."""

    def is_working(self) -> bool:
        """Whether it has nothing new to hand over yet, after a moment's wait."""
        return not self.with_pieces([self], wait=True)

    @staticmethod
    def with_pieces(workers: Sequence[Worker], *, wait: bool) -> list[Worker]:
        """Those of some workers that have something to hand over, or have ended.

        Args:
            workers: the workers.
            wait: for a moment, if there are none yet.
        """
        waiting = select.poll()  # which knows no largest handle
        for worker in workers:
            waiting.register(worker.ready, select.POLLIN)
        ready = {handle for handle, _ in waiting.poll(_LOOK if wait else 0)}
        return [worker for worker in workers if worker.ready in ready]

    def receive(self) -> Any:
        """The next piece of what it makes, waited for.

        Raises:
            WorkerFailedError: there is none; it failed, for whatever reason.
        """
        if not os.read(self.ready, 1):
            raise WorkerFailedError
        try:
            return pickle.load(self._pieces)  # noqa: S301  (it comes from a copy of this process)
        except (EOFError, pickle.UnpicklingError) as error:
            raise WorkerFailedError from error


@contextmanager
def _beside_streams() -> Iterator[None]:
    """Meanwhile nothing that is opened gets the handle of a standard stream that is closed.

    A worker puts something else in the place of its standard streams, whatever is there.
    """
    with ExitStack() as held:
        while (handle := os.open(os.devnull, os.O_RDWR)) in _STREAMS:
            held.callback(os.close, handle)
        os.close(handle)
        yield


def _do(work: Work, handles: tuple[int, int], tally: Tally, *, tidies: bool) -> NoReturn:
    """Do a worker's work in its own process, which ends here whatever happens."""
    pieces, tell = handles
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that people see
        signal.signal(signal.SIGTERM, _interrupt if tidies else signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT, signal.SIGTERM})
        stay_alone()
        nowhere = os.open(os.devnull, os.O_RDWR)
        for stream in _STREAMS:  # nobody shall wait for the end of what it never writes
            os.dup2(nowhere, stream)
        with os.fdopen(pieces, "wb") as out:

            def send(piece: object) -> None:
                pickle.dump(piece, out, pickle.HIGHEST_PROTOCOL)
                out.flush()
                os.write(tell, b"\0")

            work(send, tally)
    finally:
        os._exit(0)  # skips all that belongs to the process that it is a copy of


def _interrupt(_number: int, _frame: object) -> None:
    """Have a worker undo what it is at, and not be interrupted at that."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise KeyboardInterrupt


def _dismiss(process: int, ending: signal.Signals, own: ExitStack) -> None:
    # where SIGCHLD is ignored, one that has ended is gone, and its number may be somebody else's
    with own, suppress(ChildProcessError, ProcessLookupError):
        if os.waitpid(process, os.WNOHANG) == (0, 0):
            os.kill(process, ending)
            os.waitpid(process, 0)

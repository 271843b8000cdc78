"""Workers: copies of a process that do a part of its work, and what becomes of those that fail."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from ast import literal_eval
from collections.abc import Iterator
from pathlib import Path

import pytest

from custbook_gen import workers
from custbook_gen.workers import (
    Claims,
    Send,
    Tally,
    Worker,
    WorkerFailedError,
    as_made,
    hire,
    shared_out,
    spare_processors,
)

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="only Linux copies processes safely"),
    pytest.mark.filterwarnings("ignore:This process"),
]
ROOT = Path(__file__).parent.parent


def count(send: Send, tally: Tally) -> None:
    tally.begin("read", 3)
    for number in range(3):
        tally.advance(1)
        send({"number": number, "text": "客户" * 50_000})


def lasting(send: Send, _tally: Tally) -> None:
    send(os.getpid())
    time.sleep(600)


def handles() -> set[str]:
    return {path.name for path in Path("/proc/self/fd").iterdir()}


def working(work: workers.Work) -> Worker:
    worker = hire(work)
    assert worker is not None
    return worker


def test_what_it_makes_arrives_piece_by_piece() -> None:
    worker = working(count)
    assert [worker.receive()["number"] for _ in range(3)] == [0, 1, 2]
    assert (worker.tally.total, worker.tally.done) == (3, 3)
    with pytest.raises(WorkerFailedError):
        worker.receive()
    worker.dismiss()


def test_one_that_fails_says_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    def fail(send: Send, _tally: Tally) -> None:
        send("first")
        os.write(1, b"not for anybody")
        raise ValueError("nobody sees this")

    worker = working(fail)
    assert worker.receive() == "first"
    with pytest.raises(WorkerFailedError):
        worker.receive()
    worker.dismiss()
    assert capfd.readouterr() == ("", "")


def test_one_that_is_killed_is_one_that_fails() -> None:
    worker = working(lambda _send, _tally: os.kill(os.getpid(), signal.SIGKILL))
    with pytest.raises(WorkerFailedError):
        worker.receive()
    worker.dismiss()


def test_interrupts_are_for_the_process_that_people_see() -> None:
    def interrupted(send: Send, _tally: Tally) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        send("done")

    worker = working(interrupted)
    assert worker.receive() == "done"
    worker.dismiss()


def test_a_dismissed_one_is_gone_and_leaves_nothing_open() -> None:
    before = handles()
    worker = working(lasting)
    process = worker.receive()
    worker.dismiss()
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)
    assert handles() == before


@pytest.fixture
def children_ignored() -> Iterator[None]:
    """Nobody wants to know of children that end, as some programs have it for all that they start."""
    before = signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    yield
    signal.signal(signal.SIGCHLD, before)


@pytest.mark.usefixtures("children_ignored")
@pytest.mark.parametrize("work", [count, lasting])
def test_where_nobody_waits_for_children_one_is_dismissed_all_the_same(work: workers.Work) -> None:
    before, others = handles(), _children()
    worker = working(work)
    worker.receive()
    worker.dismiss()
    assert handles() == before
    assert _children() <= others


@pytest.mark.usefixtures("children_ignored")
def test_where_nobody_waits_for_children_the_number_of_one_that_ended_is_let_be(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    others = _children()
    worker = working(lambda _send, _tally: None)
    with pytest.raises(WorkerFailedError):
        worker.receive()
    until = time.monotonic() + 20
    while not _children() <= others:
        assert time.monotonic() < until
        time.sleep(0.01)
    monkeypatch.setattr(os, "kill", lambda *_: pytest.fail("somebody else was killed"))
    worker.dismiss()


def _children() -> set[str]:
    """The processes that this one has started and that are there, other tests' helpers among them."""
    here = os.getpid()
    return set(Path(f"/proc/{here}/task/{here}/children").read_text().split())


def test_one_that_nobody_asks_any_more_is_gone_too() -> None:
    worker = working(lasting)
    process = worker.receive()
    del worker
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


def test_it_ends_when_the_process_that_started_it_was_killed() -> None:
    program = """
import os, sys, time
from custbook_gen.workers import Worker
def work(send, tally):
    send(os.getpid())
    while True:
        tally.advance(1)
        time.sleep(0.01)
worker = Worker(work)
print(worker.receive(), flush=True)
os.kill(os.getpid(), 9)
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, check=False)
    process = int(done.stdout)
    deadline = time.monotonic() + 20
    while Path(f"/proc/{process}").exists() and "zombie" not in _state(process):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def _state(process: int) -> str:
    try:
        return Path(f"/proc/{process}/status").read_text().splitlines()[2]
    except OSError:
        return "zombie"


@pytest.mark.parametrize("closed", [(0,), (1,), (2,), (0, 1), (0, 2), (1, 2), (0, 1, 2)])
def test_whichever_standard_streams_are_closed_its_own_handles_are_others(
    closed: tuple[int, ...], tmp_path: Path
) -> None:
    program = f"""
import os, time
from pathlib import Path
from custbook_gen import workers
workers.spare_processors = lambda: 1
here = os.getpid()
def place(stream):
    return Path(f"/proc/self/fd/{{stream}}")
def count(send, tally):
    for number in range(3):
        send((number, [os.readlink(place(stream)) for stream in range(3)]))
def process(number):
    time.sleep(0.02)
    return number, os.getpid() == here
worker = workers.hire(count)
found = [worker.receive() for _ in range(3)]
claims = workers.Claims(3)
taken = [stream for stream in {closed} if place(stream).exists()]
worker.dismiss()
told = found, workers.shared_out(process, 20), list(claims), taken
Path({str(tmp_path / "told")!r}).write_text(repr(told))
"""
    shell = " ".join(f"{stream}>&-" for stream in closed)
    command = ["sh", "-c", f'exec "$0" -c "$1" {shell}', sys.executable, program]
    subprocess.run(command, cwd=ROOT, check=True, timeout=60)
    found, shared, claimed, taken = literal_eval((tmp_path / "told").read_text())
    assert found == [(number, [os.devnull] * 3) for number in range(3)]
    assert [number for number, _ in shared] == list(range(20))
    assert {is_here for _, is_here in shared} == {True, False}
    assert (claimed, taken) == ([0, 1, 2], [])


@pytest.mark.parametrize("left", [0, 4])
def test_one_whose_piece_does_not_come_whole_is_one_that_fails(left: int) -> None:
    def cut(send: Send, tally: Tally) -> None:
        send("a piece")
        handles = Path("/proc/self/fd").iterdir()
        os.ftruncate(next(int(path.name) for path in handles if "memfd" in str(path.readlink())), left)
        tally.advance(1)

    worker = working(cut)
    while not worker.tally.done:
        time.sleep(0.01)
    with pytest.raises(WorkerFailedError):
        worker.receive()
    worker.dismiss()


def test_there_are_as_many_as_processors_besides_the_own_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threading, "active_count", lambda: 1)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _process: {0, 1, 2, 3})
    assert spare_processors() == 3


def test_a_process_with_threads_or_of_several_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _process: {0, 1, 2, 3})
    monkeypatch.setattr(threading, "active_count", lambda: 2)
    assert spare_processors() == 0
    monkeypatch.setattr(threading, "active_count", lambda: 1)
    monkeypatch.setattr(workers, "_alone", False)
    workers.stay_alone()
    assert spare_processors() == 0


def test_a_worker_has_none_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threading, "active_count", lambda: 1)
    worker = working(lambda send, _tally: send(spare_processors()))
    assert worker.receive() == 0
    worker.dismiss()


def test_where_the_system_refuses_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> int:
        raise BlockingIOError

    before = handles()
    for name in ("fork", "pipe", "memfd_create"):
        with monkeypatch.context() as patched:
            patched.setattr(os, name, refused)
            assert hire(count) is None
    assert handles() == before


@pytest.fixture
def one_to_spare(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "spare_processors", lambda: 1)


def process_of(number: int) -> tuple[int, int]:
    time.sleep(0.01)
    return number, os.getpid()


@pytest.mark.usefixtures("one_to_spare")
def test_work_shared_out_is_done_once_by_either_and_comes_back_in_order() -> None:
    before = handles()
    found = shared_out(process_of, 40)
    assert [number for number, _ in found] == list(range(40))
    assert {process for _, process in found} > {os.getpid()}
    assert handles() == before


@pytest.mark.usefixtures("one_to_spare")
@pytest.mark.parametrize("after", [0, 3])
def test_what_a_worker_took_and_did_not_bring_back_is_done_here(after: int) -> None:
    here = os.getpid()
    done: list[int] = []

    def work(number: int) -> int:
        if os.getpid() != here:
            if len(done) == after:
                os.kill(os.getpid(), signal.SIGKILL)
            done.append(number)
        else:
            time.sleep(0.05)
        return number * number

    assert shared_out(work, 12) == [number * number for number in range(12)]


@pytest.mark.usefixtures("one_to_spare")
def test_a_fault_in_the_work_is_told_by_the_process_that_people_see() -> None:
    def work(number: int) -> int:
        time.sleep(0.01)
        if number == 7:
            raise LookupError("seven")
        return number

    before = handles()
    with pytest.raises(LookupError, match="seven"):
        shared_out(work, 12)
    assert handles() == before


@pytest.mark.usefixtures("one_to_spare")
@pytest.mark.parametrize("missing", ["memfd_create", "pipe", "fork"])
def test_without_another_process_work_is_done_alone(monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    def refused(*_: object) -> int:
        raise BlockingIOError

    before = handles()
    monkeypatch.setattr(os, missing, refused)
    assert {process for _, process in shared_out(process_of, 5)} == {os.getpid()}
    monkeypatch.undo()
    assert handles() == before


def test_every_number_is_claimed_by_one_process_alone() -> None:
    claims = Claims(5000)

    def take(send: Send, _tally: Tally) -> None:
        send(list(claims))

    crew = [working(take) for _ in range(3)]
    taken = [list(claims), *(worker.receive() for worker in crew)]
    for worker in crew:
        worker.dismiss()
    claims.close()
    assert sorted(number for numbers in taken for number in numbers) == list(range(5000))


def test_more_numbers_than_there_is_room_for_are_refused() -> None:
    before = handles()
    with pytest.raises(OSError):  # noqa: PT011  (whatever the system says)
        Claims(1_000_000)
    assert handles() == before
    assert shared_out(str, 40_000) == list(map(str, range(40_000)))


# ---------------------------------------------------------------- all processors


@pytest.fixture
def two_to_spare(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "spare_processors", lambda: 2)


@pytest.mark.usefixtures("two_to_spare")
def test_work_for_all_processors_is_done_once_by_workers_alone() -> None:
    before = handles()
    found = dict(as_made(process_of, 40))
    assert sorted(found) == list(range(40))
    processes = {process for _, process in found.values()}
    assert len(processes) == 3
    assert os.getpid() not in processes
    assert handles() == before


@pytest.mark.usefixtures("two_to_spare")
@pytest.mark.parametrize("missing", ["memfd_create", "pipe", "fork"])
def test_work_for_all_processors_is_done_here_where_there_are_no_workers(
    monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    def refused(*_: object) -> int:
        raise BlockingIOError

    monkeypatch.setattr(os, missing, refused)
    assert [found for _, found in as_made(process_of, 5)] == [(number, os.getpid()) for number in range(5)]


@pytest.mark.usefixtures("two_to_spare")
@pytest.mark.parametrize("numbers", [{3}, set(range(9))])
def test_what_workers_failed_to_do_is_done_here(numbers: set[int]) -> None:
    here = os.getpid()

    def work(number: int) -> int:
        if os.getpid() != here and number in numbers:
            os.kill(os.getpid(), signal.SIGKILL)
        return number * number

    assert dict(as_made(work, 9)) == {number: number * number for number in range(9)}


@pytest.mark.usefixtures("two_to_spare")
def test_workers_that_are_ended_early_tidy_up_and_take_no_more(tmp_path: Path) -> None:
    def work(number: int) -> int:
        if number < 3:
            return number
        draft = tmp_path / f"{number}.tmp"
        try:
            draft.touch()
            time.sleep(600)
        finally:
            draft.unlink()
        return number

    before, others = handles(), _children()
    making = as_made(work, 40, tidies=True)
    assert {next(making)[0] for _ in range(3)} == {0, 1, 2}
    deadline = time.monotonic() + 20
    while len(list(tmp_path.iterdir())) < 3:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    making.close()
    assert list(tmp_path.iterdir()) == []
    assert handles() == before
    assert _children() <= others


def test_one_that_tidies_up_is_interrupted_once_and_waited_for(tmp_path: Path) -> None:
    def work(send: Send, _tally: Tally) -> None:
        try:
            send("begun")
            time.sleep(600)
        finally:
            os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(0.2)
            (tmp_path / "tidy").touch()

    worker = hire(work, tidies=True)
    assert worker is not None
    assert worker.receive() == "begun"
    worker.dismiss()
    assert (tmp_path / "tidy").exists()

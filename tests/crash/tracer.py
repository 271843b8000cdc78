"""Runs an action in a process of its own, and kills it, or lets the system refuse, at its n-th step on files.

The process is traced from outside (``ptrace``, as ``strace`` does it): every system call on a
file below a watched folder is a *step*, those of SQLite and of C libraries included.  Nothing
in the program knows of it, and nothing of it is replaced.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import signal
import struct
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

SUPPORTED: Final = sys.platform == "linux" and platform.machine() == "x86_64"

_TRACEME, _CONTINUE, _POKEUSER = 0, 7, 6
_SETOPTIONS, _SYSCALL_INFO = 0x4200, 0x420E
_STOP_AT_FILTER, _KILL_WITH_ME = 0x80, 0x100000
_AT_FILTER: Final = signal.SIGTRAP | 7 << 8
_RAX, _ORIG_RAX = 10 * 8, 15 * 8
_NO_NEW_PRIVILEGES, _SET_FILTER = 38, 22
_LOAD, _IF_EQUAL, _RETURN = 0x20, 0x15, 0x06
_ALLOW, _TRACE = 0x7FFF0000, 0x7FF00000
_AT_FDCWD: Final = -100
_CREATES: Final = os.O_CREAT | os.O_TRUNC

CHANGING: Final = {
    1: "write", 18: "pwrite64", 20: "writev", 296: "pwritev", 40: "sendfile", 326: "copy_file_range",
    285: "fallocate", 74: "fsync", 75: "fdatasync", 77: "ftruncate", 91: "fchmod", 93: "fchown",
    76: "truncate", 82: "rename", 83: "mkdir", 84: "rmdir", 85: "creat", 86: "link", 87: "unlink",
    90: "chmod", 257: "openat", 258: "mkdirat", 263: "unlinkat", 264: "renameat", 316: "renameat2",
    268: "fchmodat", 452: "fchmodat2", 280: "utimensat", 2: "open",
}  # fmt: skip
"""System calls that change files, by their numbers; opening one counts only if it may make or empty it."""
LOOKING: Final = {
    0: "read", 17: "pread64", 19: "readv", 4: "stat", 6: "lstat", 21: "access", 262: "newfstatat",
    332: "statx", 217: "getdents64", 5: "fstat", 8: "lseek",
}  # fmt: skip
"""System calls that only look; the system may refuse these too."""
_BY_HANDLE: Final = frozenset({0, 1, 5, 8, 17, 18, 19, 20, 296, 217, 285, 74, 75, 77, 91, 93})
_BY_PATH: Final = frozenset({2, 4, 6, 21, 76, 82, 83, 84, 85, 86, 87, 90})
_BY_FOLDER_AND_PATH: Final = frozenset({257, 258, 262, 263, 264, 268, 280, 316, 332, 452})


@dataclass(frozen=True, slots=True)
class Fault:
    """What happens at a step.

    Attributes:
        at: the step's number, from 1.
        error: what the system refuses it with; the process is killed where left out.
        lasting: every later step is refused as well, as on a share that is gone.
        only: the calls that are refused; all where left out.
    """

    at: int
    error: int | None = None
    lasting: bool = False
    only: frozenset[str] = frozenset()

    def hits(self, number: int, name: str) -> bool:
        """Whether a step fails."""
        reached = number >= self.at if self.lasting else number == self.at
        return reached and (not self.only or name in self.only)


@dataclass(slots=True)
class Ended:
    """How a run ended: its steps (call and file), and its exit code; none if it was killed."""

    steps: list[str] = field(default_factory=list)
    code: int | None = None


def traced(
    action: Callable[[], int], folder: Path, fault: Fault | None = None, *, looks: bool = False
) -> Ended:
    """Run an action in a process of its own.

    Args:
        action: gives the exit code.
        folder: steps on files below it count.
        fault: what happens to it.
        looks: calls that only look count as well.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    calls = {**CHANGING, **LOOKING} if looks else CHANGING
    child = os.fork()
    if child == 0:
        _become(action, sorted(calls))
    os.waitpid(child, 0)
    _ptrace(_SETOPTIONS, child, 0, _STOP_AT_FILTER | _KILL_WITH_ME)
    return _Tracing(child, str(folder.resolve()), calls, fault).follow()


def _become(action: Callable[[], int], calls: Sequence[int]) -> None:
    """What the new process does; it never returns."""
    code = 70
    try:
        _ptrace(_TRACEME, 0, 0, 0)
        os.kill(os.getpid(), signal.SIGSTOP)
        _stop_at(calls)
        code = action()
    except BaseException:  # noqa: BLE001  (a traceback is what the caller is to be told of)
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _stop_at(calls: Sequence[int]) -> None:
    """Have this process stop at these system calls alone, so that it is fast between them."""
    rules = [(_LOAD, 0, 0, 0)]
    rules += [(_IF_EQUAL, len(calls) - at, 0, number) for at, number in enumerate(calls)]
    rules += [(_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _TRACE)]
    program = ctypes.create_string_buffer(b"".join(struct.pack("<HBBI", *rule) for rule in rules))
    described = struct.pack("<HxxxxxxQ", len(rules), ctypes.addressof(program))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) or libc.prctl(_SET_FILTER, 2, described, 0, 0):
        number = ctypes.get_errno()
        raise OSError(number, f"seccomp: {os.strerror(number)}")


@dataclass(slots=True)
class _Tracing:
    child: int
    folder: str
    calls: dict[int, str]
    fault: Fault | None
    ended: Ended = field(default_factory=Ended)

    def follow(self) -> Ended:
        """See the process through to its end."""
        while True:
            _ptrace(_CONTINUE, self.child, 0, 0)
            _, status = os.waitpid(self.child, 0)
            if os.WIFEXITED(status):
                self.ended.code = os.WEXITSTATUS(status)
                return self.ended
            if os.WIFSIGNALED(status):
                return self.ended
            if status >> 8 == _AT_FILTER:
                self._step()

    def _step(self) -> None:
        info = ctypes.create_string_buffer(88)
        _ptrace(_SYSCALL_INFO, self.child, 88, ctypes.addressof(info))
        number, *arguments = struct.unpack_from("<7Q", info.raw, 24)
        path = self._watched(number, arguments)
        if path is None:
            return
        name = self.calls[number]
        self.ended.steps.append(f"{name} {path}")
        if self.fault is not None and self.fault.hits(len(self.ended.steps), name):
            if self.fault.error is None:
                os.kill(self.child, signal.SIGKILL)
            else:
                _ptrace(_POKEUSER, self.child, _ORIG_RAX, (1 << 64) - 1)
                _ptrace(_POKEUSER, self.child, _RAX, (1 << 64) - self.fault.error)

    def _watched(self, number: int, arguments: list[int]) -> str | None:
        """The file below the folder that a call is about, if any."""
        if number not in self.calls:
            return None
        if number in (2, 257):
            flags = arguments[1] if number == 2 else arguments[2]
            if not flags & _CREATES and 4 not in self.calls:
                return None
        if number in _BY_PATH:
            path = self._text(arguments[0])
        elif number in _BY_FOLDER_AND_PATH:
            path = self._text(arguments[1])
            folder = ctypes.c_int(arguments[0] & 0xFFFFFFFF).value
            if not path.startswith("/") and folder != _AT_FDCWD:
                path = f"{self._handle(folder)}/{path}".rstrip("/")
        else:
            at = {40: 0, 326: 2}.get(number, 0)
            path = self._handle(ctypes.c_int(arguments[at] & 0xFFFFFFFF).value)
        if not path.startswith("/"):
            path = os.path.normpath(os.path.join(_link(f"/proc/{self.child}/cwd"), path))  # noqa: PTH118
        if path != self.folder and not path.startswith(f"{self.folder}/"):
            return None
        return path[len(self.folder) + 1 :] or "."

    def _handle(self, handle: int) -> str:
        return _link(f"/proc/{self.child}/fd/{handle}")

    def _text(self, address: int) -> str:
        """A text in the process's memory."""
        with open(f"/proc/{self.child}/mem", "rb", buffering=0) as memory:  # noqa: PTH123
            memory.seek(address)
            data = b""
            while b"\0" not in data and len(data) < 8192:
                more = memory.read(4096 - (address + len(data)) % 4096)
                if not more:
                    break
                data += more
        return os.fsdecode(data.partition(b"\0")[0])


def _link(path: str) -> str:
    try:
        return os.readlink(path)  # noqa: PTH115
    except OSError:
        return ""


def _ptrace(request: int, child: int, address: int, data: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    libc.ptrace.restype = ctypes.c_long
    libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_ulong, ctypes.c_ulong]
    if libc.ptrace(request, child, address, data) < 0:
        number = ctypes.get_errno()
        if number != errno.ESRCH:  # it ended meanwhile
            raise OSError(number, f"ptrace {request}: {os.strerror(number)}")


def refused() -> str | None:
    """Why this system does not let processes be traced, if it does not."""
    if not SUPPORTED:
        return "tracing is written for Linux on x86-64"
    try:
        ended = traced(lambda: 7, Path("/nonexistent"))
    except OSError as error:
        return str(error)
    return None if ended.code == 7 else f"a traced process ended with {ended.code}"

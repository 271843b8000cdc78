"""The command line: parse words, call one action, print the report, exit.

Everything heavy is imported inside the commands, and each command only when it is called, so
that ``--help`` is instant; ``--version`` is answered before anything is imported.
"""

import gc
import io
import os
import sys

from custbook_gen import __version__

__all__ = ["main"]

INTERRUPTED = 130
"""The exit code after Ctrl-C."""
OBJECTS = 1_000_000
"""So many objects are made before garbage is looked for."""
FAILING = ("strict", "surrogateescape")
"""Ways of printing that end in an error where an encoding lacks a character."""
SOON = 0.01
"""Seconds until an interrupt is repeated."""
_interrupts: list[int] = []
"""The signals that interrupted this process."""


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and leave with its exit code."""
    try:
        _run(arguments)
    except SystemExit as end:
        if arguments is None:
            _leave(end.code)
        raise
    except KeyboardInterrupt:  # so early or late that no sentence is at hand
        sys.exit(INTERRUPTED)
    except Exception:
        if not _interrupts:
            raise
        sys.exit(INTERRUPTED)  # libraries say in their own words what strikes while they are loaded


def _run(arguments: list[str] | None) -> None:
    words = sys.argv[1:] if arguments is None else arguments
    _fill_in_streams()
    if arguments is None:
        _print_anything()
    if words == ["--version"]:
        sys.stdout.write(f"custbook {__version__}\n")
        sys.exit(0)
    if arguments is None:  # a process of our own, that soon ends
        gc.set_threshold(OBJECTS)  # looking for garbage takes a third of its time
        sys.unraisablehook = _once_more
        os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "1")  # it would look into every installed package
        _listen()
        from custbook_gen.ending import own_process

        own_process()
    from custbook_gen.cli.program import run

    run(words)


def _fill_in_streams() -> None:
    """Have something that says nothing in place of streams that are closed (``>&-``, ``pythonw``).

    Their numbers are taken with it: a file of ours that got one would also get what libraries print.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            nowhere = os.open(os.devnull, os.O_RDWR)
            setattr(sys, name, open(nowhere, mode, encoding="utf-8", closefd=False))  # noqa: SIM115


def _print_anything() -> None:
    """Have what outputs cannot spell escaped: no report of what is stored may be lost over a character."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and stream.errors in FAILING:
            stream.reconfigure(errors="backslashreplace")


def _leave(code: object) -> None:
    """End this process without freeing all that it made; comes back where something is in the way of that."""
    import atexit

    if code is not None and not isinstance(code, int):
        return
    try:
        atexit._run_exitfuncs()  # noqa: SLF001  (what Python does first at its end)
        sys.stdout.flush()
        sys.stderr.flush()
    except (OSError, ValueError, AttributeError):  # nobody reads it any more: Python says so itself
        return
    os._exit(code or 0)


def _listen() -> None:
    """Remember that there was an interrupt, where one does something here at all."""
    import signal

    def interrupted(number: int, _frame: object) -> None:
        _interrupts.append(number)
        raise KeyboardInterrupt

    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, interrupted)


def _once_more(told: "sys.UnraisableHookArgs") -> None:
    """Repeat an interrupt that struck where Python can only drop it, such as between two imports."""
    if not isinstance(told.exc_value, KeyboardInterrupt):
        sys.__unraisablehook__(told)
        return
    import signal

    if hasattr(signal, "setitimer"):
        signal.signal(signal.SIGALRM, signal.default_int_handler)
        signal.setitimer(signal.ITIMER_REAL, SOON)

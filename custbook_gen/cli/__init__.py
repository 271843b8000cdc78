"""The command line: parse words, call one action, print the report, exit.

Everything heavy is imported inside the commands, and each command only when it is called, so
that ``--help`` is instant; ``--version`` is answered before anything is imported.
"""

import gc
import sys

from custbook_gen import __version__

__all__ = ["main"]

INTERRUPTED = 130
"""The exit code after Ctrl-C."""
OBJECTS = 1_000_000
"""So many objects are made before garbage is looked for."""


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and leave with its exit code."""
    words = sys.argv[1:] if arguments is None else arguments
    if words == ["--version"]:
        sys.stdout.write(f"custbook {__version__}\n")
        sys.exit(0)
    own = arguments is None
    if own:  # a process of our own, that soon ends: looking for garbage takes a third of its time
        gc.set_threshold(OBJECTS)
    try:
        from custbook_gen.cli.program import run

        run(words)
    except KeyboardInterrupt:  # so early that no sentence is at hand yet
        sys.exit(INTERRUPTED)
    finally:
        if own:  # or Python looks through all objects once more at its end: a fifth of a second
            gc.freeze()

"""The command line: parse words, call one action, print the report, exit.

Everything heavy is imported inside the commands, and each command only when it is called, so
that ``--help`` is instant; ``--version`` is answered before anything is imported.
"""

import sys

from custbook_gen import __version__

__all__ = ["main"]


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and leave with its exit code."""
    words = sys.argv[1:] if arguments is None else arguments
    if words == ["--version"]:
        sys.stdout.write(f"custbook {__version__}\n")
        sys.exit(0)
    from custbook_gen.cli.program import run

    run(words)

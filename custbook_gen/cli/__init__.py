"""The command line: parse words, call one action, print the report, exit.

Everything heavy is imported inside the commands, so that ``--help`` is instant.
"""

from custbook_gen.cli.commands import main

__all__ = ["main"]

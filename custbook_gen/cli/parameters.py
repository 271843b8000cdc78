"""Kinds of words that several commands take."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Final

import click

from custbook_gen.cli.language import tell

LARGEST: Final = 2**63 - 1


class _Given(click.types.StringParamType):
    """A text that is not empty, as that of a variable is that nobody set."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The text."""
        return super().convert(value, param, ctx) or self.fail(tell("error.nothing-given"), param, ctx)


class _Place(click.Path):
    """A path that is not empty (which would mean the present folder); that of a file ends in a name."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path."""
        if not os.fspath(value):
            self.fail(tell("error.nothing-given"), param, ctx)
        if self.file_okay and not Path(value).name:
            self.fail(tell("error.names-no-file", name=value), param, ctx)
        return super().convert(value, param, ctx)


class _Count(click.IntRange):
    """A whole number as far as stores count."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The number."""
        number = super().convert(value, param, ctx)
        if number > LARGEST:
            self.fail(tell("error.number-large", number=str(number)), param, ctx)
        return number


LANGS = click.Choice(["zh", "en", "zh+en"])
FOLDER = _Place(file_okay=False, path_type=Path)
FILE = _Place(path_type=Path)
GIVEN = _Given()
TARGET = GIVEN
"""A workbook: the path of a file, or an address."""
COUNT = _Count(min=1)
"""How many, or which one."""

"""Kinds of words that several commands take."""

from __future__ import annotations

from pathlib import Path

import click

LANGS = click.Choice(["zh", "en", "zh+en"])
FOLDER = click.Path(file_okay=False, path_type=Path)
FILE = click.Path(path_type=Path)
TARGET = click.STRING
"""A workbook: the path of a file, or an address."""

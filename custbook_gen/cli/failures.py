"""What stops a command, told in its one sentence."""

from __future__ import annotations

import os

import click

from custbook_gen.cli.language import inert, ui_lang
from custbook_gen.errors import CustbookError, reason_of


def tell_failure(error: CustbookError | OSError) -> int:
    """Say on standard error what stopped a command; the exit code for it."""
    told = error if isinstance(error, CustbookError) else _of_system(error)
    click.echo(inert(told.sentence(ui_lang())), err=True)
    return told.exit_code


def _of_system(error: OSError) -> CustbookError:
    """Whatever file it was, its disk or share fails."""
    named = "" if isinstance(error.filename, int) else error.filename or ""
    file = os.path.split(os.fsdecode(named))[1] or "custbook"
    return CustbookError("file-unreachable", file=file, reason=reason_of(error))

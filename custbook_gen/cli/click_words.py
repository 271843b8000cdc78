"""The library of the command line speaks Chinese too.

It hands every word of its own to ``gettext``, under the names ``_`` and ``ngettext`` of its modules;
here others are put in their place.  A catalogue of ``gettext`` itself would not do: it is chosen by
the system's language, which ``CUSTBOOK_LANG`` goes before.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import wraps
from typing import Any

import click.core
import click.decorators
import click.exceptions
import click.formatting
import click.parser
import click.termui
import click.types

from custbook_gen.texts.clicks import CHINESE

MODULES = (
    *(click.core, click.decorators, click.exceptions, click.formatting),
    *(click.parser, click.termui, click.types),
)
"""Those that say something which users may see."""


def speak_chinese() -> None:
    """Have all of the library's words said in Chinese from now on, those that are not known in English."""
    for module in MODULES:
        for name, said in (("_", _said), ("ngettext", _said_of_many)):
            if hasattr(module, name):
                setattr(module, name, said)
    for kind in (click.core.Parameter, click.core.Option, click.core.Argument):
        _say_after(kind, "get_error_hint", _in_full_quotes)
    _say_after(click.exceptions.MissingParameter, "format_message", _with_full_stop)


def _say_after(kind: type, name: str, change: Callable[[str], str]) -> None:
    """Change what a method of the library says that it puts together itself."""
    says = getattr(kind, name)

    @wraps(says)
    def say(*given: Any) -> str:
        return change(says(*given))

    setattr(kind, name, say)


def _in_full_quotes(hint: str) -> str:
    """What a parameter is called, in quotes as Chinese has them."""
    return re.sub("'([^']*)'", "“\\1”", hint)


def _with_full_stop(message: str) -> str:
    """That a parameter is missing, with nothing but its name before the stop."""
    return message.replace(" “", "“", 1).replace("”.", "”。", 1)


def _said(message: str) -> str:
    return CHINESE.get(message, message)


def _said_of_many(one: str, many: str, count: int) -> str:
    return _said(one if count == 1 else many)

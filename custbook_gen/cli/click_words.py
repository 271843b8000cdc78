"""The library of the command line speaks Chinese too.

It hands every word of its own to ``gettext``, under the names ``_`` and ``ngettext`` of its modules;
here others are put in their place.  A catalogue of ``gettext`` itself would not do: it is chosen by
the system's language, which ``CUSTBOOK_LANG`` goes before.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import wraps
from typing import Any, Final

import click.core
import click.decorators
import click.exceptions
import click.formatting
import click.parser
import click.termui
import click.types

from custbook_gen.texts.clicks import CHINESE, KINDS
from custbook_gen.widths import text_width

MODULES = (
    *(click.core, click.decorators, click.exceptions, click.formatting),
    *(click.parser, click.termui, click.types),
)
"""Those that say something which users may see."""
_OPENING: Final = "（“《"
_CLOSING: Final = ":，。；：、？！…）”》"
_WIDE: Final = r"\u2e80-\uffef"
_PIECE: Final = re.compile(rf"\s+|[{_OPENING}]*(?:[{_WIDE}]|[^\s{_WIDE}{_OPENING}]+)?[{_CLOSING}]*")
"""What stays on one line: a blank, a word, or one Chinese sign, with the punctuation that sticks to it."""


def speak_chinese() -> None:
    """Have all of the library's words said in Chinese from now on, those that are not known in English."""
    for module in MODULES:
        for name, said in (("_", _said), ("ngettext", _said_of_many)):
            if hasattr(module, name):
                setattr(module, name, said)
    for kind in (click.core.Parameter, click.core.Option, click.core.Argument):
        _say_after(kind, "get_error_hint", _in_full_quotes)
    _say_after(click.exceptions.MissingParameter, "format_message", _with_full_stop)
    for type_ in (click.types.StringParamType, click.types.IntRange):
        type_.name = KINDS.get(type_.name, type_.name)
    for name, own in (("term_len", _columns), ("wrap_text", _wrapped)):
        setattr(click.formatting, name, own)


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


def _columns(text: str) -> int:
    """How many columns of a terminal a text takes, where Chinese signs take two."""
    return text_width(click.unstyle(text))


def _wrapped(
    text: str,
    width: int = 78,
    initial_indent: str = "",
    subsequent_indent: str = "",
    preserve_paragraphs: bool = False,
) -> str:
    """A text in lines of so many columns, which may end between any two Chinese signs."""
    if preserve_paragraphs:
        parts = re.split(r"\n\s*\n", text)
        return "\n\n".join(_wrapped(part, width, initial_indent, subsequent_indent) for part in parts)
    lines, line, empty = list[str](), initial_indent, True
    for piece in _PIECE.findall(" ".join(text.split())):
        if not empty and _columns(line) + _columns(piece.rstrip()) > width:
            lines.append(line.rstrip())
            line, empty = subsequent_indent, True
        if piece.strip() or not empty:
            line, empty = line + piece, False
    return "\n".join([*lines, line.rstrip()])

"""Text of a part without its entities, read without a parser."""

from __future__ import annotations

import re
from functools import lru_cache
from sys import maxunicode
from typing import Final

_ENTITY: Final = re.compile(r"&(?:#[0-9]+|#x[0-9A-Fa-f]+|amp|lt|gt|quot|apos);|&")
_CHARACTER: Final = re.compile("[\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ENTITIES: Final = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}


class OddMarkupError(ValueError):
    """The rows are spelled in a way that only a real parser understands."""


def decoded(text: str) -> str:
    """Text of a part without its entities.

    Raises:
        OddMarkupError: it uses an entity that only a declaration could explain.
    """
    return _ENTITY.sub(_character, text) if "&" in text else text


def _character(entity: re.Match[str]) -> str:
    return _meaning(entity[0])


@lru_cache(maxsize=8192)
def _meaning(entity: str) -> str:
    """The character that an entity stands for; a few stand for most of a text."""
    name = entity[1:-1]
    if name in _ENTITIES:
        return _ENTITIES[name]
    if name.startswith("#"):
        code = int(name[2:], 16) if name.startswith("#x") else int(name[1:])
        if code <= maxunicode and _CHARACTER.match(chr(code)):
            return chr(code)
    raise OddMarkupError(entity)

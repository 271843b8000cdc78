"""What reading a part without a parser takes: its beginning, its entities."""

from __future__ import annotations

import re
from functools import lru_cache
from sys import maxunicode
from typing import Final

from custbook_gen.backends.excel.markup import MAIN

_ENTITY: Final = re.compile(r"&(?:#[0-9]+|#x[0-9A-Fa-f]+|amp|lt|gt|quot|apos);|&")
_CHARACTER: Final = re.compile("[\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_OTHER_ENCODING: Final = re.compile(rb"""<\?xml[^>]*encoding\s*=\s*["'](?!utf-?8["'])""", re.IGNORECASE)
_NAMESPACE: Final = f'xmlns="{MAIN}"'.encode()
_ENTITIES: Final = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}


class OddMarkupError(ValueError):
    """The rows are spelled in a way that only a real parser understands."""


def folded(data: bytes) -> bytes:
    """Markup with the line ends that a parser gives."""
    return data.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in data else data


def is_common_head(head: bytes, root: bytes) -> bool:
    """Whether a part begins as parts of workbooks commonly do.

    Args:
        head: everything up to its content.
        root: the start tag of its root element.
    """
    return _NAMESPACE in root and b"<!" not in head and not _OTHER_ENCODING.match(head)


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

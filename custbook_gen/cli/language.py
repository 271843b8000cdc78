"""Which language the command line speaks: ``CUSTBOOK_LANG``, else the system's.

The system's is that of the variables which programs go by (POSIX: ``LC_ALL`` before ``LC_MESSAGES``
before ``LANG``), whether its locale is installed or not, or where there are none (Windows), that
of the user's settings.
"""

from __future__ import annotations

import locale
import os
from typing import Final

from custbook_gen.texts import Lang, say

_CONTROLS: Final = {code: f"\\x{code:02x}" for code in (*range(9), 11, 12, *range(14, 32), *range(127, 160))}
"""What terminals take for orders, by how it is shown instead."""


def ui_lang() -> Lang:
    """``zh`` for a Chinese system or ``CUSTBOOK_LANG=zh``, else ``en``."""
    named = (os.environ.get(name) for name in ("CUSTBOOK_LANG", "LC_ALL", "LC_MESSAGES", "LANG"))
    wanted = next(filter(None, named), None) or locale.getlocale()[0] or ""
    return "zh" if wanted.lower().startswith(("zh", "chinese")) else "en"


def tell(key: str, **facts: object) -> str:
    """A sentence of the catalogue in the command line's language, whatever is in its facts."""
    return inert(say(key, ui_lang(), **facts))


def inert(text: str) -> str:
    """A text in which nothing gives orders to a terminal: names of files and cells are anybody's."""
    return text.translate(_CONTROLS)

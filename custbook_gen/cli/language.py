"""Which language the command line speaks: ``CUSTBOOK_LANG``, else the system's."""

from __future__ import annotations

import locale
import os

from custbook_gen.texts import Lang, say


def ui_lang() -> Lang:
    """``zh`` for a Chinese system or ``CUSTBOOK_LANG=zh``, else ``en``."""
    wanted = os.environ.get("CUSTBOOK_LANG") or locale.getlocale()[0] or os.environ.get("LANG", "")
    return "zh" if wanted.lower().startswith(("zh", "chinese")) else "en"


def tell(key: str, **facts: object) -> str:
    """A sentence of the catalogue in the command line's language."""
    return say(key, ui_lang(), **facts)

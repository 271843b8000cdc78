r"""Patterns that a spreadsheet can check: a regular expression as runs of permitted characters.

Spreadsheets know no regular expressions.  Most patterns of customer books (registration
numbers, account numbers, codes) are a few runs of characters from fixed sets, and these can
be counted.  Whatever goes beyond that (alternatives, groups, classes such as ``\d`` that
hold digits of every script) is left to sync.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from custbook_gen.formulas import literal
from custbook_gen.layout import list_name
from custbook_gen.value_objects import value_object

LONGEST: Final = 64
"""Characters of the longest text that a formula looks at one by one."""
POSITIONS: Final = list_name("text", "at")
"""Defined name of the numbers 1 to :data:`LONGEST`, one below the other."""
MAX_FORMULA: Final = 255
"""Characters of the longest formula that Excel takes in a rule."""
ROOM: Final = 240
"""Characters that a pattern may take of it in the farthest cell."""
FARTHEST: Final = "TRIM($AAA99)"
_TOKEN: Final = re.compile(
    r"""(?: \[ (?P<set> (?: [^\\\[\]^&~|] | \\[^0-9A-Za-z] )+ ) \]
          | \\(?P<escaped> [^0-9A-Za-z] )
          | (?P<plain> [^\\\[\](){}.*+?^$|] ) )
        (?: \{ (?P<least> \d{1,3} ) (?P<comma> , (?P<most> \d{1,3} )? )? \} | (?P<sign> [?*+] ) )?""",
    re.VERBOSE,
)
_MEMBER: Final = re.compile(r"(\\?.)(?:-(\\?.))?", re.DOTALL)
_REPEATS: Final = {"?": (0, 1), "*": (0, None), "+": (1, None)}


@value_object
class Run:
    """Characters of one set, at least and at most so many of them."""

    allowed: str
    least: int
    most: int


@lru_cache(maxsize=256)
def runs_of(pattern: str | None, limit: int) -> tuple[Run, ...] | None:
    """The runs that a pattern asks for from start to end; nothing where it asks for anything else.

    At most one of them varies in length, so that every other one has a fixed place, counted
    from the start or from the end.

    Args:
        pattern: the regular expression.
        limit: the most characters that the text may have anyhow.
    """
    if pattern is None or not (pattern.startswith("^") and pattern.endswith("$")):
        return None
    runs, at, body = [], 0, pattern[1:-1]
    while at < len(body):
        token = _TOKEN.match(body, at)
        run = _run(token, limit) if token is not None else None
        if token is None or run is None:
            return None
        runs.append(run)
        at = token.end()
    open_ended = [run for run in runs if run.least != run.most]
    fits = len(open_ended) <= 1 and _shortest(runs) <= limit and min(_longest(runs), limit) <= LONGEST
    return tuple(runs) if runs and fits else None


def pattern_conditions(pattern: str | None, limit: int, text: str) -> list[str] | None:
    """What a formula can ask so that a text matches a pattern; nothing if it cannot say all of it.

    Args:
        pattern: the regular expression.
        limit: the most characters that the text may have anyhow.
        text: the formula that gives the text.
    """
    runs = runs_of(pattern, limit)
    if runs is None or len(",".join(_conditions(runs, limit, FARTHEST))) > ROOM:
        return None
    return _conditions(runs, limit, text)


def counted(allowed: str, text: str) -> str:
    """How many characters of a text, among the first :data:`LONGEST`, belong to a set."""
    left = f'LEN(SUBSTITUTE({literal(allowed)},MID({text},{POSITIONS},1),""))'
    return f"SUMPRODUCT({len(allowed)}-{left})"


def _conditions(runs: Sequence[Run], limit: int, text: str) -> list[str]:
    """That a text has the right length and is made of runs."""
    least, most = _shortest(runs), min(_longest(runs), limit)
    sizes = [f"LEN({text}){'=' if least == most else '<='}{most}"]
    if 1 < least < most:
        sizes.insert(0, f"LEN({text})>={least}")
    ahead, behind, stretched = 0, least, False
    for run in runs:
        behind -= run.least
        if len(runs) == 1:
            part, size = text, f"LEN({text})"
        elif run.least != run.most:
            size, stretched = f"LEN({text})-{ahead + behind}", True
            part = f"MID({text},{ahead + 1},{size})"
        else:
            start = f"LEN({text})-{behind + run.most - 1}" if stretched else str(ahead + 1)
            part, size = f"MID({text},{start},{run.most})", str(run.most)
        if run.least == run.most == 1:
            sizes.append(f"ISNUMBER(FIND({part},{literal(run.allowed)}))")
        else:
            sizes.append(f"{counted(run.allowed, part)}={size}")
        ahead += run.least
    return sizes


def _shortest(runs: Sequence[Run]) -> int:
    return sum(run.least for run in runs)


def _longest(runs: Sequence[Run]) -> int:
    return sum(run.most for run in runs)


def _run(token: re.Match[str], limit: int) -> Run | None:
    allowed = _members(token["set"]) if token["set"] else token["escaped"] or token["plain"]
    least, most = int(token["least"] or 1), int(token["most"] or token["least"] or 1)
    if token["sign"]:
        least, most = _REPEATS[token["sign"]][0], _REPEATS[token["sign"]][1] or limit
    elif token["comma"] and not token["most"]:
        most = limit
    return Run(allowed, least, max(most, least)) if allowed else None


def _members(text: str) -> str | None:
    """The characters of a class, each once; nothing where a range is not one of ASCII characters."""
    found: dict[str, None] = {}
    for first, last in _MEMBER.findall(text):
        low, high = ord(first[-1]), ord((last or first)[-1])
        if not low <= high or (high > 127 and high != low):
            return None
        found.update(dict.fromkeys(map(chr, range(low, high + 1))))
    return "".join(found)

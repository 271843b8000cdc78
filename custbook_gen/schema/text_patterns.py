"""Regular expressions of fields, by the engine that matches them.

It needs time in proportion to a text, whatever the pattern, but for each character as many
steps as the pattern is long once its repetitions are spelled out.
"""

from __future__ import annotations

from typing import Final

from pydantic_core import SchemaError, SchemaValidator, core_schema

ROOM: Final = 50
"""How many times the engine must have room for a pattern, that it makes 10 MiB of at most."""
PER_TIME: Final = 20
"""Characters of a field for which it must have room once more: longer texts take smaller patterns."""


def pattern_problem(pattern: str) -> str | None:
    """What is wrong with a regular expression; nothing if the engine takes it."""
    try:
        SchemaValidator(core_schema.str_schema(pattern=pattern))
    except SchemaError as error:
        return str(error).rpartition("rror: ")[2]
    return None


def is_small(pattern: str, longest: int) -> bool:
    """Whether matching a correct pattern is quick in a text of so many characters."""
    times = max(ROOM, longest // PER_TIME)
    return pattern_problem(f"(?:{pattern}\n){{{times}}}") is None  # a comment would end with the line

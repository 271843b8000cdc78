"""What a schema says wrong: errors that Pydantic carries to whoever reads the schema.

A fault has a code, whose sentence is ``schema.<code>`` in the catalogue, facts for that
sentence, and the path from the model that raised it to the part that is wrong, so that
a loader can name file, line and column.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from pydantic_core import PydanticCustomError

from custbook_gen.texts import Saying, say

Path = tuple[str | int, ...]

SHOWN = 12
"""How many possible names a remedy lists at most."""


def fault(code: str, path: Path, /, **facts: object) -> PydanticCustomError:
    """A fault to be raised in a validator.

    Args:
        code: names the sentence ``schema.<code>``.
        path: the way from the raising model to the wrong part, as in Pydantic's locations.
        facts: what the sentence tells.
    """
    sentence = say(f"schema.{code}", "en", **facts)
    return PydanticCustomError(code, "{sentence}", {"sentence": sentence, "path": path, "facts": facts})


def remedy(wrong: str, names: Iterable[str]) -> Saying:
    """What to write instead of a wrong name: the nearest of the names, or all of them."""
    known = list(names)
    folded = {name.casefold(): name for name in known}
    near = difflib.get_close_matches(wrong.casefold(), folded, n=1)
    if near:
        return Saying("schema.meant", {"name": folded[near[0]]})
    more = ["…"] if len(known) > SHOWN else []
    return Saying("schema.allowed", {"names": tuple(known[:SHOWN] + more)})


def refuse_twice(part: str, names: Iterable[str]) -> None:
    """Raises a fault at the first name that stands in this part of a model for a second time."""
    seen: set[str] = set()
    for at, name in enumerate(names):
        if name in seen:
            raise fault("defined-twice", (part, at), name=name)
        seen.add(name)

"""One request as the service sees it, and one as the log keeps it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from tests.sheets_server.discovery import Method, enum_type, snake
from tests.sheets_server.errors import Json, malformed
from tests.sheets_server.identities import Grant
from tests.sheets_server.masks import Tree


@dataclass(frozen=True)
class Call:
    """A request whose method is known and whose sender is, too."""

    method: Method
    path: dict[str, str]
    query: dict[str, list[str]]
    body: Json
    tree: Tree
    grant: Grant

    @property
    def caller(self) -> str:
        """The sender's address."""
        return self.grant.email

    def options(self) -> Json:
        """Query parameters by name; repeated ones keep their list.

        Raises:
            ApiError: a parameter that the method does not have, or a value that it does not take.
        """
        found: Json = {}
        for name, given in self.query.items():
            rule = self.method.parameters.get(name)
            if rule is None:
                sentence = (
                    f'Invalid JSON payload received. Unknown name "{name}": Cannot bind query parameter. '
                    f"Field '{name}' could not be found in request message."
                )
                raise malformed([sentence])
            found[name] = given if rule.get("repeated") else _typed(name, given[-1], rule)
        return found


def _typed(name: str, text: str, rule: Json) -> Any:
    field = snake(name)
    if "enum" in rule and text not in rule["enum"]:
        raise malformed([f"Invalid value at '{field}' ({enum_type(name)}), \"{text}\""])
    if rule["type"] != "boolean":
        return text
    if text.lower() in {"true", "1", "t", "y", "yes"}:
        return True
    if text.lower() in {"false", "0", "f", "n", "no"}:
        return False
    raise malformed([f"Invalid value at '{field}' (TYPE_BOOL), \"{text}\""])


@dataclass
class Logged:
    """One request that reached the server, and what came of it.

    ``status`` is 0 where the connection was cut before an answer left; ``handled`` says whether it took
    effect.
    """

    method: str
    path: str
    query: dict[str, list[str]]
    kind: str
    raw_body: bytes
    caller: str = ""
    status: int = 0
    handled: bool = False
    raw_answer: bytes = field(default=b"", repr=False)

    @property
    def body(self) -> Any:
        """The body as JSON; None without one."""
        return json.loads(self.raw_body) if self.raw_body else None

    @property
    def answer(self) -> Any:
        """The answer as JSON; None where none was given."""
        return json.loads(self.raw_answer) if self.raw_answer else None

"""Batches that happen once, whatever becomes of their answers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from custbook_gen.backends.sheets.identity import Generation, claim, delete, next_generation, read_generation
from custbook_gen.backends.sheets.transport import (
    SPREADSHEETS,
    OutcomeUnknownError,
    Request,
    TakenError,
    Transport,
)
from custbook_gen.backends.sheets.wire import BODY_LIMIT, Json, parts_of
from custbook_gen.errors import WorkbookError
from custbook_gen.value_objects import value_object

PROBES: Final = 4
"""How often a batch is sent whose answer got lost, and that turns out not to have happened."""
TOKEN_ROOM: Final = 2_000
"""Bytes that the token takes in a body."""


@value_object
class Channel:
    """The way to write to one spreadsheet that was read at one generation.

    Every batch takes the next token in the same stroke.  Of two programs that read the same
    generation one is refused whole, and a batch whose answer got lost is known by its token.
    """

    transport: Transport
    spreadsheet_id: str
    name: str
    nonce: str
    workbook: str
    """Identifies the workbook; tokens follow from it."""
    before: Generation | None

    @property
    def number(self) -> int:
        """The generation that is being written."""
        return self.before.number + 1 if self.before is not None else 1

    def token(self, part: int) -> Generation:
        """The token of one batch of several."""
        return next_generation(self.workbook, self.number, part, self.nonce)

    def parts(self, requests: Sequence[Json]) -> list[list[Json]]:
        """The batches that requests need, each as large as Google likes it."""
        return list(parts_of(requests, BODY_LIMIT - TOKEN_ROOM))

    @property
    def digest(self) -> str:
        """What the spreadsheet's state will be called once everything is written."""
        return self.token(0).digest

    def write(self, requests: Sequence[Json]) -> None:
        """Send requests, in as few batches as sizes allow.

        Raises:
            WorkbookError: refused, out of reach, or somebody else wrote meanwhile.
        """
        last = self.before
        for part, batch in enumerate(self.parts(requests)):
            token = self.token(part)
            self._once(list(self._sealed(batch, token, last)), token)
            last = token

    def _sealed(self, batch: Sequence[Json], token: Generation, last: Generation | None) -> Iterator[Json]:
        if last is not None:
            yield delete(last.metadata_id)
        yield claim(token)
        yield from batch

    def _once(self, requests: list[Json], token: Generation) -> None:
        url = f"{SPREADSHEETS}/{self.spreadsheet_id}:batchUpdate"
        request = Request("POST", url, {"fields": "spreadsheetId"}, {"requests": requests}, repeatable=False)
        for attempt in range(1, PROBES + 1):
            try:
                self.transport.send(request)
            except OutcomeUnknownError:
                if self._landed(token):
                    return
                self.transport.rest(attempt)
            except TakenError as error:
                if self._landed(token):
                    return
                raise WorkbookError("file-changed", file=self.name) from error
            else:
                return
        raise WorkbookError("online-unreachable", file=self.name)

    def _landed(self, token: Generation) -> bool:
        """Whether a batch happened, by the token that it carries."""
        url = f"{SPREADSHEETS}/{self.spreadsheet_id}"
        answer = self.transport.send(Request("GET", url, {"fields": "developerMetadata"}))
        found = read_generation(answer.get("developerMetadata", []))
        return found is not None and (found.metadata_id, found.nonce) == (token.metadata_id, token.nonce)

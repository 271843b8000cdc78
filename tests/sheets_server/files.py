"""All files of the server: whose they are, who may open them, and drafts that take their place or vanish."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.sheets_server.clock import VirtualClock
from tests.sheets_server.errors import ApiError
from tests.sheets_server.evidence import Behaviour, Evidence
from tests.sheets_server.identities import Grant, Identities
from tests.sheets_server.spreadsheet import Spreadsheet

BEHAVIOURS = (
    Behaviour(
        "own-files-only",
        "with the scope drive.file alone, files that a person made are not there",
        Evidence.DOCUMENTED,
        "guide to Drive's scopes; files that a person opened with the program are not emulated",
    ),
    Behaviour(
        "uploads-refused",
        "uploads are no spreadsheets: .xlsx files are refused with 400 FAILED_PRECONDITION, others with "
        "INVALID_ARGUMENT",
        Evidence.MEASURED,
        "brekkylab/backlot issue 36",
    ),
)

OFFICE = "This operation is not supported for this document. The document must not be an Office file."
OWN_FILES = frozenset({"https://www.googleapis.com/auth/drive.file"})


@dataclass
class Files:
    """The files of one server."""

    clock: VirtualClock
    identities: Identities
    spreadsheets: dict[str, Spreadsheet] = field(default_factory=dict)
    shared_drives: dict[str, frozenset[str]] = field(default_factory=dict)

    def new_file_id(self) -> str:
        """An id that looks like Google's."""
        number = len(self.spreadsheets) + len(self.shared_drives)
        return "1" + hashlib.sha256(f"custbook {number}".encode()).hexdigest()[:43]

    def is_service_account(self, email: str) -> bool:
        """Whether an address is a service account's; those own no files."""
        return email in self.identities.service_accounts

    def add(self, book: Spreadsheet) -> None:
        """Keep a new file that a program made."""
        book.by_app = True
        self.keep(book)

    def keep(self, book: Spreadsheet) -> None:
        """Keep a new file."""
        book.modified = self._now()
        self.spreadsheets[book.id] = book

    def _now(self) -> str:
        return (
            self.clock.now().strftime("%Y-%m-%dT%H:%M:%S.") + f"{self.clock.now().microsecond // 1000:03d}Z"
        )

    def readable(self, file_id: str, grant: Grant) -> Spreadsheet:
        """A file that the holder of a token may open.

        Raises:
            ApiError: 404 if there is none for this token, 403 if it is not theirs.
        """
        book = self.spreadsheets.get(file_id)
        if book is None or (grant.scopes <= OWN_FILES and not book.by_app):
            raise ApiError(404, "Requested entity was not found.")
        if not book.may_read(grant.email):
            raise ApiError(403, "The caller does not have permission")
        if book.upload:
            office = book.upload == "xlsx"
            message = OFFICE if office else "Request contains an invalid argument."
            raise ApiError(400, message, status="FAILED_PRECONDITION" if office else "INVALID_ARGUMENT")
        return book

    @contextmanager
    def draft(self, file_id: str, grant: Grant) -> Iterator[Spreadsheet]:
        """A copy to change; it takes the file's place if the block ends without an error.

        Raises:
            ApiError: the file is not there or not theirs to change.
        """
        book = self.readable(file_id, grant)
        if not book.may_edit(grant.email):
            raise ApiError(403, "The caller does not have permission")
        draft = book.copy()
        yield draft
        draft.version += 1
        draft.modified = self._now()
        self.spreadsheets[file_id] = draft

"""Where workbooks live: the only doors to spreadsheet files and services."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from custbook_gen.workbook import Patch, Plan, RawWorkbook


class Prepared(Protocol):
    """A patched workbook that is complete, but not yet in the place of the old one."""

    @property
    def digest(self) -> str:
        """Identifies its bytes (or its revision), as :attr:`RawWorkbook.digest` will."""
        ...

    def commit(self) -> None:
        """Put it in the old one's place, unless that was changed meanwhile.

        Raises:
            WorkbookError: the workbook was changed, is in use or cannot be replaced; it
                stays as it is, and nothing is left of the patched one.
        """
        ...

    def discard(self) -> None:
        """Throw it away; the workbook stays as it is."""
        ...


@dataclass(frozen=True, slots=True)
class Written:
    """A workbook that was made."""

    place: str
    """Where it is: a path or an address."""


class Backend(Protocol):
    """One workbook in one place."""

    def read(self) -> RawWorkbook:
        """Everything that the workbook says.

        Raises:
            WorkbookError: it is missing, no workbook, or cannot be read.
        """
        ...

    def write(self, plan: Plan, *, replace: bool = False) -> Written:
        """Make the workbook.

        Args:
            plan: what it shall be.
            replace: whether one that is there may be replaced.

        Raises:
            WorkbookError: it exists, is in use, or cannot be written; then nothing changed.
        """
        ...

    def prepare(self, patch: Patch, digest: str) -> Prepared:
        """Make the patched workbook ready, so that committing it can hardly fail.

        Args:
            patch: what changes in the workbook.
            digest: of the workbook as it was read.

        Raises:
            WorkbookError: the workbook was changed since, is in use, or cannot be patched.
        """
        ...

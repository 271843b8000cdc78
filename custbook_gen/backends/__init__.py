"""Where workbooks live: the only doors to spreadsheet files and services."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from custbook_gen.value_objects import value_object
from custbook_gen.workbook import Loss, Patch, Plan, RawWorkbook


class Prepared(Protocol):
    """A patched workbook that is complete, but not yet in the place of the old one."""

    @property
    def digest(self) -> str:
        """Identifies its bytes (or its revision), as :attr:`RawWorkbook.digest` will."""
        ...

    @property
    def moved(self) -> Mapping[str, int]:
        """How many rows somebody moved since they were read, by the tab's title; they were found again."""
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


@value_object
class Written:
    """A workbook that was made."""

    place: str
    """Where it is: a path or an address."""
    backup: str = ""
    """Where the copy of the one is that it replaced; nothing where it replaced none, or none is kept."""


class Backend(Protocol):
    """One workbook in one place."""

    def prefetch(self) -> None:
        """Begin to read it, where that can go on beside other work; :meth:`read` meets all errors."""
        ...

    def peek(self) -> RawWorkbook:
        """What can be told of it soonest: its small tabs at least, which tell whose it is.

        What :meth:`read` gives next comes from the same reading.

        Raises:
            WorkbookError: as of :meth:`read`.
        """
        ...

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

    def losses(self, plan: Plan) -> tuple[Loss, ...]:
        """What this kind of workbook cannot carry of a plan as it stands."""
        ...

    def prepare(self, patch: Patch, digest: str) -> Prepared:
        """Make the patched workbook ready, so that committing it can hardly fail.

        Args:
            patch: what changes in the workbook.
            digest: of the workbook as it was read.

        Raises:
            WorkbookError: the workbook was changed since, is in use, or cannot be patched;
                ``file-changed`` where it is enough to read it again.
        """
        ...

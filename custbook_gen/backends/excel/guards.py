"""Workbooks that can be read, but must not be patched: other parts of theirs would contradict the cells."""

from __future__ import annotations

from typing import Final

from custbook_gen.backends.excel.package import Package
from custbook_gen.errors import WorkbookError

_SIGNATURES: Final = "_xmlsignatures/"
_SIGNED: Final = "origin"
"""Last word of the relationship to digital signatures."""
_SHARED: Final = frozenset({"revisionHeaders", "usernames"})
_MODEL: Final = "powerPivotData"


def refuse_guarded(package: Package) -> None:
    """Refuse a workbook that a patch would damage.

    Raises:
        WorkbookError: ``workbook-signed``, ``workbook-shared`` or ``workbook-data-model``.
    """
    whole = {relation.kind for relation in package.relationships("").values()}
    own = {relation.kind for relation in package.relationships(package.workbook).values()}
    signed = any(entry.lower().startswith(_SIGNATURES) for entry in package.entries)
    if signed or _SIGNED in whole:
        raise WorkbookError("workbook-signed", file=package.name)
    if own & _SHARED:
        raise WorkbookError("workbook-shared", file=package.name)
    if _MODEL in own:
        raise WorkbookError("workbook-data-model", file=package.name)

"""What each emulated behaviour rests on. Behaviours are listed next to the code that shows them."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path


class Evidence(Enum):
    """How far a behaviour is known to be Google's own, the surest first."""

    RECORDED = "recorded"
    """Seen in recorded traffic of a public client with the real service."""
    MEASURED = "measured"
    """Measured against the real service by a third party that says how."""
    DOCUMENTED = "documented"
    """In Google's discovery document or guides."""
    UNVERIFIED = "unverified"
    """Our reading or a secondary source; to be tried on the real service."""


@dataclass(frozen=True)
class Behaviour:
    """One behaviour of the server and what it rests on."""

    id: str
    text: str
    evidence: Evidence
    source: str


HEADS = {
    Evidence.RECORDED: "Recorded: in recorded traffic of a public client (gspread) with the real service",
    Evidence.MEASURED: "Measured: against the real service, by third parties that say how",
    Evidence.DOCUMENTED: "Documented: in Google's discovery document or guides",
    Evidence.UNVERIFIED: "Not yet verified against live Google",
}

INTRODUCTION = """\
# What is known of Google Sheets, and how

The Google Sheets back end is developed and tested against a local server (`tests/sheets_server`), not
against Google. The server is strict where Google is lenient: it refuses read-only fields, unknown names and
snake_case in what is sent, and it answers 501 to what it does not emulate. Requests and answers are checked
against Google's discovery document, and what is read is compared with `backlot`, whose answers were measured
against Google.

Each behaviour that the server shows is listed here with what it rests on. **Verified live: not yet.**

This page is written by `pytest tests/test_sheets_server_evidence.py --update`.
"""


def ledger() -> tuple[Behaviour, ...]:
    """All behaviours of the server, the surest evidence first."""
    found = [
        behaviour
        for name in _modules()
        for behaviour in getattr(importlib.import_module(name), "BEHAVIOURS", ())
    ]
    return tuple(sorted(found, key=lambda one: (list(Evidence).index(one.evidence), one.id)))


def _modules() -> Iterator[str]:
    package = __name__.rpartition(".")[0]
    for module in pkgutil.walk_packages([str(Path(__file__).parent)], f"{package}."):
        yield module.name


def page() -> str:
    """The ledger as the page in ``docs``."""
    parts = [INTRODUCTION]
    for evidence, head in HEADS.items():
        rows = [f"| `{one.id}` | {one.text} | {one.source} |" for one in ledger() if one.evidence is evidence]
        parts.append("\n".join([f"## {head}", "", "| | behaviour | from |", "|---|---|---|", *rows, ""]))
    return "\n".join(parts)

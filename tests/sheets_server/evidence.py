"""What each emulated behaviour rests on. Behaviours are listed next to the code that shows them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


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

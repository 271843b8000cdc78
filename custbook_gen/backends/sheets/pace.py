"""How long and how often a request is tried again."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import field
from math import ceil
from typing import Final

from custbook_gen.backends.progress import Progress, Unwatched
from custbook_gen.value_objects import value_object

ATTEMPTS: Final = 8
"""Times that one request is sent at most."""
FIRST_ATTEMPTS: Final = 4
"""Times while Google was not reached at all: most likely there is no net, and nobody waits for that."""
PATIENCE: Final = 240.0
"""Seconds after which nothing is tried again; quotas are refilled every minute."""
LONGEST_PAUSE: Final = 64.0
TIMEOUT: Final = (10.0, 190.0)
"""Seconds to connect, and to wait for an answer: Google ends requests after 180."""


@value_object
class Pace:
    """The clock by which requests wait, and the chance that spreads them.

    ``now`` and ``sleep`` count seconds; ``chance`` gives a number from 0 to 1; ``progress`` is
    told of every wait.
    """

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    chance: Callable[[], float] = random.random
    progress: Progress = field(default_factory=Unwatched)

    def pause(self, attempt: int, deadline: float, wished: float | None) -> bool:
        """Wait before another attempt; whether there is time for one.

        Args:
            attempt: how many there were.
            deadline: when the last one may begin.
            wished: seconds that Google asks to wait for.
        """
        seconds = self.chance() * min(LONGEST_PAUSE, 2.0**attempt)
        seconds = max(seconds, wished or 0.0)
        if attempt >= ATTEMPTS or self.now() + seconds > deadline:
            return False
        self.progress.begin("wait", ceil(seconds))
        while seconds > 0:
            self.sleep(min(seconds, 1.0))
            self.progress.advance(1)
            seconds -= 1.0
        return True

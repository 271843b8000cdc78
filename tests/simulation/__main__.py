"""``python -m tests.simulation [--people 5] [--edits 200] [--syncs 20] [--seed 1] [--crashes 0.25]``.

With ``--google`` one more person has the book in a Google spreadsheet.

Exit code 1 if anything was lost, doubled, not told, or did not come together.
"""

from __future__ import annotations

import argparse
import contextlib
import sys
import tempfile
import time
import traceback
from dataclasses import asdict
from pathlib import Path

from tests.crash.tracer import refused
from tests.sheets_books import redirected
from tests.sheets_server import SheetsServer
from tests.simulation.play import Play


def main(words: list[str]) -> int:
    """Play and tell."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    for name, number in (("people", 5), ("edits", 200), ("syncs", 20), ("seed", 1), ("seeds", 1)):
        parser.add_argument(f"--{name}", type=int, default=number)
    parser.add_argument("--crashes", type=float, default=0.25, help="the share of syncs that are killed")
    parser.add_argument(
        "--google", action="store_true", help="one more person has the book in a Google spreadsheet"
    )
    chosen = parser.parse_args(words)
    reason = refused()
    if reason is not None and chosen.crashes:
        sys.stdout.write(f"without crashes: {reason}\n")
    crashes = 0.0 if reason is not None else chosen.crashes
    broken = 0
    for seed in range(chosen.seed, chosen.seed + chosen.seeds):
        start = time.perf_counter()
        with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
            server = stack.enter_context(SheetsServer()) if chosen.google else None
            if server is not None:
                stack.enter_context(redirected(server))
            play = Play(Path(folder) / "book", seed, chosen.people, crashes, server)
            try:
                play.play(chosen.edits, chosen.syncs)
                end = "all is there, once"
            except AssertionError as error:
                broken += 1
                places = traceback.extract_tb(error.__traceback__)
                end = f"BROKEN: {error} at " + " < ".join(
                    f"{p.name}:{p.lineno}" for p in reversed(places[-6:])
                )
        counts = ", ".join(f"{name} {count}" for name, count in asdict(play.tally).items())
        sys.stdout.write(f"seed {seed}: {end}\n  {counts}; {time.perf_counter() - start:.0f} s\n")
        if server is not None:
            failed = sum(one.status != 200 for one in server.requests)
            sys.stdout.write(f"  Google: {server.count()} requests, {failed} that failed or got no answer\n")
        sys.stdout.flush()
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""``python -m tests.crash [--all | --most N] [SCENE …]``: commands killed at every step on files.

Exit code 1 if anything did not hold afterwards, 77 if this system lets no process be traced.
"""

from __future__ import annotations

import argparse
import sys
import time

from tests.crash.scenes import SCENES
from tests.crash.tracer import refused
from tests.crash.trial import Failure, kill, refuse

CANNOT = 77


def main(words: list[str]) -> int:
    """Run the scenes and tell."""
    parser = argparse.ArgumentParser(prog="python -m tests.crash", description=__doc__)
    parser.add_argument("scenes", nargs="*", metavar="SCENE", help=", ".join(SCENES))
    parser.add_argument("--all", action="store_true", help="every step, not a few of each scene")
    parser.add_argument("--from", type=int, default=1, dest="first", help="the first step")
    parser.add_argument(
        "--most", type=int, default=6, help="how many steps of a scene, those at which most changes"
    )
    parser.add_argument("--errors", action="store_true", help="let the system refuse steps instead")
    chosen = parser.parse_args(words)
    reason = refused()
    if reason is not None:
        sys.stderr.write(f"nothing was tried: {reason}\n")
        return CANNOT
    broken, did = 0, "refused" if chosen.errors else "killed"
    for name in chosen.scenes or SCENES:
        start, count = time.perf_counter(), 0
        run = refuse if chosen.errors else kill
        for found in run(name, None if chosen.all else chosen.most, chosen.first):
            if isinstance(found, Failure):
                broken += 1
                sys.stdout.write(f"{found}\n")
            else:
                count = found
        sys.stdout.write(f"{name}: {did} at {count} steps, {time.perf_counter() - start:.1f} s\n")
        sys.stdout.flush()
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

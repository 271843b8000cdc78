"""Run one command and tell what it took: a process so small that it hides nobody's peak memory.

On Linux a child begins with the peak memory of the process that started it, so a measuring
process that holds data would be measured itself.  Started as ``python -I -S launch.py COMMAND…``
by :mod:`benchmarks.measure`, it prints one line of JSON after the command's own output.
"""

import json
import os
import sys
import time

begun = time.perf_counter()
process = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ)
_, status, usage = os.wait4(process, 0)
seconds = time.perf_counter() - begun
told = {
    "code": os.waitstatus_to_exitcode(status),
    "seconds": seconds,
    "cpu": usage.ru_utime + usage.ru_stime,
    "peak": usage.ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10),
}
sys.stdout.write("\n" + json.dumps(told))

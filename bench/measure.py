# SPDX-License-Identifier: Apache-2.0
"""A whole process: its wall time, CPU seconds and peak RSS, as the kernel accounts for it.

A process begins with the resident set of the one that started it as its peak.  So each is started by
a small one of its own, which is this file run as a program: python measure.py COMMAND...
"""

import dataclasses
import json
import os
import statistics
import subprocess
import sys
import time


@dataclasses.dataclass
class Cost:
    wall: float
    cpu: float
    peak: float  # MiB
    out: str = ""


def run(command: list[str], env: dict[str, str] | None = None) -> Cost:
    words = [sys.executable, "-S", __file__, *map(str, command)]
    ran = subprocess.run(words, env=env, stdout=subprocess.PIPE, check=True)
    return Cost(**json.loads(ran.stdout))


def _measure(command: list[str]) -> Cost:
    begin = time.monotonic()
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        out = process.stdout.read().decode()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{command} ended with {process.returncode}\n{out[-2000:]}")
    return Cost(time.monotonic() - begin, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, out)


def median(costs: list[Cost | None]) -> Cost:
    """Of the runs that ended well."""
    good = [cost for cost in costs if cost]
    return Cost(*(statistics.median(getattr(cost, name) for cost in good)
                  for name in ("wall", "cpu", "peak")))


def ratio(ours: list[Cost | None], theirs: list[Cost | None], name: str) -> float:
    """Theirs by ours, pair by pair of the same round, so that a machine whose speed drifts does not
    decide; the median of the pairs."""
    return statistics.median(
        getattr(b, name) / getattr(a, name) for a, b in zip(ours, theirs) if a and b)


if __name__ == "__main__":
    print(json.dumps(dataclasses.asdict(_measure(sys.argv[1:]))))

# SPDX-License-Identifier: Apache-2.0
"""Does memory stay flat over a long listing?  Prints the peak RSS of `pqpack repack` by object count.

    .venv/bin/python bench/listing_memory.py [COUNT...]      (1000 10000 100000)

Every object is a Parquet file of five rows and is really rewritten; the bucket is played by
test/s3/many_objects.py.  Sharding would hide nothing: each run does all of them.
"""

import os
import pathlib
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "test"))

from s3 import tables  # noqa: E402
from s3.command import environment  # noqa: E402
from s3.fault_proxy import FaultProxy  # noqa: E402
from s3.many_objects import NO_SERVER, ManyObjects  # noqa: E402
from s3.program import program  # noqa: E402

COUNTS = [1_000, 10_000, 100_000]
WORKERS = 8


def measure(count: int, home: str) -> tuple[float, float]:
    """Peak RSS in MiB, and seconds."""
    with FaultProxy(NO_SERVER, keep_requests=False) as proxy:
        ManyObjects(count, tables.parquet(rows=5), lambda n: f"dt=2026/{n:07}.parquet").serve(proxy)
        begin = time.monotonic()
        process = subprocess.Popen(
            [program("pqpack"), "repack", "--src", "s3://bucket/in", "--dst", "s3://bucket/out",
             "--workers", str(WORKERS), "--quiet"],
            env=environment(proxy.url, pathlib.Path(home)), stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - begin
    if os.waitstatus_to_exitcode(status) != 0:
        sys.exit(f"the run over {count} objects ended with {os.waitstatus_to_exitcode(status)}")
    return usage.ru_maxrss / 1024, seconds


def main() -> None:
    print(f"{'objects':>10} {'peak RSS':>12} {'seconds':>9}")
    with tempfile.TemporaryDirectory() as home:
        for count in map(int, sys.argv[1:]) if sys.argv[1:] else COUNTS:
            peak, seconds = measure(count, home)
            print(f"{count:>10,} {peak:>8.1f} MiB {seconds:>9.1f}", flush=True)


if __name__ == "__main__":
    main()

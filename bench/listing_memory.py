# SPDX-License-Identifier: Apache-2.0
"""Does memory stay flat over a long listing?  Prints what `pqpack repack` takes by object count.

    .venv/bin/python bench/listing_memory.py [COUNT...]      (1000 10000 100000)

Every object is a Parquet file of five rows and is really rewritten; the bucket is played by
test/s3/many_objects.py.  Sharding would hide nothing: each run does all of them.
"""

import pathlib
import sys
import tempfile

import measure

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "test"))

from s3 import tables  # noqa: E402
from s3.command import environment  # noqa: E402
from s3.fault_proxy import FaultProxy  # noqa: E402
from s3.many_objects import NO_SERVER, ManyObjects  # noqa: E402
from s3.program import program  # noqa: E402

COUNTS = [1_000, 10_000, 100_000]
WORKERS = 8


def cost_of(count: int, home: str) -> measure.Cost:
    with FaultProxy(NO_SERVER, keep_requests=False) as proxy:
        ManyObjects(count, tables.parquet(rows=5), lambda n: f"dt=2026/{n:07}.parquet").serve(proxy)
        return measure.run(
            [program("pqpack"), "repack", "--src", "s3://bucket/in", "--dst", "s3://bucket/out",
             "--workers", str(WORKERS), "--quiet"], environment(proxy.url, pathlib.Path(home)))


def main() -> None:
    print(f"{'objects':>10} {'wall s':>9} {'CPU s':>9} {'peak MiB':>9}")
    with tempfile.TemporaryDirectory() as home:
        for count in map(int, sys.argv[1:]) if sys.argv[1:] else COUNTS:
            cost = cost_of(count, home)
            print(f"{count:>10,} {cost.wall:>9.1f} {cost.cpu:>9.1f} {cost.peak:>9.1f}", flush=True)


if __name__ == "__main__":
    main()

# SPDX-License-Identifier: Apache-2.0
"""What does the plan of a large table cost?  Prints it by object count, 100 objects in a partition.

    .venv/bin/python bench/plan_many.py [COUNT...]      (100000 1000000)

The bucket is played by test/s3/many_objects.py, so `wall` is mostly that server's; pqpack has one
CPU.  Beside `plan --out` stands what commit does first with such a plan: read it, and find no receipt.
"""

import pathlib
import sys
import tempfile

import measure

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "test"))

from s3.command import environment  # noqa: E402
from s3.fault_proxy import FaultProxy  # noqa: E402
from s3.many_objects import NO_SERVER, ManyObjects  # noqa: E402
from s3.program import program  # noqa: E402

COUNTS = [100_000, 1_000_000]
IN_PARTITION = 100
ONE_CPU = ["taskset", "-c", "0"]


def name(n: int) -> str:
    return f"year=2026/day={n // IN_PARTITION:06}/part-{n % IN_PARTITION:05}-0123456789abcdef.snappy.parquet"


def cost_of(count: int, home: pathlib.Path) -> list:
    plan = home / f"{count}.json"
    with FaultProxy(NO_SERVER, keep_requests=False) as proxy:
        ManyObjects(count, b"x" * 100_000, name).serve(proxy)
        env = environment(proxy.url, home)
        command = [*ONE_CPU, program("pqpack")]
        planned = measure.run([*command, "plan", "--path", "s3://bucket/in", "--delete_original_files",
                               "true", "--partition_types", "year int, day int", "--out", plan, "--quiet"], env)
        check = ["sh", "-c", '"$@" >/dev/null 2>&1; test $? = 4', "-", *command, "commit", "--plan", plan]
        return [count, plan.stat().st_size / 2**20, planned, measure.run(list(map(str, check)), env)]


def main() -> None:
    print(f"{'objects':>10} {'plan MiB':>9} | {'wall s':>8} {'CPU s':>8} {'peak MiB':>9} | "
          f"{'CPU s':>8} {'peak MiB':>9}   (plan | commit without receipts)")
    with tempfile.TemporaryDirectory() as home:
        for count in map(int, sys.argv[1:]) if sys.argv[1:] else COUNTS:
            _, size, planned, refused = cost_of(count, pathlib.Path(home))
            print(f"{count:>10} {size:>9.0f} | {planned.wall:>8.1f} {planned.cpu:>8.2f} {planned.peak:>9.0f} | "
                  f"{refused.cpu:>8.2f} {refused.peak:>9.0f}", flush=True)


if __name__ == "__main__":
    main()

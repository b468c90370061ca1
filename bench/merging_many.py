# SPDX-License-Identifier: Apache-2.0
"""Does compact stay linear over a hundred thousand files?  Prints what a file costs by their number.

    .venv/bin/python bench/merging_many.py [COUNT...]      (100 1000 10000 100000)

The files are names of a handful of real ones, 20 rows each: hard links, so that a table of 100,000 takes no
more room on the disk than these.  All lie in one partition, so that nothing bounds a task but compact's own limits.
`unproven` is `--verify none`.
"""

import os
import pathlib
import shutil
import sys
import tempfile

import measure
import pyarrow as pa
import pyarrow.parquet as pq

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "test"))

from s3.program import program  # noqa: E402

COUNTS = [100, 1_000, 10_000, 100_000]
REAL, ROWS = 8, 20  # 100,000 names of 8 files are 12,500 links each; ext4 allows 65,000


def make(folder: pathlib.Path) -> list[pathlib.Path]:
    files = [folder / f"{n}.parquet" for n in range(REAL)]
    for n, file in enumerate(files):
        at = range(n * ROWS, (n + 1) * ROWS)
        pq.write_table(pa.table({"id": pa.array(at, pa.int64()), "name": [f"name {i % 7}" for i in at],
                                 "price": [i * 0.5 for i in at], "tags": [["a", "b"][: i % 3] for i in at]}), file)
    return files


def linked(files: list[pathlib.Path], count: int, table: pathlib.Path) -> None:
    table.mkdir()
    for n in range(count):
        os.link(files[n % REAL], table / f"{n:06}.parquet")


def cost_of(table: pathlib.Path, out: pathlib.Path, *flags: str) -> measure.Cost:
    cost = measure.run([str(program("pqpack")), "compact", "--path", str(table), "--target_s3_path", str(out),
                        "--quiet", *flags])
    rows = sum(pq.ParquetFile(path).metadata.num_rows for path in out.rglob("*.parquet"))
    assert rows == ROWS * len(os.listdir(table)), rows
    shutil.rmtree(out)
    return cost


def main() -> None:
    print(f"{'files':>8} | {'wall s':>7} {'CPU s':>7} {'ms a file':>9} {'peak MiB':>9} {'KiB a file':>10} | "
          f"{'CPU s':>7} {'ms a file':>9} {'peak MiB':>9}   (proven | unproven)")
    with tempfile.TemporaryDirectory(dir=ROOT / "build") as scratch:
        home = pathlib.Path(scratch)
        files = make(home)
        for count in map(int, sys.argv[1:]) if sys.argv[1:] else COUNTS:
            table = home / "table"
            linked(files, count, table)
            proven = cost_of(table, home / "out")
            unproven = cost_of(table, home / "out", "--verify", "none")
            print(f"{count:>8,} | {proven.wall:>7.2f} {proven.cpu:>7.2f} {1000 * proven.cpu / count:>9.3f} "
                  f"{proven.peak:>9.0f} {1024 * proven.peak / count:>10.1f} | {unproven.cpu:>7.2f} "
                  f"{1000 * unproven.cpu / count:>9.3f} {unproven.peak:>9.0f}", flush=True)
            shutil.rmtree(table)


if __name__ == "__main__":
    main()

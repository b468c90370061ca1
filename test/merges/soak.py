#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Random merges until it is told to stop.

    .venv/bin/python test/merges/soak.py [--seed 1] [--first 0] [--tables 100000] [--keep FOLDER]

Table NUMBER of a seed is always the same: `--first NUMBER --tables 1 --keep FOLDER` leaves its files
before and after every way of merging.  test_random_merges.py does the first thousand of seed 1.
"""

import argparse
import pathlib
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve()
ROOT = HERE.parents[2]
sys.path.insert(0, str(HERE.parents[1]))

from merges.rounds import Rounds  # noqa: E402

AT_A_TIME = 250


def main():
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--seed", type=int, default=1)
    words.add_argument("--first", type=int, default=0)
    words.add_argument("--tables", type=int, default=100_000)
    words.add_argument("--keep", type=pathlib.Path, help="a new folder for the files")
    asked = words.parse_args()
    programs = ROOT / ".tools" / "test"
    wrong = 0
    with tempfile.TemporaryDirectory() as scratch:
        folder = asked.keep or pathlib.Path(scratch)
        folder.mkdir(exist_ok=True)
        rounds = Rounds.of(folder, programs / "arrow_go_18_5_0", programs / "parquet_go_0_25_1",
                           programs / "parquet_go", ROOT / ".tools/cargo/release/arrow_rs", asked.keep is not None)
        last = asked.first + asked.tables
        for first in range(asked.first, last, AT_A_TIME):
            found = rounds.run(asked.seed, range(first, min(first + AT_A_TIME, last)))
            wrong += len(found)
            print(*found, f"{rounds}, {wrong} complaints", sep="\n", flush=True)
    return wrong > 0


if __name__ == "__main__":
    sys.exit(main())

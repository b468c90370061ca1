# SPDX-License-Identifier: Apache-2.0
"""Rounds of merges: a tree of partitions is written, compacted in several ways, and judged."""

import json
import re
import shutil
import subprocess

from merges.readers import Readers
from merges.small_files import Makers
from s3.command import Pqpack

# What compact is asked for; every way merges every partition anew.
WAYS = {
    "auto": ["--engine", "auto"],
    "reencode": ["--engine", "reencode"],
    "small": ["--engine", "auto", "--target_file_size_mb", "1", "--target", "spark"],
    "zstd": ["--engine", "auto", "--compression", "zstd", "--target", "snowflake"],
}


class Rounds:
    """`makers` and `readers` are programs of test/go and test/rust."""

    def __init__(self, folder, makers, readers, arrow_rs, keep=False):
        self.folder, self.makers, self.readers = folder, makers, readers
        self.arrow_rs, self.keep = arrow_rs, keep
        self.pqpack = Pqpack(None, folder)
        self.merges = 0
        self.levels = {1: 0, 2: 0, 3: 0}  # bytes of the inputs
        self.asked = self.skipped = 0  # filters, and rows that were not read for them

    @classmethod
    def of(cls, folder, arrow_go, parquet_go, parquet_go_writer, arrow_rs, keep=False):
        readers = Readers({"arrow-go": arrow_go, "parquet-go": parquet_go, "arrow-rs": arrow_rs})
        return cls(folder, Makers(arrow_go, parquet_go_writer), readers, arrow_rs, keep)

    def __str__(self):
        return (f"{self.merges:,} merges, bytes by level {self.levels}, judged {self.readers.judged}, "
                f"{self.asked:,} filters that skipped {self.skipped:,} rows")

    def run(self, seed, numbers, ways=WAYS):
        """Complaints about the partitions of these numbers."""
        table = self.folder / f"table-{seed}-{numbers[0]}"
        partitions = self.makers.write(table, seed, numbers)
        found = []
        for way in ways:
            found += [f"seed {seed}, {way}: {text}" for text in self._merged(way, table, partitions)]
        if not found and not self.keep:
            shutil.rmtree(table)
        return found

    def _merged(self, way, table, partitions):
        out = table.with_name(f"{table.name}-{way}")
        run = self.pqpack.run("compact", "--path", table, "--target_s3_path", out, "--output", "json", *WAYS[way])
        if run.code != 0:
            return [f"{e['folder']}: {e['error']}" for e in run.of("partition_failed")] or [str(run)]
        for level in self.levels:
            self.levels[level] += run.summary["bytes_by_level"][level]
        done = run.of("partition_done")
        self.merges += len(done)
        found = [f"{e['folder']}: {text}" for e in done for text in e.get("warnings", []) if "apart" in text]
        tables = [(str(made), *in_order(made.files, out / made.name)) for made in partitions]
        found += self.readers.complaints(tables, self.folder) + self._filtered(tables)
        if not found and not self.keep:
            shutil.rmtree(out)
        return found

    def _filtered(self, tables):
        """Rows that a reader loses which skips by bounds, page index and Bloom filters."""
        files = [path for _, _, after in tables for path in after]
        told = subprocess.run([self.arrow_rs, "filters", *files], capture_output=True, text=True, check=True)
        found = []
        for answer in map(json.loads, told.stdout.splitlines()):
            if "error" in answer:
                found.append(f"{answer['file']}: arrow-rs: {answer['error']}")
                continue
            self.asked += answer["asked"]
            self.skipped += answer["skipped"]
            found += [f"{answer['file']}: arrow-rs: {text}" for text in answer["wrong"]]
        return found


def in_order(files, folder):
    """Files before and after, so that rows have one order: merged ones in that of their names, and
    those that were large enough and went along."""
    carried = [path.name for path in files if (folder / path.name).exists()]
    merged = sorted({path.name for path in folder.glob("*.parquet")} - set(carried))
    assert not merged or all(re.match(r"part-\d{5}-\d{3}-", name) for name in merged)
    before = [path for path in files if path.name not in carried]
    return ([*before, *(path for path in files if path.name in carried)],
            [folder / name for name in [*merged, *carried]])

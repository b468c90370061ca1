# SPDX-License-Identifier: Apache-2.0
"""Footers, page headers, indexes and bloom filter headers, read and written again: the same bytes.

And levels and dictionary indices, held against the counts in the page headers and written again.

Files of every writer of the tests, of the repository, and of apache/parquet-testing.
"""

import json
import subprocess

import pytest

from e2e.test_corpus import CORPUS
from s3.program import program
from s3.server import ROOT

# What cannot be read is not compared; nothing else may stay unread.
UNREAD = {
    "encrypted_footer.parquet": "PARE",
    "ARROW-GH-41317.parquet": "a list of i16",
    "ARROW-RS-GH-6229-DICTHEADER.parquet": "page header",
}


def round_trips(paths):
    assert paths
    run = subprocess.run(
        [program("round_trip_tool"), *paths],
        capture_output=True, text=True, timeout=600, check=True,
    )  # fmt: skip
    return [json.loads(line) for line in run.stdout.splitlines()]


def hold(paths):
    """The sums of what was compared, all of it equal."""
    seen = round_trips(paths)
    assert len(seen) == len(paths)
    assert [each for each in seen if each["different"] or each["bodies"]] == []
    for each in seen:
        name = each["file"].rsplit("/", 1)[-1]
        reason = "PARE" if name.endswith(".encrypted") else UNREAD.get(name)
        assert all(reason and reason in text for text in each["unread"]), each
    return {key: sum(each[key] for each in seen) for key in seen[0] if isinstance(seen[0][key], int)}


@pytest.mark.parametrize("writer", ["pyarrow", "duckdb", "polars", "arrow_go", "parquet_go"])
def test_of_every_writer(writer, written):
    paths = sorted(written(writer).glob("**/*.parquet"))
    sums = hold(paths)
    unread = [path for path in paths if path.name in UNREAD]
    assert sums["footers"] == len(paths) - len(unread)
    assert sums["page_headers"] > len(paths)
    assert sums["page_bodies"] > sums["page_headers"] * 0.8  # all but the empty ones
    if writer in ("pyarrow", "polars", "parquet_go"):
        assert sums["offset_indexes"] > 0 and sums["column_indexes"] > 0
    if writer == "duckdb":
        assert sums["bloom_filters"] > 0


def test_of_the_repository():
    paths = [*ROOT.glob("demo/data/**/*.parquet"), *ROOT.glob("test/data/**/*.parquet")]
    sums = hold(sorted(paths))
    assert sums["footers"] == len(paths)


@pytest.mark.skipif(
    not CORPUS.is_dir(),
    reason=f"no {CORPUS}; PARQUET_TESTING names a checkout of apache/parquet-testing",
)
def test_of_parquet_testing():
    paths = [*CORPUS.glob("data/*.parquet*"), *CORPUS.glob("bad_data/*.parquet*")]
    sums = hold(sorted(paths))
    assert sums["footers"] >= 69
    assert sums["page_headers"] > 50_000 and sums["page_bodies"] > 50_000
    assert sums["offset_indexes"] > 100 and sums["column_indexes"] > 100
    assert sums["bloom_filters"] > 0

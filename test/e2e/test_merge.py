# SPDX-License-Identifier: Apache-2.0
"""Files merged by merge_tool (src/execute/merge): the rows that were there, as PyArrow and DuckDB read them.

Inputs by PyArrow, DuckDB and Polars, random, with nulls, lists, maps and structs.
"""

import random

import duckdb
import polars
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from e2e.merged import merge

SEEDS = range(12)


def table(rng, rows):
    def column(make, kind, nulls=0.2):
        return pa.array([None if rng.random() < nulls else make() for _ in range(rows)], kind)

    def text():
        return rng.choice(["", "a" * rng.randint(0, 60), str(rng.randrange(400)), "ä€😀"])

    def texts():
        return [rng.choice([None, text()]) for _ in range(rng.randint(0, 4))]

    return pa.table({
        "number": column(lambda: rng.randrange(10 ** rng.randint(1, 15)), pa.int64()),
        "small": column(lambda: rng.randrange(300), pa.int32(), nulls=rng.choice([0, 0.5, 1])),
        "text": column(text, pa.string()),
        "real": column(lambda: rng.choice([float("nan"), 0.0, -0.0, rng.random()]), pa.float64()),
        "flag": column(lambda: rng.random() < 0.5, pa.bool_()),
        "when": column(lambda: rng.randrange(10**15), pa.timestamp("us")),
        "texts": column(texts, pa.list_(pa.string())),
        "nested": column(lambda: {"a": rng.randrange(9), "b": texts()},
                         pa.struct([("a", pa.int64()), ("b", pa.list_(pa.string()))])),
    })  # fmt: skip


def write(rng, rows, path):
    writer = rng.choice(["pyarrow", "pyarrow", "duckdb", "polars"])
    codec = rng.choice(["snappy", "zstd", "gzip"])
    if writer == "duckdb":
        duckdb.connect().execute(f"COPY (SELECT * FROM rows) TO '{path}' (FORMAT parquet, COMPRESSION {codec})")
    elif writer == "polars":
        polars.from_arrow(rows).write_parquet(path, compression=codec, row_group_size=rng.choice([200, 10**6]))
    else:
        pq.write_table(
            rows, path, compression=rng.choice([codec, "none", "lz4", "brotli"]),
            data_page_version=rng.choice(["1.0", "2.0"]), row_group_size=rng.choice([200, 10**6]),
            use_dictionary=rng.choice([True, False]), data_page_size=rng.choice([100, 2**20]),
        )  # fmt: skip


def plain(rows):
    """Types that all writers agree on; repr() makes NaN equal to itself."""
    return [repr(row) for row in rows.to_pylist()]


@pytest.mark.parametrize("seed", SEEDS)
def test_random_tables(seed, tmp_path):
    rng = random.Random(seed)
    files, tables = [], []
    for i in range(rng.randint(2, 6)):
        tables.append(table(rng, rng.choice([0, 1, 9, 300, 4000])))
        files.append(tmp_path / f"{i}.parquet")
        write(rng, tables[-1], files[-1])
    for copy in (True, False):
        outputs, told = merge(tmp_path / f"merged-{copy}", files, width=rng.choice([1, 2]), copy=copy)
        assert len(outputs) == 1, told
        merged = pq.read_table(outputs[0])
        everything = pa.concat_tables(tables)
        assert plain(merged) == plain(everything)
        seen = f"SELECT * FROM read_parquet('{outputs[0]}')"
        both = duckdb.connect().sql(
            f"SELECT count(*) FROM (({seen} EXCEPT ALL FROM everything) UNION ALL "
            f"(FROM everything EXCEPT ALL {seen}))"
        )
        assert both.fetchall() == [(0,)]


def test_a_filter_finds_what_was_there(tmp_path):
    """By dictionary, bounds and page index: the same value has another index in each file."""
    files = []
    for i in range(5):
        names = [f"name {(j * (i + 1)) % 300}" for j in range(1000)]
        rows = pa.table({"name": names, "row": range(i * 1000, (i + 1) * 1000)})
        files.append(tmp_path / f"{i}.parquet")
        pq.write_table(rows, files[-1])
    outputs, _ = merge(tmp_path / "merged", files)
    for name in ("name 0", "name 7", "name 299", "name 300"):
        before = pa.concat_tables([pq.read_table(f, filters=[("name", "==", name)]) for f in files])
        after = pq.read_table(outputs[0], filters=[("name", "==", name)])
        assert after.to_pylist() == before.to_pylist()
        found = duckdb.connect().execute(f"SELECT count(*) FROM '{outputs[0]}' WHERE name = ?", [name])
        assert found.fetchall() == [(before.num_rows,)]


def test_outputs_have_the_size_that_is_asked_for(tmp_path):
    rng = random.Random(5)
    files = []
    for i in range(24):
        rows = pa.table({"n": [rng.random() for _ in range(20000)], "i": range(i * 20000, (i + 1) * 20000)})
        files.append(tmp_path / f"{i}.parquet")
        pq.write_table(rows, files[-1])
    outputs, _ = merge(tmp_path / "merged", files, mib=1)
    sizes = [path.stat().st_size for path in outputs]
    assert max(sizes) <= 1.1 * 2**20
    assert min(sizes) >= max(sizes) / 2
    assert len(sizes) <= sum(sizes) / (0.9 * 2**20) + 1
    rows = pa.concat_tables([pq.read_table(path) for path in outputs])
    assert rows["i"].to_pylist() == list(range(24 * 20000))

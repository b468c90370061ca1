# SPDX-License-Identifier: Apache-2.0
"""Tables whose row groups and pages differ by their values, so that a reader with a filter can skip
most of them, and files of them by three writers."""

import decimal
import random

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

ROWS, GROUP = 4096, 1024
LARGE_ROWS = 60_000
PREFIX = "the beginning that all of these names have in common, " * 6


def _decimals(precision, scale, step):
    kind = pa.decimal128(precision, scale)
    return pa.array([decimal.Decimal((i - 1500) * step).scaleb(-scale) for i in range(ROWS)], kind)


def many_types():
    """Values that mostly rise, from group to group and from page to page."""
    rows = range(ROWS)
    nan, rising = float("nan"), [(i - 2000) / 8 for i in rows]
    # Bounds overlap between the groups, dictionaries do not.
    keys = [f"key {i % 13 * 4 + i // GROUP:03}" for i in rows]
    # In the order of UTF-8 the first of these comes first, in that of UTF-16 last.
    letters = [chr((0xE000 if i // 512 % 2 else 0x10000) + i // 8) + "\U0010ffff" * 40 for i in rows]
    columns = {
        "id": pa.array(rows, pa.int64()),
        "i8": pa.array([i // 32 - 64 for i in rows], pa.int8()),
        "i32": pa.array([None if i % 7 == 0 else i * 1000 - 2_000_000 for i in rows], pa.int32()),
        # These pass the largest signed number.
        "u8": pa.array([i // 16 for i in rows], pa.uint8()),
        # Few enough for a dictionary: deltas of such numbers by DuckDB are for DuckDB to read.
        "u32": pa.array([i // 16 << 24 for i in rows], pa.uint32()),
        "u64": pa.array([i << 52 for i in rows], pa.uint64()),
        "float": pa.array([-0.0 if i % 9 == 0 else value for i, value in enumerate(rising)],
                          pa.float32()),
        "double": pa.array([None if i % 5 == 0 else value for i, value in enumerate(rising)]),
        # The first group has -0.0 as its largest value, the second 0.0 as its smallest.
        "zeros": pa.array([{1000: -0.0, 1100: 0.0}.get(i, -1.0 - i if i < GROUP else 1.0 + i)
                           for i in rows]),
        "nans": pa.array([nan if i % 3 == 0 or GROUP <= i < 2 * GROUP else value
                          for i, value in enumerate(rising)]),
        "decimal9": _decimals(9, 2, 7), "decimal18": _decimals(18, 4, 10**12),
        "decimal38": _decimals(38, 10, 10**33),
        "day": pa.array([i - 2000 for i in rows], pa.int32()).cast(pa.date32()),
        "us": pa.array([(i - 2000) * 3_600_000_001 for i in rows], pa.timestamp("us", "UTC")),
        "ms": pa.array([(i - 2000) * 3_600_001 for i in rows], pa.timestamp("ms", "UTC")),
        "local": pa.array([(i - 2000) * 3_600_000_001 for i in rows], pa.timestamp("us")),
        "key": pa.array(keys), "word": pa.array(keys).dictionary_encode(),
        "name": pa.array([None if i % 11 == 0 else f"{PREFIX}{i:06}" for i in rows]),
        "letters": pa.array(letters),
        "raw": pa.array([bytes([i // 16, 0, 255, i % 3]) for i in rows], pa.binary()),
        "flag": pa.array([None if i % 6 == 0 else i // GROUP % 2 == 0 for i in rows]),
        "rare": pa.array([i if i % 500 == 3 and i < 2 * GROUP else None for i in rows], pa.int32()),
    }  # fmt: skip
    return pa.table(columns)


_NUMBERS = ["id", "i8", "i32", "u8", "u32", "u64", "day", "us", "ms", "local"]
_PYARROW = {
    "v1": {"write_page_index": True, "bloom_filter_options": {"id": True, "key": True}},
    "v2": {"data_page_version": "2.0", "write_page_index": True, "store_decimal_as_integer": True},
    "plain": {"use_dictionary": False, "compression": "zstd"},
    "full_dictionary": {"dictionary_pagesize_limit": 500, "write_page_index": True},
    "deltas": {
        "use_dictionary": False,
        "write_page_index": True,
        "column_encoding": {name: "DELTA_BINARY_PACKED" for name in _NUMBERS}
        | {"name": "DELTA_BYTE_ARRAY", "raw": "DELTA_LENGTH_BYTE_ARRAY"},
    },
}
WRITERS = len(_PYARROW) + 3


def write_many_types(folder):
    """The same rows in each file."""
    table = many_types()
    write_by_all(table, folder)
    return table


def write_by_all(table, folder):
    for name, options in _PYARROW.items():
        pq.write_table(table, folder / f"pyarrow_{name}.parquet", row_group_size=GROUP,
                       data_page_size=2048, write_batch_size=64, **options)  # fmt: skip
    with duckdb.connect() as database:
        database.execute("set timezone = 'UTC'; set threads = 1")
        for version in ("v1", "v2"):
            database.register("rows", table)
            database.execute(f"copy (from rows) to '{folder}/duckdb_{version}.parquet' "
                             f"(format parquet, row_group_size 2048, parquet_version {version})")
    frame = pl.from_arrow(table)
    frame.write_parquet(folder / "polars.parquet", statistics="full", row_group_size=GROUP,
                        data_page_size=2048)  # fmt: skip


def write_large(folder):
    """Large enough for the store to copy their pages."""
    rng = random.Random(7)
    table = pa.table({
        "id": pa.array(range(LARGE_ROWS), pa.int64()),
        "noise": pa.array([rng.random() + i // 20_000 for i in range(LARGE_ROWS)]),
        "key": pa.array([None if i % 9 == 0 else f"key {i // 5000 * 2000 + rng.randrange(2000):07}"
                         for i in range(LARGE_ROWS)]),
    })  # fmt: skip
    pq.write_table(table, folder / "large_indexed.parquet", write_page_index=True, row_group_size=20_000,
                   data_page_size=16 << 10, compression="none")  # fmt: skip
    pq.write_table(table, folder / "large_plain.parquet", use_dictionary=False, row_group_size=20_000,
                   data_page_size=16 << 10, compression="none", write_page_index=True)  # fmt: skip
    return table

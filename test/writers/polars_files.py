# SPDX-License-Identifier: Apache-2.0
"""Files by Polars, whose writer is its own (Rust)."""

import datetime
import decimal

import polars as pl

from writers import Files, tables

FILES = Files()


def scalars(rows=150):
    def column(value):
        return [None if i % 5 == 0 else value(i) for i in range(rows)]

    start = datetime.datetime(1969, 12, 31)
    time = pl.Series("us", column(lambda i: start + datetime.timedelta(hours=i)), pl.Datetime("us"))
    odd = pl.from_arrow(tables.scalars(rows).select(["float32", "float64"]))
    numbers = {
        str(kind): pl.Series(column(lambda i: i % 100), dtype=kind)
        for kind in (
            pl.Int8,
            pl.Int16,
            pl.Int32,
            pl.Int64,
            pl.UInt8,
            pl.UInt16,
            pl.UInt32,
            pl.UInt64,
        )
    }
    others = {
        "bool": column(lambda i: i % 3 == 0),
        "string": column(lambda i: "ü" * (i % 4) + str(i % 9)),
        "binary": pl.Series(column(lambda i: bytes([255, i % 256])), dtype=pl.Binary),
        "date": pl.Series(
            column(lambda i: datetime.date(2020, 1, 1) + datetime.timedelta(i)), dtype=pl.Date
        ),
        "time": pl.Series(column(lambda i: datetime.time(i % 24, i % 60)), dtype=pl.Time),
        "us": time,
        "ms": time.cast(pl.Datetime("ms")),
        "ns": time.cast(pl.Datetime("ns")),
        "utc": time.dt.replace_time_zone("UTC"),
        "duration": pl.Series(
            column(lambda i: datetime.timedelta(seconds=i)), dtype=pl.Duration("us")
        ),
        "decimal": pl.Series(column(lambda i: decimal.Decimal(i) / 4), dtype=pl.Decimal(20, 2)),
        "category": pl.Series(column(lambda i: f"c{i % 6}"), dtype=pl.Categorical),
        "enum": pl.Series(column(lambda i: ["red", "blue"][i % 2]), dtype=pl.Enum(["red", "blue"])),
    }
    return pl.DataFrame(numbers | others).hstack(odd)


def nested():
    return pl.from_arrow(tables.nested().drop_columns(["map", "map_of_lists"])).with_columns(
        pl.Series("array", [[i, None] for i in range(300)], dtype=pl.Array(pl.Int16, 2)))  # fmt: skip


@FILES
def all_types(path):
    scalars().write_parquet(path)


@FILES
def lists_and_structs(path):
    nested().write_parquet(path)


@FILES
def no_rows(path):
    nested().clear().write_parquet(path)


@FILES
def many_row_groups(path):
    nested().write_parquet(path, row_group_size=7)


@FILES
def small_pages(path):
    nested().write_parquet(path, data_page_size=300)


@FILES
def no_statistics(path):
    scalars().write_parquet(path, statistics=False)


@FILES
def all_statistics(path):
    scalars().write_parquet(path, statistics="full")


@FILES.many({codec: codec for codec in ("uncompressed", "snappy", "gzip", "zstd", "brotli", "lz4")})
def codec(path, codec):
    nested().write_parquet(path, compression=codec)


@FILES
def metadata(path):
    scalars().select("string").write_parquet(path, metadata={"owner": "tests", "empty": ""})


@FILES
def null_column(path):
    pl.DataFrame({"n": pl.Series([None] * 10, dtype=pl.Null), "i": range(10)}).write_parquet(path)

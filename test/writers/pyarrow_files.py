# SPDX-License-Identifier: Apache-2.0
"""Files by pyarrow, which is to say by Arrow C++."""

import base64

import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow.parquet import encryption

from writers import Files, tables

FILES = Files()


def plain_numbers(rows=500):
    """Columns that every encoding of numbers takes; deltas stay small enough for any reader."""
    return pa.table({"i32": pa.array([i * 3 - 500 for i in range(rows)], pa.int32()),
                     "i64": pa.array([i * i for i in range(rows)], pa.int64()),
                     "f": tables.bits(tables.FLOATS, pa.float32(), rows),
                     "d": tables.bits(tables.DOUBLES, pa.float64(), rows)})  # fmt: skip


def some_strings(rows=500):
    return pa.table({"s": pa.array([None if i % 9 == 0 else f"common prefix {i}" for i in range(rows)]),
                     "b": pa.array([bytes([i % 256]) * (i % 20) for i in range(rows)])})  # fmt: skip


@FILES
def scalars(path):
    pq.write_table(tables.scalars(), path)


@FILES
def scalars_required(path):
    pq.write_table(tables.required(tables.scalars(every=0)), path)


@FILES
def scalars_without_stored_schema(path):
    pq.write_table(tables.scalars(), path, store_schema=False)


@FILES
def all_null(path):
    pq.write_table(tables.scalars(every=1), path)


@FILES.many({version: version for version in ("1.0", "2.4")})
def format(path, version):
    pq.write_table(tables.scalars().drop_columns(["timestamp[ns]", "timestamp[ns, tz=UTC]", "time_ns"]), path,
                   version=version)  # fmt: skip


@FILES
def null_type(path):
    pq.write_table(pa.table({"null": pa.nulls(20), "id": pa.array(range(20))}), path)


@FILES
def nested(path):
    pq.write_table(tables.nested(), path)


@FILES
def nested_old_names(path):
    pq.write_table(tables.nested(), path, use_compliant_nested_type=False)


@FILES
def nested_without_stored_schema(path):
    pq.write_table(tables.nested(), path, store_schema=False)


@FILES
def fixed_size_lists(path):
    column = pa.array([[1.5, None, -0.0], None, [0.0, 1.0, 2.0]] * 30, pa.list_(pa.float32(), 3))
    pq.write_table(pa.table({"v": column}), path)


@FILES
def decimals(path):
    pq.write_table(tables.decimals(), path)


@FILES
def decimals_as_integers(path):
    pq.write_table(tables.decimals(), path, store_decimal_as_integer=True)


@FILES
def wide_decimals(path):
    pq.write_table(tables.wide_decimals(), path)


@FILES
def no_rows(path):
    pq.write_table(tables.nested().slice(0, 0), path)


@FILES
def no_row_group(path):
    pq.ParquetWriter(path, tables.nested().schema).close()


@FILES
def empty_row_groups(path):
    table = tables.nested()
    with pq.ParquetWriter(path, table.schema) as writer:
        for rows in (0, 100, 0, 0, 100, 0):
            writer.write_table(table.slice(0, rows))


@FILES
def many_row_groups(path):
    pq.write_table(tables.nested(), path, row_group_size=3)


@FILES
def one_row(path):
    pq.write_table(tables.scalars(2).slice(1), path)


@FILES
def no_columns(path):
    pq.write_table(pa.table({"x": [1, 2, 3]}).select([]), path)


@FILES
def wide(path):
    pq.write_table(tables.wide(), path)


@FILES
def long_strings(path):
    pq.write_table(tables.long_strings(), path)


@FILES
def odd_names(path):
    names = [
        "a.b",
        "naïve",
        "日本",
        " ",
        "a b",
        "A",
        "a",
        "list.element",
        "key_value",
        'quo"te',
        "back\\slash",
        "x\ty",
    ]
    pq.write_table(pa.table({name: pa.array([i, None]) for i, name in enumerate(names)}), path)


@FILES
def same_names(path):
    pq.write_table(
        pa.Table.from_arrays([pa.array([1, 2]), pa.array(["x", None])], ["same", "same"]), path
    )


@FILES.many({codec: codec for codec in ("none", "snappy", "gzip", "zstd", "brotli", "lz4")})
def codec(path, codec):
    pq.write_table(tables.nested(), path, compression=codec)


@FILES
def codec_per_column(path):
    codecs = dict(zip(plain_numbers().column_names, ("snappy", "zstd", "none", "lz4")))
    pq.write_table(plain_numbers(), path, compression=codecs)


@FILES.many({codec: codec for codec in ("none", "snappy", "zstd")})
def pages_v2(path, codec):
    pq.write_table(tables.nested(), path, data_page_version="2.0", compression=codec)


@FILES
def scalars_v2(path):
    pq.write_table(tables.scalars(), path, data_page_version="2.0")


@FILES
def small_pages(path):
    pq.write_table(tables.nested(600), path, data_page_size=200, write_batch_size=10)


@FILES.many({"numbers": (plain_numbers, {"i32": "DELTA_BINARY_PACKED", "i64": "DELTA_BINARY_PACKED",
                                         "f": "BYTE_STREAM_SPLIT", "d": "BYTE_STREAM_SPLIT"}),
             "strings": (some_strings, {"s": "DELTA_BYTE_ARRAY", "b": "DELTA_LENGTH_BYTE_ARRAY"})})  # fmt: skip
def encoding(path, choice):
    table, encodings = choice
    pq.write_table(table(), path, use_dictionary=False, column_encoding=encodings)


@FILES
def split_integers(path):
    pq.write_table(
        plain_numbers(), path, use_dictionary=False, use_byte_stream_split=["i32", "i64"]
    )


@FILES
def no_dictionary(path):
    pq.write_table(tables.scalars(), path, use_dictionary=False)


@FILES
def full_dictionary(path):
    pq.write_table(tables.scalars(3000), path, dictionary_pagesize_limit=1000, data_page_size=2000)


@FILES
def dictionary_of_some(path):
    pq.write_table(some_strings(), path, use_dictionary=["s"])


@FILES
def field_ids(path):
    def field(name, kind, number):
        return pa.field(name, kind, metadata={"PARQUET:field_id": str(number)})

    schema = pa.schema([field("id", pa.int64(), 5), field("list", pa.list_(field("element", pa.int32(), 9)), 6),
                        field("point", pa.struct([field("x", pa.float64(), 0)]), 2147483647)])  # fmt: skip
    rows = [
        {"id": 1, "list": [1, None], "point": {"x": -0.0}},
        {"id": None, "list": None, "point": None},
    ]
    pq.write_table(pa.Table.from_pylist(rows, schema), path)


@FILES
def metadata(path):
    table = plain_numbers().replace_schema_metadata(
        {"owner": "tests", "empty": "", "ünï": "日本", "raw": b"\xff\0\xfe"}
    )
    with pq.ParquetWriter(path, table.schema) as writer:
        writer.write_table(table)
        writer.add_key_value_metadata({"org.apache.spark.legacyDateTime": "", "late": "yes"})


@FILES
def column_metadata(path):
    schema = pa.schema([pa.field("x", pa.int32(), metadata={"comment": "of the column"})])
    pq.write_table(pa.table({"x": pa.array([1, 2], pa.int32())}, schema), path)


@FILES
def int96(path):
    times = pa.array([None, 0, -1, 1, 10**18, -(10**18), 86400 * 10**9 - 1], pa.timestamp("ns"))
    pq.write_table(pa.table({"t": times, "z": times.cast(pa.timestamp("ns", "UTC"))}), path,
                   use_deprecated_int96_timestamps=True)  # fmt: skip


@FILES
def times_adjusted_to_utc(path):
    pq.write_table(
        tables.scalars().select(["time_ms", "time_us", "time_ns"]),
        path,
        write_time_adjusted_to_utc=True,
    )


@FILES
def page_index(path):
    pq.write_table(
        tables.nested(1000), path, write_page_index=True, data_page_size=500, write_batch_size=20
    )


@FILES
def bloom_filters(path):
    pq.write_table(some_strings(), path, bloom_filter_options={"s": {"ndv": 100, "fpp": 0.1}})


@FILES
def checksums(path):
    pq.write_table(tables.nested(), path, write_page_checksum=True)


@FILES
def no_statistics(path):
    pq.write_table(tables.scalars(), path, write_statistics=False)


@FILES
def sorted_rows(path):
    pq.write_table(plain_numbers(), path, sorting_columns=[pq.SortingColumn(0)])


class _NoSecret(encryption.KmsClient):
    """Wraps keys in base64 only: the file is encrypted, the key is not a secret."""

    def wrap_key(self, key_bytes, master_key_identifier):
        return base64.b64encode(key_bytes)

    def unwrap_key(self, wrapped_key, master_key_identifier):
        return base64.b64decode(wrapped_key)


@FILES.many({"footer": False, "columns": True})
def encrypted(path, plaintext_footer):
    factory = encryption.CryptoFactory(lambda _: _NoSecret())
    configuration = encryption.EncryptionConfiguration(
        footer_key="footer", column_keys={"data": ["i32"]}, plaintext_footer=plaintext_footer)  # fmt: skip
    keys = factory.file_encryption_properties(encryption.KmsConnectionConfig(), configuration)
    with pq.ParquetWriter(path, plain_numbers().schema, encryption_properties=keys) as writer:
        writer.write_table(plain_numbers())

#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes seeds/TARGET/*, from which the fuzzers start, out of the files of test/data.

Small on purpose: a seed a kind of structure and writer.  What test/data has none of is built here.
"""

import datetime
import decimal
import io
import pathlib
import shutil
import struct
import sys

import polars
import pyarrow as pa
import pyarrow.parquet as pq

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "test"))

from judge.footer import File  # noqa: E402

LARGEST = 8_000

BLOOM_HEADER = bytes.fromhex("1580101c1c00001c1c00001c1c00000000")
# Runs of 1, 3 and 20 bits: repeated, packed, both.
RUNS = {
    1: [b"\x20\x01", b"\x03\xaa", b"\x10\x00\x05\x0f\xf0"],
    3: [b"\x10\x05", b"\x03\x88\xc6\xfa", b"\x03\x88\xc6\xfa\xc8\x01\x02"],
    20: [b"\x10\x56\x34\x02", b"\x03" + bytes(range(20))],
}
# What Snappy packs: nothing to be found, copies that reach into themselves, far ones, both.
TEXTS = {
    "short": b"0123456789",
    "repeats": b"a" * 70 + b"ab" * 40 + b"abcdefghij" * 9,
    "numbers": b"".join(struct.pack("<q", i // 3) for i in range(60)),
    "far": bytes(range(250)) * 12,
    "long": bytes(i * i % 251 for i in range(300)) + b"0123456789" * 4,
}
N = 9

FLAT = pa.table({
    "id": pa.array([2**40 + 3 * i for i in range(N)]),
    "text": pa.array([None if i % 4 == 1 else f"t{i % 3}" for i in range(N)]),
    "flag": pa.array([i % 3 == 0 for i in range(N)]),
    "amount": pa.array([decimal.Decimal(i) / 4 for i in range(N)], pa.decimal128(20, 2)),
    "ratio": pa.array([i / 7 for i in range(N)], pa.float32()),
}, schema=pa.schema([pa.field("id", pa.int64(), nullable=False), ("text", pa.string()),
                     ("flag", pa.bool_()), ("amount", pa.decimal128(20, 2)), ("ratio", pa.float32())]))
NESTED = pa.table({
    "list": pa.array([[1, 2], None, [], [3, None]] * 2, pa.list_(pa.int32())),
    "map": pa.array([[("k", 1.5)], [], None, [("a", 0.0), ("b", None)]] * 2, pa.map_(pa.string(), pa.float64())),
    "point": pa.array([{"x": i, "at": [{"y": "v"}] * (i % 3)} if i % 4 else None for i in range(8)]),
})
TYPES = pa.table({
    "u8": pa.array(range(N), pa.uint8()),
    "u64": pa.array([2**63 + i for i in range(N)], pa.uint64()),
    "half": pa.array([i / 2 for i in range(N)], pa.float16()),
    "fixed": pa.array([bytes([i]) * 5 for i in range(N)], pa.binary(5)),
    "nanos": pa.array([10**18 + i for i in range(N)], pa.timestamp("ns", "UTC")),
    "day": pa.array([datetime.date(2020, 1, 1 + i) for i in range(N)]),
    "null": pa.nulls(N),
})
DELTAS = {"id": "DELTA_BINARY_PACKED", "text": "DELTA_BYTE_ARRAY", "flag": "RLE",
          "ratio": "BYTE_STREAM_SPLIT"}


def small_files():
    """(name, bytes): kinds of pages, encodings, codecs and types, each in as few bytes as can be."""
    pyarrow = {
        "flat": (FLAT, {}),
        "flat_pages": (FLAT, {"compression": "none", "data_page_size": 8, "write_batch_size": 3,
                              "write_page_index": True, "write_page_checksum": True}),
        "flat_v2": (FLAT, {"data_page_version": "2.0", "row_group_size": 5}),
        "flat_plain": (FLAT, {"use_dictionary": False, "compression": "zstd", "store_decimal_as_integer": True}),
        "flat_deltas": (FLAT, {"use_dictionary": False, "column_encoding": DELTAS, "compression": "gzip"}),
        "nested": (NESTED, {}),
        "nested_v2": (NESTED, {"data_page_version": "2.0", "compression": "lz4", "write_page_index": True}),
        "nested_old": (NESTED, {"use_compliant_nested_type": False, "compression": "none", "row_group_size": 3}),
        "types": (TYPES, {"compression": "none"}),
        "types_old": (TYPES.select(["nanos", "fixed"]), {"use_deprecated_int96_timestamps": True, "version": "1.0",
                                                         "compression": "brotli"}),
    }
    for name, (table, options) in pyarrow.items():
        sink = io.BytesIO()
        pq.write_table(table, sink, store_schema=False, **options)
        yield f"pyarrow-{name}", sink.getvalue()
    sink = io.BytesIO()
    polars.from_arrow(FLAT).write_parquet(sink, compression="uncompressed")
    yield "polars-flat", sink.getvalue()


def seeds():
    """(target, name, bytes); target `file` is for all that take whole files."""
    for name, data in small_files():
        yield "file", name, data
    for path in sorted((HERE.parent / "test/data").glob("**/*.parquet")):
        file = File(path)
        name = f"{path.parent.name}-{path.stem}"
        yield "file", name, file.data
        yield "footer", name, file.data[file.footer_at : -8]
        seen = set()
        for _, column, meta, chunk in file.chunks():
            for which, part in enumerate(("offset", "column")):
                if f"{part}_index_offset" in chunk:
                    at, size = chunk[f"{part}_index_offset"], chunk[f"{part}_index_length"]
                    kind = which, size // 32
                    if kind not in seen:
                        yield "index", f"{name}-{part}-{column}", bytes([which]) + file.data[at : at + size]
                    seen.add(kind)
            if meta["num_values"] == 0:
                continue
            for page in file.pages(meta):
                size = page["header_size"] + page["compressed_page_size"]
                kind = page["type"], page["header_size"] // 16
                if kind not in seen and size <= 600:
                    seen.add(kind)
                    at = page["offset"]
                    yield "page_header", f"{name}-{at}", file.data[at : at + size]
    yield "index", "bloom", b"\x02" + BLOOM_HEADER
    for width, streams in RUNS.items():
        for i, runs in enumerate(streams):
            yield "hybrid", f"{width}-{i}", struct.pack("<HB", 8, width) + runs
            if width <= 3:
                level = (1 << width) - 1
                body = struct.pack("<I", len(runs)) + runs
                yield "levels", f"{width}-{i}", struct.pack("<BBH", level, level, 8) + body + body
                yield "levels", f"flat-{width}-{i}", struct.pack("<BBH", 0, level, 8) + body + b"values"
    for name, text in TEXTS.items():
        yield "snappy", name, pa.compress(text, "snappy", asbytes=True)


def main():
    shutil.rmtree(HERE / "seeds", ignore_errors=True)
    for target, name, data in seeds():
        if len(data) <= LARGEST:
            path = HERE / "seeds" / target / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)


main()

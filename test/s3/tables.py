# SPDX-License-Identifier: Apache-2.0
"""Parquet inputs for the S3 tests, and the judgement that an output has the same rows.

What is inside the files matters to other tests; here sizes matter, so values are random and
uncompressed: an output is about as large as its input.
"""

import io
import random

import pyarrow as pa
import pyarrow.parquet as pq

MIB = 1 << 20


def table(rows: int, seed: int = 1) -> pa.Table:
    rng = random.Random(seed)
    return pa.table({
        "id": pa.array(range(rows), pa.int64()),
        "value": pa.array([rng.random() for _ in range(rows)]),
        "name": pa.array([f"row {i}" if i % 7 else None for i in range(rows)]),
        "blob": pa.array([rng.randbytes(24) for _ in range(rows)], pa.binary()),
    })


def parquet(rows: int = 100, seed: int = 1, row_group_size: int | None = None) -> bytes:
    out = io.BytesIO()
    pq.write_table(table(rows, seed), out, row_group_size=row_group_size, compression="none",
                   use_dictionary=False)
    return out.getvalue()


def large(size: int, seed: int = 1, row_group_bytes: int = 4 * MIB) -> bytes:
    """A Parquet file of at least `size` bytes, in row groups of about `row_group_bytes`."""
    out = io.BytesIO()
    rng = random.Random(seed)
    schema = pa.schema({"id": pa.int64(), "blob": pa.binary(1024)})
    rows = row_group_bytes // 1032
    with pq.ParquetWriter(out, schema, compression="none", use_dictionary=False) as writer:
        while out.tell() < size:
            noise = pa.array([rng.randbytes(1024) for _ in range(rows)], schema.field("blob").type)
            writer.write_table(pa.table([pa.array(range(rows), pa.int64()), noise], schema))
    return out.getvalue()


def read(data: bytes) -> pa.Table:
    return pq.read_table(io.BytesIO(data))


def same_rows(a: bytes, b: bytes) -> bool:
    return read(a).equals(read(b))

# SPDX-License-Identifier: Apache-2.0
"""python generate.py: the files beside it, with pyarrow 26.0.1.

Outputs as pqpack's check of outputs must let them pass; its tests break them in one place each.
"""

import pathlib

import pyarrow as pa
import pyarrow.parquet as pq

HERE = pathlib.Path(__file__).resolve().parent
N = 300

TABLE = pa.table(
    {
        "id": pa.array(range(N), pa.int64()),
        "name": pa.array([None if i % 7 == 0 else f"name {i % 10}" for i in range(N)]),
        "when": pa.array([i * 1000 for i in range(N)], pa.timestamp("us", "UTC")),
        "tags": pa.array([[1, 2], None, [], [3, None]] * (N // 4), pa.list_(pa.int32())),
        "map": pa.array([[("k", 1.5)], [], None] * (N // 3), pa.map_(pa.string(), pa.float64())),
    },
    schema=pa.schema(
        [
            pa.field("id", pa.int64(), nullable=False),
            pa.field("name", pa.string()),
            pa.field("when", pa.timestamp("us", "UTC")),
            pa.field("tags", pa.list_(pa.int32())),
            pa.field("map", pa.map_(pa.string(), pa.float64())),
        ],
        metadata={"origin": "here"},
    ),
)

# V1 pages, two row groups, several pages in a chunk, no index: what the target snowflake asks for,
# but for the size statistics that pyarrow always writes without an index.
pq.write_table(TABLE, HERE / "plain.parquet", row_group_size=200, data_page_size=256,
               write_batch_size=64, write_page_index=False, store_schema=False)  # fmt: skip

# V2 pages, page index, checksums, zstd, DELTA and BYTE_STREAM_SPLIT: what the target generic allows.
pq.write_table(TABLE, HERE / "indexed.parquet", row_group_size=200, data_page_size=256,
               write_batch_size=64, write_page_index=True, data_page_version="2.0",
               write_page_checksum=True, compression="zstd", use_dictionary=["name", "tags.list.element"],
               column_encoding={"id": "DELTA_BINARY_PACKED", "map.key_value.value": "BYTE_STREAM_SPLIT"},
               store_schema=False)  # fmt: skip

# The schema alone: no row group.
with pq.ParquetWriter(HERE / "no_rows.parquet", TABLE.schema, store_schema=False):
    pass

# A row group without rows, which pyarrow writes for an empty table: must not pass.
pq.write_table(TABLE.schema.empty_table(), HERE / "empty_row_group.parquet", store_schema=False)

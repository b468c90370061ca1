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
        ]
    ),
)



def write(name, row_group_size, **options):
    path = HERE / f"{name}.parquet"
    with pq.ParquetWriter(path, TABLE.schema, store_schema=False, data_page_size=256,
                          write_batch_size=64, **options) as writer:  # fmt: skip
        writer.write_table(TABLE, row_group_size)
        writer.add_key_value_metadata({"origin": "here"})


# V1 pages, two row groups, several pages in a chunk, no index: what the target snowflake asks for,
# but for the size statistics that pyarrow always writes.
write("plain", 200, write_page_index=False)

# V2 pages, page index, checksums, zstd, DELTA and BYTE_STREAM_SPLIT: what the target generic allows.
write("indexed", 200, write_page_index=True, data_page_version="2.0", write_page_checksum=True,
      compression="zstd", use_dictionary=["name", "tags.list.element"],
      column_encoding={"id": "DELTA_BINARY_PACKED", "map.key_value.value": "BYTE_STREAM_SPLIT"})  # fmt: skip

# The schema alone: no row group.
with pq.ParquetWriter(HERE / "no_rows.parquet", TABLE.schema, store_schema=False) as empty:
    empty.add_key_value_metadata({"origin": "here"})

# A row group without rows, which pyarrow writes for an empty table: must not pass.
pq.write_table(TABLE.schema.empty_table(), HERE / "empty_row_group.parquet", store_schema=False)

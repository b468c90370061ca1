# SPDX-License-Identifier: Apache-2.0
"""Tables of small files by PyArrow, on a disk or in a bucket, and what readers find in them, by DuckDB."""

import io

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

DELETE = "--delete_original_files=true"


class Folder:
    """A place on this machine, used as a bucket is (test/s3/bucket.py)."""

    def __init__(self, path):
        self.path = path

    def uri(self, key=""):
        return str(self.path / key)

    def put(self, key, data):
        (self.path / key).parent.mkdir(parents=True, exist_ok=True)
        (self.path / key).write_bytes(data)

    def keys(self, prefix=""):
        found = (p for p in (self.path / prefix).rglob("*") if p.is_file())
        return sorted(p.relative_to(self.path).as_posix() for p in found)

    def get(self, key):
        return (self.path / key).read_bytes()

    def delete(self, key):
        (self.path / key).unlink()


def parquet(table, **how) -> bytes:
    sink = io.BytesIO()
    pq.write_table(table, sink, **how)
    return sink.getvalue()


def rows(begin, count):
    return pa.table({
        "id": pa.array(range(begin, begin + count), pa.int64()),
        "word": pa.array([None if i % 13 == 0 else f"w{i % 89}" for i in range(begin, begin + count)]),
        "list": pa.array([None if i % 7 == 0 else [i] * (i % 4) for i in range(begin, begin + count)],
                         pa.list_(pa.int32())),
    })


def fill(store, partitions=("year=2023/month=01/", "year=2023/month=02/", "year=2024/month=01/"), files=6):
    begin = 0
    for folder in partitions:
        for n in range(files):
            store.put(f"table/{folder}f{n}.parquet", parquet(rows(begin, 100)))
            begin += 100


def visible(store, prefix="table/"):
    """Keys that a Hive-like reader takes for the table's."""
    return [key for key in store.keys(prefix)
            if not any(part.startswith(("_", ".")) for part in key.removeprefix(prefix).split("/"))]


def content(store, tmp_path, prefix="table/"):
    """All rows with their partition, sorted, read by DuckDB."""
    found = []
    for key in visible(store, prefix):
        path = tmp_path / "judged.parquet"
        path.write_bytes(store.get(key))
        folder = key.removeprefix(prefix).rpartition("/")[0]
        found += [(folder, *row) for row in duckdb.sql(f"SELECT * FROM '{path}'").fetchall()]
    return sorted(found, key=repr)

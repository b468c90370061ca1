# SPDX-License-Identifier: Apache-2.0
"""Tables in a Glue catalog whose files lie in a bucket, as boto3 makes them."""

import io
import itertools

import pyarrow as pa
import pyarrow.parquet as pq

PARQUET = {
    "InputFormat": "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
    "OutputFormat": "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
    "SerdeInfo": {"SerializationLibrary":
                  "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"},
}
COLUMNS = [{"Name": "id", "Type": "bigint"}]
_numbers = itertools.count(1)


def small_file(start: int = 0, rows: int = 10) -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.table({"id": range(start, start + rows)}), out)
    return out.getvalue()


class GlueTable:
    """A table in a database of its own; its location is `t/` of the bucket."""

    def __init__(self, glue, bucket, keys=(), database=None, name="t", location=None,
                 descriptor=None, **members):
        self.glue, self.bucket, self.name = glue, bucket, name
        self.keys = [{"Name": key, "Type": kind} for key, kind in keys]
        self.database = database or f"db{next(_numbers)}"
        if database is None:
            glue.create_database(DatabaseInput={"Name": self.database})
        self.location = bucket.uri("t/") if location is None else location
        table = {"Name": name, "TableType": "EXTERNAL_TABLE", "PartitionKeys": self.keys,
                 "StorageDescriptor": {**PARQUET, "Columns": COLUMNS, "Location": self.location,
                                       **(descriptor or {})}, **members}
        glue.create_table(DatabaseName=self.database, TableInput=table)

    @property
    def words(self) -> list[str]:
        return ["--database_name", self.database, "--table_name", self.name]

    def partition(self, *values: str, location: str | None = None, files: int = 2, bucket=None, **descriptor) -> dict:
        """What makes a partition, whose files it puts where they belong."""
        if location is None:
            folders = (f"{key['Name']}={value}" for key, value in zip(self.keys, values))
            location = self.location.rstrip("/") + "/" + "/".join(folders) + "/"
        bucket = bucket or self.bucket
        prefix = location.removeprefix(bucket.uri())
        for number in range(files):
            bucket.put(f"{prefix.rstrip('/')}/f{number}.parquet", small_file(number * 10))
        return {"Values": list(values),
                "StorageDescriptor": {**PARQUET, "Columns": COLUMNS, "Location": location, **descriptor}}

    def add(self, *partitions: dict) -> None:
        for begin in range(0, len(partitions), 100):
            made = self.glue.batch_create_partition(
                DatabaseName=self.database, TableName=self.name,
                PartitionInputList=list(partitions[begin : begin + 100]))
            assert not made.get("Errors"), made

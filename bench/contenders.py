# SPDX-License-Identifier: Apache-2.0
"""Who is measured.  Each is a whole process that rewrites folder IN to folder OUT, Snappy as before.

    python contenders.py NAME IN OUT

The PyArrow script is the one that users have today; for the others the fastest of the plain ways to
do the same was taken: file by file, as many at once as there are CPUs, what a library's own threads
do on top.  IN and OUT may be s3:// for those named in ON_S3.
"""

import concurrent.futures
import os
import pathlib
import sys

CPUS = os.cpu_count() or 1


def each(source: str, destination: str, threads: int, rewrite) -> None:
    names = sorted(os.listdir(source))
    os.makedirs(destination, exist_ok=True)
    with concurrent.futures.ThreadPoolExecutor(threads) as pool:
        list(pool.map(lambda name: rewrite(f"{source}/{name}", f"{destination}/{name}"), names))


def pyarrow_script(source: str, destination: str) -> None:
    import pyarrow.fs
    import pyarrow.parquet as pq

    if source.startswith("s3://"):
        # One PUT for a small file; what the script does by default, a multipart upload for each, the
        # test server now and then answers with 400.
        scheme, host = os.environ["AWS_ENDPOINT_URL"].split("://")
        fs = pyarrow.fs.S3FileSystem(scheme=scheme, endpoint_override=host, allow_delayed_open=True)
    else:
        fs = pyarrow.fs.LocalFileSystem()
    path, out = source.removeprefix("s3://"), destination.removeprefix("s3://")

    def rewrite(name: str) -> None:
        with fs.open_input_file(f"{path}/{name}") as raw, fs.open_output_stream(f"{out}/{name}") as sink:
            file = pq.ParquetFile(raw)
            with pq.ParquetWriter(sink, file.schema_arrow, compression="snappy") as writer:
                for batch in file.iter_batches(65536):
                    writer.write_batch(batch)

    fs.create_dir(out)
    found = fs.get_file_info(pyarrow.fs.FileSelector(path))
    with concurrent.futures.ThreadPoolExecutor(min(32, 4 * CPUS)) as pool:
        list(pool.map(rewrite, [info.base_name for info in found]))


def duckdb_copy(source: str, destination: str) -> None:
    import duckdb

    connection = duckdb.connect(config={"threads": CPUS})

    def rewrite(old: str, new: str) -> None:
        connection.cursor().execute(
            f"COPY (FROM read_parquet('{old}')) TO '{new}' (FORMAT parquet, COMPRESSION snappy)")

    each(source, destination, CPUS, rewrite)


def polars_copy(source: str, destination: str) -> None:
    import polars

    def rewrite(old: str, new: str) -> None:
        polars.read_parquet(old).write_parquet(new, compression="snappy")

    each(source, destination, CPUS, rewrite)


def boto3_copy(source: str, destination: str) -> None:
    """The limit on S3: every object through this machine, nothing done to it."""
    import boto3

    s3 = boto3.client("s3")
    bucket, prefix = source.removeprefix("s3://").split("/", 1)
    into, folder = destination.removeprefix("s3://").split("/", 1)

    def copy(key: str) -> None:
        body = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        s3.put_object(Bucket=into, Key=f"{folder}/{key.rsplit('/', 1)[1]}", Body=body)

    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix + "/")
    keys = [item["Key"] for page in pages for item in page.get("Contents", [])]
    with concurrent.futures.ThreadPoolExecutor(min(32, 4 * CPUS)) as pool:
        list(pool.map(copy, keys))


PYTHON = {"pyarrow": pyarrow_script, "duckdb": duckdb_copy, "polars": polars_copy,
          "boto3 copy": boto3_copy}
# `pqpack` is held against those who decode, too; `pqpack auto` may copy pages.
LOCAL = ["pqpack", "pqpack auto", "pyarrow", "duckdb", "polars", "cp"]
ON_S3 = ["pqpack", "pqpack auto", "pyarrow", "boto3 copy"]
# What moves the same files without looking into them.
COPIES = ["cp", "store copy", "store copy, no fsync"]


def command(name: str, source: str, destination: str, pqpack: str) -> list[str]:
    if name == "cp":
        return ["cp", "-r", source, destination]
    if name.startswith("store copy"):
        unsynced = ["--no-sync"] if name.endswith("no fsync") else []
        return [str(pathlib.Path(pqpack).parent / "benchmarks/store_copy"), *unsynced, source, destination]
    if name in ("pqpack", "pqpack auto"):
        engine = "auto" if name.endswith("auto") else "reencode"
        return [pqpack, "repack", "--src", source, "--dst", destination, "--engine", engine,
                "--output", "json", "--stat"]
    return [sys.executable, __file__, name, source, destination]


if __name__ == "__main__":
    PYTHON[sys.argv[1]](*sys.argv[2:])

# SPDX-License-Identifier: Apache-2.0
"""Who merges small files.  Each is a whole process that makes of every folder of files below IN one of
the same name below OUT, with files of about 128 MiB, Snappy as before.

    python mergers.py NAME IN OUT

For each library the plain way that its documentation shows was taken.  Spark's JVM is started before
its clock: it prints the seconds of the work alone, and what the JVM took by then, since its start.
"""

import os
import pathlib
import re
import subprocess
import sys
import time

CPUS = os.cpu_count() or 1
MIB = 1 << 20
CONCAT = pathlib.Path(__file__).parent.parent / ".tools/concat/bin/parquet-concat"


def partitions(source: str, destination: str):
    """Each folder with files, its files in order, and where they go."""
    for folder, _, names in sorted(os.walk(source)):
        if names:
            out = os.path.join(destination, os.path.relpath(folder, source))
            os.makedirs(out, exist_ok=True)
            yield folder, sorted(os.path.join(folder, name) for name in names), out


def duckdb_copy(source: str, destination: str) -> None:
    import duckdb

    connection = duckdb.connect(config={"threads": CPUS, "preserve_insertion_order": True})
    for folder, _, out in partitions(source, destination):
        connection.execute(f"COPY (FROM read_parquet('{folder}/*.parquet', hive_partitioning = false)) "
                           f"TO '{out}/0.parquet' (FORMAT parquet, COMPRESSION snappy)")


def polars_concat(source: str, destination: str) -> None:
    import polars

    for _, files, out in partitions(source, destination):
        polars.read_parquet(files, hive_partitioning=False).write_parquet(
            f"{out}/0.parquet", compression="snappy")


def pyarrow_loop(source: str, destination: str) -> None:
    import pyarrow.parquet as pq

    for _, files, out in partitions(source, destination):
        schema = pq.read_schema(files[0])
        with pq.ParquetWriter(f"{out}/0.parquet", schema, compression="snappy") as writer:
            held = []
            for file in files:
                held.append(pq.read_table(file, partitioning=None))
                if sum(table.num_rows for table in held) >= MIB:
                    write_all(writer, held)
                    held = []
            write_all(writer, held)


def write_all(writer, tables: list) -> None:
    import pyarrow as pa

    if tables:
        writer.write_table(pa.concat_tables(tables))


def pyarrow_dataset(source: str, destination: str) -> None:
    import pyarrow.dataset as ds

    for _, files, out in partitions(source, destination):
        ds.write_dataset(ds.dataset(files, format="parquet"), out, format="parquet",
                         max_rows_per_file=4 * MIB, min_rows_per_group=MIB, max_rows_per_group=MIB,
                         existing_data_behavior="overwrite_or_ignore", preserve_order=True)


def spark(source: str, destination: str) -> None:
    from pyspark.sql import SparkSession

    session = (SparkSession.builder.master(f"local[{CPUS}]").config("spark.ui.enabled", "false")
               .config("spark.driver.memory", "6g").config("spark.sql.session.timeZone", "UTC").getOrCreate())
    session.sparkContext.setLogLevel("ERROR")
    session.range(10).count()
    begin = time.monotonic()
    for folder, _, out in partitions(source, destination):
        session.read.parquet(folder).coalesce(1).write.mode("overwrite").parquet(out)
    seconds = time.monotonic() - begin
    print(f"seconds {seconds:.3f} {taken_by(session.sparkContext._gateway.proc.pid)}")
    session.stop()


def taken_by(process: int) -> str:
    """Of a process that lives, with the children it has waited for."""
    fields = pathlib.Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    cpu = sum(int(ticks) for ticks in fields[11:15]) / os.sysconf("SC_CLK_TCK")
    status = pathlib.Path(f"/proc/{process}/status").read_text()
    peak = int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) / 1024
    return f"cpu {cpu:.2f} peak {peak:.0f}"


def cat(source: str, destination: str) -> None:
    """The limit: the same bytes, one file behind the other."""
    for _, files, out in partitions(source, destination):
        os.system(f"cat {' '.join(files)} > {out}/0.parquet" if len(files) < 500
                  else f"cat {os.path.dirname(files[0])}/*.parquet > {out}/0.parquet")


def parquet_concat(source: str, destination: str) -> None:
    """arrow-rs's own tool, for orientation: it copies column chunks, and all row groups stay as small."""
    for _, files, out in partitions(source, destination):
        subprocess.run([str(CONCAT), f"{out}/0.parquet", *files], check=True)


PYTHON = {"duckdb": duckdb_copy, "polars": polars_concat, "pyarrow loop": pyarrow_loop,
          "pyarrow dataset": pyarrow_dataset, "spark": spark, "parquet-concat": parquet_concat, "cat": cat}
NAMES = ["pqpack", "pqpack unproven", "polars", "duckdb", "pyarrow loop", "pyarrow dataset", "spark", "parquet-concat",
         "cat"]


def command(name: str, source: str, destination: str, pqpack: str) -> list[str]:
    if name.startswith("pqpack"):
        unproven = ["--verify", "none"] if name.endswith("unproven") else []
        return [pqpack, "compact", "--path", source, "--target_s3_path", destination, *unproven,
                "--output", "json", "--stat"]
    return [sys.executable, str(pathlib.Path(__file__)), name, source, destination]


if __name__ == "__main__":
    PYTHON[sys.argv[1]](*sys.argv[2:])

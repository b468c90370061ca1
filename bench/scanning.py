# SPDX-License-Identifier: Apache-2.0
"""What merged outputs cost their readers: the same tables, compacted by moving pages and by encoding every
value anew, are read in turn by DuckDB, PyArrow and Spark.  Writes docs/benchmarks-scans.md.

    .venv/bin/python bench/scanning.py [--rounds 5] [--only wide] [--without spark] [--table FOLDER]

Tells for each data set bytes and medians of seconds, and what moved pages cost by encoded ones; with one of
the last three flags it prints the page, and leaves that in docs as it is.  Each
reader is one process that goes over both outputs, one after the other, so that neither start nor a
machine whose speed drifts counts; it reads each of them once before the clock runs.  More than 1.05 by
time or 1.03 by size is named.
"""

import argparse
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

import compacting
import data
import report
import run

ENGINES = ["auto", "reencode"]
READERS = ["duckdb", "pyarrow", "spark"]
PAGE = data.ROOT / "docs/benchmarks-scans.md"
MOST_TIME, MOST_SIZE = 1.05, 1.03


def by_duckdb():
    import duckdb

    connection = duckdb.connect()

    def read(folder):
        connection.execute(f"SELECT count(*), sum(hash(t)::HUGEINT) FROM read_parquet('{folder}/**/*.parquet') t")
        return connection.fetchone()

    return read


def by_pyarrow():
    import pyarrow.parquet as pq

    def read(folder):
        return sum(pq.ParquetFile(path).read().num_rows for path in sorted(pathlib.Path(folder).rglob("*.parquet")))

    return read


def by_spark():
    from pyspark.sql import SparkSession

    session = (SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
               .config("spark.driver.memory", "4g").config("spark.ui.showConsoleProgress", "false").getOrCreate())
    session.sparkContext.setLogLevel("ERROR")

    def read(folder):
        rows = session.read.option("recursiveFileLookup", "true").parquet(str(folder))
        rows.write.format("noop").mode("overwrite").save()

    return read


def timed(reader, rounds, folders):
    """Seconds of each round for each folder, which take turns in who is first."""
    read = {"duckdb": by_duckdb, "pyarrow": by_pyarrow, "spark": by_spark}[reader]()
    seconds = [[] for _ in folders]
    for folder in folders:
        read(folder)
    for number in range(rounds):
        for at in range(len(folders)):
            at = (at + number) % len(folders)
            begin = time.monotonic()
            read(folders[at])
            seconds[at].append(time.monotonic() - begin)
    return seconds


def scans(reader, rounds, folders):
    """In a process of its own."""
    words = [sys.executable, __file__, "--reader", reader, "--rounds", str(rounds), *map(str, folders)]
    ran = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True)
    return json.loads(ran.stdout.splitlines()[-1])


def compacted(source, work):
    for engine in ENGINES:
        subprocess.run([run.PQPACK, "compact", "--path", source, "--target_s3_path", work / engine, "--engine",
                        engine, "--output", "json"], check=True, stdout=subprocess.DEVNULL)
        yield work / engine


def rows_of(name, source, rounds, readers):
    with tempfile.TemporaryDirectory(dir=run.BASE) as work:
        folders = list(compacted(source, pathlib.Path(work)))
        assert run.scan(folders[0])[0] == run.scan(folders[1])[0], f"{name}: values differ"
        sizes = [run.size_of(folder) for folder in folders]
        yield row(name, "MiB", [size / 2**20 for size in sizes], sizes[0] / sizes[1], MOST_SIZE)
        for reader in readers:
            seconds = scans(reader, rounds, folders)
            ratio = statistics.median(a / b for a, b in zip(*seconds))
            yield row(name, f"{reader}, s", map(statistics.median, seconds), ratio, MOST_TIME)


def row(name, what, figures, ratio, most):
    over = "over" if ratio > most else ""
    return [name, what, *(f"{figure:.3f}" for figure in figures), f"{ratio:.3f}", over]


def page(rows, rounds):
    return "\n".join([
        "# What merged files cost their readers", "",
        f"`bench/scanning.py` wrote this page: {report.machine()}, medians of {rounds} rounds. Each data set was compacted twice, "
        "by moving pages and with `--engine reencode`, which encodes every value anew as Arrow's writer does. Each reader reads "
        "every value of both outputs in turn; the ratio is the median of those of the rounds. More than "
        f"{MOST_TIME} by time or {MOST_SIZE} by size is named in the last column.", "",
        report.table(["", "", "moved", "encoded", "ratio", ""], rows), ""])


def main():
    words = argparse.ArgumentParser()
    words.add_argument("--rounds", type=int, default=5)
    words.add_argument("--only", choices=compacting.WHAT)
    words.add_argument("--without", action="append", default=[], choices=READERS)
    words.add_argument("--table", type=pathlib.Path, help="another table instead of the data sets")
    words.add_argument("--reader", choices=READERS, help=argparse.SUPPRESS)
    words.add_argument("folders", nargs="*", help=argparse.SUPPRESS)
    asked = words.parse_args()
    if asked.reader:
        print(json.dumps(timed(asked.reader, asked.rounds, asked.folders)))
        return
    run.BASE.mkdir(parents=True, exist_ok=True)
    readers = [name for name in READERS if name not in asked.without]
    sources = {asked.table.name: asked.table} if asked.table else {
        name: compacting.source_of(name) for name in ([asked.only] if asked.only else compacting.WHAT)}
    rows = [each for name, source in sources.items() for each in rows_of(name, source, asked.rounds, readers)]
    text = page(rows, asked.rounds)
    if asked.table or asked.only or asked.without:
        print(text)
    else:
        PAGE.write_text(text)


if __name__ == "__main__":
    main()

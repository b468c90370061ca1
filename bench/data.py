# SPDX-License-Identifier: Apache-2.0
"""The data sets: small files as arrow-go 18.5.0 writes them, since those are what repack is for, and
larger ones of pyarrow, whose pages a store can copy by itself (parts above 5 MiB).

Made once and kept under build/bench/data; a folder that exists is taken as it is.
"""

import pathlib
import shutil
import subprocess
import tempfile

import duckdb
import pyarrow.parquet as pq

BENCH = pathlib.Path(__file__).resolve().parent
ROOT = BENCH.parent


def lineitem(parts: int, folder: pathlib.Path) -> None:
    """TPC-H lineitem at scale factor 1, 6,001,215 rows."""
    with tempfile.TemporaryDirectory(dir=folder) as whole:
        subprocess.run([ROOT / ".venv/bin/tpchgen-cli", "parquet", "-s", "1", "--tables=lineitem",
                        f"--output-dir={whole}"], check=True, stdout=subprocess.DEVNULL)
        table = pq.read_table(pathlib.Path(whole) / "lineitem.parquet")
    rows = -(-table.num_rows // parts)
    for n in range(parts):
        pq.write_table(table.slice(n * rows, rows), folder / f"{n:04}.parquet")


def query(select: str, rows: int, files: int, folder: pathlib.Path) -> None:
    """Files of `rows` rows of a SELECT over row number i; what looks random there is a hash of i."""
    for n in range(files):
        duckdb.sql(f"COPY (SELECT {select} FROM range({n * rows}, {(n + 1) * rows}) t(i)) "
                   f"TO '{folder}/{n:04}.parquet' (FORMAT parquet)")


def wide(folder: pathlib.Path) -> None:
    """Integers, doubles and short strings by turns."""
    kinds = ["hash(i + {0} * 1000000) % 1000", "(hash(i + {0} * 1000000) / 1e19)::DOUBLE",
             "'w' || hash(i + {0} * 1000000) % 50"]
    columns = [kinds[c % 3].format(c) + f" AS c{c}" for c in range(1000)]
    query(", ".join(columns), 500, 200, folder)


def events(folder: pathlib.Path) -> None:
    """A list of structs, a map, lists that are null or empty."""
    query("""i AS id, to_timestamp(1700000000 + i) AS at, 'u' || i % 977 AS user,
             CASE WHEN i % 7 > 0 THEN [{'sku': 's' || hash(i + x) % 5000, 'price': hash(i * x) / 1e17,
                                        'tags': ['a', 'b'][:x % 3]} FOR x IN range(i % 5)] END AS items,
             map_from_entries([('k' || k, 'v' || i % 13) FOR k IN range(i % 3)]) AS attributes""",
          20_000, 40, folder)


MAKERS = {
    "lineitem-1000": lambda folder: lineitem(1000, folder),
    "lineitem-64": lambda folder: lineitem(64, folder),
    "wide": wide,
    "events": events,
    "lineitem-16": lambda folder: lineitem(16, folder),
    "lineitem-10000": lambda folder: lineitem(10_000, folder),
}
# What is repacked; the rest is only looked at.
REPACKED = ["lineitem-1000", "lineitem-64", "wide", "events", "lineitem-16"]
BY_PYARROW = ["lineitem-16"]
WHAT = {
    "lineitem-1000": "TPC-H lineitem, scale factor 1, 1,000 files",
    "lineitem-64": "TPC-H lineitem, scale factor 1, 64 files",
    "wide": "1,000 columns, 500 rows, 200 files",
    "events": "nested events, 20,000 rows, 40 files",
    "lineitem-16": "TPC-H lineitem, scale factor 1, 16 files by pyarrow",
    "lineitem-10000": "TPC-H lineitem, scale factor 1, 10,000 files",
}


def arrow_go() -> pathlib.Path:
    program = ROOT / "build/bench/arrow_go"
    subprocess.run(["go", "build", "-o", program, "."], cwd=BENCH / "arrow_go", check=True)
    return program


def folder_of(name: str, base: pathlib.Path) -> pathlib.Path:
    folder = base / name
    if folder.is_dir():
        return folder
    print(f"making {WHAT[name]}", flush=True)
    base.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=base) as scratch:
        plain, made = pathlib.Path(scratch) / "plain", pathlib.Path(scratch) / "made"
        plain.mkdir()
        MAKERS[name](plain)
        if name in BY_PYARROW:
            made = plain
        else:
            subprocess.run([arrow_go(), plain, made], check=True)
        shutil.move(made, folder)
    return folder

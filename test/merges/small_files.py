# SPDX-License-Identifier: Apache-2.0
"""A folder of partitions, each a random table in small files.

A table depends on the seed and its own number alone.  Its files are those of one partition, so what
several writers wrote is merged together: of common types (random_tables.COMMON) files of all writers,
else of those that keep a schema as it is, with required columns and every type.
"""

import dataclasses
import pathlib
import random
import subprocess

import duckdb
import polars
import pyarrow as pa
import pyarrow.parquet as pq

from merges.random_tables import random_table

CODECS = ["none", "snappy", "snappy", "zstd", "gzip", "lz4", "brotli"]


@dataclasses.dataclass
class Partition:
    name: str
    rows: pa.Table
    files: list[pathlib.Path]
    writers: list[str]
    seeds: list[int]

    def __str__(self):
        return f"{self.name}: {self.rows.num_rows} rows in files of {', '.join(self.writers)}"


def cuts(rng, rows):
    """Where files end: at random, some at the same row."""
    inner = sorted(rng.choices(range(rows + 1), k=rng.randint(1, 6)))
    return list(zip([0, *inner], [*inner, rows]))


def by_pyarrow(rng, rows, path):
    encodings = {}
    if rng.random() < 0.15:
        encodings = {"use_dictionary": False, "column_encoding": {
            field.name: rng.choice(encodings_of(field.type)) for field in rows.schema
            if encodings_of(field.type) and rng.random() < 0.6}}
    pq.write_table(
        rows, path, **{
            "compression": rng.choice(CODECS), "data_page_version": rng.choice(["1.0", "2.0"]),
            "use_dictionary": rng.random() < 0.7, "dictionary_pagesize_limit": rng.choice([60, 1 << 20]),
            "data_page_size": rng.choice([60, 1000, 1 << 20]), "write_batch_size": rng.choice([7, 64, 1024]),
            "max_rows_per_page": rng.choice([5, 20_000]), "row_group_size": rng.choice([120, 1 << 20]),
            "write_statistics": rng.random() < 0.8, "write_page_index": rng.random() < 0.5,
            "write_page_checksum": rng.random() < 0.3, "store_schema": False,
            "use_content_defined_chunking": rng.random() < 0.1,
        } | encodings)  # fmt: skip


def encodings_of(kind):
    if pa.types.is_boolean(kind):
        return ["RLE"]
    if kind in (pa.int64(), pa.int32(), pa.timestamp("us")):
        return ["DELTA_BINARY_PACKED", "BYTE_STREAM_SPLIT"]
    if kind in (pa.string(), pa.binary()):
        return ["DELTA_BYTE_ARRAY", "DELTA_LENGTH_BYTE_ARRAY"]
    return ["BYTE_STREAM_SPLIT"] if kind in (pa.float64(), pa.float32()) else []


def by_duckdb(rng, rows, path, connection):
    codec = rng.choice(["uncompressed", "snappy", "zstd", "gzip", "lz4_raw", "brotli"])
    version = rng.choice(["v1", "v2"])
    whole = rows.take(pa.array(range(rows.num_rows), pa.int64()))  # it refuses slices of structs
    connection.register("rows", whole)
    connection.execute(f"COPY (FROM rows) TO '{path}' (FORMAT parquet, COMPRESSION {codec}, PARQUET_VERSION {version})")


def by_polars(rng, rows, path):
    polars.from_arrow(rows).write_parquet(
        path, compression=rng.choice(["uncompressed", "snappy", "zstd", "gzip", "lz4", "brotli"]),
        statistics=rng.random() < 0.8, row_group_size=rng.choice([150, 1 << 20]),
        data_page_size=rng.choice([200, 1 << 20]))  # fmt: skip


class Makers:
    """Writes trees of partitions.  `arrow_go` and `parquet_go` are the programs of test/go that write
    files anew."""

    def __init__(self, arrow_go, parquet_go):
        self.programs = {"arrow-go": arrow_go, "parquet-go": parquet_go}
        self.connection = duckdb.connect(config={"threads": 1})
        self.connection.execute("SET TimeZone = 'UTC'")

    def write(self, root, seed, numbers):
        """The partitions of these numbers below root/."""
        made = [self._partition(root, seed, number) for number in numbers]
        for name in self.programs:
            self._rewrite(name, root, made)
        return made

    def _partition(self, root, seed, number):
        """Of table, cuts and each file's way of writing every one has a generator of its own."""
        rng = random.Random(f"{seed} {number}")
        common = rng.random() < 0.5
        large = rng.random() < 0.01  # row groups that are copied where little is wanted
        rows = random_table(rng, 200_000 if large else rng.choice([1, 40, 300, 1500]), common, columns=1 if large else None)
        made = Partition(f"p={number}", rows, [], [], [])
        (root / made.name).mkdir(parents=True)
        alike = rng.random() < 0.5  # as the files of one job are
        halves = "halffloat" in str(rows.schema)  # which are plain bytes for parquet-go
        for n, (begin, end) in enumerate(cuts(rng, rows.num_rows)):
            path = root / made.name / f"{n}.parquet"
            others = ["duckdb", "polars"] if common else []
            rng = random.Random(f"{seed} {number} alike" if alike else f"{seed} {number} {n}")
            writer = rng.choice(["pyarrow", "pyarrow", "arrow-go", "arrow-go" if halves else "parquet-go", *others])
            part = rows.slice(begin, end - begin)
            if writer == "duckdb":
                by_duckdb(rng, part, path, self.connection)
            elif writer == "polars":
                by_polars(rng, part, path)
            elif writer == "parquet-go":  # it goes on with the encoding that it finds, and this one it can write
                pq.write_table(part, path, store_schema=False)
            else:
                by_pyarrow(rng, part, path)
            made.seeds.append(rng.randrange(1 << 31))
            made.files.append(path)
            made.writers.append(writer)
        return made

    def _rewrite(self, writer, root, partitions):
        todo = {path: (made, n) for made in partitions for n, path in enumerate(made.files)
                if made.writers[n] == writer}
        listed = root / f".{writer}"
        listed.write_text("".join(f"{path}\t{path}.anew\t{made.seeds[n]}\n" for path, (made, n) in todo.items()))
        done = subprocess.run([self.programs[writer], "rewrite", listed], capture_output=True, text=True, check=True)
        refused = {line.split("\t")[0] for line in done.stdout.splitlines()}
        listed.unlink()
        for path, (made, n) in todo.items():
            if str(path) in refused:
                made.writers[n] = f"pyarrow (not {writer})"
            else:
                pathlib.Path(f"{path}.anew").rename(path)
            pathlib.Path(f"{path}.anew").unlink(missing_ok=True)

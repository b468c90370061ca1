# SPDX-License-Identifier: Apache-2.0
"""Spark 3.5 as a judge of filters: how many rows of each file it finds, with everything on that
lets it skip row groups and pages: bounds, dictionaries, Bloom filters, page indexes."""

import contextlib
import dataclasses
import math
import os
import pathlib
import shutil

import pyarrow as pa

# What is asked of Java: little memory, a start that is quick rather than code that is.
_JAVA = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Djava.net.preferIPv4Stack=true"
_SETTINGS = {
    "spark.master": "local[1]",
    "spark.driver.memory": "512m",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.extraJavaOptions": _JAVA,
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.caseSensitive": "true",
    "spark.sql.shuffle.partitions": "1",
    "spark.sql.adaptive.enabled": "false",
    # Hundreds of small queries: compiling each would take longer than to run it.
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    # Days are as the files have them.
    "spark.sql.parquet.datetimeRebaseModeInRead": "CORRECTED",
    "spark.sql.parquet.filterPushdown": "true",
    "spark.sql.parquet.recordLevelFilter.enabled": "true",  # for the reader of rows
    "spark.hadoop.parquet.filter.stats.enabled": "true",
    "spark.hadoop.parquet.filter.dictionary.enabled": "true",
    "spark.hadoop.parquet.filter.columnindex.enabled": "true",
    "spark.hadoop.parquet.filter.bloom.enabled": "true",
    "spark.hadoop.parquet.filter.record-level.enabled": "true",
}


def why_not():
    """Why Spark can't run here; nothing where it can."""
    home = os.environ.get("JAVA_HOME")
    if not shutil.which("java", path=f"{home}/bin" if home else None):
        return "no Java: `tools/setup test` installs it"
    try:
        import pyspark  # noqa: F401
    except ImportError:
        return "no pyspark: `tools/setup test` installs it"
    return None


@dataclasses.dataclass(frozen=True)
class Kind:
    """What Spark calls a type, and how a value of it is written in SQL.  Values are plain: days and
    microseconds since 1970 are numbers, strings are bytes."""

    name: str
    sql: str

    def literal(self, value):
        return self.sql.format(value.hex().upper() if isinstance(value, bytes) else value)


def _cast(name):
    return Kind(name, f"CAST('{{}}' AS {name})")


_KINDS = {
    pa.bool_(): _cast("BOOLEAN"),
    pa.int8(): _cast("TINYINT"), pa.int16(): _cast("SMALLINT"), pa.int32(): _cast("INT"),
    pa.int64(): _cast("BIGINT"),
    pa.uint8(): _cast("SMALLINT"), pa.uint16(): _cast("INT"), pa.uint32(): _cast("BIGINT"),
    pa.uint64(): _cast("DECIMAL(20,0)"),
    pa.float32(): _cast("FLOAT"), pa.float64(): _cast("DOUBLE"),
    pa.date32(): Kind("DATE", "date_from_unix_date({})"),
    pa.string(): Kind("STRING", "CAST(X'{}' AS STRING)"), pa.binary(): Kind("BINARY", "X'{}'"),
}  # fmt: skip


def kind_of(arrow):
    """None: Spark reads this type differently, or not at all."""
    if pa.types.is_decimal(arrow) and arrow.precision <= 38:
        return _cast(f"DECIMAL({arrow.precision},{arrow.scale})")
    if pa.types.is_fixed_size_binary(arrow):
        return _KINDS[pa.binary()]
    if pa.types.is_timestamp(arrow) and arrow.unit in ("ms", "us"):
        micros = "timestamp_micros({})"
        if arrow.tz:
            return Kind("TIMESTAMP", micros)
        return Kind("TIMESTAMP_NTZ", f"CAST({micros} AS TIMESTAMP_NTZ)")
    return _KINDS.get(arrow)


def plain(column):
    """The values of a column, in the form that Kind and compare() take."""
    kind = column.type
    if pa.types.is_timestamp(kind):
        column = column.cast(pa.timestamp("us", kind.tz)).cast(pa.int64())
    elif kind == pa.date32():
        column = column.cast(pa.int32())
    elif kind == pa.string():
        column = column.cast(pa.binary())
    return column.to_pylist()


def order(value):
    """To compare values as Spark does: NaN is the largest number, both zeros are one."""
    if not isinstance(value, float):
        return value
    return (True, 0.0) if math.isnan(value) else (False, value)


@dataclasses.dataclass(frozen=True)
class Question:
    """A condition and how many rows of a file fulfil it."""

    condition: str
    rows: int


def questions(name, kind, values, few=False):
    """Equality, ranges, IN and IS NULL for a column of these values.

    No answer has a NaN or a zero of floating point at the end of a range: Spark 3.5 takes bounds for
    those of all values, although they leave NaN out, and tells the zeros apart where it skips. It
    loses such rows of the sources, too.
    """
    column = f"`{name}`"
    there = [order(value) for value in values if value is not None]
    plain_values = {order(value): value for value in values if value is not None}
    has_nan = any(key[0] for key in plain_values if isinstance(key, tuple))
    known = sorted(key for key in plain_values if key not in ((True, 0.0), (False, 0.0)))
    found = [Question(f"{column} IS NULL", len(values) - len(there))]
    if not known:
        return found

    def literal(key):
        return kind.literal(plain_values[key])

    def ask(text, fulfils):
        found.append(Question(f"{column} {text}", sum(map(fulfils, there))))

    def ask_in(keys):
        ask(f"IN ({', '.join(map(literal, keys))})", set(keys).__contains__)

    low, high, middle = known[0], known[-1], known[len(known) // 2]
    quarter, last_quarter = known[len(known) // 4], known[3 * len(known) // 4]
    ask(f"= {literal(middle)}", lambda key: key == middle)
    ask(f"<= {literal(quarter)}", lambda key: key <= quarter)
    if not has_nan:
        ask(f">= {literal(last_quarter)}", lambda key: key >= last_quarter)
    ask_in([low, high])
    if few:
        return found
    ask_in(known[:: max(1, len(known) // 30)])  # more than ten are asked for as a set
    if not has_nan and len(known) < 600:  # else no page is of one value, and none is skipped
        ask(f"<> {literal(middle)}", lambda key: key != middle)
    if kind.name == "STRING":
        prefix = plain_values[middle][:-1].decode(errors="ignore").encode()
        pattern = Kind("", "CAST(X'{}' AS STRING)").literal(prefix)
        found.append(Question(f"startswith({column}, {pattern})",
                              sum(key.startswith(prefix) for key in there)))
    return found


class Spark:
    """One session, for as long as the process lives or until stop()."""

    def __init__(self, folder: pathlib.Path):
        from pyspark.sql import SparkSession

        builder = SparkSession.builder.config("spark.local.dir", str(folder))
        builder = builder.config("spark.sql.warehouse.dir", str(folder))
        for name, value in _SETTINGS.items():
            builder = builder.config(name, value)
        self._session = builder.getOrCreate()
        self._session.sparkContext.setLogLevel("ERROR")
        self.version, self.reader = self._session.version, None

    def stop(self):
        self._session.stop()

    def use(self, reader):
        """"vectorised" or "rows"."""
        self.reader = reader
        self._session.conf.set("spark.sql.parquet.enableVectorizedReader",
                               str(reader == "vectorised").lower())

    def write_with_filters(self, folder, first, rows):
        """A file of `id` and `key` with Bloom filters, which parquet-java leaves out where a dictionary has
        all values."""
        frame = self._session.range(first, first + rows).selectExpr(
            "id * 7919 AS id", "concat('key ', id % 300) AS key")
        writer = frame.coalesce(1).write.option("parquet.enable.dictionary", "false")
        for column in ("id", "key"):
            writer = writer.option(f"parquet.bloom.filter.enabled#{column}", "true")
            writer = writer.option(f"parquet.bloom.filter.expected.ndv#{column}", str(rows))
        writer.parquet(str(folder))

    @contextlib.contextmanager
    def nothing_skipped(self):
        """Every row of a file is looked at, whatever the file says of itself."""
        self._session.conf.set("spark.sql.parquet.filterPushdown", "false")
        yield
        self._session.conf.set("spark.sql.parquet.filterPushdown", "true")

    def open(self, path, columns):
        """What count() asks: a file or folder, and the Kind of each of its columns."""
        schema = ", ".join(f"`{name}` {kind.name}" for name, kind in columns.items())
        frame = self._session.read.schema(schema).parquet(str(path))
        frame.createOrReplaceTempView("files")

    def count(self, conditions):
        """[{name of a file: how many of its rows fulfil the condition}], a condition each."""
        # Each in a task of its own, with what was pushed down to the files of its own.
        scans = [f"SELECT /*+ COALESCE(1) */ {i} AS q, input_file_name() AS f FROM files WHERE {text}"
                 for i, text in enumerate(conditions)]
        counted = self._session.sql(
            "SELECT q, f, count(*) AS n FROM (SELECT /*+ COALESCE(1) */ * FROM "
            f"({' UNION ALL '.join(scans)})) GROUP BY q, f").collect()
        found = [{} for _ in conditions]
        for row in counted:
            found[row.q][row.f.rsplit("/", 1)[-1]] = row.n
        return found

    def wrong(self, files, asked, at_once=8):
        """Sentences on files that have not as many rows as each Question says."""
        complaints = []
        for begin in range(0, len(asked), at_once):
            part = asked[begin : begin + at_once]
            for question, counts in zip(part, self.count([q.condition for q in part])):
                complaints += [f"{name}: {question.condition[:120]}: {counts.get(name, 0)} rows, "
                               f"not {question.rows}"
                               for name in files if counts.get(name, 0) != question.rows]
        return complaints

# SPDX-License-Identifier: Apache-2.0
"""Readers that are not ours, asked whether files hold, one behind the other, the rows of other files."""

import json
import subprocess

import duckdb
import polars
import pyarrow as pa
import pyarrow.parquet as pq

from judge import values
from judge.polars_reader import REFUSALS


# What a writer's own schema, which a merged file need not have, makes of a type.
SHORT = {pa.large_string(): pa.string(), pa.large_binary(): pa.binary(), pa.string_view(): pa.string()}


def short(field):
    kind = SHORT.get(field.type, field.type)
    if pa.types.is_large_list(kind) or pa.types.is_list(kind):
        kind = pa.list_(short(kind.value_field))
    elif pa.types.is_struct(kind):
        kind = pa.struct([short(child) for child in kind])
    return field.with_type(kind).remove_metadata()


def of_pyarrow(path):
    file = pq.ParquetFile(path)
    rows = file.read()
    if rows.num_rows != file.metadata.num_rows:  # see Readers._digests
        raise pa.ArrowInvalid(f"{rows.num_rows} rows of {file.metadata.num_rows}")
    return rows.cast(pa.schema([short(field) for field in rows.schema]))


def by_pyarrow(files):
    return pa.concat_tables(map(of_pyarrow, files), promote_options="permissive")


def by_polars(files):
    return polars.concat([polars.read_parquet(path, hive_partitioning=False, glob=False) for path in files]).to_arrow()


class DuckDb:
    def __init__(self):
        self.connection = duckdb.connect(config={"threads": 1})
        self.connection.execute("SET TimeZone = 'UTC'")

    def __call__(self, files):
        listed = ", ".join(f"'{path}'" for path in files)
        return self.connection.sql(f"FROM read_parquet([{listed}], hive_partitioning = false)").to_arrow_table()


class Readers:
    """All at once.  `digests`: by name the programs that answer `tables LIST` (test/go, test/rust)."""

    def __init__(self, digests):
        self.digests = {name: str(program) for name, program in digests.items()}
        self.tables = {"pyarrow": by_pyarrow, "duckdb": DuckDb(), "polars": by_polars}
        self.judged = dict.fromkeys([*self.tables, *self.digests], 0)

    def complaints(self, pairs, folder):
        """What is wrong, each sentence with table and reader.  `pairs`: (name, files before, files after)."""
        found = []
        for name, before, after in pairs:
            for reader in self.tables:
                found += [f"{name}: {reader}: {text}" for text in self._differ(reader, before, after)]
        return found + self._digests_differ(pairs, folder)

    def _differ(self, reader, before, after):
        read = self.tables[reader]
        try:
            rows = read(before)
        except (*REFUSALS, duckdb.Error, pa.ArrowException):
            return []  # has no opinion
        self.judged[reader] += 1
        try:
            return values.differences(rows, read(after))
        except (*REFUSALS, duckdb.Error, pa.ArrowException) as problem:
            return [f"cannot read: {str(problem)[:300]}"]

    def _digests_differ(self, pairs, folder):
        """The digests of all programs mean the same.  Who cannot read the files that were there, or sees
        other values in them than most, may be unable to read what comes out; what it reads of that has
        to be what most saw."""
        before = {name: self._digests(name, folder, [files for _, files, _ in pairs]) for name in self.digests}
        found = []
        for reader in self.digests:
            after = self._digests(reader, folder, [files for _, _, files in pairs])
            for n, (name, _, _) in enumerate(pairs):
                known = [before[each][n] for each in self.digests if "error" not in before[each][n]]
                most = max(known, key=known.count, default=None)
                reads = before[reader][n] == most
                if not most or after[n] == most:
                    self.judged[reader] += after[n] == most
                elif "error" not in after[n] and after[n] != before[reader][n]:
                    found.append(f"{name}: {reader}: {difference(after[n], most)}")
                elif reads:
                    found.append(f"{name}: {reader}: cannot read: {after[n]['error'][:300]}")
        return found

    def _digests(self, name, folder, tables):
        listed = folder / f"{name}.tables"
        listed.write_text("".join("\t".join(map(str, files)) + "\n" for files in tables))
        done = subprocess.run([self.digests[name], "tables", listed], capture_output=True, text=True, check=False)
        answers = [json.loads(line) for line in done.stdout.splitlines()]
        assert len(answers) == len(tables), f"{name} died after {len(answers)} of {len(tables)} tables: {done.stderr[-500:]}"
        for answer in answers:
            del answer["file"]
            # Behind pages without values, which pyarrow makes of booleans, some see no more pages.
            if any(column["values"] < answer["rows"] for column in answer.get("columns") or []):
                answer["error"] = "columns with less values than rows"
        return answers


def difference(after, before):
    if after["rows"] != before["rows"]:
        return f"{after['rows']} rows, were {before['rows']}"
    return [f"{a}, was {b}" for a, b in zip(after["columns"], before["columns"]) if a != b]

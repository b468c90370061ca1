# SPDX-License-Identifier: Apache-2.0
"""DuckDB as a judge: types as it names them, and values."""

import duckdb

from judge import Unreadable, values


def _read(path):
    with duckdb.connect() as database:
        database.execute("set timezone = 'UTC'; set threads = 1")
        quoted = str(path).replace("'", "''")
        query = f"from read_parquet('{quoted}', hive_partitioning = false)"
        kinds = database.execute("describe " + query).fetchall()
        return [kind[:2] for kind in kinds], database.sql(query).to_arrow_table()


def same(original, output):
    try:
        kinds, rows = _read(original)
    except duckdb.Error as problem:
        raise Unreadable(str(problem)) from problem
    kinds_after, rows_after = _read(output)
    if kinds != kinds_after:
        return [f"types {kinds_after}, were {kinds}"]
    return values.differences(rows, rows_after)

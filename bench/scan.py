# SPDX-License-Identifier: Apache-2.0
"""python scan.py FOLDER: reads every value of every column with DuckDB, prints rows and a sum that
does not depend on their order."""

import sys

import duckdb

ROWS_AND_SUM = f"SELECT count(*), sum(hash(t)::HUGEINT) FROM read_parquet('{sys.argv[1]}/**/*.parquet') t"
print(duckdb.connect().execute(ROWS_AND_SUM).fetchone())

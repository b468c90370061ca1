# SPDX-License-Identifier: Apache-2.0
"""flights.py cut FOLDER: the flights of demo/data as a table that an hourly job fills, a small file for
each hour.  flights.py ask FOLDER: what DuckDB finds in it.
"""

import pathlib
import sys

import duckdb

DATA = pathlib.Path(__file__).resolve().parent / "data/flights"


def cut(folder):
    for source in sorted(DATA.rglob("*.parquet")):
        partition = folder / source.parent.relative_to(DATA)
        partition.mkdir(parents=True)
        hours = duckdb.sql(f"SELECT DISTINCT sched_dep_time // 100 AS hour FROM '{source}' ORDER BY hour").fetchall()
        for (hour,) in hours:
            duckdb.sql(f"COPY (FROM read_parquet('{source}', hive_partitioning = false) WHERE sched_dep_time // 100 = {hour}) "
                       f"TO '{partition}/hour-{hour:02}.parquet'")


def ask(folder):
    print(duckdb.sql(f"""SELECT month, day, count(DISTINCT filename) AS files, count(*) AS flights,
                                sum(distance)::BIGINT AS miles, max(arr_delay) AS worst_delay
                         FROM read_parquet('{folder}/**/*.parquet', filename = true, hive_partitioning = true)
                         GROUP BY ALL ORDER BY ALL"""))


{"cut": cut, "ask": ask}[sys.argv[1]](pathlib.Path(sys.argv[2]))

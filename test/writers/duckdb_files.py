# SPDX-License-Identifier: Apache-2.0
"""Files by DuckDB, by its COPY statement."""

import duckdb

from writers import Files

FILES = Files()

SCALARS = """
  select (i % 3 = 0) as bool, i::tinyint as i8, i::smallint as i16, i::integer as i32,
    i::bigint * 1000000007 as i64, i::utinyint as u8, i::usmallint as u16, i::uinteger as u32,
    (i::ubigint << 50) as u64, (i::hugeint << 70) as huge,
    case when i % 4 = 0 then 'nan'::float when i % 4 = 1 then '-0.0'::float else i end as f,
    case when i % 4 = 0 then '-inf'::double when i % 4 = 1 then '-0.0'::double else i / 3 end as d,
    i::decimal(4, 1) as d4, i::decimal(9, 2) as d9, i::decimal(18, 3) as d18, i::decimal(38, 5) as d38,
    repeat('ü', i % 4) || (i % 9) as s, ('\\xFF' || i)::blob as b, date '2020-01-01' + i as day,
    time '00:00:00' + to_seconds(i * 60) as t, timestamp '1969-12-31' + to_hours(i) as ts,
    (timestamp '2000-01-01' + to_hours(i))::timestamp_s as ts_s,
    (timestamp '2000-01-01' + to_hours(i))::timestamp_ms as ts_ms,
    (timestamp '2000-01-01' + to_hours(i))::timestamp_ns as ts_ns,
    (timestamp '2000-01-01' + to_hours(i))::timestamptz as ts_z,
    ('00000000-0000-0000-0000-0000000001' || lpad((i % 100)::varchar, 2, '0'))::uuid as id,
    (case when i % 2 = 0 then 'red' else 'blue' end)::enum('red', 'blue') as colour,
    json_object('i', i) as j
  from (select range::integer as i from range(0, 120))
"""

NESTED = """
  select i::bigint as id,
    case when i % 5 = 0 then null else range(0, i % 4) end as list,
    {'x': i / 2, 'label': case when i % 3 = 0 then null else 'l' || i end} as point,
    case when i % 4 = 0 then null else {'in': {'list': [{'a': i, 'b': null}, null]}} end as deep,
    map_from_entries([(k, k * i) for k in range(0, i % 3)]) as map,
    [['a', null], [], null] as lists,
    [i, i + 1]::integer[2] as pair
  from (select range as i from range(0, 300))
"""


def _copy(path, query, options=""):
    with duckdb.connect() as database:
        database.execute("set timezone = 'UTC'; set threads = 1")
        database.execute(f"copy ({query}) to '{path}' (format parquet {options})")


def _with_nulls(query):
    """Every column of the query, null in every sixth row."""
    with duckdb.connect() as database:
        names = [row[0] for row in database.execute("describe " + query).fetchall()]
    columns = ", ".join(
        f"case when row_number() over () % 6 = 0 then null else {name} end as {name}"
        for name in names
    )
    return f"select {columns} from ({query})"


@FILES
def scalars(path):
    _copy(path, SCALARS)


@FILES
def scalars_with_nulls(path):
    _copy(path, _with_nulls(SCALARS))


@FILES
def scalars_v2(path):
    _copy(path, _with_nulls(SCALARS), ", parquet_version v2")


@FILES
def nested(path):
    _copy(path, NESTED)


@FILES
def nested_v2(path):
    _copy(path, NESTED, ", parquet_version v2")


@FILES
def no_rows(path):
    _copy(path, f"from ({NESTED}) limit 0")


@FILES
def many_row_groups(path):
    _copy(
        path,
        "select range as i, 'v' || (range % 50) as s from range(0, 20000)",
        ", row_group_size 2048",
    )


@FILES.many(
    {codec: codec for codec in ("uncompressed", "snappy", "gzip", "zstd", "brotli", "lz4_raw")}
)
def codec(path, codec):
    _copy(path, NESTED, f", codec {codec}")


@FILES
def field_ids(path):
    _copy(
        path,
        "select 1 as a, [1, 2] as l",
        ", field_ids {a: 7, l: {__duckdb_field_id: 8, element: 9}}",
    )


@FILES
def metadata(path):
    _copy(path, "select 1 as a", ", kv_metadata {owner: 'tests', empty: ''}")


@FILES
def interval(path):
    _copy(path, "select to_days(range::integer) + to_months(2) as i from range(0, 20)")


@FILES
def many_strings(path):
    """More different strings than a dictionary page holds, and Bloom filters on the others."""
    _copy(path, "select 'value ' || range as s, range % 100 as n from range(0, 50000)")

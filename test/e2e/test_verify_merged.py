# SPDX-License-Identifier: Apache-2.0
"""pqpack verify --merged: files that differ in their columns, of three writers that are not ours, against
what they were merged into.  DuckDB's own union of the files judges the merges that must pass; what
must not pass is made of them by PyArrow."""

import decimal
import random

import duckdb
import polars
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from e2e.merged import merge
from e2e.verified import differs, same, verify

POINT = pa.struct([("x", pa.int32()), ("y", pa.list_(pa.string()))])
MAP = pa.map_(pa.string(), pa.int64())
# As the table declares them, with the types that its files have.
COLUMNS = {
    "id": ("bigint", [pa.int32(), pa.int64()]),
    "tiny": ("int", [pa.int8(), pa.int32()]),
    "other": ("bigint", [pa.int64()]),
    "real": ("double", [pa.float32(), pa.float64()]),
    "price": ("decimal(20,2)", [pa.decimal128(7, 2), pa.decimal128(12, 2), pa.decimal128(20, 2)]),
    "text": ("string", [pa.string()]),
    "when": ("timestamp", [pa.timestamp("us")]),
    "tags": ("array<string>", [pa.list_(pa.string())]),
    "deep": ("array<array<int>>", [pa.list_(pa.list_(pa.int32()))]),
    "point": ("struct<x:int,y:array<string>>", [POINT]),
    "map": ("map<string,bigint>", [MAP]),
}
DECLARED = [f"{name}:{kind}" for name, (kind, _) in COLUMNS.items()]


def values(rng, name):
    def texts():
        return [rng.choice([None, "", "a", "ä"]) for _ in range(rng.randrange(4))]

    return {
        "id": lambda: rng.randrange(-(2**31), 2**31),
        "tiny": lambda: rng.randrange(-128, 128),
        "other": lambda: rng.randrange(2**40),
        "real": lambda: rng.choice([0.0, -0.0, 0.5, float("inf"), float("nan"), rng.randrange(999) / 8]),
        "price": lambda: decimal.Decimal(rng.randrange(-(10**6), 10**6)).scaleb(-2),
        "text": lambda: rng.choice(["", "x" * rng.randrange(30), "ä€"]),
        "when": lambda: rng.randrange(10**15),
        "tags": texts,
        "deep": lambda: [rng.choice([None, [], [1, None]]) for _ in range(rng.randrange(3))],
        "point": lambda: {"x": rng.choice([None, 1]), "y": rng.choice([None, [], texts()])},
        "map": lambda: [(key, rng.choice([None, 1])) for key in ("k", "l")[: rng.randrange(3)]],
    }[name]


def table(rng, names, rows, nulls=0.2):
    arrays = []
    for name in names:
        make = values(rng, name)
        kind = rng.choice(COLUMNS[name][1])
        arrays.append(pa.array([None if rng.random() < nulls else make() for _ in range(rows)], kind))
    return pa.table(arrays, names=names)


def write(rng, rows, path):
    """In any of three writers' ways; PyArrow's may also be required columns, and old lists."""
    writer = rng.choice(["pyarrow", "duckdb", "polars"])
    if writer == "duckdb":
        duckdb.connect().execute(f"COPY (SELECT * FROM rows) TO '{path}' (FORMAT parquet)")
    elif writer == "polars" and "map" not in [name.lower() for name in rows.column_names]:
        polars.from_arrow(rows).write_parquet(path)
    else:
        fields = [field.with_nullable(rows[field.name].null_count > 0 or rng.random() < 0.5)
                  for field in rows.schema]
        pq.write_table(
            rows.cast(pa.schema(fields)), path, row_group_size=rng.choice([50, 10**6]),
            use_compliant_nested_type=rng.random() < 0.5, store_decimal_as_integer=rng.random() < 0.5,
            data_page_version=rng.choice(["1.0", "2.0"]), compression=rng.choice(["snappy", "zstd"]),
        )  # fmt: skip


def spelled(rng, name):
    return rng.choice([name, name.upper(), name.capitalize()])


def random_files(seed, folder):
    rng = random.Random(seed)
    folder.mkdir()
    files = []
    for i in range(rng.randint(2, 7)):
        names = ["id", *rng.sample(list(COLUMNS)[1:], rng.randint(0, len(COLUMNS) - 1))]
        rng.shuffle(names)
        rows = table(rng, names, rng.choice([0, 1, 70, 300]), rng.choice([0, 0.2, 1]))
        files.append(folder / f"{i}.parquet")
        write(rng, rows.rename_columns([spelled(rng, name) for name in names]), files[-1])
    return files


def as_duckdb_reads(files):
    listed = ", ".join(f"'{file}'" for file in files)
    source = f"read_parquet([{listed}], union_by_name = true)"
    columns = sorted(f'"{name.lower()}"' for name, *_ in duckdb.sql(f"DESCRIBE FROM {source}").fetchall())
    return [repr(row) for row in duckdb.sql(f"SELECT {', '.join(columns)} FROM {source}").fetchall()]


@pytest.mark.parametrize("seed", range(16))
def test_random_merges_are_proven(seed, local, tmp_path):
    files = random_files(seed, tmp_path / "before")
    for copy in (True, False):
        after = tmp_path / f"after-{copy}"
        outputs, told = merge(after, files, copy=copy, columns=DECLARED)
        assert "own set" not in told, told
        assert as_duckdb_reads(outputs) == as_duckdb_reads(files)
        same(local, "before", after.name, "--merged")
        same(local, "before", after.name, "--merged", "--proof", "content")


# Of which something must be lost: every column is in some file, none in all.
def parts(tmp_path):
    folder = tmp_path / "before"
    folder.mkdir()
    one = pa.table({
        "id": pa.array([1, 2, 3], pa.int32()),
        "left": pa.array([1, 2, 3], pa.int64()),
        "right": pa.array([1, 2, 4], pa.int64()),
        "price": pa.array([decimal.Decimal("1.25"), None, decimal.Decimal("-1.25")], pa.decimal128(7, 2)),
        "real": pa.array([-0.0, 0.1, None], pa.float32()),
        "when": pa.array([0, 1000, None], pa.timestamp("us")),
    })  # fmt: skip
    two = pa.table({
        "LEFT": pa.array([8, 9], pa.int64()),
        "Id": pa.array([4, 2**40], pa.int64()),
        "price": pa.array([decimal.Decimal("9.99"), None], pa.decimal128(20, 2)),
        "real": pa.array([0.1, None], pa.float64()),
        "tags": pa.array([[], [None, "a"]], pa.list_(pa.string())),
        "point": pa.array([None, {"x": 1, "y": []}], POINT),
        "map": pa.array([[], [("k", 1)]], MAP),
    })  # fmt: skip
    pq.write_table(one, folder / "1.parquet")
    pq.write_table(two, folder / "2.parquet")
    return [folder / "1.parquet", folder / "2.parquet"]


def changed(rows, name, row, value):
    at = rows.column_names.index(name)
    column = rows.column(name).to_pylist()
    assert repr(column[row]) != repr(value)
    column[row] = value
    field = rows.schema.field(name)
    return rows.set_column(at, field, pa.array(column, field.type))


def recast(rows, name, kind):
    at = rows.column_names.index(name)
    return rows.set_column(at, name, rows.column(name).cast(kind, safe=False))


def recast_point(rows):
    point = pa.array([None if p is None else {"x": p["x"]} for p in rows.column("point").to_pylist()],
                     pa.struct([("x", pa.int32())]))
    return rows.set_column(rows.column_names.index("point"), "point", point)


def swapped(rows, one, other):
    names = [{one: other, other: one}.get(name, name) for name in rows.column_names]
    return rows.rename_columns(names).select(rows.column_names)


Decimal = decimal.Decimal
NO = "null (no such column)"
# What becomes of the merged rows; the column, row and values that are named, row -1 where it is the schema.
LOSSES = {
    "a column is dropped": (lambda t: t.drop_columns(["tags"]), "tags.list.element", -1, None),
    "a field is dropped": (recast_point, "point.y.list.element", -1, None),
    "columns are swapped": (lambda t: swapped(t, "left", "right"), "left", 2, ("3", "4")),
    "columns of unlike nulls are swapped": (
        lambda t: swapped(t, "id", "left"), "Id", 3, ("4", "8")),
    "a value": (lambda t: changed(t, "id", 4, 2**40 + 1), "Id", 4, ("1099511627776", "1099511627777")),
    "a narrow value": (lambda t: changed(t, "id", 1, 2 + 2**32), "id", 1, ("2", "4294967298")),
    "a value becomes null": (lambda t: changed(t, "right", 1, None), "right", 1, ("2", "null")),
    "a null becomes a value": (
        lambda t: changed(t, "price", 1, Decimal(0)), "price", 1, ("null", "0.00")),
    "an absent column becomes a value": (lambda t: changed(t, "right", 4, 0), "right", 4, (NO, "0")),
    "an absent list becomes empty": (
        lambda t: changed(t, "tags", 0, []), "tags.list.element", 0, (NO, "empty list (at tags)")),
    "an absent struct becomes one of nulls": (
        lambda t: changed(t, "point", 0, {"x": None, "y": None}), "point.x", 0, (NO, "null")),
    "an absent map becomes empty": (
        lambda t: changed(t, "map", 2, []), "map.key_value.key", 2, (NO, "empty map (at map)")),
    "an empty list becomes null": (
        lambda t: changed(t, "tags", 3, None), "tags.list.element", 3,
        ("empty list (at tags)", "null (at tags)")),
    "a null in a list is dropped": (
        lambda t: changed(t, "tags", 4, ["a"]), "tags.list.element", 4, ("null", "'a'")),
    "a decimal is cut": (
        lambda t: changed(t, "price", 2, Decimal("-1.20")), "price", 2, ("-1.25", "-1.20")),
    "decimals lose digits": (lambda t: recast(t, "price", pa.decimal128(7, 2)), "price", -1, None),
    "decimals change their scale": (lambda t: recast(t, "price", pa.decimal128(20, 1)), "price", -1, None),
    "a float is rounded by its text": (
        lambda t: changed(t, "real", 1, 0.1), "real", 1, ("0.1 [0xcdcccc3d]", "0.1 [0x9a9999999999b93f]")),
    "a zero loses its sign": (lambda t: changed(t, "real", 0, 0.0), "real", 0, ("-0", "0")),
    "the unit of a time": (lambda t: recast(t, "when", pa.timestamp("ms")), "when", -1, None),
    "doubles become floats": (lambda t: recast(t, "real", pa.float32()), "real", -1, None),
    "long integers become short": (
        lambda t: recast(changed(t, "id", 4, 5), "id", pa.int32()), "Id", -1, None),
    "a column is added": (
        lambda t: t.append_column("more", pa.nulls(5, pa.int64())), "more", -1, None),
    "a row is dropped": (lambda t: t.slice(0, 4), None, 4, ("a row", "no row")),
    "a row is there twice": (lambda t: pa.concat_tables([t, t.slice(4)]), None, 5, ("no row", "a row")),
    "rows are exchanged": (lambda t: t.take([1, 0, 2, 3, 4]), "id", 0, ("1", "2")),
}  # fmt: skip


@pytest.mark.parametrize("name", LOSSES)
def test_every_loss_is_named(name, local, tmp_path):
    files = parts(tmp_path)
    (output,), told = merge(tmp_path / "merged", files, columns=DECLARED)
    assert "own set" not in told, told
    rows = pq.read_table(output)
    change, column, row, found = LOSSES[name]
    pq.write_table(rows, tmp_path / "same.parquet", row_group_size=2)
    same(local, "before", "same.parquet", "--merged")
    for row_group_size in (2, 1000):
        pq.write_table(change(rows), tmp_path / "after.parquet", row_group_size=row_group_size)
        told = differs(local, "before", "after.parquet", "--merged")
        assert (told.get("column"), told.get("row", -1)) == (column, row), told
        if found:
            assert (told["at_a"]["value"], told["at_b"]["value"]) == found, told
        if found and column:
            number, in_file = (1, row) if row < 3 else (2, row - 3)
            assert told["at_a"]["uri"].endswith(f"before/{number}.parquet"), told
            assert (told["at_a"]["row"], told["at_b"]["row"]) == (in_file, row), told


def test_files_are_all_there_and_once(local, tmp_path):
    files = parts(tmp_path)
    for name, chosen, row in (("less", files[:1], 3), ("twice", [*files, files[1]], 5),
                              ("first twice", [files[0], *files], 3), ("turned", files[::-1], 0)):
        merge(tmp_path / name, chosen, columns=DECLARED)
        found = differs(local, "before", name, "--merged")
        if name == "less":
            assert found["what"] == "the result has no type for the values of the column", found
        else:
            assert found["row"] == row, found


def test_several_outputs_have_the_same_columns(local, tmp_path):
    """One behind the other, as they are named."""
    files = parts(tmp_path)
    (output,), _ = merge(tmp_path / "one", files, columns=DECLARED)
    rows = pq.read_table(output)
    after = tmp_path / "after"
    after.mkdir()
    pq.write_table(rows.slice(0, 1), after / "1.parquet")
    pq.write_table(rows.slice(1), after / "2.parquet")
    same(local, "before", "after", "--merged")
    pq.write_table(rows.slice(1).drop_columns(["map"]), after / "2.parquet")
    found = differs(local, "before", "after", "--merged")
    assert found["column"] == "map.key_value.key" and found["at_b"]["uri"].endswith("2.parquet"), found


def test_merged_does_not_go_with_any_order(local, tmp_path):
    parts(tmp_path)
    run, _ = verify(local, "before", "before", "--merged", "--unordered")
    assert run.code == 2, run

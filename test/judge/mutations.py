# SPDX-License-Identifier: Apache-2.0
"""A small table with everything that is easily lost, and what can become of it: for tests of whoever
must notice."""

import pyarrow as pa

from writers import tables


def good():
    lists = pa.array([[], None, [1], [2, None]] * 5, pa.list_(pa.int32()))
    return pa.table({
        "a": pa.array(range(20), pa.int64()),
        "b": pa.array(range(100, 120), pa.int64()),
        "f": tables.bits(tables.DOUBLES, pa.float64(), 20, every=0),
        "s": pa.array([None if i % 4 == 0 else f"s{i}" for i in range(20)]),
        "list": lists,
        "point": pa.array([None if i == 3 else {"x": i, "y": None} for i in range(20)],
                          pa.struct([("x", pa.int32()), ("y", pa.string())])),
        "map": pa.array([[("k", i)] if i % 2 else [] for i in range(20)], pa.map_(pa.string(), pa.int64())),
    })  # fmt: skip


def changed(table, name, values, kind=None):
    at = table.column_names.index(name)
    field = table.schema.field(name)
    return table.set_column(
        at, field.with_type(kind or field.type), pa.array(values, kind or field.type)
    )


def flip(table, name, row, value):
    values = table.column(name).to_pylist()
    assert values[row] != value or isinstance(value, float)
    values[row] = value
    return changed(table, name, values)


def swap_columns(table):
    order = ["b", "a", *table.column_names[2:]]
    return table.select(order).rename_columns(table.column_names)


def other_bits(table, row, pattern):
    patterns = table.column("f").chunk(0).view(pa.uint64()).to_pylist()
    patterns[row] = pattern
    array = pa.array(patterns, pa.uint64()).view(pa.float64())
    return table.set_column(table.column_names.index("f"), "f", array)


MUTATIONS = {
    "flip a value": lambda t: flip(t, "a", 7, 8),
    "flip a string": lambda t: flip(t, "s", 5, "s5 "),
    "drop the last row": lambda t: t.slice(0, 19),
    "drop the first row": lambda t: t.slice(1),
    "double a row": lambda t: pa.concat_tables([t.slice(0, 1), t]),
    "exchange two rows": lambda t: t.take([1, 0, *range(2, 20)]),
    "swap two columns": swap_columns,
    "rename a column": lambda t: t.rename_columns(["A", *t.column_names[1:]]),
    "reorder columns": lambda t: t.select(["b", "a", *t.column_names[2:]]),
    "drop a column": lambda t: t.drop_columns(["map"]),
    "empty list to null": lambda t: flip(t, "list", 0, None),
    "null list to empty": lambda t: flip(t, "list", 1, []),
    "null in a list to zero": lambda t: flip(t, "list", 3, [2, 0]),
    "split a list differently": lambda t: flip(flip(t, "list", 2, []), "list", 3, [1, 2, None]),
    "null struct to struct of nulls": lambda t: flip(t, "point", 3, {"x": None, "y": None}),
    "value inside a struct": lambda t: flip(t, "point", 4, {"x": 4, "y": ""}),
    "null to empty string": lambda t: flip(t, "s", 0, ""),
    "key of a map": lambda t: flip(t, "map", 1, [("K", 1)]),
    "-0.0 to 0.0": lambda t: other_bits(t, 1, 0),
    "another NaN": lambda t: other_bits(t, 5, 0x7FF8 << 48),
    "a wider type": lambda t: changed(t, "a", range(20), pa.float64()),
}

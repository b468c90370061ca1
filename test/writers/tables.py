# SPDX-License-Identifier: Apache-2.0
"""Arrow tables with the values and shapes in which copies go wrong."""

import decimal
import random
import struct

import pyarrow as pa

# Bit patterns that a careless copy changes: both zeros, infinities, NaNs with sign and payload.
HALVES = [0x0000, 0x8000, 0x7C00, 0xFC00, 0x7E00, 0x7E01, 0xFE01, 0x3C00, 0x0001]
FLOATS = [0, 0x80000000, 0x7F800000, 0xFF800000, 0x7FC00000, 0x7FC00123, 0xFFC0DEAD, 1]
DOUBLES = [
    0,
    1 << 63,
    0x7FF0 << 48,
    0xFFF0 << 48,
    0x7FF8 << 48,
    0x7FF8000000000123,
    0xFFF800000000DEAD,
    1,
]


def bits(patterns, kind, rows, every=5):
    """A float column of bit patterns; each `every`-th value is null (0: none)."""
    integer = {pa.float16(): pa.uint16(), pa.float32(): pa.uint32(), pa.float64(): pa.uint64()}[
        kind
    ]
    values = [
        None if every and i % every == 0 else patterns[i % len(patterns)] for i in range(rows)
    ]
    return pa.array(values, integer).view(kind)


def _extremes(kind, rows, every):
    """A column of any fixed-width type from its smallest to its largest value; times stay where a
    reader that counts microseconds can follow."""
    width = kind.bit_width // 8
    values = [random.Random(i).randbytes(width) for i in range(rows)]
    values[1:4] = [b"\0" * width, b"\xff" * (width - 1) + b"\x7f", b"\0" * (width - 1) + b"\x80"]
    if pa.types.is_timestamp(kind) and kind.unit == "ms":
        values = [
            (int.from_bytes(v, "little", signed=True) >> 12).to_bytes(8, "little", signed=True)
            for v in values
        ]
    column = pa.Array.from_buffers(kind, rows, [None, pa.py_buffer(b"".join(values))])
    return _with_nulls(column, every)


def _with_nulls(column, every):
    """Every `every`-th value becomes null."""
    if not every:
        return column
    taken = pa.array([None if i % every == 0 else i for i in range(len(column))], pa.int64())
    return column.take(taken)


def scalars(rows=200, every=5):
    """Every type that Arrow C++ writes as one Parquet column; each `every`-th value null."""
    number = range(rows)
    columns = {
        str(kind): _extremes(kind, rows, every)
        for kind in (
            pa.int8(),
            pa.int16(),
            pa.int32(),
            pa.int64(),
            pa.uint8(),
            pa.uint16(),
            pa.uint32(),
            pa.uint64(),
            pa.date32(),
            pa.timestamp("ms"),
            pa.timestamp("us"),
            pa.timestamp("ns"),
            pa.timestamp("ms", "UTC"),
            pa.timestamp("us", "UTC"),
            pa.timestamp("ns", "UTC"),
            pa.timestamp("us", "Europe/Berlin"),
            pa.duration("us"),
            pa.binary(7),
        )
    }
    columns |= {
        "bool": _with_nulls(pa.array([i % 3 == 0 for i in number]), every),
        "float16": bits(HALVES, pa.float16(), rows, every),
        "float32": bits(FLOATS, pa.float32(), rows, every),
        "float64": bits(DOUBLES, pa.float64(), rows, every),
        "time_s": _with_nulls(pa.array([i * 400 % 86400 for i in number], pa.time32("s")), every),
        "time_ms": _with_nulls(
            pa.array([i * 1000 % 86400000 for i in number], pa.time32("ms")), every
        ),
        "time_us": _with_nulls(
            pa.array([i * 10**6 % (86400 * 10**6) for i in number], pa.time64("us")), every
        ),
        "time_ns": _with_nulls(
            pa.array([i * 10**9 % (86400 * 10**9) + 1 for i in number], pa.time64("ns")), every
        ),
        "timestamp_s": _with_nulls(pa.array([i * 10**6 for i in number], pa.timestamp("s")), every),
        "date64": _with_nulls(pa.array([i * 86400000 for i in number], pa.date64()), every),
        "string": _with_nulls(pa.array(["naïve 日本 \U0001f600"[: i % 14] for i in number]), every),
        "binary": _with_nulls(pa.array([bytes([255, 0, i % 256])[: i % 4] for i in number]), every),
        "large_string": _with_nulls(
            pa.array([f"{i % 9}" for i in number], pa.large_string()), every
        ),
        "large_binary": _with_nulls(
            pa.array([b"\0" * (i % 9) for i in number], pa.large_binary()), every
        ),
        "string_view": _with_nulls(pa.array([f"{i}" * (i % 7) for i in number]), every).cast(
            pa.string_view()
        ),
        "words": _with_nulls(pa.array([f"word{i % 7}" for i in number]).dictionary_encode(), every),
        "uuid": pa.ExtensionArray.from_storage(
            pa.uuid(),
            pa.array(
                [None if every and i % every == 0 else struct.pack(">QQ", i, i) for i in number],
                pa.binary(16),
            ),
        ),
        "json": pa.ExtensionArray.from_storage(
            pa.json_(), _with_nulls(pa.array([f'{{"i": {i}}}' for i in number]), every)
        ),
    }
    return pa.table(columns)


def required(table):
    """The same columns, none of which may be null."""
    return table.cast(pa.schema([field.with_nullable(False) for field in table.schema]))


def decimals(rows=100):
    def column(kind, precision, scale):
        top = 10**precision - 1
        values = [
            None if i % 6 == 0 else decimal.Decimal((-1) ** i * top // (i + 1)) for i in range(rows)
        ]
        scaled = [v and v.scaleb(-scale, decimal.Context(prec=80)) for v in values]
        return pa.array(scaled, kind(precision, scale))

    shapes = ((5, 2), (9, 0), (10, 4), (18, 18), (19, 3), (38, 10))
    columns = {f"d{p}_{s}": column(pa.decimal128, p, s) for p, s in shapes}
    return pa.table(
        columns | {"small": column(pa.decimal32, 7, 2), "middle": column(pa.decimal64, 15, 2)}
    )


def wide_decimals(rows=50):
    return pa.table(
        {"d60": pa.array([decimal.Decimal(i**30) for i in range(rows)], pa.decimal256(60, 3))}
    )


def nested(rows=300):
    """Lists, structs and maps: null against empty, null structs around required fields, depth."""
    point = pa.struct([pa.field("x", pa.float64(), nullable=False), pa.field("label", pa.string())])
    fields = [
        pa.field("id", pa.int64(), nullable=False),
        pa.field("ints", pa.list_(pa.int32())),
        pa.field(
            "strings", pa.list_(pa.field("element", pa.string(), nullable=False)), nullable=False
        ),
        pa.field("point", point),
        pa.field("points", pa.list_(point), nullable=False),
        pa.field("lists", pa.list_(pa.list_(pa.string()))),
        pa.field("map", pa.map_(pa.string(), pa.int64())),
        pa.field("map_of_lists", pa.map_(pa.int32(), pa.list_(pa.float64()))),
        pa.field("large", pa.large_list(pa.int16())),
        pa.field(
            "deep", pa.struct([pa.field("in", pa.struct([pa.field("list", pa.list_(point))]))])
        ),
        pa.field(
            "empty_struct_list",
            pa.list_(pa.struct([("a", pa.int32()), ("b", pa.list_(pa.int32()))])),
        ),
    ]
    chance = random.Random(7)

    def value(kind, nullable, depth=0):
        if nullable and chance.random() < 0.2:
            return None
        if pa.types.is_struct(kind):
            return {field.name: value(field.type, field.nullable, depth + 1) for field in kind}
        if pa.types.is_map(kind):
            return [
                (
                    value(kind.key_type, False)
                    if depth
                    else f"k{i}"
                    if pa.types.is_string(kind.key_type)
                    else i,
                    value(kind.item_type, True, depth + 1),
                )
                for i in range(chance.randrange(4))
            ]
        if pa.types.is_list(kind) or pa.types.is_large_list(kind):
            child = kind.value_field
            return [
                value(child.type, child.nullable, depth + 1) for _ in range(chance.randrange(5))
            ]
        if pa.types.is_string(kind):
            return "s" * chance.randrange(4) + str(chance.randrange(9))
        if pa.types.is_float64(kind):
            return chance.choice([0.0, -0.0, float("nan"), float("inf"), chance.random()])
        return chance.randrange(100)

    data = [
        {field.name: value(field.type, field.nullable) for field in fields} for _ in range(rows)
    ]
    return pa.Table.from_pylist(data, pa.schema(fields))


def long_strings(rows=8):
    """Values around and above 1 MiB, where one writer's pages broke (apache/arrow-go#655)."""
    sizes = [0, 1, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, 3 << 20, 17, 1 << 19]
    return pa.table({"s": pa.array(["x" * sizes[i % 8] for i in range(rows)]),
                     "b": pa.array([random.Random(i).randbytes(sizes[i % 8] // 8) for i in range(rows)])})  # fmt: skip


def wide(columns=300, rows=20):
    return pa.table(
        {
            f"c{i:03}": pa.array([None if (i + r) % 11 == 0 else i * r for r in range(rows)])
            for i in range(columns)
        }
    )

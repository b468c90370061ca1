# SPDX-License-Identifier: Apache-2.0
"""Files by pyarrow with random schemas, values and writer options: shapes nobody thought of.

A file depends on its seed alone, so a failing name is its own recipe.
"""

import random

import pyarrow as pa
import pyarrow.parquet as pq

from writers import Files

COUNT = 60
FILES = Files()

LEAVES = [
    pa.bool_(), pa.int8(), pa.int32(), pa.int64(), pa.uint16(), pa.uint64(), pa.float32(), pa.float64(),
    pa.string(), pa.binary(), pa.binary(3), pa.date32(), pa.timestamp("us"), pa.timestamp("ns", "UTC"),
    pa.time64("us"), pa.decimal128(9, 2), pa.decimal128(30, 4),
]  # fmt: skip


def kind(chance, depth):
    choice = chance.random()
    if depth == 0 or choice < 0.4:
        return chance.choice(LEAVES)
    if choice < 0.6:
        return pa.list_(field(chance, "element", depth - 1))
    if choice < 0.75:
        key = chance.choice([pa.string(), pa.int32()])
        return pa.map_(key, field(chance, "value", depth - 1))
    return pa.struct([field(chance, f"f{i}", depth - 1) for i in range(chance.randint(1, 3))])


def field(chance, name, depth):
    return pa.field(name, kind(chance, depth), nullable=chance.random() < 0.7)


def value(chance, type_, nullable):
    if nullable and chance.random() < chance.choice([0.1, 0.5]):
        return None
    if pa.types.is_struct(type_):
        return {f.name: value(chance, f.type, f.nullable) for f in type_}
    if pa.types.is_map(type_):
        keys = range(chance.choice([0, 0, 1, 2, 5]))
        item = type_.item_field
        names = [f"k{k}" if pa.types.is_string(type_.key_type) else k for k in keys]
        return [(name, value(chance, item.type, item.nullable)) for name in names]
    if pa.types.is_list(type_):
        child = type_.value_field
        return [
            value(chance, child.type, child.nullable) for _ in range(chance.choice([0, 0, 1, 3, 9]))
        ]
    if pa.types.is_string(type_):
        return "x" * chance.choice([0, 1, 5]) + str(chance.randrange(20))
    if pa.types.is_fixed_size_binary(type_) and not pa.types.is_decimal(type_):
        return chance.randbytes(type_.byte_width)
    if pa.types.is_binary(type_):
        return chance.randbytes(chance.randrange(6))
    if pa.types.is_floating(type_):
        return chance.choice([0.0, -0.0, float("nan"), float("-inf"), 1.5])
    if pa.types.is_boolean(type_):
        return chance.random() < 0.5
    return chance.choice([0, 1, chance.randrange(100)])


def options(chance):
    return {
        "compression": chance.choice(["none", "snappy", "zstd", "gzip", "brotli", "lz4"]),
        "data_page_version": chance.choice(["1.0", "2.0"]),
        "use_dictionary": chance.random() < 0.6,
        "row_group_size": chance.choice([1, 17, 100, 10000]),
        "data_page_size": chance.choice([64, 1000, 1 << 20]),
        "write_batch_size": chance.choice([1, 10, 1024]),
        "dictionary_pagesize_limit": chance.choice([50, 1 << 20]),
        "store_schema": chance.random() < 0.5,
        "write_statistics": chance.random() < 0.7,
        "store_decimal_as_integer": chance.random() < 0.3,
    }


@FILES.many({f"{seed:02}": seed for seed in range(COUNT)})
def seed(path, number):
    chance = random.Random(number)
    schema = pa.schema([field(chance, f"c{i}", 4) for i in range(chance.randint(1, 6))])
    rows = chance.choice([1, 3, 50, 400])
    data = [{f.name: value(chance, f.type, f.nullable) for f in schema} for _ in range(rows)]
    pq.write_table(pa.Table.from_pylist(data, schema), path, **options(chance))

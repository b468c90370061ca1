# SPDX-License-Identifier: Apache-2.0
"""Tables with columns of any kind, made quickly: values are taken out of pools, so that dictionaries of
every size come about, and everything depends on the generator that is given."""

import decimal
import itertools

import pyarrow as pa

# Where the indices of a dictionary get another width, and none at all.
CARDINALITIES = [1, 2, 3, 4, 5, 16, 17, 255, 256, 257, 1000, 1 << 30]
NULLS = [0, 0, 0.05, 0.5, 1]
SPECIAL = [0.0, -0.0, float("nan"), float("inf"), float("-inf"), 5e-324, 1.5]


def texts(rng, count):
    lengths = rng.choices([0, 1, 3, 8, 31, 32, 33, 45], k=count)
    found = ["ä€"[: i % 3] + "a" * length + str(i) for i, length in enumerate(lengths)]
    found[0] = ""
    if count > 3 and rng.random() < 0.1:
        found[3] = "long " * 2000
    return found


def numbers(low, high):
    """Of the whole range, or near each other."""

    def make(rng, count):
        begin, end = (low, high) if rng.random() < 0.5 else (max(low, -100), min(high, 5000))
        return [rng.randint(begin, end) for _ in range(count)]

    return make


def reals(rng, count):
    found = [rng.gauss(0, 1000) for _ in range(count)]
    if rng.random() < 0.6:
        found[: len(SPECIAL)] = SPECIAL[:count]
    return found


def decimals(precision):
    def make(rng, count):
        context, top = decimal.Context(prec=80), 10**precision - 1
        return [decimal.Decimal(rng.randint(-top, top)).scaleb(-2, context) for _ in range(count)]

    return make


def fixed(width):
    return lambda rng, count: [rng.randbytes(width) for _ in range(count)]


moments = numbers(-(10**15), 2 * 10**15)
# Those in COMMON are written as the same Parquet type by every writer.
COMMON = {
    pa.int64(): numbers(-(1 << 63), (1 << 63) - 1), pa.int32(): numbers(-(1 << 31), (1 << 31) - 1),
    pa.int16(): numbers(-(1 << 15), (1 << 15) - 1), pa.uint8(): numbers(0, 255),
    pa.uint32(): numbers(0, (1 << 32) - 1), pa.string(): texts, pa.float64(): reals, pa.float32(): reals,
    pa.bool_(): numbers(0, 1), pa.date32(): numbers(-40_000, 40_000), pa.timestamp("us"): moments,
}  # fmt: skip
OTHERS = {
    pa.binary(): fixed(5), pa.binary(3): fixed(3), pa.binary(16): fixed(16), pa.uint64(): numbers(0, (1 << 64) - 1),
    pa.decimal128(9, 2): decimals(9), pa.decimal128(18, 2): decimals(18), pa.decimal128(38, 2): decimals(38),
    pa.timestamp("ms"): moments, pa.timestamp("ns", "UTC"): moments, pa.float16(): reals,
    pa.time64("us"): numbers(0, 86400 * 10**6 - 1),
}  # fmt: skip
MAKERS = COMMON | OTHERS


def flat(rng, kind, rows, nulls):
    """Values of a pool in any order, sorted, or in runs."""
    distinct = min(rng.choice(CARDINALITIES), max(rows, 1))
    values = MAKERS[kind](rng, distinct)
    if pa.types.is_boolean(kind):
        values = [value == 1 for value in values]
    order = rng.random()
    at = list(range(rows)) if distinct == rows and order < 0.5 else rng.choices(range(distinct), k=rows)
    if order < 0.2:
        at.sort()
    elif order < 0.4:
        run = rng.randint(1, 40)
        at = [at[i // run] for i in range(rows)]
    if nulls:
        at = [None if rng.random() < nulls else i for i in at]
    return pa.array(values, kind).take(pa.array(at, pa.int64()))


def array(rng, field, rows):
    kind, nulls = field.type, rng.choice(NULLS) if field.nullable else 0
    if pa.types.is_struct(kind):
        children = [array(rng, child, rows) for child in kind]
        mask = pa.array([rng.random() < nulls for _ in range(rows)], pa.bool_()) if nulls else None
        return pa.StructArray.from_arrays(children, fields=list(kind), mask=mask)
    if not pa.types.is_list(kind) and not pa.types.is_map(kind):
        return flat(rng, kind, rows, nulls)
    lengths = rng.choices(rng.choice([[0, 1, 2, 3], [1], [0, 0, 0, 9]]), k=rows)
    missing = [rng.random() < nulls for _ in range(rows)]
    ends = [0, *itertools.accumulate(0 if none else n for n, none in zip(lengths, missing))]
    offsets = pa.array([None if none else end for end, none in zip(ends, [*missing, False])], pa.int32())
    if pa.types.is_map(kind):
        keys = pa.array([f"k{i % 9}" for i in range(ends[-1])], pa.string())
        return pa.MapArray.from_arrays(offsets, keys, array(rng, kind.item_field, ends[-1]), type=kind)
    return pa.ListArray.from_arrays(offsets, array(rng, kind.value_field, ends[-1]), type=kind)


def kind_of(rng, leaves, nullable, depth, maps):
    choice = rng.random()
    leaf = rng.choice(leaves)
    if depth == 0 or choice < 0.7:
        return leaf

    def below(name):
        return pa.field(name, kind_of(rng, leaves, nullable, depth - 1, maps), nullable=nullable or rng.random() < 0.5)

    if choice < 0.85:
        return pa.list_(below("element"))
    if choice < 0.9 and maps:
        return pa.map_(pa.string(), below("value"))
    return pa.struct([below(name) for name in "xy"[: rng.randint(1, 2)]])


def random_table(rng, rows, common, columns=None):
    """`common`: of types, and with nulls allowed everywhere, that DuckDB and Polars write as others do."""
    leaves = list(COMMON if common else MAKERS)
    fields = []
    for i in range(columns or rng.randint(1, 5)):
        nullable = common or rng.random() < 0.8
        fields.append(pa.field(f"c{i}", kind_of(rng, leaves, common, 2, not common), nullable=nullable))
    return pa.table([array(rng, field, rows) for field in fields], schema=pa.schema(fields))

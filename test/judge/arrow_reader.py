# SPDX-License-Identifier: Apache-2.0
"""pyarrow as a judge: schema, key-value metadata and values."""

import base64

import pyarrow as pa
import pyarrow.parquet as pq

from judge import Unreadable, values

FIELD_ID = b"PARQUET:field_id"
TRACE = b"pqpack.repaired"  # docs/engine.md


def same(original, output):
    try:
        before = pq.ParquetFile(original)
        rows = before.read()
    except (OSError, pa.ArrowException) as problem:
        raise Unreadable(str(problem)) from problem
    after = pq.ParquetFile(output)
    found = _schemas(before.schema_arrow, after.schema_arrow, "schema")
    found += _leaves(before.schema, after.schema)
    found += _metadata(before.metadata.metadata or {}, after.metadata.metadata or {})
    return found or values.differences(rows, after.read())


def _schemas(a, b, where):
    """Field by field: name, order, nullability, field id, type.  Names inside a LIST are the format's
    affair and may be repaired."""
    names_a, names_b = [f.name for f in a], [f.name for f in b]
    if names_a != names_b:
        return [f"{where}: fields {names_b}, were {names_a}"]
    return [text for x, y in zip(a, b) for text in _fields(x, y, f"{where}.{x.name}")]


def _fields(a, b, where):
    found = []
    if a.nullable != b.nullable:
        found.append(f"{where}: nullable {b.nullable}, was {a.nullable}")
    ids = [(field.metadata or {}).get(FIELD_ID) for field in (a, b)]
    if ids[0] != ids[1]:
        found.append(f"{where}: field id {ids[1]}, was {ids[0]}")
    kinds = [a.type, b.type]
    if a.type.id != b.type.id:
        return found + [f"{where}: type {b.type}, was {a.type}"]
    if pa.types.is_struct(a.type):
        return found + _schemas(a.type, b.type, where)
    if pa.types.is_map(a.type):
        found += _fields(a.type.key_field, b.type.key_field, where + ".key")
        return found + _fields(a.type.item_field, b.type.item_field, where + ".value")
    if hasattr(a.type, "value_field"):
        return found + _fields(a.type.value_field, b.type.value_field, where + ".element")
    return found if kinds[0].equals(kinds[1]) else found + [f"{where}: type {b.type}, was {a.type}"]


def _leaves(a, b):
    """Leaf columns of the Parquet schema: levels, logical type, physical type."""
    if len(a) != len(b):
        return [f"{len(b)} leaf columns, were {len(a)}"]
    found = []
    for before, after in zip(map(_leaf, a), map(_leaf, b)):
        if before != after:
            found.append(f"leaf {after}, was {before}")
    return found


def _leaf(column):
    logical = str(column.logical_type)
    physical = column.physical_type
    if column.logical_type.type == "DECIMAL":  # the same value in whichever physical type
        physical = f"decimal({column.precision}, {column.scale})"
    elif physical == "FIXED_LEN_BYTE_ARRAY":  # no other type's length means anything
        physical += f"({column.length})"
    levels = (column.max_definition_level, column.max_repetition_level)
    return column.path.split(".")[0], levels, logical, physical


def _metadata(a, b):
    """Keys and values, what the tool says of its repairs left out; Arrow's stored schema may be written anew, if it says the same."""
    found = []
    for key in sorted({*a, *b} - {TRACE}):
        before, after = a.get(key), b.get(key)
        if key == b"ARROW:schema" and before and after:
            before, after = map(_stored_schema, (before, after))
            found += _schemas(before, after, "ARROW:schema")
            before, after = before.metadata or {}, after.metadata or {}
        if before != after:
            found.append(f"metadata {key}: {after}, was {before}")
    return found


def _stored_schema(text):
    return pa.ipc.read_schema(pa.py_buffer(base64.b64decode(text)))

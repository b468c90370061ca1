# SPDX-License-Identifier: Apache-2.0
"""Compares two Arrow tables bit by bit: NaN payloads, -0.0, and null against empty lists count.

Arrow's own equality is not enough: it takes 0.0 and -0.0 as equal and NaN as different from itself.
"""

import pyarrow as pa
import pyarrow.compute as pc


def differences(a, b):
    """Complaints about two tables; names and order of columns count, chunks do not."""
    if a.column_names != b.column_names:
        return [f"columns {b.column_names}, were {a.column_names}"]
    if a.num_rows != b.num_rows:
        return [f"{b.num_rows} rows, were {a.num_rows}"]
    found = []
    for number, name in enumerate(a.column_names):
        found += _differ(_whole(a.column(number)), _whole(b.column(number)), f"column {name!r}")
    return found


def _whole(column):
    whole = column.combine_chunks()
    return whole if isinstance(whole, pa.Array) else pa.concat_arrays(whole.chunks)


def _differ(a, b, where):
    a, b = _plain(a), _plain(b)
    if not _alike(a.type, b.type):
        return [f"{where}: type {b.type}, was {a.type}"]
    if len(a) != len(b):
        return [f"{where}: {len(b)} values, were {len(a)}"]
    if not pc.is_valid(a).equals(pc.is_valid(b)):
        return [f"{where}: nulls differ {_first(pc.is_valid(a), pc.is_valid(b), a, b)}"]
    if pa.types.is_struct(a.type):
        children = zip(a.type, a.flatten(), b.flatten())
        return [text for field, x, y in children for text in _differ(x, y, f"{where}.{field.name}")]
    if _is_list(a.type):
        lengths_a, lengths_b = pc.list_value_length(a), pc.list_value_length(b)
        if not lengths_a.equals(lengths_b):
            return [f"{where}: lengths of lists differ {_first(lengths_a, lengths_b, a, b)}"]
        return _differ(pc.list_flatten(a), pc.list_flatten(b), f"{where}[]")
    a, b = _bits(a), _bits(b)
    return [] if a.equals(b) else [f"{where}: values differ {_first(a, b, a, b)}"]


def _plain(array):
    """The array without dictionary, extension or map around it."""
    if isinstance(array, pa.ExtensionArray):
        return _plain(array.storage)
    if pa.types.is_dictionary(array.type):
        return array.dictionary_decode()
    if pa.types.is_map(array.type):
        entry = pa.struct([array.type.key_field, array.type.item_field])
        return array.cast(pa.list_(pa.field("entries", entry, nullable=False)))
    return array


def _is_list(kind):
    return (
        pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind)
    )


def _alike(a, b):
    """Same type at this level; what is inside lists and structs is compared when we get there."""
    if pa.types.is_struct(a) and pa.types.is_struct(b):
        return [field.name for field in a] == [field.name for field in b]
    return (_is_list(a) and _is_list(b)) or a.equals(b)


def _bits(array):
    for is_float, integer in (
        (pa.types.is_float16, pa.uint16()),
        (pa.types.is_float32, pa.uint32()),
        (pa.types.is_float64, pa.uint64()),
    ):
        if is_float(array.type):
            return array.view(integer)
    return array


def _first(a, b, values_a, values_b):
    same = pc.fill_null(pc.equal(a, b), False)
    both_null = pc.and_(pc.is_null(a), pc.is_null(b))
    at = pc.index(pc.or_(same, both_null), False).as_py()
    shown = [" ".join(v.slice(at, 1).to_string().split())[:60] for v in (values_b, values_a)]
    return f"first at {at}: {shown[0]}, was {shown[1]}"

# SPDX-License-Identifier: Apache-2.0
"""A Parquet file's footer and page headers as they stand in its bytes.

Names of fields are those of parquet.thrift; a field that is absent in the file is absent here.
Source: https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift
"""

import functools
import pathlib

from judge.thrift import Cursor

REQUIRED, OPTIONAL, REPEATED = 0, 1, 2
DATA_PAGE, INDEX_PAGE, DICTIONARY_PAGE, DATA_PAGE_V2 = range(4)
ENCODING = (
    "PLAIN GROUP_VAR_INT PLAIN_DICTIONARY RLE BIT_PACKED DELTA_BINARY_PACKED "
    "DELTA_LENGTH_BYTE_ARRAY DELTA_BYTE_ARRAY RLE_DICTIONARY BYTE_STREAM_SPLIT"
).split()
CODEC = "UNCOMPRESSED SNAPPY GZIP LZO BROTLI LZ4 ZSTD LZ4_RAW".split()

_STATISTICS = {
    1: "max",
    2: "min",
    3: "null_count",
    4: "distinct_count",
    5: "max_value",
    6: "min_value",
    7: "is_max_value_exact",
    8: "is_min_value_exact",
    9: "nan_count",
}
_KEY_VALUE = {1: "key", 2: "value"}
_COLUMN_META = {
    1: "type",
    2: "encodings",
    3: "path_in_schema",
    4: "codec",
    5: "num_values",
    6: "total_uncompressed_size",
    7: "total_compressed_size",
    8: ("key_value_metadata", _KEY_VALUE),
    9: "data_page_offset",
    10: "index_page_offset",
    11: "dictionary_page_offset",
    12: ("statistics", _STATISTICS),
    13: ("encoding_stats", {1: "page_type", 2: "encoding", 3: "count"}),
    14: "bloom_filter_offset",
    15: "bloom_filter_length",
    16: "size_statistics",
    17: "geospatial_statistics",
}
_CHUNK = {
    1: "file_path",
    2: "file_offset",
    3: ("meta_data", _COLUMN_META),
    4: "offset_index_offset",
    5: "offset_index_length",
    6: "column_index_offset",
    7: "column_index_length",
    8: "crypto_metadata",
    9: "encrypted_column_metadata",
}
_ROW_GROUP = {
    1: ("columns", _CHUNK),
    2: "total_byte_size",
    3: "num_rows",
    4: "sorting_columns",
    5: "file_offset",
    6: "total_compressed_size",
    7: "ordinal",
}
_SCHEMA_ELEMENT = {
    1: "type",
    2: "type_length",
    3: "repetition_type",
    4: "name",
    5: "num_children",
    6: "converted_type",
    7: "scale",
    8: "precision",
    9: "field_id",
    10: "logicalType",
}
_FILE = {
    1: "version",
    2: ("schema", _SCHEMA_ELEMENT),
    3: "num_rows",
    4: ("row_groups", _ROW_GROUP),
    5: ("key_value_metadata", _KEY_VALUE),
    6: "created_by",
    7: "column_orders",
    8: "encryption_algorithm",
    9: "footer_signing_key_metadata",
}
_PAGE = {
    1: "type", 2: "uncompressed_page_size", 3: "compressed_page_size", 4: "crc",
    5: ("data_page_header", {1: "num_values", 2: "encoding", 3: "definition_level_encoding",
                             4: "repetition_level_encoding", 5: ("statistics", _STATISTICS)}),
    6: "index_page_header",
    7: ("dictionary_page_header", {1: "num_values", 2: "encoding", 3: "is_sorted"}),
    8: ("data_page_header_v2", {1: "num_values", 2: "num_nulls", 3: "num_rows", 4: "encoding",
                                5: "definition_levels_byte_length",
                                6: "repetition_levels_byte_length", 7: "is_compressed",
                                8: ("statistics", _STATISTICS)}),
}  # fmt: skip


def _named(value, names):
    if isinstance(value, list):
        return [_named(each, names) for each in value]
    if not isinstance(value, dict):
        return value
    result = {}
    for field, inner in value.items():
        name = names.get(field, field)
        if isinstance(name, tuple):
            result[name[0]] = _named(inner, name[1])
        else:
            result[name] = inner
    return result


def read(path):
    """The file at a path; parsed once for all judges of a pair."""
    return _read(path, pathlib.Path(path).stat().st_mtime_ns)


@functools.lru_cache(maxsize=2)
def _read(path, _modified):
    return File(path)


class File:
    """One Parquet file, wholly in memory."""

    def __init__(self, path):
        self.path = str(path)
        self.data = pathlib.Path(path).read_bytes()
        size = len(self.data)
        if size < 12 or self.data[:4] != b"PAR1" or self.data[-4:] != b"PAR1":
            raise ValueError(f"{path}: no Parquet magic")
        length = int.from_bytes(self.data[-8:-4], "little")
        if length > size - 12:
            raise ValueError(f"{path}: footer of {length} bytes in a file of {size}")
        self.footer_at = size - 8 - length
        cursor = Cursor(self.data[: size - 8], self.footer_at)
        self.meta = _named(cursor.struct(), _FILE)
        self.root = self.meta["schema"][0]
        self._pages = {}

    def chunks(self):
        """(row group number, column number, ColumnMetaData, ColumnChunk) in file order."""
        for group, row_group in enumerate(self.meta.get("row_groups", [])):
            for column, chunk in enumerate(row_group["columns"]):
                yield group, column, chunk["meta_data"], chunk

    def pages(self, meta):
        """Page headers of one column chunk, each with its `header_size` and `offset`."""
        starts = [meta["data_page_offset"], meta.get("dictionary_page_offset", 0)]
        begin = min(start for start in starts if start > 0)
        if begin not in self._pages:
            self._pages[begin] = list(self._walk(begin, begin + meta["total_compressed_size"]))
        return self._pages[begin]

    def _walk(self, at, end):
        while at < end:
            cursor = Cursor(self.data, at)
            page = _named(cursor.struct(), _PAGE)
            page["offset"], page["header_size"] = at, cursor.at - at
            yield page
            at = cursor.at + page["compressed_page_size"]
        if at != end:
            raise ValueError(f"{self.path}: pages end at {at}, the chunk at {end}")


def page_detail(page):
    """The header inside a page header that belongs to its type."""
    return page.get({DATA_PAGE: "data_page_header", DATA_PAGE_V2: "data_page_header_v2",
                     DICTIONARY_PAGE: "dictionary_page_header"}.get(page["type"], ""), {})  # fmt: skip


def schema_tree(file):
    """The schema's elements as a tree: each with its `children`."""
    elements = iter(file.meta["schema"])

    def node():
        element = next(elements)
        return element | {"children": [node() for _ in range(element.get("num_children", 0))]}

    return node()

# SPDX-License-Identifier: Apache-2.0
"""Judges the bytes of an output: what the format and the target ask, and what was to be kept.

The rules are written down here a second time on purpose, from facts about the readers and not from the
tool's own table.
"""

from judge import Unreadable
from judge.footer import (
    CODEC,
    DATA_PAGE,
    DATA_PAGE_V2,
    DICTIONARY_PAGE,
    ENCODING,
    REPEATED,
    REQUIRED,
    page_detail,
    read,
    schema_tree,
)

NESTED = {1: "MAP", 2: "MAP", 3: "LIST"}  # ConvertedType; 2 is MAP_KEY_VALUE
DICTIONARY = {"PLAIN_DICTIONARY", "RLE_DICTIONARY"}
# What Snowflake's default scanner is sure to read: docs.snowflake.com, data-load-prepare.
SNOWFLAKE_ENCODINGS = {"PLAIN", "RLE", "RLE_DICTIONARY"}
SNOWFLAKE_CODECS = {"UNCOMPRESSED", "SNAPPY", "GZIP", "ZSTD", "BROTLI"}


def structure(path, target):
    """Complaints about one file by itself."""
    file = read(path)
    found = []
    if file.root.get("repetition_type") == REPEATED:
        found.append("the root is REPEATED")
    groups = file.meta.get("row_groups", [])
    if sum(group["num_rows"] for group in groups) != file.meta["num_rows"]:
        found.append(f"{file.meta['num_rows']} rows in the footer, not in its row groups")
    for number, group in enumerate(groups):
        if group["num_rows"] == 0:
            found.append(f"row group {number} has no rows")
    for group, column, meta, chunk in file.chunks():
        where = f"row group {group}, column {b'.'.join(meta['path_in_schema']).decode()}"
        rules = _chunk_rules(file, meta) + (
            _snowflake_rules(file, meta, chunk) if target == "snowflake" else []
        )
        found += [f"{where}: {text}" for text in rules]
    if target == "snowflake":
        found += _nesting_rules(file)
        if "column_orders" not in file.meta:
            found.append("no column_orders")
    return found


def _nesting_rules(file):
    """Snowflake wants lists as LIST > list > element and maps as MAP > key_value > key, value (a map
    may lack the value); nothing else repeats (apache/parquet-format, LogicalTypes.md)."""
    found = []
    root = schema_tree(file)

    def visit(node, where, parent):
        where = f"{where}.{node['name'].decode()}" if where else node["name"].decode()
        kind = NESTED.get(node.get("converted_type"))
        names = [child["name"] for child in node["children"]]
        if node.get("repetition_type") == REPEATED and parent not in ("LIST", "MAP"):
            found.append(f"{where} repeats outside of a LIST or MAP")
        if parent == "LIST" and (node["name"] != b"list" or names != [b"element"]):
            found.append(f"{where} {names} is no list of element")
        if parent == "MAP":
            key = node["children"][0] if node["children"] else {}
            if node["name"] != b"key_value" or names not in ([b"key"], [b"key", b"value"]):
                found.append(f"{where} {names} is no key_value of key and value")
            elif key.get("repetition_type") != REQUIRED:
                found.append(f"{where}.key may be null")
        if kind and (len(names) != 1 or node.get("logicalType") is None):
            found.append(f"{where} is no proper {kind}")
        for child in node["children"]:
            visit(child, where, kind)

    for child in root["children"]:
        visit(child, "", None)
    return found


def _chunk_rules(file, meta):
    found = []
    pages = file.pages(meta)
    data = [page for page in pages if page["type"] != DICTIONARY_PAGE]
    counted = sum(page_detail(page)["num_values"] for page in data)
    if counted != meta["num_values"]:
        found.append(f"{counted} values in its pages, {meta['num_values']} in the footer")
    dictionaries = [page for page in pages if page["type"] == DICTIONARY_PAGE]
    if len(dictionaries) > 1 or (dictionaries and pages[0] is not dictionaries[0]):
        found.append("a dictionary page that is not the one and first page")
    if dictionaries and meta.get("dictionary_page_offset") != dictionaries[0]["offset"]:
        found.append("dictionary_page_offset does not point at the dictionary page")
    if data and meta["data_page_offset"] != data[0]["offset"]:
        found.append("data_page_offset does not point at the first data page")
    used = {ENCODING[page_detail(page)["encoding"]] for page in data}
    declared = {ENCODING[number] for number in meta["encodings"]}
    if not used <= declared:
        found.append(f"pages are encoded {sorted(used)}, the footer says {sorted(declared)}")
    if "encoding_stats" in meta:
        counts = {}
        for page in pages:
            key = (page["type"], page_detail(page)["encoding"])
            counts[key] = counts.get(key, 0) + 1
        stats = {(s["page_type"], s["encoding"]): s["count"] for s in meta["encoding_stats"]}
        if counts != stats:
            found.append(f"encoding_stats {stats}, its pages {counts}")
    bodies = sum(page["header_size"] + page["uncompressed_page_size"] for page in pages)
    if bodies != meta["total_uncompressed_size"]:
        found.append(
            f"{bodies} bytes uncompressed, {meta['total_uncompressed_size']} in the footer"
        )
    for statistics in _statistics(meta, pages):
        if statistics.get("distinct_count") == 0 and meta["num_values"] > statistics.get(
            "null_count", 0
        ):
            found.append("distinct_count 0 over values")
        if not 0 <= statistics.get("null_count", 0) <= meta["num_values"]:
            found.append(f"null_count {statistics['null_count']} of {meta['num_values']}")
    return found


def _statistics(meta, pages):
    """The chunk's statistics and its pages'."""
    return [meta.get("statistics", {})] + [
        page_detail(page).get("statistics", {}) for page in pages
    ]


def _snowflake_rules(file, meta, chunk):
    found = []
    pages = file.pages(meta)
    if any("distinct_count" in statistics for statistics in _statistics(meta, pages)):
        found.append("distinct_count in statistics")
    for page in pages:
        encoding = ENCODING[page_detail(page)["encoding"]]
        if page["type"] not in (DATA_PAGE, DICTIONARY_PAGE):
            found.append(f"page of type {page['type']} at {page['offset']}")
        if encoding not in SNOWFLAKE_ENCODINGS:
            found.append(f"encoding {encoding}")
    if CODEC[meta["codec"]] not in SNOWFLAKE_CODECS:
        found.append(f"codec {CODEC[meta['codec']]}")
    for extra in ("bloom_filter_offset", "size_statistics"):
        if extra in meta:
            found.append(extra)
    for extra in ("offset_index_offset", "column_index_offset", "crypto_metadata"):
        if extra in chunk:
            found.append(extra)
    return found


def kept(original, output, target):
    """Complaints about what a repack without options keeps: codec and dictionary encoding per column.

    A codec that the target cannot read may change (generic: only Hadoop's LZ4), and a column whose
    encoding it cannot read may get a dictionary."""
    try:
        before = _per_column(read(original))
    except (ValueError, IndexError) as problem:
        raise Unreadable(str(problem)) from problem
    after = _per_column(read(output))
    found = []
    for column, (codecs, encodings) in after.items():
        codecs_before, encodings_before = before[column]
        readable = SNOWFLAKE_CODECS if target == "snowflake" else {*CODEC} - {"LZ4"}
        if codecs_before & readable and not codecs <= codecs_before:
            found.append(f"column {column}: codec {codecs}, was {codecs_before}")
        if encodings_before & DICTIONARY and not encodings & DICTIONARY:
            found.append(f"column {column}: lost its dictionary, encodings {encodings}")
        if encodings & DICTIONARY and encodings_before <= {"PLAIN"}:
            found.append(f"column {column}: has a dictionary, encodings were {encodings_before}")
    return found


def _per_column(file):
    """Per column the codecs and the encodings of data pages over all row groups."""
    columns = {}
    for _, number, meta, _ in file.chunks():
        codecs, encodings = columns.setdefault(number, (set(), set()))
        codecs.add(CODEC[meta["codec"]])
        for page in file.pages(meta):
            if page["type"] in (DATA_PAGE, DATA_PAGE_V2):
                encodings.add(ENCODING[page_detail(page)["encoding"]])
    return columns

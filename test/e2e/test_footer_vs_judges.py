# SPDX-License-Identifier: Apache-2.0
"""Footers and page headers as format/ reads them, held against two readers that share no code with it.

judge.footer says what stands in the bytes, field by field; pyarrow says what it understands.  Every
file that the repository and apache/parquet-testing have; one that is refused is refused for the
reason that REFUSED names.
"""

import json
import re
import subprocess

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from e2e.test_corpus import CORPUS
from judge.footer import CODEC, ENCODING, File
from s3.program import program
from s3.server import ROOT

PHYSICAL = "BOOLEAN INT32 INT64 INT96 FLOAT DOUBLE BYTE_ARRAY FIXED_LEN_BYTE_ARRAY".split()

REFUSED = {
    # data/
    "repeated_no_annotation.parquet": "invalid corrupt: the row groups have more rows than the footer's 0",
    "encrypt_columns_plaintext_footer.parquet.encrypted": "invalid unsupported: .* is encrypted",
    "*.encrypted": r"unsupported: the footer \(the file ends in PARE\) is encrypted",
    # bad_data/
    "ARROW-GH-41317.parquet": "corrupt: footer: a list of i16, not of what belongs there",
    "ARROW-RS-GH-6229-DICTHEADER.parquet": r"invalid corrupt: row group 0, column 1 \(name\): 322 bytes .* outside",
    "PARQUET-1481.parquet": "invalid unsupported: .*physical type -7 is not known",
}  # fmt: skip

# Chunks whose size in the footer leaves out the dictionary page's header (PARQUET-816).
SHORT_CHUNKS = {"nation.dict-malformed.parquet"}


def files():
    found = [*ROOT.glob("demo/data/**/*.parquet"), *ROOT.glob("test/data/**/*.parquet")]
    found += [*CORPUS.glob("*data/*.parquet*")]
    assert found
    return [pytest.param(path, id=path.name) for path in sorted(found)]


def dump(path):
    run = subprocess.run(
        [program("footer_dump_tool"), path], capture_output=True, text=True, timeout=300
    )
    assert run.returncode in (0, 1), run.stderr
    return json.loads(run.stdout) if run.returncode == 0 else run.stdout


LOGICAL_FIELDS = {
    5: {1: "scale", 2: "precision"},
    7: {1: "adjusted_to_utc", 2: "unit"},
    8: {1: "adjusted_to_utc", 2: "unit"},
    10: {1: "bit_width", 2: "is_signed"},
    16: {1: "specification_version"},
    17: {1: "crs"},
    18: {1: "crs", 2: "algorithm"},
}


def logical(union):
    """A LogicalType as the dump has it."""
    ((kind, member),) = union.items()
    seen = {"kind": kind, "scale": 0, "precision": 0, "adjusted_to_utc": False, "unit": 0,
            "bit_width": 0, "is_signed": False}  # fmt: skip
    for field, value in member.items():
        name = LOGICAL_FIELDS[kind][field]
        if name == "unit":
            (value,) = value
        seen[name] = value.hex() if isinstance(value, bytes) else value
    return seen


def normal(value, name=None):
    """What the judge read, in the dump's form: hex for bytes, "#id" for fields without a name."""
    if name == "logicalType":
        return logical(value) if next(iter(value)) <= 19 else {"kind": next(iter(value))}
    if name == "column_orders":
        return [{"kind": next(iter(order))} for order in value]
    if name == "size_statistics":
        names = {1: "unencoded_byte_array_data_bytes", 2: "repetition_level_histogram",
                 3: "definition_level_histogram"}  # fmt: skip
        return {names[field]: inner for field, inner in value.items()}
    if name == "sorting_columns":
        names = {1: "column_idx", 2: "descending", 3: "nulls_first"}
        return [{names[field]: inner for field, inner in each.items()} for each in value]
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, list):
        return [normal(each) for each in value]
    if isinstance(value, dict):
        return {key if isinstance(key, str) else f"#{key}": normal(inner, key)
                for key, inner in value.items()}  # fmt: skip
    return value


# Fields that format/ keeps as bytes, under their number.
BY_NUMBER = {"geospatial_statistics": "#17", "index_page_header": "#6"}


def comparable(value, judge):
    """Both sides without what only one can show: text of types, contents of unknown fields."""
    if isinstance(value, list):
        return [comparable(each, judge) for each in value]
    if not isinstance(value, dict):
        return value
    result = {}
    for key, inner in value.items():
        if key == "text":
            continue
        key = BY_NUMBER.get(key, key) if judge else key
        result[key] = "kept" if key.startswith("#") else comparable(inner, judge)
    if "kind" in result and result["kind"] > 19:
        return {"kind": result["kind"]}
    return result


def mistyped(ours, theirs):
    """A known field of another type is a number for us and a name for the judge: one form for both.

    parquet-testing has one such field: bloom_filter_length as a list, in dict-page-offset-zero.
    """
    if isinstance(ours, list) and isinstance(theirs, list):
        for mine, other in zip(ours, theirs, strict=True):
            mistyped(mine, other)
    elif isinstance(ours, dict) and isinstance(theirs, dict):
        if "bloom_filter_length" in theirs and ours.get("#15"):
            assert isinstance(theirs["bloom_filter_length"], list)
            del theirs["bloom_filter_length"], ours["#15"]
        for key in ours.keys() & theirs.keys():
            mistyped(ours[key], theirs[key])


def hold_against_pyarrow(path, meta):
    if path.name == "incorrect_map_schema.parquet":
        with pytest.raises(pa.ArrowInvalid, match="Map keys must be annotated as required"):
            pq.read_metadata(path)
        return
    theirs = pq.read_metadata(path)
    assert theirs.num_rows == meta["num_rows"]
    assert theirs.num_columns == sum("type" in element for element in meta["schema"][1:])
    assert theirs.num_row_groups == len(meta["row_groups"])
    keys = {bytes.fromhex(pair["key"]): bytes.fromhex(pair.get("value", ""))
            for pair in meta.get("key_value_metadata", [])}  # fmt: skip
    assert (theirs.metadata or {}) == keys
    for g, group in enumerate(meta["row_groups"]):
        their_group = theirs.row_group(g)
        assert their_group.num_rows == group["num_rows"]
        assert their_group.total_byte_size == group["total_byte_size"]
        for c, chunk in enumerate(group["columns"]):
            mine, their = chunk["meta_data"], their_group.column(c)
            assert their.physical_type == PHYSICAL[mine["type"]]
            assert their.num_values == mine["num_values"]
            names = {"LZ4": "UNKNOWN", "LZ4_RAW": "LZ4"}  # pyarrow's, for the two codecs
            assert their.compression == names.get(CODEC[mine["codec"]], CODEC[mine["codec"]])
            assert set(their.encodings) == {ENCODING[each] for each in mine["encodings"]}
            assert their.data_page_offset == mine["data_page_offset"]
            assert their.dictionary_page_offset == mine.get("dictionary_page_offset")
            assert their.total_compressed_size == mine["total_compressed_size"]
            assert their.total_uncompressed_size == mine["total_uncompressed_size"]
            assert their.bloom_filter_offset == mine.get("bloom_filter_offset")
            assert their.has_offset_index == ("offset_index_offset" in chunk)
            assert their.has_column_index == ("column_index_offset" in chunk)
            names = [bytes.fromhex(name).decode() for name in mine["path_in_schema"]]
            assert their.path_in_schema == ".".join(names)


@pytest.mark.parametrize("path", files())
def test_footer_and_page_headers_are_what_other_readers_see(path):
    ours = dump(path)
    reason = REFUSED.get(path.name) or (
        REFUSED["*.encrypted"] if path.suffix == ".encrypted" else None
    )
    if isinstance(ours, str) or "invalid" in ours:
        said = ours if isinstance(ours, str) else "invalid " + ours["invalid"]
        assert reason and re.match(reason, said), said
        return
    assert reason is None, f"should be refused: {reason}"

    theirs = File(path)
    assert ours["footer_at"] == theirs.footer_at
    mine, judged = comparable(ours["meta"], False), comparable(normal(theirs.meta), True)
    mistyped(mine, judged)
    assert mine == judged
    hold_against_pyarrow(path, ours["meta"])

    for mine, (_, _, meta, _) in zip(ours["pages"], theirs.chunks(), strict=True):
        if path.name in SHORT_CHUNKS and isinstance(mine, str):
            assert mine == "the last page passes the end of the chunk"
            continue
        if meta["num_values"] == 0:
            continue  # the judge takes no chunk without a data page
        assert comparable(mine, False) == comparable(normal(list(theirs.pages(meta))), True)

# SPDX-License-Identifier: Apache-2.0
"""The judges find what is wrong: each mutation of a good file, and which judges must object."""

import json
import subprocess

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from judge import structure
from judge.footer import File
from judge.mutations import MUTATIONS, good
from judge.thrift import Cursor

READERS = {"pyarrow", "duckdb", "polars", "arrow-go", "parquet-go"}


@pytest.fixture
def pair(tmp_path):
    """Writes a good table and another one; returns their paths."""

    def write(table, **options):
        pq.write_table(good(), tmp_path / "good.parquet")
        pq.write_table(table, tmp_path / "other.parquet", **options)
        return tmp_path / "good.parquet", tmp_path / "other.parquet"

    return write


def objectors(everyone, original, output):
    found = everyone.complaints(original, output, "generic")
    assert everyone.unread == []
    return {text.split(":")[0] for text in found} & READERS


def test_nobody_objects_to_the_same_rows_in_other_pages(pair, everyone):
    original, output = pair(good(), row_group_size=3, compression="zstd", use_dictionary=False)
    assert objectors(everyone, original, output) == set()
    assert set(everyone.judged.values()) == {1}


@pytest.mark.parametrize("name", MUTATIONS)
def test_every_reader_objects(name, pair, everyone):
    table = MUTATIONS[name](good())
    assert objectors(everyone, *pair(table)) == READERS


SCHEMA_MUTATIONS = {
    "nullability": lambda s: s.set(0, s.field(0).with_nullable(False)),
    "field id": lambda s: s.set(0, s.field(0).with_metadata({"PARQUET:field_id": "3"})),
    "field id of a list element": lambda s: s.set(4, pa.field("list", pa.list_(
        pa.field("element", pa.int32(), metadata={"PARQUET:field_id": "3"})))),
    "metadata": lambda s: s.with_metadata({"new": "key"}),
    "logical type": lambda s: s.set(1, pa.field("b", pa.duration("us"))),
}  # fmt: skip


@pytest.mark.parametrize("name", SCHEMA_MUTATIONS)
def test_pyarrow_objects_to_another_schema(name, pair, everyone):
    table = good().cast(SCHEMA_MUTATIONS[name](good().schema))
    assert "pyarrow" in objectors(everyone, *pair(table))


def test_pyarrow_objects_to_lost_metadata(pair, everyone):
    original, output = pair(good(), store_schema=False)
    assert "pyarrow" in objectors(everyone, original, output)


def test_kept_objects_to_another_codec_and_to_a_lost_dictionary(pair):
    original, output = pair(good(), compression="gzip")
    assert "codec {'GZIP'}, was {'SNAPPY'}" in structure.kept(original, output, "snowflake")[0]
    original, output = pair(good(), use_dictionary=False)
    assert "column 0: lost its dictionary" in structure.kept(original, output, "snowflake")[0]
    assert "column 0: has a dictionary" in structure.kept(output, original, "snowflake")[0]


def test_kept_lets_a_codec_go_that_the_target_cannot_read(pair):
    output, original = pair(good(), compression="lz4")
    assert structure.kept(original, output, "snowflake") == []
    assert structure.kept(original, output, "generic") != []


@pytest.mark.parametrize(
    "options, complaint",
    [
        ({"data_page_version": "2.0"}, "page of type 3"),
        (
            {"use_dictionary": False, "column_encoding": {"a": "DELTA_BINARY_PACKED"}},
            "encoding DELTA_BINARY_PACKED",
        ),
        ({"compression": "lz4"}, "codec LZ4_RAW"),
        ({"write_page_index": True}, "offset_index_offset"),
        ({"bloom_filter_options": {"s": True}}, "bloom_filter_offset"),
        ({"version": "1.0"}, "encoding PLAIN_DICTIONARY"),
    ],
)
def test_structure_objects_for_snowflake(options, complaint, pair):
    _, output = pair(good().select(["a", "s"]), **options)
    assert any(complaint in text for text in structure.structure(output, "snowflake"))


def test_structure_objects_to_an_empty_row_group(pair):
    _, output = pair(good().slice(0, 0))
    assert structure.structure(output, "generic") == ["row group 0 has no rows"]


def test_structure_objects_to_rows_that_are_not_there(tmp_path):
    path = tmp_path / "x.parquet"
    pq.write_table(pa.table({"a": [1, 2, 3]}), path, write_statistics=False, store_schema=False)
    assert structure.structure(path, "generic") == []
    footer = File(path)
    # FileMetaData.num_rows (zigzag 3 = 6) stands before the list of one row group.
    at = path.read_bytes().index(b"\x16\x06\x19\x1c", footer.footer_at)
    data = bytearray(path.read_bytes())
    data[at + 1] = 8
    path.write_bytes(data)
    assert structure.structure(path, "generic") == ["4 rows in the footer, not in its row groups"]


def filters(arrow_rs, path):
    return json.loads(subprocess.run([arrow_rs, "filters", path], capture_output=True, check=True).stdout)


def test_arrow_rs_skips_and_loses_rows_by_a_lie(arrow_rs, tmp_path):
    path = tmp_path / "x.parquet"
    rows = pa.table({"n": range(4000), "s": [str(i % 10) for i in range(4000)]})
    pq.write_table(rows, path, row_group_size=1000, max_rows_per_page=100, write_page_index=True)
    told = filters(arrow_rs, path)
    assert told["wrong"] == [] and told["asked"] == 24 and told["skipped"] > 10_000
    footer, data = File(path).footer_at, path.read_bytes()
    first, last = (number.to_bytes(8, "little") for number in (0, 999))  # bounds of the first row group
    for begin, end in ((footer, len(data)), (0, footer)):  # or of its pages
        lie = data[begin:end].replace(first, (500).to_bytes(8, "little")).replace(last, (600).to_bytes(8, "little"))
        path.write_bytes(data[:begin] + lie + data[end:])
        assert any("n, " in text for text in filters(arrow_rs, path)["wrong"])


def test_cursor_runs_off_no_end():
    for data in (b"", b"\x15", b"\x18\x05abcd", b"\x19\xf5\xff\xff\xff\xff\x0f"):
        with pytest.raises(IndexError):
            Cursor(data).struct()


LEGACY = {
    "avro_list": "a.array [] is no list of element",
    "avro_struct_list": "a.array [b'x', b'y'] is no list of element",
    "thrift_list": "a.a_tuple [b'x'] is no list of element",
    "hive_list": "a.bag [b'array_element'] is no list of element",
    "avro_map": "a.map [b'key', b'value'] is no key_value of key and value",
    "old_map": "a.map [b'key', b'value'] is no key_value of key and value",
    "optional_key_map": "a.key_value.key may be null",
    "bare_repeated": "a repeats outside of a LIST or MAP",
    "bare_repeated_group": "a repeats outside of a LIST or MAP",
}


@pytest.mark.parametrize("name", LEGACY)
def test_structure_objects_to_old_shapes_for_snowflake_only(name, written):
    path = written("arrow_go") / f"legacy_{name}.parquet"
    assert LEGACY[name] in structure.structure(path, "snowflake")
    assert LEGACY[name] not in structure.structure(path, "generic")

# SPDX-License-Identifier: Apache-2.0
"""repack --engine auto does the least per column: what is encoded anew, framed or compressed anew and
copied may stand side by side in one file, and every reader sees the same values."""

import json

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from judge.footer import DATA_PAGE_V2, ENCODING, File, page_detail
from s3.server import ROOT
from writers import tables

CODECS = ["none", "snappy", "gzip", "brotli", "zstd", "lz4"]
# Of the targets those that read pages of version 1 only, without and with page indexes.
OLD_TARGETS = ["snowflake", "spark"]
# Codecs that only the judge takes for read.
UNREAD = {"spark": ["brotli", "lz4"]}


def numbers(rows=4000):
    columns = {f"c{i:02}": pa.array([(k * (i + 1)) % 1000 + i for k in range(rows)]) for i in range(16)}
    columns["c07"] = pa.array([None if k % 7 == 0 else k for k in range(rows)])
    return pa.table(columns)


def write_one_delta(path):
    """One column of sixteen in an encoding that old readers do not know."""
    pq.write_table(numbers(), path, use_dictionary=[f"c{i:02}" for i in range(16) if i != 7],
                   column_encoding={"c07": "DELTA_BINARY_PACKED"}, row_group_size=1500,
                   write_page_index=True)


def bodies(path):
    """Per column the bodies of all its pages."""
    file, found = File(path), {}
    for _, column, meta, _ in file.chunks():
        for page in file.pages(meta):
            begin = page["offset"] + page["header_size"]
            body = file.data[begin : begin + page["compressed_page_size"]]
            found.setdefault(column, []).append(body)
    return found


def kinds(path):
    """(kind of page, encoding) of all pages."""
    file = File(path)
    return {(page["type"], ENCODING[page_detail(page)["encoding"]])
            for _, _, meta, _ in file.chunks() for page in file.pages(meta)}


def done(run):
    assert run.code == 0, run
    [event] = run.of("file_done")
    return event


def expect_nothing_to_find(local, path, target):
    run = local.run("diagnose", path, "--target", target, "--deep", "--output", "json")
    found = {(f["check"], f["severity"]) for event in run.of("file_diagnosed") for f in event["findings"]}
    assert {f for f in found if f[1] in ("error", "fatal")} <= {
        ("nanoseconds", "error"), ("float16", "error")}, run


@pytest.mark.parametrize("target", OLD_TARGETS)
def test_one_column_is_encoded_anew_the_others_are_copied(target, local, everyone, tmp_path):
    source, output = tmp_path / "in.parquet", tmp_path / "out.parquet"
    write_one_delta(source)
    [plan] = local.repack(source, output, "--target", target, "--dry-run").of("file_planned")
    event = done(local.repack(source, output, "--target", target))
    for said in (plan, event):
        assert said["level"] == 1
        assert said["columns"] == [
            {"column": "c07", "level": 3, "reason": "encoded in DELTA_BINARY_PACKED"}]
        assert said["reasons"] == ["encoded in DELTA_BINARY_PACKED: c07"]
    before, after = bodies(source), bodies(output)
    assert {column for column in before if before[column] != after[column]} == {7}
    assert everyone.complaints(source, output, target) == []
    # parquet-go 0.25.1 can't seek in such a source.
    assert [judge for judge, files in everyone.judged.items() if not files] in ([], ["parquet-go"])
    expect_nothing_to_find(local, output, target)
    assert local.run("verify", source, output).code == 0
    indexed = {column for _, column, _, chunk in File(output).chunks() if "offset_index_offset" in chunk}
    assert indexed == (set(range(16)) if target == "spark" else set())


def test_the_summary_counts_what_was_not_decoded(local, tmp_path):
    write_one_delta(tmp_path / "in.parquet")
    run = local.repack("in.parquet", "out.parquet")
    [summary] = run.of("summary")
    decoded = sum(meta["total_compressed_size"] for _, column, meta, _ in File(tmp_path / "in.parquet").chunks()
                  if column == 7)
    assert summary["copied"] == 1
    assert summary["bytes_copied"] == summary["bytes_in"] - decoded


def test_a_second_repack_finds_nothing_more_to_do(local, tmp_path):
    write_one_delta(tmp_path / "in.parquet")
    done(local.repack("in.parquet", "once.parquet"))
    event = done(local.repack("once.parquet", "twice.parquet"))
    assert (event["level"], event["columns"], event["repairs"]) == (1, [], [])
    assert bodies(tmp_path / "once.parquet") == bodies(tmp_path / "twice.parquet")


def test_filters_lose_no_row(local, tmp_path):
    """Bounds, dictionaries and page indexes of the mixed file, as DuckDB and pyarrow prune by them."""
    duckdb = pytest.importorskip("duckdb")
    source, output = tmp_path / "in.parquet", tmp_path / "out.parquet"
    write_one_delta(source)
    done(local.repack(source, output, "--target", "spark"))
    for condition in ("c07 = 3999", "c07 < 10", "c07 > 1000 AND c00 = 7", "c03 = 3", "c07 IS NULL", "c15 >= 1000"):
        query = "SELECT count(*) FROM read_parquet('{}') WHERE " + condition
        expected = duckdb.sql(query.format(source)).fetchall()
        assert expected[0][0] > 0 and duckdb.sql(query.format(output)).fetchall() == expected, condition
    for filters in ([("c07", "=", 3999)], [("c07", ">", 2000), ("c00", "<", 5)]):
        assert pq.read_table(output, filters=filters).equals(pq.read_table(source, filters=filters))


@pytest.mark.parametrize("codec", CODECS)
@pytest.mark.parametrize("target", OLD_TARGETS)
@pytest.mark.parametrize("make", [tables.nested, tables.scalars])
def test_version_2_becomes_version_1(make, target, codec, local, everyone, tmp_path):
    source, output = tmp_path / "in.parquet", tmp_path / "out.parquet"
    pq.write_table(make(), source, data_page_version="2.0", compression=codec, write_page_index=True,
                   write_page_checksum=True, row_group_size=70)
    assert DATA_PAGE_V2 in {kind for kind, _ in kinds(source)}
    event = done(local.repack(source, output, "--target", target))
    assert event["level"] == 2
    # Booleans are in runs in version 2, and some readers know those of version 2 only.
    assert {column["level"] for column in event["columns"]} <= {3}, event
    after = kinds(output)
    assert DATA_PAGE_V2 not in {kind for kind, _ in after}
    assert "RLE" not in {encoding for _, encoding in after}
    found = everyone.complaints(source, output, target)
    if codec in UNREAD.get(target, ()):
        found = [text for text in found if not text.startswith("kept: ")]
    # parquet-go 0.25.1 reads no dictionary page of a column of the null type.
    assert [text for text in found if "dictionary from parquet NULL type" not in text] == []
    expect_nothing_to_find(local, output, target)
    assert local.run("verify", source, output).code == 0


@pytest.mark.parametrize("codec", ["snappy", "zstd", "gzip", "none"])
@pytest.mark.parametrize("version", ["1.0", "2.0"])
def test_another_codec_needs_no_value_decoded(version, codec, local, everyone, tmp_path):
    source, output = tmp_path / "in.parquet", tmp_path / "out.parquet"
    pq.write_table(tables.nested(), source, data_page_version=version, compression="brotli",
                   write_page_checksum=True, row_group_size=100)
    event = done(local.repack(source, output, "--target", "generic", "--compression", codec))
    assert (event["level"], event["columns"]) == (2, [])
    assert kinds(output) == kinds(source)
    name = "UNCOMPRESSED" if codec == "none" else codec.upper()
    found = everyone.complaints(source, output, "generic")
    assert found and [text for text in found if not text.startswith("kept: ")
                      and "NULL type" not in text] == []
    assert all(f"codec {{'{name}'}}" in text for text in found if text.startswith("kept: "))
    expect_nothing_to_find(local, output, "generic")


def test_a_writer_that_is_not_known_is_read_whole_and_copied(local, everyone, tmp_path):
    source = ROOT / "test/data/xitongsys_1_6_2/indexed.parquet"
    output = tmp_path / "out.parquet"
    event = done(local.repack(source, output, "--target", "generic"))
    assert event["level"] == 1
    assert event["columns"] == []
    assert all(reason.startswith("read whole: ") for reason in event["reasons"]), event
    assert bodies(source) == bodies(output)
    assert everyone.complaints(source, output, "generic") == []
    # Its page index is one of those that are wrong.
    assert not any("offset_index_offset" in chunk for _, _, _, chunk in File(output).chunks())


def test_a_column_of_a_known_fault_is_not_copied(local, tmp_path):
    """arrow-go 18.5.2 wrote byte arrays wrongly: those are decoded, which refuses what can't be."""
    source = ROOT / "test/data/arrow_go_18_5_2/lost_values.parquet"
    run = local.repack(source, tmp_path / "out.parquet", "--target", "generic")
    assert run.code == 1, run
    assert not (tmp_path / "out.parquet").exists()
    [plan] = local.repack(source, tmp_path / "dry.parquet", "--dry-run").of("file_planned")
    assert any("1 MiB and more" in reason for reason in plan["reasons"]), json.dumps(plan)


@pytest.mark.parametrize("target", ["generic", "snowflake"])
def test_wide_differences_of_duckdb(local, tmp_path, engine, target):
    """DuckDB takes differences of INT32 in 33 bits, which Arrow and arrow-rs refuse to read."""
    (tmp_path / "in").mkdir()
    source, output = tmp_path / "in/a.parquet", tmp_path / "out/a.parquet"
    rows = "SELECT (hash(range)::HUGEINT % 4294967296 - 2147483648)::INTEGER AS i, range AS r FROM range(5000)"
    duckdb.sql(f"COPY ({rows}) TO '{source}' (FORMAT parquet, PARQUET_VERSION v2)")
    with pytest.raises(OSError):
        pq.read_table(source)
    run = local.repack(tmp_path / "in", tmp_path / "out", "--target", target, "--engine", engine)
    assert run.code == 0, run
    assert pq.read_table(output).to_pylist() == [
        {"i": i, "r": r} for i, r in duckdb.sql(f"SELECT i, r FROM '{source}'").fetchall()]
    assert local.run("diagnose", output, "--deep", "--target", target).code == 0
    assert local.run("verify", source, output).code == 0


@pytest.mark.parametrize("target", ["generic", "snowflake"])
def test_large_unsigned_numbers_of_duckdb(local, tmp_path, engine, target):
    """Whose differences take 33 bits as well, where neighbours lie on either side of 2**31."""
    (tmp_path / "in").mkdir()
    source, output = tmp_path / "in/a.parquet", tmp_path / "out/a.parquet"
    rows = ("SELECT (hash(range) % 4294967296)::UINTEGER AS u, "
            "(2147483648 + range * 400000)::UINTEGER AS rising FROM range(5000)")
    duckdb.sql(f"COPY ({rows}) TO '{source}' (FORMAT parquet, PARQUET_VERSION v2)")
    assert {"DELTA_BINARY_PACKED"} <= {encoding for _, encoding in kinds(source)}
    run = local.repack(tmp_path / "in", tmp_path / "out", "--target", target, "--engine", engine)
    assert run.code == 0, run
    right = duckdb.sql(f"SELECT u, rising FROM '{source}'").fetchall()
    assert max(u for u, _ in right) > 1 << 31 and len(right) == 5000
    assert duckdb.sql(f"SELECT u, rising FROM '{output}'").fetchall() == right
    assert pq.read_table(output).to_pylist() == [{"u": u, "rising": r} for u, r in right]
    low = duckdb.sql(f"SELECT count(*) FROM '{output}' WHERE u < 2147483648").fetchall()
    assert low == [(sum(u < 1 << 31 for u, _ in right),)]
    assert local.run("diagnose", output, "--deep", "--target", target).code == 0
    assert local.run("verify", source, output).code == 0

# SPDX-License-Identifier: Apache-2.0
"""Merges that go wrong in one way only, each judged by six readers that are not ours.  docs/engine.md
says what they are about."""

import decimal
import json
import os
import pathlib
import struct
import subprocess

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from judge import offsets
from judge.footer import ENCODING, File, page_detail
from judge.structure import structure
from merges.readers import DuckDb, Readers, by_polars, by_pyarrow
from merges.rounds import in_order
from s3.server import ROOT

DATA = ROOT / "test/data"


@pytest.fixture
def merged(local, arrow_go, parquet_go, arrow_rs, tmp_path):
    """Compacts tmp_path/table and judges what comes out; returns the outputs and the summary."""

    def compact(*flags, outputs=1, judged=6):
        table, out = tmp_path / "table", tmp_path / "out"
        run = local.run("compact", "--path", table, "--target_s3_path", out, "--output", "json", *flags)
        assert run.code == 0, run
        before, after = in_order(sorted(table.glob("*.parquet")), out)
        assert len(after) == outputs, run
        readers = Readers({"arrow-go": arrow_go.program, "parquet-go": parquet_go.program, "arrow-rs": arrow_rs})
        if outputs == 1:
            assert readers.complaints([("table", before, after)], tmp_path) == []
            assert sum(readers.judged.values()) >= judged, readers.judged
        for path in after:
            assert structure(path, "generic") == [] and offsets.complaints(path) == []
        return after, run.summary

    (tmp_path / "table").mkdir()
    return compact


def write(folder, tables, **each):
    """`each`: options of all files, or a list with those of every one."""
    for n, table in enumerate(tables):
        pq.write_table(table, folder / "table" / f"{n}.parquet", **{
            name: value[n] if isinstance(value, list) else value for name, value in each.items()})


def pages_of(path, column=0):
    file = File(path)
    return [page for _, number, meta, _ in file.chunks() if number == column for page in file.pages(meta)]


def kinds_of(path, column=0):
    return [ENCODING[page_detail(page)["encoding"]] for page in pages_of(path, column)]


def test_one_value_has_another_index_in_each_file(merged, tmp_path):
    """Indices of 8, 9 and no bits, runs that end in the middle of a group, and no values at all."""
    columns = [range(255), [256 - i % 257 for i in range(600)], [7] * 13, [None] * 20, [None, 3] * 7, [254] * 3]
    write(tmp_path, [pa.table({"a": pa.array(list(values), pa.int64()),
                               "s": pa.array([None if v is None else f"text {v}" for v in values], pa.string())})
                     for values in columns])  # fmt: skip
    [out], summary = merged()
    assert summary["bytes_by_level"][2:] == [summary["bytes_by_level"][2], 0]
    for column in (0, 1):
        dictionary, *data = pages_of(out, column)
        assert dictionary["dictionary_page_header"]["num_values"] == 257
        assert sum(page_detail(page)["num_values"] for page in data) == 255 + 600 + 13 + 20 + 14 + 3
        assert set(kinds_of(out, column)[1:]) == {"RLE_DICTIONARY"}  # also of the file that has no value


def test_pages_with_and_without_a_dictionary_in_turn(merged, tmp_path):
    """And of both versions: what encoding_stats say is what is there, or a dictionary filter loses rows."""
    tables = [pa.table({"a": [f"v{(i * (n + 1)) % 50}" for i in range(900)], "b": range(900)}) for n in range(4)]
    write(tmp_path, tables, use_dictionary=[False, True, False, True], data_page_version=["1.0", "2.0", "2.0", "1.0"])
    [out], _ = merged()
    assert set(kinds_of(out)[1:]) == {"RLE_DICTIONARY"}  # structure() has seen that encoding_stats say so
    for value, times in (("v0", 72), ("v49", 54), ("v51", 0)):
        found = duckdb.connect().execute(f"SELECT count(*) FROM '{out}' WHERE a = ?", [value]).fetchone()
        assert found == (sum(table["a"].to_pylist().count(value) for table in tables),) and found[0] >= times // 2
        assert pq.read_table(out, filters=[("a", "==", value)]).num_rows == found[0]


def test_pages_that_split_records(merged, tmp_path, arrow_go, arrow_rs):
    """As arrow-go writes them, beside a file whose pages begin with rows: the index of pages is exact, or is
    not there."""
    lists = pa.array([[f"w{i % 60}", None, "z" * (i % 5)] * 7 for i in range(500)])
    table = pa.table({"l": lists, "id": pa.array(range(500), pa.int64())})
    write(tmp_path, [table, table], write_page_index=[False, True], data_page_size=100, write_batch_size=10)
    split = tmp_path / "table/0.parquet"
    for seed in range(20):
        (tmp_path / "list").write_text(f"{tmp_path / 'table/1.parquet'}\t{split}\t{seed}\n")
        subprocess.run([arrow_go.program, "rewrite", tmp_path / "list"], check=True)
        if any(first_level(split, page) == 1 for page in pages_of(split)):
            break
    else:
        raise AssertionError("arrow-go has begun all pages with a row")
    [out], _ = merged(judged=5)
    chunks = {number: chunk for _, number, _, chunk in File(out).chunks()}
    assert "offset_index_offset" in chunks[1]
    assert filters(arrow_rs, out) > 0


def first_level(path, page):
    """Of repetition, of one bit, in a page of version 1."""
    if "data_page_header" not in page:
        return None
    at = page["offset"] + page["header_size"]
    body = path.read_bytes()[at : at + page["compressed_page_size"]]
    codec = pq.read_metadata(path).row_group(0).column(0).compression
    if codec != "UNCOMPRESSED":
        body = pa.Codec(codec.lower()).decompress(body, page["uncompressed_page_size"]).to_pybytes()
    return body[5] & 1


def filters(arrow_rs, path):
    told = json.loads(subprocess.run([arrow_rs, "filters", path], capture_output=True, check=True).stdout)
    assert told.get("wrong") == [], told
    return told["asked"]


def bounds(path):
    """(min, max) of each column, or nothing."""
    group = pq.ParquetFile(path).metadata.row_group(0)
    found = {}
    for n in range(group.num_columns):
        statistics = group.column(n).statistics
        has = statistics is not None and statistics.has_min_max
        found[group.column(n).path_in_schema] = (statistics.min, statistics.max) if has else None
    return found


def test_bounds_hold_or_are_not_there(merged, tmp_path, arrow_rs):
    nan = float("nan")
    cents = [decimal.Decimal(n).scaleb(-2) for n in (-5, 3, -700)]
    first = pa.table({
        "silent": [1, 2, 3], "null": pa.array([5, 1, 9], pa.int64()), "nan": [nan, 1.0, 2.0], "zero": [0.0, -0.0, 0.0],
        "unsigned": pa.array([1, 2**31 + 5, 7], pa.uint32()), "decimal": pa.array(cents, pa.decimal128(30, 2)),
    })  # fmt: skip
    second = pa.table({
        "silent": [-50, 99, 4], "null": pa.array([None] * 3, pa.int64()), "nan": [-3.0, nan, 9.0], "zero": [0.0, 0.0, 0.0],
        "unsigned": pa.array([2**32 - 1, 0, 3], pa.uint32()),
        "decimal": pa.array([decimal.Decimal(1), None, decimal.Decimal(8)], pa.decimal128(30, 2)),
    })  # fmt: skip
    some = [name for name in first.column_names if name not in ("silent", "null")]
    write(tmp_path, [first, second], write_statistics=[True, some])
    [out], summary = merged()
    assert summary["bytes_by_level"][3] == 0
    found = bounds(out)
    assert found["silent"] is None and found["null"] == (1, 9) and found["nan"] == (-3.0, 9.0)
    assert [struct.pack("<d", value)[7] for value in found["zero"]] == [0x80, 0]
    assert found["unsigned"] == (0, 2**32 - 1)
    assert found["decimal"] == (decimal.Decimal("-7.00"), decimal.Decimal("8.00"))
    assert filters(arrow_rs, out) > 0


def signed_by(path, writer, change=lambda footer: footer):
    """The file with another created_by, and what else is to be changed in its footer."""
    file = File(path)
    old, new = file.meta["created_by"], writer.encode()
    footer = change(file.data[file.footer_at : -8].replace(bytes([len(old)]) + old, bytes([len(new)]) + new))
    path.write_bytes(file.data[: file.footer_at] + footer + len(footer).to_bytes(4, "little") + b"PAR1")
    assert File(path).meta["created_by"] == new


def test_wrong_bounds_are_not_laundered(merged, tmp_path):
    """parquet-mr before 1.8.0 compared bytes as signed numbers (PARQUET-251): readers know that by its name,
    which an output does not have."""
    write(tmp_path, [pa.table({"s": ["a", "é", "z"], "n": [1, 2, 3]})] * 2, use_dictionary=False)
    for path in (tmp_path / "table").iterdir():
        signed_by(path, "parquet-mr version 1.7.0 (build 1)",
                  lambda footer: footer.replace("é".encode(), b"aa").replace(b"\x01z", b"\x01b"))  # fmt: skip
    [out], _ = merged()
    assert b"parquet-mr" not in File(out).meta["created_by"]
    assert bounds(out)["s"] in (None, ("a", "é")) and bounds(out)["n"] == (1, 3)
    assert pq.read_table(out, filters=[("s", "==", "é")]).num_rows == 2


def test_pages_that_deny_that_they_are_compressed(merged, tmp_path):
    """Arrow before 3.0.0 wrote such pages of version 2 (ARROW-10353); its reader knows them by the name that
    they are signed with."""
    rows = pa.table({"a": ["abc" * 40] * 500})
    write(tmp_path, [rows] * 3, use_dictionary=False, data_page_version="2.0", compression="snappy")
    for path in (tmp_path / "table").iterdir():
        data = bytearray(path.read_bytes())
        for page in pages_of(path):
            assert page["data_page_header_v2"]["is_compressed"] is True
            header = data[page["offset"] : page["offset"] + page["header_size"]]
            at = page["offset"] + header.rindex(b"\x11\x1c")
            data[at] = 0x12
        path.write_bytes(data)
        assert not any(page["data_page_header_v2"]["is_compressed"] for page in pages_of(path))
        signed_by(path, "parquet-cpp version 1.5.1-SNAPSHOT")
    [out], summary = merged(judged=1)
    assert summary["bytes_by_level"][1:3] == [0, 0]
    for read in (by_pyarrow, DuckDb(), by_polars):
        assert read([out])["a"].to_pylist() == rows["a"].to_pylist() * 3


def test_dates_of_another_calendar_stay_apart(merged, tmp_path):
    old = {"org.apache.spark.version": "3.5.0", "org.apache.spark.legacyDateTime": ""}
    new = {"org.apache.spark.version": "3.5.0"}
    table = pa.table({"d": pa.array([-200_000, 3], pa.date32())})
    write(tmp_path, [table.replace_schema_metadata(old if n % 2 else new) for n in range(6)])
    outputs, _ = merged(outputs=2)
    kept = [b"org.apache.spark.legacyDateTime" in (pq.read_metadata(path).metadata or {}) for path in outputs]
    assert kept == [False, True]
    assert [pq.read_metadata(path).num_rows for path in outputs] == [6, 6]


def test_more_row_groups_than_an_ordinal_counts(merged, tmp_path):
    """RowGroup.ordinal has 16 bits."""
    groups = 33_000
    table = pa.table({"a": pa.array(range(groups), pa.int32())})
    write(tmp_path, [table, table.slice(0, 5)], row_group_size=1, use_dictionary=False, store_schema=False,
          write_statistics=False)
    assert pq.read_metadata(tmp_path / "table/0.parquet").num_row_groups == groups
    [out], _ = merged()
    assert pq.read_metadata(out).num_row_groups == 1


CORPUS = pathlib.Path(os.environ.get("PARQUET_TESTING", ROOT.parent / "shared/corpus/parquet-testing"))
# parquet-go 0.25.1 reads a DECIMAL in a BYTE_ARRAY where its logical type is not told, and panics where it is.
KNOWN = {"data-byte_array_decimal": "DECIMAL must be of type INT32, INT64, or FIXED_LEN_BYTE_ARRAY"}


def with_themselves(sources, local, programs, folder):
    """Complaints about merges of each file with itself, and how many there were; some are refused."""
    table, out = folder / "table", folder / "out"
    for path in sources:
        partition = table / f"p={path.parent.name}-{path.stem}"
        partition.mkdir(parents=True)
        for n in range(3):
            (partition / f"{n}.parquet").write_bytes(path.read_bytes())
    run = local.run("compact", "--path", table, "--target_s3_path", out, "--output", "json")
    assert run.code in (0, 1), run
    done = [e["folder"] for e in run.of("partition_done")]
    assert len(done) + len(run.of("partition_failed")) == len(sources)
    pairs = [(name, *in_order(sorted((table / name).iterdir()), out / name)) for name in done]
    complaints = Readers(programs).complaints(pairs, folder)
    known = [text for text in complaints for name, why in KNOWN.items() if f"p={name}/" in text and why in text]
    return [text for text in complaints if text not in known], len(done)


def test_files_of_old_writers(local, arrow_go, parquet_go, arrow_rs, tmp_path):
    programs = {"arrow-go": arrow_go.program, "parquet-go": parquet_go.program, "arrow-rs": arrow_rs}
    complaints, merged = with_themselves(sorted(DATA.glob("*/*.parquet")), local, programs, tmp_path)
    assert complaints == [] and merged > 10


@pytest.mark.skipif(not CORPUS.exists(), reason=f"no {CORPUS}; PARQUET_TESTING names a checkout of apache/parquet-testing")
def test_the_corpus(local, arrow_go, parquet_go, arrow_rs, tmp_path):
    programs = {"arrow-go": arrow_go.program, "parquet-go": parquet_go.program, "arrow-rs": arrow_rs}
    complaints, merged = with_themselves(sorted(CORPUS.glob("data/*.parquet")), local, programs, tmp_path)
    assert complaints == [] and merged > 40

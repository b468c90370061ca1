# SPDX-License-Identifier: Apache-2.0
"""Bloom filters go along with the values they speak of, and are made anew where files are merged: readers
that are not ours ask them."""

import json
import os
import pathlib
import random
import subprocess

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from judge import offsets
from judge.footer import File
from s3.server import ROOT

CORPUS = pathlib.Path(
    os.environ.get("PARQUET_TESTING", ROOT.parent / "shared/corpus/parquet-testing"))
# parquet-mr's: one of before lengths of filters were told in footers, one of after that.
OF_PARQUET_MR = ("data_index_bloom_encoding_stats", "data_index_bloom_encoding_with_length")


def by_pyarrow(path, rows=30_000, **options):
    rng = random.Random(5)
    table = pa.table({
        "id": pa.array([i * 7919 for i in range(rows)], pa.int64()),
        "key": pa.array([None if i % 9 == 0 else f"key {i % 700}" for i in range(rows)]),
        "ratio": pa.array([i / 3 for i in range(rows)]),
        "noise": pa.array([rng.random() for _ in range(rows)]),
        "list": pa.array([[i, i + 1] for i in range(rows)], pa.list_(pa.int32())),
    })  # fmt: skip
    filters = {name: {"ndv": 2 * rows} for name in ("id", "key", "ratio", "list.list.element")}
    pq.write_table(table, path, row_group_size=rows // 3, bloom_filter_options=filters, **options)


def by_duckdb(path):
    duckdb.execute(
        f"copy (select (range % 3000) * 7919 as id, 'key ' || (range % 700) as key, range as plain "
        f"from range(0, 100000)) to '{path}' (format parquet, row_group_size 50000)")


@pytest.fixture(scope="module")
def asked(parquet_go_writer):
    """What each filter of a file says by parquet-go: of its values, and of 1,000 that are not there."""

    def ask(path):
        ran = subprocess.run([parquet_go_writer, "bloom", path], capture_output=True, check=True)
        return json.loads(ran.stdout)

    return ask


@pytest.fixture(scope="module")
def sources(tmp_path_factory, parquet_go_writer):
    folder = tmp_path_factory.mktemp("sources")
    by_pyarrow(folder / "pyarrow.parquet")
    by_pyarrow(folder / "pyarrow_v2.parquet", data_page_version="2.0", write_page_index=True)
    by_duckdb(folder / "duckdb.parquet")
    subprocess.run([parquet_go_writer, "write-bloom", folder], check=True)
    return folder


# How many of each file's chunks have a filter.
FILTERS = {"pyarrow": 12, "pyarrow_v2": 12, "duckdb": 4, "parquet_go": 9}


def holds(answer):
    return answer["values"] == answer["held"] > 0 and answer["strangers_denied"] > 800


@pytest.mark.parametrize("target", ["generic", "trino", "spark"])
def test_filters_are_carried_over(target, sources, local, asked, tmp_path):
    run = local.repack(sources, tmp_path / "out", "--target", target)
    assert run.code == 0, run
    assert len(run.of("file_done")) == len(FILTERS)
    for name, count in FILTERS.items():
        before = asked(sources / f"{name}.parquet")
        assert len(before) == count and all(holds(answer) for answer in before), name
        assert asked(tmp_path / "out" / f"{name}.parquet") == before, name


def test_duckdb_finds_what_is_there_and_skips_what_is_not(sources, local, tmp_path):
    local.repack(sources, tmp_path / "out", "--target", "generic")
    for name in ("pyarrow", "duckdb"):
        path = tmp_path / "out" / f"{name}.parquet"
        rows = duckdb.execute(f"select id, key from '{path}' where key is not null").fetchall()
        groups = pq.ParquetFile(path).metadata.num_row_groups
        for column, values in enumerate(zip(*random.Random(3).sample(rows, 20))):
            column = ("id", "key")[column]
            for value in values:
                probe = duckdb.execute(
                    f"select bloom_filter_excludes from parquet_bloom_probe('{path}', '{column}', ?)",
                    [value]).fetchall()
                assert len(probe) == groups and (False,) in probe, (name, column, value)
        excluded = 0
        for i in range(50):
            probe = duckdb.execute(
                f"select bloom_filter_excludes from parquet_bloom_probe('{path}', 'key', ?)",
                [f"stranger {i}"]).fetchall()
            excluded += probe.count((True,))
        assert excluded > 40 * groups, name


def test_parquet_mr(local, asked, tmp_path):
    if not CORPUS.is_dir():
        pytest.skip(f"no {CORPUS}; PARQUET_TESTING names a checkout of apache/parquet-testing")
    for name in OF_PARQUET_MR:
        source, output = CORPUS / f"data/{name}.parquet", tmp_path / f"{name}.parquet"
        run = local.repack(source, output, "--target", "generic")
        assert run.code == 0, run
        before = asked(source)
        assert before and all(holds(answer) for answer in before)
        assert asked(output) == before
        [(_, _, meta, _)] = File(output).chunks()
        # Told even where the source did not.
        assert meta["bloom_filter_length"] > 1024


def test_nothing_is_left_to_diagnose(sources, local, tmp_path):
    local.repack(sources, tmp_path / "out", "--target", "generic")
    for folder in (sources, tmp_path / "out"):
        run = local.run("diagnose", folder, "--target", "generic", "--deep", "--output", "json")
        assert len(run.of("file_diagnosed")) == len(FILTERS)
        found = {finding["check"] for event in run.of("file_diagnosed") for finding in event["findings"]}
        assert not [check for check in found if check.startswith("bloom")]


def test_a_loader_gets_none(sources, local, asked, tmp_path):
    run = local.repack(sources / "pyarrow.parquet", tmp_path / "out.parquet")  # for Snowflake
    assert run.of("file_done")[0]["warnings"] == ["Bloom filters are not carried over"]
    assert asked(tmp_path / "out.parquet") == []


def test_the_store_copies_pages_and_filters_go_along(pqpack, bucket, other_bucket, asked, tmp_path):
    by_pyarrow(tmp_path / "large.parquet", rows=300_000, compression="none")
    data = (tmp_path / "large.parquet").read_bytes()
    assert len(data) > 6 << 20
    bucket.put("in/large.parquet", data)
    run = pqpack.repack(bucket.uri("in"), other_bucket.uri("out"), "--target", "generic")
    assert run.code == 0, run
    assert run.of("file_done")[0]["level"] == 0, run
    (tmp_path / "out.parquet").write_bytes(other_bucket.get("out/large.parquet"))
    before = asked(tmp_path / "large.parquet")
    assert len(before) == 12 and all(holds(answer) for answer in before)
    assert asked(tmp_path / "out.parquet") == before


def small_files(folder, parquet_go_writer):
    """Tables of small files, by folder: of each of three writers, and of all of them."""
    for writer in ("pyarrow", "deltas", "duckdb", "parquet_go", "all"):
        (folder / writer).mkdir(parents=True)
    for n in range(6):
        ids = [(n * 500 + i) * 7919 for i in range(700)]  # each file has some of its neighbour's
        table = pa.table({
            "id": pa.array(ids, pa.int64()),
            "key": pa.array([None if i % 9 == 0 else f"key {i * (n + 3) % 400}" for i in range(700)]),
            "ratio": pa.array([(n * 700 + i) / 3 for i in range(700)]),
            "list": pa.array([[i, n] for i in range(700)], pa.list_(pa.int32())),
        })  # fmt: skip
        filters = {name: {"ndv": 700} for name in ("id", "key", "ratio", "list.list.element")}
        pq.write_table(table, folder / f"pyarrow/{n}.parquet", bloom_filter_options=filters,
                       use_dictionary=n % 2 == 0, data_page_version=("1.0", "2.0")[n // 3])  # fmt: skip
        pq.write_table(table, folder / f"deltas/{n}.parquet", bloom_filter_options=filters, use_dictionary=False,
                       column_encoding={"id": "DELTA_BINARY_PACKED", "key": "DELTA_BYTE_ARRAY",
                                        "ratio": "BYTE_STREAM_SPLIT"})  # fmt: skip
        duckdb.execute(
            f"copy (select ({n} * 300 + range % 400) * 7919 as id, 'key ' || (range % 70 * {n + 1}) as key, "
            f"range as plain from range(0, 3000)) to '{folder}/duckdb/{n}.parquet' (format parquet)")
    subprocess.run([parquet_go_writer, "write-bloom", folder / "parquet_go"], check=True)
    one = folder / "parquet_go/parquet_go.parquet"
    one.with_name("again.parquet").write_bytes(one.read_bytes())
    for writer in ("pyarrow", "duckdb", "parquet_go"):
        for path in (folder / writer).iterdir():
            (folder / "all" / f"{writer}_{path.name}").write_bytes(path.read_bytes())


# Columns of the merged files that have filters.
MERGED = {
    "pyarrow": {"id", "key", "ratio", "list"},
    "deltas": {"id", "key", "ratio", "list"},
    "duckdb": {"id", "key"},
    "parquet_go": {"id", "key", "ratio"},
    "all": {"id", "key", "ratio", "list"},
}


@pytest.fixture(scope="module")
def small(tmp_path_factory, parquet_go_writer):
    folder = tmp_path_factory.mktemp("small")
    small_files(folder, parquet_go_writer)
    return folder


def compacted(local, table, out, *flags):
    run = local.run("compact", "--path", table, "--target_s3_path", out, "--output", "json", *flags)
    assert run.code == 0, run
    return run, sorted(out.glob("*.parquet"))


@pytest.mark.parametrize("engine", ["auto", "reencode"])
@pytest.mark.parametrize("writer", MERGED)
def test_filters_of_merged_files(writer, engine, small, local, asked, arrow_rs, tmp_path):
    """parquet-go asks each filter for every value of its chunk, arrow-rs finds rows through them."""
    run, outputs = compacted(local, small / writer, tmp_path / "out", "--engine", engine)
    assert not [text for event in run.events for text in event.get("warnings", []) if "Bloom" in text], run
    for path in outputs:
        answers = asked(path)
        assert all(holds(answer) for answer in answers), (path, answers)
        groups = pq.ParquetFile(path).metadata.num_row_groups
        assert sorted(answer["column"] for answer in answers) == sorted([*MERGED[writer]] * groups)
        assert offsets.complaints(path) == []
        told = json.loads(subprocess.run([arrow_rs, "filters", path], capture_output=True, check=True).stdout)
        assert told.get("wrong") == [] and told["asked"] > 0, told
    diagnosed = local.run("diagnose", tmp_path / "out", "--target", "generic", "--deep", "--output", "json")
    found = {finding["check"] for event in diagnosed.of("file_diagnosed") for finding in event["findings"]}
    assert not [check for check in found if check.startswith("bloom")]


def test_duckdb_finds_every_value_of_merged_files(small, local, tmp_path):
    _, [path] = compacted(local, small / "all", tmp_path / "out")
    rows = duckdb.execute(f"select id, key, ratio from '{path}'").fetchall()
    assert pq.ParquetFile(path).metadata.num_row_groups == 1
    for column, values in zip(("id", "key", "ratio"), zip(*rows)):
        for value in sorted(set(values) - {None})[::17]:
            probe = duckdb.execute(
                f"select bloom_filter_excludes from parquet_bloom_probe('{path}', '{column}', ?)", [value])
            assert probe.fetchall() == [(False,)], (column, value)
        excluded = [duckdb.execute(
            f"select bloom_filter_excludes from parquet_bloom_probe('{path}', '{column}', ?)",
            [f"stranger {i}" if column == "key" else -1 - i]).fetchall()[0][0] for i in range(50)]  # fmt: skip
        assert sum(excluded) > 40, column


def test_merged_filters_are_as_large_as_different_values_need(small, local, tmp_path):
    """10.5 bits for each, a power of two: 3,200 different ids take 8 KiB, 3,000 inputs' filters more."""
    _, [path] = compacted(local, small / "pyarrow", tmp_path / "out")
    lengths = {column: meta["bloom_filter_length"] for _, column, meta, _ in File(path).chunks()}
    ids = len(set(pq.read_table(path, columns=["id"])["id"].to_pylist()))
    assert ids == 3200
    assert 8192 < lengths[0] < 8192 + 64


def test_no_filters_where_most_values_had_none(small, local, tmp_path):
    (tmp_path / "table").mkdir()
    first = small / "pyarrow/0.parquet"
    (tmp_path / "table/a.parquet").write_bytes(first.read_bytes())
    for name in "bc":
        pq.write_table(pq.read_table(first), tmp_path / f"table/{name}.parquet")
    run, [path] = compacted(local, tmp_path / "table", tmp_path / "out")
    assert ("Bloom filters dropped: most values had none: id, key, ratio, list.list.element"
            in run.of("partition_done")[0]["warnings"])
    assert not [meta for _, _, meta, _ in File(path).chunks() if "bloom_filter_offset" in meta]

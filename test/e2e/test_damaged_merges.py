# SPDX-License-Identifier: Apache-2.0
"""Hundreds of partitions in one run, in each of which one file of three is damaged: it is refused, or what
comes out of merging pages has the rows that encoding every value gives."""

import io
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from judge.values import differences
from merges.rounds import in_order
from s3.measured import measured
from s3.server import ROOT
from writers.damaged import flipped, truncated

MOST_MEMORY = 1 << 30
ROWS = pa.table({
    "id": pa.array(range(300), pa.int64()),
    "word": [None if i % 9 == 0 else f"word {i % 40}" for i in range(300)],
    "flag": [i % 3 == 0 for i in range(300)],
    "lists": [None if i % 7 == 0 else [i % 5, None] * (i % 3) for i in range(300)],
})


def of_pyarrow(**how):
    sink = io.BytesIO()
    pq.write_table(ROWS, sink, **{"compression": "none", **how})
    return sink.getvalue()


def large_pages(**how):
    """Of 64 KiB and more: these go as they are."""
    sink = io.BytesIO()
    words = [None if i % 9 == 0 else f"word {i * i % 9973} of {i % 83}" for i in range(6000)]
    pq.write_table(pa.table({"word": words}), sink, use_dictionary=False, **how)
    return sink.getvalue()


SOURCES = {
    "indices": lambda: of_pyarrow(data_page_size=200, write_batch_size=32),
    "values": lambda: of_pyarrow(use_dictionary=False, data_page_version="2.0", row_group_size=100),
    "checksums": lambda: of_pyarrow(write_page_checksum=True, compression="snappy", write_page_index=True),
    "large": lambda: large_pages(compression="snappy"),
    "large_2": lambda: large_pages(compression="none", data_page_version="2.0"),
    "arrow_go": lambda: (ROOT / "test/data/arrow_go_18_5_0/flat.parquet").read_bytes(),
}


def compacted(table, home, engine):
    """By folder: the rows, or an error."""
    out = table.with_name(engine)
    code, told, peak = measured(home, "compact", "--path", table, "--target_s3_path", out, "--engine", engine,
                                "--output", "json")
    events = [json.loads(line) for line in told.splitlines()]
    assert events[-1]["event"] == "summary", events[-1]
    found = {e["folder"].rstrip("/"): e["error"] for e in events if e["event"] == "partition_failed"}
    assert code == (1 if found else 0)
    for e in events:
        if e["event"] == "partition_done":
            files = [table / e["folder"] / f"{n}.parquet" for n in range(3)]
            found[e["folder"].rstrip("/")] = in_order(files, out / e["folder"])[1]
    assert peak <= MOST_MEMORY
    return found


def rows(files):
    """Nothing where pyarrow can't read them."""
    try:
        return pa.concat_tables([pq.ParquetFile(path).read() for path in files])
    except (pa.ArrowException, OSError, UnicodeDecodeError):
        return None


@pytest.mark.parametrize("kind", SOURCES)
def test_damaged_inputs_are_refused_or_equal(kind, tmp_path):
    good = SOURCES[kind]()
    damaged = dict(truncated(good)) | dict(flipped(good, seed=len(good)))
    for name, content in damaged.items():
        folder = tmp_path / "table" / f"p={name}"
        folder.mkdir(parents=True)
        for n, file in enumerate((good, content, good)):
            (folder / f"{n}.parquet").write_bytes(file)
    moved, encoded = (compacted(tmp_path / "table", tmp_path, engine) for engine in ("auto", "reencode"))
    assert set(moved) == set(encoded) == {f"p={name}" for name in damaged}
    both = 0
    for name, files in moved.items():
        # What is encoded anew is read whole; a file that is refused then is no ground for rows.
        if isinstance(files, str) or isinstance(encoded[name], str):
            assert isinstance(files, str), f"{name}: {encoded[name]}, but pages were moved"
            continue
        if (before := rows(encoded[name])) is not None:
            assert differences(before, rows(files)) == [], name
            both += 1
    assert both > 20
    assert all(isinstance(files, str) for name, files in moved.items() if "cut-" in name)


@pytest.mark.parametrize("codec", ["snappy", "zstd"])
def test_a_page_that_nobody_reads_takes_no_other_files_rows_along(local, codec, tmp_path):
    """In the chunk they would be behind it, and their files be deleted."""
    (tmp_path / "table").mkdir()
    files = {tmp_path / f"table/{n}.parquet": bytearray(large_pages(compression=codec)) for n in range(3)}
    damaged = tmp_path / "table/1.parquet"
    files[damaged][20_000:24_096] = bytes(4096)  # as a disk leaves them that lost its power
    for path, data in files.items():
        path.write_bytes(data)
    assert rows([damaged]) is None
    run = local.run("compact", "--path", tmp_path / "table", "--delete_original_files", "true", "--output", "json")
    assert run.code == 1, run
    [failed] = run.of("partition_failed")
    assert failed["code"] == "corrupt" and str(damaged) in failed["error"], failed
    assert {path: path.read_bytes() for path in (tmp_path / "table").rglob("*") if path.is_file()} == files

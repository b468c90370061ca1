# SPDX-License-Identifier: Apache-2.0
"""Merges of files with large row groups: the store appends these, and hardly a byte of them passes through here."""

import io
import random
import re
import signal

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from hive_tables import DELETE, content, visible
from s3 import faults
from s3.command import finish

MIB = 1 << 20
SENT = ("PutObject", "UploadPart")
TARGET = ("--target_file_size_mb", "20")  # row groups of half of that stay as they are
TABLE = "table/p=1/"


def noise(size, seed, begin=0, row_groups=1):
    """A file of about `size` bytes, in as many row groups."""
    rng = random.Random(seed)
    rows = size // 1032
    table = pa.table({
        "id": pa.array(range(begin, begin + rows), pa.int64()),
        "blob": pa.array([rng.randbytes(1024) for _ in range(rows)], pa.binary(1024)),
    })
    out = io.BytesIO()
    pq.write_table(table, out, compression="none", use_dictionary=False, write_page_index=True,
                   row_group_size=rows // row_groups + 1)
    return out.getvalue()


@pytest.fixture(scope="module")
def files():
    """Three of 11 MiB, of which two make one of the target's size."""
    return [noise(11 * MIB, seed, begin=seed * 100_000) for seed in range(3)]


@pytest.fixture
def filled(bucket, files):
    for n, data in enumerate(files):
        bucket.put(f"{TABLE}f{n}.parquet", data)
    return bucket


def compact(command, bucket, *flags):
    return command.run("compact", "--path", bucket.uri("table"), "--output", "json", *TARGET, *flags)


def passed_through(proxy):
    """Bytes of objects that went to and fro."""
    received = sum(r.answer_size for r in proxy.of("GetObject"))
    return received + sum(len(r.body) for operation in SENT for r in proxy.of(operation))


def by_level(run):
    return [size > 0 for size in run.summary["bytes_by_level"]]


def ids(data):
    return pq.read_table(io.BytesIO(data), columns=["id"])["id"].to_pylist()


def test_hardly_a_byte_passes_through_here(through, proxy, filled, files, tmp_path):
    etags = {filled.uri(key).removeprefix("s3:/"): filled.s3.head_object(Bucket=filled.name, Key=key)["ETag"]
             for key in filled.keys("table/")}
    run = compact(through, filled, "--target_s3_path", filled.uri("copy"), "--verify", "none", "--stat")
    assert run.code == 0, run
    assert by_level(run) == [True, False, False, False], run.summary
    size = sum(map(len, files))
    assert passed_through(proxy) < size / 50
    requests = run.summary["requests"]
    assert sum(r["bytes_sent"] + r["bytes_received"] for r in requests.values()) < size / 50
    # Into what is staged; the names that it gets are copies of whole objects.
    copies = [r for r in proxy.of("UploadPartCopy") if "f" in r.headers["x-amz-copy-source"].rsplit("/", 1)[-1]
              and "/table/" in r.headers["x-amz-copy-source"]]
    assert len(copies) == 3
    for copy in copies:
        source = copy.headers["x-amz-copy-source"].replace("%3D", "=")
        assert copy.headers["x-amz-copy-source-if-match"] == etags[source]
    # The first of each output comes with the magic before it.
    firsts = sorted(int(re.match(r"bytes=(\d+)-", c.headers["x-amz-copy-source-range"])[1]) for c in copies)
    assert firsts == [0, 0, 4]
    outputs = [filled.get(key) for key in visible(filled, "copy/")]
    assert sorted(i for data in outputs for i in ids(data)) == sorted(i for data in files for i in ids(data))
    counted = 0
    for data in outputs:
        (tmp_path / "judged.parquet").write_bytes(data)
        [(count, blobs)] = duckdb.sql(f"SELECT count(*), count(blob) FROM '{tmp_path}/judged.parquet'").fetchall()
        assert count == blobs == pq.read_table(io.BytesIO(data)).num_rows
        counted += count
    assert counted == sum(len(ids(data)) for data in files)
    verified = through.run("verify", filled.uri("table"), filled.uri("copy"), "--unordered")
    assert verified.code == 0, verified


def test_what_it_saves(through, proxy, filled, files):
    """What passes through here with the proof and without it, at level 0 and by decoding."""
    size = sum(map(len, files))
    through_here = {}
    for verify in ("none", "auto"):
        for engine in ("auto", "reencode"):
            proxy.forget()
            run = compact(through, filled, "--target_s3_path", filled.uri(f"{verify}-{engine}"), "--verify", verify,
                          "--engine", engine)
            assert run.code == 0, run
            through_here[verify, engine] = passed_through(proxy) / size
    print(through_here)
    # The proof reads both sides whole, whoever has written them.
    assert through_here["none", "auto"] < 0.02
    assert 1.98 < through_here["none", "reencode"] < 2.2
    assert 1.98 < through_here["auto", "auto"] < 2.1
    assert 3.9 < through_here["auto", "reencode"] < 4.3


def test_in_place(through, proxy, filled, files, tmp_path):
    before = content(filled, tmp_path)
    run = compact(through, filled, DELETE)
    assert run.code == 0, run
    assert by_level(run) == [True, False, False, False]
    assert run.summary["deleted"] == 3 and len(visible(filled)) == 2
    assert content(filled, tmp_path) == before
    assert (run.summary["chunks_by_structure"], run.summary["chunks_by_content"]) == (6, 0)


def test_beside_row_groups_that_are_merged(through, proxy, bucket, tmp_path):
    """What stands before them is filled up to a part of S3's by their begin."""
    for n in range(2):
        bucket.put(f"{TABLE}a{n}.parquet", noise(2 * MIB, n, begin=n * 10_000))
    bucket.put(f"{TABLE}b.parquet", noise(21 * MIB, 4, begin=50_000))
    bucket.put(f"{TABLE}c.parquet", noise(2 * MIB, 5, begin=90_000))
    before = content(bucket, tmp_path)
    run = through.run("compact", "--path", bucket.uri("table"), "--output", "json", DELETE,
                      "--target_file_size_mb", "40")
    assert run.code == 0, run
    assert by_level(run) == [True, False, True, False]
    assert len(visible(bucket)) == 1 and content(bucket, tmp_path) == before
    staged = [r for r in proxy.of("UploadPartCopy") if r.headers["x-amz-copy-source"].endswith("b.parquet")]
    assert len(staged) == 1
    first, last = map(int, re.fullmatch(r"bytes=(\d+)-(\d+)", staged[0].headers["x-amz-copy-source-range"]).groups())
    assert 0 < first - 4 < MIB * 5 / 2 and last - first > 19 * MIB
    assert [len(r.body) for r in proxy.of("UploadPart")][0] == 5 * MIB


def test_behind_parts_that_were_sent(through, proxy, bucket, tmp_path):
    """An upload that has begun goes on with copied parts."""
    for n in range(3):
        bucket.put(f"{TABLE}a{n}.parquet", noise(4 * MIB, n, begin=n * 10_000))
    bucket.put(f"{TABLE}b.parquet", noise(21 * MIB, 4, begin=50_000))
    before = content(bucket, tmp_path)
    run = through.run("compact", "--path", bucket.uri("table"), "--output", "json", DELETE,
                      "--target_file_size_mb", "40")
    assert run.code == 0, run
    assert len(visible(bucket)) == 1 and content(bucket, tmp_path) == before
    [staged] = [r for r in proxy.of("UploadPartCopy") if r.headers["x-amz-copy-source"].endswith("b.parquet")]
    first, last = map(int, re.fullmatch(r"bytes=(\d+)-(\d+)", staged.headers["x-amz-copy-source-range"]).groups())
    assert first - 4 < 5 * MIB and last - first > 15 * MIB
    assert proxy.of("UploadPart")[0].headers["content-md5"]
    assert sum(run.summary["bytes_by_level"][1:]) < 13 * MIB


@pytest.mark.parametrize("operation, nth", [("UploadPartCopy", 1), ("UploadPartCopy", 2), ("CreateMultipartUpload", 1)])
def test_a_source_replaced_meanwhile(through, proxy, filled, files, tmp_path, operation, nth):
    """Same size, other bytes: only the ETag tells.  Nothing is deleted, and no row of either is lost."""
    other = noise(11 * MIB, 99, begin=900_000)
    proxy.on(operation, faults.Before(lambda: filled.put(TABLE + "f1.parquet", other)), times=[nth])
    run = compact(through, filled, DELETE)
    assert run.code == 4, run
    assert [filled.get(key) for key in visible(filled)] == [files[0], other, files[2]]
    assert filled.uploads() == []
    proxy.forget()
    before = content(filled, tmp_path)
    assert compact(through, filled, DELETE).code == 0
    assert content(filled, tmp_path) == before


def test_a_source_deleted_meanwhile(through, proxy, filled, files):
    proxy.on("UploadPartCopy", faults.Before(lambda: filled.delete(TABLE + "f1.parquet")), times=[1])
    run = compact(through, filled, DELETE)
    assert run.code == 4, run
    assert [filled.get(key) for key in visible(filled)] == [files[0], files[2]]
    assert filled.uploads() == []


# It lets us read and write, so that is done instead.
@pytest.mark.parametrize("answer", [
    (501, "NotImplemented"), (403, "AccessDenied"), (400, "InvalidArgument"), (416, "InvalidRange")])
def test_a_store_that_refuses_to_copy(through, proxy, filled, tmp_path, answer):
    proxy.on("UploadPartCopy", faults.Answer(*answer), times=[1])
    before = content(filled, tmp_path)
    run = compact(through, filled, DELETE)
    assert run.code == 0, run
    assert by_level(run) == [False, True, False, False]
    assert content(filled, tmp_path) == before and filled.uploads() == []


def test_damaged_first_pages(through, proxy, filled, files, tmp_path):
    """Level 1 names the page, decoding says whether it can be read; nothing is deleted."""
    damaged = bytearray(files[1])
    damaged[4:8] = b"\xff\xff\xff\xff"
    filled.put(TABLE + "f1.parquet", bytes(damaged))
    run = compact(through, filled, DELETE)
    assert run.code == 1, run
    assert "f1.parquet" in run.of("partition_failed")[0]["error"]
    assert [filled.get(key) for key in visible(filled)] == [files[0], bytes(damaged), files[2]]
    assert filled.uploads() == []


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_kill_in_mid_copy(through, proxy, filled, tmp_path, number):
    before = content(filled, tmp_path)
    hold = faults.Hold()
    proxy.on("UploadPartCopy", hold, times=[2])
    process = through.start("compact", "--path", filled.uri("table"), DELETE, *TARGET)
    while not hold.reached.wait(0.1):
        assert process.poll() is None, finish(process)
    process.send_signal(number)
    assert finish(process).code == (-9 if number == signal.SIGKILL else 143)
    hold.release()
    assert content(filled, tmp_path) == before
    proxy.forget()
    run = compact(through, filled, DELETE)
    assert run.code == 0, run
    assert content(filled, tmp_path) == before and len(filled.keys("table/")) == 2
    assert filled.uploads() == []


def test_a_plan_for_workers(through, proxy, filled, tmp_path):
    before = content(filled, tmp_path)
    plan = filled.uri("plan.json")
    planned = through.run("plan", "--path", filled.uri("table"), DELETE, "--out", plan, "--explain", "--output", "json",
                          *TARGET)
    assert planned.code == 0, planned
    (task,) = planned.of("task_explained")
    assert [(c["by_store"], c["chunks"]) for c in task["columns"]] == [(3, 3), (3, 3)]
    proxy.forget()
    executed = through.run("execute", "--plan", plan)
    assert executed.code == 0, executed
    assert sum("/table/" in r.headers["x-amz-copy-source"] for r in proxy.of("UploadPartCopy")) == 3
    committed = through.run("commit", "--plan", plan, "--output", "json")
    assert committed.code == 0, committed
    assert by_level(committed) == [True, False, False, False]
    assert content(filled, tmp_path) == before

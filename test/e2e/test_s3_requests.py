# SPDX-License-Identifier: Apache-2.0
"""Which requests a run makes, exactly: their number, their conditions, their checksums."""

import re
import threading

import pytest

from s3 import faults, tables
from s3.crc32c import crc32c_header

MIB = 1 << 20
MULTIPART = ("CreateMultipartUpload", "UploadPart", "CompleteMultipartUpload")


@pytest.fixture(scope="module")
def ten_mib():
    return tables.large(10 * MIB)


@pytest.fixture(scope="module")
def thirty_mib():
    return tables.large(30 * MIB)


def test_a_small_file_is_one_get_and_one_put(through, proxy, bucket, other_bucket):
    etags = {}
    for n in range(5):
        etags[f"in/{n}.parquet"] = bucket.put(f"in/{n}.parquet", tables.parquet(rows=50 + n, seed=n))
    run = through.repack(bucket.uri("in"), other_bucket.uri("out"))
    assert run.code == 0, run
    counts = proxy.counts()
    # One listing of each side, and a look for what killed runs left.
    assert counts == {"ListObjectsV2": 2, "ListMultipartUploads": 1, "GetObject": 5, "PutObject": 5}
    for get in proxy.of("GetObject"):
        assert get.headers["if-match"] == f'"{etags.pop(get.key)}"'
        assert get.status in (200, 206)
    assert etags == {}
    for put in proxy.of("PutObject"):
        assert put.headers["if-none-match"] == "*"
        assert put.headers["x-amz-checksum-crc32c"] == crc32c_header(put.body)
    assert [r.query["prefix"] for r in proxy.of("ListObjectsV2", "")] == ["in/", "out/"]


@pytest.mark.parametrize("memory, kept", [([], 12), (["--memory-limit", "32MiB"], 7)])
def test_a_small_file_is_merged_by_one_get_where_its_task_fits_in_memory(through, proxy, bucket, memory, kept):
    """Else the first files of a task are, as many as go into a quarter of the limit; of the others the footer is one,
    and each is another when it is its turn. The proof has requests of its own."""
    mib = tables.large(MIB, row_group_bytes=MIB)
    keys = [f"t/k={n % 2}/{n:02}.parquet" for n in range(24)]
    for key in keys:
        bucket.put(key, mib)
    run = through.run("compact", "--path", bucket.uri("t"), "--target_s3_path", bucket.uri("copy"),
                      "--verify", "none", *memory)
    assert run.code == 0, run
    asked = [get.key for get in proxy.of("GetObject") if get.key.startswith("t/")]
    assert sorted(asked) == sorted(keys + keys[2 * kept:])  # of two partitions in turn


def together(proxy, operation, count, **which):
    """Lets requests through once so many of them are under way; the barrier breaks where fewer ever are."""
    barrier = threading.Barrier(count, timeout=20)
    proxy.on(operation, faults.Before(barrier.wait), **which)
    return barrier


def test_small_files_are_fetched_ahead_and_parts_sent_while_others_are_made(through, proxy, bucket):
    mib = tables.large(MIB, row_group_bytes=MIB)
    for n in range(24):
        bucket.put(f"t/{n:02}.parquet", mib)
    fetched = together(proxy, "GetObject", 8, key="t/*", times=range(1, 25))
    sent = together(proxy, "UploadPart", 2, times=[1, 2])
    run = through.run("compact", "--path", bucket.uri("t"), "--target_s3_path", bucket.uri("copy"))
    assert run.code == 0, run
    assert not fetched.broken and not sent.broken
    assert proxy.count("UploadPart") >= 3


@pytest.mark.parametrize("mode, least", [("copy", 80), ("in-place", 160)])
def test_a_plan_tells_the_least_that_a_run_takes(through, bucket, mode, least):
    for n in range(40):
        bucket.put(f"t/k={n % 2}/{n:02}.parquet", tables.parquet(seed=n))
    where = {"copy": ["--target_s3_path", bucket.uri("copy")], "in-place": ["--delete_original_files", "true"]}[mode]
    words = ["compact", "--path", bucket.uri("t"), *where]
    assert f"That takes {least} requests to S3 at the least\n" in through.run(*words, "--dry-run").out
    assert through.run(*words, "--dry-run", "--output", "json").summary["least_requests"] == least
    run = through.run(*words, "--output", "json")
    assert run.code == 0 and least < run.summary["request_count"] < 3 * least, run


def test_a_small_file_is_proven_by_one_get(through, proxy, bucket):
    """Beside the one by which it was merged."""
    keys = [f"t/k={n % 2}/{n:02}.parquet" for n in range(24)]
    for n, key in enumerate(keys):
        bucket.put(key, tables.parquet(rows=1000, seed=n))
    run = through.run("compact", "--path", bucket.uri("t"), "--target_s3_path", bucket.uri("copy"))
    assert run.code == 0, run
    asked = [get.key for get in proxy.of("GetObject") if get.key.startswith("t/")]
    assert sorted(asked) == sorted(keys * 2)


def test_a_proof_reads_each_byte_once(through, proxy, bucket):
    """Of more files than threads hold at a time, and of the four columns that they became."""
    keys = [f"t/{n:02}.parquet" for n in range(24)]
    for n, key in enumerate(keys):
        bucket.put(key, tables.parquet(rows=20_000, seed=n))
    run = through.run("compact", "--path", bucket.uri("t"), "--target_s3_path", bucket.uri("copy"), "--workers", 1)
    assert run.code == 0, run
    gets = proxy.of("GetObject")
    assert sorted(get.key for get in gets if get.key.startswith("t/")) == sorted(keys * 2)
    [merged] = [data for key, data in bucket.tree("copy/").items() if key.endswith(".parquet")]
    assert len(merged) > 16 * MIB
    # Behind the copy to its name its version is asked for once more, by a byte.
    staged = [get.answer_size for get in gets if "/staged/" in get.key and get.answer_size > 1]
    assert sum(staged) == len(merged) + (64 << 10)  # the end of a large file comes with its footer
    assert len(staged) == len(merged) // (8 * MIB) + 1


def test_overwriting_has_no_condition(through, proxy, bucket):
    bucket.put("in/a.parquet", tables.parquet())
    bucket.put("out/a.parquet", b"old")
    run = through.repack(bucket.uri("in"), bucket.uri("out"), "--no-skip-existing")
    assert run.code == 0, run
    [put] = proxy.of("PutObject")
    assert "if-none-match" not in put.headers


@pytest.mark.parametrize("size", ["ten_mib", "thirty_mib"])
def test_a_large_file_goes_in_ranges_and_parts(through, proxy, bucket, other_bucket, size, request):
    data = request.getfixturevalue(size)
    etag = bucket.put("in/a.parquet", data)
    run = through.repack(bucket.uri("in"), other_bucket.uri("out"), "--engine", "reencode")
    assert run.code == 0, run
    output = other_bucket.get("out/a.parquet")
    assert tables.same_rows(output, data)

    gets = proxy.of("GetObject")
    spans = []
    for get in gets:
        assert get.headers["if-match"] == f'"{etag}"'
        first, last = map(int, re.fullmatch(r"bytes=(\d+)-(\d+)", get.headers["range"]).groups())
        spans.append((first, min(last, len(data) - 1) + 1))
    assert len(gets) > 1
    assert max(end - begin for begin, end in spans) <= 16 * MIB
    # The footer and what shares a request with it may be read twice, the rest not.
    assert sum(r.answer_size for r in gets) <= len(data) + 16 * MIB
    assert len(gets) <= len(data) / (4 * MIB) + 3

    parts = proxy.of("UploadPart")
    [create] = proxy.of("CreateMultipartUpload")
    [complete] = proxy.of("CompleteMultipartUpload")
    assert proxy.count("PutObject") == proxy.count("AbortMultipartUpload") == 0
    assert create.headers["x-amz-checksum-algorithm"] == "CRC32C"
    assert complete.headers["if-none-match"] == "*"
    parts.sort(key=lambda part: int(part.query["partNumber"]))
    assert [int(part.query["partNumber"]) for part in parts] == list(range(1, len(parts) + 1))
    assert b"".join(part.body for part in parts) == output
    assert all(len(part.body) >= 5 * MIB for part in parts[:-1])
    assert all(part.headers["x-amz-checksum-crc32c"] for part in parts)
    assert complete.body.count(b"<ChecksumCRC32C>") == len(parts)
    assert len(complete.headers.get("x-amz-checksum-crc32c", "")) in (0, 8)  # of 4 bytes
    assert other_bucket.uploads() == []


def test_parts_go_while_the_file_is_still_read(through, proxy, bucket, other_bucket):
    bucket.put("in/a.parquet", tables.large(64 * MIB))
    run = through.repack(bucket.uri("in"), other_bucket.uri("out"), "--engine", "reencode")
    assert run.code == 0, run
    # 64 MiB are far more than what is read ahead and what waits to be sent.
    assert proxy.of("UploadPart")[0].number < proxy.of("GetObject")[-1].number


def test_connections_are_reused(through, proxy, bucket, other_bucket):
    for n in range(40):
        bucket.put(f"in/{n}.parquet", tables.parquet(rows=20, seed=n))
    run = through.repack(bucket.uri("in"), other_bucket.uri("out"), "--workers", 2)
    assert run.code == 0, run
    assert len(proxy.requests) >= 80
    assert proxy.connections <= 12


def test_nothing_but_what_is_needed_for_a_skipped_file(through, proxy, bucket, other_bucket):
    for name in "abc":
        bucket.put(f"in/{name}.parquet", tables.parquet())
        other_bucket.put(f"out/{name}.parquet", tables.parquet())
    assert through.repack(bucket.uri("in"), other_bucket.uri("out")).counts() == (0, 3, 0, 0)
    assert proxy.counts() == {"ListObjectsV2": 2, "ListMultipartUploads": 1}


def test_stat_agrees_with_the_servers_side(through, proxy, bucket, other_bucket, ten_mib):
    bucket.put("in/large.parquet", ten_mib)
    for n in range(3):
        bucket.put(f"in/{n}.parquet", tables.parquet(seed=n))
    run = through.repack(bucket.uri("in"), other_bucket.uri("out"), "--stat")
    assert run.code == 0, run
    said = run.summary["requests"]
    assert {name: said[name]["requests"] for name in said} == proxy.counts()
    received = sum(r.answer_size for r in proxy.of("GetObject"))
    assert said["GetObject"]["bytes_received"] == received
    sent = sum(len(r.body) for r in proxy.of("UploadPart"))
    assert said["UploadPart"]["bytes_sent"] == sent


def test_payload_is_signed_over_plain_http(through, proxy, bucket):
    bucket.put("in/a.parquet", tables.parquet())
    assert through.repack(bucket.uri("in"), bucket.uri("out")).code == 0
    [put] = proxy.of("PutObject")
    assert re.fullmatch("[0-9a-f]{64}", put.headers["x-amz-content-sha256"])


@pytest.mark.parametrize("large", [False, True])
def test_encryption_headers(through, proxy, bucket, ten_mib, large):
    bucket.put("in/a.parquet", ten_mib if large else tables.parquet())
    run = through.repack(bucket.uri("in"), bucket.uri("out"), "--sse", "aws:kms",
                         "--sse-kms-key-id", "my-key")
    assert run.code == 0, run
    [create] = proxy.of("CreateMultipartUpload" if large else "PutObject")
    assert create.headers["x-amz-server-side-encryption"] == "aws:kms"
    assert create.headers["x-amz-server-side-encryption-aws-kms-key-id"] == "my-key"
    for record in proxy.requests:  # AWS refuses them where no object is made
        if record is not create:
            assert not [name for name in record.headers if "server-side-encryption" in name]


def test_requests_of_one_object(through, proxy, bucket):
    bucket.put("in/a.parquet", tables.parquet())
    assert through.repack(bucket.uri("in/a.parquet"), bucket.uri("out/")).code == 0
    assert proxy.count("GetObject") == proxy.count("PutObject") == 1
    # Each side is found by listing at most one name.
    assert [r.query["max-keys"] for r in proxy.of("ListObjectsV2")] == ["1", "1"]
    assert sum(proxy.counts().values()) == 5, proxy.counts()  # and a look for leftovers

# SPDX-License-Identifier: Apache-2.0
"""Files whose pages the store copies: what passes through here, and what is done when it can't be."""

import re
import signal

import pytest

from s3 import faults, tables
from s3.command import finish

MIB = 1 << 20
KEY = "large.parquet"
SENT = ("PutObject", "UploadPart")
# Five row groups of two columns; one has bounds of 1 KiB in its page headers, which are looked
# at twice for that.
LOOKS = 15


@pytest.fixture(scope="module")
def twenty_mib():
    return tables.large(20 * MIB)


@pytest.fixture
def filled(bucket, twenty_mib):
    bucket.put("in/" + KEY, twenty_mib)
    return bucket


def repack(pqpack, bucket, destination, *flags):
    return pqpack.repack(bucket.uri("in"), destination.uri("out"), *flags)


def level(run):
    [done] = run.of("file_done")
    return done["level"], done["not_by_store"]


def passed_through(proxy):
    """Bytes of objects that went to and fro."""
    received = sum(r.answer_size for r in proxy.of("GetObject"))
    return received + sum(len(r.body) for operation in SENT for r in proxy.of(operation))


@pytest.mark.parametrize("target", ["snowflake", "generic"])
def test_hardly_a_byte_passes_through_here(through, proxy, filled, other_bucket, twenty_mib, target):
    etag = filled.put("in/" + KEY, twenty_mib)
    run = repack(through, filled, other_bucket, "--target", target, "--stat")
    assert run.code == 0, run
    assert level(run) == (0, []), run
    output = other_bucket.get("out/" + KEY)
    assert tables.same_rows(output, twenty_mib)
    assert run.of("file_done")[0]["bytes_out"] == len(output)

    [copy] = proxy.of("UploadPartCopy")
    assert copy.headers["x-amz-copy-source-if-match"].strip('"') == etag
    first, last = map(int, re.fullmatch(r"bytes=(\d+)-(\d+)",
                                        copy.headers["x-amz-copy-source-range"]).groups())
    assert first == 0 and output[: last + 1] == twenty_mib[: last + 1]
    [end] = proxy.of("UploadPart")
    assert end.body == output[last + 1 :]
    [complete] = proxy.of("CompleteMultipartUpload")
    assert complete.headers["if-none-match"] == "*"
    assert all(get.headers["if-match"] == f'"{etag}"' for get in proxy.of("GetObject"))
    # Two listings, and a question of how large is what the store has made; a byte after the copy,
    # to see that it was of this version.
    assert proxy.counts() == {
        "ListObjectsV2": 3, "ListMultipartUploads": 1, "GetObject": 2 + LOOKS,
        "CreateMultipartUpload": 1, "UploadPartCopy": 1, "UploadPart": 1,
        "CompleteMultipartUpload": 1,
    }

    assert passed_through(proxy) < len(twenty_mib) / 50
    requests = run.summary["requests"]
    assert sum(r["bytes_sent"] + r["bytes_received"] for r in requests.values()) < len(twenty_mib) / 50
    assert (run.summary["by_store"], run.summary["bytes_by_store"]) == (1, len(twenty_mib))


def test_small_files_are_read_at_once(through, proxy, bucket, other_bucket):
    data = tables.large(4 * MIB, row_group_bytes=2 * MIB)
    assert MIB < len(data) < 5 * MIB
    bucket.put("in/" + KEY, data)
    run = repack(through, bucket, other_bucket)
    assert level(run) == (1, ["data of up to 5 MiB is read at once"])
    assert proxy.count("GetObject") == proxy.count("PutObject") == 1
    assert proxy.count("UploadPartCopy") == 0


def test_another_store_copies_nothing(through, proxy, filled, tmp_path):
    run = through.repack(filled.uri("in"), tmp_path / "out")
    assert level(run) == (1, ["source and destination are different stores"])
    assert proxy.count("UploadPartCopy") == 0


def test_a_dry_run_says_so(through, proxy, filled, other_bucket):
    run = repack(through, filled, other_bucket, "--dry-run")
    [planned] = run.of("file_planned")
    assert (planned["level"], planned["reasons"]) == (0, [])
    assert proxy.count("GetObject") == 1


@pytest.mark.parametrize("operation, times", [
    ("GetObject", [1]), ("GetObject", [2]), ("CreateMultipartUpload", [1]), ("UploadPartCopy", [1])])
def test_source_replaced_meanwhile(through, proxy, filled, other_bucket, operation, times):
    """Same size, other bytes: only the ETag tells."""
    other = tables.large(20 * MIB, seed=2)
    rule = proxy.on(operation, faults.Before(lambda: filled.put("in/" + KEY, other)), times=times)
    run = repack(through, filled, other_bucket)
    assert rule.seen >= times[0]
    assert run.code == 4, run
    assert "listed" in run.of("file_failed")[0]["error"]
    assert other_bucket.keys() == [] and other_bucket.uploads() == []
    assert repack(through, filled, other_bucket).code == 0
    assert tables.same_rows(other_bucket.get("out/" + KEY), other)


def test_source_deleted_meanwhile(through, proxy, filled, other_bucket):
    proxy.on("UploadPartCopy", faults.Before(lambda: filled.delete("in/" + KEY)), times=[1])
    run = repack(through, filled, other_bucket)
    assert run.counts() == (0, 0, 0, 1), run
    assert other_bucket.keys() == [] and other_bucket.uploads() == []


# It lets us read and write, so that is done instead.
@pytest.mark.parametrize("answer", [
    (501, "NotImplemented"), (403, "AccessDenied"), (400, "InvalidArgument"), (416, "InvalidRange")])
def test_a_store_that_refuses_to_copy(through, proxy, filled, other_bucket, twenty_mib, answer):
    proxy.on("UploadPartCopy", faults.Answer(*answer))
    run = repack(through, filled, other_bucket)
    assert run.code == 0, run
    found, [reason] = level(run)
    assert found == 1 and "UploadPartCopy" in reason
    assert tables.same_rows(other_bucket.get("out/" + KEY), twenty_mib)
    assert other_bucket.uploads() == []


@pytest.mark.parametrize("operation", ["UploadPartCopy", "UploadPart", "CompleteMultipartUpload"])
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_kill_in_mid_copy(through, proxy, filled, other_bucket, twenty_mib, operation, number):
    hold = faults.Hold()
    proxy.on(operation, hold, times=[1])
    process = through.start(*through.repack_words(filled.uri("in"), other_bucket.uri("out")))
    while not hold.reached.wait(0.1):
        assert process.poll() is None, finish(process)
    process.send_signal(number)
    assert finish(process).code == (-9 if number == signal.SIGKILL else 143)
    unfinished, visible = other_bucket.uploads(), other_bucket.keys()
    hold.release()
    assert unfinished == (["out/" + KEY] if number == signal.SIGKILL else []) and visible == []
    proxy.forget()
    run = repack(through, filled, other_bucket)
    assert run.code == 0, run
    assert tables.same_rows(other_bucket.get("out/" + KEY), twenty_mib)
    assert other_bucket.uploads() == []

# SPDX-License-Identifier: Apache-2.0
"""Broken servers and networks: a run ends as an undisturbed one does, or says what went wrong.

Each case disturbs one operation once, by way of the fault proxy, while a run rewrites three small
objects (one PUT each) and a large one (ranges, multipart).
"""

import threading

import pytest

from s3 import faults, tables
from s3.command import HANG, finish

MIB = 1 << 20
LARGE = "large.parquet"


@pytest.fixture(scope="module")
def inputs() -> dict[str, bytes]:
    small = {f"small-{n}.parquet": tables.parquet(rows=200, seed=n) for n in range(3)}
    return {**small, LARGE: tables.large(10 * MIB)}


@pytest.fixture
def filled(bucket, inputs):
    for name, data in inputs.items():
        bucket.put("in/" + name, data)
    return bucket


def repack(pqpack, bucket, *flags):
    return pqpack.repack(bucket.uri("in"), bucket.uri("out"), *flags)


def assert_undisturbed(run, bucket, inputs):
    assert run.code == 0, run
    assert run.counts() == (len(inputs), 0, 0, 0)
    got = bucket.tree("out/")
    assert sorted(got) == sorted(inputs)
    assert [name for name in inputs if not tables.same_rows(got[name], inputs[name])] == []
    assert bucket.uploads() == []


def assert_whole_or_absent(bucket, inputs):
    """Whatever happened: what is visible is complete, and nothing lies around."""
    for name, data in bucket.tree("out/").items():
        assert tables.same_rows(data, inputs[name]), name
    assert bucket.uploads() == []


OPERATIONS = ["ListObjectsV2", "ListMultipartUploads", "GetObject", "PutObject",
              "CreateMultipartUpload", "UploadPartCopy", "UploadPart", "CompleteMultipartUpload"]
ANYWHERE = {
    "slow_down": faults.slow_down,
    "slow_down_retry_after": lambda: faults.slow_down(retry_after=1),
    "internal_error": faults.internal_error,
    "bad_gateway_html": lambda: faults.Page(502, b"<html>bad gateway</html>"),
    "close_before": lambda: faults.close_before,
    "lose_answer": lambda: faults.lose_answer,
    "time_skewed": faults.time_skewed,
}
# Faults that need an answer with a body, or an operation that can fail in this way.
SOMEWHERE = {
    "cut_body": (lambda: faults.CutBody(100), ["ListObjectsV2", "ListMultipartUploads", "GetObject",
                                               "CreateMultipartUpload", "UploadPartCopy",
                                               "CompleteMultipartUpload"]),
    "cut_at_zero": (lambda: faults.CutBody(0), ["ListObjectsV2", "GetObject",
                                                "CompleteMultipartUpload"]),
    "short_length": (lambda: faults.WrongLength(-7), ["ListObjectsV2", "GetObject",
                                                      "CreateMultipartUpload"]),
    "long_length": (lambda: faults.WrongLength(+7), ["ListObjectsV2", "GetObject",
                                                     "CreateMultipartUpload"]),
    "garbage": (faults.Garbage, ["ListObjectsV2", "ListMultipartUploads", "CreateMultipartUpload"]),
    "empty_200": (lambda: faults.Page(200, b""), ["ListObjectsV2", "ListMultipartUploads",
                                                  "CreateMultipartUpload",
                                                  "CompleteMultipartUpload"]),
    "slow_body": (lambda: faults.SlowBody(2000, 0.002), ["ListObjectsV2", "GetObject"]),
    "conflict": (faults.conflict, ["PutObject", "CompleteMultipartUpload"]),
    "error_in_200": (faults.error_in_200, ["UploadPartCopy", "CompleteMultipartUpload"]),
    "slow_down_in_200": (lambda: faults.error_in_200("SlowDown"), ["UploadPartCopy",
                                                                   "CompleteMultipartUpload"]),
}
CASES = [(operation, name, make) for name, make in ANYWHERE.items() for operation in OPERATIONS]
CASES += [(operation, name, make) for name, (make, operations) in SOMEWHERE.items()
          for operation in operations]


@pytest.mark.parametrize("operation, make", [
    pytest.param(operation, make, id=f"{operation}-{name}") for operation, name, make in CASES])
def test_one_disturbance_changes_nothing(through, proxy, filled, inputs, operation, make):
    rule = proxy.on(operation, make(), times=[1])
    run = repack(through, filled)
    assert rule.seen >= 1, "the run never got there"
    if operation == "CreateMultipartUpload" and filled.uploads() == ["out/" + LARGE]:
        # The answer had the only copy of an upload's id; the next run finds that upload.
        assert repack(through, filled).counts() == (0, len(inputs), 0, 0)
    assert_undisturbed(run, filled, inputs)


@pytest.mark.parametrize("times", [[2], [1, 2, 3]])
@pytest.mark.parametrize("name", ["slow_down", "close_before", "lose_answer"])
def test_later_ranges_and_parts(through, proxy, filled, inputs, name, times):
    rules = [proxy.on(operation, ANYWHERE[name](), key="*/" + LARGE, times=times)
             for operation in ("GetObject", "UploadPart")]
    run = repack(through, filled, "--engine", "reencode")
    assert all(rule.seen > max(times) for rule in rules)
    assert_undisturbed(run, filled, inputs)


def test_the_cut_range_is_asked_for_again_not_the_file(through, proxy, filled, inputs):
    proxy.on("GetObject", faults.CutBody(100_000), key="*/" + LARGE, times=[2])
    assert_undisturbed(repack(through, filled), filled, inputs)
    ranges = [r.headers["range"] for r in proxy.of("GetObject", "*/" + LARGE)]
    repeated = {r for r in ranges if ranges.count(r) > 1}
    assert len(ranges) - len(set(ranges)) <= 1 and len(repeated) <= 1


def test_everything_at_once(through, proxy, filled, inputs):
    """Every operation fails in turn with every third request."""
    kinds = [faults.slow_down(), faults.close_before, faults.internal_error(), faults.lose_answer]
    for n, operation in enumerate(OPERATIONS):
        proxy.on(operation, kinds[n % len(kinds)], times=range(1, 1000, 3))
    assert_undisturbed(repack(through, filled), filled, inputs)


def test_throttling_of_many_files_is_outlived(through, proxy, bucket):
    names = [f"{n:02}.parquet" for n in range(40)]
    for n, name in enumerate(names):
        bucket.put("in/" + name, tables.parquet(seed=n))
    throttled = proxy.on("GetObject", faults.slow_down(), times=range(1, 41))
    run = repack(through, bucket, "--workers", 32)
    assert run.code == 0, run
    assert run.counts() == (40, 0, 0, 0)
    assert throttled.seen >= 80  # each of 40 refusals was followed by another try


# -- answers that are lost on the way back: the retry meets its own work


def test_lost_answer_of_a_put_meets_its_own_object(through, proxy, filled, inputs):
    proxy.on("PutObject", faults.lose_answer, key="*/small-1.parquet", times=[1])
    assert_undisturbed(repack(through, filled), filled, inputs)
    puts = proxy.of("PutObject", "*/small-1.parquet")
    assert [(r.status, r.lost_status) for r in puts] == [(None, 200), (412, None)]


def test_lost_answer_of_create_leaves_an_upload_without_parts(through, proxy, filled, inputs):
    """It can't be told from one that another writer has just begun: the next run removes it."""
    key = "out/" + LARGE
    others = []

    def another_writer_begins(exchange):
        others.append(filled.s3.create_multipart_upload(Bucket=filled.name, Key=key)["UploadId"])
        return faults.lose_answer(exchange)

    proxy.on("CreateMultipartUpload", another_writer_begins, times=[1])
    run = repack(through, filled)
    assert run.code == 0, run
    assert proxy.count("CreateMultipartUpload") == 2
    assert proxy.count("AbortMultipartUpload") == 0
    uploads = filled.s3.list_multipart_uploads(Bucket=filled.name)["Uploads"]
    assert [upload["Key"] for upload in uploads] == [key, key]
    assert others[0] in [upload["UploadId"] for upload in uploads]
    for upload in uploads:
        parts = filled.s3.list_parts(Bucket=filled.name, Key=key, UploadId=upload["UploadId"])
        assert parts.get("Parts", []) == []

    assert repack(through, filled).counts() == (0, len(inputs), 0, 0)
    assert_undisturbed(run, filled, inputs)


def test_a_412_that_is_not_ours_stays_one(through, proxy, filled, inputs):
    """The first try never arrived; meanwhile somebody else took the name."""
    key = "out/small-1.parquet"

    def somebody_else(exchange):
        filled.put(key, b"somebody else's")
        return faults.CLOSE

    proxy.on("PutObject", somebody_else, key=key, times=[1])
    run = repack(through, filled)
    assert run.code == 4, run
    [failed] = run.of("file_failed")
    assert failed["uri"] == filled.uri("in/small-1.parquet")
    assert filled.get(key) == b"somebody else's"
    assert run.counts() == (3, 0, 0, 1)


def test_lost_answer_of_complete_meets_no_such_upload(through, proxy, filled, inputs):
    """The server forgets a completed upload at once, as MinIO does."""
    proxy.on("CompleteMultipartUpload", faults.lose_answer, times=[1])
    proxy.on("CompleteMultipartUpload", faults.Answer(404, "NoSuchUpload"), times=[1])
    assert_undisturbed(repack(through, filled), filled, inputs)


def test_lost_answer_of_complete_meets_its_own_object(through, proxy, filled, inputs):
    proxy.on("CompleteMultipartUpload", faults.lose_answer, times=[1])
    proxy.on("CompleteMultipartUpload", faults.Answer(412, "PreconditionFailed"), times=[1])
    assert_undisturbed(repack(through, filled), filled, inputs)


def test_a_conflict_that_ended_the_upload(through, proxy, filled, inputs):
    """AWS may drop the upload with its 409: then the file fails, and the next run does it."""
    proxy.on("CompleteMultipartUpload", faults.conflict(), times=[1])
    proxy.on("CompleteMultipartUpload", faults.Answer(404, "NoSuchUpload"))
    run = repack(through, filled)
    assert run.code in (4, 5), run
    assert [e["uri"] for e in run.of("file_failed")] == [filled.uri("in/" + LARGE)]
    assert_whole_or_absent(filled, inputs)
    proxy.forget()
    assert repack(through, filled).counts() == (1, 3, 0, 0)


def test_an_upload_that_is_really_gone_is_no_success(through, proxy, filled, inputs):
    proxy.on("CompleteMultipartUpload", faults.Answer(404, "NoSuchUpload"))
    run = repack(through, filled)
    assert run.code in (1, 4, 5), run
    assert [e["uri"] for e in run.of("file_failed")] == [filled.uri("in/" + LARGE)]
    assert "out/" + LARGE not in filled.keys()
    assert_whole_or_absent(filled, inputs)


# -- what does not end


@pytest.mark.parametrize("operation, code, names_file", [
    ("ListObjectsV2", 5, False), ("GetObject", 5, True), ("PutObject", 5, True),
    ("CreateMultipartUpload", 5, True), ("UploadPart", 5, True), ("CompleteMultipartUpload", 5, True)])
@pytest.mark.parametrize("name", ["slow_down", "close_before"])
def test_endless_trouble_ends_after_some_tries(through, proxy, filled, inputs, operation, code,
                                               names_file, name):
    key = "in/*" if operation == "GetObject" else None
    proxy.on(operation, ANYWHERE[name](), key=key)
    run = through.repack(filled.uri("in"), filled.uri("out"), env={"AWS_MAX_ATTEMPTS": "3"})
    assert run.code == code, run
    failed = {e["uri"] for e in run.of("file_failed")}
    parts_only = operation in ("CreateMultipartUpload", "UploadPart", "CompleteMultipartUpload")
    every = {filled.uri("in/" + name) for name in inputs}
    large = {filled.uri("in/" + LARGE)}
    expected = {"GetObject": every, "PutObject": every - large}.get(operation, large if parts_only else set())
    assert failed == expected
    assert_whole_or_absent(filled, inputs)
    proxy.forget()
    again = repack(through, filled)
    assert again.code == 0, again
    assert sorted(filled.tree("out/")) == sorted(inputs)


@pytest.mark.parametrize("fault, code, word", [
    (faults.expired_token(), 3, "ExpiredToken"),
    (faults.time_skewed(), 3, "clock"),
])
def test_what_no_retry_helps_against(through, proxy, filled, inputs, fault, code, word):
    proxy.on(None, fault)
    run = repack(through, filled)
    assert run.code == code, run
    assert word in run.err
    assert len(proxy.requests) <= 8


def test_endless_conflict_is_reported_not_forced(through, proxy, filled, inputs):
    proxy.on("PutObject", faults.conflict(), key="*/small-1.parquet")
    run = through.repack(filled.uri("in"), filled.uri("out"), env={"AWS_MAX_ATTEMPTS": "3"})
    assert run.code in (4, 5), run
    assert "out/small-1.parquet" not in filled.keys()


def test_abort_that_fails_does_not_hide_the_first_error(through, proxy, filled, inputs):
    proxy.on("UploadPart", faults.Answer(403, "AccessDenied"))
    proxy.on("AbortMultipartUpload", faults.Answer(403, "AccessDenied"))
    run = repack(through, filled, "--engine", "reencode")
    assert run.code in (1, 3), run
    [failed] = run.of("file_failed")
    assert "UploadPart" in failed["error"]
    assert filled.uploads() == ["out/" + LARGE]
    proxy.forget()
    assert repack(through, filled).code == 0
    assert filled.uploads() == []  # the rerun removed it


def test_hangs_are_cut_and_retried(through, proxy, filled, inputs):
    """In one run, on different files, so that it costs one patience and not three."""
    rules = [proxy.on("GetObject", faults.Hang(), key="*/small-0.parquet", times=[1]),
             proxy.on("PutObject", faults.Hang(), key="*/small-1.parquet", times=[1]),
             proxy.on("UploadPart", faults.Hang(), times=[1])]
    run = repack(through, filled)
    assert all(rule.seen >= 2 for rule in rules)
    assert_undisturbed(run, filled, inputs)


def test_one_file_that_stands_still_does_not_hold_up_the_others(through, proxy, filled, inputs):
    hold = faults.Hold()
    proxy.on("PutObject", hold, key="*/small-0.parquet")
    others = {"PutObject": ["small-1.parquet", "small-2.parquet"], "CompleteMultipartUpload": [LARGE]}
    arrived = []
    for operation, names in others.items():
        for name in names:
            arrived.append(threading.Event())
            proxy.on(operation, faults.Before(arrived[-1].set), key="*/" + name)
    process = through.start(*through.repack_words(filled.uri("in"), filled.uri("out")))
    assert all(event.wait(HANG) for event in arrived)
    hold.release()
    assert_undisturbed(finish(process), filled, inputs)


# -- damaged bytes


def test_a_flipped_bit_on_the_way_up_is_noticed(proxy, through, filled, inputs):
    """The server checks the checksum that was sent; the run sends the part again."""

    def flip(exchange):
        exchange.request.framed = bytes([exchange.request.framed[0] ^ 1]) + exchange.request.framed[1:]
        exchange.pass_through()

    rules = [proxy.on("PutObject", flip, key="*/small-1.parquet", times=[1]),
             proxy.on("UploadPart", flip, times=[1])]
    run = repack(through, filled)
    assert [proxy.of(rule.operation, rule.key or "*")[0].status for rule in rules] == [400, 400]
    assert_undisturbed(run, filled, inputs)


def test_garbage_for_a_file_fails_that_file(proxy, through, filled, inputs):
    proxy.on("GetObject", faults.Garbage(), key="*/small-1.parquet")
    run = repack(through, filled)
    assert run.code == 1, run
    assert [e["uri"] for e in run.of("file_failed")] == [filled.uri("in/small-1.parquet")]
    assert run.counts() == (3, 0, 0, 1)
    assert_whole_or_absent(filled, inputs)


def test_a_hostile_listing_is_an_error_not_a_crash(proxy, through, filled):
    page = (b"<ListBucketResult><IsTruncated>true</IsTruncated><Contents><Key>in/a.parquet</Key>"
            b"<Size>%s</Size><ETag>&quot;x\r\ny: z&quot;</ETag>"
            b"<LastModified>2026-01-01T00:00:00Z</LastModified></Contents></ListBucketResult>")
    for size in (b"-5", b"99999999999999999999999", b"9223372036854775807", b"1e9", b""):
        proxy.forget()
        proxy.on("ListObjectsV2", faults.Page(200, page % size))
        run = through.repack(filled.uri("in"), filled.uri("out"), env={"AWS_MAX_ATTEMPTS": "2"})
        assert run.code in (1, 3, 5), run


def test_a_listing_that_goes_in_circles_ends(proxy, through, filled):
    """The same continuation token for ever, always with the same keys."""
    page = (b"<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>t"
            b"</NextContinuationToken><Contents><Key>in/small-1.parquet</Key><Size>1</Size>"
            b"<ETag>&quot;x&quot;</ETag><LastModified>2026-01-01T00:00:00Z</LastModified>"
            b"</Contents></ListBucketResult>")
    proxy.on("ListObjectsV2", faults.Page(200, page), where=lambda r: r.query["prefix"] == "in/")
    run = through.repack(filled.uri("in"), filled.uri("out"), env={"AWS_MAX_ATTEMPTS": "2"})
    assert run.code != 0, run
    assert proxy.count("ListObjectsV2") < 100

# SPDX-License-Identifier: Apache-2.0
"""Others work on the same names, and runs are interrupted: no mixed versions, nothing half-written."""

import signal
import threading

import pytest

from s3 import faults, tables
from s3.command import finish

MIB = 1 << 20
LARGE = "large.parquet"


@pytest.fixture(scope="module")
def large():
    return tables.large(10 * MIB)


@pytest.fixture
def filled(bucket, large):
    bucket.put("in/a.parquet", tables.parquet(seed=1))
    bucket.put("in/b.parquet", tables.parquet(seed=2))
    bucket.put("in/" + LARGE, large)
    return bucket


def repack(pqpack, bucket, *flags):
    return pqpack.repack(bucket.uri("in"), bucket.uri("out"), *flags)


def assert_only_failed(run, bucket, name, *words):
    assert run.code == 4, run
    [failed] = run.of("file_failed")
    assert failed["uri"] == bucket.uri("in/" + name)
    assert run.counts() == (2, 0, 0, 1)
    assert "out/" + name not in bucket.keys()
    assert bucket.uploads() == []
    text = (failed["error"] + failed["action"]).lower()
    assert [word for word in words if word not in text] == [], failed


def test_source_replaced_after_it_was_listed(through, proxy, filled):
    new = tables.parquet(seed=99)
    proxy.on("GetObject", faults.Before(lambda: filled.put("in/a.parquet", new)),
             key="in/a.parquet", times=[1])
    run = repack(through, filled)
    assert_only_failed(run, filled, "a.parquet", "listed", "run again")
    assert proxy.count("GetObject", "in/a.parquet") == 1  # nothing to gain by a second try
    assert repack(through, filled).code == 0
    assert tables.same_rows(filled.get("out/a.parquet"), new)


def test_source_deleted_after_it_was_listed(through, proxy, filled):
    proxy.on("GetObject", faults.Before(lambda: filled.delete("in/a.parquet")),
             key="in/a.parquet", times=[1])
    assert_only_failed(repack(through, filled), filled, "a.parquet")


@pytest.mark.parametrize("nth", [2, 3])
def test_large_source_replaced_while_it_is_read(through, proxy, filled, nth):
    """Same size, other bytes: only the ETag tells."""
    other = tables.large(10 * MIB, seed=2)
    rule = proxy.on("GetObject", faults.Before(lambda: filled.put("in/" + LARGE, other)),
                    key="in/" + LARGE, times=[nth])
    run = repack(through, filled)
    assert rule.seen >= nth, "fewer ranges than expected"
    assert_only_failed(run, filled, LARGE, "listed", "run again")


def test_large_source_deleted_while_it_is_read(through, proxy, filled):
    proxy.on("GetObject", faults.Before(lambda: filled.delete("in/" + LARGE)),
             key="in/" + LARGE, times=[2])
    assert_only_failed(repack(through, filled), filled, LARGE)


@pytest.mark.parametrize("operation, name", [
    ("PutObject", "a.parquet"), ("CompleteMultipartUpload", LARGE)])
def test_destination_taken_meanwhile_is_left_alone(through, proxy, filled, operation, name):
    key = "out/" + name
    proxy.on(operation, faults.Before(lambda: filled.put(key, b"theirs")), key=key, times=[1])
    run = repack(through, filled)
    assert run.code == 4, run
    [failed] = run.of("file_failed")
    assert failed["uri"] == filled.uri("in/" + name)
    assert filled.get(key) == b"theirs"
    assert filled.uploads() == []


def test_destination_taken_meanwhile_is_overwritten_when_asked(through, proxy, filled):
    proxy.on("PutObject", faults.Before(lambda: filled.put("out/a.parquet", b"theirs")),
             key="out/a.parquet", times=[1])
    assert repack(through, filled, "--no-skip-existing").code == 0
    assert tables.same_rows(filled.get("out/a.parquet"), tables.parquet(seed=1))


# -- signals: the run is stopped at a known request, which the proxy holds


def held(through, proxy, bucket, operation, key, times=(1,), flags=()):
    """Starts a run and waits until it stands at the n-th such request."""
    hold = faults.Hold()
    proxy.on(operation, hold, key=key, times=times)
    process = through.start(*through.repack_words(bucket.uri("in"), bucket.uri("out"), *flags))
    while not hold.reached.wait(0.1):
        assert process.poll() is None, finish(process)
    return process, hold


PLACES = [("GetObject", "in/a.parquet"), ("GetObject", "in/" + LARGE), ("PutObject", "out/a.parquet"),
          ("CreateMultipartUpload", "*"), ("UploadPart", "*"), ("CompleteMultipartUpload", "*")]


@pytest.mark.parametrize("number, code", [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
@pytest.mark.parametrize("operation, key", PLACES)
def test_a_signal_leaves_nothing_half_done(through, proxy, filled, operation, key, number, code):
    process, hold = held(through, proxy, filled, operation, key)
    process.send_signal(number)
    run = finish(process)
    visible = filled.keys("out/")
    hold.release()  # a request that was on its way may still arrive
    assert run.code == code, run
    assert run.summary["exit_code"] == code
    assert "out/" + key.rpartition("/")[2] not in visible
    if operation in ("UploadPart", "CompleteMultipartUpload"):
        assert proxy.count("AbortMultipartUpload") >= 1
        assert "out/" + LARGE not in filled.keys()
        assert filled.uploads() == []
    proxy.forget()
    assert repack(through, filled).code == 0
    outputs = filled.tree("out/")
    assert sorted(outputs) == ["a.parquet", "b.parquet", LARGE]
    assert all(tables.same_rows(outputs[name], filled.get("in/" + name)) for name in outputs)
    assert filled.uploads() == []


def test_a_signal_waits_for_the_id_of_an_upload(through, proxy, filled):
    """Without it the upload could not be aborted."""
    process, hold = held(through, proxy, filled, "CreateMultipartUpload", "*")
    process.send_signal(signal.SIGINT)
    assert process.stderr.readline() == b"stopping; once more stops at once\n"
    hold.release()
    assert finish(process).code == 130
    assert proxy.count("AbortMultipartUpload") == 1
    assert filled.uploads() == []


def test_a_signal_during_a_listing(through, proxy, filled):
    process, _ = held(through, proxy, filled, "ListObjectsV2", "")
    process.send_signal(signal.SIGINT)
    assert finish(process).code == 130
    assert filled.keys("out/") == []


def test_a_signal_while_it_waits_to_retry(through, proxy, filled):
    """It does not sit out what the server asked for."""
    answered = threading.Event()

    def slow_down(exchange):
        faults.slow_down(retry_after=60)(exchange)
        answered.set()

    proxy.on("GetObject", slow_down, key="in/a.parquet")
    process = through.start(*through.repack_words(filled.uri("in"), filled.uri("out")))
    while not answered.wait(0.1):
        assert process.poll() is None, finish(process)
    process.send_signal(signal.SIGINT)
    assert finish(process).code == 130
    assert proxy.count("GetObject", "in/a.parquet") == 1


def test_a_second_signal_stops_at_once(through, proxy, filled):
    process, _ = held(through, proxy, filled, "UploadPart", "*")
    abort = faults.Hold()
    proxy.on("AbortMultipartUpload", abort)
    process.send_signal(signal.SIGINT)
    while not abort.reached.wait(0.1):
        assert process.poll() is None, finish(process)
    process.send_signal(signal.SIGINT)
    assert finish(process).code == 130
    assert "out/" + LARGE not in filled.keys()


@pytest.mark.parametrize("operation, key", PLACES)
def test_a_kill_leaves_nothing_visible_and_the_rerun_cleans_up(through, proxy, filled, operation, key):
    others = filled.s3.create_multipart_upload(Bucket=filled.name, Key="out/other.parquet")
    process, hold = held(through, proxy, filled, operation, key)
    process.kill()
    process.communicate()
    unfinished = filled.uploads()
    visible = filled.keys("out/")
    hold.release()
    if operation in ("UploadPart", "CompleteMultipartUpload"):
        assert unfinished == ["out/" + LARGE, "out/other.parquet"]
        assert "out/" + LARGE not in visible
    proxy.forget()

    run = repack(through, filled)
    assert run.code == 0, run
    outputs = filled.tree("out/")
    assert sorted(outputs) == ["a.parquet", "b.parquet", LARGE]
    assert tables.same_rows(outputs["a.parquet"], tables.parquet(seed=1))
    # Of exactly its own names: somebody else's upload stays.
    assert filled.uploads() == ["out/other.parquet"]
    assert all(r.query["uploadId"] != others["UploadId"] for r in proxy.of("AbortMultipartUpload"))


# Of the longer name only a hash fits into the temporary file's name.
@pytest.mark.parametrize("name", [LARGE, "n" * 240 + ".parquet"], ids=["name", "long_name"])
def test_a_kill_on_a_local_destination(through, proxy, filled, tmp_path, large, name):
    filled.delete("in/" + LARGE)
    filled.put("in/" + name, large)
    hold = faults.Hold()
    proxy.on("GetObject", hold, key="in/" + name, times=[2])
    out = tmp_path / "out"
    process = through.start(*through.repack_words(filled.uri("in"), out))
    while not hold.reached.wait(0.1):
        assert process.poll() is None, finish(process)
    process.kill()
    process.communicate()
    assert not (out / name).exists()
    assert len(list(out.glob(".*.pqpack-tmp"))) >= 1
    for path in out.rglob("*.parquet"):
        assert tables.same_rows(path.read_bytes(), filled.get("in/" + path.name))
    proxy.forget()
    run = through.repack(filled.uri("in"), out)
    assert run.code == 0, run
    assert sorted(p.name for p in out.iterdir()) == ["a.parquet", "b.parquet", name]
    assert tables.same_rows((out / name).read_bytes(), large)

# SPDX-License-Identifier: Apache-2.0
"""Several runs at once, shards that are killed, and a listing that changes while it is read."""

import random
import signal
import time

import pytest

from s3 import faults, tables
from s3.command import finish
from s3.tables import MIB

FILES = 12


@pytest.fixture
def filled(bucket, pqpack):
    """Small files, one of several parts, and their outputs under undisturbed/."""
    for n in range(FILES):
        bucket.put(f"in/{n:02}.parquet", tables.parquet(rows=500, seed=n))
    bucket.put("in/large.parquet", tables.large(9 * MIB))
    assert pqpack.repack(bucket.uri("in"), bucket.uri("undisturbed")).code == 0
    return bucket


def start(pqpack, bucket, folder, *flags):
    return pqpack.start(*pqpack.repack_words(bucket.uri("in"), bucket.uri(folder), *flags))


@pytest.mark.parametrize("attempt", range(5))
def test_two_runs_on_one_destination(pqpack, filled, attempt):
    """Either writes a file or finds it written; where one takes the other's upload away, that file
    fails there with "run again"."""
    runs = [start(pqpack, filled, "out"), start(pqpack, filled, "out")]
    for run in map(finish, runs):
        assert run.code in (0, 4, 5), run
    assert pqpack.repack(filled.uri("in"), filled.uri("out")).code == 0
    assert filled.tree("out/") == filled.tree("undisturbed/")
    assert filled.uploads() == []


def test_shards_that_are_killed_and_run_again(pqpack, filled):
    drawn = random.Random(1)
    shards = [("--shard", f"{n}/4") for n in range(4)]
    running = [start(pqpack, filled, "out", *shard) for shard in shards]
    for process in running[:3]:
        time.sleep(drawn.uniform(0, 0.05))
        process.send_signal(signal.SIGKILL)
    codes = [finish(process).code for process in running]
    assert codes[3] == 0
    completed = 0
    for shard in shards[:3]:
        again = finish(start(pqpack, filled, "out", *shard))
        assert again.code == 0, again
        completed += again.summary["completed"] + again.summary["skipped"]
    assert completed < FILES + 1  # the fourth had some
    assert filled.tree("out/") == filled.tree("undisturbed/")
    assert filled.uploads() == []


def test_a_listing_that_changes_while_it_is_read(through, proxy, bucket):
    """What is listed later is taken as it is then; a rerun finds what came too late."""
    content = tables.parquet(rows=5)
    for n in range(1_010):
        bucket.put(f"in/{n:04}.parquet", content)

    def change():
        bucket.delete("in/1005.parquet")
        bucket.put("in/0000b.parquet", content)
        bucket.put("in/1005b.parquet", content)

    rule = proxy.on("ListObjectsV2", faults.Before(change), times=[2],
                    where=lambda record: record.query["prefix"] == "in/")
    run = through.repack(bucket.uri("in"), bucket.uri("out"))
    assert rule.seen >= 2 and run.code == 0, run
    names = {key.removeprefix("out/") for key in bucket.keys("out/")}
    assert names == {f"{n:04}.parquet" for n in range(1_010) if n != 1005} | {"1005b.parquet"}
    again = through.repack(bucket.uri("in"), bucket.uri("out"))
    assert [event["uri"] for event in again.of("file_done")] == [bucket.uri("in/0000b.parquet")]

# SPDX-License-Identifier: Apache-2.0
"""SIGINT, SIGTERM and SIGKILL at 100 moments drawn by seed: what is visible then is whole, a rerun ends
as an undisturbed run does, and nothing is left over."""

import random
import signal
import time

import pytest

from s3 import tables
from s3.command import Pqpack, finish
from s3.fixtures import new_bucket
from s3.tables import MIB

MOMENTS = 100
GROUPS = 10  # tests, so that they run side by side
SIGNALS = {signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGKILL: -signal.SIGKILL}


@pytest.fixture(scope="module")
def undisturbed(s3_server, tmp_path_factory):
    """The bucket, its outputs, and how long a run takes."""
    bucket = new_bucket(s3_server)
    for n in range(8):
        bucket.put(f"in/{n}.parquet", tables.parquet(rows=2_000, seed=n))
    bucket.put("in/large.parquet", tables.large(9 * MIB))  # two parts
    pqpack = Pqpack(s3_server.url, tmp_path_factory.mktemp("home"))
    begin = time.monotonic()
    assert pqpack.repack(bucket.uri("in"), bucket.uri("out/undisturbed")).code == 0
    return bucket, bucket.tree("out/undisturbed/"), time.monotonic() - begin


@pytest.mark.parametrize("group", range(GROUPS))
def test_a_signal_at_any_moment(pqpack, undisturbed, group):
    bucket, outputs, seconds = undisturbed
    drawn = random.Random(group)
    for moment in range(group, MOMENTS, GROUPS):
        number = drawn.choice(list(SIGNALS))
        folder = f"out/{moment}/"
        words = pqpack.repack_words(bucket.uri("in"), bucket.uri(folder), "--workers", 4)
        process = pqpack.start(*words)
        time.sleep(drawn.uniform(0, seconds))
        process.send_signal(number)
        run = finish(process)
        # Before it watches for signals a process ends as any other does.
        assert run.code in (0, SIGNALS[number], -number), (number, run)
        for name, content in bucket.tree(folder).items():
            assert content == outputs[name], (moment, name)
        again = pqpack.run(*words)
        if again.code == 4:
            # The first process's last request came through while the rerun wrote the same file.
            assert "the name is taken" in again.err, again
            again = pqpack.run(*words)
        assert again.code == 0, again
        assert bucket.tree(folder) == outputs
        if any(key.startswith(folder) for key in bucket.uploads()):
            # A request of the first process came through late: after the rerun had looked, or after
            # the upload it belongs to was aborted, which brings that back.
            assert pqpack.run(*words).code == 0
        assert [key for key in bucket.uploads() if key.startswith(folder)] == []

# SPDX-License-Identifier: Apache-2.0
"""A listing of 100,000 objects streams into the work: no barrier, no growing queue."""

import threading

import pytest

from s3 import tables
from s3.command import HANG, Pqpack
from s3.fault_proxy import FaultProxy
from s3.many_objects import NO_SERVER, PAGE, ManyObjects

COUNT = 100_000
PARQUET_PER_PAGE = 10
WORKERS = 4


def name(n: int) -> str:
    """One in a hundred is to be rewritten, so that the test takes seconds."""
    suffix = "parquet" if n % (PAGE // PARQUET_PER_PAGE) == 0 else "json"
    return f"dt=2026/{n:06}.{suffix}"


@pytest.fixture
def endless():
    with FaultProxy(NO_SERVER) as proxy:
        objects = ManyObjects(COUNT, tables.parquet(rows=5), name)
        objects.serve(proxy)
        yield proxy, objects


def test_the_first_rewrite_starts_within_the_first_page(endless, tmp_path):
    """The second page is not answered before the first object was asked for."""
    proxy, objects = endless
    waited_in_vain = threading.Event()

    def on_page(page):
        if page == 1 and not first_get.wait(HANG):
            waited_in_vain.set()

    first_get = threading.Event()
    objects.on_page, objects.on_get = on_page, first_get.set
    run = Pqpack(proxy.url, tmp_path).repack(
        "s3://bucket/in", "s3://bucket/out", "--workers", WORKERS)
    assert run.code == 0, run
    assert not waited_in_vain.is_set()
    assert run.counts() == (COUNT // PAGE * PARQUET_PER_PAGE, 0, 0, 0)

    pages = [r.number for r in proxy.of("ListObjectsV2") if r.query["prefix"] == "in/"]
    gets = [r.number for r in proxy.of("GetObject")]
    assert len(pages) == COUNT // PAGE
    assert len(gets) == COUNT // PAGE * PARQUET_PER_PAGE
    assert gets[0] < pages[1]
    # No page is asked for while more than the workers' share of the pages before it is undone.
    for asked, number in enumerate(pages):
        started = sum(1 for get in gets if get < number)
        assert started >= asked * PARQUET_PER_PAGE - 2 * WORKERS, f"page {asked}"


def test_keys_that_are_no_local_names_fail(tmp_path):
    """A bucket may hold them; on a disk they would be written elsewhere, or over one another."""
    names = ["../../evil.parquet", "a//b.parquet", "a/./b.parquet", "a/b.parquet"]
    destination = tmp_path / "deep" / "dst"
    with FaultProxy(NO_SERVER) as proxy:
        ManyObjects(len(names), tables.parquet(rows=5), names.__getitem__).serve(proxy)
        run = Pqpack(proxy.url, tmp_path).repack("s3://bucket/in", destination, "--no-skip-existing")
    assert (run.code, run.counts()) == (1, (1, 0, 0, 3)), run
    assert [event["uri"] for event in run.of("file_done")] == ["s3://bucket/in/a/b.parquet"]
    assert [str(p.relative_to(tmp_path)) for p in tmp_path.rglob("*.parquet")] == [
        "deep/dst/a/b.parquet"]

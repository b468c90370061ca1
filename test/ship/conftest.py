# SPDX-License-Identifier: Apache-2.0
"""What `make dist` and `make wheel` make, from the build that the other tests use."""

import fcntl
import os

import pytest

from ship.packages import make_dist, only


@pytest.fixture(scope="session")
def dist(tmp_path_factory, worker_id):
    """The folder dist/, made once for all test processes."""
    base = tmp_path_factory.getbasetemp()
    folder = (base if worker_id == "master" else base.parent) / "dist"
    with open(f"{folder}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            make_dist(folder.with_name("dist.part"))
            folder.with_name("dist.part").rename(folder)
    return folder


@pytest.fixture(scope="session")
def archive(dist):
    return only(dist.glob("*.tar.gz"))


@pytest.fixture(scope="session")
def bundle(dist):
    """The unpacked bundle; to be read only."""
    return only(dist.glob("*-linux-x86_64"))


@pytest.fixture(scope="session")
def wheel(dist):
    return only(dist.glob("*.whl"))


@pytest.fixture
def root():
    if os.geteuid() != 0:
        pytest.skip("chroot and mount need root")

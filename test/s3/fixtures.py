# SPDX-License-Identifier: Apache-2.0
"""pytest fixtures of the S3 tests."""

import contextlib
import itertools

import pytest

from s3.bucket import Bucket
from s3.command import Pqpack
from s3.fault_proxy import FaultProxy
from s3.server import Glue, Versitygw

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def s3_server(tmp_path_factory):
    """versitygw for the whole test process."""
    with Versitygw(tmp_path_factory.mktemp("s3") / "data") as server:
        yield server


@pytest.fixture(scope="session")
def glue_server(tmp_path_factory):
    """A Glue Data Catalog for the whole test process; pages of 100 partitions."""
    with Glue(tmp_path_factory.mktemp("glue") / "data") as server:
        yield server


@pytest.fixture
def bucket(s3_server):
    """A bucket of this test's own."""
    return new_bucket(s3_server)


@pytest.fixture
def other_bucket(s3_server):
    return new_bucket(s3_server)


def ensure_bucket(server, name):
    """A bucket that documented commands name; other tests of this process may have made it."""
    with contextlib.suppress(server.s3.exceptions.BucketAlreadyOwnedByYou):
        server.s3.create_bucket(Bucket=name)


def new_bucket(server) -> Bucket:
    name = f"bucket-{next(_numbers)}"
    server.s3.create_bucket(Bucket=name)
    return Bucket(name, server)


@pytest.fixture
def proxy(s3_server):
    with FaultProxy(s3_server.port) as proxy:
        yield proxy


@pytest.fixture
def pqpack(s3_server, tmp_path):
    """The command, straight at the server."""
    return Pqpack(s3_server.url, tmp_path)


@pytest.fixture
def through(proxy, tmp_path):
    """The command, by way of the proxy."""
    return Pqpack(proxy.url, tmp_path)

# SPDX-License-Identifier: Apache-2.0
"""pytest fixtures of the S3 tests."""

import itertools

import pytest

from s3.fault_proxy import FaultProxy
from s3.server import Versitygw

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def s3_server(tmp_path_factory):
    """versitygw for the whole test process."""
    with Versitygw(tmp_path_factory.mktemp("s3") / "data") as server:
        yield server


@pytest.fixture
def bucket(s3_server):
    """A bucket of this test's own."""
    name = f"bucket-{next(_numbers)}"
    s3_server.s3.create_bucket(Bucket=name)
    return name


@pytest.fixture
def proxy(s3_server):
    with FaultProxy(s3_server.port) as proxy:
        yield proxy

# SPDX-License-Identifier: Apache-2.0
"""MinIO with a key management service, for what versitygw can't show.  Run by `make test-minio`."""

import base64
import os

import pytest

from s3.command import Pqpack
from s3.fault_proxy import FaultProxy
from s3.fixtures import new_bucket
from s3.server import Minio

KMS_KEY = "my-key"


@pytest.fixture(scope="session")
def minio(tmp_path_factory):
    secret = base64.b64encode(os.urandom(32)).decode()
    with Minio(tmp_path_factory.mktemp("minio") / "data", f"{KMS_KEY}:{secret}") as server:
        yield server


@pytest.fixture
def bucket(minio):
    return new_bucket(minio)


@pytest.fixture
def pqpack(minio, tmp_path):
    return Pqpack(minio.url, tmp_path)


@pytest.fixture
def proxy(minio):
    with FaultProxy(minio.port) as proxy:
        yield proxy

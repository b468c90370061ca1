# SPDX-License-Identifier: Apache-2.0
import pytest
from hive_tables import Folder

from s3.catalogued import Catalogued
from s3.fault_proxy import FaultProxy


@pytest.fixture(params=["local", "s3"])
def place(request, tmp_path):
    """A store, and the command that reaches it."""
    if request.param == "local":
        return Folder(tmp_path), request.getfixturevalue("local")
    return request.getfixturevalue("bucket"), request.getfixturevalue("pqpack")


@pytest.fixture
def command(s3_server, glue_server, tmp_path):
    return Catalogued(s3_server.url, glue_server.url, tmp_path)


@pytest.fixture
def glue(glue_server):
    return glue_server.glue


@pytest.fixture
def glue_proxy(glue_server):
    with FaultProxy(glue_server.port) as proxy:
        yield proxy


@pytest.fixture
def through_proxy(s3_server, glue_proxy, tmp_path):
    return Catalogued(s3_server.url, glue_proxy.url, tmp_path)

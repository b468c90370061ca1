# SPDX-License-Identifier: Apache-2.0
import pytest
from hive_tables import Folder


@pytest.fixture(params=["local", "s3"])
def place(request, tmp_path):
    """A store, and the command that reaches it."""
    if request.param == "local":
        return Folder(tmp_path), request.getfixturevalue("local")
    return request.getfixturevalue("bucket"), request.getfixturevalue("pqpack")

# SPDX-License-Identifier: Apache-2.0
"""Where the built programs are: PQPACK_BUILD_DIR, else build/ of the checkout."""

import functools
import os
import pathlib

from s3.server import ROOT

BUILD = pathlib.Path(os.environ.get("PQPACK_BUILD_DIR", ROOT / "build"))


@functools.cache
def program(name: str) -> pathlib.Path:
    found = [path for path in BUILD.rglob(name) if path.is_file()]
    assert found, f"no {name} below {BUILD}; build it first: tools/build release"
    return found[0]

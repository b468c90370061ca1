# SPDX-License-Identifier: Apache-2.0
"""The `aws` command of these tests: a stand-in, and the real one where `make test-deploy` put it."""

import pathlib
import sys

import pytest

from s3.server import ROOT

HERE = pathlib.Path(__file__).parent
REAL = ROOT / ".venv" / "bin" / "aws"


@pytest.fixture(params=["real" if REAL.exists() else "stand-in"])
def commands(request, tmp_path):
    """A folder for PATH with `aws` in it."""
    folder = tmp_path / "commands"
    folder.mkdir()
    script = REAL if request.param == "real" else HERE / "aws_stand_in.py"
    (folder / "aws").write_text(f'#!/bin/sh\nexec "{sys.executable}" "{script}" "$@"\n')
    (folder / "aws").chmod(0o755)
    return folder

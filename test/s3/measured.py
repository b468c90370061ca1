# SPDX-License-Identifier: Apache-2.0
"""How much memory a run of the command takes at the most."""

import pathlib
import subprocess
import sys
import tempfile

from s3.command import environment
from s3.program import program

# A child counts what its parent had when it forked, so a small parent stands between.
_BETWEEN = """import resource, subprocess, sys
code = subprocess.run(sys.argv[2:], stderr=subprocess.DEVNULL).returncode
with open(sys.argv[1], "w") as out:
    print(code, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss << 10, file=out)
"""


def measured(home: pathlib.Path, *words) -> tuple[int, str, int]:
    """Exit code, stdout and resident bytes at the most of pqpack with these words, without S3."""
    with tempfile.NamedTemporaryFile("r") as numbers:
        out = subprocess.run([sys.executable, "-c", _BETWEEN, numbers.name, program("pqpack"), *words],
                             check=True, stdout=subprocess.PIPE, text=True,
                             env=environment(None, home)).stdout
        code, peak = map(int, numbers.read().split())
    return code, out, peak

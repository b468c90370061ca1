# SPDX-License-Identifier: Apache-2.0
"""Files merged by merge_tool (src/execute/merge)."""

import re
import subprocess

from s3.program import program


def merge(out, files, mib=128, width=2, copy=True, columns=()):
    """The outputs in order, and what was told.  `columns`: as the table declares them, "name:bigint"."""
    out.mkdir()
    done = subprocess.run(
        [program("merge_tool"), str(out), str(mib), str(width), str(int(copy)), *columns, *map(str, files)],
        capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return sorted(out.iterdir(), key=lambda path: int(re.sub(r"\D", "", path.stem))), done.stdout

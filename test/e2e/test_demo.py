# SPDX-License-Identifier: Apache-2.0
"""What `make demo` runs ends well, and shows every file repaired and equal to its source."""

import shutil
import subprocess

from s3.program import program
from s3.server import ROOT


def test_demo(tmp_path):
    shutil.copytree(ROOT / "demo", tmp_path / "demo")
    shutil.copytree(ROOT / "tools", tmp_path / "tools")
    for name in ("test", ".venv"):
        (tmp_path / name).symlink_to(ROOT / name)
    (tmp_path / "build").mkdir()
    (tmp_path / "build/pqpack").symlink_to(program("pqpack"))
    run = subprocess.run([tmp_path / "demo/run"], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    before, after = run.stdout.split("== after")
    files = len(list((tmp_path / "demo/data").rglob("*.parquet")))
    assert before.count("REPEATED  ") >= files, before
    assert "REPEATED" not in after and after.count("  equal") == files, after

# SPDX-License-Identifier: Apache-2.0
"""What `make demo` runs ends well, shows every file repaired and equal to its source, and a table with
fewer files and the same answers."""

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
    repaired, *tables = run.stdout.split("== a table in small files")
    before, after = repaired.split("== after")
    files = len(list((tmp_path / "demo/data").rglob("*.parquet")))
    assert before.count("REPEATED  ") >= files, before
    assert "REPEATED" not in after and after.count("  equal") == files, after
    cut, merged = (answers(text) for text in tables[0].split("== compacted"))
    assert len(cut) == 4 and [row[2] for row in merged] == ["1"] * 4
    assert all(int(row[2]) > 10 for row in cut)
    assert [row[:2] + row[3:] for row in cut] == [row[:2] + row[3:] for row in merged]


def answers(text):
    """The rows of DuckDB's box that hold numbers."""
    rows = [[cell.strip() for cell in line.split("│")[1:-1]] for line in text.splitlines() if "│" in line]
    return [row for row in rows if row[0].isdigit()]

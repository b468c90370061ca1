# SPDX-License-Identifier: Apache-2.0
"""Hundreds of damaged files in one run: each is refused by name or comes out with the values that its
reader sees, the good ones among them are done, and the process neither ends nor hangs nor grows."""

import io
import json
import os
import pathlib

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from judge.values import differences
from s3.measured import measured
from s3.server import ROOT
from writers.damaged import bombs, flipped, truncated

DATA = ROOT / "test/data/arrow_go_18_5_0"
SOURCES = ["flat.parquet", "nested.parquet"]
MOST_MEMORY = 1 << 30


def run(source: pathlib.Path, destination: pathlib.Path, home: pathlib.Path, engine: str):
    """Exit code, events, peak resident bytes."""
    code, out, peak = measured(home, "repack", "--src", source, "--dst", destination, "--engine", engine,
                               "--output", "json")
    return code, [json.loads(line) for line in out.splitlines()], peak


def table(path: pathlib.Path):
    """Nothing where pyarrow can't read it."""
    try:
        return pq.ParquetFile(path).read()
    except (pa.ArrowException, OSError, UnicodeDecodeError):
        return None


def version_2() -> bytes:
    """Pages that are framed anew: with levels, without, and with booleans, which are encoded anew."""
    sink = io.BytesIO()
    table = pa.table({"lists": [[1, None, 3], [], None, [4]] * 50, "texts": ["a", None, "c", "a"] * 50,
                      "numbers": range(200), "flags": [True, False, None, True] * 50})
    pq.write_table(table, sink, data_page_version="2.0", row_group_size=100)
    return sink.getvalue()


@pytest.fixture(params=[*SOURCES, "version_2", "bombs"])
def damaged(request, tmp_path):
    """A folder of damaged files and a good one."""
    folder = tmp_path / "in"
    folder.mkdir()
    if request.param == "bombs":
        files = dict(bombs())
    else:
        source = version_2() if request.param == "version_2" else (DATA / request.param).read_bytes()
        files = {**dict(truncated(source)), **dict(flipped(source, seed=len(source)))}
    for name, content in files.items():
        (folder / f"{name}.parquet").write_bytes(content)
    (folder / "good.parquet").write_bytes((DATA / SOURCES[0]).read_bytes())
    return folder


def test_damaged_files_are_refused_or_equal(damaged, engine, tmp_path):
    output = tmp_path / "out"
    code, events, peak = run(damaged, output, tmp_path, engine)
    failed = {pathlib.Path(e["uri"]).name for e in events if e["event"] == "file_failed"}
    done = {pathlib.Path(e["uri"]).name for e in events if e["event"] == "file_done"}
    assert code == (1 if failed else 0), events[-1]
    assert failed | done == {path.name for path in damaged.iterdir()}
    assert {path.name for path in output.iterdir()} == done
    assert "good.parquet" in done
    assert {name for name in done if name.startswith("cut-")} == set()
    for name in done:
        before = table(damaged / name)
        assert before is None or differences(before, table(output / name)) == [], name
    if "SAN_OPTIONS" not in " ".join(os.environ):  # a sanitizer's own memory is not the command's
        assert peak <= MOST_MEMORY

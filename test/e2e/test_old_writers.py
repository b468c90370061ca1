# SPDX-License-Identifier: Apache-2.0
"""Files of writers that have since been mended, kept as bytes: their faults, and that a repack mends
them.  That the faults are there is asserted first, or the rest would show nothing."""

import pathlib

import pytest

from judge.footer import REPEATED, File
from judge.structure import structure

DATA = pathlib.Path(__file__).resolve().parents[1] / "data"
ARROW_GO = DATA / "arrow_go_18_5_0"
DEMO = DATA.parents[1] / "demo" / "data"
MENDABLE = sorted(ARROW_GO.glob("*.parquet"))


def rows_of_groups(path):
    return [group["num_rows"] for group in File(path).meta.get("row_groups", [])]


@pytest.mark.parametrize("path", sorted(ARROW_GO.glob("*.parquet")), ids=lambda path: path.stem)
def test_arrow_go_writes_a_repeated_root(path):
    file = File(path)
    assert file.meta["created_by"] == b"parquet-go version 18.5.0"
    assert file.root["repetition_type"] == REPEATED


def test_arrow_go_writes_row_groups_without_rows():
    assert rows_of_groups(ARROW_GO / "empty_row_groups.parquet") == [0, 40, 0, 0, 40, 0]
    assert rows_of_groups(ARROW_GO / "only_empty_groups.parquet") == [0, 0]


def test_arrow_go_claims_a_distinct_count_of_zero():
    assert any(
        "distinct_count 0" in text for text in structure(ARROW_GO / "flat.parquet", "generic")
    )


@pytest.mark.parametrize("name", ["flat", "nested", "empty_row_groups"])
def test_parquet_go_cannot_read_arrow_go(name, parquet_go):
    assert parquet_go.answer(ARROW_GO / f"{name}.parquet").get("error")


@pytest.mark.parametrize("target", ["snowflake", "generic"])
@pytest.mark.parametrize("path", MENDABLE, ids=lambda path: path.stem)
def test_repack_mends_it(path, target, engine, local, everyone, tmp_path):
    output = tmp_path / "out.parquet"
    run = local.repack(path, output, "--target", target, "--engine", engine)
    assert run.code == 0, run
    assert everyone.complaints(path, output, target) == []
    assert everyone.repaired(path, output) == []
    assert rows_of_groups(output) == [rows for rows in rows_of_groups(output) if rows]


@pytest.mark.parametrize(
    "path", sorted((DATA / "parquet_go_0_32_0").glob("*.parquet")), ids=lambda path: path.stem
)
def test_parquet_go_files_keep_their_values(path, engine, local, everyone, tmp_path):
    output = tmp_path / "out.parquet"
    run = local.repack(path, output, "--engine", engine)
    assert run.code == 0, run
    assert everyone.complaints(path, output, "snowflake") == []


def test_the_demo_is_mended(engine, local, everyone, tmp_path):
    """make demo's own input: real tables, a list under a REPEATED root, row groups without rows."""
    run = local.repack(DEMO, tmp_path / "out", "--engine", engine)
    assert run.code == 0, run
    originals = sorted(DEMO.rglob("*.parquet"))
    assert len(originals) == 16
    for original in originals:
        output = tmp_path / "out" / original.relative_to(DEMO)
        assert everyone.complaints(original, output, "snowflake") == []
        assert everyone.repaired(original, output) == []

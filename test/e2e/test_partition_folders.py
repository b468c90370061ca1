# SPDX-License-Identifier: Apache-2.0
"""Partition folders of writers that are not ours: whatever a value has in it, we read from the folder's
name what the writer was given."""

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.dataset as ds
import pytest

ODD = [
    "plain", "a b", "a/b", "a=b", "100%", "%41", "é", "x\u0301", "日本", "it's", 'q"q', "a+b", "#?*:", "[x]{y}^",
    "\\b", "~", "_x", ".x", "tab\tx", "2023-05-01 00:00:00", "__HIVE_DEFAULT_PARTITION__x", "a&b;c", "", None,
]


def by_pyarrow(table, folder):
    keys = ds.partitioning(pa.schema([("k", pa.string())]), flavor="hive")
    ds.write_dataset(table, folder, format="parquet", partitioning=keys)


def by_duckdb(table, folder):
    duckdb.from_arrow(table).to_parquet(str(folder), partition_by=["k"])


def by_polars(table, folder):
    pl.from_arrow(table).write_parquet(f"{folder}/", partition_by="k")


@pytest.fixture(params=[by_pyarrow, by_duckdb, by_polars])
def tree(request, tmp_path):
    request.param(pa.table({"k": ODD, "i": range(len(ODD))}), tmp_path / "t")
    return tmp_path / "t"


def planned(local, *flags):
    run = local.run("plan", "--output", "json", *flags)
    assert run.code == 0, run
    return [e for e in run.events if e["event"] == "partition_planned"]


def test_odd_values_are_read_as_they_were_written(local, tree):
    found = {e["values"]["k"]: e["folder"] for e in planned(local, "--path", tree)}
    assert set(found) == set(ODD)
    # Byte for byte: each folder is there under this very name.
    assert sorted(found.values()) == sorted(f"{folder.name}/" for folder in tree.iterdir())
    # The rows in it are those of the value.
    for value, folder in found.items():
        [file] = (tree / folder).glob("*.parquet")
        [[number]] = duckdb.read_parquet(str(file), hive_partitioning=False).select("i").fetchall()
        assert ODD[number] == value


@pytest.mark.parametrize("value", ["it's", "%41", "é", "a/b", ""])
def test_odd_values_are_selected(local, tree, value):
    sql = value.replace("'", "''")
    [only] = planned(local, "--path", tree, "--partition-predicate", f"k = '{sql}'")
    assert only["values"] == {"k": value}

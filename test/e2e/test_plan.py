# SPDX-License-Identifier: Apache-2.0
"""pqpack plan: which files of a table would be merged, and why others not.  Trees are PyArrow's and DuckDB's."""

import duckdb
import pyarrow as pa
import pyarrow.dataset as ds
import pytest

from s3.command import Pqpack

MIB = 1 << 20


def plan(local, *flags):
    run = local.run("plan", "--output", "json", *flags)
    return run, {e["folder"]: e for e in run.events if e["event"] == "partition_planned"}


@pytest.fixture
def tree(tmp_path):
    """year=2023/month=01 with ten files, month=02 with one; what nobody reads besides."""
    table = pa.table({"id": range(1100), "month": ["01"] * 1000 + ["02"] * 100, "year": [2023] * 1100})
    folder = tmp_path / "table"
    ds.write_dataset(
        table, folder, format="parquet", max_rows_per_file=100, max_rows_per_group=100,
        partitioning=ds.partitioning(pa.schema([("year", pa.int64()), ("month", pa.string())]), flavor="hive"))
    (folder / "_SUCCESS").write_bytes(b"")
    (folder / "year=2023/month=01/.part.crc").write_bytes(b"x")
    return folder


def test_partitions_and_their_reasons(local, tree):
    run, planned = plan(local, "--path", tree)
    assert run.code == 0, run
    assert list(planned) == ["year=2023/month=01/", "year=2023/month=02/"]
    first = planned["year=2023/month=01/"]
    assert first["values"] == {"year": "2023", "month": "01"}
    assert (first["files"], first["files_after"], first["kept"], first["skip_reason"]) == (10, 1, [], "")
    [task] = first["tasks"]
    names = [file.name for file in (tree / "year=2023/month=01").glob("*.parquet")]
    assert [entry["uri"].rsplit("/")[-1] for entry in task["inputs"]] == sorted(names)
    sizes = [(tree / "year=2023/month=01" / name).stat().st_size for name in sorted(names)]
    assert [entry["size"] for entry in task["inputs"]] == sizes
    assert (task["bytes"], task["outputs"]) == (sum(sizes), 1)
    second = planned["year=2023/month=02/"]
    assert (second["tasks"], second["skip_reason"]) == ([], "there is one small file only")
    assert [entry["reason"] for entry in second["kept"]] == [
        "merging would not give fewer files"]
    summary = run.summary
    assert (summary["partitions"], summary["files"], summary["files_after"]) == (2, 11, 2)
    assert summary["bytes_to_merge"] == sum(sizes)


def test_the_same_inventory_gives_the_same_plan(local, tree):
    runs = [[e for e in plan(local, "--path", tree)[0].events if e["event"] != "summary"] for _ in range(2)]
    assert runs[0] == runs[1] and runs[0]


def test_a_predicate_selects_partitions(local, tree):
    _, planned = plan(local, "--path", tree, "--partition_predicate", "year = '2023' AND month >= 2")
    assert list(planned) == ["year=2023/month=02/"]
    # As text '01' is not '1'.
    run, planned = plan(local, "--path", tree, "--partition-predicate", "month = '1'",
                        "--partition-types", "year int, month string")
    assert run.code == 0 and planned == {}


@pytest.mark.parametrize("types", ["year int", "year int, day int", "month int, year int"])
def test_types_of_other_keys_are_wrong_use(local, tree, types):
    run = local.run("plan", "--path", tree, "--partition-types", types, "--output", "json")
    assert run.code == 2 and "--partition_types" in run.of("error")[0]["action"], run


def test_a_predicate_that_selects_nothing_says_so(local, tree):
    run = local.run("plan", "--path", tree, "--partition-predicate", "month = 13")
    assert run.code == 0 and run.err == ""
    assert "\nThere is no partition, or none that --partition-predicate selects, " in run.out


def test_a_wrong_predicate_is_shown_with_its_place(local, tree):
    run, _ = plan(local, "--path", tree, "--partition-predicate", "year = 2023 AND mnth = 1")
    assert run.code == 2
    [error] = run.of("error")
    text, caret = error["error"].split("\n")[-2:]
    assert text.strip() == "year = 2023 AND mnth = 1"
    assert text[caret.index("^"):].startswith("mnth")
    lines = local.run("plan", "--path", tree, "--partition-predicate", "mnth = 1").err.splitlines()
    assert lines[0].startswith("error: ") and lines[1:] == ["  mnth = 1", "  ^"]


@pytest.mark.parametrize("flag, value", [
    ("--target-file-size-mb", "0"), ("--target-file-size-mb", "x"), ("--small-file-threshold", "0"),
    ("--small-file-threshold", "1.5"), ("--small-file-threshold", "0.5x"), ("--partition-types", "year nothing"),
    ("--path", "")])
def test_wrong_use(local, tree, flag, value):
    words = ["--path", tree] if flag != "--path" else []
    assert local.run("plan", *words, flag, value).code == 2


def test_large_files_are_left(local, tmp_path):
    folder = tmp_path / "t"
    folder.mkdir()
    for name, size in [("a", MIB // 2), ("b", MIB), ("c", MIB // 4), ("d", 3 * MIB // 4)]:
        (folder / f"{name}.parquet").write_bytes(b"x" * size)
    run, planned = plan(local, "--path", folder, "--target-file-size-mb", "1")
    assert run.code == 0, run
    [only] = planned.values()
    assert [entry["uri"][-9:] for entry in only["kept"]] == ["b.parquet", "d.parquet"]
    assert {entry["reason"] for entry in only["kept"]} == {"large enough"}
    assert [entry["uri"][-9:] for entry in only["tasks"][0]["inputs"]] == ["a.parquet", "c.parquet"]


def test_tables_of_other_formats_are_refused(local, tmp_path):
    (tmp_path / "t/_delta_log").mkdir(parents=True)
    (tmp_path / "t/_delta_log/00000000000000000000.json").write_text("{}")
    (tmp_path / "t/a.parquet").write_bytes(b"x")
    run, planned = plan(local, "--path", tmp_path / "t")
    assert run.code == 3 and planned == {}
    assert "Delta" in run.of("error")[0]["error"]


def test_a_missing_table(local, tmp_path):
    assert plan(local, "--path", tmp_path / "nothing")[0].code == 3


def test_text(local, tree):
    run = local.run("plan", "--path", tree)
    assert run.code == 0, run
    lines = run.out.splitlines()
    assert lines[0].split() == ["files", "after", "bytes", "to", "merge", "partition"]
    assert lines[1].endswith("  year=2023/month=01/")
    assert lines[2].endswith("  year=2023/month=02/: there is one small file only")
    assert "Left as it is: 1 partition, there is one small file only" in lines
    assert f"{tree}/: 11 files in 2 partitions" in run.out
    assert local.run("plan", "--path", tree, "--quiet").out.splitlines()[0].startswith("Left as it is")


def test_names_alone_are_read(s3_server, tree, tmp_path):
    s3_server.s3.create_bucket(Bucket="plan-reads")
    for path in tree.rglob("*"):
        if path.is_file():
            s3_server.s3.upload_file(path, "plan-reads", f"t/{path.relative_to(tree)}")
    run = Pqpack(s3_server.url, tmp_path).run(
        "plan", "--path", "s3://plan-reads/t", "--output", "json", "--stat")
    assert run.code == 0, run
    assert set(run.summary["requests"]) == {"ListObjectsV2"}
    assert run.summary["files"] == 11


def test_a_tree_by_duckdb(local, tmp_path):
    duckdb.sql(f"""COPY (SELECT range AS i, range % 3 AS k, CASE WHEN range % 2 = 0 THEN 'a b/c=' END AS s
                   FROM range(600)) TO '{tmp_path}/t' (FORMAT parquet, PARTITION_BY (k, s))""")
    run, planned = plan(local, "--path", tmp_path / "t", "--partition-predicate", "s = 'a b/c=' and k < 2")
    assert run.code == 0, run
    assert [e["values"] for e in planned.values()] == [
        {"k": "0", "s": "a b/c="}, {"k": "1", "s": "a b/c="}]
    _, planned = plan(local, "--path", tmp_path / "t", "--partition-predicate", "s IS NULL")
    assert [e["values"]["s"] for e in planned.values()] == [None] * 3



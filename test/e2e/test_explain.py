# SPDX-License-Identifier: Apache-2.0
"""--explain of compact and plan: what it says is what the run then does, and it writes nothing."""

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

DELETE = "--delete_original_files=true"


def rows(begin, count, ints=None):
    return pa.table({
        "id": pa.array(range(begin, begin + count), ints or pa.int64()),
        "word": [f"w{i % 7}" for i in range(begin, begin + count)],
    })


def fill(folder, files=4, **how):
    folder.mkdir(parents=True)
    for n in range(files):
        pq.write_table(rows(1000 * n, 1000), folder / f"f{n}.parquet", **how)


def tree(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def levels(columns):
    """Whether anything goes by each level."""
    return [sum(column[level] for column in columns) > 0 for level in ("copied", "moved", "encoded")]


@pytest.mark.parametrize("command", ["compact", "plan"])
def test_nothing_is_written(local, tmp_path, command):
    fill(tmp_path / "table" / "p=1")
    before = tree(tmp_path)
    run = local.run(command, "--path", tmp_path / "table", "--explain", "--output", "json")
    assert run.code == 0, run
    assert tree(tmp_path) == before
    (task,) = run.of("task_explained")
    assert (task["folder"], task["files"]) == ("p=1/", 4)
    assert [(column["column"], column["chunks"]) for column in task["columns"]] == [("id", 4), ("word", 4)]
    assert run.of("partition_planned") and run.summary["completed"] == 1
    text = local.run(command, "--path", tmp_path / "table", "--explain")
    assert "p=1/ task 0: 4 files" in text.out and "id, word" in text.out and "To merge:" in text.out


@pytest.mark.parametrize("flags, by_level", [
    ((), [False, True, False]),
    (("--engine", "reencode"), [False, False, True]),
    (("--target_file_size_mb", "1"), [True, True, False]),
])
def test_it_is_what_the_run_does(local, tmp_path, flags, by_level):
    # One row group of each file is more than half of 1 MiB, and is copied where that is the aim.
    fill(tmp_path / "table" / "p=1")
    for n in range(2):
        pq.write_table(rows(10**6 * n, 60_000), tmp_path / "table" / "p=1" / f"large{n}.parquet", compression="none")
    said = local.run("compact", "--path", tmp_path / "table", "--explain", "--output", "json", *flags)
    assert said.code == 0, said
    columns = [column for task in said.of("task_explained") for column in task["columns"]]
    run = local.run("compact", "--path", tmp_path / "table", DELETE, "--output", "json", *flags)
    assert run.code == 0, run
    done = [run.summary["bytes_by_level"][level] > 0 for level in (1, 2, 3)]
    assert levels(columns) == done == by_level, (columns, run.summary)
    if "reencode" in flags:
        assert {reason for column in columns for reason in column["reasons"]} == {"every value is to be decoded"}


def test_files_that_stay_apart_and_files_that_cannot_be_read(local, tmp_path):
    table = tmp_path / "table"
    fill(table / "p=1")
    pq.write_table(rows(0, 10).set_column(0, "id", pa.array(["x"] * 10)), table / "p=1" / "text.parquet")
    fill(table / "p=2")
    (table / "p=2" / "bad.parquet").write_bytes(b"no Parquet file")
    run = local.run("compact", "--path", table, "--explain", "--output", "json")
    assert run.code == 1 and run.summary["failed"] == 1, run
    whole, apart, bad = run.of("task_explained")
    assert whole["files"] == 4 and not whole["apart"]
    assert apart["files"] == 1 and "id" in apart["apart"]
    assert "bad.parquet" in bad["error"] and bad["folder"] == "p=2/"
    assert "report" not in run.out


def test_why_the_store_does_not_append(local, tmp_path):
    """Of two row groups that stay as they are the one that does not go by the store, and so it is."""
    folder = tmp_path / "table" / "p=1"
    fill(folder, files=6)
    for name, filters in (("a", {"id": {"ndv": 1000}}), ("b", None)):
        pq.write_table(rows(10**6, 250_000), folder / f"{name}.parquet", compression="none", use_dictionary=False,
                       bloom_filter_options=filters)
    flags = ("--path", tmp_path / "table", "--target_file_size_mb", "6")
    why = f"Bloom filters go along with pages that are copied here: {folder}/a.parquet: row group 0 (id)"
    (task,) = local.run("compact", *flags, "--explain", "--output", "json").of("task_explained")
    assert task["not_by_store"] == [why] and [column["by_store"] for column in task["columns"]] == [1, 1], task
    assert f"\n  not by the store: {why}\n" in local.run("compact", *flags, "--explain").out
    run = local.run("compact", *flags, "--target_s3_path", tmp_path / "out", "--output", "json")
    assert run.code == 0 and all(size > 0 for size in run.summary["bytes_by_level"][:2]), run


def test_it_does_not_go_with_a_report(local, tmp_path):
    fill(tmp_path / "table" / "p=1")
    run = local.run("compact", "--path", tmp_path / "table", "--explain", "--report", tmp_path / "r.html")
    assert run.code == 2


def test_as_many_tasks_are_told_as_can_be_read(local, tmp_path):
    for n in range(52):
        fill(tmp_path / "table" / f"p={n}", files=2)
    text = local.run("plan", "--path", tmp_path / "table", "--explain").out
    assert text.count(": 2 files, ") == 50
    assert "\nand 2 tasks more; --output json tells all" in text
    assert len(local.run("plan", "--path", tmp_path / "table", "--explain", "--output", "json").of("task_explained")) == 52

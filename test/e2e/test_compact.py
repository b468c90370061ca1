# SPDX-License-Identifier: Apache-2.0
"""pqpack compact: what readers find before, after, and when a run is killed.  DuckDB judges the rows."""

import io
import random
import signal
import subprocess
import time

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from hive_tables import DELETE, Folder, content, fill, parquet, rows, visible
from s3.command import finish


def compact(store, command, *flags, table="table"):
    return command.run("compact", "--path", store.uri(table), "--output", "json", *flags)


def by_folder(run):
    return {e["folder"]: e for e in run.events if e["event"].startswith("partition_")}


def test_in_place(place, tmp_path):
    store, command = place
    fill(store)
    before = content(store, tmp_path)
    run = compact(store, command, DELETE)
    assert run.code == 0, run
    assert content(store, tmp_path) == before
    assert len(store.keys("table/")) == 3  # nothing is left below _pqpack/
    done = by_folder(run)["year=2023/month=01/"]
    assert (done["files_before"], done["files_after"], done["rows"]) == (6, 1, 600)
    assert [store.uri(key) for key in visible(store)][0] in done["outputs"]
    summary = run.summary
    assert (summary["completed"], summary["skipped"], summary["failed"], summary["deleted"]) == (3, 0, 0, 18)
    assert (summary["files_before"], summary["files_after"], summary["rows"]) == (18, 3, 1800)
    again = compact(store, command, DELETE)
    assert again.code == 0 and again.summary["skipped"] == 3
    assert by_folder(again)["year=2023/month=01/"]["event"] == "partition_skipped"


def test_a_summary_file_that_is_stale_is_named(place):
    store, command = place
    fill(store)
    assert compact(store, command, "--target_s3_path", store.uri("copy")).of("warning") == []
    store.put("table/_metadata", b"x")
    store.put("table/year=2023/month=01/_metadata", b"x")
    run = compact(store, command, DELETE)
    assert run.code == 0, run
    assert [e["message"] for e in run.of("warning")] == [
        f"{store.uri('table/_metadata')} names files that were deleted, as do 1 more of other folders:"
        " remove it, some readers go by it"]
    assert compact(store, command, DELETE).of("warning") == []  # nothing was deleted


def test_object_tags_are_reported(bucket, pqpack):
    """versitygw tells of tags as S3 does; it has no Object Lock without versions."""
    fill(bucket)
    assert compact(bucket, pqpack, "--target_s3_path", bucket.uri("copy")).of("warning") == []
    key = bucket.keys("table/")[7]
    bucket.s3.put_object_tagging(Bucket=bucket.name, Key=key, Tagging={"TagSet": [{"Key": "a", "Value": "b"}]})
    said = f"object tags are not carried over; seen first at {bucket.uri(key)}"
    repacked = pqpack.repack(bucket.uri("table"), bucket.uri("out"), "--output", "json")
    assert [e["message"] for e in repacked.of("warning")] == [said]
    assert [e["message"] for e in compact(bucket, pqpack, DELETE).of("warning")] == [said]


def test_a_copy(place, tmp_path):
    store, command = place
    fill(store, files=4)
    large = parquet(rows(5000, 60_000), compression="none", use_dictionary=False)
    store.put("table/year=2024/month=01/large.parquet", large)
    files = {key: store.get(key) for key in store.keys()}
    run = compact(store, command, "--target_s3_path", store.uri("copy"), "--target_file_size_mb", "1")
    assert run.code == 0, run
    assert {key: store.get(key) for key in store.keys("table/")} == files
    assert content(store, tmp_path, "copy/") == content(store, tmp_path)
    # What needs no compaction goes along as it is, under its name.
    assert store.get("copy/year=2024/month=01/large.parquet") == large
    assert len(store.keys("copy/")) == 4
    copied = store.keys("copy/")
    taken = compact(store, command, "--target_s3_path", store.uri("copy"))
    assert taken.code == 4 and taken.summary["failed"] == 3 and store.keys("copy/") == copied
    assert all("has files already" in e["error"] for e in taken.of("partition_failed"))
    other = compact(store, command, "--target_s3_path", store.uri("copy"), "--partition_predicate",
                    "year = 1999")
    assert other.code == 0


def test_a_table_without_partitions(place, tmp_path):
    store, command = place
    for n in range(5):
        store.put(f"table/{n}.parquet", parquet(rows(n * 10, 10)))
    before = content(store, tmp_path)
    assert compact(store, command, DELETE).code == 0
    assert len(store.keys("table/")) == 1 and content(store, tmp_path) == before


def test_only_the_selected_partitions(place, tmp_path):
    store, command = place
    fill(store)
    before = content(store, tmp_path)
    run = compact(store, command, DELETE, "--partition_predicate", "month = 1")
    assert run.code == 0 and list(by_folder(run)) == ["year=2023/month=01/", "year=2024/month=01/"]
    assert len(store.keys("table/")) == 1 + 6 + 1 and content(store, tmp_path) == before


def test_rows_keep_their_order(place):
    store, command = place
    for n in range(8):
        store.put(f"table/d=1/{n}.parquet", parquet(rows(n * 50, 50)))
    assert compact(store, command, DELETE).code == 0
    [key] = visible(store)
    assert pq.read_table(io.BytesIO(store.get(key)))["id"].to_pylist() == list(range(400))


def test_columns_that_differ(place, tmp_path):
    """No column of any file is lost, and what a file lacks is null."""
    store, command = place
    store.put("table/d=1/a.parquet", parquet(pa.table({"a": [1, 2], "b": ["x", "y"]})))
    store.put("table/d=1/b.parquet", parquet(pa.table({"B": ["z"], "c": [1.5]})))
    sink = io.BytesIO()
    pl.DataFrame({"c": [2.5], "a": [3]}).write_parquet(sink)
    store.put("table/d=1/c.parquet", sink.getvalue())
    assert compact(store, command, DELETE).code == 0
    [key] = visible(store)
    merged = pq.read_table(io.BytesIO(store.get(key)))
    assert merged.to_pydict() == {
        "a": [1, 2, None, 3], "b": ["x", "y", "z", None], "c": [None, None, 1.5, 2.5]}


def test_types_that_do_not_go_together_stay_apart(place, tmp_path):
    store, command = place
    for n in range(3):
        store.put(f"table/d=1/a{n}.parquet", parquet(pa.table({"a": pa.array([n], pa.int64())})))
        store.put(f"table/d=1/b{n}.parquet", parquet(pa.table({"a": [f"text {n}"]})))
    run = compact(store, command, DELETE)
    assert run.code == 0, run
    tables = [pq.read_table(io.BytesIO(store.get(key))).to_pydict() for key in visible(store)]
    assert sorted(tables, key=repr) == [{"a": ["text 0", "text 1", "text 2"]}, {"a": [0, 1, 2]}]
    assert any("stay apart" in warning for warning in run.of("partition_done")[0]["warnings"])


def test_a_file_that_is_not_parquet_stops_its_partition_alone(place, tmp_path):
    store, command = place
    fill(store, files=3)
    store.put("table/year=2023/month=02/readme.txt", b"not Parquet at all")
    broken = [key for key in store.keys("table/") if "month=02" in key]
    run = compact(store, command, DELETE)
    assert run.code == 1, run
    assert [key for key in store.keys("table/") if "month=02" in key] == broken
    failed = by_folder(run)["year=2023/month=02/"]
    assert failed["event"] == "partition_failed" and "readme.txt" in failed["error"]
    assert (run.summary["completed"], run.summary["failed"]) == (2, 1)
    assert not [key for key in store.keys("table/") if "_pqpack" in key]


def test_a_copy_goes_on_where_a_partition_failed(place, tmp_path):
    store, command = place
    fill(store, files=3)
    store.put("table/year=2023/month=02/bad.parquet", b"not Parquet at all")
    copy = ["--target_s3_path", store.uri("copy")]
    assert compact(store, command, *copy).code == 1
    assert len(store.keys("copy/")) == 2
    store.delete("table/year=2023/month=02/bad.parquet")
    again = compact(store, command, *copy)
    assert (again.code, again.summary["completed"], again.summary["failed"]) == (4, 1, 2)
    assert content(store, tmp_path, "copy/") == content(store, tmp_path)


def test_a_move(place, tmp_path):
    store, command = place
    fill(store, files=3)
    large = parquet(rows(5000, 60_000), compression="none", use_dictionary=False)
    store.put("table/year=2024/month=01/large.parquet", large)
    before = content(store, tmp_path)
    run = compact(store, command, "--target_s3_path", store.uri("moved"), DELETE, "--target_file_size_mb", "1")
    assert run.code == 0 and run.summary["deleted"] == 10, run
    assert content(store, tmp_path, "moved/") == before
    assert store.keys("table/") == [] and len(store.keys("moved/")) == 4


@pytest.mark.parametrize("flags, word", [
    ([], "--target_s3_path"),
    (["--publish", "copy", "--target_s3_path", "x", DELETE], "--publish copy"),
    (["--publish", "in-place"], "--delete_original_files"),
    (["--publish", "copy"], "--target_s3_path"),
    (["--publish", "swap"], "catalog"),
    ([DELETE, "--verify", "none"], "--verify none"),
    (["--target_s3_path", "table"], "same place"),
    (["--target_s3_path", "table/inside"], "inside"),
    (["--target_s3_path", "."], "contains"),
    (["--target_s3_path", "s3://elsewhere/x"], "kind of store"),
    ([DELETE, "--partition_predicate", "nope = 1"], "nope"),
    ([DELETE, "--compression", "lzo"], "lzo"),
    ([DELETE, "--target", "nobody"], "nobody"),
])  # fmt: skip
def test_wrong_use_changes_nothing(local, tmp_path, flags, word):
    store = Folder(tmp_path)
    fill(store, files=2)
    before = store.keys()
    run = local.run("compact", "--path", "table", *flags)
    assert run.code == 2 and word in run.err, run
    assert store.keys() == before


def test_a_dry_run_is_the_plan(local, tmp_path):
    store = Folder(tmp_path)
    fill(store)
    before = store.keys()
    planned = local.run("plan", "--path", "table", "--output", "json")
    dry = local.run("compact", "--path", "table", "--dry-run", "--output", "json")
    assert dry.code == 0 and dry.events[:-1] == planned.events[:-1]
    assert store.keys() == before


def test_as_many_files_are_no_gain(place, tmp_path):
    """Each run would put as many in their place."""
    store, command = place
    for n, column in enumerate([[1, 2], ["x"], [1.5]]):
        store.put(f"table/d=1/{n}.parquet", parquet(pa.table({"id": column})))
    files = {key: store.get(key) for key in store.keys()}
    for flags in ([DELETE], ["--target_s3_path", store.uri("copy")]):
        run = compact(store, command, *flags)
        assert run.code == 0, run
        assert {key: store.get(key) for key in store.keys("table/")} == files
        assert run.summary["skipped"] == (flags == [DELETE])
    assert content(store, tmp_path, "copy/") == content(store, tmp_path)


def test_a_part_of_a_table_at_the_same_time(place, tmp_path):
    """Runs on a table and on one of its partitions know of each other, dead or alive."""
    store, command = place
    fill(store, files=3)
    begun = "_pqpack/20260101t000000z-0123456789abcdef/journal.json"
    store.put("table/year=2023/month=01/" + begun, b"{}")
    before = store.keys()
    run = compact(store, command, DELETE)
    assert run.code == 4 and "pqpack recover" in run.err, run
    assert store.keys() == before
    store.delete("table/year=2023/month=01/" + begun)
    store.put("table/" + begun, b'{"v":1}')
    for flags in ([DELETE], ["--target_s3_path", store.uri("moved"), DELETE]):
        run = compact(store, command, *flags, table="table/year=2024/month=01")
        assert run.code == 4 and "pqpack recover" in run.err or run.code == 1, run
    assert [key for key in store.keys() if "_pqpack" not in key] == [k for k in before if "_pqpack" not in k]


def test_folders_that_are_no_partitions(place):
    """They may well be tables of their own."""
    store, command = place
    for name in ("orders/0", "orders/1", "customers/0", "customers/1"):
        store.put(f"table/{name}.parquet", parquet(rows(0, 10)))
    before = store.keys()
    run = compact(store, command, DELETE)
    assert run.code == 3 and "no key=value" in run.err, run
    assert store.keys() == before


@pytest.mark.parametrize("make", [
    lambda folder: (folder / "p=1").symlink_to(folder / "p=0"),
    lambda folder: [(folder / "p=2").mkdir(), (folder / "p=2/l").symlink_to(folder / "p=0/0.parquet")],
    lambda folder: (folder / "p=0/g.parquet").symlink_to(folder / "p=0/0.parquet"),
    lambda folder: (folder / "p=0/g.parquet").hardlink_to(folder / "p=0/0.parquet"),
], ids=["folder", "other partition", "file", "hard link"])  # fmt: skip
def test_links_are_not_deleted_under_two_names(local, tmp_path, make):
    store = Folder(tmp_path)
    for n in range(3):
        store.put(f"table/p=0/{n}.parquet", parquet(rows(n * 10, 10)))
    make(tmp_path / "table")
    before = store.keys()
    run = compact(store, local, DELETE, "--partition_predicate", "p = 0")
    assert run.code == 3 and "by a link" in run.err, run
    assert store.keys() == before
    assert compact(store, local, "--target_s3_path", "copy").code == 0


def test_a_partition_that_a_link_leads_out_to(local, tmp_path):
    """A run at its own place could not see the one of the table."""
    store = Folder(tmp_path)
    for n in range(3):
        store.put(f"table/p=0/{n}.parquet", parquet(rows(n * 10, 10)))
        store.put(f"other/q/{n}.parquet", parquet(rows(100 + n * 10, 10)))
    (tmp_path / "table/p=1").symlink_to("../other/q")
    before = content(store, tmp_path) + content(store, tmp_path, "other/")
    assert len(before) == 60
    for flags in ([DELETE], [DELETE, "--target_s3_path", store.uri("copy")],
                  [DELETE, "--partition_predicate", "p = 0"]):
        run = compact(store, local, *flags)
        assert run.code == 3 and "table/p=1/ leads out of the table, by a link" in run.err, run
    assert content(store, tmp_path) + content(store, tmp_path, "other/") == before
    assert compact(store, local, "--target_s3_path", store.uri("copy")).code == 0
    assert len(content(store, tmp_path, "copy/")) == 60


def test_a_destination_with_links(local, tmp_path):
    """Files of a copy appear in no other folder than that of their partition."""
    store = Folder(tmp_path)
    for p in range(2):
        for n in range(3):
            store.put(f"table/p={p}/{n}.parquet", parquet(rows(p * 100 + n * 10, 10)))
    (tmp_path / "table/p=2").mkdir()
    (tmp_path / "copy").mkdir()
    (tmp_path / "copy/p=1").symlink_to("../table/p=2")
    (tmp_path / "to copy").symlink_to("copy")
    run = compact(store, local, "--target_s3_path", store.uri("to copy"))
    assert run.code == 1 and "copy/p=1/ is a link" in run.err, run
    assert len(content(store, tmp_path)) == 60
    assert len(content(store, tmp_path, "copy/")) == 30
    (tmp_path / "into").symlink_to("table/p=2")
    run = compact(store, local, "--target_s3_path", store.uri("into/new"))
    assert run.code == 2 and "lies inside" in run.err, run


def test_cleaning_follows_no_link(local, tmp_path):
    store = Folder(tmp_path)
    fill(store, files=2)
    store.put("elsewhere/document", b"mine")
    dead = tmp_path / "table/_pqpack/20260101t000000z-0123456789abcdef"
    dead.mkdir(parents=True)
    (dead / "link").symlink_to(tmp_path / "elsewhere")
    (dead / "staged").symlink_to(tmp_path / "elsewhere")
    assert compact(store, local, DELETE).code == 0
    assert store.get("elsewhere/document") == b"mine"


def test_originals_that_cannot_be_deleted(local, tmp_path):
    """Both are there until that is mended; no row is missing, and it is said."""
    store = Folder(tmp_path)
    fill(store, files=3)
    before = content(store, tmp_path)
    held = tmp_path / "table/year=2023/month=02/f1.parquet"
    if subprocess.run(["chattr", "+i", held], capture_output=True, check=False).returncode != 0:
        pytest.skip("the file system here has no immutable files")
    try:
        run = compact(store, local, DELETE)
    finally:
        subprocess.run(["chattr", "-i", held], check=True)
    assert run.code == 3 and "may be there twice" in run.err, run
    assert set(map(repr, content(store, tmp_path))) == set(map(repr, before))
    assert compact(store, local, DELETE).code == 0
    assert content(store, tmp_path) == before


def test_a_missing_table(place):
    store, command = place
    run = compact(store, command, DELETE)
    assert run.code == 3
    assert store.keys() == []


def test_verify_none_is_for_copies(place, tmp_path):
    store, command = place
    fill(store, files=2)
    run = compact(store, command, "--target_s3_path", store.uri("copy"), "--verify", "none")
    assert run.code == 0 and run.summary["chunks_by_structure"] + run.summary["chunks_by_content"] == 0
    assert content(store, tmp_path, "copy/") == content(store, tmp_path)


@pytest.mark.parametrize("mode", ["in-place", "copy"])
@pytest.mark.parametrize("group", range(4))
def test_a_killed_run(place, tmp_path, mode, group):
    """At any moment no row is missing; a rerun ends as an undisturbed run does."""
    store, command = place
    fill(store)
    before = content(store, tmp_path)
    flags = [DELETE] if mode == "in-place" else ["--target_s3_path", store.uri("copy")]
    begin = time.monotonic()
    trial = compact(store, command, "--target_s3_path", store.uri("trial"))
    assert trial.code == 0, trial
    seconds = time.monotonic() - begin
    drawn = random.Random(group)
    process = command.start("compact", "--path", store.uri("table"), "--output", "json", *flags)
    time.sleep(drawn.uniform(0, 1.2 * seconds))
    process.send_signal(drawn.choice([signal.SIGKILL, signal.SIGTERM]))
    finish(process)
    seen = content(store, tmp_path)
    assert set(map(repr, seen)) == set(map(repr, before))
    if mode == "copy":
        assert seen == before
        copied = content(store, tmp_path, "copy/")
        whole = {row[0] for row in copied}
        assert copied == [row for row in before if row[0] in whole]
    again = compact(store, command, *flags)
    # A copy that was through when the signal came has nothing left to do.
    assert again.code == 0 or (mode == "copy" and again.summary["failed"] == 3), again
    assert content(store, tmp_path) == before
    if mode == "copy":
        assert content(store, tmp_path, "copy/") == before
    assert not [key for key in store.keys() if "_pqpack" in key]


def test_a_stopped_run_leaves_nothing(place, tmp_path):
    """Neither staged files nor a lock that keeps others out."""
    store, command = place
    fill(store, files=40)
    before = content(store, tmp_path)
    process = command.start("compact", "--path", store.uri("table"), "--workers", "1", DELETE)
    while not [key for key in store.keys("table/_pqpack/") if "staged" in key]:
        assert process.poll() is None or store.keys("table/_pqpack/") == []
        if process.poll() is not None:
            break
    process.send_signal(signal.SIGTERM)
    run = finish(process)
    assert run.code in (0, 143), run
    assert content(store, tmp_path) == before or "may be there twice" in run.err, run
    if run.code == 143 and "may be there twice" not in run.err:
        assert not [key for key in store.keys() if "_pqpack" in key]
    assert compact(store, command, DELETE).code == 0
    assert content(store, tmp_path) == before


def test_two_at_once(place, tmp_path):
    store, command = place
    fill(store, files=10)
    before = content(store, tmp_path)
    words = ["compact", "--path", store.uri("table"), "--output", "json", DELETE]
    runs = [finish(process) for process in [command.start(*words) for _ in range(3)]]
    assert not [str(run) for run in runs if run.code not in (0, 4)]
    assert any(run.code == 0 for run in runs)
    assert content(store, tmp_path) == before
    assert compact(store, command, DELETE).code == 0
    assert len(store.keys("table/")) == 3


def test_a_link_that_leads_nowhere_is_no_empty_file(local, tmp_path):
    table = tmp_path / "table"
    (table / "p=1").mkdir(parents=True)
    (table / "p=1" / "f.parquet").write_bytes(parquet(rows(0, 10)))
    (table / "p=1" / "lost.parquet").symlink_to("nowhere")
    for command in (["repack", "--src", table, "--dst", tmp_path / "out"],
                    ["compact", "--path", table, "--target_s3_path", tmp_path / "copy"]):
        run = local.run(*command)
        assert run.code == 4, run  # it is gone, as a file would be that was deleted since
        assert "lost.parquet" in run.err and "No such file" in run.err, run

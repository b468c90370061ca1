# SPDX-License-Identifier: Apache-2.0
"""compact --publish swap, a move of a table of the Glue Data Catalog, and undo: moto has the catalog, versitygw the files."""

import io
import json
import subprocess
import sys
import time

import pyarrow.parquet as pq
import pytest

from deploy import iam
from s3 import faults
from s3.catalogued import Catalogued, error_of
from s3.command import Pqpack
from s3.fault_proxy import FaultProxy
from s3.glue_table import GlueTable, small_file
from s3.server import REGION, ROOT


def warnings_of(run) -> str:
    return " ".join(event["message"] for event in run.of("warning"))


def places(table) -> dict:
    """Where the catalog has each partition."""
    found = table.glue.get_partitions(DatabaseName=table.database, TableName=table.name)["Partitions"]
    return {"/".join(p["Values"]): p["StorageDescriptor"]["Location"] for p in found}


def table_of(table) -> dict:
    return table.glue.get_table(DatabaseName=table.database, Name=table.name)["Table"]


def partition_of(table, *values) -> dict:
    return table.glue.get_partition(DatabaseName=table.database, TableName=table.name,
                                    PartitionValues=list(values))["Partition"]


def rows_at(bucket, location) -> list[int]:
    """The rows that a reader of the catalog sees there."""
    prefix = location.removeprefix(bucket.uri()).rstrip("/") + "/"
    visible = [key for key in bucket.keys(prefix)
               if not any(part[0] in "_." for part in key.removeprefix(prefix).split("/") if part)]
    return sorted(row for key in visible
                  for row in pq.read_table(io.BytesIO(bucket.get(key)))["id"].to_pylist())


def seen(table) -> dict:
    return {name: rows_at(table.bucket, place) for name, place in places(table).items()}


def own(bucket, prefix="t/") -> dict:
    """What pqpack has of its own there."""
    return {key: data for key, data in bucket.tree(prefix).items() if "_pqpack/" in key}


@pytest.fixture
def table(glue, bucket):
    made = GlueTable(glue, bucket, [("k", "string")])
    made.add(made.partition("a", files=3), made.partition("b", files=1), made.partition("c", files=2))
    return made


def test_a_swap_leads_the_catalog_to_new_files_and_back(command, table, bucket):
    before, rows = bucket.tree("t/"), seen(table)
    run = command.swap(table)
    assert run.code == 0, run
    new = f"{table.location.rstrip('/')}-{run.summary['run']}/"
    assert places(table) == {k: f"{new}k={k}/" for k in "abc"}
    assert seen(table) == rows
    assert [len(bucket.keys(f"t-{run.summary['run']}/k={k}/")) for k in "abc"] == [1, 1, 1]
    assert {k: v for k, v in bucket.tree("t/").items() if "_pqpack" not in k} == before
    assert list(own(bucket)) == [f"_pqpack/swaps/{run.summary['run']}.json"]
    assert not own(bucket, f"t-{run.summary['run']}/")
    assert table_of(table)["StorageDescriptor"]["Location"] == table.location
    assert "do not ask the catalog" in warnings_of(run)

    [swap] = command("runs", table.location).of("swap_found")
    assert (swap["run"], swap["table"], swap["places"]) == (run.summary["run"], f"{table.database}.t", 3)
    back = command.undo(table, run)
    assert back.code == 0, back
    assert (back.summary["completed"], back.summary["failed"], back.summary["unread"]) == (3, 0, new)
    assert places(table) == {k: f"{table.location}k={k}/" for k in "abc"}
    assert seen(table) == rows and bucket.tree("t/") == before
    assert command("runs", table.location).of("swap_found") == []
    again = command.undo(table, run)
    assert again.code == 3 and "no swap" in error_of(again), again


def test_a_table_without_partitions_is_swapped_and_led_back(command, glue, bucket):
    table = GlueTable(glue, bucket)
    for number in range(3):
        bucket.put(f"t/f{number}", small_file(number * 10))
    run = command.swap(table)
    assert run.code == 0, run
    location = table_of(table)["StorageDescriptor"]["Location"]
    assert location == bucket.uri(f"t-{run.summary['run']}/")
    assert rows_at(bucket, location) == list(range(30)) and len(bucket.keys(f"t-{run.summary['run']}/")) == 1
    back = command.undo(table, run)
    assert back.code == 0, back
    assert table_of(table)["StorageDescriptor"]["Location"] == table.location


def test_what_arrived_in_either_place_is_not_lost_by_undo(command, table, bucket):
    run = command.swap(table)
    assert run.code == 0, run
    bucket.put(f"t-{run.summary['run']}/k=a/more.parquet", small_file(100))
    bucket.put("t/k=b/more.parquet", small_file(200))
    bucket.set_modified("t/k=b/more.parquet", time.time() + 60)  # not in the second of the originals
    bucket.delete("t/k=c/f0.parquet")
    back = command.undo(table, run)
    assert back.code == 4 and (back.summary["completed"], back.summary["failed"]) == (1, 2), back
    left = {event["values"][0]: event["error"] for event in back.of("location_kept")}
    assert "does not hold what the swap left there" in left["a"]
    assert "does not hold the originals any more" in left["c"]
    now = seen(table)
    assert now["a"] == [*range(30), *range(100, 110)]
    assert now["b"] == [*range(10), *range(200, 210)]
    assert now["c"] == list(range(20))
    assert [swap["run"] for swap in command("runs", table.location).of("swap_found")] == [run.summary["run"]]


def test_a_file_of_the_newest_originals_second_is_no_original_to_undo(command, table, bucket):
    """It can't be told from them by its time: refused, and said how it can be."""
    then = int(time.time()) - 100
    for key in bucket.tree("t/"):
        bucket.set_modified(f"t/{key}", then)
    run = command.swap(table)
    bucket.put("t/k=b/more.parquet", small_file(200))
    bucket.set_modified("t/k=b/more.parquet", then)
    back = command.undo(table, run)
    [left] = back.of("location_kept")
    assert back.code == 4 and left["values"] == ["b"] and "copy it onto itself" in left["action"], back
    assert seen(table)["b"] == [*range(10)]
    bucket.set_modified("t/k=b/more.parquet", then + 1)
    again = command.undo(table, run)
    assert again.code == 0 and seen(table)["b"] == [*range(10), *range(200, 210)], again


def test_a_location_that_somebody_changed_is_not_led_back(command, glue, table, bucket):
    run = command.swap(table)
    other = table.partition("b", location=bucket.uri("other/"), files=1)
    glue.update_partition(DatabaseName=table.database, TableName="t", PartitionValueList=["b"], PartitionInput=other)
    back = command.undo(table, run)
    assert back.code == 4, back
    [left] = back.of("location_kept")
    assert left["values"] == ["b"] and bucket.uri("other/") in left["error"]
    assert places(table) == {"a": f"{table.location}k=a/", "b": bucket.uri("other/"), "c": f"{table.location}k=c/"}


def test_what_is_led_back_is_anybodys_to_compact(through_proxy, command, glue_proxy, glue, bucket):
    """A file that arrived in the new place was copied to the old one, and merged there: the next undo, of what the
    first one had left, does not copy it once more."""
    table = GlueTable(glue, bucket, [("k", "string")])
    table.add({**table.partition("a", files=3), "Parameters": {"numFiles": "3"}}, table.partition("b"))
    run = command.swap(table)
    new = f"t-{run.summary['run']}"
    bucket.put(f"{new}/k=b/more.parquet", small_file(100))
    glue_proxy.on("AWSGlue.BatchUpdatePartition",
                  faults.Before(lambda: bucket.put(f"{new}/k=a/late.parquet", small_file(200))), times=[1])
    back = through_proxy.undo(table, run)
    assert (back.code, back.summary["completed"], back.summary["late"]) == (4, 1, 1), back
    rows = {"a": [*range(30), *range(200, 210)], "b": [*range(20), *range(100, 110)]}
    assert seen(table) == rows and partition_of(table, "a")["Parameters"] == {"numFiles": "4"}
    [swap] = command("runs", table.location).of("swap_found")
    assert swap["places"] == 1
    merged = command("compact", *table.words, "--delete_original_files", "true", "--partition_predicate", "k = 'a'")
    assert merged.code == 0, merged
    again = command.undo(table, run)
    assert (again.code, again.summary["completed"], again.summary["failed"]) == (4, 0, 1), again
    assert seen(table) == rows


def test_the_new_place_is_not_compacted_by_its_path_while_it_is_left(through_proxy, command, glue_proxy, table, bucket):
    run = command.swap(table)
    new, others = f"t-{run.summary['run']}", []

    def compact():
        bucket.put(f"{new}/k=a/late.parquet", small_file(200))
        others.append(command("compact", "--path", bucket.uri(new), "--delete_original_files", "true"))
    glue_proxy.on("AWSGlue.BatchUpdatePartition", faults.Before(compact), times=[1])
    back = through_proxy.undo(table, run)
    assert back.code == 0 and [other.code for other in others] == [4], (back, others)
    assert seen(table) == {"a": [*range(30), *range(200, 210)], "b": [*range(10)], "c": [*range(20)]}
    assert not own(bucket, f"{new}/")


def test_a_move_takes_the_table_along(command, table, bucket, other_bucket):
    rows = seen(table)
    run = command("compact", *table.words, "--target_s3_path", bucket.uri("new/t"), "--delete_original_files", "true")
    assert run.code == 0, run
    assert places(table) == {k: bucket.uri(f"new/t/k={k}/") for k in "abc"}
    assert table_of(table)["StorageDescriptor"]["Location"] == bucket.uri("new/t/")
    assert seen(table) == rows
    assert bucket.tree("t/") == {} and own(bucket, "new/t/") == {}
    assert run.summary["deleted"] == 6


def test_a_moved_tables_counters_go_with_it(command, glue, bucket):
    table = GlueTable(glue, bucket, [("k", "string")], Parameters={"sizeKey": "5", "mine": "stays"})
    table.add(table.partition("a", files=3))
    run = command("compact", *table.words, "--target_s3_path", bucket.uri("new"), "--delete_original_files", "true")
    assert run.code == 0 and "untrue" not in warnings_of(run), run
    assert table_of(table)["Parameters"] == {"mine": "stays"}


def test_undo_is_told_where_else_the_table_was(command, glue, bucket):
    table = GlueTable(glue, bucket, [("k", "string")])
    table.add(table.partition("a", files=3), table.partition("b", location=bucket.uri("other/b/")))
    run = command.swap(table)
    rows = seen(table)
    [words] = [w["message"].partition("pqpack undo ")[2] for w in run.of("warning") if "pqpack undo" in w["message"]]
    assert f"--also {bucket.uri('other/b/')}" in words
    assert command.undo(table, run).code == 2
    back = command("undo", *words.split())
    assert back.code == 0 and seen(table) == rows and places(table)["b"] == bucket.uri("other/b/"), back


def test_a_move_of_some_partitions_leaves_the_table_where_it_is(command, table, bucket):
    rows = seen(table)
    run = command("compact", *table.words, "--target_s3_path", bucket.uri("new"), "--delete_original_files", "true",
                  "--partition_predicate", "k <> 'b'")
    assert run.code == 0, run
    assert places(table) == {"a": bucket.uri("new/k=a/"), "b": f"{table.location}k=b/", "c": bucket.uri("new/k=c/")}
    assert table_of(table)["StorageDescriptor"]["Location"] == table.location
    assert seen(table) == rows
    assert sorted(bucket.tree("t/")) == ["k=b/f0.parquet"]


COUNTERS = {"numFiles": "3", "totalSize": "99", "rawDataSize": "7", "numRows": "30", "recordCount": "30",
            "objectCount": "3", "sizeKey": "99", "averageRecordSize": "3", "mine": "stays",
            "COLUMN_STATS_ACCURATE": '{"BASIC_STATS":"true"}'}


def test_counters_are_right_behind_a_swap_and_all_else_is_kept(command, glue, bucket):
    table = GlueTable(glue, bucket, [("k", "string")], Owner="me", Parameters={"mine": "stays"})
    partition = table.partition("a", files=3, Parameters={"in": "descriptor"}, SerdeInfo={
        "SerializationLibrary": "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe",
        "Parameters": {"serialization.format": "1", "path": bucket.uri("t/k=a")}})
    table.add({**partition, "Parameters": COUNTERS})
    run = command.swap(table)
    assert run.code == 0, run
    after = partition_of(table, "a")
    [(key, data)] = bucket.tree(f"t-{run.summary['run']}/").items()
    assert after["Parameters"] == {
        "numFiles": "1", "objectCount": "1", "totalSize": str(len(data)), "sizeKey": str(len(data)),
        "numRows": "30", "recordCount": "30", "mine": "stays"}
    expected = {**partition["StorageDescriptor"], "Location": bucket.uri(f"t-{run.summary['run']}/k=a/")}
    expected["SerdeInfo"]["Parameters"]["path"] = bucket.uri(f"t-{run.summary['run']}/k=a")
    assert {name: after["StorageDescriptor"][name] for name in expected} == expected
    assert table_of(table)["Parameters"] == {"mine": "stays"} and table_of(table)["Owner"] == "me"


def test_counters_are_right_behind_a_compaction_in_place(command, glue, bucket):
    table = GlueTable(glue, bucket, [("k", "string")],
                      Parameters={"mine": "stays", "sizeKey": "5", "spark.sql.statistics.totalSize": "5",
                                  "spark.sql.statistics.numRows": "30"})
    table.add({**table.partition("a", files=3), "Parameters": COUNTERS}, table.partition("b", files=3))
    run = command("compact", *table.words, "--delete_original_files", "true")
    assert run.code == 0, run
    [data] = [data for key, data in bucket.tree("t/k=a/").items()]
    assert partition_of(table, "a")["Parameters"] == {
        "numFiles": "1", "objectCount": "1", "totalSize": str(len(data)), "sizeKey": str(len(data)),
        "numRows": "30", "recordCount": "30", "mine": "stays"}
    assert table_of(table)["Parameters"] == {"mine": "stays"}
    assert places(table) == {k: f"{table.location}k={k}/" for k in "ab"}


@pytest.fixture
def counted(glue, bucket):
    made = GlueTable(glue, bucket, [("k", "string")], Parameters={"mine": "stays", "sizeKey": "5"})
    made.add(*({**made.partition(k, files=3), "Parameters": {"numFiles": "3", "totalSize": "99", "mine": "stays"}}
               for k in "ab"))
    return made


def counters(table) -> dict:
    return {"": table_of(table)["Parameters"], **{k: partition_of(table, k)["Parameters"] for k in "ab"}}


def true_counters(bucket) -> dict:
    size = {k: sum(len(data) for data in bucket.tree(f"t/k={k}/").values()) for k in "ab"}
    return {"": {"mine": "stays"}, **{k: {"numFiles": "1", "totalSize": str(size[k]), "mine": "stays"} for k in "ab"}}


def die_in_place(s3_server, glue_server, table, folder, operation):
    """Killed at its first request of this kind that changes the table, or that asks for a partition."""
    with FaultProxy(s3_server.port) as in_s3, FaultProxy(glue_server.port) as in_glue:
        held = faults.Hold()
        if operation.startswith("AWSGlue."):
            in_glue.on(operation, held, times=[1])
        else:
            in_s3.on(operation, held, key="t/k=*", times=[1])
        with Catalogued(in_s3.url, in_glue.url, folder).start(
                "compact", *table.words, "--delete_original_files", "true",
                env={"AWS_ENDPOINT_URL_GLUE": in_glue.url}) as process:
            held.reached.wait()
            process.kill()
        held.release()


@pytest.mark.parametrize("operation", ["PutObject", "DeleteObject", "AWSGlue.GetPartition",
                                       "AWSGlue.BatchUpdatePartition", "AWSGlue.UpdateTable"])
@pytest.mark.parametrize("ended_by", ["recover", "compact"])
def test_counters_are_right_behind_a_run_that_died(s3_server, glue_server, command, counted, bucket, tmp_path,
                                                   operation, ended_by):
    die_in_place(s3_server, glue_server, counted, tmp_path, operation)
    words = {"recover": ["recover", counted.location, *counted.words],
             "compact": ["compact", *counted.words, "--delete_original_files", "true"]}[ended_by]
    run = command(*words)
    assert run.code == 0 and "untrue" not in warnings_of(run), run
    assert counters(counted) == true_counters(bucket)
    assert seen(counted) == {k: list(range(30)) for k in "ab"} and not own(bucket)


@pytest.mark.parametrize("words", [["recover"], ["compact", "--delete_original_files", "true", "--path"]])
def test_a_catalogs_run_that_is_ended_by_the_path_says_which_counters_stay_untrue(
        s3_server, glue_server, command, counted, bucket, tmp_path, words):
    before = counters(counted)
    die_in_place(s3_server, glue_server, counted, tmp_path, "DeleteObject")
    run = command(*words, counted.location)
    assert run.code == 0 and not own(bucket), run
    told = [w["message"] for w in run.of("warning") if "untrue" in w["message"]]
    flags = f"--database-name {counted.database} --table-name t"
    assert len(told) == 1 and f"recover {counted.location} {flags}" in told[0] and "3 places" in told[0], run
    assert counters(counted) == before


def test_counters_of_a_partition_of_which_a_file_came_meanwhile(through_proxy, glue_proxy, counted, bucket):
    """What is found when the catalog is told counts, and not what was published."""
    glue_proxy.on("AWSGlue.GetTables", faults.Before(lambda: bucket.put("t/k=a/late.parquet", small_file(100))),
                  times=[2])
    run = through_proxy("compact", *counted.words, "--delete_original_files", "true")
    assert run.code == 0, run
    true = true_counters(bucket)
    true["a"]["numFiles"] = "2"
    assert counters(counted) == true


def test_a_dry_run_shows_each_change_of_the_catalog(command, glue, bucket):
    table = GlueTable(glue, bucket, [("k", "string")], Parameters={"sizeKey": "5"})
    table.add({**table.partition("a", files=3), "Parameters": {"numFiles": "3"}}, table.partition("b", files=1))
    before = bucket.tree()

    def shown(*flags):
        run = command("compact", *table.words, *flags, "--dry-run")
        assert run.code == 0, run
        return [(e["folder"], e["location"], e["location_after"], e["counters"])
                for e in run.of("catalog_change_planned")]

    old, new = table.location, f"{table.location.rstrip('/')}-RUN/"
    assert shown("--publish", "swap") == [
        ("k=a/", f"{old}k=a/", f"{new}k=a/", ["numFiles"]), ("k=b/", f"{old}k=b/", f"{new}k=b/", []),
        ("", old, old, ["sizeKey"])]
    assert shown("--delete_original_files", "true") == [
        ("k=a/", f"{old}k=a/", f"{old}k=a/", ["numFiles"]), ("", old, old, ["sizeKey"])]
    moved = bucket.uri("new/")
    assert shown("--delete_original_files", "true", "--target_s3_path", moved)[-1] == ("", old, moved, ["sizeKey"])
    assert shown("--target_s3_path", moved) == []
    assert bucket.tree() == before
    text = command.run("compact", *table.words, "--publish", "swap", "--dry-run",
                       env={"AWS_ENDPOINT_URL_GLUE": command.glue_url}).out
    assert f"In the catalog: k=a/: Location {old}k=a/ becomes {new}k=a/; set or dropped: numFiles" in text


@pytest.mark.parametrize("killed_at", [1, 2, 3])
def test_a_swap_that_died_is_ended_with_its_catalog(s3_server, glue_server, command, table, bucket, tmp_path, killed_at):
    """Killed while it leads the catalog, at its n-th question or change."""
    rows = seen(table)
    with FaultProxy(glue_server.port) as proxy:
        held = faults.Hold()
        name = "AWSGlue.BatchUpdatePartition" if killed_at == 3 else "AWSGlue.GetPartition"
        proxy.on(name, held, times=[1 if killed_at == 3 else killed_at])
        with Catalogued(s3_server.url, proxy.url, tmp_path).start(
                "compact", *table.words, "--publish", "swap", "--output", "json",
                env={"AWS_ENDPOINT_URL_GLUE": proxy.url}) as process:
            held.reached.wait()
            process.kill()
        held.release()
    assert seen(table) == rows
    [found] = command("runs", table.location).of("run_found")
    assert (found["mode"], found["phase"]) == ("swap", "switching")
    before = bucket.tree()
    refused = command("recover", table.location)
    assert refused.code == 3 and found["run"] in error_of(refused) and "--database-name" in error_of(refused), refused
    assert bucket.tree() == before
    ended = command("recover", table.location, *table.words)
    assert ended.code == 0, ended
    [event] = ended.of("run_recovered")
    assert event["outcome"] == "completed"
    assert places(table) == {k: bucket.uri(f"t-{found['run']}/k={k}/") for k in "abc"}
    assert seen(table) == rows
    assert list(own(bucket)) == [f"_pqpack/swaps/{found['run']}.json"]
    back = command("undo", table.location, found["run"], *table.words)
    assert back.code == 0 and seen(table) == rows, back


@pytest.mark.parametrize("flags, code, why", [
    (["--delete_original_files", "true"], 2, "keeps the originals"),
    (["--target_s3_path", "s3://x/y"], 2, "beside the table"),
    (["--verify", "none"], 2, "unproven"),
])
def test_swaps_that_contradict_themselves(command, table, bucket, flags, code, why):
    before = bucket.tree()
    run = command.swap(table, *flags)
    assert run.code == code and why in error_of(run), run
    assert bucket.tree() == before


def test_a_folder_tree_has_no_catalog_to_swap_in(command, bucket):
    bucket.put("t/k=a/f0.parquet", small_file())
    run = command("compact", "--path", bucket.uri("t"), "--publish", "swap")
    assert run.code == 2 and "folder tree" in error_of(run), run


@pytest.mark.parametrize("flags", [["--publish", "swap"], ["--delete_original_files", "true", "--target_s3_path"]])
def test_projected_partitions_are_not_led_elsewhere(command, glue, bucket, flags):
    table = GlueTable(glue, bucket, [("year", "int")], Parameters={
        "projection.enabled": "true", "projection.year.type": "integer", "projection.year.range": "2020,2030"})
    for name in "ab":
        bucket.put(f"t/year=2023/{name}.parquet", small_file())
    before = bucket.tree()
    run = command("compact", *table.words, *flags, *([bucket.uri("new")] if len(flags) == 3 else []))
    assert run.code == 3 and "projection" in error_of(run), run
    assert bucket.tree() == before


def test_plans_for_workers_lead_no_catalog(command, table, bucket):
    for flags in (["--publish", "swap"], ["--target_s3_path", bucket.uri("n"), "--delete_original_files", "true"]):
        run = command("plan", *table.words, *flags, "--out", bucket.uri("plans/1.json"))
        assert run.code == 2 and "can't lead a catalog" in error_of(run), run


def test_nothing_is_led_where_other_tables_may_have_the_files(command, glue, table, bucket):
    GlueTable(glue, bucket, database=table.database, name="u", location=bucket.uri("t/k=a/"))
    before = bucket.tree()
    run = command.swap(table)
    assert run.code == 3 and "u (" in error_of(run) and bucket.tree() == before, run


@pytest.mark.parametrize("publish", ["swap", "move"])
def test_nothing_is_led_where_others_would_see_its_files(command, glue, bucket, publish):
    place = bucket.uri({"swap": "x/", "move": "new/"}[publish])
    table = GlueTable(glue, bucket, [("k", "string")], location=bucket.uri("x/t/"))
    table.add(table.partition("a", location=bucket.uri("a/")), table.partition("b", location=place, files=1))
    others = GlueTable(glue, bucket, name="others", database=table.database, location=bucket.uri("o/"))
    rows = seen(table)
    how = {"swap": ["--publish", "swap"],
           "move": ["--target_s3_path", place, "--delete_original_files", "true"]}[publish]
    before = bucket.tree()
    run = command("compact", *table.words, *how, "--partition_predicate", "k = 'a'")
    assert run.code == 3 and f"at {place}, would have files of others" in error_of(run), run
    assert bucket.tree() == before and seen(table) == rows
    glue.delete_partition(DatabaseName=table.database, TableName="t", PartitionValues=["b"])
    glue.update_table(DatabaseName=table.database, TableInput={
        "Name": "others", "StorageDescriptor": {**table_of(others)["StorageDescriptor"], "Location": place}})
    run = command("compact", *table.words, *how)
    assert run.code == 3 and f"others ({place})" in error_of(run), run
    assert bucket.tree() == before


def test_a_move_that_died_leaves_nothing_in_the_way(s3_server, glue_server, command, table, bucket, tmp_path):
    with FaultProxy(glue_server.port) as proxy:
        held = faults.Hold()
        proxy.on("AWSGlue.BatchUpdatePartition", held, times=[1])
        with Catalogued(s3_server.url, proxy.url, tmp_path).start(
                "compact", *table.words, "--target_s3_path", bucket.uri("new"), "--delete_original_files", "true",
                "--partition_predicate", "k = 'a'", env={"AWS_ENDPOINT_URL_GLUE": proxy.url}) as process:
            held.reached.wait()
            process.kill()
        held.release()
    assert command("recover", table.location, *table.words, "--also", bucket.uri("new")).code == 0
    assert places(table)["a"] == bucket.uri("new/k=a/")
    bucket.put("new/k=a/more.parquet", small_file(100))
    run = command("compact", *table.words, "--delete_original_files", "true")
    assert run.code == 0 and seen(table)["a"] == [*range(30), *range(100, 110)], run


def test_a_swap_of_nothing_to_merge_does_nothing(command, table, bucket):
    first = command.swap(table)
    before, led = bucket.tree(), places(table)
    assert first.code == 0 and led["b"] == bucket.uri(f"t-{first.summary['run']}/k=b/")
    again = command.swap(table)
    assert (again.code, again.summary["completed"], again.summary["skipped"]) == (0, 0, 3), again
    assert bucket.tree() == before and places(table) == led
    assert command("compact", *table.words, "--publish", "swap", "--dry-run").of("catalog_change_planned") == []
    assert command.undo(table, first).code == 0


def move_of(table) -> list[str]:
    return ["compact", *table.words, "--target_s3_path", table.bucket.uri("new/t"), "--delete_original_files", "true"]


def originals(bucket) -> dict:
    return {key: data for key, data in bucket.tree("t/").items() if "_pqpack/" not in key}


def test_a_move_that_may_not_lead_the_table_deletes_nothing(through_proxy, command, glue_proxy, table, bucket):
    """New partitions would be made where nobody reads any more."""
    rows, before = seen(table), bucket.tree("t/")
    glue_proxy.on("AWSGlue.UpdateTable", faults.JsonError(400, "AccessDeniedException"))
    run = through_proxy(*move_of(table))
    assert run.code == 3 and "Allow glue:UpdateTable" in error_of(run), run
    assert f"pqpack recover {table.location}" in warnings_of(run) and "each row once" in warnings_of(run)
    assert originals(bucket) == before and seen(table) == rows
    assert table_of(table)["StorageDescriptor"]["Location"] == table.location
    again = through_proxy(*move_of(table))
    assert again.code == 3 and "Allow glue:UpdateTable" in error_of(again), again
    assert originals(bucket) == before and seen(table) == rows
    done = command(*move_of(table))
    assert done.code == 0 and "completed" in warnings_of(done), done
    assert table_of(table)["StorageDescriptor"]["Location"] == bucket.uri("new/t/")
    assert seen(table) == rows and bucket.tree("t/") == {} and own(bucket, "new/t/") == {}


@pytest.mark.parametrize("publish", ["swap", "move"])
@pytest.mark.parametrize("answer", [
    faults.JsonError(400, "AccessDeniedException"),
    faults.Page(200, json.dumps({"Errors": [{"PartitionValueList": ["b"], "ErrorDetail": {
        "ErrorCode": "AccessDeniedException", "ErrorMessage": "not yours"}}]}).encode())])
def test_partitions_that_may_not_be_led_are_once_that_is_allowed(through_proxy, command, glue_proxy, table, bucket,
                                                                 publish, answer):
    rows, before = seen(table), bucket.tree("t/")
    words = {"swap": ["compact", *table.words, "--publish", "swap"], "move": move_of(table)}[publish]
    glue_proxy.on("AWSGlue.BatchUpdatePartition", answer)
    run = through_proxy(*words)
    assert run.code == 3 and "Allow glue:BatchUpdatePartition" in error_of(run), run
    assert f"pqpack recover {table.location}" in warnings_of(run)
    assert originals(bucket) == before and seen(table) == rows
    done = command(*words)
    assert done.code == 0 and seen(table) == rows, done
    assert all(table.location not in place for place in places(table).values())
    assert originals(bucket) == (before if publish == "swap" else {})


def test_a_move_that_is_through_has_nothing_to_do(command, table, bucket):
    assert command(*move_of(table)).code == 0
    before, led = bucket.tree(), places(table)
    again = command(*move_of(table))
    assert (again.code, again.summary["completed"], again.summary["skipped"]) == (0, 0, 3), again
    assert {e["reason"] for e in again.of("partition_skipped")} == {"it lies at the destination already"}
    assert command(*move_of(table), "--dry-run").of("catalog_change_planned") == []
    assert bucket.tree() == before and places(table) == led
    bucket.put("new/t/k=a/more.parquet", small_file(100))
    assert command(*move_of(table)).code == 0 and seen(table)["a"] == [*range(30), *range(100, 110)]


def test_what_a_move_has_left_is_moved_by_the_next(command, table, bucket):
    rows = seen(table)
    assert command(*move_of(table), "--partition_predicate", "k <> 'b'").code == 0
    changes = command(*move_of(table), "--dry-run").of("catalog_change_planned")
    assert [(e["folder"], e["location_after"]) for e in changes] == [
        ("k=b/", bucket.uri("new/t/k=b/")), ("", bucket.uri("new/t/"))]
    run = command(*move_of(table))
    assert (run.code, run.summary["completed"], run.summary["skipped"]) == (0, 1, 2), run
    assert places(table) == {k: bucket.uri(f"new/t/k={k}/") for k in "abc"} and seen(table) == rows
    assert table_of(table)["StorageDescriptor"]["Location"] == bucket.uri("new/t/")
    assert bucket.tree("t/") == {} and own(bucket, "new/t/") == {}


def test_a_move_that_died_while_it_deleted_says_what_ends_it(s3_server, command, table, bucket, tmp_path):
    """The table lies at the destination by then."""
    rows = seen(table)
    with FaultProxy(s3_server.port) as proxy:
        held = faults.Hold()
        proxy.on("DeleteObject", held, key="t/k=*", times=[2])
        with Catalogued(proxy.url, command.glue_url, tmp_path).start(
                *move_of(table), env={"AWS_ENDPOINT_URL_GLUE": command.glue_url}) as process:
            held.reached.wait()
            process.kill()
        held.release()
    assert table_of(table)["StorageDescriptor"]["Location"] == bucket.uri("new/t/") and seen(table) == rows
    again = command(*move_of(table))
    assert again.code == 4 and f"pqpack recover {table.location} --also {bucket.uri('new/t/')}" in error_of(again), again
    ended = command("recover", table.location, "--also", bucket.uri("new/t"), *table.words)
    assert ended.code == 0 and bucket.tree("t/") == {}, ended
    assert command(*move_of(table)).code == 0 and seen(table) == rows


@pytest.mark.parametrize("how", [["--publish", "swap"], ["--delete_original_files", "true"], ["--target_s3_path"]])
def test_nothing_is_built_on_what_a_run_by_another_path_left(s3_server, command, table, bucket, tmp_path, how):
    """It died where the table was led, with an output there beside the originals."""
    swap = command.swap(table)
    new, rows = f"t-{swap.summary['run']}", seen(table)
    bucket.put(f"{new}/k=a/more.parquet", small_file(100))
    rows["a"] += range(100, 110)
    with FaultProxy(s3_server.port) as proxy:
        held = faults.Hold()
        proxy.on("DeleteObject", held, key=f"{new}/k=a/*", times=[1])
        with Pqpack(proxy.url, tmp_path).start(
                "compact", "--path", bucket.uri(new), "--delete_original_files", "true") as process:
            held.reached.wait()
            process.kill()
    before = bucket.tree()
    run = command("compact", *table.words, *how, *([bucket.uri("copy")] if "--target_s3_path" in how else []))
    assert run.code == 4 and f"pqpack recover {bucket.uri(new)}" in error_of(run), run
    assert bucket.tree() == before
    assert command("recover", bucket.uri(new)).code == 0
    assert seen(table) == rows


@pytest.mark.parametrize("part", ["", "/k=a"])
def test_a_run_by_the_path_sees_one_by_the_catalog(s3_server, command, table, bucket, tmp_path, part):
    """Behind a swap partitions lie outside of the table's folder: its lock says nothing there."""
    swap = command.swap(table)
    new, rows = f"t-{swap.summary['run']}", seen(table)
    bucket.put(f"{new}/k=a/more.parquet", small_file(100))
    rows["a"] += range(100, 110)
    by_path = ["compact", "--path", bucket.uri(new + part), "--delete_original_files", "true"]
    with FaultProxy(s3_server.port) as proxy:
        held = faults.Hold()
        proxy.on("DeleteObject", held, key=f"{new}/k=a/*", times=[1])
        with Catalogued(proxy.url, command.glue_url, tmp_path).start(
                "compact", *table.words, "--delete_original_files", "true",
                env={"AWS_ENDPOINT_URL_GLUE": command.glue_url}) as process:
            held.reached.wait()
            alive = command(*by_path)
            process.kill()
        held.release()
    [signpost] = own(bucket, f"{new}/")
    run_id = signpost.split("/")[-2]
    bucket.put(f"{new}/k=a/again.parquet", small_file(200))
    rows["a"] += range(200, 210)
    dead = command(*by_path)
    for run in (alive, dead):
        assert run.code == 4 and run_id in error_of(run), run
        assert f"pqpack recover {bucket.uri('t')}/." in error_of(run), run
    [found] = command("runs", bucket.uri(new)).of("run_found")
    assert found["run"] == run_id and f"kept at {bucket.uri('t')}/" in found["error"]
    assert command("recover", bucket.uri(new)).code == 4
    assert command("recover", table.location).code == 0
    assert not own(bucket, f"{new}/") and seen(table) == rows
    assert command(*by_path).code == 0 and seen(table) == rows


def test_a_second_swap_goes_beside_the_first(command, table, bucket):
    rows = seen(table)
    first = command.swap(table)
    for k in "abc":
        bucket.put(f"t-{first.summary['run']}/k={k}/more", small_file(100))
    second = command.swap(table)
    assert second.code == 0, second
    assert places(table) == {k: bucket.uri(f"t-{second.summary['run']}/k={k}/") for k in "abc"}
    assert seen(table) == {k: [*rows[k], *range(100, 110)] for k in "abc"}
    back = command.undo(table, second)
    assert back.code == 0, back
    assert places(table) == {k: bucket.uri(f"t-{first.summary['run']}/k={k}/") for k in "abc"}


def asked_of_glue(record, table) -> list[iam.Request]:
    operation = record.operation.removeprefix("AWSGlue.")
    arn = f"arn:aws:glue:{REGION}:1:"
    name = f"table/{table.database}/" + ("*" if operation == "GetTables" else table.name)
    return [iam.Request(f"glue:{operation}", arn + one) for one in ("catalog", f"database/{table.database}", name)]


@pytest.mark.parametrize("publish", ["copy", "in-place", "swap", "move"])
def test_the_policy_allows_what_is_asked_and_nothing_else(s3_server, glue_server, bucket, other_bucket, tmp_path, publish):
    table = GlueTable(glue_server.glue, bucket, [("k", "string")], Parameters={"sizeKey": "1"})
    table.add({**table.partition("a", files=3), "Parameters": {"numFiles": "3"}}, table.partition("b", files=1),
              table.partition("c", files=3, location=bucket.uri("far/k=c/")),
              table.partition("d", files=3, location=other_bucket.uri("d/"), bucket=other_bucket))
    words = ["--table", f"{table.database}.t", "--account", "1", "--region", REGION,
             "--location", table.location, "--publish", publish,
             "--partitions", bucket.uri("far/k=c/"), "--partitions", other_bucket.uri("d")]
    how = {"swap": ["--publish", "swap"], "in-place": ["--delete_original_files", "true"]}.get(
        publish, ["--target_s3_path", bucket.uri("new")])
    if publish in ("copy", "move"):
        words += ["--target", bucket.uri("new")]
    if publish == "move":
        how += ["--delete_original_files", "true"]
    with FaultProxy(s3_server.port) as s3, FaultProxy(glue_server.port) as in_glue:
        command = Catalogued(s3.url, in_glue.url, tmp_path)
        run = command("compact", *table.words, *how)
        assert run.code == 0, run
        if publish == "swap":
            assert command.undo(table, run, "--also", bucket.uri("far"), "--also", other_bucket.uri("d")).code == 0
    done = subprocess.run([sys.executable, ROOT / "deploy/iam/compact-policy", *words],
                          capture_output=True, check=True)
    policy = json.loads(done.stdout)
    asked = [iam.request(r.operation, r.bucket, r.key, r.query) for r in s3.requests]
    asked += [iam.reading_of(r) for r in s3.requests if r.operation == "UploadPartCopy"]
    asked += [one for record in in_glue.requests for one in asked_of_glue(record, table)]
    assert [one for one in asked if not iam.allowing(policy, one)] == []
    granted = {action for one in policy["Statement"] for action in one["Action"]}
    # No upload of this table has parts.
    assert granted - {one.action for one in asked} <= {"s3:AbortMultipartUpload", "s3:ListBucketMultipartUploads"}


def test_the_policy_has_no_other_places():
    words = ["--table", "d.t", "--account", "1", "--region", REGION, "--location", "s3://b/t", "--publish", "swap"]
    done = subprocess.run([sys.executable, ROOT / "deploy/iam/compact-policy", *words], capture_output=True, check=True)
    policy = json.loads(done.stdout)
    for other in ("t2/a", "t-old/a", "u/a", "far/_pqpack/1/journal.json"):
        assert iam.allowing(policy, iam.request("PutObject", "b", other)) == []
    assert iam.allowing(policy, iam.Request("glue:UpdateTable", f"arn:aws:glue:{REGION}:1:table/d/u")) == []


def test_throttling_and_lost_answers_are_waited_out(through_proxy, glue_proxy, table, bucket):
    rows = seen(table)
    glue_proxy.on("AWSGlue.BatchUpdatePartition", faults.JsonError(400, "ThrottlingException"), times=[1])
    glue_proxy.on("AWSGlue.BatchUpdatePartition", faults.lose_answer, times=[1])  # of the second one
    glue_proxy.on("AWSGlue.GetPartition", faults.JsonError(400, "InternalServiceException"), times=[2])
    run = through_proxy.swap(table)
    assert run.code == 0, run
    assert seen(table) == rows and set(places(table)) == set("abc")
    assert all(run.summary["run"] in place for place in places(table).values())


def test_a_partition_that_somebody_leads_away_meanwhile_is_left(through_proxy, glue_proxy, glue, table, bucket):
    """Between the proof and the change of the catalog."""
    def lead_away(*_):
        glue.update_partition(DatabaseName=table.database, TableName="t", PartitionValueList=["b"],
                              PartitionInput=table.partition("b", location=bucket.uri("other/"), files=1))
    glue_proxy.on("AWSGlue.GetPartition", faults.Before(lead_away), times=[1])
    run = through_proxy.swap(table)
    assert run.code == 4 and (run.summary["completed"], run.summary["failed"]) == (2, 1), run
    [failed] = run.of("partition_failed")
    assert failed["folder"] == "k=b/" and bucket.uri("other/") in failed["error"]
    assert places(table)["b"] == bucket.uri("other/")

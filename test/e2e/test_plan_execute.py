# SPDX-License-Identifier: Apache-2.0
"""pqpack plan --out, execute, commit: on several processes, killed, late, and against what changes.  DuckDB judges."""

import hashlib
import io
import json
import os
import pathlib
import random
import shutil
import signal
import time

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from hive_tables import DELETE, Folder, content, fill, parquet, rows, visible
from s3.command import finish

FOLDERS = ("year=2023/month=01/", "year=2023/month=02/", "year=2024/month=01/")


def plan(store, command, *flags, out="plan.json"):
    return command.run("plan", "--path", store.uri("table"), "--out", store.uri(out), "--output", "json", *flags)


def execute(store, command, *flags, out="plan.json"):
    return command.run("execute", "--plan", store.uri(out), "--output", "json", *flags)


def commit(store, command, *flags, out="plan.json"):
    return command.run("commit", "--plan", store.uri(out), "--output", "json", *flags)


def modes(store):
    return {"in-place": [DELETE], "copy": ["--target_s3_path", store.uri("copy")],
            "move": ["--target_s3_path", store.uri("copy"), DELETE]}


def nothing_left(store):
    return not [key for key in store.keys() if "_pqpack" in key]


def result_of(mode):
    return "table/" if mode == "in-place" else "copy/"


@pytest.mark.parametrize("mode", ["in-place", "copy", "move"])
def test_shards_of_several_processes(place, tmp_path, mode):
    store, command = place
    fill(store, files=4)
    large = parquet(rows(5000, 60_000), compression="none", use_dictionary=False)
    store.put("table/year=2024/month=01/large.parquet", large)
    before = content(store, tmp_path)
    planned = plan(store, command, *modes(store)[mode], "--target_file_size_mb", "1")
    assert planned.code == 0 and planned.summary["tasks"] == 3, planned
    assert content(store, tmp_path) == before
    early = commit(store, command)
    assert early.code == 4 and "3 of 3 tasks have no receipt" in early.of("error")[0]["error"], early
    words = ["execute", "--plan", store.uri("plan.json"), "--output", "json", "--shard"]
    runs = [finish(process) for process in [command.start(*words, f"{i}/2") for i in range(2)]]
    assert [run.code for run in runs] == [0, 0], runs
    assert sorted(e["task"] for run in runs for e in run.of("task_done")) == [0, 1, 2]
    assert content(store, tmp_path) == before
    done = commit(store, command)
    assert done.code == 0 and done.summary["completed"] == 3 and done.summary["rows"] == 1200, done
    assert done.summary["deleted"] == {"in-place": 12, "copy": 0, "move": 13}[mode]
    assert content(store, tmp_path, result_of(mode)) == before
    assert len(visible(store, result_of(mode))) == 4 and nothing_left(store)
    if mode != "in-place":
        assert store.get("copy/year=2024/month=01/large.parquet") == large
        assert content(store, tmp_path) == (before if mode == "copy" else [])
    after = store.keys()
    again = commit(store, command)
    assert again.code == 0 and again.summary["completed"] == 0 and store.keys() == after, again
    assert again.summary["committed_before"] and not done.summary["committed_before"]
    assert execute(store, command).summary["committed"] and store.keys() == after


@pytest.mark.parametrize("mode", ["in-place", "copy", "move"])
def test_on_a_disk_outputs_are_what_was_staged(local, tmp_path, mode):
    store = Folder(tmp_path)
    fill(store, files=3)
    before = content(store, tmp_path)
    assert plan(store, local, *modes(store)[mode]).code == 0
    assert execute(store, local).code == 0
    staged = {path.stat().st_ino for path in tmp_path.rglob("*.staged")}
    assert len(staged) == 3
    assert commit(store, local).code == 0
    outputs = [tmp_path / key for key in visible(store, result_of(mode))]
    assert {path.stat().st_ino for path in outputs} == staged
    assert {path.stat().st_nlink for path in outputs} == {1} and nothing_left(store)
    assert content(store, tmp_path, result_of(mode)) == before


def test_the_same_inventory_gives_the_same_bytes(place):
    store, command = place
    fill(store, files=3)
    assert plan(store, command, DELETE).code == 0
    assert plan(store, command, DELETE, out="again.json").code == 0
    assert store.get("plan.json") == store.get("again.json")
    taken = plan(store, command, DELETE)
    assert taken.code == 4 and "taken" in taken.of("error")[0]["error"], taken


def test_a_plan_knows_places_without_links(local, tmp_path):
    store = Folder(tmp_path)
    fill(store, files=3)
    before = content(store, tmp_path)
    (tmp_path / "link").symlink_to("table")
    run = plan(store, local, DELETE, out="link/plan.json")
    assert run.code == 2 and "lies in" in run.of("error")[0]["error"], run
    run = local.run("plan", "--path", store.uri("link"), "--out", store.uri("plan.json"), DELETE)
    assert run.code == 0, run
    (tmp_path / "link").unlink()
    assert execute(store, local).code == 0
    (tmp_path / "table").rename(tmp_path / "moved")
    (tmp_path / "table").symlink_to("moved")
    for late in (execute(store, local), commit(store, local)):
        assert late.code == 4 and "a link leads to another place" in late.of("error")[0]["error"], late
    (tmp_path / "table").unlink()
    (tmp_path / "moved").rename(tmp_path / "table")
    assert commit(store, local).code == 0
    assert content(store, tmp_path) == before and len(visible(store)) == 3


def test_it_is_what_compact_gives(place, tmp_path):
    """Byte for byte, but for the names."""
    store, command = place
    fill(store, files=4)
    assert plan(store, command, "--target_s3_path", store.uri("copy")).code == 0
    assert execute(store, command).code == 0
    committed = commit(store, command)
    assert committed.code == 0, committed
    run = command.run("compact", "--path", store.uri("table"), "--target_s3_path", store.uri("other"),
                      "--output", "json")
    assert run.code == 0, run
    own = {"seconds", "run", "seconds_merging", "seconds_proving", "request_count"}
    told = [{name: value for name, value in done.summary.items() if name not in own} for done in (committed, run)]
    assert told[0] == told[1] and told[0]["completed"] == 3
    files = [[store.get(key) for key in visible(store, prefix)] for prefix in ("copy/", "other/")]
    assert files[0] == files[1] and len(files[0]) == 3


def test_what_is_done_is_not_done_again(place, tmp_path):
    store, command = place
    fill(store, files=3)
    assert plan(store, command, DELETE).code == 0
    first = execute(store, command, "--shard", "1/3")
    assert first.summary["completed"] == 1 and [e["task"] for e in first.of("task_done")] == [1]
    staged = [key for key in store.keys("table/_pqpack/") if key.endswith(".staged")]
    second = execute(store, command)
    assert (second.summary["completed"], second.summary["skipped"]) == (2, 1), second
    assert staged[0] in store.keys("table/_pqpack/")
    # One whose staged file is gone does not count, and is done again; so is a damaged one.
    store.delete(staged[0])
    receipt = next(key for key in store.keys("table/_pqpack/") if key.endswith("receipts/2.json"))
    store.put(receipt, b"{}")
    missing = commit(store, command)
    assert missing.code == 4 and "2 of 3 tasks" in missing.of("error")[0]["error"], missing
    third = execute(store, command)
    assert (third.summary["completed"], third.summary["skipped"]) == (2, 1), third
    before = content(store, tmp_path)
    assert commit(store, command).code == 0
    assert content(store, tmp_path) == before and nothing_left(store)


def test_receipts_that_are_not_what_they_seem(local, tmp_path):
    """Who may write to the table's folder may have written them: none of them is taken for a proof."""
    store = Folder(tmp_path)
    fill(store, ("p=1/",), files=3)
    assert plan(store, local, DELETE).code == 0
    assert execute(store, local).code == 0
    [key] = [key for key in store.keys("table/_pqpack/") if "/receipts/" in key]
    good = json.loads(store.get(key))
    before = content(store, tmp_path)
    staged = good["staged"][0]
    store.put("table/_pqpack/other.staged", pathlib.Path(staged["uri"]).read_bytes())
    elsewhere = {**staged, "uri": store.uri("table/_pqpack/other.staged")}
    other = key.replace("receipts/0.json", "staged/_1-20260101t000000z-0123456789abcdef.staged")
    store.put(other, parquet(rows(0, 1)))
    stat = (tmp_path / other).stat()
    second = {"uri": store.uri(other), "size": stat.st_size, "sha256": hashlib.sha256(store.get(other)).hexdigest(),
              "etag": "{:x}-{:x}.{:09}-{:x}".format(stat.st_size, *divmod(stat.st_mtime_ns, 10 ** 9), stat.st_ino)}
    for wrong in (
            {"plan_sha256": "0" * 64}, {"task": 1}, {"proven": False}, {"proven": None}, {"staged": []},
            {"staged": [elsewhere]}, {"staged": [{**staged, "etag": "x"}]}, {"staged": [{**staged, "size": 1}]},
            {"staged": [{**staged, "uri": store.uri("table/p=1/f0.parquet")}]}, {"staged": 7}, {"rows": -1},
            {"rows": good["rows"] - 1}, {"rows": good["rows"] + 1}, {"staged": [staged, second]},
            {"staged": [{**staged, "sha256": "0" * 64}]}, {"staged": [{**staged, "sha256": None}]},
            {"proof": {}}, {"bytes_by_level": [1]}, {"kind": "pqpack plan"}, {"failed": {"code": "nothing"}}):
        store.put(key, json.dumps({**good, **wrong}).encode())
        run = commit(store, local)
        assert run.code == 4 and "1 of 1 tasks" in run.of("error")[0]["error"], (wrong, run)
        assert content(store, tmp_path) == before
    store.put(key, json.dumps({**good, "v": 2}).encode())
    assert commit(store, local).code == 1
    store.delete("table/_pqpack/other.staged")
    store.put(key, json.dumps(good).encode())
    assert commit(store, local).code == 0
    assert content(store, tmp_path) == before and nothing_left(store)


def test_a_receipt_that_was_cut_short(place, tmp_path):
    """The files that it still names have fewer rows than were merged."""
    store, command = place
    fill(store, ("p=1/",), files=3)
    store.put("table/p=1/other.parquet", parquet(pa.table({"word": [1, 2, 3]})))
    store.put("table/p=1/others.parquet", parquet(pa.table({"word": [4]})))
    before = content(store, tmp_path)
    assert plan(store, command, DELETE).code == 0
    assert execute(store, command).code == 0
    [key] = [key for key in store.keys("table/_pqpack/") if "/receipts/" in key]
    good = json.loads(store.get(key))
    assert len(good["staged"]) == 2
    store.put(key, json.dumps({**good, "staged": good["staged"][:1]}).encode())
    run = commit(store, command)
    assert run.code == 4 and "does not have the 304 rows" in run.of("error")[0]["error"], run
    assert content(store, tmp_path) == before
    assert execute(store, command).summary["completed"] == 1
    assert commit(store, command).code == 0
    assert content(store, tmp_path) == before and len(visible(store)) == 2 and nothing_left(store)


@pytest.mark.parametrize("mode", ["in-place", "copy", "move"])
def test_staged_bytes_that_change_unseen(local, tmp_path, mode):
    """Size, time and inode are what they were: what a local version is told by."""
    store = Folder(tmp_path)
    fill(store, ("p=1/",), files=3)
    before = content(store, tmp_path)
    assert plan(store, local, *modes(store)[mode]).code == 0
    assert execute(store, local).code == 0
    [staged] = tmp_path.rglob("*.staged")
    stat = staged.stat()
    good = staged.read_bytes()
    with staged.open("r+b") as file:
        file.seek(len(good) // 3)
        file.write(bytes([good[len(good) // 3] ^ 1]))
    os.utime(staged, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    run = commit(store, local)
    assert run.code == 4 and "not those that were proven" in run.of("error")[0]["error"], run
    assert content(store, tmp_path) == before and visible(store, "copy/") == []
    assert execute(store, local).summary["completed"] == 1
    assert commit(store, local).code == 0
    assert content(store, tmp_path, result_of(mode)) == before and nothing_left(store)


@pytest.mark.parametrize("when", ["before execute", "before commit"])
@pytest.mark.parametrize("mode", ["in-place", "copy"])
def test_a_file_that_changes_leaves_its_partition(place, tmp_path, mode, when):
    store, command = place
    fill(store, files=3)
    before = content(store, tmp_path)
    assert plan(store, command, *modes(store)[mode]).code == 0
    if when == "before commit":
        assert execute(store, command).code == 0
    store.put("table/year=2023/month=02/f1.parquet", parquet(rows(9000, 7)))
    store.delete("table/year=2024/month=01/f0.parquet")
    store.put("table/year=2023/month=01/late.parquet", parquet(rows(7000, 3)))
    changed = content(store, tmp_path)
    run = execute(store, command)
    assert run.code == 4 and run.summary["failed"] == 2, run
    errors = {e["folder"]: e["error"] for e in run.of("task_failed")}
    assert "f1.parquet" in errors["year=2023/month=02/"] and "f0.parquet" in errors["year=2024/month=01/"]
    done = commit(store, command)
    assert done.code == 4 and (done.summary["completed"], done.summary["failed"]) == (1, 2), done
    failed = {e["folder"]: e["error"] for e in done.of("partition_failed")}
    assert "f1.parquet" in failed["year=2023/month=02/"] and "f0.parquet" in failed["year=2024/month=01/"]
    [first] = done.of("partition_done")
    assert "files that came after the plan are left as they are: 1" in first["warnings"]
    assert content(store, tmp_path) == changed and nothing_left(store)
    if mode == "copy":
        assert content(store, tmp_path, "copy/") == [row for row in before if row[0] == FOLDERS[0].rstrip("/")]
    else:
        assert len(visible(store, "table/year=2023/month=01/")) == 2
    for again in (commit(store, command), commit(store, command)):
        assert again.code == 4 and content(store, tmp_path) == changed, again
        said = again.of("error")[0]["error"]
        assert "for 2 of its partitions; the first: year=2023/month=02/: " in said and "f1.parquet" in said
    late = commit(store, command, "--discard")
    assert late.code == 4 and not late.summary["discarded"], late


def test_a_file_that_is_not_parquet(place, tmp_path):
    """Its partition fails as in compact, and the others are committed."""
    store, command = place
    fill(store, files=3)
    store.put("table/year=2023/month=02/bad.parquet", b"not Parquet at all")
    assert plan(store, command, DELETE).code == 0
    for _ in range(2):
        run = execute(store, command)
        assert run.code == 1 and "bad.parquet" in run.of("task_failed")[0]["error"], run
    done = commit(store, command)
    assert done.code == 1 and (done.summary["completed"], done.summary["failed"]) == (2, 1), done
    assert "bad.parquet" in done.of("partition_failed")[0]["error"]
    assert len(visible(store)) == 2 + 4 and nothing_left(store)


def test_a_compaction_in_between(place, tmp_path):
    """It takes no notice of the plan, removes nothing of it, and the commit notices."""
    store, command = place
    fill(store, files=3)
    before = content(store, tmp_path)
    assert plan(store, command, DELETE).code == 0
    assert execute(store, command).code == 0
    planned = store.keys("table/_pqpack/")
    run = command.run("compact", "--path", store.uri("table"), DELETE, "--partition_predicate", "year = 2023")
    assert run.code == 0, run
    assert command.run("recover", store.uri("table")).code == 0
    assert store.keys("table/_pqpack/") == planned and content(store, tmp_path) == before
    done = commit(store, command)
    assert done.code == 4 and (done.summary["completed"], done.summary["failed"]) == (1, 2), done
    assert content(store, tmp_path) == before and nothing_left(store)


def test_a_plan_is_given_up(place):
    store, command = place
    fill(store, files=3)
    before = store.keys()
    assert plan(store, command, DELETE).code == 0
    assert execute(store, command).code == 0
    run = command.run("runs", store.uri("table"), "--output", "json")
    [found] = run.of("plan_found")
    assert (found["receipts"], found["staged_files"]) == (3, 3) and run.of("run_found") == []
    assert (run.summary["runs"], run.summary["plans"]) == (0, 1)
    assert f"{found['run']}: a plan that is neither committed nor given up; 3 receipts; staged: 3 files" in (
        command.run("runs", store.uri("table")).out)
    given_up = commit(store, command, "--discard")
    assert given_up.code == 0 and given_up.summary["discarded"], given_up
    assert store.keys() == sorted([*before, "plan.json"])
    assert command.run("runs", store.uri("table"), "--output", "json").of("plan_found") == []
    assert commit(store, command).code == 4


def test_a_receipt_names_its_own_tasks_files(local, tmp_path):
    """That of another task has other rows."""
    store = Folder(tmp_path)
    fill(store, ("p=1/", "p=2/"), files=3)
    before = content(store, tmp_path)
    assert plan(store, local, DELETE).code == 0
    assert execute(store, local).code == 0
    first, second = (key for key in store.keys("table/_pqpack/") if "/receipts/" in key)
    theirs = json.loads(store.get(second))["staged"]
    store.put(first, json.dumps({**json.loads(store.get(first)), "staged": theirs}).encode())
    assert commit(store, local).code == 4 and content(store, tmp_path) == before
    assert execute(store, local).code == 0
    assert commit(store, local).code == 0 and content(store, tmp_path) == before and nothing_left(store)
    assert commit(store, local, "--discard").code == 4


def test_a_destination_that_is_taken(place, tmp_path):
    """It may be freed, and committed then."""
    store, command = place
    fill(store, files=3)
    assert plan(store, command, "--target_s3_path", store.uri("copy")).code == 0
    assert execute(store, command).code == 0
    for folder in FOLDERS:
        store.put(f"copy/{folder}x.parquet", b"x")
    assert commit(store, command).code == 4
    for folder in FOLDERS:
        store.delete(f"copy/{folder}x.parquet")
    assert commit(store, command).code == 0
    assert content(store, tmp_path, "copy/") == content(store, tmp_path) and nothing_left(store)


@pytest.mark.parametrize("mode", ["in-place", "copy", "move"])
@pytest.mark.parametrize("group", range(3))
def test_killed_at_any_moment(place, tmp_path, mode, group):
    store, command = place
    fill(store, files=5)
    before = content(store, tmp_path)
    assert plan(store, command, *modes(store)[mode]).code == 0
    drawn = random.Random(f"{mode} {group}")
    for words, longest in ((["execute", "--workers", "1"], 0.25), (["commit"], 0.15)):
        whole = [words[0], "--plan", store.uri("plan.json"), "--output", "json", *words[1:]]
        for _ in range(3):
            process = command.start(*whole)
            time.sleep(drawn.uniform(0, longest))
            process.send_signal(drawn.choice([signal.SIGKILL, signal.SIGTERM]))
            finish(process)
            seen = set(map(repr, content(store, tmp_path)))
            copied = content(store, tmp_path, "copy/")
            assert seen | set(map(repr, copied)) == set(map(repr, before))
            assert len(set(map(repr, copied))) == len(copied)
        run = command.run(*whole)
        assert run.code == 0, run
    assert content(store, tmp_path, result_of(mode)) == before
    if mode == "move":
        assert content(store, tmp_path) == []
    assert nothing_left(store)
    assert commit(store, command).code == 0


@pytest.mark.parametrize("mode", ["in-place", "copy", "move"])
def test_a_table_that_was_moved_away(place, mode):
    store, command = place
    fill(store, files=3)
    assert plan(store, command, *modes(store)[mode]).code == 0
    for key in store.keys("table/"):
        store.put(key.replace("table/", "moved/"), store.get(key))
        store.delete(key)
    if isinstance(store, Folder):
        shutil.rmtree(store.path / "table")
    before = store.keys()
    run = execute(store, command)
    assert run.code == 4 and "the table is not there any more" in run.of("error")[0]["error"], run
    assert store.keys() == before
    if isinstance(store, Folder):
        assert not (store.path / "table").exists() and not (store.path / "copy").exists()


def test_recover_completes_a_commit(local, tmp_path):
    """And the next commit knows that there is nothing left to do."""
    store = Folder(tmp_path)
    fill(store, files=3)
    before = content(store, tmp_path)
    completed = 0
    for n in range(40):
        out = f"plan{n}.json"
        assert plan(store, local, DELETE, out=out).code == 0
        if not json.loads(store.get(out).splitlines()[0])["tasks"]:
            break
        assert execute(store, local, out=out).code == 0
        process = local.start("commit", "--plan", store.uri(out))
        run_folder = next((tmp_path / "table/_pqpack/plans").iterdir()).name
        while process.poll() is None and not (tmp_path / f"table/_pqpack/{run_folder}/publish.json").exists():
            pass
        process.kill()
        finish(process)
        assert set(map(repr, content(store, tmp_path))) == set(map(repr, before))
        assert local.run("recover", store.uri("table")).code == 0
        run = commit(store, local, out=out)
        assert run.code == 0 and content(store, tmp_path) == before and nothing_left(store), run
        if run.summary["completed"] == 0:
            completed += 1
        for folder in FOLDERS:
            store.put(f"table/{folder}{n}.parquet", parquet(rows(10_000 + n, 1)))
        before = content(store, tmp_path)
        if completed:
            break
    assert completed


def test_two_of_one_shard_at_once(place, tmp_path):
    store, command = place
    fill(store, files=6)
    before = content(store, tmp_path)
    assert plan(store, command, DELETE).code == 0
    words = ["execute", "--plan", store.uri("plan.json"), "--output", "json"]
    runs = [finish(process) for process in [command.start(*words) for _ in range(3)]]
    assert [run.code for run in runs] == [0, 0, 0], runs
    keys = store.keys("table/_pqpack/")
    assert len([key for key in keys if "/receipts/" in key]) == 3
    assert len([key for key in keys if key.endswith(".staged")]) == 3
    words[0] = "commit"
    runs = [finish(process) for process in [command.start(*words) for _ in range(3)]]
    assert not [run for run in runs if run.code not in (0, 4)] and any(run.code == 0 for run in runs), runs
    assert commit(store, command).code == 0
    assert content(store, tmp_path) == before and len(visible(store)) == 3 and nothing_left(store)


def test_nothing_to_merge(local, tmp_path):
    store = Folder(tmp_path)
    store.put("table/p=1/a.parquet", parquet(rows(0, 10)))
    assert plan(store, local, DELETE).code == 0
    assert execute(store, local).code == 0
    done = commit(store, local)
    assert done.code == 0 and done.summary["skipped"] == 1 and nothing_left(store), done


def test_as_many_files_are_no_gain(local, tmp_path):
    store = Folder(tmp_path)
    for n, column in enumerate([[1, 2], ["x"], [1.5]]):
        store.put(f"table/d=1/{n}.parquet", parquet(pa.table({"id": column})))
    before = store.keys()
    assert plan(store, local, DELETE).code == 0
    assert execute(store, local).code == 0
    assert commit(store, local).code == 0
    assert store.keys() == sorted([*before, "plan.json", "plan.json.committed"])
    assert commit(store, local).code == 0


def test_partitions_whose_names_are_no_utf8(local, tmp_path):
    store = Folder(tmp_path)
    fill(store, files=3)
    folder = os.fsencode(tmp_path / "table") + b"/year=2023/month=\xff\xfe"
    os.rename(tmp_path / "table/year=2023/month=01", folder)
    assert plan(store, local, DELETE, "--partition_predicate", "year = 2023").code == 0
    assert execute(store, local).code == 0
    done = commit(store, local)
    assert done.code == 0 and done.summary["rows"] == 600, done
    [merged] = pathlib.Path(os.fsdecode(folder)).iterdir()
    assert pq.read_metadata(io.BytesIO(merged.read_bytes())).num_rows == 300
    assert nothing_left(store)


def test_keys_that_are_no_utf8(local, tmp_path):
    """Told when the plan is made, not when all is merged; a compaction needs no names on paper."""
    store = Folder(tmp_path)
    fill(store, ("y=1/",), files=3)
    os.rename(tmp_path / "table/y=1", os.fsencode(tmp_path / "table") + b"/\xff=1")
    run = plan(store, local, DELETE)
    assert run.code == 3 and "partition key '%FF' is no UTF-8" in run.of("error")[0]["error"], run
    assert not (tmp_path / "plan.json").exists()
    assert local.run("compact", "--path", "table", DELETE).code == 0
    assert len(visible(store)) == 1


@pytest.mark.parametrize("words, code, said", [
    (["plan", "--path", "table", "--out", "p.json"], 2, "pqpack plan --path table --out p.json"),
    (["plan", "--path", "table", "--out", "table/p.json", DELETE], 2, "one of its files"),
    (["plan", "--path", "table", "--out", "copy/p.json", "--target_s3_path", "copy"], 2, "one of its files"),
    (["plan", "--path", "table", "--out", "p.json", "--target_s3_path", "table/x"], 2, "inside"),
    (["plan", "--path", "table", "--out", "p.json", DELETE, "--verify", "none"], 2, "unproven"),
    (["execute"], 2, "--plan"),
    (["execute", "--plan", "nothing.json"], 3, "no such plan"),
    (["execute", "--plan", "table/year=2023/month=01/f0.parquet"], 2, "no JSON object"),
    (["execute", "--plan", "plan.json", "--shard", "2/2"], 2, "no share 2 of 2"),
    (["commit"], 2, "--plan"),
    (["commit", "--plan", "nothing.json"], 3, "no such plan"),
])  # fmt: skip
def test_wrong_use_changes_nothing(local, tmp_path, words, code, said):
    store = Folder(tmp_path)
    fill(store, files=2)
    assert plan(store, local, DELETE).code == 0
    before = store.keys()
    run = local.run(*words)
    assert run.code == code and said in run.err, run
    assert store.keys() == before


def test_shards_from_the_environment(local, tmp_path):
    store = Folder(tmp_path)
    fill(store, files=2)
    assert plan(store, local, DELETE).code == 0
    run = local.run("execute", "--plan", "plan.json", "--output", "json",
                    env={"PQPACK_SHARDS": "3", "JOB_COMPLETION_INDEX": "2"})
    assert [e["task"] for e in run.of("task_done")] == [2], run

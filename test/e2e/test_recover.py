# SPDX-License-Identifier: Apache-2.0
"""pqpack recover and pqpack runs, on dead runs whose files are written here, from what docs/runs.md says."""

import fcntl
import hashlib
import json
import os
import pathlib
import signal
import socket

import pytest

from s3.command import finish

RUN = "20260101t000000z-00000000000000aa"
OUTPUT = f"t/p=1/part-{RUN}.parquet"


class Disk:
    """A folder with the calls of a bucket."""

    def __init__(self, path: pathlib.Path):
        self.path = path

    def uri(self, key=""):
        return f"{self.path}/{key}"

    def put(self, key, data):
        file = self.path / key
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
        return self.etag(key)

    def delete(self, key):
        (self.path / key).unlink()

    def etag(self, key):
        stat = (self.path / key).stat()
        seconds, nanos = divmod(stat.st_mtime_ns, 10 ** 9)
        return f"{stat.st_size:x}-{seconds:x}.{nanos:09}-{stat.st_ino:x}"

    def tree(self, prefix=""):
        root = self.path / prefix
        return {str(f.relative_to(root)): f.read_bytes() for f in root.rglob("*") if f.is_file()}

    def uploads(self):
        return []


@pytest.fixture(params=["local", "s3"])
def place(request, tmp_path):
    """A store, and the command that reaches it."""
    if request.param == "local":
        return Disk(tmp_path / "disk"), request.getfixturevalue("local")
    return request.getfixturevalue("bucket"), request.getfixturevalue("pqpack")


def lines(*objects):
    return "".join(json.dumps(o) + "\n" for o in objects).encode()


def die(store, phase, *, version=1, output=OUTPUT, remove=("t/p=1/a", "t/p=1/b")):
    """Leaves what a run does that dies in this phase: two files become one."""
    originals = {name: store.put(name, b"rows of " + name.encode()) for name in ("t/p=1/a", "t/p=1/b")}
    store.put("t/p=1/large", b"large")
    folder = f"t/_pqpack/{RUN}/"
    etag = store.put(folder + "staged/_0.staged", b"rows of both")
    originals.update({name: store.put(name, b"elsewhere") for name in remove if name not in originals})
    proven = lines(
        {"kind": "pqpack publish list", "v": 1, "groups": 1},
        {"files": [{"uri": store.uri(folder + "staged/_0.staged"), "etag": etag, "size": 12,
                    "output": store.uri(output)}],
         "carried": [], "remove": [{"uri": store.uri(name), "etag": originals[name]} for name in remove]})
    digest = ""
    if phase != "staging":
        store.put(folder + "publish.json", proven)
        digest = hashlib.sha256(proven).hexdigest()
    store.put(folder + "journal.json", lines({
        "kind": "pqpack journal", "v": version, "run": RUN, "mode": "in-place", "phase": phase,
        "list_sha256": digest}))


def lock(store, *, host, boot="another", pid=1):
    store.put("t/_pqpack/lock", lines({
        "kind": "pqpack lock", "v": 1, "run": RUN, "host": host, "boot": boot, "pid_space": "x",
        "pid": pid, "started": "1", "renewals": 0}))


def test_before_all_is_proven_it_is_undone(place):
    store, pqpack = place
    die(store, "staging")
    run = pqpack.run("recover", store.uri("t"), "--output", "json")
    assert run.code == 0, run
    [event] = run.of("run_recovered")
    assert (event["run"], event["outcome"]) == (RUN, "rolled back")
    assert sorted(store.tree("t/")) == ["p=1/a", "p=1/b", "p=1/large"]
    assert store.uploads() == []


def test_from_then_on_it_is_completed(place):
    store, pqpack = place
    die(store, "publishing")
    [found] = pqpack.run("runs", store.uri("t"), "--output", "json").of("run_found")
    assert (found["run"], found["mode"], found["phase"]) == (RUN, "in-place", "publishing")
    assert (found["staged_files"], found["staged_bytes"]) == (1, 12)
    run = pqpack.run("recover", store.uri("t"), "--output", "json")
    assert run.code == 0, run
    [event] = run.of("run_recovered")
    assert event["outcome"] == "completed"
    assert (event["files"], event["bytes"], event["removed"]) == (1, 12, 2)
    assert store.tree("t/") == {"p=1/large": b"large", OUTPUT.removeprefix("t/"): b"rows of both"}
    again = pqpack.run("recover", store.uri("t"))
    assert again.code == 0 and "no dead runs, nothing to do" in again.out, again
    assert "0 runs that have not ended" in pqpack.run("runs", store.uri("t")).out


def test_an_original_that_was_replaced_leaves_its_group(place):
    store, pqpack = place
    die(store, "publishing")
    store.put("t/p=1/b", b"other rows")
    run = pqpack.run("recover", store.uri("t"))
    assert run.code == 4, run
    assert "p=1/b: changed since it was read" in run.err
    assert sorted(store.tree("t/")) == ["p=1/a", "p=1/b", "p=1/large"]
    assert store.tree("t/")["p=1/b"] == b"other rows"


def test_a_staged_file_that_is_gone_leaves_its_group(place):
    store, pqpack = place
    die(store, "publishing")
    before = store.tree("t/p=1/")
    store.delete(f"t/_pqpack/{RUN}/staged/_0.staged")
    run = pqpack.run("recover", store.uri("t"))
    assert run.code == 4 and "_0.staged: removed or changed since it was proven" in run.err, run
    assert "nothing of this group was published" in run.err
    assert store.tree("t/") == {f"p=1/{name}": data for name, data in before.items()}


def test_a_live_run_is_left_alone(place):
    store, pqpack = place
    die(store, "publishing")
    lock(store, host="another")
    before = store.tree()
    run = pqpack.run("recover", store.uri("t"))
    assert run.code == 4, run
    assert f"another run is at work: {RUN} on host another, process 1, seen" in run.err
    assert store.tree() == before
    said = pqpack.run("runs", store.uri("t")).out
    assert f"Locked by {RUN} on host another, process 1" in said and said.count(": alive\n") == 1
    run = pqpack.run("runs", store.uri("t"), "--output", "json")
    [found], [held] = run.of("run_found"), run.of("lock_found")
    assert found["state"] == held["state"] == "alive" and found["renewed"] == held["renewed"]
    assert (found["host"], found["pid"]) == ("another", 1)


def test_what_runs_says_of_dead_ones(local, tmp_path):
    store = Disk(tmp_path / "disk")
    die(store, "publishing")
    [found] = local.run("runs", store.uri("t"), "--output", "json").of("run_found")
    assert (found["state"], found["host"], found["pid"], found["renewed"]) == ("dead", "", 0, "")
    assert f"{RUN}: in-place, publishing; dead; staged: 1 file" in local.run("runs", store.uri("t")).out
    lock(store, host="another")
    os.utime(store.path / "t/_pqpack/lock", (1, 1))
    [found] = local.run("runs", store.uri("t"), "--output", "json").of("run_found")
    assert (found["state"], found["renewed"]) == ("overdue", "1970-01-01T00:00:01Z")
    assert "not renewed for 10 minutes and more" in local.run("runs", store.uri("t")).out


def test_a_process_that_is_gone_from_this_machine_is_dead(place):
    store, pqpack = place
    die(store, "publishing")
    store.put("t/_pqpack/lock", lines({
        "kind": "pqpack lock", "v": 1, "run": RUN, "host": socket.gethostname(),
        "boot": pathlib.Path("/proc/sys/kernel/random/boot_id").read_text().strip(),
        "pid_space": str(pathlib.Path("/proc/self/ns/pid").readlink()),
        "pid": 2 ** 22 + 1, "started": "1", "renewals": 0}))  # above every process id
    assert pqpack.run("recover", store.uri("t")).code == 0
    assert sorted(store.tree("t/")) == ["p=1/large", OUTPUT.removeprefix("t/")]


@pytest.mark.parametrize("how, code, said", [
    ({"version": 2}, 1, "of version 2, and this pqpack knows 1"),
    ({"output": f"elsewhere/part-{RUN}"}, 2, "lies outside of"),
    ({"remove": ["elsewhere/secret"]}, 2, "lies outside of"),
    ({"output": "t/p=1/mine"}, 1, "does not have the run's id in its name"),
])
def test_what_is_not_understood_or_leads_elsewhere_changes_nothing(place, how, code, said):
    store, pqpack = place
    die(store, "publishing", **how)
    before = store.tree()
    run = pqpack.run("recover", store.uri("t"))
    assert run.code == code, run
    assert said in run.err and "Nothing was changed" in run.err
    assert store.tree() == before


def test_uploads_elsewhere_are_not_aborted(pqpack, bucket):
    """A list may name anything, and is believed no more where nothing is published by it any more."""
    elsewhere = f"elsewhere/part-{RUN}"
    die(bucket, "cleaning", output=elsewhere)
    bucket.s3.create_multipart_upload(Bucket=bucket.name, Key=elsewhere)
    before = bucket.tree()
    run = pqpack.run("recover", bucket.uri("t"))
    assert run.code == 2 and "lies outside of" in run.err, run
    assert bucket.uploads() == [elsewhere] and bucket.tree() == before
    assert pqpack.run("recover", bucket.uri("t"), "--also", bucket.uri("elsewhere")).code == 0
    assert bucket.uploads() == []


@pytest.mark.parametrize("where", ["link", "above/p=1", "link/../p=1"])
def test_a_link_hides_no_run_above(local, tmp_path, where):
    """Merged with one another, its outputs and its originals would be double for good."""
    store = Disk(tmp_path / "disk")
    die(store, "publishing")
    (tmp_path / "link").symlink_to(store.path / "t/p=1")
    (tmp_path / "above").symlink_to("disk/t")
    before = store.tree()
    path = str(tmp_path / where)
    run = local.run("compact", "--path", path, "--delete_original_files", "true")
    assert run.code == 4 and f"pqpack recover {store.uri('t/')}" in run.err, run
    run = local.run("compact", "--path", path, "--target_s3_path", str(tmp_path / "copy"))
    assert run.code == 4 and "rows may be double just now" in run.err, run
    assert store.tree() == before
    assert not [file for file in (tmp_path / "copy").rglob("*") if file.is_file()]


def test_a_run_is_found_by_every_link_to_its_place(local, tmp_path):
    store = Disk(tmp_path / "disk")
    die(store, "publishing")
    (tmp_path / "link").symlink_to("disk/t")
    assert len(local.run("runs", str(tmp_path / "link"), "--output", "json").of("run_found")) == 1
    run = local.run("recover", str(tmp_path / "link"))
    assert run.code == 0, run
    assert store.tree("t/") == {"p=1/large": b"large", OUTPUT.removeprefix("t/"): b"rows of both"}


def test_another_place_has_to_be_named(place):
    store, pqpack = place
    die(store, "publishing", output=f"u/p=1/part-{RUN}")
    assert pqpack.run("recover", store.uri("t")).code == 2
    run = pqpack.run("recover", store.uri("t"), "--also", store.uri("u"))
    assert run.code == 0, run
    assert store.tree("u/") == {f"p=1/part-{RUN}": b"rows of both"}


@pytest.mark.parametrize("words", [["recover"], ["compact", "--delete_original_files=true", "--path"]])
def test_a_frozen_process_does_not_keep_others_from_being_stopped(local, tmp_path, words):
    """Here it is this one: it has locked the folders in which originals and the journal are."""
    store = Disk(tmp_path / "disk")
    die(store, "publishing")
    held = [os.open(tmp_path / "disk/t" / folder, os.O_RDONLY) for folder in ("p=1", f"_pqpack/{RUN}")]
    for folder in held:
        fcntl.flock(folder, fcntl.LOCK_EX)
    process = local.start(*words, store.uri("t"))
    while process.poll() is None and not (tmp_path / "disk/t/_pqpack/lock").exists():
        pass
    process.send_signal(signal.SIGTERM)
    assert finish(process).code == 143
    for folder in held:
        os.close(folder)
    assert local.run("recover", store.uri("t")).code == 0
    assert sorted(store.tree("t/")) == ["p=1/large", OUTPUT.removeprefix("t/")]


def test_wrong_use(local, tmp_path):
    assert local.run("recover").code == local.run("runs").code == 2
    missing = local.run("recover", str(tmp_path / "missing"))
    assert missing.code == 3 and "missing" in missing.err

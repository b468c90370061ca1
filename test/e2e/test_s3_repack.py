# SPDX-License-Identifier: Apache-2.0
"""repack between buckets and folders of a real server: names, rows, skips, shards."""

import os
import pathlib

import pytest

from s3 import tables

KEYS = [
    "a.parquet",
    "b.parq",
    ".hidden.parquet",
    "_under/score.parquet",
    "dt=2026-01-01/h=03/part-0.parquet",
    "sp ace/x  y.parquet",
    "plus+plus/a+b=c.parquet",
    "pct/%41%2F%zz.parquet",
    "üñí/日本語.parquet",
    "nfd/e\u0301.parquet",
    "emoji/😀.parquet",
    "punct/!*'()&$@:;,~-_.parquet",
    'hard/[]{}|^`"<>#?\\.parquet',
    ".h/.i.parquet",
    "case/A.parquet",
    "case/a.parquet",
    "col=__HIVE_DEFAULT_PARTITION__/f.parquet",
    "x%3Dy/k.parquet",
    "long/" + "k" * 240 + ".parquet",
]


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    """One file per key, no two alike: a mix-up of names can't pass."""
    return {key: tables.parquet(rows=10 + n, seed=n) for n, key in enumerate(KEYS)}


def folder_tree(folder: pathlib.Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes()
            for path in folder.rglob("*") if path.is_file()}


def assert_same_tables(outputs: dict[str, bytes], inputs: dict[str, bytes]):
    assert sorted(outputs) == sorted(inputs)
    different = [key for key in inputs if not tables.same_rows(outputs[key], inputs[key])]
    assert different == []


@pytest.mark.parametrize("source, destination", [("s3", "s3"), ("s3", "local"), ("local", "s3")])
def test_every_odd_name_arrives_with_its_rows(pqpack, bucket, other_bucket, files, tmp_path,
                                               source, destination):
    for key, data in files.items():
        if source == "s3":
            bucket.put("in/" + key, data)
        else:
            path = tmp_path / "in" / key
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
    src = bucket.uri("in/") if source == "s3" else tmp_path / "in"
    dst = other_bucket.uri("out") if destination == "s3" else tmp_path / "out"

    run = pqpack.repack(src, dst)

    assert run.code == 0, run
    assert run.counts() == (len(files), 0, 0, 0)
    assert run.summary["bytes_in"] == sum(map(len, files.values()))
    got = other_bucket.tree("out/") if destination == "s3" else folder_tree(tmp_path / "out")
    assert run.summary["bytes_out"] == sum(map(len, got.values()))
    assert_same_tables(got, files)


def test_whole_buckets_without_a_prefix(pqpack, bucket, other_bucket, files):
    for key in KEYS[:5]:
        bucket.put(key, files[key])
    run = pqpack.repack(f"s3://{bucket.name}", f"s3://{other_bucket.name}")
    assert run.code == 0, run
    assert_same_tables(other_bucket.tree(), {key: files[key] for key in KEYS[:5]})


def test_only_parquet_names_are_taken(pqpack, bucket, files):
    for key in ["_SUCCESS", "x.parquet.crc", "x.csv", "parquet", "sub/y.parquet.tmp"]:
        bucket.put("in/" + key, b"not for us")
    bucket.put("in/folder.parquet/", b"")  # what a console makes of a "new folder"
    bucket.put("in/a.parquet", files["a.parquet"])
    run = pqpack.repack(bucket.uri("in"), bucket.uri("out"))
    assert run.code == 0, run
    assert bucket.keys("out/") == ["out/a.parquet"]


@pytest.mark.parametrize("destination, name", [
    ("out/", "out/a.parquet"), ("out", "out/a.parquet"), ("out/renamed.parq", "out/renamed.parq")])
def test_a_single_object(pqpack, bucket, files, destination, name):
    bucket.put("in/a.parquet", files["a.parquet"])
    bucket.put("in/a.parquet.parquet", files["b.parq"])
    run = pqpack.repack(bucket.uri("in/a.parquet"), bucket.uri(destination))
    assert run.code == 0, run
    assert bucket.keys("out/") == [name]
    assert tables.same_rows(bucket.get(name), files["a.parquet"])


def test_orig_never_takes_orig_repack(pqpack, bucket, files):
    bucket.put("orig/a.parquet", files["a.parquet"])
    bucket.put("orig_repack/b.parquet", files["b.parq"])
    bucket.put("orig.parquet", files["b.parq"])
    run = pqpack.repack(bucket.uri("orig"), bucket.uri("orig_repack"))
    assert run.code == 0, run
    assert run.counts() == (1, 0, 0, 0)
    assert bucket.keys() == [
        "orig.parquet", "orig/a.parquet", "orig_repack/a.parquet", "orig_repack/b.parquet"]


@pytest.mark.parametrize("source, destination", [
    ("in", "in"), ("in", "in/"), ("in/", "in/out"), ("in/sub", "in"), ("", "out"), ("in", "")])
def test_overlapping_places_are_refused(pqpack, bucket, files, source, destination):
    bucket.put("in/sub/a.parquet", files["a.parquet"])
    before = bucket.tree()
    run = pqpack.repack(bucket.uri(source), bucket.uri(destination))
    assert run.code == 2, run
    assert bucket.tree() == before


class TestExistingDestinations:
    """Three files, of which a is there already, b is there but older than its source, c is not."""

    OLD, NEW = 1_700_000_000, 1_800_000_000

    @pytest.fixture(autouse=True)
    def there(self, bucket, files):
        self.files = {f"{n}.parquet": files[KEYS[i]] for i, n in enumerate("abc")}
        for name, data in self.files.items():
            bucket.put("in/" + name, data)
            bucket.set_modified("in/" + name, self.OLD + 100)
        for name, time in (("a.parquet", self.OLD + 200), ("b.parquet", self.OLD)):
            bucket.put("out/" + name, b"what was there")
            bucket.set_modified("out/" + name, time)

    def rewritten(self, bucket) -> list[str]:
        got = bucket.tree("out/")
        done = [name for name in sorted(got) if got[name] != b"what was there"]
        assert all(tables.same_rows(got[name], self.files[name]) for name in done)
        return done

    def test_are_skipped_and_stale_ones_named(self, pqpack, bucket):
        run = pqpack.repack(bucket.uri("in"), bucket.uri("out"))
        assert run.code == 0, run
        assert run.counts() == (1, 2, 1, 0)
        assert self.rewritten(bucket) == ["c.parquet"]
        stale = [e["uri"] for e in run.of("file_skipped") if e.get("stale")]
        assert stale == [bucket.uri("in/b.parquet")]

    def test_update_stale_rewrites_just_those(self, pqpack, bucket):
        run = pqpack.repack(bucket.uri("in"), bucket.uri("out"), "--update-stale")
        assert run.code == 0, run
        assert run.counts() == (2, 1, 0, 0)
        assert self.rewritten(bucket) == ["b.parquet", "c.parquet"]

    def test_no_skip_existing_rewrites_all(self, pqpack, bucket):
        run = pqpack.repack(bucket.uri("in"), bucket.uri("out"), "--no-skip-existing")
        assert run.code == 0, run
        assert run.counts() == (3, 0, 0, 0)
        assert self.rewritten(bucket) == ["a.parquet", "b.parquet", "c.parquet"]

    def test_dry_run_writes_nothing(self, through, proxy, bucket):
        before = bucket.tree()
        run = through.repack(bucket.uri("in"), bucket.uri("out"), "--dry-run")
        assert run.code == 0, run
        assert bucket.tree() == before
        assert {r.method for r in proxy.requests} <= {"GET", "HEAD"}

    def test_a_second_run_does_nothing(self, through, proxy, bucket):
        through.repack(bucket.uri("in"), bucket.uri("out"), "--no-skip-existing")
        proxy.forget()
        run = through.repack(bucket.uri("in"), bucket.uri("out"))
        assert run.counts() == (0, 3, 0, 0)
        assert proxy.count("GetObject") == proxy.count("PutObject") == 0


@pytest.mark.parametrize("shards", [2, 3, 7])
def test_shards_are_disjoint_and_complete(pqpack, bucket, files, shards):
    for key, data in files.items():
        bucket.put("in/" + key, data)
    done = []
    for index in range(shards):
        run = pqpack.repack(bucket.uri("in"), bucket.uri("out"), "--shard", f"{index}/{shards}")
        assert run.code == 0, run
        done += [e["uri"] for e in run.of("file_done")]
        assert run.summary["skipped"] == 0
    assert sorted(done) == sorted(bucket.uri("in/" + key) for key in KEYS)
    assert_same_tables(bucket.tree("out/"), files)


def test_a_shards_share_does_not_depend_on_what_is_there(pqpack, bucket, files):
    """Workers list at different times: what others wrote meanwhile must not move the shares."""
    shares = []
    for there in (KEYS, KEYS[3:], KEYS[::2]):
        for key in bucket.keys():
            bucket.delete(key)
        for key in there:
            bucket.put("in/" + key, files[key])
        run = pqpack.repack(bucket.uri("in"), bucket.uri("out"), "--shard", "0/3", "--dry-run")
        assert run.code == 0, run
        shares.append({e["uri"] for e in run.of("file_planned")})
    whole = shares[0]
    for share, there in zip(shares[1:], (KEYS[3:], KEYS[::2])):
        assert share == whole & {bucket.uri("in/" + key) for key in there}


@pytest.mark.parametrize("index", ["JOB_COMPLETION_INDEX", "AWS_BATCH_JOB_ARRAY_INDEX"])
def test_container_mode(pqpack, bucket, other_bucket, files, index):
    for key in KEYS[:6]:
        bucket.put("data/in/" + key, files[key])
    base = {"SRC_BUCKET": bucket.name, "SRC_PREFIX": "data/in/", "WORKERS": "2",
            "BATCH_SIZE": "1000", "PQPACK_SHARDS": "2"}
    for shard in ("0", "1"):
        run = pqpack.run("repack", "--output", "json", env={**base, index: shard})
        assert run.code == 0, run
    assert_same_tables(bucket.tree("data/in_repack/"), {key: files[key] for key in KEYS[:6]})

    del base["PQPACK_SHARDS"]
    run = pqpack.run("repack", "--output", "json",
                     env={**base, "DEST_BUCKET": other_bucket.name, "DEST_PREFIX": "x"})
    assert run.code == 0, run
    assert_same_tables(other_bucket.tree("x/"), {key: files[key] for key in KEYS[:6]})


def test_a_name_that_this_server_can_not_take_fails_alone(pqpack, bucket, other_bucket, files):
    """versitygw keeps objects as files: out/c is one, so out/c/d.parquet can't be."""
    other_bucket.put("out/c", b"in the way")
    for key in ("c/d.parquet", "e.parquet"):
        bucket.put("in/" + key, files["a.parquet"])
    run = pqpack.repack(bucket.uri("in"), other_bucket.uri("out"))
    assert run.code != 0, run
    [failed] = run.of("file_failed")
    assert failed["uri"] == bucket.uri("in/c/d.parquet")
    assert "ObjectParentIsFile" in failed["error"]
    assert "One of the folders in this name is an object" in failed["action"]
    assert failed["error"].count("out/c/d.parquet") == 1
    assert other_bucket.keys() == ["out/c", "out/e.parquet"]


def test_endpoint_and_region_by_flag(pqpack, bucket, files, s3_server):
    bucket.put("in/a.parquet", files["a.parquet"])
    bare = {"AWS_ENDPOINT_URL_S3": None, "AWS_REGION": None}
    run = pqpack.repack(bucket.uri("in"), bucket.uri("out"), "--endpoint-url", s3_server.url,
                        "--region", "us-east-1", env=bare)
    assert run.code == 0, run
    run = pqpack.repack(bucket.uri("in"), bucket.uri("out2"),
                        env={**bare, "AWS_ENDPOINT_URL": s3_server.url,
                             "AWS_DEFAULT_REGION": "us-east-1"})
    assert run.code == 0, run
    assert bucket.keys() == ["in/a.parquet", "out/a.parquet", "out2/a.parquet"]


def test_profile(pqpack, bucket, files):
    bucket.put("in/a.parquet", files["a.parquet"])
    folder = pqpack.home / ".aws"
    folder.mkdir()
    env = {name: None for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")}
    (folder / "credentials").write_text(
        "[default]\naws_access_key_id=wrong\naws_secret_access_key=wrong\n"
        "[lab]\naws_access_key_id=testkey\naws_secret_access_key=testsecret123\n")
    run = pqpack.repack(bucket.uri("in"), bucket.uri("out"), "--profile", "lab", env=env)
    assert run.code == 0, run
    run = pqpack.repack(bucket.uri("in"), bucket.uri("out2"), env={**env, "AWS_PROFILE": "lab"})
    assert run.code == 0, run
    run = pqpack.repack(bucket.uri("in"), bucket.uri("out3"), env=env)
    assert run.code == 3, run


def test_local_destination_keeps_no_temporary_names(pqpack, bucket, files, tmp_path):
    bucket.put("in/d/a.parquet", files["a.parquet"])
    run = pqpack.repack(bucket.uri("in"), tmp_path / "new" / "deep")
    assert run.code == 0, run
    assert [str(p.relative_to(tmp_path / "new")) for p in (tmp_path / "new").rglob("*")
            if not p.is_dir()] == [os.path.join("deep", "d", "a.parquet")]

# SPDX-License-Identifier: Apache-2.0
"""The command line as a script meets it: flags, exit codes, both outputs, the container's variables."""

import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from s3 import tables
from s3.command import environment, finish
from s3.fixtures import ensure_bucket
from s3.program import program

ROOT = pathlib.Path(__file__).resolve().parents[2]


@pytest.fixture
def data(tmp_path):
    """Two files, one of them in a folder."""
    folder = tmp_path / "data"
    (folder / "sub").mkdir(parents=True)
    (folder / "a.parquet").write_bytes(tables.parquet(seed=1))
    (folder / "sub" / "b.parq").write_bytes(tables.parquet(seed=2))
    return folder


def names(folder: pathlib.Path) -> list[str]:
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())


def refused(run, *words):
    """Exit 2, one line of error with all the words, nothing on stdout."""
    assert run.code == 2, run
    assert run.out == "", run
    assert run.err.startswith("error: ") and run.err.count("\n") == 1, run
    assert [word for word in words if word not in run.err] == [], run


# -- help


def test_version_and_help(local):
    assert re.fullmatch(r"pqpack \d+\.\d+\.\d+\n", local.run("--version").out)
    overview = local.run("--help")
    assert overview.code == 0 and "repack" in overview.out and overview.err == ""
    assert overview.out.count("\n") <= 60, "it fits one screen"
    asked = [local.run(*words) for words in (
        ["repack", "--help"], ["repack", "-h"], ["help", "repack"], ["--help", "repack"],
        ["repack", "--src", "x", "--help"])]
    assert {run.code for run in asked} == {0}
    assert len({run.out for run in asked}) == 1
    bare = local.run()
    assert bare.code == 2 and bare.out == "" and "usage: pqpack COMMAND" in bare.err


def test_docs_are_what_the_program_says(local):
    assert local.run("--help-markdown").out == (ROOT / "docs" / "cli.md").read_text()
    assert local.run("--checks-markdown").out == (ROOT / "docs" / "checks.md").read_text()


def examples(command):
    text = subprocess.run([program("pqpack"), command, "--help"], capture_output=True, text=True,
                          check=True).stdout
    lines = text.partition("\nExamples\n")[2].replace("\\\n", "").splitlines()
    found = [line.strip() for line in lines if not line.strip().startswith("#")]
    assert len(found) >= 4
    return found


def test_help_fits_a_terminal(local):
    overview = local.run("--help").out
    commands = re.findall(r"^  (\w+) {2,}", overview.partition("Commands\n")[2].partition("\n\n")[0],
                          re.MULTILINE)
    assert len(commands) == 11
    for command in commands:
        lines = local.run(command, "--help").out.splitlines()
        assert [line for line in lines if len(line) > 80] == [], command


def test_examples_of_help_work(s3_server, data, tmp_path):
    """In their order, in one place, word for word."""
    s3 = s3_server.s3
    ensure_bucket(s3_server, "lake")
    for n in range(8):
        s3.put_object(Bucket="lake", Key=f"orig/{n}.parquet", Body=tables.parquet(seed=n))
        s3.put_object(Bucket="lake", Key=f"t/{n}.parquet", Body=tables.parquet(seed=n))
        (tmp_path / f"table/month={n % 2 + 1}").mkdir(parents=True, exist_ok=True)
        (tmp_path / f"table/month={n % 2 + 1}/{n}.parquet").write_bytes(tables.parquet(seed=n))
    shutil.copytree(tmp_path / "table", tmp_path / "before")
    for line in [*examples("repack"), *examples("compact"), *examples("verify")]:
        words = shlex.split(line)
        assert words[0] == "pqpack"
        if "after" in words:
            shutil.copytree(tmp_path / "table", tmp_path / "after")
        run = finish(subprocess.Popen([program("pqpack"), *words[1:]], stdout=subprocess.PIPE,
                                      stderr=subprocess.PIPE, cwd=tmp_path,
                                      env=environment(s3_server.url, tmp_path)))
        assert run.code == 0, (line, run)
    assert names(tmp_path / "repacked") == names(tmp_path / "piped") == ["a.parquet", "sub/b.parq"]
    assert tables.same_rows((tmp_path / "a.parquet").read_bytes(),
                            (data / "a.parquet").read_bytes())
    keys = [o["Key"] for o in s3.list_objects_v2(Bucket="lake", Prefix="orig_repack/")["Contents"]]
    assert keys == [f"orig_repack/{n}.parquet" for n in range(8)]
    share = s3.list_objects_v2(Bucket="lake", Prefix="shared/").get("Contents", [])
    assert 0 < len(share) < 8


# -- flags


@pytest.mark.parametrize("words", [
    ["--src", "data", "--dst", "out", "--batch-size", "10", "--dry-run"],
    ["--src=data", "--dst=out", "--batch_size=10", "--dry_run"],
    ["--src", "data", "--dst", "out", "--batch_size", "10", "--dry-run=true"],
    ["--dry_run", "true", "--src", "data", "--dst", "out"],
    ["--src", "data", "--dst", "out", "--dry-run", "false", "--dry-run"],
])
def test_spellings_of_flags(local, data, tmp_path, words):
    run = local.run("repack", *words)
    assert run.code == 0, run
    assert "nothing was written" in run.out
    assert not (tmp_path / "out").exists()


def test_a_boolean_can_be_false(local, data, tmp_path):
    run = local.run("repack", "--src", "data", "--dst", "out", "--dry-run", "false")
    assert run.code == 0, run
    assert names(tmp_path / "out") == ["a.parquet", "sub/b.parq"]


@pytest.mark.parametrize("words, says", [
    (["repak"], ["unknown command 'repak'", "Did you mean pqpack repack?"]),
    (["compress"], ["unknown command 'compress'", "repack"]),
    (["--src", "data"], ["--src stands before the command"]),
    (["repack"], ["--src LOCATION", "SRC_BUCKET"]),
    (["repack", "--src", "data"], ["--dst LOCATION"]),
    (["repack", "data", "out"], ["unexpected argument 'data'"]),
    (["repack", "--scr", "data", "--dst", "out"], ["unknown flag --scr", "Did you mean --src?"]),
    (["repack", "--skip_existing"], ["--skip_existing", "Did you mean --no-skip-existing?"]),
    (["repack", "--src"], ["--src needs a value"]),
    (["repack", "--src", "data", "--dst"], ["--dst needs a value"]),
    (["repack", "--src", "data", "--dst", ""], ["--dst", "empty"]),
    (["repack", "--src", "a", "--src", "b"], ["--src is given twice"]),
    (["repack", "--workers", "many"], ["--workers", "'many'", "whole number"]),
    (["repack", "--workers", "-1"], ["--workers", "'-1'"]),
    (["repack", "--batch-size", "0"], ["--batch-size", "'0'"]),
    (["repack", "--batch-size", "1e6"], ["--batch-size", "'1e6'"]),
    (["repack", "--dry-run=perhaps"], ["--dry-run", "'perhaps'"]),
    (["repack", "--compression", "lz4"], ["--compression", "keep, snappy, zstd, gzip or none"]),
    (["repack", "--engine", "merge"], ["--engine", "auto or reencode"]),
    (["repack", "--output", "xml"], ["--output", "text or json"]),
    (["repack", "--memory-limit", "lots"], ["--memory-limit", "'lots'", "1GiB"]),
    (["repack", "--memory-limit", "1KB"], ["--memory-limit", "16MiB"]),
    (["repack", "--sse", "rot13"], ["--sse", "AES256"]),
])
def test_wrong_use_is_one_clear_line(local, data, words, says):
    refused(local.run(*words), *says)


@pytest.mark.parametrize("flags, says", [
    (["--target", "oracle"], ["--target", "oracle", "snowflake", "generic"]),
    (["--shard", "4/4"], ["--shard", "'4/4'", "0 to 3"]),
    (["--shard", "1"], ["--shard", "'1'", "I/N"]),
    (["--shard", "a/b"], ["--shard", "'b'"]),
    (["--shard", "0/0"], ["--shard"]),
    (["--allow-lossy"], ["--allow-lossy", "--convert-types"]),
    (["--sse", "AES256"], ["--sse", "local"]),
])
def test_values_that_make_no_sense(local, data, tmp_path, flags, says):
    refused(local.run("repack", "--src", "data", "--dst", "out", *flags), *says)
    assert not (tmp_path / "out").exists()


def test_locations_that_are_none(local, data):
    refused(local.run("repack", "--src", "gs://b/k", "--dst", "out"), "--src", "gs", "s3://")
    refused(local.run("repack", "--src", "data", "--dst", "s3://"), "--dst", "bucket")
    refused(local.run("repack", "--src", "file://data", "--dst", "out"), "--src", "file:///")
    refused(local.run("repack", "--src", "memory://b/k", "--dst", "out"), "memory")


@pytest.mark.parametrize("source, destination, how", [
    ("data", "data", "same place"),
    ("data", "data/", "same place"),
    ("data/", "./sub/../data", "same place"),
    ("data", "link", "same place"),
    ("link", "data", "same place"),
    ("data", "link/new/deeper", "inside"),
    ("data", "into", "inside"),
    ("data", "data/out", "inside"),
    ("data/sub", "data", "contains"),
    ("data", ".", "contains"),
    ("data/a.parquet", "data/a.parquet", "same place"),
    ("data/a.parquet", "data", "contains"),
    ("data/a.parquet", "link/a.parquet", "same place"),
    ("data/a.parquet", "hard.parquet", "same place"),
])
def test_overlapping_places_are_refused(local, data, tmp_path, source, destination, how):
    (tmp_path / "link").symlink_to(data)
    (tmp_path / "into").symlink_to("data/sub")
    (tmp_path / "hard.parquet").hardlink_to(data / "a.parquet")
    before = {p: p.read_bytes() for p in tmp_path.rglob("*.par*")}
    for src in (source, f"file://{tmp_path}/{source}"):
        refused(local.run("repack", "--src", src, "--dst", destination, "--no-skip-existing"),
                how, "--src", "--dst")
    assert {p: p.read_bytes() for p in tmp_path.rglob("*.par*")} == before


def test_names_that_only_begin_alike_are_apart(local, data, tmp_path):
    assert local.run("repack", "--src", "data", "--dst", "data_repack").code == 0
    assert local.run("repack", "--src", "data", "--dst", "data_repack").code == 0
    assert names(tmp_path / "data_repack") == ["a.parquet", "sub/b.parq"]


# -- what is said


def test_text_of_a_run(local, data, tmp_path):
    (data / "bad\x1b[31m.parquet").write_bytes(b"PAR1 this is no footer at all PAR1")
    run = local.run("repack", "--src", "data", "--dst", "out")
    assert run.code == 1, run
    assert "\x1b" not in run.out + run.err
    assert re.search(r"^Failed, nothing of these was published:\n  1 file: .*\n    .*"
                     r"bad\\x1b\[31m\.parquet$", run.out, re.M), run
    assert re.search(r"^Load with: COPY INTO", run.out, re.M), run
    last = run.out.splitlines()[-4:]
    assert last[0] == f"{data} -> {tmp_path / 'out'}"
    assert last[1] == "Completed 2 files, skipped 0, stale 0, failed 1"
    assert re.fullmatch(r"Read [\d.]+ KiB, wrote [\d.]+ KiB, 200 rows, [\d.]+ s", last[2]), run
    assert last[3] == "2 files with pages copied, 12.6 KiB not decoded"
    assert run.err.startswith("error: ") and run.err.count("\n") == 1, run
    assert names(tmp_path / "out") == ["a.parquet", "sub/b.parq"]


def test_equal_repairs_are_one_line(local, arrow_go, tmp_path):
    source = tmp_path / "in"
    made = tmp_path / "made"
    subprocess.run([arrow_go.program, "write", made], check=True)
    original = next(path for path in sorted(made.rglob("*.parquet")))
    source.mkdir()
    for n in range(50):
        (source / f"{n}.parquet").write_bytes(original.read_bytes())
    run = local.run("repack", "--src", "in", "--dst", "out")
    assert run.code == 0, run
    assert re.search(r"^  50 files: root repetition REPEATED -> REQUIRED", run.out, re.M), run
    assert len(run.out.splitlines()) < 20, run
    assert run.err == ""


def test_other_numbers_are_the_same_repair(local, tmp_path):
    (tmp_path / "in").mkdir()
    for name in ("empty_row_groups", "only_empty_groups"):
        original = ROOT / "test/data/arrow_go_18_5_0" / f"{name}.parquet"
        (tmp_path / "in" / original.name).write_bytes(original.read_bytes())
    planned = local.run("repack", "--src", "in", "--dst", "out", "--dry-run")
    assert sorted(re.findall("  repair: (empty row groups.*)", planned.out)) == [
        "empty row groups dropped: 2", "empty row groups dropped: 4"], planned
    run = local.run("repack", "--src", "in", "--dst", "out")
    assert re.search("^  2 files: empty row groups dropped$", run.out, re.M), run


def test_how_much_is_said(local, data):
    (data / "bad.parquet").write_bytes(b"bad")
    quiet = local.run("repack", "--src", "data", "--dst", "q", "--quiet")
    assert quiet.code == 1
    assert quiet.out.splitlines()[1] == "Completed 2 files, skipped 0, stale 0, failed 1"
    assert quiet.out.splitlines()[3] == "2 files with pages copied, 12.6 KiB not decoded"
    assert len(quiet.out.splitlines()) == 4
    assert quiet.err.count("\n") == 1 and "bad.parquet" in quiet.err
    for n, flags in enumerate((["--verbose"], ["-v"], ["--log-level", "info"],
                               ["--log_level=debug"])):
        run = local.run("repack", "--src", "data", "--dst", f"v{n}", *flags)
        for name in ("a.parquet", "sub/b.parq"):
            assert re.search(rf"^done .*/data/{name} -> .*/v{n}/{name} ", run.err, re.M), run
        assert ("start " in run.err) == (n == 3)
        again = local.run("repack", "--src", "data", "--dst", f"v{n}", *flags)
        assert again.err.count("\nskipped ") + again.err.startswith("skipped ") == 2, again


def test_dry_run_in_text(local, data, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "a.parquet").write_bytes(b"there")
    (data / "bad.parquet").write_bytes(b"bad")
    run = local.run("repack", "--src", "data", "--dst", "out", "--dry-run", "--target", "generic")
    assert run.code == 1, run
    assert run.out.startswith("Target generic: ")
    assert "  root of the schema   REQUIRED\n" in run.out
    assert re.search(r"^/.*/data/a\.parquet: skipped, /.*/out/a\.parquet exists", run.out, re.M)
    assert re.search(r"^/.*/data/sub/b\.parq -> /.*/out/sub/b\.parq \(", run.out, re.M), run
    assert re.search(r"^/.*/data/bad\.parquet: cannot be repacked: ", run.out, re.M), run
    assert "Would repack 1 file, skipped 1, stale 1, failed 1\n" in run.out \
        or "Would repack 1 file, skipped 1, stale 0, failed 1\n" in run.out, run
    assert names(tmp_path / "out") == ["a.parquet"]


SUMMARY = {"v", "event", "completed", "skipped", "stale", "failed", "bytes_in", "bytes_out",
           "seconds", "exit_code"}


def test_json_lines(local, data):
    (data / "bad.parquet").write_bytes(b"bad")
    for flags, code, completed in (([], 1, 2), (["--dry-run", "--no-skip-existing"], 1, 2),
                                   (["--quiet"], 1, 0)):
        run = local.repack("data", "out", *flags)
        assert run.code == code, run
        assert all(e["v"] == 1 and e["event"] for e in run.events)
        assert SUMMARY <= run.summary.keys()
        assert run.summary["exit_code"] == code
        assert run.summary["completed"] == completed
        assert [e["event"] for e in run.events].count("summary") == 1
        [failed] = run.of("file_failed")
        assert failed["uri"].endswith("/data/bad.parquet")
        assert failed["error"] and failed["action"] and failed["code"] == "corrupt"
    assert local.repack("data", "new").summary["bytes_out"] > 0


def test_json_lines_of_runs_that_do_not_begin(local, data):
    for words, code in ((["--src", "data", "--dst", "data"], 2), (["--src", "nowhere", "--dst", "out"], 3),
                        (["--unknown"], 2), (["--workers", "x"], 2)):
        run = local.run("repack", *words, "--output", "json")
        assert run.code == code, run
        assert run.summary["exit_code"] == code
        [error] = run.of("error")
        assert error["error"] and error["code"]
        assert run.err.count("\n") == 1


def test_a_missing_source_is_named(local, tmp_path):
    for source in ("nowhere", "nowhere.parquet", "no/where/"):
        run = local.run("repack", "--src", source, "--dst", "out")
        assert run.code == 3, run
        assert re.fullmatch(rf"error: .*{re.escape(str(tmp_path / source))}.*\n", run.err), run


def test_nothing_to_do_is_said_aloud(local, tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "x.csv").write_text("1,2\n")
    run = local.run("repack", "--src", "in", "--dst", "out")
    assert run.code == 0, run
    assert f"Nothing to do: no .parquet or .parq file below {tmp_path}/in (1 object of other names)" \
        in run.out
    quiet = local.run("repack", "--src", "in", "--dst", "out", "--quiet")
    assert quiet.code == 0 and "Completed 0 files" in quiet.out


def test_no_locale_changes_a_number(local, data):
    usual = local.run("repack", "--src", "data", "--dst", "out", "--dry-run")
    german = local.run("repack", "--src", "data", "--dst", "out", "--dry-run",
                       env={"LC_ALL": "de_DE.UTF-8", "LANG": "de_DE.UTF-8"})
    without_time = [sorted(re.sub(r", [\d.]+ s$", "", run.out, flags=re.M).splitlines())
                    for run in (usual, german)]
    assert without_time[0] == without_time[1]


def test_stat_counts_requests(pqpack, bucket):
    bucket.put("in/a.parquet", tables.parquet())
    run = pqpack.repack(bucket.uri("in"), bucket.uri("out"), "--stat")
    assert run.code == 0, run
    requests = run.summary["requests"]
    assert requests["GetObject"]["requests"] == 1
    assert requests["GetObject"]["bytes_received"] == len(bucket.get("in/a.parquet"))
    assert requests["PutObject"]["requests"] == 1
    text = pqpack.run("repack", "--src", bucket.uri("in"), "--dst", bucket.uri("out"), "--stat")
    assert re.search(r"^  ListObjectsV2 +2 +0 ", text.out, re.M), text
    assert "requests" not in pqpack.repack(bucket.uri("in"), bucket.uri("out")).summary


# -- streams


def test_a_reader_that_leaves_does_not_stop_the_work(local, data, tmp_path):
    process = local.start("repack", "--src", "data", "--dst", "out", "--output", "json")
    process.stdout.close()
    process.stdout = None
    _, err = process.communicate(timeout=300)
    assert process.returncode == 0, err
    assert err == b""
    assert names(tmp_path / "out") == ["a.parquet", "sub/b.parq"]


def test_a_full_disk_under_stdout_is_an_error(local, data, tmp_path):
    with open("/dev/full", "w") as full:
        ran = subprocess.run([program("pqpack"), "repack", "--src", "data", "--dst", "out"],
                             stdout=full, stderr=subprocess.PIPE, cwd=tmp_path, text=True,
                             env=environment(None, tmp_path))
    assert ran.returncode == 1
    assert re.fullmatch(r"error: stdout can't be written: .*\n", ran.stderr)
    assert names(tmp_path / "out") == ["a.parquet", "sub/b.parq"]


def test_closed_streams_get_no_data_file(local, data, tmp_path):
    """Without stdout a file that is opened next would get its number, and our lines."""
    ran = subprocess.run(f"exec {program('pqpack')} repack --src data --dst out <&- >&- 2>&-",
                         shell=True, cwd=tmp_path, env=environment(None, tmp_path))
    assert ran.returncode == 0
    for name in ("a.parquet", "sub/b.parq"):
        assert tables.same_rows((tmp_path / "out" / name).read_bytes(), (data / name).read_bytes())


# -- the container's variables


@pytest.fixture
def filled(bucket):
    for n in range(6):
        bucket.put(f"orig/{n}.parquet", tables.parquet(seed=n))
    return bucket


def test_container_mode(pqpack, filled, other_bucket):
    run = pqpack.run("repack", "--output", "json",
                     env={"SRC_BUCKET": filled.name, "SRC_PREFIX": "orig/"})
    assert run.code == 0, run
    assert sorted(filled.tree("orig_repack/")) == [f"{n}.parquet" for n in range(6)]
    run = pqpack.run("repack", "--output", "json", env={
        "SRC_BUCKET": filled.name, "SRC_PREFIX": "orig", "DEST_BUCKET": other_bucket.name,
        "DEST_PREFIX": "new/place", "WORKERS": "2", "BATCH_SIZE": "100"})
    assert run.code == 0, run
    assert sorted(other_bucket.tree("new/place/")) == [f"{n}.parquet" for n in range(6)]


@pytest.mark.parametrize("variables, says", [
    ({"SRC_BUCKET": "b"}, ["SRC_PREFIX"]),
    ({"SRC_PREFIX": "p"}, ["SRC_BUCKET"]),
    ({"SRC_BUCKET": "", "SRC_PREFIX": ""}, ["--src"]),
    ({"SRC_BUCKET": "b", "SRC_PREFIX": "p", "WORKERS": "some"}, ["WORKERS", "'some'"]),
    ({"SRC_BUCKET": "b", "SRC_PREFIX": "p", "DEST_PREFIX": "p"}, ["same place"]),
    ({"SRC_BUCKET": "b", "SRC_PREFIX": "p", "PQPACK_SHARDS": "2"}, ["JOB_COMPLETION_INDEX"]),
    ({"SRC_BUCKET": "b", "SRC_PREFIX": "p", "PQPACK_SHARDS": "2", "JOB_COMPLETION_INDEX": "2"},
     ["PQPACK_SHARDS", "2/2"]),
])
def test_container_mode_that_can_not_be(pqpack, variables, says):
    refused(pqpack.run("repack", env=variables), *says)


@pytest.mark.parametrize("index", ["JOB_COMPLETION_INDEX", "AWS_BATCH_JOB_ARRAY_INDEX"])
def test_indexed_jobs_share_the_files(pqpack, filled, index):
    done = []
    for worker in range(3):
        run = pqpack.run("repack", "--output", "json", env={
            "SRC_BUCKET": filled.name, "SRC_PREFIX": "orig", "PQPACK_SHARDS": "3", index: str(worker)})
        assert run.code == 0, run
        assert run.summary["skipped"] == 0
        done += [e["uri"] for e in run.of("file_done")]
    assert sorted(done) == [filled.uri(f"orig/{n}.parquet") for n in range(6)]


def test_an_index_without_a_count_is_worth_a_warning(local, data):
    run = local.run("repack", "--src", "data", "--dst", "out", env={"JOB_COMPLETION_INDEX": "1"})
    assert run.code == 0, run
    assert run.err == ("warning: JOB_COMPLETION_INDEX is set but PQPACK_SHARDS is not: "
                       "this worker takes every file\n")


# -- where S3 is found


def test_endpoint_flag_before_variables(pqpack, filled, s3_server):
    nowhere = "http://127.0.0.1:1"
    words = ["repack", "--src", filled.uri("orig"), "--dst", filled.uri("out"), "--dry-run"]
    good = [
        (["--endpoint-url", s3_server.url], {"AWS_ENDPOINT_URL_S3": nowhere}),
        ([], {"AWS_ENDPOINT_URL_S3": s3_server.url, "AWS_ENDPOINT_URL": nowhere}),
        ([], {"AWS_ENDPOINT_URL_S3": None, "AWS_ENDPOINT_URL": s3_server.url}),
        (["--region", "us-east-1"], {"AWS_REGION": "eu-west-1"}),
    ]
    for flags, variables in good:
        run = pqpack.run(*words, *flags, env=variables)
        assert run.code == 0, run


def test_profiles(pqpack, filled, tmp_path):
    (tmp_path / ".aws").mkdir()
    credentials = environment(pqpack.url, tmp_path)
    (tmp_path / ".aws" / "credentials").write_text(
        "[other]\naws_access_key_id = {AWS_ACCESS_KEY_ID}\n"
        "aws_secret_access_key = {AWS_SECRET_ACCESS_KEY}\n".format(**credentials))
    unset = {"AWS_ACCESS_KEY_ID": None, "AWS_SECRET_ACCESS_KEY": None}
    words = ["repack", "--src", filled.uri("orig"), "--dst", filled.uri("out"), "--dry-run"]
    assert pqpack.run(*words, env=unset).code == 3
    assert pqpack.run(*words, "--profile", "other", env=unset).code == 0
    assert pqpack.run(*words, env={**unset, "AWS_PROFILE": "other"}).code == 0
    assert pqpack.run(*words, "--profile", "other", env={**unset, "AWS_PROFILE": "none"}).code == 0
    wrong = {"AWS_ACCESS_KEY_ID": "other", "AWS_SECRET_ACCESS_KEY": "keys"}
    assert pqpack.run(*words, env={**wrong, "AWS_PROFILE": "other"}).code == 3
    assert pqpack.run(*words, "--profile", "other", env=wrong).code == 0


def test_memory_limit_is_taken(local, data):
    for size in ("16MiB", "64MB", "1GiB", "100m", "2147483648"):
        run = local.repack("data", f"out-{size}", "--memory-limit", size)
        assert run.code == 0, run
        assert run.counts() == (2, 0, 0, 0)


def test_a_file_that_does_not_fit_fails_alone(local, tmp_path):
    """A wide file and large pages fit into 64 MiB; a value of 90 MB does not."""
    source = tmp_path / "in"
    source.mkdir()
    wide = pa.table({f"c{i}": pa.array(range(i, i + 5_000), pa.float64()) for i in range(300)})
    pq.write_table(wide, source / "wide.parquet")
    pq.write_table(pa.table({"n": pa.nulls(30_000_000, pa.int64()).fill_null(7)}),
                   source / "pages.parquet", use_dictionary=False, data_page_size=1 << 30)
    pq.write_table(pa.table({"b": [b"small", b"x" * 90_000_000]}), source / "value.parquet",
                   use_dictionary=False, compression="zstd")
    run = local.repack("in", "out", "--memory-limit", "64MiB", "--engine", "reencode")
    assert run.code == 1 and run.counts() == (2, 0, 0, 1), run
    failed, = run.of("file_failed")
    assert failed["uri"].endswith("value.parquet") and failed["code"] == "too_large", failed
    assert "row group 0: column b: an allocation of " in failed["error"], failed
    assert failed["action"] == "Raise --memory-limit.", failed
    assert pq.read_table(tmp_path / "out" / "wide.parquet").equals(wide)
    assert names(tmp_path / "out") == ["pages.parquet", "wide.parquet"]


def test_json_is_json_whatever_the_name(local, data):
    os.rename(data / "a.parquet", os.fsencode(data) + b"/\xff\n\".parquet")
    run = local.repack("data", "out")
    assert [e["event"] for e in run.events].count("file_done") == 2, run
    assert json.dumps(run.events)

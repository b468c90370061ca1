# SPDX-License-Identifier: Apache-2.0
"""deploy/ec2: the user data as cloud-init would run it, with a bundle on a real S3 server."""

import hashlib
import io
import os
import subprocess
import tarfile

import pytest

from s3 import tables
from s3.command import environment
from s3.loopback import LoopbackService
from s3.program import program
from s3.server import ROOT

EC2 = ROOT / "deploy" / "ec2"
KEY = "tools/pqpack-9.9.9-linux-x86_64.tar.gz"
USER_DATA_LIMIT = 16384  # bytes, https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/user-data.html


def bundle(top="pqpack-9.9.9-linux-x86_64", script=None) -> bytes:
    """A bundle laid out as `make dist` does, whose program is the one that is being tested."""
    script = script or f'#!/bin/sh\nexec "{program("pqpack")}" "$@"\n'
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as tar:
        entry = tarfile.TarInfo(f"{top}/bin/pqpack")
        entry.mode, entry.size = 0o755, len(script)
        tar.addfile(entry, io.BytesIO(script.encode()))
    return out.getvalue()


class Instance:
    """A folder that stands for the machine's file system, and its environment at boot."""

    def __init__(self, home, commands, url):
        self.home, self.commands, self.url = home, commands, url
        self.root, self.log, self.console = home / "opt", home / "var/log/pqpack.log", home / "console"
        self.console.touch()

    def fill(self, **settings) -> str:
        words = [f"{name}={value}" for name, value in settings.items()]
        done = subprocess.run([EC2 / "fill", *words], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def boot(self, bucket, env=None, **settings):
        path = self.home / "part-001"
        path.write_text(self.fill(**{"PQPACK_BUNDLE": bucket.uri(KEY), **settings}))
        path.chmod(0o755)
        return self.run(path, **(env or {}))

    def run(self, path, **env):
        settings = {
            "PQPACK_ROOT": self.root, "PQPACK_BIN": self.home / "bin", "PQPACK_LOG": self.log,
            "PQPACK_CONSOLE": self.console, "PQPACK_RETRY_SECONDS": 0, "HOME": None,
            "PATH": f"{self.commands}:{os.environ['PATH']}", **env}
        settings = {name: None if value is None else str(value) for name, value in settings.items()}
        return subprocess.run([path], capture_output=True, text=True, cwd=self.home,
                              env=environment(self.url, self.home, **settings))

    def again(self, **env):
        """As an operator does it over SSH."""
        return self.run(self.root / "run", **env)


@pytest.fixture
def instance(tmp_path, commands, s3_server):
    return Instance(tmp_path, commands, s3_server.url)


@pytest.fixture
def lake(bucket):
    bucket.put(KEY, bundle())
    for n in range(5):
        bucket.put(f"orig/dt={n}/a.parquet", tables.parquet(seed=n))
        bucket.put(f"other/{n}.parquet", tables.parquet(seed=10 + n))
    return bucket


def written(bucket):
    return [key for key in bucket.keys() if not key.startswith(("orig/", "other/", "tools/"))]


def test_installs_and_runs_nothing_unless_told(instance, lake):
    done = instance.boot(lake, SRC_BUCKET=lake.name, SRC_PREFIX="orig/")
    assert done.returncode == 0, done.stdout
    assert "not told to run" in done.stdout
    assert written(lake) == []
    version = subprocess.run([instance.home / "bin" / "pqpack", "--version"], capture_output=True)
    assert version.returncode == 0 and version.stdout.startswith(b"pqpack ")


def test_runs_when_told_and_derives_the_destination(instance, lake):
    done = instance.boot(lake, SRC_BUCKET=lake.name, SRC_PREFIX="orig/", PQPACK_RUN="yes",
                         PQPACK_ARGS="--stat --target generic")
    assert done.returncode == 0, done.stdout
    assert written(lake) == [f"orig_repack/dt={n}/a.parquet" for n in range(5)]
    assert "Completed 5 files" in done.stdout and "GetObject" in done.stdout
    # The same on the console and in the log.
    assert instance.log.read_text() == instance.console.read_text() == done.stdout


def test_again_with_other_variables(instance, lake):
    assert instance.boot(lake, SRC_BUCKET=lake.name, SRC_PREFIX="orig", DEST_PREFIX="first",
                         PQPACK_RUN="yes").returncode == 0
    log = instance.log.read_text()
    lake.delete(KEY)  # what is installed is not fetched again
    done = instance.again(SRC_PREFIX="other")
    assert done.returncode == 0, done.stdout
    # The destination that was filled in belongs to the source that was filled in.
    assert written(lake) == [f"first/dt={n}/a.parquet" for n in range(5)] + [
        f"other_repack/{n}.parquet" for n in range(5)]
    assert instance.log.read_text() == log + done.stdout
    assert "skipped 5" in instance.again().stdout


def test_another_bundle_is_installed_beside_the_first(instance, lake):
    checksum = hashlib.sha256(lake.get(KEY)).hexdigest()
    assert instance.boot(lake, PQPACK_SHA256=checksum).returncode == 0
    first = (instance.root / "current").resolve()
    key = KEY.replace("9.9.9", "9.9.10")
    lake.put(key, bundle("pqpack-9.9.10-linux-x86_64"))
    done = instance.again(PQPACK_BUNDLE=lake.uri(key))
    assert done.returncode == 0, done.stdout
    assert (instance.root / "current").resolve().name == "pqpack-9.9.10-linux-x86_64"
    assert first.exists()


@pytest.mark.parametrize("settings", [
    {"SRC_BUCKET": "<bucket>"}, {"SRC_PREFIX": "your-prefix/"}, {"SRC_PREFIX": "CHANGE_ME"},
    {"SRC_BUCKET": "amzn-s3-demo-bucket"}, {"DEST_PREFIX": "${DEST}"}, {"DEST_BUCKET": "your_bucket"},
    {"SRC_BUCKET": ""}, {"SRC_PREFIX": ""},
    {"PQPACK_BUNDLE": ""}, {"PQPACK_BUNDLE": "s3://your-bucket/pqpack-1-linux-x86_64.tar.gz"},
    {"PQPACK_BUNDLE": "pqpack.tar.gz"},
])
def test_no_placeholder_starts_a_job(instance, lake, settings):
    job = {"SRC_BUCKET": lake.name, "SRC_PREFIX": "orig", "PQPACK_RUN": "yes", **settings}
    done = instance.boot(lake, **job)
    assert done.returncode == 2, done.stdout
    assert list(settings)[0] in done.stdout
    assert written(lake) == [] and not instance.root.exists()


def test_a_prefix_of_odd_characters(instance, lake):
    prefix = "a'b \"c\" $HOME `id` \\ é"
    lake.put(f"{prefix}/x.parquet", tables.parquet())
    done = instance.boot(lake, SRC_BUCKET=lake.name, SRC_PREFIX=prefix, PQPACK_RUN="yes")
    assert done.returncode == 0, done.stdout
    assert f"{prefix}_repack/x.parquet" in written(lake)


@pytest.mark.parametrize("content, words", [
    (None, "s3:GetObject"),
    (b"no archive", "is no .tar.gz"),
    (bundle("another-9.9.9"), "has no pqpack-"),
    (bundle(script="#!/bin/sh\nexit 127\n"), "does not run on this machine"),
])
def test_a_bundle_that_is_none(instance, lake, content, words):
    lake.delete(KEY)
    if content is not None:
        lake.put(KEY, content)
    done = instance.boot(lake, SRC_BUCKET=lake.name, SRC_PREFIX="orig", PQPACK_RUN="yes")
    assert done.returncode == 3, done.stdout
    assert words in done.stdout
    assert list(instance.root.iterdir()) == [] and written(lake) == []


def test_the_checksum(instance, lake):
    wrong = instance.boot(lake, PQPACK_SHA256="0" * 64)
    assert wrong.returncode == 3 and "checksum" in wrong.stdout
    right = instance.boot(lake, PQPACK_SHA256=hashlib.sha256(lake.get(KEY)).hexdigest())
    assert right.returncode == 0, right.stdout


def test_the_exit_code_is_that_of_pqpack(instance, lake):
    lake.put("orig/broken.parquet", b"PAR1 this is not Parquet PAR1")
    done = instance.boot(lake, SRC_BUCKET=lake.name, SRC_PREFIX="orig", PQPACK_RUN="yes")
    assert done.returncode == 1, done.stdout
    assert done.stdout.endswith("exit code 1\n")
    assert instance.boot(lake, SRC_BUCKET=lake.name, SRC_PREFIX="nowhere", PQPACK_RUN="yes").returncode == 3


@pytest.mark.parametrize("run", ["yes", "no"])
def test_shutdown_only_after_a_run(instance, lake, run):
    called = instance.home / "shutdown-called"
    (instance.commands / "shutdown").write_text(f'#!/bin/sh\necho "$@" >"{called}"\n')
    (instance.commands / "shutdown").chmod(0o755)
    instance.boot(lake, SRC_BUCKET=lake.name, SRC_PREFIX="orig", PQPACK_RUN=run, PQPACK_SHUTDOWN="yes")
    assert called.exists() == (run == "yes")


class LaunchIndex(LoopbackService):
    """The part of the instance's metadata that says which of its launch it is (IMDSv2)."""

    def __init__(self, index):
        super().__init__()
        self._index = index

    def reply(self, method, path, headers, body):
        if method == "PUT":
            timed = "x-aws-ec2-metadata-token-ttl-seconds" in headers
            return (200 if timed and path == "/latest/api/token" else 400), b"token"
        known = headers.get("x-aws-ec2-metadata-token") == "token"
        right = path == "/latest/meta-data/ami-launch-index"
        return (200 if known and right else 401), str(self._index).encode()


def test_instances_of_one_launch_share_the_work(instance, lake):
    counts = []
    for index in range(3):
        with LaunchIndex(index) as metadata:
            done = instance.boot(lake, SRC_BUCKET=lake.name, SRC_PREFIX="orig", PQPACK_RUN="yes",
                                 PQPACK_SHARDS=3,
                                 env={"AWS_EC2_METADATA_SERVICE_ENDPOINT": metadata.url})
        assert done.returncode == 0, done.stdout
        assert f"--shard {index}/3" in done.stdout
        counts.append(len(written(lake)))
    assert counts[-1] == 5 and counts == sorted(counts)
    assert "skipped" in instance.again(PQPACK_SHARD=1).stdout


def test_without_a_launch_index_it_asks_for_the_shard(instance, lake):
    with LaunchIndex(0) as gone:
        pass
    done = instance.boot(lake, SRC_BUCKET=lake.name, SRC_PREFIX="orig", PQPACK_RUN="yes",
                         PQPACK_SHARDS=3, env={"AWS_EC2_METADATA_SERVICE_ENDPOINT": gone.url})
    assert done.returncode == 3 and "PQPACK_SHARD" in done.stdout
    assert written(lake) == []


def test_it_fits_into_user_data(instance, lake):
    long = {name: "x" * 200 for name in ("PQPACK_BUNDLE", "SRC_BUCKET", "SRC_PREFIX", "DEST_PREFIX")}
    assert len(instance.fill(**long).encode()) < USER_DATA_LIMIT


def test_unknown_settings_are_refused():
    done = subprocess.run([EC2 / "fill", "SOURCE=s3://a/b"], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (2, "")

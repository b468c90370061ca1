# SPDX-License-Identifier: Apache-2.0
"""deploy/try-on-your-account: on a server that works it says PASS, on one that does not it says FAIL."""

import json
import os
import re
import subprocess
import sys

import pytest

from s3 import faults, tables
from s3.command import environment
from s3.metadata import MetadataService
from s3.program import program
from s3.server import ACCESS_KEY, ROOT, SECRET_KEY

SCRIPT = ROOT / "deploy" / "try-on-your-account"


def attempt(tmp_path, url, *words, path="", **env):
    settings = {"PATH": f"{path}:{os.environ['PATH']}", **env}
    return subprocess.run([sys.executable, SCRIPT, *words], capture_output=True, text=True,
                          env=environment(url, tmp_path, **settings))


def verdicts(done):
    report = done.stdout.split("\n----- please report")[1]
    return re.findall(r"^(PASS|FAIL) (.*)$", report, re.M)


def test_s3(tmp_path, commands, bucket, s3_server):
    large = tmp_path / "large.parquet"
    large.write_bytes(tables.large(30 << 20))
    bucket.put("scratch/1/in/theirs.parquet", b"not ours to delete")
    done = attempt(tmp_path, s3_server.url, "s3", bucket.uri("scratch/1"), "--pqpack", program("pqpack"),
                   "--large", large, "--kms-key", "my-key", path=commands)
    assert done.returncode == 0, done.stdout + done.stderr
    assert [verdict for verdict, _ in verdicts(done)] == ["PASS"] * 11, done.stdout
    assert len(bucket.keys("scratch/1/pqpack-try/out/s3/")) == 16
    assert all(key.startswith("scratch/1/") for key in bucket.keys())
    # What is to be reported names nothing of the user's.
    report = done.stdout.split("----- please report")[1]
    assert bucket.name not in report and "scratch" not in report
    assert ACCESS_KEY not in done.stdout and SECRET_KEY not in done.stdout

    assert attempt(tmp_path, s3_server.url, "clean", bucket.uri("scratch/1"), path=commands).returncode == 0
    assert bucket.keys() == ["scratch/1/in/theirs.parquet"]


def test_s3_that_does_not_work(tmp_path, commands, bucket, proxy):
    proxy.on("PutObject", faults.Answer(403, "AccessDenied"), key="scratch/pqpack-try/out/*")
    done = attempt(tmp_path, proxy.url, "s3", bucket.uri("scratch"), "--pqpack", program("pqpack"),
                   path=commands)
    assert done.returncode == 1, done.stdout
    assert dict(reversed(one) for one in verdicts(done))["repack: 16 files, 13,376 rows, exit 0"] == "FAIL"
    assert "s3:PutObject" in done.stdout


@pytest.fixture
def filled(bucket):
    for path in (ROOT / "demo" / "data").rglob("*.parquet"):
        bucket.put(f"scratch/pqpack-try/in/{path.relative_to(ROOT / 'demo' / 'data')}", path.read_bytes())
    return bucket


def test_instance(tmp_path, filled, s3_server):
    with MetadataService((ACCESS_KEY, SECRET_KEY)) as service:
        done = attempt(tmp_path, s3_server.url, "instance", filled.uri("scratch"), "--pqpack",
                       program("pqpack"), AWS_EC2_METADATA_SERVICE_ENDPOINT=service.url,
                       AWS_EC2_METADATA_DISABLED=None)
    assert done.returncode == 0, done.stdout + done.stderr
    assert [verdict for verdict, _ in verdicts(done)] == ["PASS"] * 3
    assert len(filled.keys("scratch/pqpack-try/out/instance/")) == 16


def test_instance_elsewhere(tmp_path, filled, s3_server):
    with MetadataService((ACCESS_KEY, SECRET_KEY)) as gone:
        pass
    done = attempt(tmp_path, s3_server.url, "instance", filled.uri("scratch"), "--pqpack",
                   program("pqpack"), AWS_EC2_METADATA_SERVICE_ENDPOINT=gone.url)
    assert done.returncode == 1, done.stdout
    assert [verdict for verdict, _ in verdicts(done)] == ["FAIL", "PASS", "FAIL"]


@pytest.mark.parametrize("completed, expected", [((9, 7), "PASS"), ((9, 6), "FAIL")])
def test_pod(tmp_path, completed, expected):
    logs = "\n".join(json.dumps({"v": 1, "event": "summary", "completed": count, "failed": 0,
                                 "exit_code": 0}) for count in completed)
    (tmp_path / "logs").write_text(logs)
    for name in ("helm", "kubectl"):
        (tmp_path / name).write_text(
            f'#!/bin/sh\necho "{name} $*" >>"{tmp_path}/calls"\n'
            f'case "$*" in *logs*) cat "{tmp_path}/logs" ;; esac\n')
        (tmp_path / name).chmod(0o755)
    done = attempt(tmp_path, None, "pod", "s3://lake/scratch", "--image", "registry:5000/pqpack:0.1",
                   "--namespace", "data", "--role-arn", "arn:aws:iam::111122223333:role/r", path=tmp_path)
    assert verdicts(done)[-1][0] == expected, done.stdout
    calls = (tmp_path / "calls").read_text()
    assert "image.repository=registry:5000/pqpack --set-string image.tag=0.1" in calls
    assert "source.bucket=lake --set source.prefix=scratch/pqpack-try/in" in calls


def test_snowflake_script(tmp_path):
    done = attempt(tmp_path, None, "snowflake", "s3://lake/scratch", "--integration", "lake_int")
    assert done.returncode == 0, done.stderr
    loads = re.findall(r"^COPY INTO (\w+) FROM @pqpack_try/(\S+)", done.stdout, re.M)
    assert len(loads) == 28 and ("outputs_flights", "out/s3/flights/") in loads
    assert ("originals_airlines", "in/airlines.parquet") in loads
    assert sum(map(int, re.findall(r"SELECT 'default', '\w+', (\d+)", done.stdout))) == 13376


@pytest.mark.parametrize("words", [
    ["s3", "s3://lake"], ["s3", "s3://lake/"], ["clean", "s3://lake/"], ["clean", "s3://lake"],
    ["s3", "lake/scratch"], ["snowflake", "s3://lake/x"], ["pod", "s3://lake/x"],
    ["snowflake", "s3://lake/x'; DROP", "--integration", "i"]])
def test_refused(tmp_path, words):
    assert attempt(tmp_path, None, *words).returncode == 2

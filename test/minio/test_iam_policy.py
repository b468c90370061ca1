# SPDX-License-Identifier: Apache-2.0
"""deploy/iam/policy as the only rights of a session: MinIO evaluates it, conditions included."""

import json
import subprocess
import sys

import botocore.exceptions
import pytest

from s3 import tables
from s3.server import ROOT, client

MIB = 1 << 20


@pytest.fixture
def session(minio, bucket):
    """Keys that may do what the policy for in/ -> out/ says."""
    text = subprocess.run([sys.executable, ROOT / "deploy" / "iam" / "policy", "--src",
                           bucket.uri("in"), "--dst", bucket.uri("out")],
                          capture_output=True, text=True, check=True).stdout
    answer = client(minio.url, service="sts").assume_role(
        RoleArn="arn:x:ignored:by:minio", RoleSessionName="test", Policy=json.dumps(json.loads(text)))
    return answer["Credentials"]


@pytest.fixture
def filled(bucket):
    bucket.put("in/dt=2026-01-01/a b+c.parquet", tables.parquet())
    bucket.put("in/large.parquet", tables.large(10 * MIB))
    bucket.put("other/a.parquet", tables.parquet())
    return bucket


def environment(session):
    return {"AWS_ACCESS_KEY_ID": session["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": session["SecretAccessKey"],
            "AWS_SESSION_TOKEN": session["SessionToken"]}


def test_it_is_enough(pqpack, filled, session):
    run = pqpack.repack(filled.uri("in"), filled.uri("out"), env=environment(session))
    assert run.code == 0, run
    assert run.counts() == (2, 0, 0, 0)
    assert "s3:" not in run.err  # no word about a missing permission
    again = pqpack.repack(filled.uri("in"), filled.uri("out"), env=environment(session))
    assert again.counts() == (0, 2, 0, 0)


@pytest.mark.parametrize("source, destination", [("other", "out"), ("in", "elsewhere")])
def test_other_places_are_refused(pqpack, filled, session, source, destination):
    run = pqpack.repack(filled.uri(source), filled.uri(destination), env=environment(session))
    assert run.code == 3, run
    assert "s3:ListBucket" in run.err
    assert filled.keys("elsewhere/") == []


@pytest.mark.parametrize("operation, parameters", [
    ("delete_object", {"Key": "in/large.parquet"}),
    ("delete_object", {"Key": "out/a.parquet"}),
    ("put_object", {"Key": "in/large.parquet", "Body": b""}),
    ("get_object", {"Key": "other/a.parquet"}),
    ("list_objects_v2", {}),
    ("list_objects_v2", {"Prefix": "other/"}),
    ("get_bucket_policy", {}),
])
def test_other_requests_are_denied(minio, filled, session, operation, parameters):
    s3 = client(minio.url, session["AccessKeyId"], session["SecretAccessKey"], session["SessionToken"])
    with pytest.raises(botocore.exceptions.ClientError, match="AccessDenied"):
        getattr(s3, operation)(Bucket=filled.name, **parameters)

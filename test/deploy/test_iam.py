# SPDX-License-Identifier: Apache-2.0
"""deploy/iam: the policy allows each request that a run makes, and nothing that no run makes."""

import json
import signal
import subprocess
import sys

import pytest

from deploy import iam
from s3 import faults, tables
from s3.command import finish
from s3.server import ROOT

MIB = 1 << 20
KEY = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd"


def tool(name, *words):
    return subprocess.run([sys.executable, ROOT / "deploy" / "iam" / name, *words],
                          capture_output=True, text=True)


def printed(name, *words) -> dict:
    done = tool(name, *words)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def policy(*words) -> dict:
    return printed("policy", *words)


def interrupt(through, proxy, words):
    """A run that is killed while it uploads parts."""
    process = through.start(*words)
    proxy.on("UploadPart", faults.Before(lambda: process.send_signal(signal.SIGKILL)), times=[1])
    assert finish(process).code == -signal.SIGKILL


@pytest.fixture
def everything(through, proxy, bucket, other_bucket):
    """Requests of runs that are undisturbed, skip, lose answers, are terminated, killed and rerun."""
    large = tables.large(10 * MIB)
    for n in range(3):
        bucket.put(f"in/{n}.parquet", tables.parquet(seed=n))
    bucket.put("in/dt=2026-01-01/large.parquet", large)
    words = through.repack_words(bucket.uri("in"), other_bucket.uri("out"))
    through.run(*words, "--dry-run")
    interrupt(through, proxy, words)
    terminated = through.start(*words)
    proxy.on("UploadPart", faults.Before(lambda: terminated.send_signal(signal.SIGTERM)), times=[1])
    assert finish(terminated).code == 143
    bucket.put("in/late.parquet", tables.parquet(seed=9))
    proxy.on("PutObject", faults.lose_answer, key="out/late.parquet", times=[1])
    assert through.run(*words).code == 0
    assert through.run(*words).counts() == (0, 5, 0, 0)
    asked = [(r.operation, iam.request(r.operation, r.bucket, r.key, r.query)) for r in proxy.requests]
    return asked + [("UploadPartCopy", iam.reading_of(r)) for r in proxy.requests
                    if r.operation == "UploadPartCopy"]


def test_every_request_is_allowed_and_no_permission_is_idle(everything, bucket, other_bucket):
    ours = policy("--src", bucket.uri("in"), "--dst", other_bucket.uri("out/"))
    used, actions = set(), set()
    for operation, asked in everything:
        sids = iam.allowing(ours, asked)
        assert sids, (operation, asked)
        used.update(sids)
        actions.update((sid, asked.action) for sid in sids)
    assert {operation for operation, _ in everything} == {
        "ListObjectsV2", "ListMultipartUploads", "GetObject", "HeadObject", "PutObject",
        "CreateMultipartUpload", "UploadPart", "UploadPartCopy", "CompleteMultipartUpload", "AbortMultipartUpload"}
    granted = {(one["Sid"], action) for one in ours["Statement"]
               for action in iam.listed(one["Action"])}
    assert granted == actions


@pytest.mark.parametrize("asked", [
    iam.request("DeleteObject", "lake", "orig/a.parquet"),
    iam.request("DeleteObject", "lake", "orig_repack/a.parquet"),
    iam.request("PutObject", "lake", "orig/a.parquet"),
    iam.request("AbortMultipartUpload", "lake", "orig/a.parquet"),
    iam.request("GetObject", "lake", "original/a.parquet"),
    iam.request("GetObject", "lake", "orig"),
    iam.request("PutObject", "lake", "other/a.parquet"),
    iam.request("GetObject", "lake2", "orig/a.parquet"),
    iam.request("ListObjectsV2", "lake", query={"prefix": ""}),
    iam.request("ListObjectsV2", "lake", query={}),
    iam.request("ListObjectsV2", "lake", query={"prefix": "orig"}),
    iam.request("ListObjectsV2", "lake", query={"prefix": "other/"}),
    iam.request("GetBucketLocation", "lake"),
    iam.request("HeadBucket", "lake"),
])
def test_nothing_else_is_allowed(asked):
    assert iam.allowing(policy("--src", "s3://lake/orig"), asked) == []


@pytest.mark.parametrize("asked", [
    iam.request("GetObject", "lake", "orig/dt=1/a.parquet"),
    iam.request("PutObject", "lake", "orig_repack/dt=1/a.parquet"),
    iam.request("ListObjectsV2", "lake", query={"prefix": "orig/"}),
    iam.request("ListObjectsV2", "lake", query={"prefix": "orig_repack/"}),
])
def test_the_destination_is_the_containers_default(asked):
    assert len(iam.allowing(policy("--src", "s3://lake/orig/"), asked)) == 1


def test_signs_of_iam_in_a_prefix_are_plain_characters():
    ours = policy("--src", "s3://lake/a*b?c$d", "--dst", "s3://lake/out")
    assert iam.allowing(ours, iam.request("GetObject", "lake", "a*b?c$d/x.parquet"))
    assert not iam.allowing(ours, iam.request("GetObject", "lake", "aXbYc$d/x.parquet"))


def test_a_whole_bucket():
    ours = policy("--src", "s3://lake", "--dst", "s3://mirror")
    assert iam.allowing(ours, iam.request("ListObjectsV2", "lake", query={"prefix": ""}))
    assert iam.allowing(ours, iam.request("GetObject", "lake", "a.parquet"))
    assert not iam.allowing(ours, iam.request("PutObject", "lake", "a.parquet"))


def test_keys_of_kms_and_the_bundle():
    ours = policy("--src", "s3://lake/orig", "--src-kms-key", KEY + "1", "--dst-kms-key", KEY + "2",
                  "--bundle", "s3://tools/pqpack-1.0-linux-x86_64.tar.gz")
    of = {one["Sid"]: one for one in ours["Statement"]}
    assert (of["DecryptSource"]["Action"], of["DecryptSource"]["Resource"]) == ("kms:Decrypt", KEY + "1")
    assert of["EncryptDestination"]["Action"] == ["kms:Decrypt", "kms:GenerateDataKey"]
    assert of["EncryptDestination"]["Resource"] == KEY + "2"
    assert iam.allowing(ours, iam.request("GetObject", "tools", "pqpack-1.0-linux-x86_64.tar.gz"))
    assert not iam.allowing(ours, iam.request("GetObject", "tools", "another"))


@pytest.mark.parametrize("words", [
    ["--src", "lake/orig"],
    ["--src", "s3://Lake/orig"],
    ["--src", "s3://lake/a.parquet", "--dst", "s3://lake/out"],
    ["--src", "s3://lake"],
    [],
])
def test_a_policy_of_nothing_sensible_is_refused(words):
    done = tool("policy", *words)
    assert (done.returncode, done.stdout) == (2, "")


def test_the_other_partitions():
    ours = policy("--src", "s3://lake/orig", "--partition", "aws-cn")
    assert all(one["Resource"].startswith("arn:aws-cn:s3:::lake") for one in ours["Statement"])


class TestTrust:
    PROVIDER = "arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/ABC"

    def test_services(self):
        [instance] = printed("trust", "ec2")["Statement"]
        assert instance["Principal"] == {"Service": "ec2.amazonaws.com"}
        assert instance["Action"] == "sts:AssumeRole"
        [pod] = printed("trust", "pod-identity")["Statement"]
        assert pod["Principal"] == {"Service": "pods.eks.amazonaws.com"}
        assert pod["Action"] == ["sts:AssumeRole", "sts:TagSession"]

    def test_one_service_account_of_one_cluster(self):
        [one] = printed("trust", "irsa", "--provider-arn", self.PROVIDER, "--namespace", "data",
                        "--service-account", "pqpack")["Statement"]
        assert one["Principal"] == {"Federated": self.PROVIDER}
        assert one["Action"] == "sts:AssumeRoleWithWebIdentity"
        issuer = "oidc.eks.eu-west-1.amazonaws.com/id/ABC"
        assert one["Condition"] == {"StringEquals": {
            f"{issuer}:aud": "sts.amazonaws.com", f"{issuer}:sub": "system:serviceaccount:data:pqpack"}}

    @pytest.mark.parametrize("words", [
        ["irsa"], ["ec2", "--namespace", "data"], ["nobody"],
        ["irsa", "--provider-arn", "oidc.eks", "--namespace", "n", "--service-account", "s"]])
    def test_half_of_it_is_refused(self, words):
        done = tool("trust", *words)
        assert done.returncode != 0 and done.stdout == ""

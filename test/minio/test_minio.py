# SPDX-License-Identifier: Apache-2.0
"""Session tokens, KMS, and a name that is both an object and a prefix: on a real MinIO."""

import hashlib

import pytest

from s3 import faults, tables
from s3.server import client
from s3.suite import run_store_suite

KMS_KEY = "my-key"
KMS = ["--sse", "aws:kms", "--sse-kms-key-id", KMS_KEY]
MIB = 1 << 20
# What this MinIO does in its own way.
NOT_ON_MINIO = {
    "S3StoreTest.CompareAndSwap",  # it deletes, whatever If-Match says
    "Stores/Conformance.DeletesOnlyTheComparedVersion/s3",
    "S3StoreTest.DestroyedWriterAbortsItsUpload",  # it lists uploads of an exact key only
    "S3StoreTest.LeftBehindUploadIsFoundAndAbandoned",
    "Stores/Conformance.LeftoversAreFoundAndAbandoned/s3",
    "S3StoreTest.AnotherRegionIsFollowedOnce",  # it takes any region
}


@pytest.fixture(scope="module")
def inputs():
    return {"dt=2026-01-01/a b+c.parquet": tables.parquet(), "large.parquet": tables.large(10 * MIB)}


@pytest.fixture
def filled(bucket, inputs):
    for name, data in inputs.items():
        bucket.put("in/" + name, data)
    return bucket


def repack(pqpack, bucket, *flags, source="in", destination="out", env=None):
    return pqpack.repack(bucket.uri(source), bucket.uri(destination), *flags, env=env)


def assert_done(run, bucket, inputs, destination="out/"):
    assert run.code == 0, run
    outputs = bucket.tree(destination)
    assert sorted(outputs) == sorted(inputs)
    assert [name for name in inputs if not tables.same_rows(outputs[name], inputs[name])] == []


class TestSessionTokens:
    @pytest.fixture
    def session(self, minio):
        sts = client(minio.url, service="sts")
        answer = sts.assume_role(RoleArn="arn:x:ignored:by:minio", RoleSessionName="test")
        keys = answer["Credentials"]
        return {"AWS_ACCESS_KEY_ID": keys["AccessKeyId"],
                "AWS_SECRET_ACCESS_KEY": keys["SecretAccessKey"],
                "AWS_SESSION_TOKEN": keys["SessionToken"]}

    def test_the_right_one(self, pqpack, filled, inputs, session):
        assert_done(repack(pqpack, filled, env=session), filled, inputs)

    def test_in_a_profile(self, pqpack, filled, inputs, session):
        (pqpack.home / ".aws").mkdir()
        lines = [f"{name.lower()} = {value}" for name, value in session.items()]
        (pqpack.home / ".aws" / "credentials").write_text("[lab]\n" + "\n".join(lines) + "\n")
        env = {name: None for name in session}
        assert_done(repack(pqpack, filled, "--profile", "lab", env=env), filled, inputs)

    @pytest.mark.parametrize("token", [None, "wrong"])
    def test_missing_or_wrong(self, pqpack, filled, session, token):
        run = repack(pqpack, filled, env={**session, "AWS_SESSION_TOKEN": token})
        assert run.code == 3, run
        assert "token" in run.err.lower()
        assert filled.keys("out/") == []


class TestKms:
    def test_outputs_are_encrypted_with_the_key(self, pqpack, filled, inputs):
        assert_done(repack(pqpack, filled, *KMS), filled, inputs)
        for name in inputs:
            head = filled.s3.head_object(Bucket=filled.name, Key="out/" + name)
            assert head["ServerSideEncryption"] == "aws:kms"
            assert head["SSEKMSKeyId"] == f"arn:aws:kms:{KMS_KEY}"

    def test_etags_that_are_no_md5(self, pqpack, filled, inputs):
        """What was encrypted is read again: pinned by ETags that say nothing of the bytes."""
        assert_done(repack(pqpack, filled, *KMS, destination="kms"), filled, inputs, "kms/")
        small = filled.get("kms/dt=2026-01-01/a b+c.parquet")
        assert filled.etag("kms/dt=2026-01-01/a b+c.parquet") != hashlib.md5(small).hexdigest()
        assert_done(repack(pqpack, filled, *KMS, source="kms"), filled, inputs)
        again = repack(pqpack, filled, *KMS, source="kms")
        assert again.counts() == (0, 2, 0, 0)

    @pytest.mark.parametrize("operation", ["PutObject", "CompleteMultipartUpload"])
    def test_a_lost_answer_is_resolved_without_md5(self, proxy, pqpack, filled, inputs, operation):
        proxy.on(operation, faults.lose_answer, times=[1])
        pqpack.url = proxy.url
        assert_done(repack(pqpack, filled, *KMS), filled, inputs)

    def test_an_unknown_key(self, pqpack, filled):
        run = repack(pqpack, filled, "--sse", "aws:kms", "--sse-kms-key-id", "no-such-key")
        assert run.code == 3, run
        assert all("--sse-kms-key-id" in e["action"] for e in run.of("file_failed"))
        assert filled.keys("out/") == []


class TestOneNameForObjectAndPrefix:
    """MinIO stores and serves both but lists only the shorter name; on AWS the listing has both.

    So the listing of the source is scripted, with what the server says of each object.
    """

    NAMES = ["a.parquet", "a.parquet/b.parquet", "c/d.parquet"]

    @pytest.fixture
    def both(self, proxy, pqpack, bucket):
        self.files = {name: tables.parquet(seed=n) for n, name in enumerate(self.NAMES)}
        bucket.put("in/c", b"in the way of a folder")
        bucket.put("out/c", b"in the way of a folder")
        contents = ""
        for name, data in self.files.items():
            etag = bucket.put("in/" + name, data)
            contents += (
                f"<Contents><Key>in/{name}</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified>"
                f"<ETag>&quot;{etag}&quot;</ETag><Size>{len(data)}</Size></Contents>")
        page = f"<ListBucketResult><IsTruncated>false</IsTruncated>{contents}</ListBucketResult>"
        proxy.on("ListObjectsV2", faults.Page(200, page.encode()),
                 where=lambda record: record.query["prefix"] == "in/")
        pqpack.url = proxy.url
        return bucket

    def test_between_buckets(self, pqpack, both):
        run = repack(pqpack, both)
        assert run.code == 0, run
        assert run.counts() == (3, 0, 0, 0)
        for name, data in self.files.items():
            assert tables.same_rows(both.get("out/" + name), data)
        assert both.get("out/c") == b"in the way of a folder"

    @pytest.mark.parametrize("name", NAMES)
    def test_each_alone(self, pqpack, both, name):
        run = repack(pqpack, both, source="in/" + name, destination="one/" + name)
        assert run.code == 0, run
        assert tables.same_rows(both.get("one/" + name), self.files[name])

    def test_on_a_disk_one_of_them_fails_and_says_why(self, pqpack, both, tmp_path):
        run = pqpack.repack(both.uri("in"), tmp_path / "out", "--workers", 1)
        assert run.code in (1, 4), run
        [failed] = run.of("file_failed")
        assert failed["uri"] in (both.uri("in/a.parquet"), both.uri("in/a.parquet/b.parquet"))
        assert run.counts() == (2, 0, 0, 1)
        assert tables.same_rows((tmp_path / "out/c/d.parquet").read_bytes(), self.files["c/d.parquet"])


def test_a_kill_and_a_rerun(proxy, pqpack, filled, inputs):
    hold = faults.Hold()
    proxy.on("CompleteMultipartUpload", hold)
    pqpack.url = proxy.url
    process = pqpack.start(*pqpack.repack_words(filled.uri("in"), filled.uri("out")))
    while not hold.reached.wait(0.1):
        assert process.poll() is None, process.communicate()
    process.kill()
    process.communicate()
    assert "out/large.parquet" not in filled.keys()
    proxy.forget()
    assert_done(repack(pqpack, filled), filled, inputs)


def test_the_stores_own_tests(bucket, tmp_path):
    results = run_store_suite(bucket, tmp_path)
    unproven = {name for name, result in results.items() if result != "PASSED"}
    assert unproven == NOT_ON_MINIO

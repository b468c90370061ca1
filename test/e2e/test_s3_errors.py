# SPDX-License-Identifier: Apache-2.0
"""What is refused or fails as a whole: the exit code, one line that names the place, nothing written."""

import socket

import pytest

from s3 import faults, tables
from s3.command import Pqpack
from s3.fixtures import new_bucket
from s3.server import PolicedVersitygw


def assert_one_line(run, *words):
    """One line of error on stderr, with all the words; no second account of the same thing."""
    lines = [line for line in run.err.splitlines() if "error" in line.lower()]
    assert len(lines) == 1, run
    missing = [word for word in words if word.lower() not in lines[0].lower()]
    assert missing == [], run


@pytest.fixture
def one_file(bucket):
    bucket.put("in/a.parquet", tables.parquet())
    return bucket


def test_missing_source_bucket(pqpack, bucket):
    run = pqpack.repack("s3://no-such-bucket/in", bucket.uri("out"))
    assert run.code == 3, run
    assert_one_line(run, "no-such-bucket", "does not exist")


def test_missing_destination_bucket(pqpack, one_file):
    run = pqpack.repack(one_file.uri("in"), "s3://no-such-bucket/out")
    assert run.code == 3, run
    assert_one_line(run, "no-such-bucket", "does not exist")


def test_missing_destination_bucket_costs_no_read(through, proxy, one_file):
    assert through.repack(one_file.uri("in"), "s3://no-such-bucket/out").code == 3
    assert proxy.count("GetObject") == 0


def test_prefix_without_objects(pqpack, bucket):
    bucket.put("input/a.parquet", tables.parquet())  # `in` is no folder
    run = pqpack.repack(bucket.uri("in"), bucket.uri("out"))
    assert run.code == 3, run
    assert_one_line(run, bucket.uri("in"))
    assert bucket.keys() == ["input/a.parquet"]


def test_missing_single_object(pqpack, bucket):
    run = pqpack.repack(bucket.uri("in/a.parquet"), bucket.uri("out/"))
    assert run.code == 3, run
    assert_one_line(run, bucket.uri("in/a.parquet"))


def test_objects_but_no_parquet_is_nothing_to_do(pqpack, bucket):
    bucket.put("in/a.csv", b"1,2\n")
    run = pqpack.repack(bucket.uri("in"), bucket.uri("out"))
    assert run.code == 0, run
    assert run.counts() == (0, 0, 0, 0)
    assert "nothing to do" in run.err.lower()


@pytest.mark.parametrize("wrong, words", [
    ({"AWS_SECRET_ACCESS_KEY": "not-the-secret"}, ["SignatureDoesNotMatch"]),
    ({"AWS_ACCESS_KEY_ID": "nobody"}, ["access key"]),
    ({"AWS_SESSION_TOKEN": "made-up"}, ["token"]),
    ({"AWS_ACCESS_KEY_ID": None, "AWS_SECRET_ACCESS_KEY": None}, ["credentials"]),
])
def test_wrong_credentials(pqpack, one_file, wrong, words):
    run = pqpack.repack(one_file.uri("in"), one_file.uri("out"), env=wrong)
    assert run.code == 3, run
    assert_one_line(run, *words)
    assert one_file.keys() == ["in/a.parquet"]


def test_secrets_are_never_printed(pqpack, one_file):
    for flags in ([], ["--verbose"], ["--log-level", "trace"]):
        secret = {"AWS_SECRET_ACCESS_KEY": "VerySecret+1", "AWS_SESSION_TOKEN": "TokenToken/2"}
        run = pqpack.repack(one_file.uri("in"), one_file.uri("out"), *flags, env=secret)
        assert run.code != 0
        for value in secret.values():
            assert value not in run.out + run.err


def test_wrong_region_is_followed_once(through, proxy, one_file):
    """The server says which region it is; the second try is signed for that."""
    run = through.repack(one_file.uri("in"), one_file.uri("out"), env={"AWS_REGION": "eu-west-1"})
    assert run.code == 0, run
    wrong = [r for r in proxy.requests if "/eu-west-1/s3/" in r.headers["authorization"]]
    assert 1 <= len(wrong) <= 2  # the two sides may both learn it
    assert all(r.status == 400 for r in wrong)


def test_no_region_at_all(pqpack, one_file):
    run = pqpack.repack(one_file.uri("in"), one_file.uri("out"), env={"AWS_REGION": None})
    assert run.code == 0, run


@pytest.mark.parametrize("status", [301, 400])
def test_a_redirect_that_leads_nowhere_ends(through, proxy, one_file, status):
    proxy.on(None, faults.other_region(status, "mars-north-1"))
    run = through.repack(one_file.uri("in"), one_file.uri("out"))
    assert run.code == 3, run
    assert_one_line(run, "region", "mars-north-1")
    assert len(proxy.requests) <= 4


def test_unreachable_endpoint(one_file, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]  # closed again: nothing listens there
    run = Pqpack(f"http://127.0.0.1:{port}", tmp_path).repack(one_file.uri("in"), one_file.uri("out"))
    assert run.code == 5, run
    assert_one_line(run, "127.0.0.1", str(port), "endpoint")


def test_endpoint_name_that_does_not_resolve(one_file, tmp_path):
    run = Pqpack("http://no-such-host.invalid", tmp_path).repack(one_file.uri("in"), one_file.uri("out"))
    assert run.code in (3, 5), run
    assert_one_line(run, "no-such-host.invalid")


def test_endpoint_that_is_no_url(one_file, tmp_path):
    run = Pqpack("not a url", tmp_path).repack(one_file.uri("in"), one_file.uri("out"))
    assert run.code in (2, 3), run
    assert_one_line(run, "not a url")


def test_endpoint_that_is_no_s3(one_file, tmp_path, proxy, through):
    proxy.on(None, faults.Page(200, b"<html><body>It works!</body></html>"))
    run = through.repack(one_file.uri("in"), one_file.uri("out"))
    assert run.code in (3, 5), run
    assert_one_line(run, one_file.name)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with PolicedVersitygw(tmp_path_factory.mktemp("policed") / "data") as server:
        yield server


class TestPermissions:
    """A server that enforces policies; the run has an account of its own."""

    @pytest.fixture
    def limited(self, server, tmp_path):
        bucket = new_bucket(server)
        for n in range(3):
            bucket.put(f"in/{n}.parquet", tables.parquet(seed=n))

        def run(*flags, **actions):
            server.allow(bucket.name, **actions)
            account = {"AWS_ACCESS_KEY_ID": server.USER, "AWS_SECRET_ACCESS_KEY": server.USER_SECRET}
            return bucket, Pqpack(server.url, tmp_path).repack(
                bucket.uri("in"), bucket.uri("out"), *flags, env=account)

        return run

    ALL = {"ListBucket": "", "GetObject": "*", "PutObject": "out/*",
           "ListBucketMultipartUploads": "", "AbortMultipartUpload": "out/*"}

    def allowed(self, *without, **changes):
        rights = {**self.ALL, **changes}
        return {action: keys for action, keys in rights.items() if action not in without}

    def test_enough(self, limited):
        bucket, run = limited(**self.ALL)
        assert run.code == 0, run
        assert len(bucket.keys("out/")) == 3

    def test_not_to_list(self, limited):
        bucket, run = limited(**self.allowed("ListBucket"))
        assert run.code == 3, run
        assert_one_line(run, bucket.name, "s3:ListBucket")
        assert bucket.keys("out/") == []

    def test_not_to_write(self, limited):
        bucket, run = limited(**self.allowed("PutObject"))
        assert run.code == 3, run
        assert run.counts() == (0, 0, 0, 3)
        assert all("s3:PutObject" in e["error"] + e["action"] for e in run.of("file_failed"))
        assert bucket.keys("out/") == []

    def test_not_to_read_one_file(self, limited):
        bucket, run = limited(**self.allowed(GetObject="in/1.parquet"))
        assert run.code == 1, run
        assert run.counts() == (1, 0, 0, 2)
        assert bucket.keys("out/") == ["out/1.parquet"]
        assert all("s3:GetObject" in e["error"] + e["action"] for e in run.of("file_failed"))

    def test_not_to_list_uploads_is_said_once_and_no_error(self, limited):
        bucket, run = limited(**self.allowed("ListBucketMultipartUploads", "AbortMultipartUpload"))
        assert run.code == 0, run
        assert len(bucket.keys("out/")) == 3
        assert run.err.count("s3:ListBucketMultipartUploads") == 1

    def test_unknown_account(self, server, limited, tmp_path):
        run = Pqpack(server.url, tmp_path).repack(
            "s3://any/in", "s3://any/out", env={"AWS_ACCESS_KEY_ID": "nobody"})
        assert run.code == 3, run
        assert_one_line(run, "access key")

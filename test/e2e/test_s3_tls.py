# SPDX-License-Identifier: Apache-2.0
"""https: a server is trusted by its certificate only, and there is no way around it."""

import pytest

from s3 import tables
from s3.bucket import Bucket
from s3.certificates import make_authority, make_certificate
from s3.command import Pqpack
from s3.server import TlsVersitygw, client


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("tls")


@pytest.fixture(scope="module")
def authority(folder):
    return make_authority(folder, "authority")


@pytest.fixture(scope="module")
def stranger(folder):
    return make_authority(folder, "stranger")


def serve(folder, name, host):
    certificate, key = make_certificate(folder, "authority", name, host)
    return TlsVersitygw(folder / f"{name}-data", certificate, key)


@pytest.fixture(scope="module")
def bucket(folder, authority):
    with serve(folder, "server", "IP:127.0.0.1") as server:
        server.s3 = client(server.url, verify=str(authority))
        server.s3.create_bucket(Bucket="bucket")
        bucket = Bucket("bucket", server)
        bucket.put("in/a=b/c d.parquet", tables.parquet())
        bucket.put("in/large.parquet", tables.large(10 << 20))
        yield bucket


def repack(bucket, tmp_path, destination, **env):
    pqpack = Pqpack(bucket.server.url, tmp_path)
    return pqpack.repack(bucket.uri("in"), bucket.uri(destination), env=env)


@pytest.mark.parametrize("variable", ["AWS_CA_BUNDLE", "SSL_CERT_FILE"])
def test_trusted_by_a_bundle(bucket, authority, tmp_path, variable):
    run = repack(bucket, tmp_path, variable, **{variable: str(authority)})
    assert run.code == 0, run
    for name in ("a=b/c d.parquet", "large.parquet"):
        assert tables.same_rows(bucket.get(f"{variable}/{name}"), bucket.get("in/" + name))


def test_aws_ca_bundle_wins(bucket, authority, stranger, tmp_path):
    run = repack(bucket, tmp_path, "wins", AWS_CA_BUNDLE=str(authority), SSL_CERT_FILE=str(stranger))
    assert run.code == 0, run


def assert_refused(run, bucket, destination, *words):
    assert run.code == 3, run
    for word in words:
        assert word in run.err, run
    assert bucket.keys(destination + "/") == []


def test_an_unknown_authority_is_refused(bucket, tmp_path):
    run = repack(bucket, tmp_path, "none")
    assert_refused(run, bucket, "none", "certificate", "AWS_CA_BUNDLE")


def test_another_authority_is_refused(bucket, stranger, tmp_path):
    run = repack(bucket, tmp_path, "other", AWS_CA_BUNDLE=str(stranger))
    assert_refused(run, bucket, "other", "certificate", "AWS_CA_BUNDLE")


def test_a_bundle_that_is_not_there(bucket, tmp_path):
    run = repack(bucket, tmp_path, "missing", AWS_CA_BUNDLE="/no/such/bundle.pem")
    assert_refused(run, bucket, "missing", "/no/such/bundle.pem")


def test_a_bundle_that_is_no_certificate(bucket, tmp_path):
    (tmp_path / "bundle.pem").write_text("not a certificate\n")
    run = repack(bucket, tmp_path, "broken", AWS_CA_BUNDLE=str(tmp_path / "bundle.pem"))
    assert_refused(run, bucket, "broken")


@pytest.mark.filterwarnings("ignore::urllib3.exceptions.InsecureRequestWarning")
def test_a_certificate_for_another_name_is_refused(folder, authority, tmp_path):
    with serve(folder, "elsewhere", "DNS:elsewhere.example.org") as server:
        server.s3 = client(server.url, verify=False)
        server.s3.create_bucket(Bucket="bucket")
        bucket = Bucket("bucket", server)
        bucket.put("in/a.parquet", tables.parquet())
        run = repack(bucket, tmp_path, "out", AWS_CA_BUNDLE=str(authority))
        assert_refused(run, bucket, "out", "certificate")

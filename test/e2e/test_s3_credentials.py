# SPDX-License-Identifier: Apache-2.0
"""Where credentials come from, and what happens when they expire in the middle of a run."""

import pytest

from s3 import faults, tables
from s3.command import Pqpack
from s3.fault_proxy import FaultProxy
from s3.fixtures import new_bucket
from s3.metadata import MetadataService
from s3.server import ACCESS_KEY, SECRET_KEY, PolicedVersitygw

NO_KEYS = {"AWS_ACCESS_KEY_ID": None, "AWS_SECRET_ACCESS_KEY": None}


def in_container(service):
    return {**NO_KEYS, "AWS_CONTAINER_CREDENTIALS_FULL_URI": service.url + "/credentials"}


def on_instance(service):
    return {**NO_KEYS, "AWS_EC2_METADATA_DISABLED": None,
            "AWS_EC2_METADATA_SERVICE_ENDPOINT": service.url}


def write_profile(home, keys, name="default"):
    (home / ".aws").mkdir(exist_ok=True)
    (home / ".aws" / "credentials").write_text(
        f"[{name}]\naws_access_key_id={keys[0]}\naws_secret_access_key={keys[1]}\n")


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """With two accounts, so that old and new credentials differ."""
    with PolicedVersitygw(tmp_path_factory.mktemp("accounts") / "data") as server:
        yield server


@pytest.fixture
def bucket(server):
    bucket = new_bucket(server)
    server.allow(bucket.name, **{"ListBucket": "", "ListBucketMultipartUploads": "",
                                 "GetObject": "*", "PutObject": "*", "AbortMultipartUpload": "*"})
    for n in range(4):
        bucket.put(f"in/{n}.parquet", tables.parquet(seed=n))
    return bucket


@pytest.fixture
def pqpack(server, tmp_path):
    return Pqpack(server.url, tmp_path)


ROOT_KEYS = (ACCESS_KEY, SECRET_KEY)
OTHER_KEYS = (PolicedVersitygw.USER, PolicedVersitygw.USER_SECRET)


@pytest.mark.parametrize("where", [in_container, on_instance])
def test_of_a_container_or_an_instance(pqpack, bucket, where):
    with MetadataService(OTHER_KEYS) as service:
        run = pqpack.repack(bucket.uri("in"), bucket.uri("out"), env=where(service))
    assert run.code == 0, run
    assert len(bucket.keys("out/")) == 4
    assert service.asked != []


def test_the_environment_wins_over_files_and_services(pqpack, bucket):
    write_profile(pqpack.home, ("wrong", "wrong"))
    with MetadataService(("wrong", "wrong")) as service:
        variables = {k: v for k, v in in_container(service).items() if v is not None}
        run = pqpack.repack(bucket.uri("in"), bucket.uri("out"), env=variables)
    assert run.code == 0, run


class TestExpiry:
    """The server calls the old keys expired from the third GET on; by then there are new ones."""

    @pytest.fixture
    def proxy(self, server):
        with FaultProxy(server.port) as proxy:
            yield proxy

    def expire(self, proxy, rotate):
        expired = faults.expired_token()
        seen = []

        def on_get(exchange):
            seen.append(exchange)
            is_old = f"Credential={ACCESS_KEY}/" in exchange.record.headers["authorization"]
            if len(seen) < 3 or not is_old:
                return exchange.pass_through()
            rotate()
            return expired(exchange)

        proxy.on("GetObject", on_get)

    def assert_changed_over(self, run, proxy, bucket):
        assert run.code == 0, run
        assert len(bucket.keys("out/")) == 4
        used = [f"Credential={OTHER_KEYS[0]}/" in r.headers["authorization"]
                for r in proxy.of("GetObject") if r.status != 400]
        assert used.count(False) == 2 and used.count(True) == 2

    def run(self, proxy, bucket, tmp_path, env):
        return Pqpack(proxy.url, tmp_path).repack(
            bucket.uri("in"), bucket.uri("out"), "--workers", 1, env=env)

    def test_of_a_container(self, proxy, bucket, tmp_path):
        with MetadataService(ROOT_KEYS) as service:
            self.expire(proxy, lambda: setattr(service, "keys", OTHER_KEYS))
            run = self.run(proxy, bucket, tmp_path, in_container(service))
        self.assert_changed_over(run, proxy, bucket)

    def test_of_a_file(self, proxy, bucket, tmp_path):
        write_profile(tmp_path, ROOT_KEYS)
        self.expire(proxy, lambda: write_profile(tmp_path, OTHER_KEYS))
        self.assert_changed_over(self.run(proxy, bucket, tmp_path, NO_KEYS), proxy, bucket)

    def test_without_new_ones_it_stops_at_once(self, proxy, bucket, tmp_path):
        self.expire(proxy, lambda: None)
        run = self.run(proxy, bucket, tmp_path, {})
        assert run.code == 3, run
        assert "ExpiredToken" in run.err
        assert proxy.count("GetObject") <= 4

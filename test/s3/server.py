# SPDX-License-Identifier: Apache-2.0
"""Real S3 servers for the tests: started on a free loopback port, stopped by their own process."""

import functools
import json
import os
import pathlib
import socket
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request

import boto3
from botocore.config import Config

ROOT = pathlib.Path(__file__).resolve().parents[2]
ACCESS_KEY, SECRET_KEY, REGION = "testkey", "testsecret123", "us-east-1"
START_TRIES = 5  # another process may take a free port before the server does


def tool(name: str) -> pathlib.Path:
    path = ROOT / ".tools" / "bin" / name
    assert path.exists(), f"{path} is missing; run: tools/setup test (minio: tools/setup minio)"
    return path


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def client(url: str, access=ACCESS_KEY, secret=SECRET_KEY, token=None, service="s3", verify=None):
    """boto3's client, with nothing tried twice: what the server says is what the test sees."""
    config = Config(signature_version="s3v4" if service == "s3" else None,
                    s3={"addressing_style": "path"},
                    retries={"total_max_attempts": 1}, max_pool_connections=32)
    return boto3.client(service, endpoint_url=url, aws_access_key_id=access, region_name=REGION,
                        aws_secret_access_key=secret, aws_session_token=token, config=config,
                        verify=verify)


class Server:
    """One server process over one folder.  `url` is its endpoint, `s3` a client for it."""

    scheme = "http"

    def __init__(self, folder: pathlib.Path):
        self.folder = folder.resolve()
        self.folder.mkdir(parents=True, exist_ok=True)
        self.port = 0
        self._process = None

    def command(self) -> list:
        raise NotImplementedError

    def environment(self) -> dict[str, str]:
        raise NotImplementedError

    health: str

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}"

    @functools.cached_property
    def s3(self):
        return client(self.url)

    def __enter__(self):
        for _ in range(START_TRIES):
            self.port = free_port()
            self._log = open(self.folder.parent / f"{self.folder.name}.log", "wb")
            self._process = subprocess.Popen(
                [str(word) for word in self.command()], stdout=self._log, stderr=self._log,
                env={"PATH": os.environ["PATH"], "HOME": str(self.folder), **self.environment()})
            if self._ready():
                return self
        raise RuntimeError(f"{self.command()[0]} does not start, see {self._log.name}")

    def __exit__(self, *_):
        self._process.terminate()
        self._process.wait()
        self._log.close()

    def _ready(self) -> bool:
        trust = ssl._create_unverified_context() if self.scheme == "https" else None
        while self._process.poll() is None:
            try:
                with urllib.request.urlopen(self.url + self.health, context=trust):
                    return True
            except urllib.error.HTTPError as answer:
                if answer.code < 500:
                    return True
            except OSError:
                pass
            time.sleep(0.02)
        return False


class Versitygw(Server):
    """versitygw over a plain folder: a file put there is an object, and the other way round."""

    health = "/health"

    def __init__(self, folder, *options):
        super().__init__(folder)
        self._options = options

    def command(self):
        return [tool("versitygw"), "--port", f"127.0.0.1:{self.port}", "--health", self.health,
                "--quiet", "--keep-alive", *self._options, "posix", self.folder]

    def environment(self):
        return {"ROOT_ACCESS_KEY": ACCESS_KEY, "ROOT_SECRET_KEY": SECRET_KEY}


class TlsVersitygw(Versitygw):
    scheme = "https"

    def __init__(self, folder, certificate, key):
        super().__init__(folder, "--cert", certificate, "--key", key)


class PolicedVersitygw(Versitygw):
    """With a second account, `limited`, that may only do what bucket policies say."""

    USER, USER_SECRET = "limited", "limitedsecret"

    def __init__(self, folder):
        accounts = folder.parent / f"{folder.name}-accounts"
        super().__init__(folder, "--iam-dir", accounts.resolve())
        accounts.mkdir(parents=True)
        account = {"access": self.USER, "secret": self.USER_SECRET, "role": "user"}
        users = {"accessAccounts": {self.USER: account}}
        (accounts / "users.json").write_text(json.dumps(users))

    def allow(self, bucket: str, **actions: str) -> None:
        """allow("b", ListBucket="", GetObject="in/*"): and nothing else."""
        statements = [
            {"Effect": "Allow", "Principal": {"AWS": [self.USER]}, "Action": [f"s3:{action}"],
             "Resource": [f"arn:aws:s3:::{bucket}/{keys}".rstrip("/")]}
            for action, keys in actions.items()]
        policy = {"Version": "2012-10-17", "Statement": statements}
        self.s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps(policy))


class Minio(Server):
    health = "/minio/health/ready"

    def __init__(self, folder, kms_key: str):
        super().__init__(folder)
        self._kms_key = kms_key

    def command(self):
        return [tool("minio"), "server", "--address", f"127.0.0.1:{self.port}", "--quiet",
                self.folder]

    def environment(self):
        return {"MINIO_ROOT_USER": ACCESS_KEY, "MINIO_ROOT_PASSWORD": SECRET_KEY,
                "MINIO_BROWSER": "off", "MINIO_UPDATE": "off",
                "MINIO_KMS_SECRET_KEY": self._kms_key}


class Glue(Server):
    """moto's Glue; `page` is the most partitions of one answer."""

    health = "/moto-api/"

    def __init__(self, folder, page: int = 100):
        super().__init__(folder)
        self._page = page

    def command(self):
        return [sys.executable, pathlib.Path(__file__).with_name("glue_server.py"), self.port,
                self._page]

    def environment(self):
        return {}

    @functools.cached_property
    def glue(self):
        return client(self.url, service="glue")

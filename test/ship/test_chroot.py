# SPDX-License-Identifier: Apache-2.0
"""The bundle where there is nothing else: a root folder with the bundle, certificates and resolv.conf.

No shell, no C library, no /dev, no /tmp; with and without /proc.  Names are resolved by the bundle's own
glibc from a DNS server of the test, on a loopback address that nothing else uses.
"""

import contextlib
import http.server
import pathlib
import socketserver
import ssl
import struct
import subprocess
import threading

import pytest

from s3 import tables
from s3.bucket import Bucket
from s3.certificates import make_authority, make_certificate
from s3.command import environment
from s3.server import ACCESS_KEY, SECRET_KEY, TlsVersitygw, client

pytestmark = pytest.mark.usefixtures("root")

DNS, STS = "127.0.0.77", "127.0.0.78"
STS_HOST = "sts.us-east-1.amazonaws.com"
ADDRESSES = {"store.test": "127.0.0.1", STS_HOST: STS}
NO_KEYS = {"AWS_ACCESS_KEY_ID": None, "AWS_SECRET_ACCESS_KEY": None}
PROGRAM = "/opt/pqpack/bin/pqpack"


class Jail:
    """A root folder and what runs in it."""

    def __init__(self, folder: pathlib.Path, bundle: pathlib.Path, certificates: bytes):
        self.folder = folder
        for name in ("etc/ssl/certs", "opt", "proc", "data"):
            (folder / name).mkdir(parents=True)
        subprocess.run(["cp", "--archive", "--link", bundle, folder / "opt/pqpack"], check=True)
        (folder / "etc/ssl/certs/ca-certificates.crt").write_bytes(certificates)
        (folder / "etc/resolv.conf").write_text(f"nameserver {DNS}\noptions timeout:1\n")

    def run(self, *words, url=None, proc=True, **env):
        mount = 'mount --bind /proc "$0/proc" && ' if proc else ""
        return subprocess.run(  # the mount ends with the process
            ["unshare", "--mount", "sh", "-c", mount + 'exec chroot "$0" "$@"', self.folder, PROGRAM,
             *words], capture_output=True, text=True, stdin=subprocess.DEVNULL,
            env=environment(url, "/", **env))

    def repack(self, source, destination, **options):
        return self.run("repack", "--src", source, "--dst", destination, **options)


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return make_authority(tmp_path_factory.mktemp("tls"), "authority")


@pytest.fixture(scope="module")
def unpacked(archive, tmp_path_factory):
    folder = tmp_path_factory.mktemp("unpacked")
    subprocess.run(["tar", "-xf", archive, "-C", folder, "--strip-components=1"], check=True)
    return folder


@pytest.fixture
def jail(tmp_path, unpacked, authority):
    jail = Jail(tmp_path / "root", unpacked, authority.read_bytes())
    before = contents(jail.folder)
    yield jail
    changed = contents(jail.folder) ^ before
    assert all(path.startswith("data/") for path in changed), changed


def contents(folder):
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


@pytest.fixture(scope="module")
def tls_bucket(tmp_path_factory, authority):
    certificate, key = make_certificate(authority.parent, "authority", "server",
                                        "IP:127.0.0.1,DNS:store.test")
    with TlsVersitygw(tmp_path_factory.mktemp("s3") / "data", certificate, key) as server:
        server.s3 = client(server.url, verify=str(authority))
        server.s3.create_bucket(Bucket="bucket")
        bucket = Bucket("bucket", server)
        bucket.put("in/a=b/c d.parquet", tables.parquet())
        yield bucket


class _Names(socketserver.BaseRequestHandler):
    """Answers A for ADDRESSES; any other name does not exist."""

    def handle(self):
        query, socket = self.request
        labels, at = [], 12
        while query[at]:
            labels.append(query[at + 1:at + 1 + query[at]].decode())
            at += 1 + query[at]
        question = query[12:at + 5]
        address = ADDRESSES.get(".".join(labels).lower())
        is_a = question[-4:] == b"\0\1\0\1"
        found = address is not None and is_a
        flags = 0x8180 if address is not None else 0x8183
        answer = struct.pack(">6H", struct.unpack(">H", query[:2])[0], flags, 1, int(found), 0, 0)
        answer += question
        if found:
            answer += struct.pack(">HHHIH", 0xC00C, 1, 1, 1, 4)
            answer += bytes(map(int, address.split(".")))
        socket.sendto(answer, self.client_address)


@contextlib.contextmanager
def serving(server):
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def names():
    socketserver.ThreadingUDPServer.allow_reuse_address = True
    with serving(socketserver.ThreadingUDPServer((DNS, 53), _Names)):
        yield


def assert_repacked(run, bucket, destination):
    assert run.returncode == 0, run
    assert "Completed 1 file, skipped 0, stale 0, failed 0" in run.stdout
    assert bucket.keys(destination + "/") == [destination + "/a=b/c d.parquet"]
    assert tables.same_rows(bucket.get(destination + "/a=b/c d.parquet"),
                            bucket.get("in/a=b/c d.parquet"))


@pytest.mark.parametrize("proc", [True, False], ids=["proc", "no-proc"])
def test_local(jail, proc):
    (jail.folder / "data/in/a=b").mkdir(parents=True)
    (jail.folder / "data/in/a=b/c d.parquet").write_bytes(tables.parquet())
    run = jail.repack("/data/in", "/data/out", proc=proc)
    assert (run.returncode, run.stderr) == (0, ""), run
    assert "Completed 1 file, skipped 0, stale 0, failed 0" in run.stdout
    assert contents(jail.folder / "data/out") == {"a=b", "a=b/c d.parquet"}
    assert tables.same_rows((jail.folder / "data/out/a=b/c d.parquet").read_bytes(), tables.parquet())


@pytest.mark.parametrize("proc", [True, False], ids=["proc", "no-proc"])
def test_s3(jail, bucket, proc):
    bucket.put("in/a=b/c d.parquet", tables.parquet())
    run = jail.repack(bucket.uri("in"), bucket.uri("out"), url=bucket.server.url, proc=proc)
    assert_repacked(run, bucket, "out")


@pytest.mark.parametrize("proc", [True, False], ids=["proc", "no-proc"])
def test_s3_over_tls(jail, tls_bucket, proc):
    """The certificates are found where distributions keep them: no variable names them."""
    out = f"out{int(proc)}"
    run = jail.repack(tls_bucket.uri("in"), tls_bucket.uri(out), url=tls_bucket.server.url, proc=proc)
    assert_repacked(run, tls_bucket, out)


def test_s3_over_tls_is_refused_without_its_authority(jail, tls_bucket, tmp_path):
    stranger = make_authority(tmp_path, "stranger")
    (jail.folder / "etc/ssl/certs/ca-certificates.crt").write_bytes(stranger.read_bytes())
    run = jail.repack(tls_bucket.uri("in"), tls_bucket.uri("none"), url=tls_bucket.server.url)
    assert run.returncode == 3 and "certificate" in run.stderr, run
    assert tls_bucket.keys("none/") == []


def test_names_are_resolved(jail, tls_bucket, names):
    run = jail.repack(tls_bucket.uri("in"), tls_bucket.uri("dns"),
                      url=f"https://store.test:{tls_bucket.server.port}")
    assert_repacked(run, tls_bucket, "dns")


def test_a_name_that_does_not_exist(jail, names):
    run = jail.repack("s3://bucket/in", "s3://bucket/out", url="http://nowhere.test")
    assert run.returncode in (3, 5) and "nowhere.test" in run.stderr, run


def test_other_credentials_than_keys_need_random_numbers(jail):
    run = jail.repack("s3://bucket/in", "s3://bucket/out", url="http://127.0.0.1:1", **NO_KEYS)
    assert run.returncode == 3 and "/dev/urandom can't be read" in run.stderr, run


@pytest.fixture
def sts(authority):
    """AWS' Security Token Service: gives the test server's keys for any web identity token."""
    asked = []

    class Answer(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            asked.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
            body = (
                '<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">'
                "<AssumeRoleWithWebIdentityResult><Credentials>"
                f"<AccessKeyId>{ACCESS_KEY}</AccessKeyId><SecretAccessKey>{SECRET_KEY}</SecretAccessKey>"
                "<SessionToken></SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration>"
                "</Credentials></AssumeRoleWithWebIdentityResult>"
                "</AssumeRoleWithWebIdentityResponse>").encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/xml")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    certificate, key = make_certificate(authority.parent, "authority", "sts", f"DNS:{STS_HOST}")
    trust = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trust.load_cert_chain(certificate, key)
    server = http.server.ThreadingHTTPServer((STS, 443), Answer)
    server.socket = trust.wrap_socket(server.socket, server_side=True)
    with serving(server):
        yield asked


def test_web_identity(jail, tls_bucket, names, sts):
    """Credentials of a Kubernetes service account (IRSA), from STS by name and over TLS."""
    (jail.folder / "data/token").write_text("the-token")
    (jail.folder / "data/urandom").write_bytes(bytes(range(256)))
    (jail.folder / "dev").symlink_to("data")  # the AWS SDK wants /dev/urandom
    run = jail.repack(tls_bucket.uri("in"), tls_bucket.uri("irsa"), url=tls_bucket.server.url,
                      AWS_ROLE_ARN="arn:aws:iam::123456789012:role/pqpack",
                      AWS_WEB_IDENTITY_TOKEN_FILE="/data/token", **NO_KEYS)
    (jail.folder / "dev").unlink()
    assert len(sts) == 1 and "Action=AssumeRoleWithWebIdentity" in sts[0], (sts, run)
    assert "WebIdentityToken=the-token" in sts[0]
    assert_repacked(run, tls_bucket, "irsa")

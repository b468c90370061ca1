# SPDX-License-Identifier: Apache-2.0
"""The container as users start it: from variables, as nobody, on a read-only root, ended by SIGTERM."""

import json
import os
import signal
import socket
import subprocess

import pytest

from s3 import tables
from s3.command import environment
from ship.image.conftest import LIMITS, podman
from ship.test_bundle import VERSION
from ship.waiting import asked

RUN = ["podman", "--runtime", "runc", "run", "--rm", "--network=host", "--read-only",
       "--read-only-tmpfs=false", "--cap-drop=all", *LIMITS]


def variables(url, **changes):
    env = environment(url, "/", **changes)
    del env["PATH"], env["HOME"]
    return [word for name, value in env.items() for word in ("--env", f"{name}={value}")]


def run(image, *words, url=None, options=(), **env):
    return subprocess.run([*RUN, *options, *variables(url, **env), image, *map(str, words)],
                          capture_output=True, text=True)


def test_what_it_is(image):
    [found] = json.loads(podman("inspect", image, capture_output=True, text=True).stdout)
    config = found["Config"]
    assert config["User"] == "65532:65532"
    assert config["Entrypoint"] == ["/opt/pqpack/bin/pqpack"]
    assert config["Cmd"] == ["repack"]
    assert config["Labels"]["org.opencontainers.image.title"] == "pqpack"
    assert {entry.split("=")[0] for entry in config["Env"]} == {"PATH"}


def test_what_is_in_it(image, tmp_path):
    """The bundle and six files: no shell, nothing of the build."""
    podman("create", "--name", "pqpack-test-files", image)
    try:
        podman("export", "--output", tmp_path / "files.tar", "pqpack-test-files")
    finally:
        podman("rm", "pqpack-test-files")
    names = subprocess.run(["tar", "-tf", tmp_path / "files.tar"], check=True, capture_output=True,
                           text=True).stdout.split()
    files = {name for name in names if not name.endswith("/") and not name.startswith("opt/pqpack/")}
    made_by_podman = {"etc/hosts", "etc/hostname", "etc/resolv.conf", "etc/mtab", "run/.containerenv"}
    assert files - made_by_podman == {"etc/group", "etc/nsswitch.conf", "etc/passwd",
                                      "etc/ssl/certs/ca-certificates.crt"}
    assert {"opt/pqpack/bin/pqpack", "opt/pqpack/licenses/README.md"} <= set(names)


@pytest.mark.parametrize("words", [["--version"], ["version"]])
def test_version(image, words):
    ran = run(image, *words)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, f"pqpack {VERSION}\n", "")


def test_from_variables(image, bucket):
    bucket.put("in/a=b/c d.parquet", tables.parquet())
    ran = run(image, url=bucket.server.url, SRC_BUCKET=bucket.name, SRC_PREFIX="in/")
    assert ran.returncode == 0, ran
    assert "Completed 1 file, skipped 0, stale 0, failed 0" in ran.stdout
    assert bucket.keys("in_repack/") == ["in_repack/a=b/c d.parquet"]
    assert tables.same_rows(bucket.get("in_repack/a=b/c d.parquet"), tables.parquet())


def test_from_variables_with_a_share_each(image, bucket):
    for n in range(8):
        bucket.put(f"in/{n}.parquet", tables.parquet(seed=n))
    seen = []
    for index in range(2):
        ran = run(image, url=bucket.server.url, SRC_BUCKET=bucket.name, SRC_PREFIX="in",
                  DEST_PREFIX="out", PQPACK_SHARDS="2", JOB_COMPLETION_INDEX=str(index))
        assert ran.returncode == 0, ran
        seen.append(len(bucket.keys("out/")))
    assert 0 < seen[0] < 8 and seen[1] == 8


def test_from_words(image, bucket):
    bucket.put("in/a.parquet", tables.parquet())
    ran = run(image, "repack", "--src", bucket.uri("in"), "--dst", bucket.uri("out"),
              url=bucket.server.url)
    assert ran.returncode == 0, ran
    assert bucket.keys("out/") == ["out/a.parquet"]


def test_a_mounted_folder_and_another_user(image, tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in/a.parquet").write_bytes(tables.parquet())
    tmp_path.chmod(0o755)
    os.chown(tmp_path, 1234, 1234)
    ran = run(image, "repack", "--src", "/data/in", "--dst", "/data/out",
              options=["--volume", f"{tmp_path}:/data", "--user", "1234:1234"])
    assert ran.returncode == 0, ran
    written = tmp_path / "out/a.parquet"
    assert written.stat().st_uid == 1234
    assert tables.same_rows(written.read_bytes(), tables.parquet())


def test_without_anything_it_is_wrong_use(image):
    ran = run(image)
    assert ran.returncode == 2
    assert "SRC_BUCKET" in ran.stderr


@pytest.mark.parametrize("number, code", [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_signal_ends_the_run(image, number, code):
    """As process 1, which gets only those signals that it asks for; `podman stop` sends SIGTERM."""
    name = f"pqpack-test-{number.name.lower()}"
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
        process = subprocess.Popen(
            [*RUN, "--name", name, *variables(url, SRC_BUCKET="bucket", SRC_PREFIX="in"), image],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        with asked(server, process):
            podman("kill", "--signal", number.name, name)
            out, err = process.communicate()
    assert process.returncode == code, (out, err)
    assert "stopping; once more stops at once" in err

# SPDX-License-Identifier: Apache-2.0
"""The wheel of `make wheel`, installed by pip into a fresh virtual environment without any index."""

import os
import signal
import subprocess
import sys
import zipfile

import pytest

from s3 import tables
from s3.command import environment
from ship.test_bundle import VERSION
from ship.waiting import RUN, status, stop, waiting


@pytest.fixture(scope="module")
def venv(wheel, tmp_path_factory):
    folder = tmp_path_factory.mktemp("venv")
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    subprocess.run([folder / "bin/pip", "install", "--no-index", wheel], check=True,
                   env={"PATH": "/nowhere", "PIP_CONFIG_FILE": "/dev/null"})
    return folder / "bin"


COMMANDS = {"script": ["pqpack"], "module": ["python", "-m", "pqpack"]}


def of(venv, words):
    return [venv / words[0], *words[1:]]


def test_name(wheel):
    assert wheel.name == (f"pqpack-{VERSION}-py3-none-"
                          "manylinux2014_x86_64.manylinux_2_17_x86_64.musllinux_1_1_x86_64.whl")


def test_it_holds_the_bundle(wheel, bundle):
    with zipfile.ZipFile(wheel) as opened:
        assert opened.testzip() is None
        names = set(opened.namelist())
    files = {str(path.relative_to(bundle)) for path in bundle.rglob("*") if path.is_file()}
    info = f"pqpack-{VERSION}.dist-info"
    assert names == {f"pqpack/bundle/{name}" for name in files} | {
        "pqpack/__init__.py", "pqpack/__main__.py", "repack_s3.py", f"{info}/METADATA",
        f"{info}/WHEEL", f"{info}/RECORD", f"{info}/entry_points.txt", f"{info}/licenses/LICENSE",
        f"{info}/licenses/NOTICE"}


@pytest.mark.parametrize("command", COMMANDS)
def test_version(venv, tmp_path, command):
    ran = subprocess.run([*of(venv, COMMANDS[command]), "--version"], capture_output=True, text=True,
                         env=environment(None, tmp_path), cwd=tmp_path)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, f"pqpack {VERSION}\n", "")


def test_pip_knows_version_and_files(venv):
    shown = subprocess.run([venv / "pip", "show", "-f", "pqpack"], check=True, capture_output=True,
                           text=True).stdout
    assert f"Version: {VERSION}\n" in shown
    assert "../../../bin/pqpack\n" in shown


@pytest.mark.parametrize("command", [*COMMANDS.values(), ["python", "-m", "repack_s3"]])
def test_it_becomes_the_program(venv, tmp_path, command):
    """The process that was started is pqpack: a signal sent to it arrives, its code comes back."""
    words = [*command, *([] if "repack_s3" in command else ["repack"])]
    with waiting([*of(venv, words), *RUN], tmp_path) as process:
        assert status(process, "Name") == "pqpack"
        assert stop(process, signal.SIGTERM).code == 143


def test_signals_are_as_without_python(venv, bundle, tmp_path):
    """Python ignores SIGPIPE; `pqpack --help | head` is to end as other programs do."""
    codes = []
    for command in ([bundle / "bin/pqpack"], of(venv, COMMANDS["module"])):
        reader, writer = os.pipe()
        os.close(reader)
        ran = subprocess.run([*command, "--help-markdown"], stdout=writer, stderr=subprocess.PIPE,
                             env=environment(None, tmp_path))
        os.close(writer)
        codes.append((ran.returncode, ran.stderr))
    assert codes == [(-signal.SIGPIPE, b"")] * 2


def repack_s3(venv, home, server, *words, **env):
    return subprocess.run([venv / "python", "-m", "repack_s3", *words], cwd=home, text=True,
                          capture_output=True, env=environment(server.url, home, **env))


def test_repack_s3_takes_the_old_flags(venv, bucket, tmp_path):
    bucket.put("in/a=b/c d.parquet", tables.parquet())
    words = ["--src", bucket.uri("in"), "--dst", bucket.uri("out"), "--workers", "4",
             "--batch-size", "1000"]
    first = repack_s3(venv, tmp_path, bucket.server, *words)
    assert first.returncode == 0, first.stderr
    assert "Completed 1 file, skipped 0" in first.stdout
    assert bucket.keys("out/") == ["out/a=b/c d.parquet"]
    assert tables.same_rows(bucket.get("out/a=b/c d.parquet"), bucket.get("in/a=b/c d.parquet"))

    second = repack_s3(venv, tmp_path, bucket.server, *words)
    assert second.returncode == 0 and "Completed 0 files, skipped 1" in second.stdout
    third = repack_s3(venv, tmp_path, bucket.server, *words, "--no-skip-existing")
    assert third.returncode == 0 and "Completed 1 file, skipped 0" in third.stdout


def test_repack_s3_from_the_environment(venv, bucket, tmp_path):
    bucket.put("in/a.parquet", tables.parquet())
    ran = repack_s3(venv, tmp_path, bucket.server, SRC_BUCKET=bucket.name, SRC_PREFIX="in/")
    assert ran.returncode == 0, ran.stderr
    assert bucket.keys("in_repack/") == ["in_repack/a.parquet"]


def test_wrong_words_are_2(venv, bucket, tmp_path):
    ran = repack_s3(venv, tmp_path, bucket.server, "--sorce", "x")
    assert ran.returncode == 2
    assert "--sorce" in ran.stderr


def test_the_program_for_those_who_go_on(venv, bundle):
    code = ("import pqpack, subprocess; "
            "print(subprocess.run([pqpack.program(), '--version']).returncode)")
    ran = subprocess.run([venv / "python", "-c", code], capture_output=True, text=True)
    assert (ran.returncode, ran.stdout) == (0, f"pqpack {VERSION}\n0\n")

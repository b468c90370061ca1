# SPDX-License-Identifier: Apache-2.0
"""Fixtures of every test: S3 servers (s3/fixtures.py), the command on local disk, foreign programs."""

import fcntl
import functools
import importlib
import os
import pathlib
import subprocess

import pytest

from judge.everyone import Everyone
from judge.go_readers import GoReader
from s3.command import Pqpack

pytest_plugins = ["s3.fixtures"]

ROOT = pathlib.Path(__file__).resolve().parent.parent


@pytest.fixture
def local(tmp_path):
    """The command without any S3 endpoint or credentials to reach."""
    return Pqpack(None, tmp_path)


@pytest.fixture(params=["auto", "reencode"])
def engine(request):
    """Both ways of making an output: pages copied where that is enough, and every value encoded anew."""
    return request.param


def _go_program(name):
    """Builds test/go/NAME into .tools/test; Go's cache makes this quick when nothing changed."""
    folder = ROOT / ".tools" / "test"
    folder.mkdir(parents=True, exist_ok=True)
    go = ROOT / ".tools" / "bin" / "go"
    with open(folder / f"{name}.lock", "w") as lock:  # tests run in several processes
        fcntl.flock(lock, fcntl.LOCK_EX)
        subprocess.run(
            [go if go.exists() else "go", "build", "-o", folder / name, "."],
            cwd=ROOT / "test" / "go" / name,
            env={**os.environ, "GOFLAGS": "-mod=readonly -buildvcs=false", "GOWORK": "off"},
            check=True,
        )
    return folder / name


def _rust_program(name):
    """Builds test/rust, all of whose crates are in .tools/cargo after the first time."""
    folder = ROOT / ".tools" / "cargo"
    folder.mkdir(parents=True, exist_ok=True)
    cargo = ROOT / ".tools" / "bin" / "cargo"
    subprocess.run(  # takes a lock of its own
        [cargo if cargo.exists() else "cargo", "build", "--release", "--locked", "--quiet", "--target-dir", folder],
        cwd=ROOT / "test" / "rust", check=True,
    )  # fmt: skip
    return folder / "release" / name


@pytest.fixture(scope="session")
def arrow_rs():
    """arrow-rs as a reader that skips what it may."""
    return _rust_program("arrow_rs")


@pytest.fixture(scope="session")
def arrow_go():
    """arrow-go 18.5.0 as a reader; its program also writes."""
    return GoReader(_go_program("arrow_go_18_5_0"))


@pytest.fixture(scope="session")
def parquet_go():
    """parquet-go 0.25.1, a reader that fails on what arrow-go 18.5.0 writes."""
    return GoReader(_go_program("parquet_go_0_25_1"))


@pytest.fixture(scope="session")
def parquet_go_writer():
    return _go_program("parquet_go")


@pytest.fixture
def everyone(arrow_go, parquet_go):
    """All readers as judges, with counts of this test's own."""
    return Everyone(arrow_go, parquet_go)


@pytest.fixture(scope="session")
def written(tmp_path_factory, request):
    """`written("duckdb")` is a folder with that writer's files, made once per process."""

    @functools.cache
    def folder(writer):
        path = tmp_path_factory.mktemp("written") / writer
        if writer == "arrow_go":
            subprocess.run([request.getfixturevalue("arrow_go").program, "write", path], check=True)
        elif writer == "parquet_go":
            subprocess.run(
                [request.getfixturevalue("parquet_go_writer"), "write", path], check=True
            )
        else:
            importlib.import_module(f"writers.{writer}_files").FILES.write(path)
        return path

    return folder

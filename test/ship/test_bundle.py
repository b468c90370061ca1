# SPDX-License-Identifier: Apache-2.0
"""The archive of `make dist`: what is in it, and that it runs from wherever it lies."""

import hashlib
import pathlib
import re
import shutil
import signal
import subprocess
import tarfile

import pytest

from s3.command import environment
from s3.server import ROOT
from ship.packages import make_dist
from ship.waiting import RUN, status, stop, waiting

VERSION = re.search(r"project\(pqpack VERSION ([\d.]+)", (ROOT / "CMakeLists.txt").read_text())[1]
NAME = f"pqpack-{VERSION}-linux-x86_64"


def run(program, *words, **env):
    return subprocess.run([program, *words], capture_output=True, text=True,
                          env={"PATH": "/nowhere", **env})


def assert_runs(program):
    ran = run(program, "--version")
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, f"pqpack {VERSION}\n", "")


def libraries(bundle):
    return sorted(path for path in bundle.rglob("*")
                  if path.is_file() and not path.is_symlink() and path.read_bytes()[:4] == b"\x7fELF")


def dynamic(path, tag):
    text = subprocess.run(["readelf", "-dW", path], check=True, capture_output=True, text=True).stdout
    return re.findall(rf"\({tag}\).*\[(.*)\]", text)


def test_names(archive):
    assert archive.name == f"{NAME}.tar.gz"
    sums = archive.with_name(archive.name + ".sha256").read_text()
    assert sums == f"{hashlib.sha256(archive.read_bytes()).hexdigest()}  {archive.name}\n"


def test_the_archive_is_one_folder_of_nobodys(archive):
    with tarfile.open(archive) as tar:
        members = tar.getmembers()
    names = [member.name for member in members]
    assert names[0] == NAME and all(name.startswith(NAME + "/") for name in names[1:])
    assert names == sorted(names)
    assert {(m.uid, m.gid, m.uname, m.gname, m.mtime) for m in members} == {(0, 0, "", "", 315532800)}
    assert {oct(m.mode) for m in members if m.isfile()} == {"0o644", "0o755"}
    top = {name.split("/")[1] for name in names[1:]}
    assert top == {"LICENSE", "NOTICE", "THIRD_PARTY_NOTICES.md", "VERSION", "bin", "lib", "libexec",
                   "licenses"}


def test_the_same_build_gives_the_same_bytes(dist, tmp_path):
    make_dist(tmp_path / "again", umask=0o077)
    files = sorted(path.name for path in dist.iterdir() if path.is_file())
    assert len(files) == 3
    for name in files:
        assert (dist / name).read_bytes() == (tmp_path / "again" / name).read_bytes(), name


def test_every_library_that_is_loaded_is_inside(bundle):
    inside = {path.name for path in (bundle / "lib").iterdir()}
    found = libraries(bundle)
    assert len(found) == len(inside) + 2  # the launcher and the program
    for path in found:
        assert set(dynamic(path, "NEEDED")) <= inside, path
    assert dynamic(bundle / "bin/pqpack", "NEEDED") == []


def test_nothing_is_looked_for_on_the_machine_it_was_built_on(bundle):
    for path in libraries(bundle):
        assert set(dynamic(path, "RUNPATH") + dynamic(path, "RPATH")) <= {"$ORIGIN"}, path
    assert str(ROOT).encode() not in (bundle / "libexec/pqpack.real").read_bytes()


def test_every_library_has_its_licence(bundle):
    table = (bundle / "licenses/README.md").read_text()
    rows = dict(re.findall(r"^\| `([^`]+)` \|.*\]\(([^)]+)\) \|$", table, re.M))
    files = {f"lib/{path.name}" for path in (bundle / "lib").iterdir()} | {"bin/pqpack"}
    assert rows.keys() == files
    for licence in set(rows.values()):
        assert (bundle / "licenses" / licence).stat().st_size > 500, licence
    assert "LGPL-2.1" in (bundle / "licenses/libc6.txt").read_text()
    assert "GNU LESSER GENERAL PUBLIC LICENSE" in (bundle / "licenses/LGPL-2.1.txt").read_text()


def test_it_may_be_moved(archive, tmp_path):
    subprocess.run(["tar", "-xf", archive, "-C", tmp_path], check=True)
    folder = tmp_path / NAME
    for place in ("else where", "a:b;c", "$ORIGIN", "ü"):
        folder = folder.rename(tmp_path / place)
        assert_runs(folder / "bin/pqpack")


def test_through_symbolic_links(bundle, tmp_path):
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/first").symlink_to(bundle / "bin/pqpack")
    (tmp_path / "second").symlink_to("bin/first")
    (tmp_path / "whole").symlink_to(bundle)
    assert_runs(tmp_path / "second")
    assert_runs(tmp_path / "whole/bin/pqpack")


def test_from_another_folder_and_by_path(bundle, tmp_path):
    for command, cwd in ([["./pqpack", "--version"], bundle / "bin"],
                         [["../bin/pqpack", "--version"], bundle / "lib"],
                         [["sh", "-c", "pqpack --version"], tmp_path]):
        ran = subprocess.run(command, cwd=cwd, capture_output=True, text=True,
                             env={"PATH": f"{bundle}/bin:/usr/bin:/bin"})
        assert (ran.returncode, ran.stdout, ran.stderr) == (0, f"pqpack {VERSION}\n", "")


def test_libraries_of_others_stay_outside(bundle, tmp_path):
    for library in (bundle / "lib").iterdir():
        (tmp_path / library.name).write_text("not a library")
    ran = run(bundle / "bin/pqpack", "--version", LD_LIBRARY_PATH=str(tmp_path))
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, f"pqpack {VERSION}\n", "")


def test_a_launcher_without_its_bundle_says_so(bundle, tmp_path):
    shutil.copy(bundle / "bin/pqpack", tmp_path / "pqpack")
    ran = run(tmp_path / "pqpack", "--version")
    assert (ran.returncode, ran.stdout) == (3, "")
    assert "link to bin/pqpack instead of copying it" in ran.stderr


def test_words_and_exit_codes_pass_through(bundle, tmp_path):
    ran = run(bundle / "bin/pqpack", "repack", "--src", "a b", "--dst", "c", "--engine", "$x 'y'")
    assert ran.returncode == 2
    assert "$x 'y'" in ran.stderr
    assert run(bundle / "bin/pqpack").returncode == 2


@pytest.mark.parametrize("number, code", [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_it_is_one_process_called_pqpack(bundle, tmp_path, number, code):
    with waiting([bundle / "bin/pqpack", "repack", *RUN], tmp_path, EXTRA="kept") as process:
        assert status(process, "Name") == "pqpack"
        environ = pathlib.Path(f"/proc/{process.pid}/environ").read_bytes().decode().split("\0")[:-1]
        url = next(entry for entry in environ if entry.startswith("AWS_ENDPOINT_URL_S3="))
        given = environment(url.split("=", 1)[1], tmp_path, EXTRA="kept")
        assert sorted(environ) == sorted(f"{name}={value}" for name, value in given.items())
        assert stop(process, number).code == code

# SPDX-License-Identifier: Apache-2.0
"""Makes what `make dist` and `make wheel` make."""

import pathlib
import subprocess

from s3.program import BUILD
from s3.server import ROOT


def make_dist(folder: pathlib.Path, umask: int = 0o022) -> None:
    def run(*words):
        subprocess.run([str(word) for word in words], cwd=ROOT, check=True, umask=umask)

    run("cmake", "--build", BUILD, "--target", "pqpack_launcher")
    run("packaging/bundle", BUILD, folder)
    run("packaging/wheel", only(folder.glob("*-linux-x86_64")), folder)


def only(found) -> pathlib.Path:
    [path] = found
    return path

# SPDX-License-Identifier: Apache-2.0
"""The image of the Dockerfile, built once.  Run by `make test-image`, because that takes minutes.

Debian 12 comes from debootstrap where no registry can be reached.  The flags make podman work as root
inside of other containers too: RUN without namespaces, and runc, which crun's needs are not met for.
"""

import os
import pathlib
import subprocess

import pytest

from s3.server import ROOT

BASE = "docker.io/library/debian:12"
IMAGE = "localhost/pqpack-test"
LIMITS = ["--ulimit", "nofile=1024:1024", "--ulimit", "nproc=4096:4096"]


def podman(*words, **options):
    return subprocess.run(["podman", *map(str, words)], **{"check": True, **options})


def has(image):
    return podman("image", "exists", image, check=False).returncode == 0


def bootstrap(folder: pathlib.Path) -> None:
    """Debian 12 from where this machine has it, with this machine's own certificate authorities."""
    sites = subprocess.run(["apt-get", "indextargets", "--format", "$(SITE)", "Codename: bookworm"],
                           check=True, capture_output=True, text=True).stdout.split()
    subprocess.run(["debootstrap", "--variant=minbase", "bookworm", folder, sites[0]], check=True)
    own = pathlib.Path("/usr/local/share/ca-certificates")
    if own.is_dir():
        subprocess.run(["cp", "-r", own, folder / "usr/local/share/"], check=True)
    with subprocess.Popen(["tar", "-C", folder, "-c", "."], stdout=subprocess.PIPE) as tar:
        podman("import", "-", BASE, stdin=tar.stdout)


@pytest.fixture(scope="session")
def base(tmp_path_factory):
    if not has(BASE) and podman("pull", "--quiet", BASE, check=False).returncode != 0:
        bootstrap(tmp_path_factory.mktemp("debian") / "root")


@pytest.fixture(scope="session")
def image(base, tmp_path_factory):
    """The image's name.  The compiler's cache is this machine's, which changes no byte of the result."""
    conf = tmp_path_factory.mktemp("ccache") / "ccache.conf"
    conf.write_text("cache_dir = /ccache\n")
    cache = pathlib.Path(os.environ.get("CCACHE_DIR", pathlib.Path.home() / ".cache/ccache"))
    places = {cache: "/ccache", conf: "/etc/ccache.conf", pathlib.Path("/etc/pip.conf"): "/etc/pip.conf"}
    volumes = [f"--volume={here}:{there}" for here, there in places.items() if here.exists()]
    podman("build", "--isolation", "chroot", "--pull=never", "--network=host", *LIMITS, *volumes,
           "--tag", IMAGE, ROOT)
    return IMAGE

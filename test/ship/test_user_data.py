# SPDX-License-Identifier: Apache-2.0
"""The archive of `make dist` is what deploy/ec2 installs (test/deploy has the rest of it)."""

import subprocess

from s3 import tables
from s3.command import environment
from s3.server import ROOT
from ship.test_bundle import NAME, VERSION


def test_user_data_installs_and_runs_the_archive(archive, bucket, tmp_path):
    bucket.put("orig/a=b/c.parquet", tables.parquet())
    digest = archive.with_name(archive.name + ".sha256").read_text().split()[0]
    settings = {"PQPACK_BUNDLE": f"s3://tools/{archive.name}", "PQPACK_SHA256": digest,
                "SRC_BUCKET": bucket.name, "SRC_PREFIX": "orig", "PQPACK_RUN": "yes"}
    filled = subprocess.run([ROOT / "deploy/ec2/fill", *map("=".join, settings.items())], check=True,
                            capture_output=True)
    script = tmp_path / "user-data"
    script.write_bytes(filled.stdout)
    script.chmod(0o755)
    aws = tmp_path / "bin/aws"  # aws s3 cp --only-show-errors FROM TO
    aws.parent.mkdir()
    aws.write_text(f'#!/bin/sh\n[ "$4" = s3://tools/{archive.name} ] && cp "{archive}" "$5"\n')
    aws.chmod(0o755)

    env = environment(bucket.server.url, tmp_path, PQPACK_ROOT=str(tmp_path / "opt"),
                      PQPACK_BIN=str(tmp_path / "bin"), PQPACK_LOG=str(tmp_path / "log"),
                      PQPACK_CONSOLE=str(tmp_path / "console"))
    env["PATH"] = f"{tmp_path}/bin:{env['PATH']}"
    (tmp_path / "console").touch()
    ran = subprocess.run([script], capture_output=True, text=True, cwd=tmp_path, env=env)
    assert ran.returncode == 0, ran
    assert (tmp_path / "opt/current").resolve().name == NAME
    assert bucket.keys("orig_repack/") == ["orig_repack/a=b/c.parquet"]
    version = subprocess.run([tmp_path / "bin/pqpack", "--version"], capture_output=True, text=True)
    assert version.stdout == f"pqpack {VERSION}\n"

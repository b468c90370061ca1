# SPDX-License-Identifier: Apache-2.0
"""A certificate authority for a day, made with the openssl command."""

import pathlib
import subprocess


def _openssl(folder: pathlib.Path, *words: str) -> None:
    subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)


def make_authority(folder: pathlib.Path, name: str) -> pathlib.Path:
    """Writes NAME.pem (what clients are to trust) and NAME.key."""
    _openssl(folder, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1",
             "-subj", f"/CN={name}", "-keyout", f"{name}.key", "-out", f"{name}.pem",
             "-addext", "basicConstraints=critical,CA:TRUE")
    return folder / f"{name}.pem"


def make_certificate(folder: pathlib.Path, authority: str, name: str, host: str):
    """A server's certificate for `host` ("IP:127.0.0.1", "DNS:localhost"): its path and its key's."""
    (folder / f"{name}.ext").write_text(f"subjectAltName={host}\n")
    _openssl(folder, "req", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={name}",
             "-keyout", f"{name}.key", "-out", f"{name}.csr")
    _openssl(folder, "x509", "-req", "-in", f"{name}.csr", "-CA", f"{authority}.pem",
             "-CAkey", f"{authority}.key", "-CAcreateserial", "-days", "1",
             "-extfile", f"{name}.ext", "-out", f"{name}.pem")
    return folder / f"{name}.pem", folder / f"{name}.key"

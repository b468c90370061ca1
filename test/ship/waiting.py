# SPDX-License-Identifier: Apache-2.0
"""A process of pqpack in the middle of its run, for as long as the test wants."""

import contextlib
import os
import pathlib
import select
import socket
import subprocess

from s3.command import environment, finish

RUN = ["--src", "s3://bucket/in", "--dst", "s3://bucket/out"]


@contextlib.contextmanager
def waiting(command: list, home: pathlib.Path, **env: str):
    """Starts `command`, which is to ask an S3 endpoint; yields the process once it waits for the answer."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
        process = subprocess.Popen([str(word) for word in command], env=environment(url, home, **env),
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE)
        try:
            with asked(server, process):
                yield process
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()


def asked(server: socket.socket, process: subprocess.Popen) -> socket.socket:
    """The connection on which the first request has come; fails if the process ends before."""
    ended = os.pidfd_open(process.pid)
    ready, _, _ = select.select([server, ended], [], [])
    os.close(ended)
    assert server in ready, (process.wait(), process.communicate())
    connection, _ = server.accept()
    connection.recv(1)
    return connection


def stop(process: subprocess.Popen, number: int):
    """What the run says after this signal."""
    process.send_signal(number)
    return finish(process)


def status(process: subprocess.Popen, field: str) -> str:
    lines = pathlib.Path(f"/proc/{process.pid}/status").read_text().splitlines()
    return next(line.split(":", 1)[1].strip() for line in lines if line.startswith(field + ":"))

# SPDX-License-Identifier: Apache-2.0
"""A process of pqpack in the middle of its run, for as long as the test wants."""

import contextlib
import pathlib
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
            connection, _ = server.accept()
            with connection:
                connection.recv(1)
                yield process
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()


def stop(process: subprocess.Popen, number: int):
    """What the run says after this signal."""
    process.send_signal(number)
    return finish(process)


def status(process: subprocess.Popen, field: str) -> str:
    lines = pathlib.Path(f"/proc/{process.pid}/status").read_text().splitlines()
    return next(line.split(":", 1)[1].strip() for line in lines if line.startswith(field + ":"))

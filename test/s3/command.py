# SPDX-License-Identifier: Apache-2.0
"""Runs the real binary against an S3 endpoint, with an environment that holds nothing else."""

import dataclasses
import json
import os
import pathlib
import signal
import subprocess

from s3.program import program
from s3.server import ACCESS_KEY, REGION, SECRET_KEY

HANG = 300  # seconds after which a run counts as hung; no test depends on it otherwise


@dataclasses.dataclass
class Run:
    code: int
    out: str
    err: str

    @property
    def events(self) -> list[dict]:
        return [json.loads(line) for line in self.out.splitlines()]

    def of(self, event: str) -> list[dict]:
        return [e for e in self.events if e["event"] == event]

    @property
    def summary(self) -> dict:
        last = self.events[-1]
        assert last["event"] == "summary", last
        return last

    def counts(self) -> tuple[int, int, int, int]:
        """completed, skipped, stale, failed"""
        return tuple(self.summary[name] for name in ("completed", "skipped", "stale", "failed"))

    def __str__(self):
        return f"exit {self.code}\n--- stdout\n{self.out}\n--- stderr\n{self.err}"


def environment(url: str | None, home: pathlib.Path, **changes: str | None) -> dict[str, str]:
    reach = {} if url is None else {
        "AWS_ACCESS_KEY_ID": ACCESS_KEY,
        "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
        "AWS_REGION": REGION,
        "AWS_ENDPOINT_URL_S3": url,
    }
    env = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "AWS_EC2_METADATA_DISABLED": "true",
        **reach,
        **{name: value for name, value in os.environ.items() if name.endswith("SAN_OPTIONS")},
        **changes,
    }
    return {name: value for name, value in env.items() if value is not None}


class Pqpack:
    """The command with an S3 endpoint, or with none and no credentials where `url` is None.

    `env` of a call adds variables; a value of None takes one away.
    """

    def __init__(self, url: str | None, home: pathlib.Path):
        self.url, self.home = url, home

    def start(self, *words, env: dict | None = None) -> subprocess.Popen:
        words = [str(word) for word in words]
        return subprocess.Popen([program("pqpack"), *words], stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, cwd=self.home,
                                env=environment(self.url, self.home, **(env or {})))

    def run(self, *words, env: dict | None = None) -> Run:
        return finish(self.start(*words, env=env))

    def repack(self, source, destination, *flags, env: dict | None = None) -> Run:
        return self.run(*self.repack_words(source, destination, *flags), env=env)

    @staticmethod
    def repack_words(source, destination, *flags) -> list:
        return ["repack", "--src", source, "--dst", destination, "--output", "json", *flags]


def finish(process: subprocess.Popen) -> Run:
    try:
        out, err = process.communicate(timeout=HANG)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGABRT)
        out, err = process.communicate()
        raise AssertionError(f"hung for {HANG} s\n{out.decode()}\n{err.decode()}") from None
    run = Run(process.returncode, out.decode(), err.decode())
    assert SECRET_KEY not in run.out + run.err, "the secret was printed"
    return run

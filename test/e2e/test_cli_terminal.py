# SPDX-License-Identifier: Apache-2.0
"""The command in a real terminal of 80 columns (a pseudo-terminal), and Ctrl-C there.

The proxy holds a request, so that the run stands still until the test has seen what it waits for.
"""

import fcntl
import os
import pty
import re
import struct
import subprocess
import termios

import pytest

from s3 import faults, tables
from s3.command import environment
from s3.program import program

WIDTH = 80
BAR = re.compile(r"\r(?:\[[#.]+\]  )?\d+/\d+\+? files[^\r]*\x1b\[K")


class Terminal:
    """A process whose three streams are one terminal."""

    def __init__(self, words, env, cwd):
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, WIDTH, 0, 0))

        def own_terminal():
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)

        self.process = subprocess.Popen([str(word) for word in words], stdin=slave, stdout=slave,
                                        stderr=slave, env=env, cwd=cwd, start_new_session=True,
                                        preexec_fn=own_terminal)
        os.close(slave)
        self.seen = ""

    def read(self) -> bool:
        """More of what is shown; false at the end."""
        try:
            data = os.read(self.master, 65536)
        except OSError:  # the last writer is gone
            return False
        self.seen += data.decode()
        return bool(data)

    def read_until(self, pattern):
        while not re.search(pattern, self.seen):
            assert self.read(), self.seen

    def press(self, key: bytes):
        os.write(self.master, key)

    def finish(self) -> int:
        while self.read():
            pass
        os.close(self.master)
        return self.process.wait()

    def screen(self) -> list[str]:
        """The lines a person sees in the end, without those that are empty."""
        lines, column = [""], 0
        for token in re.findall(r"\x1b\[K|\r|\n|[^\x1b\r\n]+|\x1b", self.seen):
            assert token != "\x1b", "an escape sequence that this test does not know"
            if token == "\n":
                lines.append("")
                column = 0
            elif token == "\r":
                column = 0
            elif token == "\x1b[K":
                lines[-1] = lines[-1][:column]
            else:
                lines[-1] = lines[-1][:column] + token + lines[-1][column + len(token):]
                column += len(token)
        return [line for line in lines if line]


@pytest.fixture
def filled(bucket):
    for n in range(3):
        bucket.put(f"in/{n}.parquet", tables.parquet(seed=n))
    bucket.put("in/bad.parquet", b"this is not a Parquet file")
    return bucket


@pytest.fixture
def start(proxy, filled, tmp_path):
    started = []

    def run(*flags, term="xterm-256color", hold="in/2.parquet"):
        held = faults.Hold()
        proxy.on("GetObject", held, key=hold, times=[1])
        terminal = Terminal([program("pqpack"), "repack", "--src", filled.uri("in"), "--dst",
                             filled.uri("out"), *flags],
                            environment(proxy.url, tmp_path, TERM=term), tmp_path)
        started.append(terminal)
        return terminal, held

    yield run
    for terminal in started:
        if terminal.process.poll() is None:
            terminal.process.kill()
            terminal.process.wait()


def test_the_bar_moves_and_leaves_no_trace(start, filled):
    terminal, hold = start()
    terminal.read_until(r"(?s)(3/4\+? files  1 failed.*){2}")  # all but the held one, twice
    hold.release()
    assert terminal.finish() == 1, terminal.seen
    bars = [bar.strip("\r").removesuffix("\x1b[K") for bar in BAR.findall(terminal.seen)]
    assert len(bars) >= 2
    assert max(map(len, bars)) < WIDTH
    screen = terminal.screen()
    assert not any("files  " in line or line.startswith("[") for line in screen), screen
    assert screen[0].startswith("error: ") and "bad.parquet" in screen[0]
    assert "Completed 3 files, skipped 0, stale 0, failed 1" in screen
    assert sorted(filled.tree("out/")) == ["0.parquet", "1.parquet", "2.parquet"]


def test_lines_above_the_bar_are_whole(start):
    terminal, hold = start("--verbose")
    terminal.read_until(r"3/4\+? files")
    hold.release()
    assert terminal.finish() == 1
    done = [line for line in terminal.screen() if line.startswith("done ")]
    assert len(done) == 3
    assert all(re.fullmatch(r"done s3://\S+ -> s3://\S+ \(.*\).*", line) for line in done), done


@pytest.mark.parametrize("flags, term", [((), "dumb"), (("--quiet",), "xterm-256color")])
def test_no_bar_where_none_belongs(start, filled, flags, term):
    terminal, hold = start(*flags, term=term)
    terminal.read_until("bad.parquet")
    hold.release()
    assert terminal.finish() == 1
    assert "\x1b" not in terminal.seen
    assert "\r" not in terminal.seen.replace("\r\n", "\n")


def test_a_log_gets_a_line_now_and_then(start):
    terminal, hold = start(term="dumb")
    terminal.read_until(r"\nprogress: 3/4\+? files, 1 failed, .*B/s.* s\r\n")
    hold.release()
    assert terminal.finish() == 1


def test_a_single_large_task_of_a_compaction_does_not_look_hung(proxy, bucket, tmp_path):
    for n in range(3):
        bucket.put(f"t/p=1/{n}.parquet", tables.parquet(seed=n))
    held = faults.Hold()
    proxy.on("GetObject", held, key="t/p=1/1.parquet", times=[2])  # when it is proven
    terminal = Terminal([program("pqpack"), "compact", "--path", bucket.uri("t"), "--target_s3_path",
                         bucket.uri("copy")], environment(proxy.url, tmp_path, TERM="xterm-256color"),
                        tmp_path)
    try:
        # No file is through, but all are merged, and the proof has begun.
        terminal.read_until(r"\[#{7,}\.+\]  0/1 partitions  0/3 files  ETA ")
        held.release()
        assert terminal.finish() == 0, terminal.seen
    finally:
        if terminal.process.poll() is None:
            terminal.process.kill()
            terminal.process.wait()
    assert not any("ETA" in line or line.startswith("[") for line in terminal.screen())


def test_ctrl_c_stops_cleanly(start, filled):
    terminal, hold = start()
    terminal.read_until(r"3/4\+? files")
    terminal.press(b"\x03")
    terminal.read_until("stopping")
    assert terminal.finish() == 130, terminal.seen
    hold.release()
    screen = terminal.screen()
    assert "Interrupted; a rerun does the rest." in screen
    assert "Completed 2 files, skipped 0, stale 0, failed 1" in screen
    assert sorted(filled.tree("out/")) == ["0.parquet", "1.parquet"]

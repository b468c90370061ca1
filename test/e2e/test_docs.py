# SPDX-License-Identifier: Apache-2.0
"""README and the pages of docs/ show what the commands print, line by line; where the work was done is `...`,
and so are lines that a page leaves out.  Seconds, and shares of them, are not compared."""

import re
import shutil
import subprocess
import sys

import duckdb
import pytest

from s3.command import environment
from s3.program import program
from s3.server import ROOT

DEMO = "demo/data"
ANY_LINES = r"(?:.*\n)*?.*"


def write(query, path):
    duckdb.execute(f"copy ({query}) to '{path}' (format parquet)")


def rounded_latitude():
    shutil.copytree(DEMO, "changed")
    write(f"select * replace (if(lat = 40.639751, 40.64, lat) as lat) from '{DEMO}/airports.parquet'",
          "changed/airports.parquet")


def flights_in_another_order():
    write(f"from read_parquet('{DEMO}/flights/**/*.parquet', hive_partitioning = false) order by all",
          "flights.parquet")


def prepare_verify():
    rounded_latitude()
    flights_in_another_order()


def flights_of_an_hourly_job():
    """As `make demo` cuts them, for the compaction that a page shows first of all."""
    subprocess.run([sys.executable, "demo/flights.py", "cut", "build/flights"], check=True)


PREPARE = {"verify": prepare_verify, "compact": flights_of_an_hourly_job, "README": flights_of_an_hourly_job}
# What needs a server, other tables or a signal at a certain moment is looked at by other tests.
ELSEWHERE = {
    "pqpack repack --src orders --dst repacked --engine reencode": "Ctrl-C: test_s3_signals.py",
    "pqpack repack --src s3://lake/orders --dst s3://lake/orders_repack --stat": "test_s3_store_copy.py",
    "SRC_BUCKET=lake SRC_PREFIX=orig pqpack repack -q": "test_s3_repack.py",
    "pqpack compact --path build/flights --explain": "test_explain.py",
    "pqpack verify before after --merged": "test_verify_merged.py",
    "pqpack verify before changed.parquet --merged": "test_verify_merged.py",
}


def shown(page):
    """(command line, output) of each `$` in a block."""
    found = []
    path = ROOT / ("README.md" if page == "README" else f"docs/{page}.md")
    for block in re.findall(r"(?:^    .*\n|^\n)+", path.read_text(), re.M):
        lines = [line[4:] for line in block.rstrip().split("\n")]
        commands = [n for n, line in enumerate(lines) if line.startswith("$ ")]
        for begin, end in zip(commands, [*commands, len(lines)][1:], strict=True):
            found.append((lines[begin][2:], "\n".join(lines[begin + 1 : end]).strip("\n")))
    assert found
    return found


def without_seconds(text):
    text = re.sub(r'"seconds":[\d.e-]+', '"seconds":0.001', text)
    text = re.sub(r"\(\d+% of the work\)$", "(0% of the work)", text, flags=re.M)
    return re.sub(r"\b\d+\.\d\d s$", "0.00 s", text, flags=re.M)


def printed(line, env):
    """What comes on the two streams, either one first: it depends on when an error is met."""
    run = subprocess.run(["bash", "-c", line], env=env, capture_output=True, text=True, check=False)
    return [without_seconds(text).strip("\n") for text in (run.stdout + run.stderr, run.stderr + run.stdout)]


@pytest.mark.parametrize("page", ["README", "repack", "plan", "compact", "inspect", "diagnose", "verify"])
def test_what_a_page_shows_is_what_is_printed(page, tmp_path, monkeypatch):
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/pqpack").symlink_to(program("pqpack"))
    (tmp_path / "here/build").mkdir(parents=True)
    (tmp_path / "here/build/pqpack").symlink_to(program("pqpack"))
    monkeypatch.chdir(tmp_path / "here")
    for folder in ("demo", "test"):
        (tmp_path / "here" / folder).symlink_to(ROOT / folder)
    env = environment(None, tmp_path)
    env["PATH"] = f"{tmp_path / 'bin'}:{env['PATH']}"
    PREPARE.get(page, lambda: None)()
    for line, said in shown(page):
        if line in ELSEWHERE:
            continue
        texts = [text.replace(str(ROOT), "...").replace(str(tmp_path / "here"), "...")
                 for text in printed(line, env)]
        lines = [ANY_LINES if line == "..." else re.escape(line) for line in without_seconds(said).split("\n")]
        found = [re.fullmatch("\n".join(lines), text) for text in texts]
        assert any(found), f"$ {line}\n{texts[0]}"

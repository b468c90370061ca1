# SPDX-License-Identifier: Apache-2.0
"""What repack costs, beside what people use today, in one run: writes docs/benchmarks.md.

    make bench                        (and compacting.py: about 50 minutes on 2 cores)
    .venv/bin/python bench/run.py --rounds 1 --only wide --print

Every contender rewrites the same folder in turn, round after round; the outputs of all are compared
with the source (DuckDB, every value of every column) and timed when they are read.
"""

import argparse
import collections
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

import contenders
import data
import listing_memory
import looking
import measure
import report
from data import ROOT

sys.path.insert(0, str(ROOT / "test"))

from s3.command import environment  # noqa: E402
from s3.program import program  # noqa: E402
from s3.server import Versitygw  # noqa: E402

BASE = ROOT / "build/bench"
PQPACK = str(program("pqpack"))
WORKERS = [1, 2, 4, 8, 16, 32]
BY_WORKERS = ["lineitem-1000", "lineitem-64", "wide"]
MANY = "lineitem-10000"
PROVEN = "lineitem-64"


def size_of(folder: pathlib.Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*.parquet"))


def scan(folder: pathlib.Path) -> tuple[str, measure.Cost]:
    """A sum over all values, and what it cost to read them."""
    cost = measure.run([sys.executable, str(data.BENCH / "scan.py"), str(folder)])
    return cost.out.strip(), cost


def changed_values(name: str, contender: str) -> None:
    """No page is written of a pqpack that loses a row; others may have their reasons."""
    said = f"{name}: {contender} changed values"
    if contender.startswith("pqpack"):
        sys.exit(said)
    print(said, flush=True)


def round_of(names: list[str], source: pathlib.Path, work: pathlib.Path, results: dict) -> None:
    """Each contender once, then a scan of each output."""
    for name in names:
        output = work / name
        shutil.rmtree(output, ignore_errors=True)
        results[name].append(measure.run(contenders.command(name, str(source), str(output), PQPACK)))
    for name in names:
        total, cost = scan(work / name)
        results["scan", name].append(cost)
        results["total", name] = total
        results["size", name] = size_of(work / name)


def local(name: str, rounds: int) -> dict:
    source = data.folder_of(name, BASE / "data")
    results = collections.defaultdict(list)
    results["files"] = len(list(source.iterdir()))
    results["size"] = size_of(source)
    results["total"] = scan(source)[0]
    with tempfile.TemporaryDirectory(dir=BASE) as work:
        for number in range(rounds):
            print(f"{name}: round {number + 1} of {rounds}", flush=True)
            round_of(contenders.LOCAL, source, pathlib.Path(work), results)
    for contender in contenders.LOCAL:
        if results["total", contender] != results["total"]:
            changed_values(name, contender)
    return results


def on_s3(name: str, rounds: int) -> dict:
    source = data.folder_of(name, BASE / "data")
    results = collections.defaultdict(list)
    results["files"] = len(list(source.iterdir()))
    with tempfile.TemporaryDirectory(dir=BASE) as work:
        work = pathlib.Path(work)
        with Versitygw(work / "server") as server:
            server.s3.create_bucket(Bucket="bench")
            for path in source.iterdir():
                server.s3.upload_file(path, "bench", f"in/{path.name}")
            env = {**environment(server.url, work), "AWS_ENDPOINT_URL": server.url,
                   "AWS_DEFAULT_REGION": "us-east-1"}
            for number in range(rounds):
                print(f"{name} on S3: round {number + 1} of {rounds}", flush=True)
                for contender in contenders.ON_S3:
                    output = f"s3://bench/{contender.replace(' ', '-')}-{number}"
                    command = contenders.command(contender, "s3://bench/in", output, PQPACK)
                    try:
                        results[contender].append(measure.run(command, env))
                    except subprocess.CalledProcessError:  # what it said is on stderr
                        results[contender].append(None)
    results["size"] = size_of(source)
    for contender in ("pqpack", "pqpack auto"):
        results["summary", contender] = summary(results[contender][-1])
    return results


def summary(cost: measure.Cost) -> dict:
    """The last line of --output json."""
    return json.loads(cost.out.splitlines()[-1])


def by_workers(name: str, rounds: int) -> dict[int, list[measure.Cost]]:
    source = data.folder_of(name, BASE / "data")
    results = collections.defaultdict(list)
    with tempfile.TemporaryDirectory(dir=BASE) as work:
        output = pathlib.Path(work) / "out"
        for _ in range(rounds):
            for workers in WORKERS:
                shutil.rmtree(output, ignore_errors=True)
                command = contenders.command("pqpack", str(source), str(output), PQPACK)
                results[workers].append(measure.run([*command, "--workers", str(workers)]))
    return results


def copies(name: str, rounds: int) -> dict[str, list[measure.Cost]]:
    source = data.folder_of(name, BASE / "data")
    results = collections.defaultdict(list)
    with tempfile.TemporaryDirectory(dir=BASE) as work:
        for _ in range(rounds):
            for contender in contenders.COPIES:
                output = pathlib.Path(work) / "out"
                shutil.rmtree(output, ignore_errors=True)
                command = contenders.command(contender, str(source), str(output), PQPACK)
                results[contender].append(measure.run(command))
                if size_of(output) != size_of(source):
                    sys.exit(f"{contender} of {name} is not whole")
    return results


def listings() -> dict[int, measure.Cost]:
    with tempfile.TemporaryDirectory() as home:
        return {count: listing_memory.cost_of(count, home) for count in listing_memory.COUNTS}


def looks(rounds: int) -> dict:
    many, proven = data.folder_of(MANY, BASE / "data"), data.folder_of(PROVEN, BASE / "data")
    print("inspect, diagnose, verify", flush=True)
    return {"many": looking.many_files(many, PQPACK, rounds), "many of": MANY, "many size": size_of(many),
            "proofs": looking.proofs(proven, PQPACK, BASE, rounds), "proofs of": PROVEN,
            "proofs size": size_of(proven)}


def start_up(rounds: int) -> list[measure.Cost]:
    return [measure.run([PQPACK, "--version"]) for _ in range(5 * rounds)]


def main() -> None:
    words = argparse.ArgumentParser()
    words.add_argument("--rounds", type=int, default=3)
    words.add_argument("--only", choices=data.REPACKED)
    words.add_argument("--print", action="store_true", help="leave docs/benchmarks.md as it is")
    asked = words.parse_args()
    BASE.mkdir(parents=True, exist_ok=True)
    names = [asked.only] if asked.only else data.REPACKED
    page = report.page(
        rounds=asked.rounds,
        local={name: local(name, asked.rounds) for name in names},
        s3={name: on_s3(name, asked.rounds) for name in names},
        workers={name: by_workers(name, asked.rounds) for name in names if name in BY_WORKERS},
        copies={name: copies(name, asked.rounds) for name in names},
        listings={} if asked.only else listings(),
        looks={} if asked.only else looks(asked.rounds),
        start_up=start_up(asked.rounds))
    if asked.print or asked.only:
        print(page)
    else:
        (ROOT / "docs/benchmarks.md").write_text(page)


if __name__ == "__main__":
    main()

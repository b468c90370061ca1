# SPDX-License-Identifier: Apache-2.0
"""Tables of docs/benchmarks.md from what run.py measured."""

import datetime
import importlib.metadata
import os
import pathlib
import platform
import re

import contenders
import data
from measure import median, ratio

HEAD = """# Benchmarks

Written by `make bench`; every figure of this page comes from one run of it.

- Machine: {machine}, {cpus} CPUs, {memory:.0f} GiB of memory, shared with others and noisy.
- Versions: {versions}.
- {date}, median of {rounds} rounds; in each round every contender ran once, in turn. A ratio is the
  median over the rounds of the two runs of the same round: above 1, pqpack needed less.
- Each contender is one process ([bench/contenders.py](../bench/contenders.py)): CPU is user and system
  time, peak is the largest resident set. `pqpack` ran as `pqpack repack --engine reencode --src
  IN --dst OUT`, `pqpack auto` with `--engine auto` (the default), both with their checks and with each
  output brought to disk; the others do neither. Ratios are against `pqpack`. Inputs lay in the page cache.
- All outputs hold the same values as the inputs (a hash of every value by DuckDB).{changed}

"""

COPIES = """## How lean executor and stores are

`cp -r`, and in place of it the stores, threads and publishing of repack with nothing in between
([bench/store_copy.cc](../bench/store_copy.cc)): each file is read whole, written under a name that
nobody sees, brought to disk, and given its name if that is free. Without fsync the same is left to
the system, as `cp` leaves it.

"""
AUTO = """## The least work that is enough

`pqpack auto` against those who move or decode the same files: how many times less it needed (below 1:
more). `cp -r` leaves it to the system when its bytes come to the disk; repack waits for each output.

"""
MANY = """## Looking at many files

{what}, {size:.1f} MiB, by arrow-go; each with findings. inspect ran once.

"""
PROOFS = """## Proofs

`pqpack verify` of {what}, and what repack made of it: the pages are the same with `--engine auto`,
all others with `--engine reencode`. GB/s: bytes of both sides by wall time.

"""
FUZZING = """## Fuzzing

libFuzzer with AddressSanitizer and UBSan: the last run of each target by `make fuzz` or `tools/fuzz SECONDS
TARGET` on this machine before this page was written; what a target tries is in [fuzz/](../fuzz).

"""
LISTINGS = """## Long listings

Objects of five rows, each of them rewritten; the bucket is played by a program in Python, whose time
is most of the wall time ([bench/listing_memory.py](../bench/listing_memory.py)). 8 workers, one run each.

"""


def machine() -> str:
    with open("/proc/cpuinfo") as lines:
        names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return f"{names[0] if names else platform.machine()}, Linux {platform.release().split('-')[0]}"


def memory() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30


def table(head: list[str], rows: list[list[str]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" + "---:|" * (len(head) - 1)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows]) + "\n\n"


def costs(name: str, results: dict) -> list[str]:
    ours, theirs = results["pqpack"], results[name]
    if failed := theirs.count(None):
        name = f"{name} ({failed} of {len(theirs)} runs failed)"
        if failed == len(theirs):
            return [name] + [""] * 5
    cost = median(theirs)
    row = [name, f"{cost.wall:.2f}", f"{cost.cpu:.2f}", f"{cost.peak:.0f}"]
    return row + (["", ""] if theirs is ours else
                  [f"{ratio(ours, theirs, 'wall'):.2f}", f"{ratio(ours, theirs, 'cpu'):.2f}"])


def local_table(results: dict) -> str:
    head = ["", "wall s", "CPU s", "peak MiB", "wall ratio", "CPU ratio", "output MiB",
            "output by input", "scan CPU s"]
    rows = []
    for name in contenders.LOCAL:
        size = results["size", name]
        rows.append(costs(name, results) + [f"{size / 2**20:.1f}", f"{size / results['size']:.3f}",
                                            f"{median(results['scan', name]).cpu:.2f}"])
    return table(head, rows)


def s3_table(results: dict) -> str:
    head = ["", "wall s", "CPU s", "peak MiB", "wall ratio", "CPU ratio"]
    text = table(head, [costs(name, results) for name in contenders.ON_S3])
    for name in ("pqpack", "pqpack auto"):
        requests = sorted(results["summary", name]["requests"].items())
        each = ", ".join(f"{operation} {count['requests'] / results['files']:.3f}"
                         for operation, count in requests)
        through = sum(count["bytes_sent"] + count["bytes_received"] for _, count in requests)
        text += (f"{name}: requests per file: {each}; bytes through the client: "
                 f"{100 * through / results['size']:.2f} % of the data's.\n\n")
    return text


def auto_table(local: dict) -> str:
    against = {"cp": "cp -r", "pqpack": "reencode", "pyarrow": "PyArrow script"}
    head = ["", "wall s", "CPU s", *(f"{label}: {figure}" for label in against.values()
                                     for figure in ("wall", "CPU"))]
    rows = []
    for name, results in local.items():
        ours = results["pqpack auto"]
        cost = median(ours)
        rows.append([name, f"{cost.wall:.2f}", f"{cost.cpu:.2f}",
                     *(f"{ratio(ours, results[other], figure):.2f}" for other in against
                       for figure in ("wall", "cpu"))])
    return table(head, rows)


def many_table(looks: dict) -> str:
    rows = [[name, f"{cost.wall:.2f}", f"{cost.cpu:.2f}", f"{cost.peak:.0f}"]
            for name, cost in ((name, median(runs)) for name, runs in looks["many"].items())]
    text = MANY.format(what=data.WHAT[looks["many of"]], size=looks["many size"] / 2**20)
    return text + table(["", "wall s", "CPU s", "peak MiB"], rows)


def proofs_table(looks: dict) -> str:
    rows = [[name, f"{cost.wall:.2f}", f"{cost.cpu:.2f}", f"{cost.peak:.0f}",
             f"{2 * looks['proofs size'] / cost.wall / 1e9:.2f}"]
            for name, cost in ((name, median(runs)) for name, runs in looks["proofs"].items())]
    text = PROOFS.format(what=looks["proofs of"])
    return text + table(["proof by", "wall s", "CPU s", "peak MiB", "GB/s"], rows)


def fuzzing(logs: pathlib.Path) -> str:
    """What tools/fuzz left; nothing where it has not run."""
    rows, total = [], 0
    for log in sorted(logs.glob("*")):
        text = log.read_text(errors="replace")
        found = dict(re.findall(r"^stat::(\w+): +(\d+)$", text, re.MULTILINE))
        if found:
            count, each = int(found["number_of_executed_units"]), int(found["average_exec_per_sec"])
            total += count
            name = log.name + (" (found something)" if "\nFAILED" in text else "")
            rows.append([name, f"{count / max(each, 1):.0f}", f"{count:,}", f"{each:,}"])
    if not rows:
        return ""
    rows.append(["all", "", f"{total:,}", ""])
    return FUZZING + table(["target", "s", "executions", "a second"], rows)


def workers_table(workers: dict) -> str:
    rows = []
    for name, by_count in workers.items():
        for count, runs in by_count.items():
            cost = median(runs)
            rows.append([f"{name}, {count}", f"{cost.wall:.2f}", f"{cost.cpu:.2f}",
                         f"{cost.peak:.0f}"])
    return table(["data, workers", "wall s", "CPU s", "peak MiB"], rows)


def copies_table(copies: dict) -> str:
    rows = []
    for name, results in copies.items():
        for contender, runs in results.items():
            cost = median(runs)
            rows.append([f"{name}, {contender}", f"{cost.wall:.2f}", f"{cost.cpu:.2f}",
                         f"{cost.peak:.0f}"])
    return table(["data, copied by", "wall s", "CPU s", "peak MiB"], rows)


def listings_table(listings: dict) -> str:
    return table(["objects", "wall s", "CPU s", "peak MiB"],
                 [[f"{count:,}", f"{cost.wall:.1f}", f"{cost.cpu:.1f}", f"{cost.peak:.0f}"]
                  for count, cost in listings.items()])


def page(rounds: int, local: dict, s3: dict, workers: dict, copies: dict, listings: dict,
         looks: dict, start_up: list) -> str:
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}"
                         for name in ("pyarrow", "duckdb", "polars", "boto3"))
    changed = "".join(f" Not so: {contender} on {name}." for name, results in local.items()
                      for contender in contenders.LOCAL
                      if results["total", contender] != results["total"])
    text = HEAD.format(machine=machine(), cpus=os.cpu_count(), memory=memory(), versions=versions,
                       date=datetime.date.today(), rounds=rounds, changed=changed)
    text += "## Local disk\n\n"
    for name, results in local.items():
        text += f"### {name}: {data.WHAT[name]}, {results['size'] / 2**20:.1f} MiB\n\n"
        text += local_table(results)
    text += AUTO + auto_table(local)
    text += "## S3 (versitygw on the same machine)\n\nThe server's own CPU time is not counted, but its wall time is.\n\n"
    for name, results in s3.items():
        text += f"### {name}\n\n" + s3_table(results)
    text += "## Workers\n\n" + workers_table(workers)
    text += COPIES + copies_table(copies)
    if listings:
        text += LISTINGS + listings_table(listings)
    if looks:
        text += many_table(looks) + proofs_table(looks)
    text += fuzzing(data.ROOT / "build-fuzz/logs")
    cost = median(start_up)
    text += (f"## Start-up\n\n`pqpack --version`: {cost.wall * 1000:.0f} ms wall, "
             f"{cost.cpu * 1000:.0f} ms CPU, {cost.peak:.0f} MiB.\n\n")
    text += (data.BENCH / "profile.md").read_text()
    return text

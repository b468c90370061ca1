# SPDX-License-Identifier: Apache-2.0
"""What compact costs, beside what people use today, in one run: writes docs/benchmarks-compact.md.

    .venv/bin/python bench/compacting.py [--rounds 3] [--only wide] [--print] [--without spark]

Every contender merges the same folders in turn, round after round.  The rows of all outputs but cat's
are compared with the source's by DuckDB (a sum over every value) and timed when they are read.
"""

import argparse
import collections
import dataclasses
import json
import pathlib
import re
import shutil
import sys
import tempfile

import data
import measure
import mergers
import report
import run

PAGE = data.ROOT / "docs/benchmarks-compact.md"
WHAT = {
    "events-60x50": "nested events, 60 partitions of 50 files of 400 rows",
    "lineitem-1000": data.WHAT["lineitem-1000"],
    "lineitem-64": data.WHAT["lineitem-64"],
    "wide": data.WHAT["wide"],
}


def events_in_partitions(base: pathlib.Path) -> pathlib.Path:
    """The events again, cut small: by pyarrow, as a job that appends every few minutes leaves them."""
    import pyarrow.parquet as pq

    table = base / "events-60x50"
    if table.is_dir():
        return table
    files = sorted(data.folder_of("events", base).iterdir())
    with tempfile.TemporaryDirectory(dir=base) as scratch:
        made = pathlib.Path(scratch) / "made"
        for partition in range(60):
            folder = made / f"day={partition:02}"
            folder.mkdir(parents=True)
            rows = pq.read_table(files[partition % len(files)])
            for n in range(50):
                pq.write_table(rows.slice(n * 400, 400), folder / f"{n:04}.parquet")
        shutil.move(made, table)
    return table


def source_of(name: str) -> pathlib.Path:
    base = run.BASE / "data"
    return events_in_partitions(base) if name == "events-60x50" else data.folder_of(name, base)


def row_groups(folder: pathlib.Path) -> int:
    import pyarrow.parquet as pq

    return sum(pq.ParquetFile(path).num_row_groups for path in folder.rglob("*.parquet"))


def measured(name: str, rounds: int, names: list[str]) -> dict:
    source = source_of(name)
    results = collections.defaultdict(list)
    results["files"] = sum(1 for _ in source.rglob("*.parquet"))
    results["size"] = run.size_of(source)
    results["total"], cost = run.scan(source)
    results["scan", "source"].append(cost)
    with tempfile.TemporaryDirectory(dir=run.BASE) as work:
        for number in range(rounds):
            print(f"{name}: round {number + 1} of {rounds}", flush=True)
            for merger in names:
                output = pathlib.Path(work) / merger
                shutil.rmtree(output, ignore_errors=True)
                cost = measure.run(mergers.command(merger, str(source), str(output), run.PQPACK))
                results[merger].append(of_spark(cost) if merger == "spark" else cost)
            for merger in names:
                look(name, merger, pathlib.Path(work) / merger, results)
            if "pqpack" in names:
                results["proof"].append(measure.run(
                    [run.PQPACK, "verify", str(source), str(pathlib.Path(work) / "pqpack"), "--merged",
                     "--output", "json"]))
    return results


def look(name: str, merger: str, output: pathlib.Path, results: dict) -> None:
    results["size", merger] = run.size_of(output)
    if merger == "cat":
        return
    total, cost = run.scan(output)
    results["scan", merger].append(cost)
    results["groups", merger] = row_groups(output)
    if total != results["total"]:
        run.changed_values(name, merger)


def of_spark(cost: measure.Cost) -> measure.Cost:
    """Its process is a Python that waits for a JVM: what that one took."""
    wall, cpu, peak = re.search(r"seconds ([\d.]+) cpu ([\d.]+) peak ([\d.]+)", cost.out).groups()
    return dataclasses.replace(cost, wall=float(wall), cpu=float(cpu), peak=float(peak))


def table(results: dict, names: list[str]) -> str:
    rows = []
    for merger in names:
        cost = measure.median(results[merger])
        scan = results.get(("scan", merger))
        times = [f"{measure.ratio(results['pqpack'], results[merger], kind):.2f}" for kind in ("wall", "cpu")]
        rows.append([merger, f"{cost.wall:.2f}", f"{cost.cpu:.2f}", *times, f"{cost.peak:.0f}",
                     f"{results['size', merger] / 2**20:.1f}", str(results.get(("groups", merger), "")),
                     f"{measure.median(scan).wall:.2f}" if scan else ""])
    source = measure.median(results["scan", "source"])
    rows.append(["(the source)", "", "", "", "", "", f"{results['size'] / 2**20:.1f}", "", f"{source.wall:.2f}"])
    return report.table(["", "wall s", "CPU s", "wall by pqpack's", "CPU by pqpack's", "peak MiB", "output MiB",
                         "row groups", "scan s"], rows)


def proof_text(results: dict) -> str:
    cost = measure.median(results["proof"])
    both = results["size"] + results["size", "pqpack"]
    return (f"The proof alone, `pqpack verify SOURCE OUTPUT --merged`: {cost.wall:.2f} s, "
            f"{cost.cpu:.2f} s of CPU, {cost.peak:.0f} MiB; {both / cost.cpu / 1e9:.2f} GB of both sides' "
            "files for each second of CPU.")


def page(all_results: dict, rounds: int, names: list[str]) -> str:
    parts = [
        "# Benchmarks of compact", "",
        f"`bench/compacting.py` wrote this page: {report.machine()}, medians of {rounds} rounds in which all "
        "take turns. Everyone writes a copy with files of about 128 MiB. `pqpack` proves each file before "
        "it publishes it; `pqpack unproven` is `--verify none`. Spark's start is not in its wall time, but in "
        "its CPU. `parquet-concat` (arrow-rs) copies chunks and leaves row groups as small as they were. `cat` is what "
        "moving the bytes costs; nobody can read its output. Scans read every value with DuckDB.", ""]
    for name, results in all_results.items():
        parts += [f"## {name}: {WHAT[name]}", "",
                  f"{results['files']:,} files, {results['size'] / 2**20:.0f} MiB.", "",
                  table(results, names), "", *([proof_text(results), ""] if results["proof"] else [])]
    return "\n".join(parts)


def main() -> None:
    words = argparse.ArgumentParser()
    words.add_argument("--rounds", type=int, default=3)
    words.add_argument("--only", choices=WHAT)
    words.add_argument("--without", action="append", default=[], choices=mergers.NAMES)
    words.add_argument("--print", action="store_true", help="leave the page as it is")
    asked = words.parse_args()
    run.BASE.mkdir(parents=True, exist_ok=True)
    names = [name for name in mergers.NAMES if name not in asked.without]
    results = {name: measured(name, asked.rounds, names) for name in ([asked.only] if asked.only else WHAT)}
    text = page(results, asked.rounds, names)
    if asked.print or asked.only or asked.without:
        print(text)
    else:
        PAGE.write_text(text)
    print(json.dumps({name: {m: measure.median(r[m]).wall for m in names} for name, r in results.items()}),
          file=sys.stderr)


if __name__ == "__main__":
    main()

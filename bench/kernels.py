# SPDX-License-Identifier: Apache-2.0
"""How fast the inner loops are by themselves: writes docs/benchmarks-kernels.md.

    .venv/bin/python bench/kernels.py [--print]

Builds and runs every *_bench.cc; what a name means stands in its file.
"""

import argparse
import json
import statistics
import subprocess

import data
import report

PAGE = data.ROOT / "docs/benchmarks-kernels.md"
ROUNDS = 5


def figures(program):
    """Of each benchmark: G items/s and GB/s of one core, the medians of some rounds."""
    ran = subprocess.run([program, "--benchmark_format=json", f"--benchmark_repetitions={ROUNDS}",
                          "--benchmark_min_time=0.05"], check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    rounds = {}
    for one in json.loads(ran.stdout)["benchmarks"]:
        if one["run_type"] == "iteration":
            assert "error_message" not in one, one
            rounds.setdefault(one["run_name"], []).append(one)
    for name, runs in rounds.items():
        yield [f"`{name}`", *(rate(runs, kind) for kind in ("items_per_second", "bytes_per_second"))]


def rate(runs, kind):
    known = [run[kind] for run in runs if kind in run]
    return f"{statistics.median(known) / 1e9:.2f}" if known else ""


def opening(source):
    """The comment that a benchmark begins with."""
    lines = source.read_text().splitlines()[2:]
    return " ".join(line.removeprefix("// ") for line in lines[: next(n for n, line in enumerate(lines) if not line.startswith("//"))])


def main():
    words = argparse.ArgumentParser()
    words.add_argument("--print", action="store_true", help="leave the page as it is")
    asked = words.parse_args()
    sources = sorted(data.BENCH.glob("*_bench.cc"))
    subprocess.run([data.ROOT / "tools/build", "release", *(source.stem for source in sources)], check=True)
    parts = ["# Benchmarks of inner loops", "",
             f"`bench/kernels.py` wrote this page: {report.machine()}, one core, medians of {ROUNDS} rounds by CPU "
             "time. Numbers behind a name are its arguments, in the order that the file says."]
    for source in sources:
        parts += ["", f"## [{source.stem}](../bench/{source.name})", "", opening(source), "",
                  report.table(["", "G items/s", "GB/s"], figures(data.ROOT / "build/benchmarks" / source.stem))]
    text = "\n".join(parts) + "\n"
    if asked.print:
        print(text)
    else:
        PAGE.write_text(text)


if __name__ == "__main__":
    main()

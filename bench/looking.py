# SPDX-License-Identifier: Apache-2.0
"""What looking costs: diagnose and inspect of many small files, verify of two folders."""

import collections
import os
import pathlib
import shutil
import tempfile

import contenders
import measure

# diagnose ends with 1 where it finds something, which is no failure here.
FOUND = ["sh", "-c", '"$@"; [ $? -le 1 ]', "sh"]
# inspect takes one file: a process each, as many at once as there are CPUs.
EACH = ["sh", "-c", 'find "$1" -type f -print0 | xargs -0 -n 1 -P "$2" "$3" inspect --output json >/dev/null; '
        "[ $? -le 123 ]", "sh"]


def many_files(folder: pathlib.Path, pqpack: str, rounds: int) -> dict[str, list[measure.Cost]]:
    """By what was run over all files of the folder.  inspect ran once."""
    runs = {"diagnose": [], "diagnose --deep": ["--deep"]}
    results = collections.defaultdict(list)
    for _ in range(rounds):
        for name, flags in runs.items():
            results[name].append(measure.run(
                [*FOUND, pqpack, "diagnose", str(folder), "--output", "json", *flags]))
    results["inspect, a process per file"].append(
        measure.run([*EACH, str(folder), str(os.cpu_count() or 1), pqpack]))
    return results


def proofs(source: pathlib.Path, pqpack: str, base: pathlib.Path, rounds: int) -> dict[str, list[measure.Cost]]:
    """By the kind of proof, of a folder and what repack made of it."""
    with tempfile.TemporaryDirectory(dir=base) as work:
        outputs = {"pqpack auto": pathlib.Path(work) / "auto", "pqpack": pathlib.Path(work) / "reencode"}
        for contender, output in outputs.items():
            shutil.rmtree(output, ignore_errors=True)
            measure.run(contenders.command(contender, str(source), str(output), pqpack))
        runs = {"structure": ("pqpack auto", ["--proof", "structure"]),
                "content": ("pqpack", ["--proof", "content"]),
                "content, unordered": ("pqpack", ["--unordered"])}
        results = collections.defaultdict(list)
        for _ in range(rounds):
            for name, (contender, flags) in runs.items():
                results[name].append(measure.run(
                    [pqpack, "verify", str(source), str(outputs[contender]), "--output", "json", *flags]))
    return results

# SPDX-License-Identifier: Apache-2.0
"""arrow-go and parquet-go as judges, by digests of (levels, value) per leaf column.

The digests of the two mean the same.  So parquet-go 0.25.1, which cannot read what arrow-go 18.5.0
wrote, still judges the output: against what arrow-go saw in the original.
"""

import json
import subprocess

from judge import Unreadable


class GoReader:
    """One of the programs of test/go."""

    def __init__(self, program):
        self.program = str(program)
        self._answers = {}

    def prepare(self, paths):
        """Asks about many files at once; one at which the process dies is asked about again alone."""
        for line in self._run("dump", *paths).stdout.splitlines():
            answer = json.loads(line)
            self._answers[answer["file"]] = answer

    def answer(self, path):
        """What the reader says of a file; a process that dies is an answer with an error."""
        if (known := self._answers.pop(str(path), None)) is not None:
            return known
        ran = self._run("dump", path)
        if ran.returncode != 0:
            return {"error": ran.stderr.decode(errors="replace")[-300:] or f"exit {ran.returncode}"}
        return json.loads(ran.stdout)

    def _run(self, *words):
        command = [self.program, *map(str, words)]
        return subprocess.run(command, capture_output=True, timeout=300, check=False)

    def values(self, path):
        return self._run("values", path).stdout.decode().splitlines()

    def same(self, original, output, other=None):
        """Complaints.  With `other` this reader must be able to read the output even where it cannot
        read the original; `other` then says what was there."""
        witness, before = self, self.answer(original)
        if before.get("error") and other is not None:
            witness, before = other, other.answer(original)
        if before.get("error"):
            raise Unreadable(before["error"])
        after = self.answer(output)
        if after.get("error"):
            return [f"cannot read: {after['error']}"]
        names = [[column["name"] for column in each["columns"] or []] for each in (before, after)]
        if names[0] != names[1] or before["rows"] != after["rows"]:
            return [f"{after['rows']} rows of {names[1]}, were {before['rows']} of {names[0]}"]
        for x, y in zip(before["columns"] or [], after["columns"] or []):
            if x != y:
                return [f"column {x['name']}: {self._first_difference(witness, original, output)}"]
        return []

    def _first_difference(self, witness, original, output):
        pairs = zip(sorted(witness.values(original)), sorted(self.values(output)))
        return next((f"{y!r}, was {x!r}" for x, y in pairs if x != y), "values differ in order")

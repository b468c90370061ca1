# SPDX-License-Identifier: Apache-2.0
"""All judges at once."""

from judge import Unreadable, arrow_reader, duckdb_reader, polars_reader
from judge.structure import kept, structure


class Everyone:
    """Asks every reader about pairs of files and counts how many each one really judged."""

    def __init__(self, arrow_go, parquet_go):
        self._readers = {
            "pyarrow": arrow_reader.same,
            "duckdb": duckdb_reader.same,
            "polars": polars_reader.same,
            "arrow-go": arrow_go.same,
            "parquet-go": parquet_go.same,
        }
        self._arrow_go, self._parquet_go = arrow_go, parquet_go
        self.judged = dict.fromkeys(["kept", *self._readers], 0)
        self.unread = []

    def prepare(self, paths):
        """Saves time where many files are judged; makes no other difference."""
        for reader in (self._arrow_go, self._parquet_go):
            reader.prepare(paths)

    def complaints(self, original, output, target):
        """What is wrong with one output, each sentence with the judge's name."""
        found = [f"structure: {text}" for text in structure(output, target)]
        judges = {"kept": lambda a, b: kept(a, b, target), **self._readers}
        for name, same in judges.items():
            try:
                found += [f"{name}: {text}" for text in same(original, output)]
                self.judged[name] += 1
            except Unreadable as problem:
                self.unread.append(f"{name} cannot read {original.name}: {str(problem)[:200]}")
            except BaseException as problem:  # a reader that panics over our output is a finding
                if isinstance(problem, KeyboardInterrupt):
                    raise
                found.append(f"{name}: cannot read: {type(problem).__name__}: {str(problem)[:300]}")
        return found

    def repaired(self, original, output):
        """parquet-go must read an output of arrow-go's file, which it cannot read itself."""
        return self._parquet_go.same(original, output, other=self._arrow_go)

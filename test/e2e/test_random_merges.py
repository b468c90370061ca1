# SPDX-License-Identifier: Apache-2.0
"""Thousands of merges of random tables, in files of five writers, by pqpack compact: for six readers the
rows are those of the inputs, in their order.  `merges/soak.py` goes on where this ends, and repeats what
failed here."""

import pytest

from merges.rounds import Rounds

TREES, PARTITIONS = 8, 125


@pytest.mark.parametrize("tree", range(TREES))
def test_random_merges(tree, arrow_go, parquet_go, parquet_go_writer, arrow_rs, tmp_path):
    rounds = Rounds.of(tmp_path, arrow_go.program, parquet_go.program, parquet_go_writer, arrow_rs)
    numbers = range(tree * PARTITIONS, (tree + 1) * PARTITIONS)
    assert rounds.run(1, numbers) == []
    assert rounds.merges > 3 * PARTITIONS
    assert rounds.levels[2] > 10**5 and rounds.levels[3] > 10**5, rounds.levels
    assert min(rounds.readers.judged.values()) > 3 * PARTITIONS, rounds.readers.judged
    assert rounds.asked > 5000

# SPDX-License-Identifier: Apache-2.0
"""Polars as a judge: its schema, and values."""

import polars

from judge import Unreadable, values

# Polars panics on some files, and its panics are no subclass of Exception.
REFUSALS = (polars.exceptions.PolarsError, polars.exceptions.PanicException, OSError)


def _read(path):
    frame = polars.read_parquet(path, hive_partitioning=False, glob=False)
    return frame.schema, frame.to_arrow()


def same(original, output):
    try:
        schema, rows = _read(original)
    except REFUSALS as problem:
        raise Unreadable(str(problem)) from problem
    schema_after, rows_after = _read(output)
    if schema != schema_after:
        return [f"schema {schema_after}, was {schema}"]
    return values.differences(rows, rows_after)

# SPDX-License-Identifier: Apache-2.0
"""What merged files say of the order of their rows: as much as their sources do and their values bear out."""

import datetime
import subprocess

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest

BY_DAY_AND_KEY = (pq.SortingColumn(0), pq.SortingColumn(1, descending=True, nulls_first=True))


def by_pyarrow(folder, days=lambda n: 1000 * n, order=BY_DAY_AND_KEY):
    """As the other writers do it (test/go/parquet_go/sorted.go, test/rust/src/sorted.rs)."""
    for n in range(3):
        rows = [(days(n) + i * 7919 % 100, None if i % 11 == 0 else f"key {i * 31 % 977}") for i in range(2000)]
        rows.sort(key=lambda row: row[1] or "", reverse=True)
        rows.sort(key=lambda row: (row[0], row[1] is not None))
        table = pa.table({"day": pa.array([day for day, _ in rows], pa.date32()), "key": [key for _, key in rows]})
        pq.write_table(table, folder / f"pyarrow_{n}.parquet", sorting_columns=order)


@pytest.fixture
def written(tmp_path, parquet_go_writer, arrow_rs):
    """`written("parquet_go")` is a folder with three small files of that writer."""

    def write(writer):
        folder = tmp_path / writer
        folder.mkdir()
        if writer == "pyarrow":
            by_pyarrow(folder)
        else:
            words = {"parquet_go": [parquet_go_writer, "write-sorted"], "arrow_rs": [arrow_rs, "sorted"]}[writer]
            subprocess.run([*words, folder], check=True)
        return folder

    return write


def compacted(local, table, out, *flags):
    run = local.run("compact", "--path", table, "--target_s3_path", out, "--output", "json", *flags)
    assert run.code == 0, run
    warnings = [text for event in run.events for text in event.get("warnings", []) if "sorting" in text]
    return sorted(out.glob("*.parquet")), warnings


def orders(path):
    """What each row group says."""
    metadata = pq.ParquetFile(path).metadata
    return [metadata.row_group(g).sorting_columns for g in range(metadata.num_row_groups)]


def is_sorted(path):
    """Whether rows of each row group are, asked of PyArrow, in the order that it says."""
    file = pq.ParquetFile(path)
    for g, order in enumerate(orders(path)):
        table = file.read_row_group(g)
        rows = list(zip(*(table.column(by.column_index).to_pylist() for by in order), strict=True))

        def place(row, order=order):
            return tuple(_Place(value, by) for value, by in zip(row, order, strict=True))

        if any(place(b) < place(a) for a, b in zip(rows, rows[1:])):
            return False
    return True


class _Place:
    def __init__(self, value, by):
        self.value, self.by = value, by

    def __eq__(self, other):
        return self.value == other.value

    def __lt__(self, other):
        if self.value is None or other.value is None:
            mine = self.value is None
            return mine != (other.value is None) and mine == self.by.nulls_first
        return self.value > other.value if self.by.descending else self.value < other.value


@pytest.mark.parametrize("engine", ["auto", "reencode"])
@pytest.mark.parametrize("writer", ["pyarrow", "parquet_go", "arrow_rs"])
def test_files_that_follow_each_other(local, written, tmp_path, writer, engine):
    table = written(writer)
    assert orders(next(table.iterdir())) == [BY_DAY_AND_KEY]
    [output], warnings = compacted(local, table, tmp_path / "out", "--engine", engine)
    assert orders(output) == [BY_DAY_AND_KEY] and is_sorted(output) and warnings == []
    diagnosed = local.run("diagnose", output, "--target", "generic", "--deep", "--output", "json")
    found = {finding["check"] for event in diagnosed.of("file_diagnosed") for finding in event["findings"]}
    assert "rows-not-sorted" not in found and "sorting-columns" not in found


def test_files_that_do_not(local, tmp_path):
    table = tmp_path / "table"
    table.mkdir()
    by_pyarrow(table, days=lambda n: 50 * n)
    [output], warnings = compacted(local, table, tmp_path / "out")
    assert orders(output) == [()]
    assert warnings == ["sorting_columns dropped: the merged rows are not in that order"]


def test_a_day_that_goes_on_in_the_next_file(local, tmp_path):
    table = tmp_path / "table"
    table.mkdir()
    by_pyarrow(table, days=lambda n: 99 * n)
    [output], warnings = compacted(local, table, tmp_path / "out")
    assert orders(output) == [BY_DAY_AND_KEY[:1]] and is_sorted(output)
    assert warnings == ["sorting_columns shortened: the merged rows are not in that order"]


def test_a_lie_is_not_spread(local, tmp_path):
    """Of a file that says of its rows what is not true; its bounds fit between the others'."""
    table = tmp_path / "table"
    table.mkdir()
    by_pyarrow(table)
    middle = pq.read_table(table / "pyarrow_1.parquet")
    pq.write_table(middle.take(list(reversed(range(2000)))), table / "pyarrow_1.parquet", sorting_columns=BY_DAY_AND_KEY)
    for engine in ("auto", "reencode"):
        [output], warnings = compacted(local, table, tmp_path / engine, "--engine", engine)
        assert orders(output) == [()]
        assert warnings == ["sorting_columns dropped: the merged rows are not in that order"]


def test_row_groups_that_are_copied_say_what_they_said(local, tmp_path):
    """Level 0 for those of a MiB and more; a small one is merged alone."""
    table = tmp_path / "table"
    table.mkdir()
    for n in range(3):
        rows = 300_000 if n else 1000
        numbers = pa.table({"n": pa.array(range(10**6 * n, 10**6 * n + rows), pa.int64())})
        pq.write_table(numbers, table / f"f{n}.parquet", compression="none", use_dictionary=False,
                       sorting_columns=[pq.SortingColumn(0)] if n < 2 else None)
    outputs, warnings = compacted(local, table, tmp_path / "out", "--target_file_size_mb", "4")
    said = [order for output in outputs for order in orders(output)]
    assert sorted(said) == [(), (pq.SortingColumn(0),), (pq.SortingColumn(0),)] and warnings == []


def test_row_groups_are_still_passed_over(local, tmp_path):
    """A table of dates in order: of its row groups a filter leaves those that may have its rows."""
    table = tmp_path / "table"
    table.mkdir()
    first = datetime.date(1992, 1, 1)
    for n in range(40):
        days = [first + datetime.timedelta(days=60 * n + i // 100) for i in range(6000)]
        rows = pa.table({"l_shipdate": days, "l_orderkey": pa.array([i * 7919 % 10**6 for i in range(6000)], pa.int64())})
        pq.write_table(rows, table / f"part-{n:02}.parquet", sorting_columns=[pq.SortingColumn(0)])
    outputs, warnings = compacted(local, table, tmp_path / "out", "--target_file_size_mb", "1")
    assert warnings == [] and {order for output in outputs for order in orders(output)} == {(pq.SortingColumn(0),)}
    day = first + datetime.timedelta(days=1234)
    groups = left = 0
    for output in outputs:
        assert is_sorted(output)
        [fragment] = ds.dataset(output).get_fragments()
        groups += len(fragment.row_groups)
        left += len(fragment.split_by_row_group(pc.field("l_shipdate") == day))
    assert groups > 1 and left == 1
    query = f"select count(*), min(l_orderkey) from read_parquet('%s/*.parquet') where l_shipdate = date '{day}'"
    before, after = (duckdb.connect().execute(query % place).fetchall() for place in (table, tmp_path / "out"))
    assert before == after and after[0][0] == 100

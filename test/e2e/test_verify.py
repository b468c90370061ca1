# SPDX-License-Identifier: Apache-2.0
"""pqpack verify: the same rows whatever wrote them and however they lie; every kind of loss is found and
named at its place.  Inputs come from writers that are not ours, and where the place of a difference is
not known beforehand pyarrow and DuckDB say where it is."""

import decimal
import itertools
import json
import os
import pathlib
import random

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from judge.footer import DICTIONARY_PAGE, File
from judge.mutations import MUTATIONS, good
from s3 import tables as s3_tables
from s3.server import ROOT
from writers import tables

ROWS = 3000
CORPUS = pathlib.Path(
    os.environ.get("PARQUET_TESTING", ROOT.parent / "shared/corpus/parquet-testing")
)


def verify(local, a, b, *flags):
    """The run, and the event of the one pair."""
    run = local.run("verify", a, b, "--output", "json", *flags)
    assert run.summary["exit_code"] == run.code, run
    events = [e for e in run.events if e["event"] != "summary"]
    return run, events[0] if events else None


def same(local, a, b, *flags):
    run, _ = verify(local, a, b, *flags)
    assert run.code == 0 and run.summary["same"] > 0 and run.summary["different"] == 0, run


def differs(local, a, b, *flags):
    run, event = verify(local, a, b, *flags)
    assert run.code == 6, run
    assert event["event"] == "file_differs" and run.summary["different"] == 1, run
    return event


def large(rows=ROWS):
    """good() often enough for many pages and row groups, no two rows alike."""
    table = pa.concat_tables([good()] * (rows // 20))
    return table.set_column(0, "a", pa.array(range(rows), pa.int64())).combine_chunks()


# -- the same rows


LAYOUTS = {
    "row groups": {"row_group_size": 700},
    "a row a group": {"row_group_size": 97, "data_page_size": 100, "write_batch_size": 7},
    "small pages": {"data_page_size": 64, "write_batch_size": 5},
    "version 2 pages": {"data_page_version": "2.0", "data_page_size": 500, "write_batch_size": 50},
    "no dictionary": {"use_dictionary": False},
    "zstd": {"compression": "zstd"},
    "gzip": {"compression": "gzip"},
    "brotli": {"compression": "brotli"},
    "lz4": {"compression": "lz4"},
    "none": {"compression": "none"},
    "format 1.0": {"version": "1.0"},
    "byte stream split": {"use_dictionary": False, "use_byte_stream_split": ["f"]},
    "deltas": {"use_dictionary": False, "column_encoding": {
        "a": "DELTA_BINARY_PACKED", "b": "DELTA_BINARY_PACKED", "s": "DELTA_BYTE_ARRAY"}},
    "delta lengths": {"use_dictionary": False, "column_encoding": {"s": "DELTA_LENGTH_BYTE_ARRAY"}},
    "old list names": {"use_compliant_nested_type": False},
    "no stored schema": {"store_schema": False},
    "checksums, indexes": {"write_page_checksum": True, "write_page_index": True},
}  # fmt: skip


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_same_rows_in_another_layout(layout, local, tmp_path):
    pq.write_table(large(), tmp_path / "a.parquet")
    pq.write_table(large(), tmp_path / "b.parquet", **LAYOUTS[layout])
    same(local, "a.parquet", "b.parquet")
    same(local, "b.parquet", "a.parquet")
    same(local, "a.parquet", "b.parquet", "--unordered")


def test_row_groups_that_end_nowhere_together(local, tmp_path):
    pq.write_table(large(), tmp_path / "a.parquet", row_group_size=1000)
    pq.write_table(large(), tmp_path / "b.parquet", row_group_size=700, data_page_size=300,
                   write_batch_size=11)
    same(local, "a.parquet", "b.parquet")


DUCKDB_COLUMNS = "a, b, s, list, point, map"


@pytest.mark.parametrize("version", ["V1", "V2"])
def test_the_same_rows_by_duckdb(version, local, tmp_path):
    """Its lists, maps and strings are spelled otherwise."""
    pq.write_table(large(), tmp_path / "a.parquet")
    duckdb.sql(f"copy (select {DUCKDB_COLUMNS} from '{tmp_path}/a.parquet') to '{tmp_path}/b.parquet' "
               f"(format parquet, parquet_version {version}, row_group_size 2048)")
    pq.write_table(large().drop_columns(["f"]), tmp_path / "a.parquet")
    same(local, "a.parquet", "b.parquet")


def test_duckdb_makes_another_nan(local, tmp_path):
    """Found by this command: the payload of a NaN does not survive a copy by DuckDB."""
    pq.write_table(large(), tmp_path / "a.parquet")
    duckdb.sql(f"copy (from '{tmp_path}/a.parquet') to '{tmp_path}/b.parquet'")
    found = differs(local, "a.parquet", "b.parquet")
    assert (found["column"], found["row"], found["at_b"]["value"]) == \
        ("f", 5, "nan [0x000000000000f87f]")


@pytest.mark.parametrize("writer", ["arrow_go", "parquet_go", "duckdb", "polars", "pyarrow", "pyarrow_random"])
@pytest.mark.parametrize("target", ["snowflake", "generic"])
def test_what_is_repacked_is_the_same(writer, target, local, written, tmp_path):
    source, out = written(writer), tmp_path / "out"
    repacked = local.repack(source, out, "--target", target)
    done = {e["uri"] for e in repacked.of("file_done")}
    run, _ = verify(local, source, out)
    wrong = [e for e in run.events if e["event"] != "summary" and e["event"] != "file_same"
             and e["a"] in done]
    assert wrong == []
    assert run.summary["same"] == len(done) > 5


# -- differences


# What must be named: column and row; nothing where it is the schema.
PLACES = {
    "flip a value": ("a", 7),
    "flip a string": ("s", 5),
    "drop the last row": (None, 19),
    "drop the first row": ("a", 0),
    "double a row": ("a", 1),
    "exchange two rows": ("a", 0),
    "swap two columns": ("a", 0),
    "rename a column": ("a", None),
    "reorder columns": ("a", None),
    "drop a column": ("map.key_value.key", None),
    "empty list to null": ("list.list.element", 0),
    "null list to empty": ("list.list.element", 1),
    "null in a list to zero": ("list.list.element", 3),
    "split a list differently": ("list.list.element", 2),
    "null struct to struct of nulls": ("point.x", 3),
    "value inside a struct": ("point.y", 4),
    "null to empty string": ("s", 0),
    "key of a map": ("map.key_value.key", 1),
    "-0.0 to 0.0": ("f", 1),
    "another NaN": ("f", 5),
    "a wider type": ("a", None),
}
VALUES = {
    "flip a value": ("7", "8"),
    "flip a string": ("'s5'", "'s5 '"),
    "empty list to null": ("empty list (at list)", "null (at list)"),
    "null list to empty": ("null (at list)", "empty list (at list)"),
    "null in a list to zero": ("null", "0"),
    "null to empty string": ("null", "''"),
    "null struct to struct of nulls": ("null (at point)", "null"),
    "-0.0 to 0.0": ("-0", "0"),
    "another NaN": ("nan [0x230100000000f87f]", "nan [0x000000000000f87f]"),
    "a wider type": ("INT64 optional", "DOUBLE optional"),
    "drop the last row": ("a row", "no row"),
}


def test_every_mutation_has_its_place():
    assert PLACES.keys() == MUTATIONS.keys()


@pytest.mark.parametrize("layout", ["row groups", "small pages", "version 2 pages"])
@pytest.mark.parametrize("name", MUTATIONS)
def test_a_mutation_is_named_at_its_place(name, layout, local, tmp_path):
    """Among 40 rows before it and 20 behind it, in other pages and row groups."""
    before, after = pa.concat_tables([good(), good()]), good()
    mutated = MUTATIONS[name](good())
    column, row = PLACES[name]
    if row is None:  # the schema is another one
        pq.write_table(good(), tmp_path / "a.parquet")
        pq.write_table(mutated, tmp_path / "b.parquet", **LAYOUTS[layout])
    else:
        last = pa.concat_tables([before, mutated]) if column is None else \
            pa.concat_tables([before, mutated, after])
        pq.write_table(pa.concat_tables([before, good(), *([after] if column else [])]),
                       tmp_path / "a.parquet", row_group_size=13)
        pq.write_table(last, tmp_path / "b.parquet", **{"row_group_size": 11, **LAYOUTS[layout]})
        row += 40
    found = differs(local, "a.parquet", "b.parquet")
    assert (found.get("column"), found.get("row")) == (column, row), found
    if name in VALUES:
        assert (found["at_a"]["value"], found["at_b"]["value"]) == VALUES[name], found
    if row is not None and column is not None:
        assert (found["at_a"]["row_group"], found["at_a"]["row"]) == (row // 13, row), found
    back = differs(local, "b.parquet", "a.parquet")
    assert back.get("row") == row, back
    only_order = name in ("exchange two rows", "reorder columns")
    run, _ = verify(local, "a.parquet", "b.parquet", "--unordered")
    assert run.code == (0 if only_order else 6), run


SCHEMAS = {
    "timestamp unit": (pa.timestamp("us"), pa.timestamp("ms"), "TIMESTAMP(MICROS", "TIMESTAMP(MILLIS"),
    "time zone": (pa.timestamp("us"), pa.timestamp("us", "UTC"), "TIMESTAMP(MICROS", "UTC"),
    "decimal scale": (pa.decimal128(9, 2), pa.decimal128(9, 3), "DECIMAL(9,2)", "DECIMAL(9,3)"),
    "decimal precision": (pa.decimal128(9, 2), pa.decimal128(8, 2), "DECIMAL(9,2)", "DECIMAL(8,2)"),
    "text or bytes": (pa.string(), pa.binary(), "STRING", "BYTE_ARRAY optional"),
    "signed or not": (pa.int32(), pa.uint32(), "INT32", "unsigned"),
    "length": (pa.binary(3), pa.binary(4), "(3)", "(4)"),
}


@pytest.mark.parametrize("name", SCHEMAS)
def test_schemas_that_differ_are_named_first(name, local, tmp_path):
    kind_a, kind_b, says_a, says_b = SCHEMAS[name]
    for path, kind in (("a.parquet", kind_a), ("b.parquet", kind_b)):
        pq.write_table(pa.table({"id": [1], "c": pa.nulls(1, kind)}), tmp_path / path)
    found = differs(local, "a.parquet", "b.parquet")
    assert found["column"] == "c" and "declared differently" in found["what"], found
    assert says_a in found["at_a"]["value"] and says_b in found["at_b"]["value"], found


def test_whether_null_would_be_allowed_is_no_row(local, tmp_path):
    """Writers decide it differently: DuckDB by the data.  What is null counts."""
    lists = pa.array([[1], [], [2, 3]])
    for path, nullable in (("a.parquet", True), ("b.parquet", False)):
        element = pa.field("element", pa.int64(), nullable=nullable)
        schema = pa.schema([pa.field("c", pa.int64(), nullable=nullable),
                            pa.field("l", pa.list_(element), nullable=nullable)])
        pq.write_table(pa.table({"c": [1, 2, 3], "l": lists.cast(pa.list_(element))}, schema),
                       tmp_path / path)
    same(local, "a.parquet", "b.parquet")
    same(local, "b.parquet", "a.parquet", "--unordered")
    pq.write_table(pa.table({"c": [1, None, 3], "l": lists}), tmp_path / "c.parquet")
    found = differs(local, "b.parquet", "c.parquet")
    assert (found["row"], found["at_a"]["value"], found["at_b"]["value"]) == (1, "2", "null")
    pq.write_table(pa.table({"c": [1, 2, 3], "l": [[1], [], [2, None]]}), tmp_path / "c.parquet")
    found = differs(local, "c.parquet", "b.parquet")
    assert (found["row"], found["at_a"]["value"], found["at_b"]["value"]) == (2, "null", "3")


def write_column(path, values, kind, **options):
    pq.write_table(pa.table({"c": pa.array(values, kind)}), path, **options)


def test_values_are_readable(local, tmp_path):
    cases = [
        (pa.timestamp("us", "UTC"), 1704067200000001, 1704067200000002,
         "2024-01-01 00:00:00.000001Z"),
        (pa.timestamp("ms"), -1, 0, "1969-12-31 23:59:59.999"),
        (pa.date32(), 19723, 19724, "2024-01-01"),
        (pa.time64("us"), 3661000001, 0, "01:01:01.000001"),
        (pa.decimal128(9, 2), decimal.Decimal("123.45"), decimal.Decimal("123.40"), "123.45"),
        (pa.decimal128(30, 5), decimal.Decimal("-1.00001"), decimal.Decimal("-1"), "-1.00001"),
        (pa.uint64(), 2**64 - 1, 0, "18446744073709551615"),
        (pa.string(), "tab\tquote'line\n\x1b[31mü", "", r"'tab\tquote\'line\n\x1b[31mü'"),
        (pa.binary(), b"\xff\x00", b"", "0xff00"),
        (pa.bool_(), True, False, "true"),
        (pa.float64(), 0.1, 0.2, "0.1"),
    ]  # fmt: skip
    for kind, value, other, text in cases:
        write_column(tmp_path / "a.parquet", [value], kind)
        write_column(tmp_path / "b.parquet", [other], kind)
        found = differs(local, "a.parquet", "b.parquet")
        assert found["at_a"]["value"] == text, (kind, found)


def test_a_long_value_is_shown_where_it_differs(local, tmp_path):
    write_column(tmp_path / "a.parquet", ["x" * 100_000 + "a" + "y" * 100], pa.string())
    write_column(tmp_path / "b.parquet", ["x" * 100_000 + "b" + "y" * 100], pa.string())
    found = differs(local, "a.parquet", "b.parquet")
    assert "xxxa" in found["at_a"]["value"] and "xxxb" in found["at_b"]["value"], found
    assert "from byte 99980 of 100101 on" in found["at_a"]["value"], found
    assert len(found["at_a"]["value"]) < 200


# -- bytes of pages


def pages_of(path, column=0):
    file = File(path)
    metas = [meta for _, number, meta, _ in file.chunks() if number == column]
    return file, [page for page in file.pages(metas[0]) if page["type"] != DICTIONARY_PAGE]


def body(page):
    begin = page["offset"] + page["header_size"]
    return slice(begin, begin + page["compressed_page_size"])


def rewritten(path, change):
    data = bytearray(path.read_bytes())
    change(data)
    other = path.with_name("b.parquet")
    other.write_bytes(data)
    return other


def plain(tmp_path, **options):
    path = tmp_path / "a.parquet"
    table = pa.table({"c": pa.array(range(1000), pa.int64()), "d": pa.array([1] * 1000)})
    schema = pa.schema([pa.field("c", pa.int64(), nullable=False), pa.field("d", pa.int64())])
    pq.write_table(table.cast(schema), path, compression="none", use_dictionary=False,
                   data_page_size=800, write_batch_size=100, **options)
    return path


def test_two_swapped_pages(local, tmp_path):
    path = plain(tmp_path)
    _, pages = pages_of(path)
    assert len(pages) == 10

    def swap(data):
        data[body(pages[3])], data[body(pages[6])] = data[body(pages[6])], data[body(pages[3])]

    found = differs(local, path, rewritten(path, swap))
    assert (found["column"], found["row"]) == ("c", 300)
    assert (found["at_a"]["value"], found["at_b"]["value"]) == ("300", "600")
    same(local, path, tmp_path / "b.parquet", "--unordered")  # the other column is constant


def test_a_page_that_stands_twice(local, tmp_path):
    path = plain(tmp_path)
    _, pages = pages_of(path)

    def overwrite(data):
        data[body(pages[7])] = data[body(pages[6])]

    found = differs(local, path, rewritten(path, overwrite))
    assert (found["column"], found["row"], found["at_b"]["value"]) == ("c", 700, "600")
    assert differs(local, path, tmp_path / "b.parquet", "--unordered")["column"] == "c"


def test_one_flipped_index(local, tmp_path):
    path = tmp_path / "a.parquet"
    values = [f"v{i % 13}" for i in range(1000)]
    write_column(path, values, pa.string(), compression="none")
    _, (page,) = pages_of(path)

    def flip(data):
        data[page["offset"] + page["header_size"] + page["compressed_page_size"] - 100] ^= 0x10

    other = rewritten(path, flip)
    read = pq.read_table(other).column("c").to_pylist()
    (row,) = [i for i in range(1000) if read[i] != values[i]]
    found = differs(local, path, other)
    assert (found["column"], found["row"]) == ("c", row)
    assert (found["at_a"]["value"], found["at_b"]["value"]) == (f"'{values[row]}'", f"'{read[row]}'")
    rows = duckdb.sql(f"select c from '{other}'").fetchall()
    assert rows[row][0] == read[row]
    assert differs(local, path, other, "--unordered")["column"] == "c"


def test_a_wrong_null(local, tmp_path):
    """A bit of the levels: a value that is not null becomes null for every reader."""
    a, b = [None if i == 500 else i for i in range(1000)], [None if i == 501 else i for i in range(1000)]
    write_column(tmp_path / "a.parquet", a, pa.int64())
    write_column(tmp_path / "b.parquet", b, pa.int64())
    found = differs(local, "a.parquet", "b.parquet")
    assert (found["column"], found["row"]) == ("c", 500)
    assert (found["at_a"]["value"], found["at_b"]["value"]) == ("null", "500")


def test_a_dropped_page(local, tmp_path):
    """Its bytes are cut out and the footer still counts them: broken, and named so."""
    path = plain(tmp_path)
    file, pages = pages_of(path, column=1)
    last = pages[-1]

    def drop(data):
        end = last["offset"] + last["header_size"] + last["compressed_page_size"]
        del data[last["offset"]:end]
        data[file.footer_at - (end - last["offset"]):file.footer_at - (end - last["offset"])] = \
            bytes(end - last["offset"])

    run, event = verify(local, path, rewritten(path, drop))
    assert run.code == 1, run
    assert event["event"] == "file_failed" and event["code"] == "corrupt", run
    for word in ("b.parquet", "row group 0", "column d"):
        assert word in event["error"], event


def first_difference(a, b):
    """Row and column by pyarrow; nothing where they are the same."""
    places = []
    for number, name in enumerate(a.column_names):
        left, right = a.column(name).to_pylist(), b.column(name).to_pylist()
        rows = [i for i, (x, y) in enumerate(zip(left, right)) if repr(x) != repr(y)]
        places += [(rows[0], number, name)] if rows else []
    return min(places) if places else None


def test_random_flips_are_placed_as_pyarrow_places_them(local, tmp_path):
    """One byte of a page's body, in files without checksums: equal, broken or different, and then there."""
    drawn = random.Random(7)
    table = pa.table({
        "i": pa.array([drawn.randrange(50) for _ in range(2000)], pa.int32()),
        "s": pa.array([None if i % 7 == 0 else f"text {i % 19}" for i in range(2000)]),
        "d": pa.array([float(i) for i in range(2000)]),
    })
    path = tmp_path / "a.parquet"
    pq.write_table(table, path, compression="none", row_group_size=500, data_page_size=1000,
                   write_batch_size=100)
    file = File(path)
    places = [page for _, _, meta, _ in file.chunks() for page in file.pages(meta)]
    outcomes = {"same": 0, "differs": 0, "failed": 0}
    for _ in range(150):
        page = drawn.choice(places)
        at = drawn.randrange(body(page).start, body(page).stop)
        mask = drawn.randrange(1, 256)

        def flip(data):
            data[at] ^= mask

        other = rewritten(path, flip)
        run, event = verify(local, path, other)
        try:
            read = pq.read_table(other)
            expected = first_difference(table, read)
        except (pa.ArrowException, OSError, UnicodeDecodeError):
            assert run.code in (1, 6), run
            outcomes["failed"] += 1
            continue
        if expected is None:
            assert run.code == 0, run
            outcomes["same"] += 1
        else:
            assert (event["row"], event["column"]) == (expected[0], expected[2]), (run, expected)
            outcomes["differs"] += 1
    assert outcomes["differs"] > 50, outcomes


# -- files and folders


def folder_of(tmp_path, name, table, pieces):
    folder = tmp_path / name
    folder.mkdir()
    bounds = [0, *sorted(pieces), table.num_rows]
    for n, (begin, end) in enumerate(itertools.pairwise(bounds)):
        pq.write_table(table.slice(begin, end - begin), folder / f"{n:03}.parquet", row_group_size=400)
    return folder


def test_a_folder_is_a_sequence_of_rows_to_a_file(local, tmp_path):
    table = large()
    folder_of(tmp_path, "many", table, [1, 777, 778, 2000])
    pq.write_table(table, tmp_path / "one.parquet", row_group_size=999)
    same(local, "many", "one.parquet")
    same(local, "one.parquet", "many/")
    changed = table.set_column(1, "b", pa.array([0 if i == 2345 else v for i, v in enumerate(
        table.column("b").to_pylist())], pa.int64()))
    pq.write_table(changed, tmp_path / "two.parquet", row_group_size=999)
    found = differs(local, "many", "two.parquet")
    assert (found["column"], found["row"]) == ("b", 2345)
    assert found["at_a"]["uri"].endswith("many/004.parquet") and found["at_a"]["row"] == 345
    assert found["at_a"]["row_group"] == 0
    assert found["at_b"]["row"] == 2345 and found["at_b"]["row_group"] == 2


def test_one_row_more_or_less(local, tmp_path):
    table = large()
    pq.write_table(table, tmp_path / "a.parquet", row_group_size=500)
    pq.write_table(table.slice(0, ROWS - 1), tmp_path / "less.parquet", row_group_size=500)
    pq.write_table(pa.concat_tables([table, table.slice(0, 1)]), tmp_path / "more.parquet")
    less = differs(local, "a.parquet", "less.parquet")
    assert less["row"] == ROWS - 1 and less["at_a"]["value"] == "a row", less
    assert less["at_a"]["row_group"] == 5 and less["at_b"]["value"] == "no row", less
    more = differs(local, "a.parquet", "more.parquet")
    assert more["row"] == ROWS and more["at_b"] == {**more["at_b"], "row_group": 0, "row": ROWS}, more
    for other in ("less.parquet", "more.parquet"):
        found = differs(local, "a.parquet", other, "--unordered")
        assert "numbers of rows" in found["what"], found


def test_rows_in_another_order(local, tmp_path):
    table = large()
    order = list(range(ROWS))
    random.Random(3).shuffle(order)
    pq.write_table(table, tmp_path / "a.parquet", row_group_size=600)
    folder_of(tmp_path, "b", table.take(order), [100, 2500])
    assert differs(local, "a.parquet", "b")["row"] == 0
    same(local, "a.parquet", "b", "--unordered")
    same(local, "b", "a.parquet", "--unordered")


def test_rows_count_as_often_as_they_are_there(local, tmp_path):
    table = pa.table({"a": [1, 1, 2], "b": ["x", "x", "y"]})
    pq.write_table(table, tmp_path / "a.parquet")
    pq.write_table(table.take([0, 2, 2]), tmp_path / "b.parquet")
    found = differs(local, "a.parquet", "b.parquet", "--unordered")
    assert found["column"] == "a, b", found


def test_values_that_change_places_between_rows(local, tmp_path):
    """Every column by itself has the same values."""
    pq.write_table(pa.table({"a": [1, 2], "b": ["x", "y"]}), tmp_path / "a.parquet")
    pq.write_table(pa.table({"a": [1, 2], "b": ["y", "x"]}), tmp_path / "b.parquet")
    found = differs(local, "a.parquet", "b.parquet", "--unordered")
    assert found["what"] == "each column has the same values, but they make other rows"


def test_values_that_change_places_between_columns(local, tmp_path):
    """Swapped columns of one type, and a null that moves between them."""
    pq.write_table(pa.table({"a": [1, None], "b": [None, 3]}), tmp_path / "a.parquet")
    pq.write_table(pa.table({"a": [None, 1], "b": [3, None]}), tmp_path / "same.parquet")
    pq.write_table(pa.table({"a": [None, 3], "b": [1, None]}), tmp_path / "swapped.parquet")
    same(local, "a.parquet", "same.parquet", "--unordered")
    differs(local, "a.parquet", "swapped.parquet", "--unordered")


def test_columns_are_matched_by_name_where_order_does_not_count(local, tmp_path):
    pq.write_table(large(), tmp_path / "a.parquet")
    pq.write_table(large().select(list(reversed(large().column_names))), tmp_path / "b.parquet")
    same(local, "a.parquet", "b.parquet", "--unordered")
    assert "another order" in differs(local, "a.parquet", "b.parquet")["what"]


def test_folders_are_paired_by_name(local, tmp_path):
    for side in ("a", "b"):
        (tmp_path / side / "sub").mkdir(parents=True)
        for name in ("x.parquet", "sub/y.parq"):
            (tmp_path / side / name).write_bytes(s3_tables.parquet(seed=5))
    (tmp_path / "a" / "notes.txt").write_text("no Parquet")
    same(local, "a", "b")
    (tmp_path / "a" / "only.parquet").write_bytes(s3_tables.parquet())
    (tmp_path / "b" / "broken.parquet").write_bytes(b"PAR1 broken PAR1")
    (tmp_path / "a" / "broken.parquet").write_bytes(s3_tables.parquet())
    (tmp_path / "b" / "x.parquet").write_bytes(s3_tables.parquet(seed=6))
    run, _ = verify(local, "a", "b")
    assert run.code == 6
    kinds = {e["a"].rsplit("/a/")[1]: e["event"] for e in run.events if "a" in e and e["event"] != "summary"}
    assert kinds == {"x.parquet": "file_differs", "only.parquet": "file_differs",
                     "broken.parquet": "file_failed", "sub/y.parq": "file_same"}
    assert [run.summary[k] for k in ("same", "different", "failed")] == [1, 2, 1]
    text = local.run("verify", "a", "b")
    assert text.code == 6
    for words in ("only.parquet against", "the file is on one side only", "column value, row 0",
                  "Same 1 pair, different 2, failed 1", "broken.parquet: error: "):
        assert words in text.out, text


@pytest.mark.parametrize("words, code, says", [
    (["a.parquet"], 2, "verify needs two locations"),
    (["a.parquet", "b.parquet", "c.parquet"], 2, "unexpected argument 'c.parquet'"),
    (["a.parquet", "nowhere"], 3, "nowhere"),
    (["a.parquet", "memory://b/x"], 2, "memory://"),
    (["empty", "empty"], 3, "Nothing was compared"),
])
def test_wrong_use(words, code, says, local, tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "a.parquet").write_bytes(s3_tables.parquet())
    (tmp_path / "b.parquet").write_bytes(s3_tables.parquet())
    run = local.run("verify", *words)
    assert run.code == code and says in run.err, run


def test_a_file_that_cannot_be_read_is_named(local, tmp_path):
    (tmp_path / "a.parquet").write_bytes(s3_tables.parquet())
    (tmp_path / "b.parquet").write_bytes(s3_tables.parquet()[:-100])
    run, event = verify(local, "a.parquet", "b.parquet")
    assert run.code == 1 and "b.parquet" in event["error"] and event["action"], run


def test_files_without_rows(local, tmp_path):
    table = large(40)
    table = table.drop_columns(["f"])
    pq.write_table(table.slice(0, 0), tmp_path / "a.parquet")
    duckdb.sql(f"copy (select {DUCKDB_COLUMNS} from '{tmp_path}/a.parquet') to '{tmp_path}/b.parquet'")
    same(local, "a.parquet", "b.parquet")
    pq.write_table(table, tmp_path / "c.parquet")
    assert differs(local, "a.parquet", "c.parquet")["row"] == 0


def test_memory_is_bounded(local, tmp_path):
    """Row groups of 20 MB of values against others, in less."""
    table = pa.table({"a": pa.array(range(2_000_000)), "b": pa.array([f"{i}" for i in range(2_000_000)])})
    pq.write_table(table, tmp_path / "a.parquet", row_group_size=2_000_000)
    pq.write_table(table, tmp_path / "b.parquet", row_group_size=300_000)
    same(local, "a.parquet", "b.parquet", "--memory-limit", "24MiB", "--workers", "2")
    same(local, "a.parquet", "b.parquet", "--memory-limit", "64MiB", "--unordered")


def test_on_s3(pqpack, bucket, tmp_path):
    """Two prefixes, and a prefix against a folder; a small file is one GET on each side."""
    (tmp_path / "here").mkdir()
    for n in range(3):
        data = s3_tables.parquet(rows=50, seed=n)
        bucket.put(f"a/{n}.parquet", data)
        bucket.put(f"b/{n}.parquet", s3_tables.parquet(rows=50, seed=n, row_group_size=20))
        (tmp_path / "here" / f"{n}.parquet").write_bytes(data)
    run, _ = verify(pqpack, bucket.uri("a"), bucket.uri("b"), "--stat")
    assert run.code == 0 and run.summary["requests"]["GetObject"]["requests"] == 6, run
    same(pqpack, bucket.uri("a"), tmp_path / "here")
    bucket.put("b/1.parquet", s3_tables.parquet(rows=50, seed=9))
    found = differs(pqpack, tmp_path / "here" / "1.parquet", bucket.uri("b/1.parquet"))
    assert found["column"] == "value" and found["at_b"]["uri"] == bucket.uri("b/1.parquet")
    assert pqpack.run("verify", bucket.uri("a"), bucket.uri("nothing")).code == 3


def test_large_files_on_s3(pqpack, bucket):
    """Row groups that end elsewhere, in files of several blocks."""
    bucket.put("a.parquet", s3_tables.large(20 << 20, row_group_bytes=3 << 20))
    bucket.put("b.parquet", s3_tables.large(20 << 20, row_group_bytes=3 << 20))
    same(pqpack, bucket.uri("a.parquet"), bucket.uri("b.parquet"))


def test_json_is_one_object_a_line(local, tmp_path):
    write_column(tmp_path / "a.parquet", ["\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16")],
                 pa.string())
    write_column(tmp_path / "b.parquet", ["b"], pa.string())
    run = local.run("verify", "a.parquet", "b.parquet", "--output", "json")
    lines = [json.loads(line) for line in run.out.splitlines()]
    assert [line["event"] for line in lines] == ["file_differs", "summary"]
    assert all(line["v"] == 1 for line in lines)


def test_the_same_file_under_every_table(local, tmp_path):
    for name, table in {"scalars": tables.scalars(), "nested": tables.nested()}.items():
        pq.write_table(table, tmp_path / "a.parquet")
        pq.write_table(table, tmp_path / "b.parquet", row_group_size=7, data_page_version="2.0",
                       compression="zstd", data_page_size=50, write_batch_size=3)
        same(local, "a.parquet", "b.parquet"), name


# -- proof by structure


def test_the_same_pages_are_proof_enough(local, tmp_path):
    """Without decoding: even where nobody could decode them."""
    pq.write_table(large(), tmp_path / "a.parquet", row_group_size=500)
    data = (tmp_path / "a.parquet").read_bytes()
    (tmp_path / "b.parquet").write_bytes(data)
    run, _ = verify(local, "a.parquet", "b.parquet", "--proof", "structure")
    chunks = 6 * pq.ParquetFile(tmp_path / "a.parquet").metadata.num_columns
    assert run.code == 0, run
    assert (run.summary["chunks_by_structure"], run.summary["chunks_by_content"]) == (chunks, 0)
    run, _ = verify(local, "a.parquet", "b.parquet", "--proof", "content")
    assert (run.summary["chunks_by_structure"], run.summary["chunks_by_content"]) == (0, chunks)


@pytest.mark.parametrize("options, says", [
    ({"compression": "zstd"}, "the codecs differ"),
    ({"data_page_size": 100, "write_batch_size": 10}, "the headers of page"),
    ({"row_group_size": 400}, "the row groups end at other rows"),
    ({"data_page_version": "2.0"}, "the headers of page"),
])  # fmt: skip
def test_other_pages_need_proof_by_content(options, says, local, tmp_path):
    pq.write_table(large(), tmp_path / "a.parquet", row_group_size=500)
    pq.write_table(large(), tmp_path / "b.parquet", **{"row_group_size": 500, **options})
    found = differs(local, "a.parquet", "b.parquet", "--proof", "structure")
    assert found["what"].startswith("not proven by structure: " + says), found
    same(local, "a.parquet", "b.parquet", "--proof", "auto")


def test_a_column_that_changed_among_copied_ones(local, tmp_path):
    """Each chunk has its own proof: structure for the copied ones, content for the others."""
    table = large()
    pq.write_table(table, tmp_path / "a.parquet", row_group_size=500)
    pq.write_table(table, tmp_path / "b.parquet", row_group_size=500, use_dictionary=["s"])
    run, _ = verify(local, "a.parquet", "b.parquet")
    assert run.code == 0 and run.summary["chunks_by_structure"] > 0, run
    assert run.summary["chunks_by_content"] > 0, run


def test_every_changed_byte_of_a_page_is_seen_by_structure(local, tmp_path):
    path = plain(tmp_path)
    file = File(path)
    drawn = random.Random(11)
    places = [page for _, _, meta, _ in file.chunks() for page in file.pages(meta)]
    for _ in range(30):
        page = drawn.choice(places)
        at = drawn.randrange(body(page).start, body(page).stop)

        def flip(data):
            data[at] ^= 1 << drawn.randrange(8)

        found = differs(local, path, rewritten(path, flip), "--proof", "structure")
        assert "the bytes of page" in found["what"], found


def test_structure_knows_no_order_of_rows(local, tmp_path):
    (tmp_path / "a.parquet").write_bytes(s3_tables.parquet())
    run = local.run("verify", "a.parquet", "a.parquet", "--proof", "structure", "--unordered")
    assert run.code == 2 and "--unordered" in run.err, run


# -- hostile files


def test_damaged_files_end_no_run(local, tmp_path):
    """Hundreds of cuts and flips against the good file: the same, different or refused, each by name."""
    drawn = random.Random(5)
    source = tmp_path / "source.parquet"
    pq.write_table(tables.nested(), source, row_group_size=50, compression="none")
    good_bytes = source.read_bytes()
    footer = len(good_bytes) - 8 - int.from_bytes(good_bytes[-8:-4], "little")
    a, b = tmp_path / "a", tmp_path / "b"
    a.mkdir(), b.mkdir()
    for n in range(300):
        damaged = bytearray(good_bytes)
        if n % 10 == 0:
            del damaged[drawn.randrange(len(damaged)):]
        for _ in range(drawn.randint(1, 4)) if n % 10 else ():
            damaged[drawn.randrange(footer if n % 2 else 0, len(damaged))] ^= drawn.randrange(1, 256)
        (a / f"{n}.parquet").write_bytes(good_bytes)
        (b / f"{n}.parquet").write_bytes(damaged)
    for flags in ([], ["--proof", "content"]):
        run, _ = verify(local, a, b, *flags)
        assert run.code == 6, run.summary
        counts = [run.summary[k] for k in ("same", "different", "failed")]
        assert sum(counts) == 300 and min(counts) > 5, counts
        assert all(e["error"] and e["action"] for e in run.of("file_failed"))
    for path in sorted(b.iterdir())[:60]:
        assert local.run("verify", source, path, "--unordered").code in (0, 1, 6)


def corpus(folder):
    if not CORPUS.is_dir():
        absent = pytest.mark.skip(f"no {CORPUS}; PARQUET_TESTING names a checkout of apache/parquet-testing")
        return [pytest.param("", marks=absent)]
    return sorted(path.name for path in (CORPUS / folder).glob("*.parquet*"))


@pytest.mark.parametrize("name", corpus("data"))
def test_the_corpus_repacked_is_the_same(name, local, tmp_path):
    """Whatever repack takes; what it refuses is held against itself and must not end the run."""
    original = tmp_path / "in" / (name.split(".parquet")[0] + ".parquet")
    original.parent.mkdir()
    original.write_bytes((CORPUS / "data" / name).read_bytes())
    for target in ("generic", "snowflake"):
        repacked = local.repack(original, tmp_path / target / original.name, "--target", target)
        if repacked.code == 0:
            # What no reader decodes, a copy may hold.
            undecodable = name == "large_string_map.brotli.parquet"
            same(local, original, tmp_path / target / original.name, "--proof",
                 "structure" if undecodable else "content")
        else:
            assert local.run("verify", original, original, "--proof", "content").code in (0, 1)


@pytest.mark.parametrize("name", corpus("bad_data"))
def test_bad_data_is_no_crash(name, local, tmp_path):
    run = local.run("verify", CORPUS / "bad_data" / name, CORPUS / "bad_data" / name, "--proof", "content")
    assert run.code in (0, 1), run

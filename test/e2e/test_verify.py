# SPDX-License-Identifier: Apache-2.0
"""pqpack verify: the same rows whatever wrote them and however they lie; every kind of loss is found and
named at its place.  Inputs come from writers that are not ours, and where the place of a difference is
not known beforehand pyarrow and DuckDB say where it is."""

import decimal
import itertools
import json
import random

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from e2e.verified import ROWS, differs, large, same, verify, write_column
from judge.mutations import MUTATIONS, good
from s3 import tables as s3_tables
from writers import tables

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



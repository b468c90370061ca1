# SPDX-License-Identifier: Apache-2.0
"""pqpack verify: proof by structure, which decodes no value."""

import datetime
import decimal
import random

import duckdb
import polars
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from e2e.verified import ROWS, body, differs, first_difference, large, plain, rewritten, same, verify
from judge.footer import File
from s3 import tables as s3_tables



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


@pytest.mark.parametrize("column, encoding", [
    ("a", "DELTA_BINARY_PACKED"), ("s", "DELTA_BYTE_ARRAY"), ("s", "DELTA_LENGTH_BYTE_ARRAY"),
    ("f", "BYTE_STREAM_SPLIT"),
])  # fmt: skip
def test_other_encodings_need_proof_by_content(column, encoding, local, tmp_path):
    options = {"use_dictionary": False, "column_encoding": {column: encoding}}
    pq.write_table(large(), tmp_path / "a.parquet", row_group_size=500)
    pq.write_table(large(), tmp_path / "b.parquet", row_group_size=500, **options)
    found = differs(local, "a.parquet", "b.parquet", "--proof", "structure")
    assert found["column"] == column, found
    assert found["what"].endswith(f"in {encoding} are compared by content only"), found
    run, _ = verify(local, "a.parquet", "b.parquet")
    assert run.code == 0 and run.summary["chunks_by_content"] == 6, run
    # Not where the pages are the same but for their codec.
    pq.write_table(large(), tmp_path / "a.parquet", row_group_size=500, compression="zstd", **options)
    run, _ = verify(local, "a.parquet", "b.parquet", "--proof", "structure")
    assert run.code == 0 and run.summary["bytes_by_recompressed_pages"] > 0, run


def test_a_column_that_changed_among_copied_ones(local, tmp_path):
    """Each chunk has its own proof: structure for the copied ones, content for the others."""
    table = large()
    pq.write_table(table, tmp_path / "a.parquet", row_group_size=500)
    pq.write_table(table, tmp_path / "b.parquet", row_group_size=500, use_dictionary=["s"],
                   column_encoding={"a": "DELTA_BINARY_PACKED"})
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
        assert "the values of page" in found["what"] or "the levels of page" in found["what"], found


def test_structure_knows_no_order_of_rows(local, tmp_path):
    (tmp_path / "a.parquet").write_bytes(s3_tables.parquet())
    run = local.run("verify", "a.parquet", "a.parquet", "--proof", "structure", "--unordered")
    assert run.code == 2 and "--unordered" in run.err, run


# -- the ways in which pages are proven

WAYS = ("same_pages", "recompressed_pages", "rearranged_pages")


def proven(local, a, b, ways=None):
    """By structure alone; in these ways, where they are named."""
    run, _ = verify(local, a, b, "--proof", "structure")
    assert run.code == 0, run
    summary = run.summary
    assert summary["chunks_by_content"] == summary["bytes_by_content"] == 0, run
    found = {way for way in WAYS if summary["bytes_by_" + way]}
    assert found and (ways is None or found == set(ways)), run
    run, _ = verify(local, a, b, "--proof", "content")
    assert run.code == 0 and run.summary["bytes_by_content"] == sum(
        summary["bytes_by_" + way] for way in WAYS), run  # fmt: skip


def everything(rows=ROWS):
    """large(), and what it lacks."""
    table = large(rows)
    table = table.append_column("flag", pa.array([i % 3 == 0 if i % 7 else None for i in range(rows)]))
    table = table.append_column("fixed", pa.array([b"%03d" % (i % 11) for i in range(rows)], pa.binary(3)))
    table = table.append_column("decimal", pa.array(
        [decimal.Decimal(i % 19) for i in range(rows)], pa.decimal128(30, 2)))
    return table.append_column("float", pa.array([float(i % 5) for i in range(rows)], pa.float32()))


@pytest.mark.parametrize("codec", ["zstd", "gzip", "brotli", "lz4", "none"])
def test_another_codec(codec, local, tmp_path):
    pq.write_table(everything(), tmp_path / "a.parquet", compression="snappy", row_group_size=700)
    pq.write_table(everything(), tmp_path / "b.parquet", compression=codec, row_group_size=700)
    proven(local, "a.parquet", "b.parquet", {"recompressed_pages"})
    proven(local, "b.parquet", "a.parquet", {"recompressed_pages"})


@pytest.mark.parametrize("level", [1, 19])
def test_another_compressor(level, local, tmp_path):
    pq.write_table(everything(), tmp_path / "a.parquet", compression="zstd", compression_level=3)
    pq.write_table(everything(), tmp_path / "b.parquet", compression="zstd", compression_level=level)
    proven(local, "a.parquet", "b.parquet")


@pytest.mark.parametrize("codec", ["snappy", "none"])
def test_another_version_of_pages(codec, local, tmp_path):
    """Booleans of version 2 are in RLE."""
    for name, version in (("a", "1.0"), ("b", "2.0")):
        pq.write_table(everything(), tmp_path / f"{name}.parquet", data_page_version=version,
                       compression=codec, row_group_size=900, data_page_size=2000, write_batch_size=100)
    proven(local, "a.parquet", "b.parquet", WAYS)
    proven(local, "b.parquet", "a.parquet", WAYS)


LAYOUTS = {
    "pages": {"data_page_size": 100, "write_batch_size": 7},
    "one row group": {"row_group_size": ROWS},
    "many row groups": {"row_group_size": 97},
    "no dictionary": {"use_dictionary": False},
    "some dictionaries": {"use_dictionary": ["s", "decimal"], "data_page_size": 300, "write_batch_size": 20},
    "all of it": {"row_group_size": 2048, "use_dictionary": ["b", "list.list.element"], "compression": "zstd",
                  "data_page_version": "2.0", "data_page_size": 1000, "write_batch_size": 33},
    "dictionaries that are given up": {"dictionary_pagesize_limit": 200, "write_batch_size": 50},
}  # fmt: skip


@pytest.mark.parametrize("layout", LAYOUTS)
def test_other_pages_and_dictionaries(layout, local, tmp_path):
    pq.write_table(everything(), tmp_path / "a.parquet", row_group_size=500)
    pq.write_table(everything(), tmp_path / "b.parquet", **LAYOUTS[layout])
    proven(local, "a.parquet", "b.parquet")
    proven(local, "b.parquet", "a.parquet")


def encoded(path, indices, entries, **options):
    """A column of texts with its dictionary in this order."""
    array = pa.DictionaryArray.from_arrays(pa.array(indices, pa.int32()), pa.array(entries))
    pq.write_table(pa.table({"c": array}), path, store_schema=False, **options)


def test_a_dictionary_in_another_order(local, tmp_path):
    drawn = random.Random(2)
    indices = [None if i % 9 == 0 else drawn.randrange(20) for i in range(ROWS)]
    entries = [f"entry {i}" for i in range(20)]
    order = drawn.sample(range(20), 20)
    shuffled = [entries[i] for i in order]
    remapped = [None if i is None else order.index(i) for i in indices]
    encoded(tmp_path / "a.parquet", indices, entries)
    encoded(tmp_path / "b.parquet", remapped, shuffled)
    assert pq.read_table(tmp_path / "b.parquet").column("c").to_pylist() == \
        [None if i is None else entries[i] for i in indices]
    proven(local, "a.parquet", "b.parquet", {"rearranged_pages"})
    # Entries that no index names, and one that is there twice.
    encoded(tmp_path / "b.parquet", remapped, [*shuffled, "not used", shuffled[3]])
    proven(local, "a.parquet", "b.parquet", {"rearranged_pages"})
    proven(local, "b.parquet", "a.parquet", {"rearranged_pages"})
    for row in (1, 1500, ROWS - 1):
        wrong = list(remapped)
        wrong[row] = (wrong[row] + 1) % 20
        encoded(tmp_path / "c.parquet", wrong, shuffled)
        differs(local, "a.parquet", "c.parquet", "--proof", "structure")
        assert differs(local, "a.parquet", "c.parquet")["row"] == row
    # The same indices, and one entry that is another one.
    entries[7] = "entry x"
    encoded(tmp_path / "c.parquet", indices, entries)
    differs(local, "a.parquet", "c.parquet", "--proof", "structure")
    assert differs(local, "a.parquet", "c.parquet")["row"] == indices.index(7)


def test_many_small_files_against_one(local, tmp_path):
    table = everything()
    (tmp_path / "many").mkdir()
    for n, at in enumerate(range(0, ROWS, 125)):
        pq.write_table(table.slice(at, 125), tmp_path / "many" / f"{n:03}.parquet")
    pq.write_table(table, tmp_path / "one.parquet")
    proven(local, "many", "one.parquet")
    proven(local, "one.parquet", "many")
    again = pa.concat_tables([table.slice(125, 125), table.slice(0, 125), table.slice(250)])
    pq.write_table(again, tmp_path / "two.parquet")
    differs(local, "many", "two.parquet", "--proof", "structure")
    assert differs(local, "many", "two.parquet")["row"] == 0


@pytest.mark.parametrize("codec", ["snappy", "zstd"])
def test_duckdb_and_polars_against_pyarrow(codec, local, tmp_path):
    pq.write_table(everything().drop_columns(["f", "map", "point", "decimal", "fixed"]), tmp_path / "a.parquet",
                   row_group_size=700)
    duckdb.sql(f"copy (from '{tmp_path}/a.parquet') to '{tmp_path}/duckdb.parquet' "
               f"(format parquet, parquet_version V1, codec {codec}, row_group_size 2048)")
    proven(local, "a.parquet", "duckdb.parquet")
    polars.read_parquet(tmp_path / "a.parquet").write_parquet(tmp_path / "polars.parquet", compression=codec)
    run, _ = verify(local, "a.parquet", "polars.parquet")
    assert run.summary["bytes_by_rearranged_pages"] > run.summary["bytes_by_content"], run


# -- what is wrong under each of these ways


def shop():
    """Values that come often, so that dictionaries are used, and 3,000 that come once."""
    rows = range(ROWS)
    return pa.table({
        "id": pa.array(rows, pa.int64()),
        "time": pa.array([1_700_000_000_000_000 + i % 40 for i in rows], pa.timestamp("us")),
        "price": pa.array([decimal.Decimal(i % 60) / 4 for i in rows], pa.decimal128(9, 2)),
        "text": pa.array([None if i % 10 == 3 else f"text {i % 13}" for i in rows]),
        "list": pa.array([[] if i % 5 == 0 else [i % 7, None] for i in rows], pa.list_(pa.int32())),
        "x": pa.array([i % 11 for i in rows], pa.int32()),
        "y": pa.array([i % 17 for i in rows], pa.int32()),
    })  # fmt: skip


def column(table, name, values):
    at = table.column_names.index(name)
    return table.set_column(at, name, pa.array(values, table.schema.field(name).type))


def value(name, row, new):
    def change(table):
        values = table.column(name).to_pylist()
        assert values[row] != new
        values[row] = new
        return column(table, name, values)

    return change


def moved(name, order):
    return lambda table: column(table, name, [table.column(name)[i].as_py() for i in order])


def swapped(table):
    return column(column(table, "x", table.column("y").to_pylist()), "y", table.column("x").to_pylist())


# Pages of 100 rows begin at 1200 and 2100.  Name, change, column, row.
FAULTS = {
    "a dropped page": (moved("id", [*range(1200), *range(1300, 3000), *range(100)]), "id", 1200),
    "a dropped page of texts": (moved("text", [*range(1200), *range(1300, 3000), *range(100)]), "text", 1200),
    "two swapped pages": (moved("text", [*range(1200), *range(2100, 2200), *range(1300, 2100),
                                         *range(1200, 1300), *range(2200, 3000)]), "text", 1200),
    "two swapped pages of numbers": (moved("id", [*range(1200), *range(2100, 2200), *range(1300, 2100),
                                                  *range(1200, 1300), *range(2200, 3000)]), "id", 1200),
    "a flipped index": (value("text", 1234, "text 5"), "text", 1234),
    "a flipped index of numbers": (value("x", 2999, 3), "x", 2999),
    "a wrong null": (value("text", 1236, None), "text", 1236),
    "a null that is not": (value("text", 2133, "text 1"), "text", 2133),
    "a truncated decimal": (value("price", 1235, decimal.Decimal(8)), "price", 1235),
    "a lost empty list": (value("list", 1500, None), "list.list.element", 1500),
    "a list that is empty": (value("list", 1501, []), "list.list.element", 1501),
    "swapped columns": (swapped, "x", 11),
    "a time": (value("time", 2500, datetime.datetime(2023, 1, 1)), "time", 2500),
}  # fmt: skip

PAGES = {"data_page_size": 1, "write_batch_size": 100}
PAIRS = {
    "same pages": ({}, {}),
    "recompressed": ({}, {"compression": "zstd"}),
    "version 2": ({}, {"data_page_version": "2.0"}),
    "coalesced": ({}, {"data_page_size": 1 << 20, "row_group_size": ROWS, "write_batch_size": ROWS}),
    "mapped": ({"row_group_size": 500}, {"row_group_size": ROWS}),
    "expanded": ({}, {"use_dictionary": False}),
    "expanded and cut": ({"row_group_size": 500}, {"use_dictionary": False, "data_page_size": 1 << 20}),
    "from PLAIN": ({"use_dictionary": False}, {"row_group_size": 800, "compression": "gzip"}),
}  # fmt: skip


@pytest.mark.parametrize("pair", PAIRS)
def test_every_fault_is_found_under_every_way_of_proof(pair, local, tmp_path):
    layout_a, layout_b = PAIRS[pair]
    good_table = shop()
    pq.write_table(good_table, tmp_path / "a.parquet", **{**PAGES, **layout_a})
    pq.write_table(good_table, tmp_path / "b.parquet", **{**PAGES, **layout_b})
    proven(local, "a.parquet", "b.parquet")
    for name, (change, at, row) in FAULTS.items():
        table = change(good_table)
        assert first_difference(good_table, table)[0] == row, name
        pq.write_table(table, tmp_path / "b.parquet", **{**PAGES, **layout_b})
        found = differs(local, "a.parquet", "b.parquet", "--proof", "structure")
        assert found["column"] == at and "not proven by structure" in found["what"], (name, found)
        found = differs(local, "a.parquet", "b.parquet")
        assert (found["column"], found["row"]) == (at, row), (name, found)
        assert found["at_a"]["row"] == row and found["at_b"]["row"] == row, (name, found)


@pytest.mark.parametrize("pair", PAIRS)
def test_another_unit_of_time(pair, local, tmp_path):
    """The same numbers."""
    layout_a, layout_b = PAIRS[pair]
    table = shop().select(["time"])
    pq.write_table(table, tmp_path / "a.parquet", **{**PAGES, **layout_a})
    numbers = table.column("time").cast(pa.int64())
    pq.write_table(pa.table({"time": numbers.cast(pa.timestamp("ms"))}), tmp_path / "b.parquet",
                   **{**PAGES, **layout_b})
    found = differs(local, "a.parquet", "b.parquet", "--proof", "structure")
    assert "declared differently" in found["what"], found


def test_the_ways_are_told(local, tmp_path):
    pq.write_table(shop(), tmp_path / "a.parquet", compression="snappy")
    pq.write_table(shop(), tmp_path / "b.parquet", compression="snappy", use_dictionary=["text", "x"],
                   column_encoding={"y": "DELTA_BINARY_PACKED"})
    text = local.run("verify", "a.parquet", "b.parquet").out
    for words in ("Proven equal: ", "B in the same pages", "B in pages arranged anew", "B by decoding"):
        assert words in text, text
    pq.write_table(shop(), tmp_path / "b.parquet", compression="zstd")
    assert "B in pages compressed anew" in local.run("verify", "a.parquet", "b.parquet").out


def test_a_damaged_page_is_named(local, tmp_path):
    """With file, row group, column and page."""
    pq.write_table(everything(), tmp_path / "a.parquet", compression="zstd", row_group_size=1000)
    pq.write_table(everything(), tmp_path / "b.parquet", compression="snappy", row_group_size=1000,
                   write_page_checksum=True, data_page_size=1000, write_batch_size=100)
    file = File(tmp_path / "b.parquet")
    meta = next(meta for group, number, meta, _ in file.chunks() if (group, number) == (1, 0))
    page = list(file.pages(meta))[3]
    data = bytearray((tmp_path / "b.parquet").read_bytes())
    data[body(page).start + 5] ^= 4
    (tmp_path / "b.parquet").write_bytes(data)
    for flags in ([], ["--proof", "structure"]):
        run, event = verify(local, "a.parquet", "b.parquet", *flags)
        assert run.code == 1 and event["code"] == "corrupt", run
        for words in ("b.parquet", "row group 1", "column a", "page 3", "checksum"):
            assert words in event["error"], event

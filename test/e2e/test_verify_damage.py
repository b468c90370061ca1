# SPDX-License-Identifier: Apache-2.0
"""pqpack verify: bytes of pages that are not what they were, and hostile files.  Where the place of a
difference is not known beforehand pyarrow and DuckDB say where it is."""

import os
import pathlib
import random

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from e2e.verified import (body, differs, first_difference, pages_of, plain, rewritten, same, verify,
                          write_column)
from judge.footer import File
from s3.server import ROOT
from writers import tables

CORPUS = pathlib.Path(
    os.environ.get("PARQUET_TESTING", ROOT.parent / "shared/corpus/parquet-testing")
)


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


AGAINST = {
    "the same pages": ({}, 150),
    "recompressed": ({"compression": "zstd"}, 70),
    "other row groups": ({"row_group_size": 700, "data_page_size": 300}, 70),
    "no dictionary": ({"use_dictionary": False, "row_group_size": 2000}, 70),
    "version 2": ({"data_page_version": "2.0"}, 70),
}


@pytest.mark.parametrize("against", AGAINST)
def test_random_flips_are_placed_as_pyarrow_places_them(against, local, tmp_path):
    """One byte of a page's body, in files without checksums: equal, broken or different, and then there."""
    options, flips = AGAINST[against]
    drawn = random.Random(7)
    table = pa.table({
        "i": pa.array([drawn.randrange(50) for _ in range(2000)], pa.int32()),
        "s": pa.array([None if i % 7 == 0 else f"text {i % 19}" for i in range(2000)]),
        "d": pa.array([float(i) for i in range(2000)]),
    })
    path = tmp_path / "a.parquet"
    pq.write_table(table, path, compression="none", row_group_size=500, data_page_size=1000,
                   write_batch_size=100)
    good = tmp_path / "good.parquet"
    pq.write_table(table, good, **{"compression": "none", "row_group_size": 500, "data_page_size": 1000,
                                   "write_batch_size": 100, **options})
    file = File(path)
    places = [page for _, _, meta, _ in file.chunks() for page in file.pages(meta)]
    outcomes = {"same": 0, "differs": 0, "failed": 0}
    for _ in range(flips):
        page = drawn.choice(places)
        at = drawn.randrange(body(page).start, body(page).stop)
        mask = drawn.randrange(1, 256)

        def flip(data):
            data[at] ^= mask

        other = rewritten(path, flip)
        run, event = verify(local, good, other)
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
    assert outcomes["differs"] > flips / 3, outcomes


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

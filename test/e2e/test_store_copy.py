# SPDX-License-Identifier: Apache-2.0
"""Level 0 on disks: the kernel copies the pages, a new end is written, every reader sees the same."""

import random

import duckdb
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest

from judge.footer import File

ROWS = 60_000


def table():
    rng = random.Random(7)
    return pa.table({
        "id": pa.array(range(ROWS), pa.int64()),
        "noise": pa.array([rng.random() for _ in range(ROWS)]),
        "key": pa.array([None if i % 9 == 0 else f"key {rng.randrange(20_000)}" for i in range(ROWS)]),
        "list": pa.array([None if i % 7 == 0 else [rng.getrandbits(31) for _ in range(i % 4)]
                          for i in range(ROWS)], pa.list_(pa.int32())),
        "point": pa.array([None if i % 11 == 0 else {"x": rng.random(), "y": None if i % 2 else i}
                           for i in range(ROWS)], pa.struct([("x", pa.float64()), ("y", pa.int64())])),
    })  # fmt: skip


# Of each: what pyarrow is asked for.
FILES = {
    "plain": {},
    "indexed": {"write_page_index": True},
    "groups": {"row_group_size": 30_000, "write_page_index": True, "data_page_size": 64 << 10},
    "zstd": {"compression": "zstd", "use_dictionary": False, "write_page_checksum": True},
    "none": {"compression": "none"},
    "v2": {"data_page_version": "2.0", "write_page_index": True},
}


@pytest.fixture(scope="module")
def sources(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sources")
    for name, options in FILES.items():
        pq.write_table(table(), folder / f"{name}.parquet", **options)
        assert (folder / f"{name}.parquet").stat().st_size > 1 << 20
    return folder


def data_end(path):
    """Where the last page ends, by the page headers."""
    file = File(path)
    pages = [page for _, _, meta, _ in file.chunks() for page in file.pages(meta)]
    return max(p["offset"] + p["header_size"] + p["compressed_page_size"] for p in pages)


@pytest.mark.parametrize("target", ["snowflake", "generic", "trino"])
def test_values_survive(target, sources, local, everyone, tmp_path):
    output = tmp_path / "out"
    run = local.repack(sources, output, "--target", target)
    assert run.code == 0, run
    wrong, levels = [], {}
    everyone.prepare([*sources.iterdir(), *output.iterdir()])
    for event in run.of("file_done"):
        name = event["uri"].rsplit("/", 1)[-1]
        levels[name.removesuffix(".parquet")] = event["level"]
        original, copy = sources / name, output / name
        if event["level"] == 0:
            end = data_end(original)
            assert copy.read_bytes()[:end] == original.read_bytes()[:end]
        wrong += [f"{name}: {text}" for text in everyone.complaints(original, copy, target)]
    assert not wrong, "\n".join(wrong)
    # pyarrow counts pages of version 2 as such of version 1; Snowflake does not read them.
    assert levels == {name: 0 for name in FILES} | {"v2": 2 if target == "snowflake" else 1}
    by_store = [n for n, level in levels.items() if level == 0]
    assert run.summary["by_store"] == len(by_store)
    assert run.summary["bytes_by_store"] == sum(
        (sources / f"{name}.parquet").stat().st_size for name in by_store)


@pytest.mark.parametrize("target", ["snowflake", "generic"])
def test_nothing_is_left_to_diagnose(target, sources, local, tmp_path):
    local.repack(sources, tmp_path / "out", "--target", target)
    run = local.run("diagnose", tmp_path / "out", "--target", target, "--deep", "--output", "json")
    left = [(event["uri"], finding["check"]) for event in run.of("file_diagnosed")
            for finding in event["findings"] if finding["severity"] in ("error", "fatal")]
    assert left == [] and len(run.of("file_diagnosed")) == len(FILES)


def test_filters_find_every_row(sources, local, tmp_path):
    """Bounds, dictionaries and page indexes that went along hide none."""
    local.repack(sources, tmp_path / "out", "--target", "generic")
    rows = table()
    for n in (1, 4321, ROWS - 1):
        key, noise = rows["key"][n].as_py(), rows["noise"][n].as_py()
        for name in FILES:
            path = tmp_path / "out" / f"{name}.parquet"
            for column, value in (("id", n), ("key", key), ("noise", noise)):
                if value is None:
                    continue
                expected = rows.filter(ds.field(column) == value)["id"].to_pylist()
                found = ds.dataset(path).to_table(columns=["id"], filter=ds.field(column) == value)
                assert sorted(found["id"].to_pylist()) == expected, (name, column)
                found = duckdb.execute(f"select id from read_parquet(?) where {column} = ? order by id",
                                       [str(path), value]).fetchall()
                assert [row[0] for row in found] == expected, (name, column)


def test_damage_in_pages_stays(sources, local, tmp_path):
    """Pages behind the first ones are not read; `verify` and `diagnose --deep` do that."""
    folder = tmp_path / "in"
    folder.mkdir()
    data = bytearray((sources / "zstd.parquet").read_bytes())
    middle = data_end(sources / "zstd.parquet") // 8  # of the first column, which has a checksum
    data[middle] ^= 1
    (folder / "flipped.parquet").write_bytes(data)
    run = local.repack(folder, tmp_path / "out")
    [done] = run.of("file_done")
    assert done["level"] == 0
    output = (tmp_path / "out" / "flipped.parquet").read_bytes()
    assert output[middle - 9 : middle + 9] == data[middle - 9 : middle + 9]
    assert local.run("diagnose", tmp_path / "out", "--deep").code == 1
    # Asked to look at every value, it is refused.
    assert local.repack(folder, tmp_path / "anew", "--engine", "reencode").code == 1


def test_asked_for_every_value_no_byte_is_copied(sources, local, tmp_path):
    run = local.repack(sources, tmp_path / "out", "--engine", "reencode")
    assert {event["level"] for event in run.of("file_done")} == {3}
    assert run.summary["by_store"] == 0


def test_what_is_there_is_replaced_when_asked(sources, local, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "plain.parquet").write_bytes(b"of another run")
    run = local.repack(sources, tmp_path / "out", "--no-skip-existing")
    assert run.code == 0, run
    assert {event["level"] for event in run.of("file_done")} == {0, 2}
    assert pq.read_table(tmp_path / "out" / "plain.parquet").equals(table())


def test_values_that_decide_on_a_type_are_read(local, tmp_path):
    """Bytes become strings if all of them are."""
    texts = pa.table({"b": pa.array([f"text {i * 7919}".encode() for i in range(200_000)])})
    pq.write_table(texts, tmp_path / "in.parquet", use_dictionary=False, compression="none")
    run = local.repack("in.parquet", "out.parquet", "--target", "snowflake", "--convert-types")
    [done] = run.of("file_done")
    assert done["level"] > 0 and done["not_by_store"] == ["values have to be read"], run
    assert pq.read_schema(tmp_path / "out.parquet").field("b").type == pa.string()


def test_a_dry_run_tells_what_keeps_the_store_from_it(sources, local, tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    pq.write_table(table().slice(0, 100), folder / "small.parquet")
    pq.write_table(pa.table({f"c{i}": range(2000) for i in range(200)}), folder / "wide.parquet",
                   compression="none", use_dictionary=False)
    assert (folder / "wide.parquet").stat().st_size > 1 << 20
    run = local.repack(folder, tmp_path / "out", "--dry-run")
    assert {event["uri"].rsplit("/", 1)[-1]: event["not_by_store"] for event in run.of("file_planned")} == {
        "small.parquet": ["data of up to 1 MiB is read at once"],
        "wide.parquet": ["column chunks are small"],
    }

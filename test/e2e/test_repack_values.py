# SPDX-License-Identifier: Apache-2.0
"""Every writer's files, repacked for every target, hold the same values for every reader."""

import re

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

TARGETS = ["snowflake", "generic"]

# What the tool refuses, and what its message must say.  Everything else it must repack.
REFUSED = {
    "arrow_go": {},
    "duckdb": {},
    "parquet_go": {},
    "polars": {},
    "pyarrow": {"encrypted_columns": "encrypted", "encrypted_footer": "encrypted"},
    "pyarrow_random": {},
}

REFUSED_FOR = {"snowflake": {"arrow_go": {"legacy_null_key_map": "key"}}}

# What a reader says of a good output, and why that is the reader's affair.
KNOWN = {
    # DuckDB takes a group of one field for its field; by LogicalTypes.md both are lists of groups.
    "legacy_thrift_list": "^duckdb: types",
    "legacy_bare_repeated_group": "^duckdb: types",
    # parquet-go 0.25.1 misreads the original: false for true in an RLE boolean page of version 2.
    "seed_36": "^parquet-go: column c0: ",
    # parquet-go 0.25.1 reads no dictionary page of a column of the null type.
    "nested_v2": "^parquet-go: .* dictionary from parquet NULL type",
    # A key that may be null, but is not, becomes required: other levels, same values.
    "legacy_optional_key_map": "^(arrow|parquet)-go: column a: ",
}

# At least so many of a writer's files must be judged by each reader, or the test shows little:
# what is missing are types and files that the reader itself cannot read (null type, decimal 256, ...).
UNREADABLE_AT_MOST = 6


def failures(run):
    """Name of the file without suffix -> what the tool says about it."""
    return {
        re.sub(r"^.*/|\.parquet$", "", event["uri"]): f"{event['error']} {event['action']}"
        for event in run.of("file_failed")
    }


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("writer", sorted(REFUSED))
def test_values_survive(writer, target, engine, local, written, everyone, tmp_path):
    source, destination = written(writer), tmp_path / "out"
    run = local.repack(source, destination, "--target", target, "--engine", engine)
    refused = failures(run)
    expected = REFUSED[writer] | REFUSED_FOR.get(target, {}).get(writer, {})
    wrong = [f"{name} failed: {refused[name]}" for name in sorted(refused.keys() - expected.keys())]
    for name, reason in expected.items():
        if not re.search(reason, refused.get(name, "")):
            wrong.append(
                f"{name} should be refused for {reason!r}: {refused.get(name, 'it was not')}"
            )
    originals = [path for path in sorted(source.iterdir()) if path.stem not in refused]
    everyone.prepare([*originals, *destination.iterdir()])
    for original in originals:
        output = destination / original.name
        if not output.exists():
            wrong.append(f"{original.name}: no output")
            continue
        found = everyone.complaints(original, output, target)
        if (
            writer == "arrow_go" and original.stem != "null_type"
        ):  # nobody's null type, for parquet-go
            found += [f"parquet-go: {text}" for text in everyone.repaired(original, output)]
        known = KNOWN.get(original.stem, "^$")
        wrong += [f"{original.name}: {text}" for text in found[:5] if not re.search(known, text)]
    assert not wrong, "\n".join([*wrong, str(run)])
    assert run.code == (1 if expected else 0), run
    assert not [name for name in refused if (destination / f"{name}.parquet").exists()]
    if writer == "arrow_go":
        everyone.judged.pop("parquet-go")  # reads none of the originals; see everyone.repaired
    assert min(everyone.judged.values()) >= len(originals) - UNREADABLE_AT_MOST, everyone.unread


@pytest.mark.parametrize("target", TARGETS)
def test_a_second_repack_finds_nothing_to_repair(target, engine, local, written, everyone, tmp_path):
    """The output of a repack is fit for its target, so repacking it keeps it as it is."""
    source, once, twice = written("arrow_go"), tmp_path / "once", tmp_path / "twice"
    local.repack(source, once, "--target", target, "--engine", engine)
    run = local.repack(once, twice, "--target", target, "--engine", engine)
    assert run.code == 0, run
    wrong = [
        f"{output.name}: {text}"
        for output in sorted(once.iterdir())
        for text in everyone.complaints(output, twice / output.name, target)
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("codec", ["snappy", "zstd", "gzip", "none"])
def test_compression_is_what_was_asked_for(codec, local, written, everyone, tmp_path):
    source = written("pyarrow") / "codec_brotli.parquet"
    output = tmp_path / "out.parquet"
    run = local.repack(source, output, "--compression", codec)
    assert run.code == 0, run
    name = "UNCOMPRESSED" if codec == "none" else codec.upper()
    found = everyone.complaints(source, output, "snowflake")
    changed = [
        text for text in found if text.startswith("kept: ") and f"codec {{'{name}'}}" in text
    ]
    assert changed and found == changed  # every column's codec, and nothing else


def test_batch_size_changes_no_value(local, written, everyone, tmp_path):
    source = written("pyarrow") / "nested.parquet"
    for size in (1, 7, 300):
        output = tmp_path / f"{size}.parquet"
        run = local.repack(source, output, "--engine", "reencode", "--batch-size", size)
        assert run.code == 0, run
        assert everyone.complaints(source, output, "snowflake") == []


def test_what_only_the_values_tell_is_said(local, tmp_path):
    """Whether bytes are text is known when all of them were read, after the plan."""
    table = pa.table({"text": [b"a"], "noise": [b"\xff"]})
    pq.write_table(table, tmp_path / "bytes.parquet", store_schema=False)
    run = local.repack("bytes.parquet", "out/", "--convert-types")
    assert run.code == 0, run
    [done] = run.of("file_done")
    assert done["repairs"] == ["BYTE_ARRAY -> STRING, every value is UTF-8: text"]
    assert done["warnings"] == ["BYTE_ARRAY stays as it is, not every value is UTF-8: noise"]

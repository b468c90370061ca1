# SPDX-License-Identifier: Apache-2.0
"""apache/parquet-testing: files of many writers, good ones and broken ones.

Every file of data/ is repacked to equal values or refused for the reason that the table names; every
file of bad_data/ is refused or equal.  Never a crash, never a hang.
"""

import os
import pathlib
import re
import shutil

import pytest

from judge.footer import read
from s3.server import ROOT

CORPUS = pathlib.Path(
    os.environ.get("PARQUET_TESTING", ROOT.parent / "shared/corpus/parquet-testing")
)

# data/ files that are refused, and what the message must say.
REFUSED = {
    "datapage_v1-corrupt-checksum.parquet": "CRC checksum",
    "rle-dict-uncompressed-corrupt-checksum.parquet": "CRC checksum",
    "large_string_map.brotli.parquet": "--memory-limit",  # two keys of 1 GiB
    "repeated_no_annotation.parquet": "more rows than the footer's 0",
    "unknown-logical-type.parquet": "logical type .* is not known",
}

# Of these, what no reader decodes and a copy need not.
TOO_LARGE_TO_DECODE = {"large_string_map.brotli.parquet"}

# What a reader does not see equal in a good output, and why that is the reader's affair.
KNOWN = {
    # parquet-go 0.25.1 knows decimals in byte arrays only by their ConvertedType.
    "byte_array_decimal.parquet": "^parquet-go: .* but got BYTE_ARRAY",
    # The keys may be null, but are not; they become required: other levels, same values.
    "incorrect_map_schema.parquet": "^(arrow|parquet)-go: column my_map: ",
}


def files(folder):
    if not CORPUS.is_dir():
        absent = pytest.mark.skip(
            f"no {CORPUS}; PARQUET_TESTING names a checkout of apache/parquet-testing"
        )
        return [pytest.param("", marks=absent)]
    return sorted(path.name for path in (CORPUS / folder).glob("*.parquet*"))


def page_bodies(path):
    file = read(path)
    return [file.data[page["offset"] + page["header_size"]:][:page["compressed_page_size"]]
            for _, _, meta, _ in file.chunks() for page in file.pages(meta)]


def repack(local, source, tmp_path, target, engine):
    """Repacks one file; returns the output, or the tool's reason for refusing it."""
    original = tmp_path / "in" / (source.name.split(".parquet")[0] + ".parquet")
    original.parent.mkdir()
    shutil.copyfile(source, original)
    output = tmp_path / "out" / original.name
    run = local.repack(original, output, "--target", target, "--engine", engine)
    assert run.code in (0, 1), run
    if run.code == 0:
        return original, output, None
    assert not output.exists(), run
    (event,) = run.of("file_failed")
    assert event["uri"].endswith(original.name) and event["error"] and event["action"], event
    return original, None, f"{event['error']} {event['action']}"


@pytest.mark.parametrize("target", ["snowflake", "generic"])
@pytest.mark.parametrize("name", files("data"))
def test_data_is_equal_or_refused_with_its_reason(name, target, engine, local, everyone, tmp_path):
    original, output, reason = repack(local, CORPUS / "data" / name, tmp_path, target, engine)
    expected = REFUSED.get(name, "encrypted" if name.endswith(".encrypted") else None)
    if engine == "auto" and name in TOO_LARGE_TO_DECODE:
        assert reason is None and page_bodies(original) == page_bodies(output), reason
        return
    if expected:
        assert reason and re.search(expected, reason), (
            f"should be refused for {expected!r}: {reason}"
        )
        return
    assert reason is None, reason
    found = everyone.complaints(original, output, target)
    assert [text for text in found if not re.search(KNOWN.get(name, "^$"), text)] == []
    assert any(everyone.judged.values()), everyone.unread


@pytest.mark.parametrize("target", ["snowflake", "generic"])
@pytest.mark.parametrize("name", files("bad_data"))
def test_bad_data_is_refused_or_equal(name, target, engine, local, everyone, tmp_path):
    original, output, reason = repack(local, CORPUS / "bad_data" / name, tmp_path, target, engine)
    if reason is None:
        assert everyone.complaints(original, output, target) == []

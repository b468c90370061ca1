# SPDX-License-Identifier: Apache-2.0
"""pqpack diagnose: what it says of files, of folders and of damaged ones, and what it reads."""

import io
import json
import os
import pathlib
import re
import shutil

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from s3 import tables
from s3.measured import measured
from s3.server import ROOT
from writers.damaged import bombs, flipped, truncated

DATA = ROOT / "test/data"
ARROW_GO = DATA / "arrow_go_18_5_0"
GOOD = DATA / "outputs/plain.parquet"
TARGETS = ["snowflake", "generic", "athena", "trino", "spark", "redshift"]
CORPUS = pathlib.Path(
    os.environ.get("PARQUET_TESTING", ROOT.parent / "shared/corpus/parquet-testing"))
MIB = 1 << 20


def diagnose(command, location, *flags):
    return command.run("diagnose", location, "--output", "json", *flags)


def findings(run, least="warn"):
    """Of the one file of a run: (check, severity)."""
    [event] = run.of("file_diagnosed")
    order = ["warn", "error", "fatal"]
    return {(f["check"], f["severity"]) for f in event["findings"]
            if order.index(f["severity"]) >= order.index(least)}


# -- exit codes and texts


def test_exit_codes(local, tmp_path):
    assert diagnose(local, GOOD, "--target", "generic").code == 0
    assert diagnose(local, GOOD).code == 0  # of another size than is loaded fast: a warning
    assert diagnose(local, ARROW_GO / "nested.parquet").code == 1
    assert diagnose(local, tmp_path / "absent").code == 3
    assert diagnose(local, tmp_path / "absent.parquet").code == 3
    assert diagnose(local, GOOD, "--target", "snowflakes").code == 2
    assert local.run("diagnose").code == 2
    assert local.run("diagnose", "s3://", "--output", "json").code == 2
    (tmp_path / "other").mkdir()
    (tmp_path / "other/readme.txt").write_text("no Parquet")
    nothing = diagnose(local, tmp_path / "other")
    assert nothing.code == 0 and nothing.summary["other_objects"] == 1


def test_one_file_is_told_in_full(local):
    run = local.run("diagnose", ARROW_GO / "nested.parquet", "--target", "snowflake")
    assert run.code == 1 and run.err == ""
    for text in ("written by arrow-go 18.5.0 (trusted)",
                 "error  root-repeated: the schema's root is REPEATED",
                 "repair 1: the root becomes REQUIRED",
                 "least repair for snowflake: 1, footer or page headers; pages are copied",
                 "Load with: COPY INTO"):
        assert text in run.out, (text, run)


def test_what_convert_types_would_change(local):
    run = diagnose(local, ARROW_GO / "flat.parquet")
    assert run.summary["convert_types"] == [
        "nanoseconds", "time-not-utc", "unsigned-integers", "float16", "bare-binary"]
    assert "BINARY_AS_TEXT = FALSE" in run.summary["hint"]
    assert diagnose(local, ARROW_GO / "flat.parquet", "--target", "generic").summary["hint"] == ""


def test_a_folder_is_summed_up(local, tmp_path):
    folder = tmp_path / "many"
    folder.mkdir()
    for n in range(300):
        shutil.copyfile(ARROW_GO / "nested.parquet", folder / f"{n:03}.parquet")
    (folder / "bad.parquet").write_bytes(b"PAR1, but no more")
    run = local.run("diagnose", folder)
    assert run.code == 1
    assert run.out.count("\n") < 40, run
    assert "error  300 files: root-repeated" in run.out
    assert "fatal  1 file: not-parquet" in run.out
    assert "300 files: arrow-go 18.5.0 (trusted): 300 error" in run.out
    assert "Diagnosed 301 files for snowflake: fatal 1, error 300" in run.out
    as_json = diagnose(local, folder)
    assert len(as_json.of("file_diagnosed")) == 301
    assert as_json.summary["by_check"]["root-repeated"] == 300
    assert as_json.summary["by_writer"]["arrow-go 18.5.0"] == 300
    assert (as_json.summary["files"], as_json.summary["fatal"], as_json.summary["error"]) == (301, 1, 300)


def test_json_names_the_place(local):
    run = diagnose(local, ARROW_GO / "empty_row_groups.parquet", "--target", "generic")
    [event] = run.of("file_diagnosed")
    [empty] = [f for f in event["findings"] if f["check"] == "empty-row-group"]
    assert (empty["row_group"], empty["places"], empty["repair"]) == (0, 4, "1")
    [distinct] = [f for f in event["findings"]
                  if f["check"] == "distinct-count-zero" and f["column"] == "id"]
    assert distinct["places"] == 2
    assert event["repair"] == "1" and event["worst"] == "error"


def test_list_of_checks(local):
    text = local.run("diagnose", "--list-checks").out
    lines = local.run("diagnose", "--list-checks", "--output", "json")
    checks = lines.of("check")
    assert len(checks) > 50
    for check in checks:
        assert f"\n{check['id']} " in "\n" + text
        assert check["evidence"] and all(link.startswith("https://") for link in check["evidence"])
        assert list(check["severity"]) == TARGETS
        assert set(check["severity"].values()) <= {"none", "warn", "error", "fatal"}


@pytest.mark.parametrize("number", range(1, 24))
def test_every_row_of_the_table_has_its_check(number, local):
    """docs/diagnose.md says which."""
    [row] = re.findall(rf"^\| {number} \|.*$", (ROOT / "docs/diagnose.md").read_text(), re.M)
    ids = re.findall(r"`([a-z0-9-]+)`", row)
    known = {c["id"] for c in local.run("diagnose", "--list-checks", "--output", "json").of("check")}
    assert ids and set(ids) <= known, row


# -- deep


def test_deep_reads_what_arrow_go_cannot_have_meant(local):
    assert findings(diagnose(local, ARROW_GO / "delta_int32.parquet", "--target", "generic", "--deep"),
                    "error") == {("root-repeated", "error"), ("delta-int32-wide", "error")}


def test_values_that_arrow_go_lost(local):
    """18.5.2: the page's header counts them, the page does not have them."""
    path = DATA / "arrow_go_18_5_2/lost_values.parquet"
    assert ("writer-known-bad", "warn") in findings(diagnose(local, path))
    assert ("values-unreadable", "fatal") in findings(diagnose(local, path, "--deep"))


def test_page_indexes_of_xitongsys(local):
    path = DATA / "xitongsys_1_6_2/indexed.parquet"
    plain = findings(diagnose(local, path, "--target", "athena"))
    assert ("writer-statistics", "warn") in plain
    wrong = findings(diagnose(local, path, "--target", "athena", "--deep"), "error")
    assert {check for check, _ in wrong} & {"page-index-inconsistent", "page-index-wrong"}, wrong


@pytest.mark.parametrize("writer", ["pyarrow", "duckdb", "polars", "parquet_go"])
def test_writers_without_fault_are_found_without_fault(writer, written, local):
    """The format's own rules, every page."""
    run = diagnose(local, written(writer), "--target", "generic", "--deep")
    found = {(pathlib.Path(event["uri"]).stem, f["check"], f["severity"])
             for event in run.of("file_diagnosed") for f in event["findings"]}
    assert {entry for entry in found if entry[2] != "warn"} == {
        "pyarrow": {("empty_row_groups", "empty-row-group", "error"),
                    ("no_columns", "empty-row-group", "error"),
                    ("no_rows", "empty-row-group", "error"),
                    ("encrypted_columns", "encrypted", "error"),
                    ("encrypted_footer", "encrypted", "error")},
    }.get(writer, set())
    assert {check for _, check, severity in found if severity == "warn"} <= {
        "v2-not-compressed", *{"duckdb": ["writer-known-bad"], "parquet_go": ["writer-statistics"]}.get(writer, [])}


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("writer", ["arrow_go", "parquet_go", "duckdb"])
def test_nothing_is_left_after_a_repack(writer, target, written, local, tmp_path):
    local.repack(written(writer), tmp_path / "out", "--target", target)
    run = diagnose(local, tmp_path / "out", "--target", target, "--deep")
    left = {(pathlib.Path(event["uri"]).stem, f["check"])
            for event in run.of("file_diagnosed") for f in event["findings"]
            if f["severity"] in ("error", "fatal")}
    # Types are changed only with --convert-types.
    assert {entry for entry in left if entry[1] not in ("nanoseconds", "float16")} == set()
    assert target == "spark" or not left


# -- what is read


def test_a_small_object_is_one_request(through, proxy, bucket):
    for n in range(5):
        bucket.put(f"in/{n}.parquet", tables.parquet(rows=200, seed=n, row_group_size=50))
    run = diagnose(through, bucket.uri("in"), "--target", "generic")
    assert run.code == 0, run
    assert proxy.counts() == {"ListObjectsV2": 2, "GetObject": 5}


def test_a_large_object_is_a_few_ranges(through, proxy, bucket):
    data = tables.large(30 * MIB)
    etag = bucket.put("a.parquet", data)
    groups = pq.ParquetFile(io.BytesIO(data)).num_row_groups
    run = diagnose(through, bucket.uri("a.parquet"), "--target", "generic", "--stat")
    assert run.code == 0, run
    gets = proxy.of("GetObject")
    assert all(get.headers["if-match"] == f'"{etag}"' for get in gets)
    # The footer, and for each row group its first column; the second one's begin is near.
    assert len(gets) <= 1 + 2 * groups
    assert sum(get.answer_size for get in gets) < MIB
    assert run.summary["requests"]["GetObject"]["requests"] == len(gets)


def test_deep_reads_a_large_object_once(through, proxy, bucket):
    data = tables.large(20 * MIB)
    bucket.put("a.parquet", data)
    assert diagnose(through, bucket.uri("a.parquet"), "--target", "generic", "--deep").code == 0
    assert sum(get.answer_size for get in proxy.of("GetObject")) < len(data) + 2 * MIB


def test_a_missing_bucket_and_wrong_keys(pqpack, s3_server):
    assert diagnose(pqpack, "s3://no-such-bucket/x").code == 3
    run = pqpack.run("diagnose", "s3://no-such-bucket/x", "--output", "json",
                     env={"AWS_SECRET_ACCESS_KEY": "wrong"})
    assert run.code == 3, run


# -- damaged files


def peak_of(folder, home, *flags):
    code, out, peak = measured(home, "diagnose", folder, "--output", "json", *flags)
    return code, [json.loads(line) for line in out.splitlines()], peak


@pytest.mark.parametrize("source", ["arrow_go_18_5_0/flat", "arrow_go_18_5_0/nested",
                                    "outputs/indexed", "bombs"])
def test_damaged_files_are_found(source, tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    if source == "bombs":
        files = dict(bombs())
    else:
        good = (DATA / f"{source}.parquet").read_bytes()
        files = {**dict(truncated(good)), **dict(flipped(good, seed=len(good)))}
    for name, content in files.items():
        (folder / f"{name}.parquet").write_bytes(content)
    for flags in ([], ["--deep"]):
        code, events, peak = peak_of(folder, tmp_path, "--target", "generic", *flags)
        told = {pathlib.Path(e["uri"]).stem: e for e in events
                if e["event"] in ("file_diagnosed", "file_failed")}
        assert set(told) == set(files)
        assert code == (0 if source == "bombs" else 1), events[-1]
        for name, event in told.items():
            if name.startswith("cut-"):
                assert event["worst"] == "fatal", event
        if "SAN_OPTIONS" not in " ".join(os.environ):
            assert peak <= 1 << 30


def test_deep_says_of_a_flip_what_a_reader_meets(tmp_path, local):
    """Where pyarrow can't read a damaged file, --deep finds an error in it."""
    good = (DATA / "outputs/indexed.parquet").read_bytes()
    missed = []
    for name, content in flipped(good, seed=7):
        path = tmp_path / f"{name}.parquet"
        path.write_bytes(content)
    run = diagnose(local, tmp_path, "--target", "generic", "--deep")
    for event in run.of("file_diagnosed"):
        try:
            pq.ParquetFile(event["uri"], page_checksum_verification=True).read()
        except (pa.ArrowException, OSError, UnicodeDecodeError):
            if event["worst"] not in ("error", "fatal"):
                missed.append(event["uri"])
    assert missed == []


# -- the corpus

# What is fatal or an error in a file of parquet-testing by the format's own rules.
FOUND = {
    "byte_array_decimal.parquet": {"encodings-disagree"},
    "column_chunk_key_value_metadata.parquet": {"empty-row-group"},
    "datapage_v1-corrupt-checksum.parquet": {"page-checksum"},
    "nation.dict-malformed.parquet": {"encodings-disagree"},
    "repeated_no_annotation.parquet": {"row-counts"},
    "rle-dict-uncompressed-corrupt-checksum.parquet": {"page-checksum"},
    "ARROW-GH-41317.parquet": {"footer-unreadable"},
    "PARQUET-1481.parquet": {"footer-inconsistent"},
}
UNREAD = {"large_string_map.brotli.parquet"}  # two keys of 1 GiB: more than --memory-limit


def corpus():
    if not CORPUS.is_dir():
        absent = pytest.mark.skip(
            f"no {CORPUS}; PARQUET_TESTING names a checkout of apache/parquet-testing")
        return [pytest.param("", marks=absent)]
    return sorted(str(path.relative_to(CORPUS)) for path in CORPUS.glob("*data/*.parquet*"))


@pytest.mark.parametrize("name", corpus())
def test_files_of_the_corpus(name, local):
    run = diagnose(local, CORPUS / name, "--target", "generic", "--deep")
    base = pathlib.Path(name).name
    if base in UNREAD:
        [failed] = run.of("file_failed")
        assert "--memory-limit" in failed["action"]
        return
    found = {check for check, _ in findings(run, "error")}
    if name.endswith(".encrypted"):
        assert found == {"encrypted"}
    elif base == "ARROW-RS-GH-6229-DICTHEADER.parquet":
        assert {"chunk-outside", "first-page-unreadable"} <= found
    else:
        assert found == FOUND.get(base, set()), run

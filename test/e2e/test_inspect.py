# SPDX-License-Identifier: Apache-2.0
"""`pqpack inspect` held against readers that share no code with it, field by field.

judge.footer says what stands in the bytes, pyarrow and DuckDB what they understand, Python's own zlib
what a checksum should be.
"""

import datetime
import decimal
import pathlib
import shlex
import subprocess
import zlib

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from e2e.test_corpus import CORPUS
from e2e.test_footer_vs_judges import PHYSICAL, REFUSED, SHORT_CHUNKS
from judge.footer import CODEC, DATA_PAGE, DATA_PAGE_V2, DICTIONARY_PAGE, ENCODING, File, page_detail
from judge.thrift import Cursor
from s3 import tables
from s3.command import environment, finish
from s3.program import program
from s3.server import ROOT

KIND = ["DATA_PAGE", "INDEX_PAGE", "DICTIONARY_PAGE", "DATA_PAGE_V2"]
REPETITION = ["REQUIRED", "OPTIONAL", "REPEATED"]
CONVERTED = (
    "UTF8 MAP MAP_KEY_VALUE LIST ENUM DECIMAL DATE TIME_MILLIS TIME_MICROS TIMESTAMP_MILLIS "
    "TIMESTAMP_MICROS UINT_8 UINT_16 UINT_32 UINT_64 INT_8 INT_16 INT_32 INT_64 JSON BSON INTERVAL"
).split()
STATISTICS = ["min", "max", "min_value", "max_value"]
COUNTS = ["null_count", "distinct_count", "nan_count", "is_min_value_exact", "is_max_value_exact"]

# What these readers refuse, which is their affair.
DUCKDB_CANNOT = {"map_no_value.parquet"}  # MAP_KEY_VALUE requires two children
PYARROW_CANNOT = {"incorrect_map_schema.parquet"}  # Map keys must be annotated as required

# Files with a checksum that is wrong on purpose, and how many pages have one.
WRONG_CRC = {"datapage_v1-corrupt-checksum.parquet": 2, "rle-dict-uncompressed-corrupt-checksum.parquet": 2}


def inspect(local, path, *flags):
    run = local.run("inspect", path, "--output", "json", *flags)
    assert all(event["v"] == 1 for event in run.events), run
    assert run.summary["exit_code"] == run.code, run
    return run


def corpus():
    found = [*ROOT.glob("demo/data/**/*.parquet"), *ROOT.glob("test/data/**/*.parquet")]
    found += [path for path in CORPUS.glob("*data/*.parquet")
              if path.name not in REFUSED or path.name == "repeated_no_annotation.parquet"]
    assert found
    return [pytest.param(path, id=path.name) for path in sorted(found)]


def text(value):
    return value.decode("utf-8", "replace")


def present(pairs):
    return {key: value for key, value in pairs.items() if value is not None}


def statistics(judged):
    """What the judge has, in the tool's form; bounds as hex only."""
    if judged is None:
        return None
    bounds = {f"{name}_hex": judged[name].hex() for name in STATISTICS if name in judged}
    return bounds | {name: judged[name] for name in COUNTS if name in judged}


def without_text(said):
    if said is None:
        return None
    assert {name for name in STATISTICS if name in said} == {
        name for name in STATISTICS if f"{name}_hex" in said}, "each bound comes twice"
    return {key: value for key, value in said.items() if key not in STATISTICS}


def levels(elements):
    """(depth, definition level, repetition level, leaf number or None) of each schema element."""
    found, leaf = [], 0

    def node(depth, definition, repetition):
        nonlocal leaf
        element = elements[len(found)]
        if depth > 0:
            definition += element["repetition_type"] != 0
            repetition += element["repetition_type"] == 2
        is_leaf = "type" in element
        found.append((depth, definition, repetition, leaf if is_leaf else None))
        leaf += is_leaf
        for _ in range(element.get("num_children", 0)):
            node(depth + 1, definition, repetition)

    node(0, 0, 0)
    assert len(found) == len(elements)
    return found


def check_file(event, judge, path):
    assert event["uri"] == str(path)
    assert event["size"] == len(judge.data)
    assert event["footer_offset"] == judge.footer_at
    assert event["footer_length"] == len(judge.data) - 8 - judge.footer_at
    assert event["footer_whole"] is True
    assert event["version"] == judge.meta["version"]
    assert event["rows"] == judge.meta["num_rows"]
    assert event["row_groups"] == len(judge.meta["row_groups"])
    created_by = judge.meta.get("created_by")
    assert event["created_by"] == (text(created_by) if created_by is not None else None)
    pairs = [(text(pair["key"]), text(pair["value"]) if "value" in pair else None)
             for pair in judge.meta.get("key_value_metadata", [])]
    assert [(pair["key"], pair["value"]) for pair in event.get("key_values", [])] == pairs


def check_schema(events, judge):
    elements = judge.meta["schema"]
    assert len(events) == len(elements)
    for number, (said, element, level) in enumerate(zip(events, elements, levels(elements), strict=True)):
        assert said["element"] == number
        assert said["name"] == text(element["name"])
        assert (said["depth"], said["max_definition_level"], said["max_repetition_level"],
                said["column"]) == level
        expected = present({
            "repetition": REPETITION[element["repetition_type"]] if "repetition_type" in element else None,
            "physical_type": PHYSICAL[element["type"]] if "type" in element else None,
            "converted_type": CONVERTED[element["converted_type"]] if "converted_type" in element else None,
            **{name: element.get(name) for name in ("type_length", "scale", "precision", "field_id")},
            "children": element.get("num_children"),
        })
        said_of_these = {name: said[name] for name in (
            "repetition", "physical_type", "converted_type", "type_length", "scale", "precision",
            "field_id", "children") if name in said}
        assert said_of_these == expected
        assert ("logical_type" in said) == ("logicalType" in element)


def check_chunk(said, chunk):
    meta = chunk["meta_data"]
    expected = {
        "path_in_schema": [text(name) for name in meta["path_in_schema"]],
        "physical_type": PHYSICAL[meta["type"]],
        "codec": CODEC[meta["codec"]],
        "encodings": [ENCODING[each] for each in meta["encodings"]],
        "values": meta["num_values"],
        "compressed_size": meta["total_compressed_size"],
        "uncompressed_size": meta["total_uncompressed_size"],
        "data_page_offset": meta["data_page_offset"],
        "file_offset": chunk["file_offset"],
        **{name: meta.get(name) for name in (
            "index_page_offset", "dictionary_page_offset", "bloom_filter_offset")},
        **{name: chunk.get(name) for name in (
            "offset_index_offset", "offset_index_length", "column_index_offset", "column_index_length")},
    }
    assert {name: said.get(name) for name in expected} == expected
    assert without_text(said.get("statistics")) == statistics(meta.get("statistics"))
    stats = meta.get("encoding_stats")
    assert said.get("encoding_stats") == (stats and [
        {"page_type": KIND[each["page_type"]], "encoding": ENCODING[each["encoding"]],
         "count": each["count"]} for each in stats])


def check_page(said, page, data):
    detail = page_detail(page)
    expected = {
        "offset": page["offset"],
        "header_size": page["header_size"],
        "kind": KIND[page["type"]],
        "compressed_size": page["compressed_page_size"],
        "uncompressed_size": page["uncompressed_page_size"],
        "values": detail.get("num_values"),
        "encoding": ENCODING[detail["encoding"]] if detail else None,
        "rows": detail.get("num_rows"),
    }
    if page["type"] == DATA_PAGE:
        expected |= {"definition_levels": ENCODING[detail["definition_level_encoding"]],
                     "repetition_levels": ENCODING[detail["repetition_level_encoding"]]}
    if page["type"] == DATA_PAGE_V2:
        expected |= {"is_compressed": detail.get("is_compressed", True),
                     "definition_levels_size": detail["definition_levels_byte_length"],
                     "repetition_levels_size": detail["repetition_levels_byte_length"],
                     "nulls": detail["num_nulls"], "nulls_from": "header"}
    if page["type"] == DICTIONARY_PAGE:
        expected |= {"is_sorted": detail.get("is_sorted")}
    assert {name: said.get(name) for name in expected} == expected
    assert without_text(said.get("statistics")) == statistics(detail.get("statistics"))
    body = page["offset"] + page["header_size"]
    crc = zlib.crc32(data[body : body + page["compressed_page_size"]])
    state = "absent" if "crc" not in page else "ok" if page["crc"] & 0xFFFFFFFF == crc else "wrong"
    assert said["crc"] == state


def check_indexes(events, judge, chunk):
    """The indexes of one chunk, read here by their field numbers in parquet.thrift."""
    by_name = {event["event"]: event for event in events}
    if chunk.get("offset_index_offset") is None:
        assert "offset_index" not in by_name
    else:
        index = Cursor(judge.data, chunk["offset_index_offset"]).struct()
        assert by_name["offset_index"]["pages"] == [
            {"offset": page[1], "compressed_page_size": page[2], "first_row_index": page[3]}
            for page in index[1]]
    if chunk.get("column_index_offset") is None:
        assert "column_index" not in by_name
    else:
        index, said = Cursor(judge.data, chunk["column_index_offset"]).struct(), by_name["column_index"]
        assert said["null_pages"] == index[1]
        assert said["min_values_hex"] == [value.hex() for value in index[2]]
        assert said["max_values_hex"] == [value.hex() for value in index[3]]
        assert said["boundary_order"] == ["UNORDERED", "ASCENDING", "DESCENDING"][index[4]]
        assert said.get("null_counts") == index.get(5)
        assert said.get("repetition_level_histograms") == index.get(6)
        assert said.get("definition_level_histograms") == index.get(7)
        assert len(said["min_values"]) == len(index[2])
    offset = chunk["meta_data"].get("bloom_filter_offset")
    if offset is None:
        assert "bloom_filter" not in by_name
    else:
        cursor = Cursor(judge.data, offset)
        header, said = cursor.struct(), by_name["bloom_filter"]
        assert (said["offset"], said["header_size"], said["size"]) == (offset, cursor.at - offset, header[1])
        assert (said["algorithm"], said["hash"], said["compression"]) == (1, 1, 1)


def check_against_duckdb(path, run):
    """Another reader's view of the chunks."""
    columns = "row_group_id, column_id, num_values, total_compressed_size, data_page_offset, compression"
    rows = duckdb.sql(f"SELECT {columns} FROM parquet_metadata('{path}') ORDER BY ALL").fetchall()
    mine = [(e["row_group"], e["column"], e["values"], e["compressed_size"], e["data_page_offset"], e["codec"])
            for e in run.of("chunk")]
    assert sorted(mine) == rows


def check_against_pyarrow(path, run):
    """Nulls: what was counted page by page is what the reader finds among the values."""
    file = pq.ParquetFile(path)
    for said in run.of("chunk"):
        column = file.metadata.row_group(said["row_group"]).column(said["column"])
        assert said["path"] == column.path_in_schema
        assert sorted(set(said["encodings"])) == sorted(set(column.encodings))
    flat = [element for element in run.of("schema_element")
            if element.get("column") is not None and element["depth"] == 1
            and element["max_repetition_level"] == 0]
    for element in flat:
        if file.schema_arrow.names.count(element["name"]) != 1:
            continue
        for group in range(file.num_row_groups):
            pages = [e for e in run.of("page") if e["row_group"] == group and "nulls" in e
                     and e["column"] == element["column"]]
            if any(page["nulls"] is None for page in pages):
                continue
            try:
                values = file.read_row_group(group, columns=[element["name"]]).column(0)
            except (OSError, pa.ArrowException):
                continue  # a column that this reader can't decode
            nulls = values.null_count
            assert sum(page["nulls"] for page in pages) == nulls, (element["name"], group)


def check(local, path):
    run = inspect(local, path)
    judge = File(path)
    (event,) = run.of("file")
    check_file(event, judge, path)
    check_schema(run.of("schema_element"), judge)
    groups = run.of("row_group")
    assert [(e["row_group"], e["rows"], e["columns"], e["total_byte_size"], e.get("file_offset"),
             e.get("total_compressed_size"), e.get("ordinal")) for e in groups] == [
        (number, group["num_rows"], len(group["columns"]), group["total_byte_size"],
         group.get("file_offset"), group.get("total_compressed_size"), group.get("ordinal"))
        for number, group in enumerate(judge.meta["row_groups"])]
    chunks = list(judge.chunks())
    events = {}
    for each in run.events:
        if each.get("column") is not None and "row_group" in each:
            events.setdefault((each["row_group"], each["column"]), []).append(each)
    assert list(events) == [(group, column) for group, column, _, _ in chunks]
    for group, column, meta, chunk in chunks:
        mine = events[group, column]
        assert mine[0]["event"] == "chunk"
        check_chunk(mine[0], chunk)
        check_indexes(mine, judge, chunk)
        if meta["num_values"] == 0 or path.name in SHORT_CHUNKS:
            continue
        pages = [event for event in mine if event["event"] == "page"]
        assert [page["page"] for page in pages] == list(range(len(pages)))
        for said, page in zip(pages, judge.pages(meta), strict=True):
            check_page(said, page, judge.data)
    return run


@pytest.mark.parametrize("path", corpus())
def test_everything_is_what_other_readers_see(local, path):
    run = check(local, path)
    bad = path.name in WRONG_CRC or path.name in SHORT_CHUNKS or path.name in REFUSED
    assert run.code == (1 if bad else 0), run
    assert run.summary["crc"].get("wrong", 0) == WRONG_CRC.get(path.name, 0)
    if bad:
        return
    if path.name not in DUCKDB_CANNOT:
        check_against_duckdb(path, run)
    if path.name not in PYARROW_CANNOT:
        check_against_pyarrow(path, run)


@pytest.mark.parametrize("writer", ["pyarrow", "polars", "duckdb", "arrow_go", "parquet_go"])
def test_files_of_every_writer(local, written, writer):
    paths = sorted(written(writer).rglob("*.parquet"))
    assert len(paths) >= 3
    for path in paths:
        if is_encrypted(path):
            continue
        run = check(local, path)
        assert run.code == 0, run
        try:
            check_against_pyarrow(path, run)
        except pa.ArrowInvalid as error:  # what arrow-go writes for maps
            assert "Map keys must be annotated as required" in str(error), path


def is_encrypted(path):
    return path.read_bytes()[-4:] != b"PAR1" or "encryption_algorithm" in File(path).meta


# -- what is said of values


def test_bounds_are_printed_by_type(local, tmp_path):
    """Compared with what pyarrow makes of the same statistics."""
    utc = datetime.timezone.utc
    columns = {
        "date": pa.array([datetime.date(1, 2, 3), datetime.date(2024, 2, 29)]),
        "ms": pa.array([datetime.datetime(1969, 12, 31, 23, 59, 59, 999000),
                        datetime.datetime(2023, 11, 14, 22, 13, 20)], pa.timestamp("ms")),
        "us": pa.array([datetime.datetime(1900, 1, 1, tzinfo=utc),
                        datetime.datetime(2262, 1, 1, 1, 2, 3, 4, tzinfo=utc)], pa.timestamp("us", "UTC")),
        "time": pa.array([datetime.time(0, 0), datetime.time(23, 59, 59, 123456)]),
        "decimal": pa.array([decimal.Decimal("-123456789012345678901234567890.12"), decimal.Decimal("0.05")],
                            pa.decimal128(38, 2)),
        "int": pa.array([-(2**63), 2**63 - 1]),
        "unsigned": pa.array([0, 2**64 - 1], pa.uint64()),
        "float": pa.array([-1.5, 0.1], pa.float64()),
        "bool": pa.array([False, True]),
        "string": pa.array(["", "Grüße"]),
        "binary": pa.array([b"\x00\x1b", b"\xff"]),
    }
    path = tmp_path / "typed.parquet"
    pq.write_table(pa.table(columns), path)
    meta = pq.read_metadata(path).row_group(0)
    said = {chunk["path"]: chunk["statistics"] for chunk in inspect(local, path).of("chunk")}

    def expected(value):
        if isinstance(value, bool):
            return str(value).lower()
        if isinstance(value, bytes):
            return "0x" + value.hex()
        if isinstance(value, str):
            return f'"{value}"'
        if isinstance(value, datetime.datetime):
            plain = value.replace(tzinfo=None).isoformat(" ")
            plain = plain.rstrip("0") if "." in plain else plain
            return plain + ("Z" if value.tzinfo else "")
        if isinstance(value, float):
            return repr(value)
        return str(value)

    for number, name in enumerate(columns):
        stats = meta.column(number).statistics
        assert said[name]["min_value"] == expected(stats.min), name
        assert said[name]["max_value"] == expected(stats.max), name


def test_key_values_are_whole_in_json_and_cut_in_text(local, tmp_path):
    path = tmp_path / "a.parquet"
    value = "x" * 100_000 + "end"
    schema = pa.schema([("a", pa.int64())], metadata={"long": value, "bytes": b"\xff\x00\x1b[31m"})
    pq.write_table(pa.table({"a": [1]}, schema=schema), path)
    pairs = {pair["key"]: pair for pair in inspect(local, path).of("file")[0]["key_values"]}
    assert pairs["long"]["value"] == value and "value_hex" not in pairs["long"]
    assert pairs["bytes"]["value_hex"] == b"\xff\x00\x1b[31m".hex()
    said = local.run("inspect", path).out
    assert "100,003 bytes" in said and "xxx..." in said and "end" not in said.replace("depend", "")
    assert "\\xff\\x00\\x1b[31m" in said


# -- the command


@pytest.fixture
def nested(tmp_path):
    path = tmp_path / "n.parquet"
    table = pa.table({"id": pa.array(range(1000)),
                      "s": pa.array([{"x": i, "y": str(i)} for i in range(1000)]),
                      "sx": pa.array([1.5] * 1000)})
    pq.write_table(table, path, row_group_size=400, write_page_index=True, write_page_checksum=True,
                   data_page_size=1000, max_rows_per_page=100)
    return path


def test_selection(local, nested):
    all_of_it = inspect(local, nested)
    assert {e["path"] for e in all_of_it.of("chunk")} == {"id", "s.x", "s.y", "sx"}
    some = inspect(local, nested, "--row-group", 1, "--column", "s")
    assert [(e["row_group"], e["path"]) for e in some.of("chunk")] == [(1, "s.x"), (1, "s.y")]
    assert [e["name"] for e in some.of("schema_element")] == ["schema", "s", "x", "y"]
    for kind in ("chunk", "page", "column_index", "offset_index"):
        assert some.of(kind) == [e for e in all_of_it.of(kind)
                                 if e["row_group"] == 1 and e["path"] in ("s.x", "s.y")], kind
    assert len(some.of("page")) > 2


@pytest.mark.parametrize("flags, says", [
    (["--row-group", "3"], ["--row-group 3", "3 row groups", "0 to 2"]),
    (["--row-group", "-1"], ["--row-group", "'-1'"]),
    (["--column", "idd"], ["--column idd", "Did you mean id?"]),
    (["--column", "s."], ["--column s."]),
    (["--read", "all"], ["--read", "footer, headers or bodies"]),
    (["--output", "xml"], ["--output"]),
    (["another.parquet"], ["unexpected argument 'another.parquet'"]),
])
def test_wrong_use(local, nested, flags, says):
    run = local.run("inspect", nested, *flags)
    assert run.code == 2 and run.out == "" and run.err.count("\n") == 1, run
    assert [word for word in says if word not in run.err] == [], run
    assert local.run("inspect", nested, *flags, "--output", "json").summary["exit_code"] == 2


def test_what_is_no_file(local, nested, tmp_path):
    folder = local.run("inspect", tmp_path)
    assert folder.code == 2 and folder.out == "", folder
    assert f"{tmp_path} is a folder" in folder.err and str(nested) in folder.err, folder
    assert local.run("inspect", f"{tmp_path}/").code == 2
    missing = local.run("inspect", tmp_path / "no.parquet")
    assert missing.code == 3 and "no.parquet: no such file" in missing.err, missing
    assert local.run("inspect", f"{tmp_path}/no/").code == 3
    nothing = local.run("inspect")
    assert nothing.code == 2 and "inspect needs a file" in nothing.err, nothing


def test_how_deep_it_looks(local, nested):
    bodies = inspect(local, nested)
    headers = inspect(local, nested, "--read", "headers")
    footer = inspect(local, nested, "--read", "footer")
    assert {e["crc"] for e in bodies.of("page")} == {"ok"}
    assert {e["crc"] for e in headers.of("page")} == {"not checked"}
    assert {e["nulls_from"] for e in bodies.of("page") if "nulls" in e} == {"levels"}
    assert [e["offset"] for e in headers.of("page")] == [e["offset"] for e in bodies.of("page")]
    assert headers.of("column_index") == bodies.of("column_index") != []
    assert not footer.of("page") and not footer.of("column_index")
    assert footer.of("chunk") == bodies.of("chunk")
    assert bodies.summary["crc"] == {"ok": len(bodies.of("page"))}


def test_text_says_the_same_and_fits(local, nested):
    events = inspect(local, nested)
    brief, long = local.run("inspect", nested).out, local.run("inspect", nested, "--pages").out
    for said in (brief, long):
        assert max(map(len, said.splitlines()[1:])) <= 80  # behind the file's name
        for chunk in events.of("chunk"):
            assert chunk["path"] in said
    for page in events.of("page"):
        values = page.get("nulls")
        row = (f"{page['page']:>6} {page['offset']:>12} {page['header_size']:>6} "
               f"{page['compressed_size']:>10} {page['uncompressed_size']:>10} {page['values']:>9} "
               f"{'-' if values is None else values:>7} {page.get('rows', '-'):>7} ok")
        assert row in long.splitlines() and row not in brief.splitlines()
    assert "3 row groups" in brief and "1,000 rows" in brief
    assert len(long.splitlines()) > len(brief.splitlines())


def test_names_reach_no_terminal_as_they_are(local, tmp_path):
    evil = "a\x1b]0;owned\x07\x1b[2J\n\u009b31m"
    path = tmp_path / "evil\x1b[31m.parquet"
    schema = pa.schema([(evil, pa.string())], metadata={evil: evil})
    pq.write_table(pa.table({evil: [evil, evil * 100]}, schema=schema), path)
    for flags in ([], ["--pages"], ["--column", "nothing"]):
        run = local.run("inspect", path, *flags)
        assert run.code == (2 if flags == ["--column", "nothing"] else 0), run
        printed = run.out + run.err
        assert not {c for c in printed if c != "\n" and (ord(c) < 32 or 127 <= ord(c) < 160)}, run
        assert "\\x1b" in printed


def examples():
    said = subprocess.run([program("pqpack"), "inspect", "--help"], capture_output=True, text=True,
                          check=True).stdout
    lines = [line.strip() for line in said.partition("\nExamples\n")[2].splitlines()]
    found = [line for line in lines if not line.startswith("#")]
    assert len(found) >= 4
    return found


def test_examples_of_help_work(s3_server, tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "a.parquet").write_bytes(tables.parquet(seed=1))
    s3_server.s3.create_bucket(Bucket="inspected")
    s3_server.s3.put_object(Bucket="inspected", Key="orig/0.parquet", Body=tables.parquet(seed=2))
    for line in examples():
        words = shlex.split(line.replace("s3://lake/", "s3://inspected/"))
        run = finish(subprocess.Popen([program("pqpack"), *words[1:]], stdout=subprocess.PIPE,
                                      stderr=subprocess.PIPE, cwd=tmp_path,
                                      env=environment(s3_server.url, tmp_path)))
        assert run.code == 0 and run.out and not run.err, (line, run)


# -- on S3


def test_a_small_object_is_one_get(through, proxy, bucket, local, tmp_path):
    data = tables.parquet()
    etag = bucket.put("in/a.parquet", data)
    run = inspect(through, bucket.uri("in/a.parquet"))
    assert run.code == 0, run
    assert proxy.counts() == {"ListObjectsV2": 1, "GetObject": 1}
    (get,) = proxy.of("GetObject")
    assert get.headers["if-match"] == f'"{etag}"'
    assert run.summary["bytes_in"] == len(data)
    (tmp_path / "a.parquet").write_bytes(data)
    here = inspect(local, tmp_path / "a.parquet")
    assert [e for e in run.events if e["event"] not in ("file", "summary")] == [
        e for e in here.events if e["event"] not in ("file", "summary")]


def test_a_large_object_is_read_in_ranges(through, proxy, bucket):
    data = tables.large(40 << 20)
    etag = bucket.put("in/a.parquet", data)
    uri = bucket.uri("in/a.parquet")

    def gets(*flags):
        before = len(proxy.of("GetObject"))
        run = inspect(through, uri, *flags)
        assert run.code == 0, run
        made = proxy.of("GetObject")[before:]
        assert all(get.headers["if-match"] == f'"{etag}"' for get in made)
        return run, len(made), sum(get.answer_size for get in made)

    run, count, size = gets()
    assert size <= len(data) + (1 << 20) and count <= len(data) / (8 << 20) + 2
    assert run.summary["bytes_in"] == size
    footer, count, size = gets("--read", "footer")
    assert (count, size) == (1, 64 << 10)
    assert footer.of("chunk") == run.of("chunk")
    part, count, size = gets("--row-group", "1", "--column", run.of("chunk")[0]["path"])
    (chunk,) = part.of("chunk")
    assert len(part.of("page")) >= 1
    assert size <= chunk["compressed_size"] + (3 << 20), "the chunk's blocks and the tail"


def test_an_object_that_changes_is_said_to(through, bucket, proxy):
    assert through.run("inspect", bucket.uri("nothing.parquet")).code == 3
    bucket.put("in/a.parquet", tables.parquet())
    folder = through.run("inspect", bucket.uri("in"))
    assert folder.code == 2 and "is a folder" in folder.err and "in/a.parquet" in folder.err, folder
    assert through.run("inspect", "s3://no-such-bucket-here/a.parquet").code == 3
    wrong = through.run("inspect", bucket.uri("in/a.parquet"), env={"AWS_SECRET_ACCESS_KEY": "wrong"})
    assert wrong.code == 3 and wrong.err.count("\n") == 1, wrong

# SPDX-License-Identifier: Apache-2.0
"""For the tests of pqpack verify: runs of it, and files that are changed byte by byte."""

import pyarrow as pa
import pyarrow.parquet as pq

from judge.footer import DICTIONARY_PAGE, File
from judge.mutations import good

ROWS = 3000


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


def write_column(path, values, kind, **options):
    pq.write_table(pa.table({"c": pa.array(values, kind)}), path, **options)


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


def first_difference(a, b):
    """Row and column by pyarrow; nothing where they are the same."""
    places = []
    for number, name in enumerate(a.column_names):
        left, right = a.column(name).to_pylist(), b.column(name).to_pylist()
        rows = [i for i, (x, y) in enumerate(zip(left, right)) if repr(x) != repr(y)]
        places += [(rows[0], number, name)] if rows else []
    return min(places) if places else None

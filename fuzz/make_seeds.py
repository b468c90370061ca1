#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes seeds/TARGET/*, from which the fuzzers start, out of the files of test/data.

Small on purpose: a seed a kind of structure and writer.  What test/data has none of is built here.
"""

import pathlib
import shutil
import struct
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "test"))

from judge.footer import File  # noqa: E402

LARGEST = 8_000

BLOOM_HEADER = bytes.fromhex("1580101c1c00001c1c00001c1c00000000")
# Runs of 1, 3 and 20 bits: repeated, packed, both.
RUNS = {
    1: [b"\x20\x01", b"\x03\xaa", b"\x10\x00\x05\x0f\xf0"],
    3: [b"\x10\x05", b"\x03\x88\xc6\xfa", b"\x03\x88\xc6\xfa\xc8\x01\x02"],
    20: [b"\x10\x56\x34\x02", b"\x03" + bytes(range(20))],
}


def seeds():
    """(target, name, bytes)"""
    for path in sorted((HERE.parent / "test/data").glob("**/*.parquet")):
        file = File(path)
        name = f"{path.parent.name}-{path.stem}"
        yield "footer", name, file.data[file.footer_at : -8]
        seen = set()
        for _, column, meta, chunk in file.chunks():
            for which, part in enumerate(("offset", "column")):
                if f"{part}_index_offset" in chunk:
                    at, size = chunk[f"{part}_index_offset"], chunk[f"{part}_index_length"]
                    kind = which, size // 32
                    if kind not in seen:
                        yield "index", f"{name}-{part}-{column}", bytes([which]) + file.data[at : at + size]
                    seen.add(kind)
            if meta["num_values"] == 0:
                continue
            for page in file.pages(meta):
                size = page["header_size"] + page["compressed_page_size"]
                kind = page["type"], page["header_size"] // 16
                if kind not in seen and size <= 600:
                    seen.add(kind)
                    at = page["offset"]
                    yield "page_header", f"{name}-{at}", file.data[at : at + size]
    yield "index", "bloom", b"\x02" + BLOOM_HEADER
    for width, streams in RUNS.items():
        for i, runs in enumerate(streams):
            yield "hybrid", f"{width}-{i}", struct.pack("<HB", 8, width) + runs
            if width <= 3:
                level = (1 << width) - 1
                body = struct.pack("<I", len(runs)) + runs
                yield "levels", f"{width}-{i}", struct.pack("<BBH", level, level, 8) + body + body
                yield "levels", f"flat-{width}-{i}", struct.pack("<BBH", 0, level, 8) + body + b"values"


def main():
    shutil.rmtree(HERE / "seeds", ignore_errors=True)
    for target, name, data in seeds():
        if len(data) <= LARGEST:
            path = HERE / "seeds" / target / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)


main()

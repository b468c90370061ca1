# SPDX-License-Identifier: Apache-2.0
"""Good files made bad: cut, with bits flipped, and small ones that unpack to much."""

import io
import random

import pyarrow as pa
import pyarrow.parquet as pq

CUTS, FLIPS = 50, 250


def truncated(source: bytes):
    """At every fiftieth of its length."""
    for n in range(CUTS):
        yield f"cut-{n:02}", source[: len(source) * n // CUTS]


def flipped(source: bytes, seed: int):
    """One to four bytes changed, half of them in the footer, which decides the most."""
    drawn = random.Random(seed)
    footer = len(source) - 8 - int.from_bytes(source[-8:-4], "little")
    for n in range(FLIPS):
        damaged = bytearray(source)
        first = footer if n % 2 else 0
        for _ in range(drawn.randint(1, 4)):
            damaged[drawn.randrange(first, len(source))] ^= drawn.randrange(1, 256)
        yield f"flip-{n:03}", bytes(damaged)


def bombs():
    """Small files that unpack to much."""
    zeros = pa.table({"a": pa.array([b"\0" * (1 << 20)] * 200)})
    for codec in ("zstd", "gzip", "brotli", "lz4"):
        out = io.BytesIO()
        pq.write_table(zeros, out, compression=codec, use_dictionary=False, data_page_size=1 << 30,
                       write_batch_size=1 << 20)
        yield f"bomb-{codec}", out.getvalue()

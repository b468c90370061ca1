# SPDX-License-Identifier: Apache-2.0
"""`pqpack inspect` on files that are cut, flipped, lying and broken by others: it ends soon, takes little
memory, shows what stands before the damage and says in one line what is wrong and where."""

import json
import os
import random
import subprocess

import pyarrow as pa
import pytest

from e2e.test_corpus import CORPUS
from e2e.test_hostile import bombs, flipped
from judge.footer import File
from s3.command import environment
from s3.measured import measured
from s3.program import program
from s3.server import ROOT

SOURCES = ["test/data/arrow_go_18_5_0/flat.parquet", "test/data/arrow_go_18_5_0/nested.parquet",
           "test/data/outputs/indexed.parquet"]
CUTS = 50
MOST_MEMORY = 512 << 20
HANG = 120


class Seen:
    """One run: exit code, output, peak resident bytes."""

    def __init__(self, path, *flags):
        process = subprocess.Popen([program("pqpack"), "inspect", path, *flags], stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, env=environment(None, path.parent))
        try:
            out, err = process.communicate(timeout=HANG)
        except subprocess.TimeoutExpired:
            process.kill()
            raise AssertionError(f"{path} {flags}: hung") from None
        self.code, self.out, self.err = process.returncode, out.decode(), err.decode()

    @property
    def events(self):
        return [json.loads(line) for line in self.out.splitlines()]

    def of(self, event):
        return [e for e in self.events if e["event"] == event]


def looked_at(path, forms=([], ["--pages"], ["--read", "footer"], ["--read", "headers"])):
    """As JSON and as text; what is true of each file however broken."""
    seen = Seen(path, "--output", "json")
    assert seen.code in (0, 1), (path, seen.code, seen.err)
    assert seen.events[-1]["event"] == "summary" and seen.events[-1]["exit_code"] == seen.code
    if seen.code == 0:
        assert seen.err == "" and not seen.of("broken") and not seen.of("error")
    else:
        (error,) = seen.of("error")
        assert seen.err.startswith("error: ") and seen.err.count("\n") == 1, seen.err
        assert str(path) in seen.err and error["action"] in seen.err
        assert seen.of("broken")[0]["error"].split(": ")[-1] in error["error"]
    for event in seen.of("page"):  # nothing is claimed that does not lie in the file
        assert 4 <= event["offset"] < path.stat().st_size
    for flags in forms:
        text = Seen(path, *flags)
        assert text.code in (0, 1), (path, flags, text.code, text.err)
        assert max(map(len, text.out.splitlines()[1:]), default=0) <= 80, (path, flags)
        printed = text.out + text.err
        assert not {c for c in printed if c != "\n" and (ord(c) < 32 or 127 <= ord(c) < 160)}, path
        if not flags:
            assert text.code == seen.code and text.err == seen.err
    return seen


@pytest.mark.parametrize("source", SOURCES)
def test_cut_files_are_read_up_to_the_cut(source, tmp_path):
    original = (ROOT / source).read_bytes()
    whole = sorted(page["offset"] + page["header_size"] + page["compressed_page_size"]
                   for _, _, meta, _ in File(ROOT / source).chunks() if meta["num_values"]
                   for page in File(ROOT / source).pages(meta))
    for n in range(CUTS):
        path = tmp_path / f"cut-{n}.parquet"
        path.write_bytes(original[: len(original) * n // CUTS])
        seen = looked_at(path)
        assert seen.code == 1
        (first, *_) = seen.of("broken")
        assert first["part"] == "footer"
        inside = [end for end in whole if end <= path.stat().st_size]
        pages = seen.of("page")
        ends = [page["offset"] + page["header_size"] + page["compressed_size"] for page in pages]
        # All that is whole, and at the most one that is cut.
        assert ends[: len(inside)] == inside, n
        assert len(ends) - len(inside) in (0, 1)


@pytest.mark.parametrize("source", SOURCES)
def test_cut_footers_keep_what_stands_before(source, tmp_path):
    """The footer's end is taken away, its length made to fit: schema first, then row groups."""
    original, judge = (ROOT / source).read_bytes(), File(ROOT / source)
    footer = original[judge.footer_at : -8]
    most = 0
    for n in range(0, CUTS):
        part = footer[: len(footer) * n // CUTS]
        path = tmp_path / f"footer-{n}.parquet"
        path.write_bytes(original[: judge.footer_at] + part + len(part).to_bytes(4, "little") + b"PAR1")
        seen = looked_at(path)
        assert seen.code == 1
        elements = seen.of("schema_element")
        assert [e["name"] for e in elements] == [
            e["name"].decode() for e in judge.meta["schema"][: len(elements)]]
        most = max(most, len(seen.of("row_group")))
        if not seen.of("row_group"):
            assert seen.of("page"), "without row groups there are still pages"
    assert most >= len(judge.meta["row_groups"]) - 1


@pytest.mark.parametrize("source", SOURCES)
def test_flipped_files(source, tmp_path):
    original = (ROOT / source).read_bytes()
    codes = []
    for name, damaged in flipped(original, seed=len(original) + 5):
        path = tmp_path / f"{name}.parquet"
        path.write_bytes(damaged)
        codes.append(looked_at(path, forms=([], ["--pages"])).code)
    assert codes.count(1) > len(codes) / 4, "most flips of a footer are found"


@pytest.mark.parametrize("folder", ["data", "bad_data"])
def test_the_corpus(folder):
    if not CORPUS.is_dir():
        pytest.skip(f"no {CORPUS}; PARQUET_TESTING names a checkout of apache/parquet-testing")
    paths = sorted((CORPUS / folder).glob("*.parquet*"))
    assert len(paths) > 3
    codes = {path.name: looked_at(path).code for path in paths}
    if folder == "bad_data":
        assert {name for name, code in codes.items() if code == 1} == {
            "ARROW-GH-41317.parquet", "ARROW-RS-GH-6229-DICTHEADER.parquet", "PARQUET-1481.parquet"}


def test_what_is_no_parquet_file(tmp_path):
    contents = {"empty": b"", "short": b"PAR1", "zeros": bytes(5000), "text": b"Hello\n" * 300,
                "magic": b"PAR1" * 100, "encrypted": b"PARE" + bytes(100) + b"\x10\0\0\0PARE",
                "length": b"PAR1" + bytes(100) + b"\xff\xff\xff\x7fPAR1",
                "noise": random.Random(7).randbytes(100_000)}
    for name, content in contents.items():
        path = tmp_path / f"{name}.parquet"
        path.write_bytes(content)
        seen = looked_at(path)
        assert seen.code == 1, name
        assert not seen.of("row_group"), name


# -- footers that lie


def with_footer(original, change):
    """The file with `change(footer bytes)` in place of its footer."""
    length = int.from_bytes(original[-8:-4], "little")
    footer = change(original[-8 - length : -8])
    return original[: -8 - length] + footer + len(footer).to_bytes(4, "little") + b"PAR1"


def varint(value):
    out = b""
    while value >= 128:
        out, value = out + bytes([value & 127 | 128]), value >> 7
    return out + bytes([value])


def zigzag(value):
    return varint(value << 1 if value >= 0 else (-value << 1) - 1)


def struct(*fields):
    """(id, kind, bytes) in order of their ids."""
    out, last = b"", 0
    for number, kind, value in fields:
        out, last = out + bytes([(number - last) << 4 | kind]) + value, number
    return out + b"\0"


I32, I64, BINARY, LIST, STRUCT = 5, 6, 8, 9, 12


def listed(kind, values):
    head = bytes([len(values) << 4 | kind]) if len(values) < 15 else bytes([0xF0 | kind]) + varint(len(values))
    return head + b"".join(values)


def chunk(offset, size, index_offset, index_length):
    meta = struct((1, I32, zigzag(1)), (2, LIST, listed(I32, [zigzag(0)])),
                  (3, LIST, listed(BINARY, [varint(1) + b"a"])), (4, I32, zigzag(6)), (5, I64, zigzag(8)),
                  (6, I64, zigzag(size)), (7, I64, zigzag(size)), (9, I64, zigzag(offset)),
                  (14, I64, zigzag(index_offset)))
    return struct((2, I64, zigzag(0)), (3, STRUCT, meta), (4, I64, zigzag(index_offset)),
                  (5, I32, zigzag(index_length)), (6, I64, zigzag(index_offset)), (7, I32, zigzag(index_length)))


def lying(chunks, body):
    """One INT32 column; a row group per chunk."""
    schema = [struct((4, BINARY, varint(1) + b"r"), (5, I32, zigzag(1))),
              struct((1, I32, zigzag(1)), (3, I32, zigzag(1)), (4, BINARY, varint(1) + b"a"))]
    groups = [struct((1, LIST, listed(STRUCT, [each])), (2, I64, zigzag(1)), (3, I64, zigzag(8))) for each in chunks]
    footer = struct((1, I32, zigzag(2)), (2, LIST, listed(STRUCT, schema)), (3, I64, zigzag(8 * len(chunks))),
                    (4, LIST, listed(STRUCT, groups)))
    return b"PAR1" + body + footer + len(footer).to_bytes(4, "little") + b"PAR1"


def page(body, values=8, plain=None, **more):
    header = struct((1, I32, zigzag(0)), (2, I32, zigzag(len(body) if plain is None else plain)),
                    (3, I32, zigzag(len(body))),
                    (5, STRUCT, struct((1, I32, zigzag(values)), (2, I32, zigzag(0)), (3, I32, zigzag(3)),
                                       (4, I32, zigzag(3)))))
    return header + body


def peak(path):
    """Resident bytes at the most."""
    code, _, size = measured(path.parent, "inspect", path)
    assert code in (0, 1), path
    return size


def lies():
    """Name and content of files whose footers claim what is not so."""
    pages = page(b"\x02\0\0\0\x03\x1f") * 2000
    far = [1 << 40, (1 << 63) - 1, -(1 << 63), -1, 0]
    yield "offsets outside", lying([chunk(offset, 100, offset, 100) for offset in far], pages)
    yield "sizes beyond", lying([chunk(4 + 30 * n, 1 << 62, 4, (1 << 31) - 1) for n in range(20)], pages)
    yield "negative", lying([chunk(4, -5, 4, -5)], pages)
    yield "the same bytes ten thousand times", lying([chunk(4, len(pages), 4, len(pages))] * 10_000, pages)
    yield "each a byte later", lying([chunk(4 + n, len(pages), 4 + n, len(pages)) for n in range(10_000)], pages)
    # Far apart, one after the other: every read is another block.
    wide = bytes(48 << 20)
    jumps = [4 + (n * 7919 % 20_000) * 2400 for n in range(20_000)]
    yield "to and fro", lying([chunk(at, 50, at, 50) for at in jumps], wide)
    bomb = pa.compress(bytes(60 << 20), codec="zstd", asbytes=True)
    yield "pages that unpack to much", lying([chunk(4, 3000 * (len(bomb) + 26), 4, 5)],
                                            page(bomb, plain=60 << 20) * 3000)
    claimed = page(b"\x06\0\0\0\xfe\xff\xff\xff\x0f\0", values=(1 << 31) - 1)
    yield "two billion values in ten bytes", lying([chunk(4, 1000 * len(claimed), 4, 5)], claimed * 1000)


@pytest.mark.parametrize("name, content", list(lies()))
def test_lying_footers(name, content, tmp_path):
    path = tmp_path / f"{name.replace(' ', '-')}.parquet"
    path.write_bytes(content)
    seen = Seen(path, "--output", "json")
    assert seen.code in (0, 1), seen.err
    offsets = [event["offset"] for event in seen.of("page")]
    assert len(offsets) == len(set(offsets)), "no page belongs to two chunks"
    assert Seen(path, "--pages").code == seen.code
    if "SAN_OPTIONS" not in " ".join(os.environ):
        assert peak(path) <= MOST_MEMORY


def test_a_billion_elements_are_not_believed(tmp_path):
    original = (ROOT / SOURCES[0]).read_bytes()
    path = tmp_path / "list.parquet"
    path.write_bytes(with_footer(original, lambda footer: struct(
        (1, I32, zigzag(2)), (2, LIST, bytes([0xF0 | STRUCT]) + varint(10**9) + footer))))
    seen = looked_at(path)
    assert seen.code == 1
    if "SAN_OPTIONS" not in " ".join(os.environ):
        assert peak(path) <= MOST_MEMORY


def test_bombs(tmp_path):
    for name, content in bombs():
        path = tmp_path / f"{name}.parquet"
        path.write_bytes(content)
        assert looked_at(path).code == 0
        if "SAN_OPTIONS" not in " ".join(os.environ):
            assert peak(path) <= MOST_MEMORY

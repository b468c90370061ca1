# SPDX-License-Identifier: Apache-2.0
"""Every absolute offset of a file, held against the bytes: it points at what it says, nothing overlaps, and
no byte is anything else's.  (apache/parquet-format: parquet.thrift, PageIndex.md, BloomFilter.md)"""

from judge.footer import DICTIONARY_PAGE, page_detail, read
from judge.thrift import Cursor


def complaints(path):
    """About a file whose writer leaves no gaps."""
    file = read(path)
    taken, found = [(0, 4, "the magic"), (file.footer_at, len(file.data), "the footer")], []
    for group, column, meta, chunk in file.chunks():
        where = f"row group {group}, column {column}"
        pages = file.pages(meta)
        begin = pages[0]["offset"]
        taken.append((begin, begin + meta["total_compressed_size"], where))
        data = [page for page in pages if page["type"] != DICTIONARY_PAGE]
        rows = file.meta["row_groups"][group]["num_rows"]
        for kind, about in (("offset_index", lambda c: _offset_index(c, data, rows)),
                            ("column_index", lambda c: _column_index(c, data)), ("bloom_filter", None)):  # fmt: skip
            holder = meta if kind == "bloom_filter" else chunk
            if (at := holder.get(f"{kind}_offset")) is None:
                continue
            length = holder[f"{kind}_length"]
            taken.append((at, at + length, f"{where}, {kind}"))
            cursor = Cursor(file.data[: at + length], at)
            content = cursor.struct()
            if about is None:
                good = cursor.at + content[1] == at + length
                found += [] if good else [f"{where}: Bloom filter of another length"]
                continue
            found += [f"{where}: {text}" for text in about(content)]
            found += [] if cursor.at == at + length else [f"{where}: {kind} of another length"]
    taken.sort()
    for (_, end, one), (begin, _, other) in zip(taken, taken[1:]):
        if begin != end:
            found.append(f"{begin - end} bytes between {one} and {other}")
    return found


def _offset_index(index, data, rows):
    places = [(place[1], place[2]) for place in index[1]]
    real = [(page["offset"], page["header_size"] + page["compressed_page_size"]) for page in data]
    if places != real:
        return [f"offset index has pages at {places[:5]}, they are at {real[:5]}"]
    firsts = [place[3] for place in index[1]]
    found = []
    if firsts[0] != 0 or any(a >= b for a, b in zip(firsts, [*firsts[1:], rows])):
        found.append(f"first rows of pages {firsts[:9]} of {rows}")
    for page, first, after in zip(data, firsts, [*firsts[1:], rows]):
        detail = page_detail(page)
        if after - first > detail["num_values"] or detail.get("num_rows", after - first) != after - first:
            found.append(f"a page of {detail['num_values']} values has {after - first} rows")
    return found


def _column_index(index, data):
    lists = {number: index[number] for number in (1, 2, 3, 5) if number in index}
    if any(len(one) != len(data) for one in lists.values()):
        return [f"column index of {[len(one) for one in lists.values()]} pages, there are {len(data)}"]
    return []

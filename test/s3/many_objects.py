# SPDX-License-Identifier: Apache-2.0
"""A bucket with any number of objects, all with the same bytes: answers of a FaultProxy.

A real server over 100,000 files would spend its time on the files; what is tested with this is our
side of a long listing.  `in/` has the objects, `out/` is empty and swallows what is put.
"""

import re

from s3.faults import Page, answer_bytes

PAGE = 1000  # keys per page, as on S3
ETAG = "0123456789abcdef0123456789abcdef"
NO_SERVER = 1  # a port for proxies that answer everything themselves


class ManyObjects:
    """`names(n)` gives the n-th name below in/, in order."""

    def __init__(self, count: int, content: bytes, names):
        self.count, self.content, self.names = count, content, names
        self.on_page = lambda page: None  # called before a page of in/ is answered, from 0
        self.on_get = lambda: None

    def serve(self, proxy) -> None:
        proxy.on("ListObjectsV2", self.list)
        proxy.on("ListMultipartUploads", Page(200, b"<ListMultipartUploadsResult/>"))
        proxy.on("GetObject", self.get)
        proxy.on("PutObject", self.put)

    def list(self, exchange):
        first, keys = int(exchange.record.query.get("continuation-token", "0")), []
        if exchange.record.query["prefix"] == "in/":
            self.on_page(first // PAGE)
            keys = [f"in/{self.names(n)}" for n in range(first, min(first + PAGE, self.count))]
        more = first + PAGE < self.count and bool(keys)
        contents = "".join(
            f"<Contents><Key>{key}</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified>"
            f"<ETag>&quot;{ETAG}&quot;</ETag><Size>{len(self.content)}</Size></Contents>"
            for key in keys)
        token = f"<NextContinuationToken>{first + PAGE}</NextContinuationToken>" if more else ""
        Page(200, (
            '<?xml version="1.0" encoding="UTF-8"?>'
            '<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
            f"<KeyCount>{len(keys)}</KeyCount><IsTruncated>{str(more).lower()}</IsTruncated>"
            f"{token}{contents}</ListBucketResult>").encode())(exchange)

    def get(self, exchange):
        self.on_get()
        asked = re.fullmatch(r"bytes=(\d+)-(\d+)", exchange.record.headers["range"])
        first, last = int(asked[1]), min(int(asked[2]), len(self.content) - 1)
        body = self.content[first : last + 1]
        headers = {"ETag": f'"{ETAG}"', "Content-Range": f"bytes {first}-{last}/{len(self.content)}"}
        exchange.send(answer_bytes(206, body, headers) + body)

    def put(self, exchange):
        exchange.send(answer_bytes(200, b"", {"ETag": f'"{ETAG}"'}))

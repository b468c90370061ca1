# SPDX-License-Identifier: Apache-2.0
"""HTTP/1.1 messages read off a socket and kept as the bytes they were.

A proxy that stands between a signing client and the server may not touch a header: SigV4 covers
Host and every x-amz-*.  So a message keeps its head verbatim beside the parsed view of it.
RFC 9112: https://www.rfc-editor.org/rfc/rfc9112
"""

import dataclasses


class Closed(Exception):
    """The other side closed the connection where a message would begin, or inside one."""


@dataclasses.dataclass
class Message:
    start: str  # request line or status line
    head: bytes  # start line and headers, with the empty line at the end
    headers: dict[str, str]  # lower-case names; of a repeated one the last
    body: bytes = b""  # without chunk framing
    framed: bytes = b""  # the body as it travelled

    @property
    def status(self) -> int:
        return int(self.start.split(" ", 2)[1])

    @property
    def keep_alive(self) -> bool:
        return self.headers.get("connection", "").lower() != "close"


def read_head(stream) -> Message:
    """Reads up to the empty line; the body is still in the stream."""
    head = bytearray()
    while True:
        line = stream.readline()
        if not line:
            raise Closed(bytes(head))
        if not head and line == b"\r\n":
            continue  # RFC 9112, 2.2: empty lines before a start line are to be ignored
        head += line
        if line == b"\r\n":
            break
    start, *fields = bytes(head).decode("latin-1").split("\r\n")[:-2]
    headers = {}
    for field in fields:
        name, _, value = field.partition(":")
        headers[name.strip().lower()] = value.strip()
    return Message(start, bytes(head), headers)


def read_body(stream, message: Message, has_body: bool = True) -> None:
    """Fills message.body.  has_body is False for answers that have none by their request."""
    if not has_body:
        return
    if message.headers.get("transfer-encoding", "").lower() == "chunked":
        _read_chunks(stream, message)
        return
    length = message.headers.get("content-length")
    if length is not None:
        message.body = message.framed = _read_exactly(stream, int(length))
    elif message.start.startswith("HTTP/"):
        message.body = message.framed = stream.read()  # an answer that ends with its connection


def _read_exactly(stream, size: int) -> bytes:
    data = stream.read(size)
    if len(data) != size:
        raise Closed(f"{len(data)} of {size} bytes")
    return data


def _read_chunks(stream, message: Message) -> None:
    framed, body = bytearray(), bytearray()
    while True:
        line = stream.readline()
        framed += line
        size = int(line.split(b";")[0] or b"-1", 16)
        if size < 0:
            raise Closed("inside a chunked body")
        if size == 0:
            break
        chunk = _read_exactly(stream, size + 2)
        framed += chunk
        body += chunk[:-2]
    while line not in (b"\r\n", b""):  # trailers
        line = stream.readline()
        framed += line
    message.body, message.framed = bytes(body), bytes(framed)


def without_header(head: bytes, name: str) -> bytes:
    lines = head.split(b"\r\n")
    prefix = name.lower().encode() + b":"
    return b"\r\n".join(line for line in lines if not line.lower().startswith(prefix))

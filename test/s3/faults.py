# SPDX-License-Identifier: Apache-2.0
"""What a fault proxy can do to one exchange between a client and an S3 server.

A fault is called with the exchange in place of plain forwarding.  It may look at the request,
forward it or not, and send what it likes.  Returning Exchange.CLOSE ends the connection.
Error codes: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
"""

import email.utils
import json
import threading
import time

CLOSE = "close"  # what a fault returns to end the client's connection


def error_body(code: str, message: str, extra: str = "") -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<Error><Code>{code}</Code><Message>{message}</Message>{extra}"
        "<RequestId>TESTREQUEST</RequestId><HostId>dGVzdA==</HostId></Error>"
    ).encode()


def answer_bytes(status: int, body: bytes, headers: dict[str, str] | None = None) -> bytes:
    fields = {"Content-Type": "application/xml", "Content-Length": str(len(body)),
              "Date": email.utils.formatdate(usegmt=True), **(headers or {})}
    lines = [f"HTTP/1.1 {status} Scripted", *(f"{name}: {value}" for name, value in fields.items())]
    return "\r\n".join(lines).encode() + b"\r\n\r\n"


class Answer:
    """Answers by itself; the server never hears of the request."""

    def __init__(self, status, code, message="scripted by the test", extra="", headers=None):
        self.status, self.code, self.headers = status, code, headers
        self.body = error_body(code, message, extra)

    def __call__(self, exchange):
        body = b"" if exchange.record.method == "HEAD" else self.body
        exchange.record.status = self.status
        exchange.send(answer_bytes(self.status, self.body, self.headers) + body)


class Page(Answer):
    """Answers with any body, such as the HTML of something that is no S3."""

    def __init__(self, status: int, body: bytes):
        super().__init__(status, "")
        self.body = body


class JsonError(Page):
    """An error of one of AWS's JSON services."""

    def __init__(self, status: int, code: str, message: str = "scripted by the test"):
        super().__init__(status, json.dumps({"__type": code, "Message": message}).encode())


def slow_down(retry_after: int | None = None) -> Answer:
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    return Answer(503, "SlowDown", "Please reduce your request rate.", headers=headers)


def internal_error() -> Answer:
    return Answer(500, "InternalError", "We encountered an internal error. Please try again.")


def conflict() -> Answer:
    return Answer(409, "ConditionalRequestConflict", "A conflicting operation occurred.")


def expired_token() -> Answer:
    return Answer(400, "ExpiredToken", "The provided token has expired.")


def time_skewed() -> Answer:
    return Answer(403, "RequestTimeTooSkewed", "The difference between the times is too large.")


def error_in_200(code: str = "InternalError") -> Answer:
    """What Complete, CopyObject and UploadPartCopy answer when they fail after their 200 went out."""
    return Answer(200, code, "We encountered an internal error. Please try again.")


def other_region(status: int, region: str) -> Answer:
    """301 PermanentRedirect, or 400 AuthorizationHeaderMalformed: the bucket lives elsewhere."""
    code = "PermanentRedirect" if status == 301 else "AuthorizationHeaderMalformed"
    return Answer(status, code, f"The bucket is in {region}.", f"<Region>{region}</Region>",
                  {"x-amz-bucket-region": region})


def close_before(exchange):
    """Closes without an answer and without forwarding."""
    exchange.record.status = None
    return CLOSE


def lose_answer(exchange):
    """The server does what was asked; its answer is lost with the connection."""
    exchange.record.lost_status = exchange.forward().status
    exchange.record.status = None
    return CLOSE


class CutBody:
    """Promises the whole body, sends its first bytes, closes."""

    def __init__(self, size: int):
        self.size = size

    def __call__(self, exchange):
        answer = exchange.forward()
        exchange.send(answer.head + answer.framed[: self.size])
        return CLOSE


class SlowBody:
    """Sends the body in pieces with a pause after each."""

    def __init__(self, piece: int, pause: float):
        self.piece, self.pause = piece, pause

    def __call__(self, exchange):
        answer = exchange.forward()
        exchange.send(answer.head)
        for start in range(0, len(answer.framed), self.piece):
            exchange.send(answer.framed[start : start + self.piece])
            time.sleep(self.pause)


class WrongLength:
    """Says a length that is off by `delta`; the body is the server's."""

    def __init__(self, delta: int):
        self.delta = delta

    def __call__(self, exchange):
        answer = exchange.forward()
        old = f"Content-Length: {answer.headers['content-length']}".lower().encode()
        new = f"Content-Length: {len(answer.body) + self.delta}".encode()
        lines = [new if line.lower() == old else line for line in answer.head.split(b"\r\n")]
        exchange.send(b"\r\n".join(lines) + answer.framed)
        return CLOSE


class Garbage:
    """The right head, other bytes: what a broken middle box or disk gives."""

    def __init__(self, seed: bytes = b"\x00garbage\xff<&"):
        self.seed = seed

    def __call__(self, exchange):
        answer = exchange.forward()
        size = len(answer.framed)
        exchange.send(answer.head + (self.seed * (size // len(self.seed) + 1))[:size])


class Flip:
    """One bit of the body at `offset` is turned."""

    def __init__(self, offset: int):
        self.offset = offset

    def __call__(self, exchange):
        answer = exchange.forward()
        body = bytearray(answer.framed)
        body[self.offset] ^= 0x10
        exchange.send(answer.head + bytes(body))


class Hang:
    """Takes the request and never answers; ends when the client gives up or the proxy stops."""

    def __call__(self, exchange):
        exchange.record.status = None
        exchange.wait_for_client_to_leave()
        return CLOSE


class Hold:
    """Stops the exchange until release(): a place in the run where a test can act.

    With `answered`, the server has done its part already and only the answer waits.
    """

    def __init__(self, answered: bool = False):
        self.answered = answered
        self.reached = threading.Event()
        self._released = threading.Event()
        self._ended = threading.Event()

    def release(self):
        """Lets it go on, and returns when its end has been reached at the server too."""
        self._released.set()
        if self.reached.is_set():
            self._ended.wait()

    def __call__(self, exchange):
        try:
            return self._run(exchange)
        finally:
            self._ended.set()

    def _run(self, exchange):
        answer = exchange.forward() if self.answered else None
        self.reached.set()
        if not exchange.wait_until(self._released):
            exchange.record.status = None
            return CLOSE
        answer = answer or exchange.forward()
        exchange.send(answer.head + answer.framed)


class Before:
    """Calls `action` and then forwards: the world changes between two requests."""

    def __init__(self, action):
        self.action = action

    def __call__(self, exchange):
        self.action()
        exchange.pass_through()

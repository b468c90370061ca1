# SPDX-License-Identifier: Apache-2.0
"""A scripted HTTP/1.1 proxy in front of a real S3 server.

Clients take it for the server: its address is their endpoint, and what they sign for Host reaches
the server unchanged.  Every request is recorded; a rule turns the n-th request of its kind into a
fault (faults.py).  Bodies are held in memory, each connection has a thread of its own.

    with FaultProxy(server.port) as proxy:
        proxy.on("GetObject", faults.slow_down(), key="a.parquet", times=[1])
        ...
        assert proxy.count("GetObject") == 2
"""

import collections
import contextlib
import dataclasses
import fnmatch
import socket
import threading
import urllib.parse

from s3 import http1
from s3.exchange import Exchange, Upstream
from s3.faults import CLOSE
from s3.operations import operation


@dataclasses.dataclass
class Record:
    """One request as the client sent it, and what it was answered."""

    number: int  # order of arrival over all connections
    connection: int
    method: str
    target: str  # path and query as they travelled
    bucket: str
    key: str
    query: dict[str, str]
    headers: dict[str, str]
    operation: str
    body: bytes = dataclasses.field(default=b"", repr=False)
    status: int | None = None  # None: no complete answer was sent
    lost_status: int | None = None  # what the server said where the answer was lost
    fault: object = None
    answer_size: int = 0  # bytes of body the server gave


@dataclasses.dataclass
class Rule:
    operation: str | None
    fault: object
    key: str | None = None  # a glob over the key
    times: object = None  # the n-th matches (from 1) it takes, None for all
    where: object = None  # further condition over the record
    seen: int = 0

    def wants(self, record: Record) -> bool:
        if self.operation not in (None, record.operation):
            return False
        if self.key is not None and not fnmatch.fnmatchcase(record.key, self.key):
            return False
        if self.where is not None and not self.where(record):
            return False
        self.seen += 1
        return self.times is None or self.seen in self.times


def parse_target(target: str) -> tuple[str, str, dict[str, str]]:
    """Bucket, key and query of a path-style request target."""
    path, _, query = target.partition("?")
    bucket, _, key = path.lstrip("/").partition("/")
    pairs = urllib.parse.parse_qsl(query, keep_blank_values=True)
    return urllib.parse.unquote(bucket), urllib.parse.unquote(key), dict(pairs)


class FaultProxy:
    def __init__(self, upstream_port: int, keep_requests: bool = True):
        self._keep_requests = keep_requests
        self._upstream = ("127.0.0.1", upstream_port)
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.port = self._listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._lock = threading.Lock()
        self._rules: list[Rule] = []
        self._clients: dict[int, socket.socket] = {}
        self._threads: list[threading.Thread] = []
        self._stopping = threading.Event()
        self.requests: list[Record] = []
        self.connections = 0
        self.errors: list[Exception] = []  # of the proxy itself, or of a fault

    def __enter__(self):
        self._spawn(self._accept)
        return self

    def __exit__(self, kind, *_):
        self._stopping.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        with self._lock:
            for client in self._clients.values():
                with contextlib.suppress(OSError):  # of a client that was killed
                    client.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()
        self._listener.close()
        if kind is None:
            assert not self.errors, self.errors

    def on(self, operation: str | None, fault, *, key=None, times=None, where=None) -> Rule:
        """Adds a rule; of several that match a request the first one takes it."""
        rule = Rule(operation, fault, key, times, where)
        with self._lock:
            self._rules.append(rule)
        return rule

    def of(self, operation: str, key: str = "*") -> list[Record]:
        """The requests of one operation, in the order they came."""
        with self._lock:
            return [record for record in self.requests
                    if record.operation == operation and fnmatch.fnmatchcase(record.key, key)]

    def count(self, operation: str, key: str = "*") -> int:
        return len(self.of(operation, key))

    def counts(self) -> dict[str, int]:
        with self._lock:
            return dict(collections.Counter(record.operation for record in self.requests))

    def forget(self) -> None:
        """Empties the record and takes the rules away."""
        with self._lock:
            self.requests.clear()
            self._rules.clear()

    def _spawn(self, target, *args):
        thread = threading.Thread(target=target, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self):
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return  # __exit__ shut the listener
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self._lock:
                if self._stopping.is_set():
                    client.close()
                    return
                self.connections += 1
                self._clients[self.connections] = client
            self._spawn(self._serve, client, self.connections)

    def _serve(self, client: socket.socket, connection: int):
        try:
            with Upstream(self._upstream) as upstream, client.makefile("rb") as stream:
                while self._exchange(client, stream, upstream, connection):
                    pass
        except (http1.Closed, OSError):
            pass  # the client left, was cut off on purpose, or we are stopping
        except Exception as error:
            self.errors.append(error)
        finally:
            with self._lock:
                del self._clients[connection]
            client.close()

    def _exchange(self, client, stream, upstream, connection) -> bool:
        """One request and its answer; False where the connection ends."""
        request = http1.read_head(stream)
        record, fault = self._note(request, connection)
        if request.headers.get("expect", "").lower() == "100-continue":
            client.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
            request.head = http1.without_header(request.head, "expect")
        http1.read_body(stream, request)
        record.body = request.body
        exchange = Exchange(client, upstream, request, record, self._stopping)
        if fault is None:
            exchange.pass_through()
            return request.keep_alive
        return fault(exchange) != CLOSE and request.keep_alive

    def _note(self, request: http1.Message, connection: int):
        """The request's record and the fault that a rule has for it."""
        method, target, _ = request.start.split(" ")
        bucket, key, query = parse_target(target)
        name = operation(method, key, query, request.headers)
        with self._lock:
            record = Record(len(self.requests), connection, method, target, bucket, key, query,
                            request.headers, name)
            if self._keep_requests:
                self.requests.append(record)
            for rule in self._rules:
                if rule.wants(record):
                    record.fault = rule.fault
                    return record, rule.fault
        return record, None

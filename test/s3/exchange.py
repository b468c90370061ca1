# SPDX-License-Identifier: Apache-2.0
"""One request on its way through the proxy, as a fault gets it."""

import socket

from s3 import http1


class Upstream:
    """The proxy's own connection to the server, reopened where the server closed it."""

    def __init__(self, address):
        self._address = address
        self._socket = self._stream = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        if self._socket is not None:
            self._stream.close()
            self._socket.close()
        self._socket = self._stream = None

    def ask(self, request: http1.Message) -> http1.Message:
        method = request.start.split(" ")[0]
        if self._socket is None:
            self._socket = socket.create_connection(self._address)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._stream = self._socket.makefile("rb")
        self._socket.sendall(request.head)
        self._socket.sendall(request.framed)
        answer = http1.read_head(self._stream)
        while answer.status == 100:
            answer = http1.read_head(self._stream)
        http1.read_body(self._stream, answer, method != "HEAD" and answer.status not in (204, 304))
        if not answer.keep_alive:
            self.close()
        return answer


class Exchange:
    def __init__(self, client: socket.socket, upstream: Upstream, request, record, stopping):
        self.record = record
        self._client, self._upstream = client, upstream
        self.request, self._stopping = request, stopping

    def forward(self) -> http1.Message:
        """Asks the server and keeps what it says in the record."""
        answer = self._upstream.ask(self.request)
        self.record.status = answer.status
        self.record.answer_size = len(answer.body)
        return answer

    def send(self, data: bytes) -> None:
        self._client.sendall(data)

    def pass_through(self) -> None:
        answer = self.forward()
        self.send(answer.head + answer.framed)

    def wait_for_client_to_leave(self) -> None:
        while self._client.recv(65536):
            pass

    def wait_until(self, event) -> bool:
        """False where the proxy stopped first."""
        while not event.wait(0.05):
            if self._stopping.is_set():
                return False
        return True

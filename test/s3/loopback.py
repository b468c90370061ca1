# SPDX-License-Identifier: Apache-2.0
"""An HTTP service on a free loopback port, for services of which a test needs a few answers."""

import http.server
import threading


class LoopbackService:
    """Runs while its `with` block lasts.  A subclass gives the answers; threads call it."""

    def __init__(self):
        service = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_request(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                status, answer = service.reply(self.command, self.path, self.headers, body)
                self.send_response(status)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            do_GET = do_PUT = do_POST = handle_request

            def log_message(self, *_):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def reply(self, method: str, path: str, headers, body: bytes) -> tuple[int, bytes]:
        """Status and body of the answer."""
        raise NotImplementedError

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()

# SPDX-License-Identifier: Apache-2.0
"""Credentials as EKS Pod Identity gives them: an address, and a token in a file that is renewed.

Source: https://docs.aws.amazon.com/eks/latest/userguide/pod-id-how-it-works.html.  Web identity (IRSA) asks
sts.REGION.amazonaws.com over TLS, which can't be stood in for without changing the machine.
"""

import http.server
import json
import threading

import pytest

from s3 import tables
from s3.server import ACCESS_KEY, SECRET_KEY

CREDENTIALS = json.dumps({"AccessKeyId": ACCESS_KEY, "SecretAccessKey": SECRET_KEY, "Token": "",
                          "Expiration": "2099-01-01T00:00:00Z"}).encode()


class Agent:
    """Gives credentials to whoever shows the token."""

    def __init__(self, token):
        self.shown = []
        agent = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                agent.shown.append(self.headers.get("Authorization"))
                right = agent.shown[-1] == token and self.path == "/v1/credentials"
                body = CREDENTIALS if right else b"{}"
                self.send_response(200 if right else 403)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/v1/credentials"

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()


@pytest.mark.parametrize("token, code", [("right-token", 0), ("wrong-token", 3)])
def test_the_token_of_the_file_is_shown(pqpack, bucket, tmp_path, token, code):
    bucket.put("in/a.parquet", tables.parquet())
    (tmp_path / "token").write_text(token)
    with Agent("right-token") as agent:
        run = pqpack.repack(bucket.uri("in"), bucket.uri("out"), env={
            "AWS_ACCESS_KEY_ID": None, "AWS_SECRET_ACCESS_KEY": None,
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": agent.url,
            "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": str(tmp_path / "token")})
    assert run.code == code, run
    assert token in agent.shown
    assert "-token" not in run.out + run.err
    assert len(bucket.keys("out/")) == (1 if code == 0 else 0)

# SPDX-License-Identifier: Apache-2.0
"""What gives credentials to containers and instances, on a loopback port.

Containers: GET of AWS_CONTAINER_CREDENTIALS_FULL_URI.  Instances: IMDSv2, a token by PUT, then the
role's name, then its credentials.
Sources: https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html,
https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-metadata-security-credentials.html
"""

import datetime
import http.server
import json
import threading

ROLE = "/latest/meta-data/iam/security-credentials"


class MetadataService:
    """Gives `keys` (access, secret); whoever changes them rotates the credentials."""

    def __init__(self, keys: tuple[str, str], valid: datetime.timedelta = datetime.timedelta(hours=6)):
        self.keys, self.valid = keys, valid
        self.asked: list[str] = []  # paths, in order
        service = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self, body: str):
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body.encode())

            def do_PUT(self):
                service.asked.append(self.path)
                self.answer("imds-token")

            def do_GET(self):
                service.asked.append(self.path)
                self.answer("role" if self.path.rstrip("/") == ROLE else service.credentials())

            def log_message(self, *_):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def credentials(self) -> str:
        until = datetime.datetime.now(datetime.timezone.utc) + self.valid
        return json.dumps({
            "Code": "Success", "Type": "AWS-HMAC", "AccessKeyId": self.keys[0],
            "SecretAccessKey": self.keys[1], "Token": "",
            "Expiration": until.strftime("%Y-%m-%dT%H:%M:%SZ")})

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()

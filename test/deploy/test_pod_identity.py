# SPDX-License-Identifier: Apache-2.0
"""Credentials as EKS Pod Identity gives them: an address, and a token in a file that is renewed.

Source: https://docs.aws.amazon.com/eks/latest/userguide/pod-id-how-it-works.html.  Web identity (IRSA) asks
sts.REGION.amazonaws.com over TLS, which can't be stood in for without changing the machine.
"""

import json

import pytest

from s3 import tables
from s3.loopback import LoopbackService
from s3.server import ACCESS_KEY, SECRET_KEY

CREDENTIALS = json.dumps({"AccessKeyId": ACCESS_KEY, "SecretAccessKey": SECRET_KEY, "Token": "",
                          "Expiration": "2099-01-01T00:00:00Z"}).encode()


class Agent(LoopbackService):
    """Gives credentials to whoever shows the token."""

    def __init__(self, token):
        super().__init__()
        self.shown = []
        self._token = token

    def reply(self, method, path, headers, body):
        self.shown.append(headers.get("Authorization"))
        right = self.shown[-1] == self._token and path == "/v1/credentials"
        return (200, CREDENTIALS) if right else (403, b"{}")


@pytest.mark.parametrize("token, code", [("right-token", 0), ("wrong-token", 3)])
def test_the_token_of_the_file_is_shown(pqpack, bucket, tmp_path, token, code):
    bucket.put("in/a.parquet", tables.parquet())
    (tmp_path / "token").write_text(token)
    with Agent("right-token") as agent:
        run = pqpack.repack(bucket.uri("in"), bucket.uri("out"), env={
            "AWS_ACCESS_KEY_ID": None, "AWS_SECRET_ACCESS_KEY": None,
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": f"{agent.url}/v1/credentials",
            "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": str(tmp_path / "token")})
    assert run.code == code, run
    assert token in agent.shown
    assert "-token" not in run.out + run.err
    assert len(bucket.keys("out/")) == (1 if code == 0 else 0)

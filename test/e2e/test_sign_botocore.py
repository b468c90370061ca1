# SPDX-License-Identifier: Apache-2.0
"""Our SigV4 against botocore's: the same signature for a thousand generated requests.

sign_tool (src/store/s3) reads requests as JSON lines and answers with Authorization and the path
and query exactly as they would be sent; botocore signs that very URL, and the URL must say what the
request said.
"""

import datetime
import json
import random
import subprocess
import urllib.parse

import botocore.auth
import pytest
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from s3.program import program

COUNT = 1000
EMPTY_SHA256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
UNRESERVED = "-_.~"  # RFC 3986, 2.3; letters and digits besides

# Parts of keys that signers and URL libraries get wrong.
PARTS = [
    "dt=2026-01-01", "h=03", "a=b=c", "=", "+", "a+b", "%", "%41%2F%zz", "100%", " ", "sp ace  x ",
    "üñí", "日本語", "😀", "e\u0301", "é", ".hidden", "..", ".", "_pqpack", "", "~", "~user", "!*'()",
    "&$@:;,", '?#[]{}|^`"<>\\', "a\tb", "x%3Dy", "A", "part-0.parquet",
    "col=__HIVE_DEFAULT_PARTITION__", "\u007f", "\u2028", "k" * 200,
]
METHODS = ["GET", "HEAD", "PUT", "POST", "DELETE"]
HOSTS = ["127.0.0.1:7171", "localhost", "bucket.s3.eu-west-1.amazonaws.com",
         "s3.dualstack.us-east-1.amazonaws.com", "minio.example.org:9000"]
QUERY_NAMES = ["list-type", "prefix", "delimiter", "continuation-token", "start-after", "uploads",
               "uploadId", "partNumber", "max-keys", "X", "x-id", "Prefix", "ü"]
HEADERS = {
    "x-amz-meta-note": ["plain", "two  spaces", "  around  ", "a,b;c=d", '"quoted"', ""],
    "x-amz-copy-source": ["/bucket/dt%3D2026/a%20b.parquet"],
    "x-amz-copy-source-if-match": ['"d41d8cd98f00b204e9800998ecf8427e-12"'],
    "x-amz-copy-source-range": ["bytes=0-8388607"],
    "X-Amz-Checksum-Crc32c": ["yZRlqg=="],
    "x-amz-checksum-type": ["FULL_OBJECT"],
    "x-amz-server-side-encryption": ["aws:kms"],
    "x-amz-server-side-encryption-aws-kms-key-id": ["arn:aws:kms:us-east-1:1:key/a-b_c"],
    "x-amz-checksum": ["prefix of other names"],
    "If-None-Match": ["*"],
    "If-Match": ['"abc"'],
    "Range": ["bytes=0-7"],
    "Content-Type": ["application/xml"],
}


def text(rng) -> str:
    parts = [rng.choice(PARTS) for _ in range(rng.randint(0, 4))]
    parts += ["".join(chr(rng.randint(0x20, 0x2FF)) for _ in range(rng.randint(0, 12)))]
    rng.shuffle(parts)
    return "/".join(parts)


def generate(rng) -> dict:
    names = rng.sample(QUERY_NAMES, rng.randint(0, 4))
    headers = rng.sample(sorted(HEADERS), rng.randint(0, 4))
    when = datetime.datetime(2020, 1, 1) + datetime.timedelta(seconds=rng.randrange(10**9))
    return {
        "method": rng.choice(METHODS),
        "host": rng.choice(HOSTS),
        "path": "/" + text(rng),
        "query": [[name, rng.choice(["", "1", text(rng)])] for name in names],
        "headers": [[name, rng.choice(HEADERS[name])] for name in headers],
        "payload_sha256": rng.choice(["UNSIGNED-PAYLOAD", EMPTY_SHA256, f"{rng.randrange(2**256):064x}"]),
        "access_key": rng.choice(["AKIDEXAMPLE", "testkey"]),
        "secret_key": rng.choice(["wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "s"]),
        "session_token": rng.choice(["", "", "IQoJb3JpZ2luX2VjE/+=="]),
        "region": rng.choice(["us-east-1", "eu-west-1", "cn-north-1"]),
        "service": "s3",
        "amz_date": when.strftime("%Y%m%dT%H%M%SZ"),
    }


def requests() -> list[dict]:
    rng = random.Random(20260101)
    made = [generate(rng) for _ in range(COUNT)]
    # Each odd part once for sure: alone, as a folder, and as a value of the query.
    for part in PARTS:
        made.append({**generate(rng), "path": "/" + part})
        made.append({**generate(rng), "path": f"/bucket/{part}/f.parquet", "query": [["prefix", part]]})
    return made


@pytest.fixture(scope="module")
def signed() -> list[tuple[dict, dict]]:
    asked = requests()
    lines = "".join(json.dumps(request) + "\n" for request in asked)
    done = subprocess.run([program("sign_tool")], input=lines.encode(), capture_output=True, check=True)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(answers) == len(asked)
    return list(zip(asked, answers))


def fields_of(authorization: str) -> dict[str, str]:
    scheme, _, fields = authorization.partition(" ")
    assert scheme == "AWS4-HMAC-SHA256"
    return dict(field.strip().split("=", 1) for field in fields.split(","))


def expected(request: dict, answer: dict, monkeypatch) -> dict[str, str]:
    """What botocore says on the same request, of whose headers it is given those that we signed."""
    ours = fields_of(answer["authorization"])["SignedHeaders"].split(";")
    headers = {name: value for name, value in request["headers"] if name.lower() in ours}
    url = f"https://{request['host']}{answer['url_path']}"
    url += f"?{answer['url_query']}" if answer["url_query"] else ""
    twin = AWSRequest(method=request["method"], url=url, headers=headers)
    when = datetime.datetime.strptime(request["amz_date"], "%Y%m%dT%H%M%SZ")
    monkeypatch.setattr(botocore.auth, "get_current_datetime", lambda *_: when)
    credentials = Credentials(request["access_key"], request["secret_key"],
                              request["session_token"] or None)
    signer = botocore.auth.S3SigV4Auth(credentials, request["service"], request["region"])
    signer.payload = lambda _: request["payload_sha256"]
    signer.add_auth(twin)
    return fields_of(twin.headers["Authorization"])


def test_every_signature_is_botocores(signed, monkeypatch):
    wrong = [(request, answer) for request, answer in signed
             if fields_of(answer["authorization"]) != expected(request, answer, monkeypatch)]
    assert wrong == []
    assert len(signed) >= COUNT


def test_the_url_says_what_was_asked(signed):
    for request, answer in signed:
        assert answer["url_path"] == urllib.parse.quote(request["path"], safe="/" + UNRESERVED)
        pairs = [pair.partition("=")[::2] for pair in answer["url_query"].split("&") if pair]
        assert sorted(pairs) == sorted(
            (urllib.parse.quote(name, safe=UNRESERVED), urllib.parse.quote(value, safe=UNRESERVED))
            for name, value in request["query"])


def test_host_and_every_amz_header_is_signed(signed):
    for request, answer in signed:
        names = fields_of(answer["authorization"])["SignedHeaders"].split(";")
        must = {"host", "x-amz-date", "x-amz-content-sha256"}
        must |= {"x-amz-security-token"} if request["session_token"] else set()
        must |= {n.lower() for n, _ in request["headers"] if n.lower().startswith("x-amz-")}
        assert must <= set(names)
        assert names == sorted(set(names))


def test_the_comparison_can_fail(signed, monkeypatch):
    """One changed character anywhere changes botocore's signature, so equality means something."""
    request, answer = signed[0]
    assert fields_of(answer["authorization"]) == expected(request, answer, monkeypatch)
    for change in ({"method": "PATCH"}, {"secret_key": "other"}, {"region": "mars-1"},
                   {"payload_sha256": "0" * 64}, {"amz_date": "20200101T000001Z"},
                   {"host": "other"}, {"session_token": "other"}):
        assert fields_of(answer["authorization"]) != expected({**request, **change}, answer, monkeypatch)
    for change in ({"url_path": answer["url_path"] + "x"}, {"url_query": "x=1"}):
        assert expected(request, {**answer, **change}, monkeypatch) != expected(request, answer, monkeypatch)

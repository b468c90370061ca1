# SPDX-License-Identifier: Apache-2.0
"""The proxy's own tests: through it, boto3 and raw sockets see exactly what was scripted."""

import http.client
import threading

import pytest
from botocore.exceptions import ClientError

from s3 import faults
from s3.fault_proxy import FaultProxy, parse_target
from s3.operations import operation
from s3.server import client


@pytest.fixture
def boto(proxy):
    return client(proxy.url)


def raw(proxy, method, target, body=None, headers=None):
    """One unsigned request; versitygw answers it with 403, which is an answer too."""
    connection = http.client.HTTPConnection("127.0.0.1", proxy.port)
    connection.request(method, target, body, headers or {})
    return connection.getresponse()


def test_passes_everything_through_signed_as_it_was(proxy, boto, bucket):
    data = bytes(range(256)) * 8192
    key = "dt=2026-01-01/h=03/sp ace+plus%41 ü.bin"
    boto.put_object(Bucket=bucket.name, Key=key, Body=data)
    assert boto.get_object(Bucket=bucket.name, Key=key)["Body"].read() == data
    listed = boto.list_objects_v2(Bucket=bucket.name)["Contents"]
    assert [(o["Key"], o["Size"]) for o in listed] == [(key, len(data))]
    boto.delete_object(Bucket=bucket.name, Key=key)

    assert [r.operation for r in proxy.requests] == [
        "PutObject", "GetObject", "ListObjectsV2", "DeleteObject"]
    assert [r.status for r in proxy.requests] == [200, 200, 200, 204]
    put, get = proxy.requests[:2]
    assert (put.bucket, put.key, get.key) == (bucket.name, key, key)
    assert get.answer_size == len(data)
    assert put.headers["host"] == f"127.0.0.1:{proxy.port}"


def test_head_and_keep_alive(proxy, boto, bucket):
    boto.put_object(Bucket=bucket.name, Key="a", Body=b"abc")
    for _ in range(3):
        assert boto.head_object(Bucket=bucket.name, Key="a")["ContentLength"] == 3
    assert proxy.connections == 1
    assert proxy.counts() == {"PutObject": 1, "HeadObject": 3}


def test_multipart_operations_have_their_names(proxy, boto, bucket):
    upload = boto.create_multipart_upload(Bucket=bucket.name, Key="m")["UploadId"]
    boto.put_object(Bucket=bucket.name, Key="src", Body=b"x" * (5 << 20))
    names = {"Bucket": bucket.name, "Key": "m", "UploadId": upload}
    boto.upload_part_copy(**names, PartNumber=1, CopySource={"Bucket": bucket.name, "Key": "src"})
    boto.upload_part(**names, PartNumber=2, Body=b"tail")
    parts = boto.list_parts(**names)["Parts"]
    boto.list_multipart_uploads(Bucket=bucket.name)
    listed = [{"PartNumber": p["PartNumber"], "ETag": p["ETag"]} for p in parts]
    boto.complete_multipart_upload(**names, MultipartUpload={"Parts": listed})
    boto.copy_object(Bucket=bucket.name, Key="c", CopySource={"Bucket": bucket.name, "Key": "src"})
    boto.delete_objects(Bucket=bucket.name, Delete={"Objects": [{"Key": "c"}]})
    boto.head_bucket(Bucket=bucket.name)
    assert [r.operation for r in proxy.requests] == [
        "CreateMultipartUpload", "PutObject", "UploadPartCopy", "UploadPart", "ListParts",
        "ListMultipartUploads", "CompleteMultipartUpload", "CopyObject", "DeleteObjects",
        "HeadBucket"]


@pytest.mark.parametrize("fault, status, code", [
    (faults.slow_down(), 503, "SlowDown"),
    (faults.internal_error(), 500, "InternalError"),
    (faults.conflict(), 409, "ConditionalRequestConflict"),
    (faults.expired_token(), 400, "ExpiredToken"),
    (faults.time_skewed(), 403, "RequestTimeTooSkewed"),
])
def test_answers_by_itself_on_the_chosen_request_only(proxy, boto, bucket, fault, status, code):
    proxy.on("PutObject", fault, key="b*", times=[2])
    boto.put_object(Bucket=bucket.name, Key="a", Body=b"1")
    boto.put_object(Bucket=bucket.name, Key="b1", Body=b"1")
    with pytest.raises(ClientError) as error:
        boto.put_object(Bucket=bucket.name, Key="b2", Body=b"1")
    boto.put_object(Bucket=bucket.name, Key="b3", Body=b"1")
    answer = error.value.response
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == status
    assert answer["Error"]["Code"] == code
    assert [r.status for r in proxy.requests] == [200, 200, status, 200]
    assert bucket.keys() == ["a", "b1", "b3"]  # the server never heard of b2


def test_headers_of_scripted_answers(proxy):
    proxy.on(None, faults.slow_down(retry_after=7), times=[1])
    proxy.on(None, faults.other_region(301, "eu-west-1"), times=[1])
    proxy.on(None, faults.other_region(400, "eu-west-1"))
    assert raw(proxy, "GET", "/b/k").getheader("Retry-After") == "7"
    for status in (301, 400):
        answer = raw(proxy, "GET", "/b/k")
        assert (answer.status, answer.getheader("x-amz-bucket-region")) == (status, "eu-west-1")
        assert b"<Region>eu-west-1</Region>" in answer.read()


def test_error_in_a_200(proxy):
    proxy.on(None, faults.error_in_200())
    answer = raw(proxy, "POST", "/b/k?uploadId=1", b"<x/>")
    assert answer.status == 200
    assert b"<Code>InternalError</Code>" in answer.read()
    assert proxy.requests[0].body == b"<x/>"


def test_lost_answer_was_done(proxy, bucket):
    rule = proxy.on("PutObject", faults.lose_answer)
    url = client(proxy.url).generate_presigned_url(
        "put_object", {"Bucket": bucket.name, "Key": "k"}, HttpMethod="PUT")
    with pytest.raises(http.client.RemoteDisconnected):
        raw(proxy, "PUT", url.removeprefix(proxy.url), b"body")
    assert bucket.get("k") == b"body"
    assert (proxy.requests[0].status, proxy.requests[0].lost_status, rule.seen) == (None, 200, 1)


def test_closed_before_was_not_done(proxy, bucket):
    proxy.on("PutObject", faults.close_before)
    url = client(proxy.url).generate_presigned_url(
        "put_object", {"Bucket": bucket.name, "Key": "k"}, HttpMethod="PUT")
    with pytest.raises(http.client.RemoteDisconnected):
        raw(proxy, "PUT", url.removeprefix(proxy.url), b"body")
    assert bucket.keys() == []


@pytest.fixture
def get(proxy, bucket):
    """Gets an object of 1,000 bytes through the proxy: the answer, its body not read yet."""
    bucket.put("k", bytes(range(250)) * 4)
    url = client(proxy.url).generate_presigned_url("get_object", {"Bucket": bucket.name, "Key": "k"})
    return lambda: raw(proxy, "GET", url.removeprefix(proxy.url))


def test_cut_body(proxy, get):
    proxy.on("GetObject", faults.CutBody(600))
    answer = get()
    assert answer.getheader("Content-Length") == "1000"
    with pytest.raises(http.client.IncompleteRead) as error:
        answer.read()
    assert len(error.value.partial) == 600


def test_slow_body_is_whole(proxy, get):
    proxy.on("GetObject", faults.SlowBody(100, 0.001))
    assert get().read() == bytes(range(250)) * 4


def test_wrong_length(proxy, get):
    proxy.on("GetObject", faults.WrongLength(-10), times=[1])
    proxy.on("GetObject", faults.WrongLength(+10), times=[1])
    assert len(get().read()) == 990
    answer = get()
    assert answer.getheader("Content-Length") == "1010"
    with pytest.raises(http.client.IncompleteRead):
        answer.read()


def test_garbage_and_flipped_bit(proxy, get):
    proxy.on("GetObject", faults.Garbage(b"#"), times=[1])
    proxy.on("GetObject", faults.Flip(3), times=[1])
    assert get().read() == b"#" * 1000
    assert get().read() == b"\0\1\2\x13" + (bytes(range(250)) * 4)[4:]


def test_hang_ends_when_the_client_leaves(proxy):
    proxy.on(None, faults.Hang())
    connection = http.client.HTTPConnection("127.0.0.1", proxy.port, timeout=0.2)
    connection.request("GET", "/b/k")
    with pytest.raises(TimeoutError):
        connection.getresponse()
    connection.close()
    assert [r.status for r in proxy.requests] == [None]


@pytest.mark.parametrize("answered", [False, True])
def test_hold_stops_one_request_until_released(proxy, get, bucket, answered):
    hold = faults.Hold(answered)
    proxy.on("GetObject", hold, times=[1])
    bodies = []
    held = threading.Thread(target=lambda: bodies.append(get().read()))
    held.start()
    hold.reached.wait()
    assert bodies == [] and len(get().read()) == 1000  # others pass
    bucket.put("k", b"later")
    hold.release()
    held.join()
    assert bodies == [bytes(range(250)) * 4 if answered else b"later"]


def test_before_changes_the_world_first(proxy, get, bucket):
    change = faults.Before(lambda: bucket.put("k", b"new"))
    proxy.on("GetObject", change)
    assert get().read() == b"new"


def test_stops_while_clients_hang(s3_server):
    with FaultProxy(s3_server.port) as proxy:
        proxy.on(None, faults.Hang(), times=[1])
        proxy.on(None, faults.Hold())
        connections = [http.client.HTTPConnection("127.0.0.1", proxy.port) for _ in range(3)]
        for connection in connections[:2]:
            connection.request("GET", "/b/k")
        connections[2].connect()  # idle
    for connection in connections[:2]:
        with pytest.raises(ConnectionError):
            connection.getresponse()


def test_a_broken_fault_is_reported(s3_server):
    with pytest.raises(AssertionError, match="ZeroDivisionError"):
        with FaultProxy(s3_server.port) as proxy:
            proxy.on(None, lambda exchange: 1 / 0)
            with pytest.raises(http.client.RemoteDisconnected):
                raw(proxy, "GET", "/b/k")


def test_targets_and_operations():
    assert parse_target("/b/a%2Fb%20c?uploadId=x%2By&partNumber=3") == (
        "b", "a/b c", {"uploadId": "x+y", "partNumber": "3"})
    assert parse_target("/b?list-type=2&prefix=a%2F&delimiter") == (
        "b", "", {"list-type": "2", "prefix": "a/", "delimiter": ""})
    assert operation("GET", "", {"location": ""}, {}) == "GetBucketLocation"
    assert operation("PATCH", "k", {}, {}) == "PATCH object"

# SPDX-License-Identifier: Apache-2.0
"""Which S3 operation a path-style request is.

Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html
"""


def operation(method: str, key: str, query: dict[str, str], headers: dict[str, str]) -> str:
    """The API's name for the request; key is empty where the request is for the bucket.

    AWS's JSON services name theirs in a header: AWSGlue.GetTable.
    """
    if "x-amz-target" in headers:
        return headers["x-amz-target"]
    if not key:
        return _on_bucket(method, query)
    upload, copy = "uploadId" in query, "x-amz-copy-source" in headers
    names = {
        ("GET", True): "ListParts",
        ("GET", False): "GetObject",
        ("HEAD", False): "HeadObject",
        ("PUT", True): "UploadPartCopy" if copy else "UploadPart",
        ("PUT", False): "CopyObject" if copy else "PutObject",
        ("POST", True): "CompleteMultipartUpload",
        ("POST", False): "CreateMultipartUpload",
        ("DELETE", True): "AbortMultipartUpload",
        ("DELETE", False): "DeleteObject",
    }
    return names.get((method, upload), f"{method} object")


def _on_bucket(method: str, query: dict[str, str]) -> str:
    if method == "GET" and "uploads" in query:
        return "ListMultipartUploads"
    if method == "GET" and "location" in query:
        return "GetBucketLocation"
    if method == "GET" and query.get("list-type") == "2":
        return "ListObjectsV2"
    if method == "POST" and "delete" in query:
        return "DeleteObjects"
    return {"HEAD": "HeadBucket", "PUT": "CreateBucket", "GET": "ListObjects"}.get(method, f"{method} bucket")

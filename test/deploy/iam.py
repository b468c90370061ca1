# SPDX-License-Identifier: Apache-2.0
"""As much of IAM as deploy/iam/policy uses: which requests a policy allows.

Sources: https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
(operation -> actions), https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
(resources; s3:prefix is a condition key of ListBucket but not of ListBucketMultipartUploads),
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html (${*} ${?} ${$}).
"""

import dataclasses
import re
import urllib.parse

# What an operation needs on the object or bucket it names.
ACTIONS = {
    "ListObjectsV2": "s3:ListBucket",
    "ListMultipartUploads": "s3:ListBucketMultipartUploads",
    "GetObject": "s3:GetObject",
    "HeadObject": "s3:GetObject",
    "PutObject": "s3:PutObject",
    "CreateMultipartUpload": "s3:PutObject",
    "UploadPart": "s3:PutObject",
    "UploadPartCopy": "s3:PutObject",  # and what it copies asks for s3:GetObject
    "CompleteMultipartUpload": "s3:PutObject",
    "AbortMultipartUpload": "s3:AbortMultipartUpload",
    "DeleteObject": "s3:DeleteObject",
    "ListParts": "s3:ListMultipartUploadParts",
    "HeadBucket": "s3:ListBucket",
    "GetBucketLocation": "s3:GetBucketLocation",
}


@dataclasses.dataclass(frozen=True)
class Request:
    action: str
    resource: str
    prefix: str | None = None  # s3:prefix, where the request has one


def request(operation: str, bucket: str, key: str = "", query: dict | None = None) -> Request:
    prefix = (query or {}).get("prefix") if operation == "ListObjectsV2" else None
    resource = f"arn:aws:s3:::{bucket}" + (f"/{key}" if key else "")
    return Request(ACTIONS[operation], resource, prefix)


def reading_of(record) -> Request:
    """What a recorded UploadPartCopy asks of the object that it copies."""
    source = urllib.parse.unquote(record.headers["x-amz-copy-source"]).lstrip("/")
    return request("GetObject", *source.split("/", 1))


def matches(pattern: str, text: str) -> bool:
    """`*` and `?` as in IAM, and the three variables that stand for single characters."""
    signs = re.findall(r"\$\{[*?$]\}|.", pattern, re.S)
    regex = "".join({"*": ".*", "?": "."}.get(sign) or re.escape(sign[2] if len(sign) > 1 else sign)
                    for sign in signs)
    return re.fullmatch(regex, text, re.S) is not None


def listed(value) -> list:
    return value if isinstance(value, list) else [value]


def allows(statement: dict, asked: Request) -> bool:
    if not any(matches(action, asked.action) for action in listed(statement["Action"])):
        return False
    if not any(matches(one, asked.resource) for one in listed(statement["Resource"])):
        return False
    for operator, keys in statement.get("Condition", {}).items():
        assert operator == "StringLike" and list(keys) == ["s3:prefix"], statement
        # A key that the request does not have fails the condition.
        if asked.prefix is None or not any(
                matches(one, asked.prefix) for one in listed(keys["s3:prefix"])):
            return False
    return True


def allowing(policy: dict, asked: Request) -> list[str]:
    """The Sids of the statements that allow it; nothing denies in these policies."""
    assert {one["Effect"] for one in policy["Statement"]} == {"Allow"}
    return [one["Sid"] for one in policy["Statement"] if allows(one, asked)]

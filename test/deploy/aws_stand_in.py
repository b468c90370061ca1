#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Stands in for `aws s3 cp|ls|rm`, by boto3: as much of them as the scripts in deploy/ use.

`make test-deploy` runs the same tests with the real command.
"""

import argparse
import os
import pathlib
import sys

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError


def split(uri):
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    return bucket, key


def keys(s3, uri):
    bucket, prefix = split(uri)
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        yield from ((bucket, found["Key"]) for found in page.get("Contents", []))


def copy(s3, source, destination, recursive):
    if source.startswith("s3://"):
        s3.download_file(*split(source), destination)
        return
    files = sorted(pathlib.Path(source).rglob("*")) if recursive else [pathlib.Path(source)]
    bucket, key = split(destination)
    for path in files:
        if path.is_file():
            name = f"{key.rstrip('/')}/{path.relative_to(source)}" if recursive else key
            s3.upload_file(str(path), bucket, name)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--recursive", action="store_true")
    parser.add_argument("--only-show-errors", action="store_true")
    parser.add_argument("words", nargs="+")
    options = parser.parse_intermixed_args()
    s3 = boto3.client("s3", endpoint_url=os.environ["AWS_ENDPOINT_URL_S3"],
                      config=Config(s3={"addressing_style": "path"}))
    match options.words:
        case ["s3", "cp", source, destination]:
            copy(s3, source, destination, options.recursive)
        case ["s3", "ls", uri]:
            found = list(keys(s3, uri))
            print("".join(f"2026-01-01 00:00:00          1 {key}\n" for _, key in found), end="")
            sys.exit(0 if found else 1)
        case ["s3", "rm", uri]:
            for bucket, key in keys(s3, uri):
                s3.delete_object(Bucket=bucket, Key=key)
        case words:
            sys.exit(f"the stand-in does not know: aws {' '.join(words)}")


try:
    main()
except (BotoCoreError, ClientError) as error:
    sys.exit(f"fatal error: {error}")

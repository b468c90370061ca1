# SPDX-License-Identifier: Apache-2.0
"""A bucket as the tests use it: whole objects in and out, and what lies there."""

import dataclasses
import os


@dataclasses.dataclass
class Bucket:
    name: str
    server: object  # Server

    @property
    def s3(self):
        return self.server.s3

    def uri(self, prefix: str = "") -> str:
        return f"s3://{self.name}/{prefix}"

    def put(self, key: str, data: bytes) -> str:
        """Returns the ETag, without quotes."""
        return self.s3.put_object(Bucket=self.name, Key=key, Body=data)["ETag"].strip('"')

    def get(self, key: str) -> bytes:
        return self.s3.get_object(Bucket=self.name, Key=key)["Body"].read()

    def etag(self, key: str) -> str:
        return self.s3.head_object(Bucket=self.name, Key=key)["ETag"].strip('"')

    def delete(self, key: str) -> None:
        self.s3.delete_object(Bucket=self.name, Key=key)

    def keys(self, prefix: str = "") -> list[str]:
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=self.name, Prefix=prefix)
        return [found["Key"] for page in pages for found in page.get("Contents", [])]

    def tree(self, prefix: str = "") -> dict[str, bytes]:
        """Relative name -> bytes."""
        return {key.removeprefix(prefix): self.get(key) for key in self.keys(prefix)}

    def uploads(self) -> list[str]:
        """Keys of unfinished multipart uploads."""
        found = self.s3.list_multipart_uploads(Bucket=self.name).get("Uploads", [])
        return [upload["Key"] for upload in found]

    def set_modified(self, key: str, seconds: float) -> None:
        """Sets an object's time: the server's folder is a plain one."""
        os.utime(self.server.folder / self.name / key, (seconds, seconds))

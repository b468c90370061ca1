# SPDX-License-Identifier: Apache-2.0
"""moto's Glue as a server of its own, with what it leaves out of AWS's: pages, segments,
ExcludeColumnSchema, versions of tables and the limits of batches.

    python glue_server.py PORT PAGE    PAGE: the most partitions that an answer has
"""

import base64
import sys
import threading

from moto.core.responses import ActionResult, EmptyResult
from moto.glue.exceptions import GlueClientError
from moto.glue.responses import GlueResponse
from moto.server import ThreadedMotoServer

MOST = {"batch_create_partition": ("PartitionInputList", 100),
        "batch_update_partition": ("Entries", 100)}


def refuse(code: str, message: str):
    raise GlueClientError(code, message)


def get_partitions(page: int):
    def answer(self):
        asked = self.parameters
        found = self.glue_backend.get_partitions(
            asked.get("DatabaseName"), asked.get("TableName"), asked.get("Expression"))
        if segment := asked.get("Segment"):
            found = found[segment["SegmentNumber"]::segment["TotalSegments"]]
        begin = int(base64.b64decode(asked["NextToken"])) if asked.get("NextToken") else 0
        end = begin + min(asked.get("MaxResults") or page, page)
        partitions = [one.as_dict() for one in found[begin:end]]
        if asked.get("ExcludeColumnSchema"):
            for one in partitions:
                one["StorageDescriptor"] = {
                    k: v for k, v in one.get("StorageDescriptor", {}).items() if k != "Columns"}
        more = {"NextToken": base64.b64encode(b"%d" % end).decode()} if end < len(found) else {}
        return ActionResult({"Partitions": partitions, **more})
    return answer


def update_table(self):
    asked = self.parameters
    name = asked["TableInput"].get("Name")
    table = self.glue_backend.get_table(asked.get("DatabaseName"), name).as_dict()
    if str(asked.get("VersionId", table["VersionId"])) != str(table["VersionId"]):
        refuse("ConcurrentModificationException", f"the version is {table['VersionId']}")
    self.glue_backend.update_table(asked.get("DatabaseName"), name, asked["TableInput"])
    return EmptyResult()


def limited(method, member: str, most: int):
    def answer(self):
        if len(self.parameters.get(member) or []) > most:
            refuse("InvalidInputException", f"{member} has more than {most} entries")
        return method(self)
    return answer


def main(port: str, page: str):
    GlueResponse.get_partitions = get_partitions(int(page))
    GlueResponse.update_table = update_table
    for name, (member, most) in MOST.items():
        setattr(GlueResponse, name, limited(getattr(GlueResponse, name), member, most))
    ThreadedMotoServer(ip_address="127.0.0.1", port=int(port), verbose=False).start()
    threading.Event().wait()


if __name__ == "__main__":
    main(*sys.argv[1:])

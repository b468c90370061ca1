# SPDX-License-Identifier: Apache-2.0
"""pqpack plan on tables of the Glue Data Catalog: moto has the catalog, versitygw the files."""

import pytest

from s3.command import Pqpack
from s3.glue_table import GlueTable


def glue_command(s3_url, glue_url, folder):
    return Catalogued(s3_url, glue_url, folder)


class Catalogued(Pqpack):
    """The command with an S3 server and a Glue catalog."""

    def __init__(self, s3_url, glue_url, folder):
        super().__init__(s3_url, folder)
        self.glue_url = glue_url

    def plan(self, table, *flags, env=None):
        run = self.run("plan", *table.words, "--output", "json", "--stat", *flags,
                       env={"AWS_ENDPOINT_URL_GLUE": self.glue_url, **(env or {})})
        return run, {e["folder"]: e for e in run.events if e["event"] == "partition_planned"}


@pytest.fixture
def command(s3_server, glue_server, tmp_path):
    return Catalogued(s3_server.url, glue_server.url, tmp_path)


@pytest.fixture
def glue(glue_server):
    return glue_server.glue


def test_partitions_of_the_catalog(command, glue, bucket):
    table = GlueTable(glue, bucket, [("year", "int"), ("month", "string")])
    table.add(table.partition("2023", "01", files=3), table.partition("2023", "02"),
              table.partition("2024", "01"))
    bucket.put("t/year=2023/month=01/_hidden", b"x")
    table.bucket.put("t/year=2023/month=03/f.parquet", b"not in the catalog")
    run, planned = command.plan(table, "--partition_predicate", "year = '2023'")
    assert run.code == 0, run
    assert {name: (e["files"], e["files_after"]) for name, e in planned.items()} == {
        "year=2023/month=01/": (3, 1), "year=2023/month=02/": (2, 1)}
    assert list(planned) == sorted(planned)
    assert planned["year=2023/month=01/"]["values"] == {"year": "2023", "month": "01"}
    assert [i["uri"] for i in planned["year=2023/month=02/"]["tasks"][0]["inputs"]] == [
        bucket.uri(f"t/year=2023/month=02/f{n}.parquet") for n in range(2)]
    assert run.summary["table"] == f"{table.database}.t"
    assert {"GetTable", "GetPartitions", "ListObjectsV2"} == set(run.summary["requests"])


def test_a_table_without_partitions(command, glue, bucket):
    table = GlueTable(glue, bucket)
    for name in ["a", "sub/b", ".hidden/c"]:
        bucket.put(f"t/{name}", b"x" * 100)
    run, planned = command.plan(table)
    assert run.code == 0, run
    assert [(name, e["files"]) for name, e in planned.items()] == [("", 2)]

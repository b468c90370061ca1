# SPDX-License-Identifier: Apache-2.0
"""pqpack plan on tables of the Glue Data Catalog: moto has the catalog, versitygw the files."""

import datetime
import io
import json
import subprocess
import sys

import botocore.auth
import pyarrow.parquet as pq
import pytest
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from s3 import faults
from s3.catalogued import Catalogued, error_of
from s3.glue_table import GlueTable
from s3.program import program
from s3.server import ACCESS_KEY, REGION, ROOT, SECRET_KEY


def test_partitions_of_the_catalog(command, glue, bucket):
    table = GlueTable(glue, bucket, [("year", "int"), ("month", "string")])
    table.add(table.partition("2023", "01", files=3), table.partition("2023", "02"),
              table.partition("2024", "01"))
    bucket.put("t/year=2023/month=01/_hidden", b"x")
    bucket.put("t/year=2023/month=03/f.parquet", b"not in the catalog")
    run, planned = command.plan(table, "--partition_predicate", "year = '2023'")
    assert run.code == 0, run
    assert {name: (e["files"], e["files_after"]) for name, e in planned.items()} == {
        "year=2023/month=01/": (3, 1), "year=2023/month=02/": (2, 1)}
    assert list(planned) == sorted(planned)
    assert planned["year=2023/month=01/"]["values"] == {"year": "2023", "month": "01"}
    assert [i["uri"] for i in planned["year=2023/month=02/"]["tasks"][0]["inputs"]] == [
        bucket.uri(f"t/year=2023/month=02/f{n}.parquet") for n in range(2)]
    assert run.summary["table"] == f"{table.database}.t"
    assert set(run.summary["requests"]) == {"GetTable", "GetPartitions", "ListObjectsV2"}


def test_a_table_without_partitions(command, glue, bucket):
    table = GlueTable(glue, bucket)
    for name in ["a", "sub/b", ".hidden/c"]:
        bucket.put(f"t/{name}", b"x" * 100)
    run, planned = command.plan(table)
    assert run.code == 0, run
    assert [(name, e["files"]) for name, e in planned.items()] == [("", 2)]


def test_more_partitions_than_a_page_has(through_proxy, glue_proxy, glue, bucket):
    table = GlueTable(glue, bucket, [("day", "string"), ("hour", "int")])
    table.add(*(table.partition(f"2023-01-{day:02}", str(hour), files=0)
                for day in range(1, 12) for hour in range(24)))
    bucket.put("t/day=2023-01-05/hour=7/f.parquet", b"x")
    run, planned = through_proxy.plan(table)
    assert run.code == 0, run
    assert len(planned) == 264 and sum(e["files"] for e in planned.values()) == 1
    segments = [json.loads(r.body).get("Segment") for r in glue_proxy.of("AWSGlue.GetPartitions")]
    assert segments[0] is None and sorted(s["SegmentNumber"] for s in segments[1:]) == list(range(10))
    glue_proxy.forget()
    run, planned = through_proxy.plan(table, "--partition_predicate", "day = '2023-01-05' AND hour < 8")
    assert run.code == 0, run
    assert sorted(planned) == sorted(f"day=2023-01-05/hour={hour}/" for hour in range(8))
    [asked] = glue_proxy.of("AWSGlue.GetPartitions")
    assert json.loads(asked.body)["Expression"] == "((day = '2023-01-05'))"


@pytest.mark.parametrize("predicate, days", [
    ("day >= '2023-01-30'", ["2023-01-30", "2023-01-31", "2023-02-01"]),
    ("day BETWEEN '2023-01-30' AND '2023-01-31'", ["2023-01-30", "2023-01-31"]),
    ("day IN ('2023-02-01', 'x') OR day < '2023-01-30'", ["2023-01-29", "2023-02-01"]),
    ("NOT day = '2023-01-29' AND day LIKE '2023-01%'", ["2023-01-30", "2023-01-31"])])
def test_predicates_that_glue_applies_too(command, glue, bucket, predicate, days):
    table = GlueTable(glue, bucket, [("day", "string")])
    table.add(*(table.partition(day, files=1)
                for day in ["2023-01-29", "2023-01-30", "2023-01-31", "2023-02-01"]))
    run, planned = command.plan(table, "--partition_predicate", predicate)
    assert run.code == 0, run
    assert [e["values"]["day"] for e in planned.values()] == days


def test_a_key_that_is_a_word_of_glues_parser(through_proxy, glue_proxy, glue, bucket):
    table = GlueTable(glue, bucket, [("order", "string")])
    table.add(table.partition("a"), table.partition("b"))
    glue_proxy.on("AWSGlue.GetPartitions", faults.JsonError(400, "InvalidInputException"), times=[1])
    run, planned = through_proxy.plan(table, "--partition_predicate", "order = 'b'")
    assert run.code == 0, run
    assert list(planned) == ["order=b/"]


def test_partitions_lie_where_the_catalog_says(command, glue, bucket, other_bucket):
    table = GlueTable(glue, bucket, [("k", "string")])
    elsewhere = table.partition("b", files=0)
    elsewhere["StorageDescriptor"]["Location"] = other_bucket.uri("far/away")
    other_bucket.put("far/away/f0.parquet", b"x")
    other_bucket.put("far/away/f1.parquet", b"x")
    other_bucket.put("far/away-from-that/f2.parquet", b"x")
    bucket.put("t/k=b/old.parquet", b"x")
    table.add(table.partition("a"), elsewhere,
              table.partition("__HIVE_DEFAULT_PARTITION__", location=bucket.uri("t/nulls")))
    run, planned = command.plan(table)
    assert run.code == 0, run
    assert {name: (e["values"]["k"], e["files"]) for name, e in planned.items()} == {
        "k=a/": ("a", 2), "k=b/": ("b", 2), "nulls/": (None, 2)}
    assert planned["k=b/"]["tasks"][0]["inputs"][0]["uri"] == other_bucket.uri("far/away/f0.parquet")


def test_projected_partitions_are_folders(command, glue, bucket):
    table = GlueTable(glue, bucket, [("year", "int")], Parameters={
        "projection.enabled": "true", "projection.year.type": "integer", "projection.year.range": "2020,2030"})
    for year in (2023, 2024):
        bucket.put(f"t/year={year}/a.parquet", b"x")
        bucket.put(f"t/year={year}/b.parquet", b"x")
    run, planned = command.plan(table, "--partition_predicate", "year > 2023")
    assert run.code == 0, run
    assert {name: e["files"] for name, e in planned.items()} == {"year=2024/": 2}
    assert "GetPartitions" not in run.summary["requests"]


@pytest.mark.parametrize("members, why", [
    ({"Parameters": {"table_type": "ICEBERG"}}, "Iceberg"),
    ({"Parameters": {"spark.sql.sources.provider": "delta"}}, "Delta"),
    ({"Parameters": {"spark.sql.sources.provider": "hudi"}}, "Hudi"),
    ({"Parameters": {"table_type": "paimon"}}, "Paimon"),
    ({"Parameters": {"transactional": "true"}}, "transactional"),
    ({"TableType": "GOVERNED"}, "governed"),
    ({"TableType": "VIRTUAL_VIEW"}, "view"),
    ({"TargetTable": {"CatalogId": "1", "DatabaseName": "d", "Name": "n"}}, "resource link"),
    ({"descriptor": {"NumberOfBuckets": 4, "BucketColumns": ["id"]}}, "bucketed"),
    ({"descriptor": {"AdditionalLocations": ["s3://b/x"]}}, "more than one place"),
    ({"descriptor": {"SerdeInfo": {"SerializationLibrary": "org.openx.data.jsonserde.JsonSerDe"}}}, "not Parquet"),
    ({"location": "hdfs://name/t"}, "not on S3"),
    ({"location": ""}, "no location"),
    ({"Parameters": {"projection.enabled": "true", "storage.location.template": "s3://x/${k}"}}, "template"),
])
def test_refused_with_the_reason(command, glue, bucket, members, why):
    table = GlueTable(glue, bucket, [("k", "string")], **members)
    run, planned = command.plan(table)
    assert run.code == 3 and planned == {}, run
    assert why in error_of(run) and f"{table.database}.t" in error_of(run)


def test_marks_of_other_formats_are_seen_in_the_bucket(command, glue, bucket):
    table = GlueTable(glue, bucket, [("k", "string")])
    table.add(table.partition("a"))
    bucket.put("t/_delta_log/00000000000000000000.json", b"{}")
    run, _ = command.plan(table)
    assert run.code == 3 and "Delta" in error_of(run)


def test_a_partition_of_another_format_is_named(command, glue, bucket):
    table = GlueTable(glue, bucket, [("k", "string")])
    text = {"SerdeInfo": {"SerializationLibrary": "org.apache.hadoop.hive.serde2.OpenCSVSerde"}}
    table.add(table.partition("a"), table.partition("b", **text))
    run, planned = command.plan(table)
    assert run.code == 3 and planned == {}
    assert "partition 'k=b/'" in error_of(run) and "not Parquet" in error_of(run)
    run, planned = command.plan(table, "--partition_predicate", "k <> 'b'")
    assert run.code == 0 and list(planned) == ["k=a/"]


def test_partitions_that_share_files_are_refused(command, glue, bucket):
    table = GlueTable(glue, bucket, [("k", "string")])
    table.add(table.partition("a", location=bucket.uri("t/x")),
              table.partition("b", location=bucket.uri("t/x/y")))
    run, _ = command.plan(table)
    assert run.code == 3 and "share files" in error_of(run)


def test_throttling_is_waited_out(through_proxy, glue_proxy, glue, bucket):
    table = GlueTable(glue, bucket, [("k", "string")])
    table.add(table.partition("a"))
    glue_proxy.on("AWSGlue.GetTable", faults.JsonError(400, "ThrottlingException"), times=[1, 2])
    glue_proxy.on("AWSGlue.GetPartitions", faults.JsonError(500, "InternalServiceException"), times=[1])
    run, planned = through_proxy.plan(table)
    assert run.code == 0, run
    assert list(planned) == ["k=a/"]
    assert run.summary["requests"]["GetTable"]["retries"] == 2
    assert run.summary["requests"]["GetPartitions"]["retries"] == 1


@pytest.mark.parametrize("answer, code, words", [
    (faults.JsonError(400, "ThrottlingException"), 5, "after 2 attempts"),
    (faults.JsonError(400, "ExpiredTokenException"), 3, "new temporary credentials"),
    (faults.JsonError(400, "AccessDeniedException"), 3, "Allow glue:GetTable"),
    (faults.JsonError(400, "ConcurrentModificationException"), 4, "run again"),
    (faults.Page(403, b"<ErrorResponse/>"), 3, "Allow glue:GetTable"),
    (faults.Page(200, b"<html>"), 5, "AWS_ENDPOINT_URL_GLUE")])
def test_what_glue_refuses(through_proxy, glue_proxy, glue, bucket, answer, code, words):
    table = GlueTable(glue, bucket)
    glue_proxy.on("AWSGlue.GetTable", answer)
    run, _ = through_proxy.plan(table, env={"AWS_MAX_ATTEMPTS": "2"})
    assert run.code == code and words in error_of(run), run


def test_names_that_are_not_there(command, glue, bucket):
    table = GlueTable(glue, bucket)
    run = command.run("plan", "--database-name", table.database, "--table-name", "nothing",
                      "--output", "json", env={"AWS_ENDPOINT_URL_GLUE": command.glue_url})
    assert run.code == 3
    assert f"{table.database}.nothing" in error_of(run) and "--table-name" in error_of(run)
    run, _ = command.plan(table, env={"AWS_REGION": "eu-west-1"})
    assert run.code == 3 and "the region" in error_of(run)


@pytest.mark.parametrize("words", [
    [], ["--database_name", "d"], ["--table_name", "t"], ["--catalog-id", "1"],
    ["--path", "t", "--database_name", "d", "--table_name", "t"],
    ["--database_name", "d", "--table_name", "t", "--partition-types", "k int"]])
def test_wrong_use(local, words):
    run = local.run("plan", *words, "--output", "json")
    assert run.code == 2, run


def test_a_region_is_needed(command, glue, bucket):
    table = GlueTable(glue, bucket)
    run, _ = command.plan(table, env={"AWS_ENDPOINT_URL_GLUE": None, "AWS_REGION": None})
    assert run.code == 3 and "--region" in error_of(run)


def test_the_policy_allows_what_is_asked_and_nothing_else(through_proxy, glue_proxy, glue, bucket):
    table = GlueTable(glue, bucket, [("k", "string")])
    table.add(*(table.partition(str(number), files=0) for number in range(101)))
    run, _ = through_proxy.plan(table)
    assert run.code == 0, run
    words = ["--table", f"{table.database}.t", "--account", "1", "--region", REGION, "--bucket", bucket.name]
    done = subprocess.run([sys.executable, ROOT / "deploy/iam/plan-policy", *words],
                          capture_output=True, check=True)
    in_glue, in_s3 = json.loads(done.stdout)["Statement"]
    asked = {record.operation.replace("AWSGlue.", "glue:") for record in glue_proxy.requests}
    assert asked == set(in_glue["Action"])
    assert f"arn:aws:glue:{REGION}:1:table/{table.database}/t" in in_glue["Resource"]
    assert set(run.summary["requests"]) == {name.split(":")[1] for name in asked} | {"ListObjectsV2"}
    assert (in_s3["Action"], in_s3["Resource"]) == ("s3:ListBucket", [f"arn:aws:s3:::{bucket.name}"])


def signature_by_botocore(record, token, monkeypatch) -> str:
    """What botocore signs for the request that was seen."""
    seen = dict(record.headers)
    twin = AWSRequest(method=record.method, url=f"http://{seen['host']}{record.target}", data=record.body,
                      headers={k: seen[k] for k in ("content-type", "x-amz-target")})
    when = datetime.datetime.strptime(seen["x-amz-date"], "%Y%m%dT%H%M%SZ")
    monkeypatch.setattr(botocore.auth, "get_current_datetime", lambda *_: when)
    botocore.auth.SigV4Auth(Credentials(ACCESS_KEY, SECRET_KEY, token), "glue", REGION).add_auth(twin)
    return twin.headers["Authorization"]


@pytest.mark.parametrize("token", [None, "IQoJb3JpZ2luX2VjE/+=="])
def test_requests_are_signed_as_botocore_signs_them(s3_server, glue_proxy, glue, bucket, tmp_path,
                                                    monkeypatch, token):
    table = GlueTable(glue, bucket, [("k", "string")])
    table.add(table.partition("ü b", files=0))
    command = Catalogued(s3_server.url, glue_proxy.url, tmp_path)
    # versitygw takes no token, and the catalog is asked first.
    run, _ = command.plan(table, "--catalog-id", "123456789012", env={"AWS_SESSION_TOKEN": token})
    assert run.code == (0 if token is None else 3), run
    calls = [r for r in glue_proxy.requests if r.operation.startswith("AWSGlue.")]
    assert len(calls) == (2 if token is None else 1)
    for record in calls:
        assert record.headers["authorization"] == signature_by_botocore(record, token, monkeypatch)
        assert json.loads(record.body)["CatalogId"] == "123456789012"
    other = signature_by_botocore(calls[0], "another", monkeypatch)
    assert calls[0].headers["authorization"] != other


def change(table, endpoint, **call) -> dict:
    line = json.dumps({"endpoint": endpoint, "database": table.database, "table": table.name, **call})
    done = subprocess.run([program("glue_tool")], input=line.encode(), capture_output=True, check=True)
    return json.loads(done.stdout)


def test_a_table_is_changed_only_in_the_version_that_was_seen(glue_server, glue, bucket):
    table = GlueTable(glue, bucket, [("k", "string")], Owner="me", Retention=3)
    before = glue.get_table(DatabaseName=table.database, Name="t")["Table"]
    update = {"call": "update_table", "version": before["VersionId"], "parameters": {"numFiles": "1"}}
    assert change(table, glue_server.url, **update) == {"error": ""}
    after = glue.get_table(DatabaseName=table.database, Name="t")["Table"]
    assert after["Parameters"] == {"numFiles": "1"}
    for name in ("Owner", "Retention", "StorageDescriptor", "PartitionKeys", "TableType"):
        assert after[name] == before[name], name
    assert change(table, glue_server.url, **update) == {"error": "source_changed"}


def test_partitions_get_new_locations(glue_server, glue, bucket):
    table = GlueTable(glue, bucket, [("k", "string")])
    names = [str(number) for number in range(150)]
    table.add(*(table.partition(name, files=0) for name in names))
    moved = [{"values": [name], "location": bucket.uri(f"new/{name}/")} for name in [*names[:120], "gone"]]
    answer = change(table, glue_server.url, call="update_partitions", partitions=moved)
    assert answer == {"error": "", "failures": [["gone"]]}
    where = {}
    for name in names:
        found = glue.get_partition(DatabaseName=table.database, TableName="t", PartitionValues=[name])
        where[name] = found["Partition"]["StorageDescriptor"]["Location"]
        assert found["Partition"]["StorageDescriptor"]["Columns"] == [{"Name": "id", "Type": "bigint"}]
    assert where == {name: bucket.uri(f"new/{name}/") if int(name) < 120 else f"{table.location}k={name}/"
                     for name in names}


def compact(command, table, *flags):
    return command.run("compact", *table.words, "--output", "json", *flags,
                       env={"AWS_ENDPOINT_URL_GLUE": command.glue_url})


def rows_of(bucket, prefix) -> list[int]:
    """The rows that readers of the catalog see below a location."""
    visible = [key for key in bucket.keys(prefix) if not any(part[0] in "_." for part in key.split("/"))]
    return sorted(row for key in visible
                  for row in pq.read_table(io.BytesIO(bucket.get(key)))["id"].to_pylist())


def test_compact_in_place_wherever_partitions_lie(command, glue, bucket):
    table = GlueTable(glue, bucket, [("k", "string")])
    table.add(table.partition("a", files=3), table.partition("b", location=bucket.uri("far/away"), files=3))
    run = compact(command, table, "--delete_original_files", "true")
    assert run.code == 0, run
    for place in ("t/k=a/", "far/away/"):
        assert rows_of(bucket, place) == list(range(30))
        assert len([key for key in bucket.keys(place) if key.endswith(".parquet")]) == 1


def test_compact_in_place_where_a_partition_has_the_tables_own_place(command, glue, bucket):
    table = GlueTable(glue, bucket, [("k", "string")])
    table.add(table.partition("a", location=bucket.uri("t"), files=3))
    run = compact(command, table, "--delete_original_files", "true")
    assert run.code == 0, run
    assert rows_of(bucket, "t/") == list(range(30)) and len(bucket.keys("t/")) == 1


def test_compact_deletes_nothing_that_may_be_anothers(command, glue, bucket):
    table = GlueTable(glue, bucket, [("k", "string")])
    table.add(table.partition("a", files=3))
    GlueTable(glue, bucket, database=table.database, name="u", location=bucket.uri("t/k=a/"))
    before = bucket.tree()
    run = compact(command, table, "--delete_original_files", "true")
    assert run.code == 3, run
    assert "u (" in error_of(run) and bucket.tree() == before


def test_compact_copies_a_table(command, glue, bucket, other_bucket):
    table = GlueTable(glue, bucket, [("k", "string")])
    table.add(table.partition("a", files=3), table.partition("b", location=bucket.uri("far/away"), files=1))
    before = bucket.tree()
    run = compact(command, table, "--target_s3_path", other_bucket.uri("copy"))
    assert run.code == 0, run
    assert bucket.tree() == before
    assert rows_of(other_bucket, "copy/k=a/") == list(range(30))
    assert rows_of(other_bucket, "copy/k=b/") == list(range(10))


def planned(command, *words):
    return command.run(*words, "--output", "json", env={"AWS_ENDPOINT_URL_GLUE": command.glue_url})


def test_a_plan_of_a_table_is_committed_wherever_partitions_lie(command, glue, bucket):
    table = GlueTable(glue, bucket, [("k", "string")])
    table.add(table.partition("a", files=3), table.partition("b", location=bucket.uri("far/away"), files=3))
    plan = bucket.uri("plans/1.json")
    made = planned(command, "plan", *table.words, "--delete_original_files", "true", "--out", plan)
    assert made.code == 0 and made.summary["tasks"] == 2, made
    # Workers need no catalog.
    for shard in ("0/2", "1/2"):
        run = command.run("execute", "--plan", plan, "--shard", shard,
                          env={"AWS_ENDPOINT_URL_GLUE": "http://127.0.0.1:1"})
        assert run.code == 0, run
    run = planned(command, "commit", "--plan", plan)
    assert run.code == 0 and run.summary["completed"] == 2, run
    for place in ("t/k=a/", "far/away/"):
        assert rows_of(bucket, place) == list(range(30))
        assert len([key for key in bucket.keys(place) if key.endswith(".parquet")]) == 1


def test_a_plan_of_a_table_without_a_file_at_its_own_place(command, glue, bucket):
    table = GlueTable(glue, bucket, [("k", "string")])
    table.add(table.partition("a", location=bucket.uri("far/away"), files=3))
    plan = bucket.uri("plans/3.json")
    assert planned(command, "plan", *table.words, "--delete_original_files", "true", "--out", plan).code == 0
    run = command.run("execute", "--plan", plan)
    assert run.code == 0, run
    run = planned(command, "commit", "--plan", plan)
    assert run.code == 0 and run.summary["completed"] == 1, run
    assert rows_of(bucket, "far/away/") == list(range(30))


def test_a_partition_that_is_moved_after_the_plan_is_left(command, glue, bucket):
    """A plan may say that a partition lies anywhere: the catalog is asked before anything is changed."""
    table = GlueTable(glue, bucket, [("k", "string")])
    table.add(table.partition("a", files=3), table.partition("b", files=3))
    plan = bucket.uri("plans/2.json")
    assert planned(command, "plan", *table.words, "--delete_original_files", "true", "--out", plan).code == 0
    assert planned(command, "execute", "--plan", plan).code == 0
    glue.update_partition(DatabaseName=table.database, TableName="t", PartitionValueList=["b"],
                          PartitionInput=table.partition("b", location=bucket.uri("new/b/"), files=0))
    run = planned(command, "commit", "--plan", plan)
    assert run.code == 4 and (run.summary["completed"], run.summary["failed"]) == (1, 1), run
    [failed] = run.of("partition_failed")
    assert failed["folder"] == "k=b/" and "another place" in failed["error"]
    assert rows_of(bucket, "t/k=a/") == rows_of(bucket, "t/k=b/") == list(range(30))
    assert len(bucket.keys("t/k=b/")) == 3

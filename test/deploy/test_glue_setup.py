# SPDX-License-Identifier: Apache-2.0
"""deploy/glue: what the job makes of its arguments and of Spark's settings, and the template: its
role allows each request that a compaction makes, and nothing that none makes.

test/ship/test_glue_job.py runs the job.  Not proved: that AWS takes the template.
"""

import ast
import contextlib
import importlib.util
import json
import os
import re
import select
import signal
import subprocess
import sys

import pytest

from deploy import iam
from s3.command import HANG, Pqpack
from s3.fault_proxy import FaultProxy
from s3.fixtures import new_bucket
from s3.glue_table import GlueTable
from s3.server import REGION, ROOT

FOLDER = ROOT / "deploy/glue"
SCRIPT = FOLDER / "pqpack_compact_job.py"
TEMPLATE = FOLDER / "pqpack-compact.yaml"
CFN_LINT = ROOT / ".venv/bin/cfn-lint"
ACCOUNT = "111122223333"
needs_cfn_lint = pytest.mark.skipif(not CFN_LINT.exists(),
                                    reason="cfn-lint is there after tools/setup deploy (make test-deploy)")


@pytest.fixture(scope="module")
def script():
    pytest.importorskip("pyspark")
    spec = importlib.util.spec_from_file_location("pqpack_compact_job", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


NEEDED = ["--database_name", "d", "--table_name", "t", "--pqpack_bundle", "s3://b/p.tar.gz", "--TempDir", "s3://b/x"]


def test_it_is_python_3_10():
    ast.parse(SCRIPT.read_text(), feature_version=(3, 10))


def test_glues_own_arguments_are_passed_over(script):
    own = script.parse([
        "--JOB_NAME", "j", "--JOB_ID", "1", "--enable-metrics", "--enable-job-insights", "true", *NEEDED,
        "--conf", "spark.a=b --conf spark.c=d", "--job-bookmark-option", "job-bookmark-disable",
        "--extra-files=s3://b/y", "--additional-python-modules", "a==1", "--partition_predicate",
        "--x = 'y'", "--enable-spark-ui"])
    assert own == {"database_name": "d", "table_name": "t", "pqpack_bundle": "s3://b/p.tar.gz",
                   "TempDir": "s3://b/x", "partition_predicate": "--x = 'y'"}


def test_empty_ones_are_not_given_and_spellings_do_not_matter(script):
    own = script.parse([*NEEDED, "--target_s3_path", "", "--delete-original-files=True", "--pqpack_flags", " "])
    assert set(own) == {"database_name", "table_name", "pqpack_bundle", "TempDir", "delete_original_files"}
    assert own["delete_original_files"] == "true"


@pytest.mark.parametrize("words, said", [
    (["--partition_predicat", "year = 2023"], "--partition_predicat is no argument"),
    (["--where", "year = 2023"], "--where is no argument"),
    (["--partition_predicate", "year", "=", "2023"], "'=' belongs to no argument"),
    (["--partition_predicate"], "has no value")])
def test_what_nobody_reads_is_refused(script, words, said):
    with pytest.raises(script.CompactionFailed, match=said):
        script.parse([*NEEDED, *words])


@pytest.mark.parametrize("missing", NEEDED[::2])
def test_what_is_missing_is_named(script, missing):
    at = NEEDED.index(missing)
    with pytest.raises(script.CompactionFailed, match=f"Missing: {missing}"):
        script.parse(NEEDED[:at] + NEEDED[at + 2:])
    with pytest.raises(script.CompactionFailed, match=f"Missing: {missing}"):
        script.parse(NEEDED[:at] + [missing, ""] + NEEDED[at + 2:])


def test_flags_go_to_the_commands_that_take_them(script):
    given = script.flags({"database_name": "d", "partition_predicate": "day > '2023'", "pqpack_flags":
                          "compression=zstd --region=eu-west-1 workers=3 'catalog_id=a b' verbose"})
    assert given == {
        "plan": ["--database_name=d", "--partition_predicate=day > '2023'", "--compression=zstd",
                 "--region=eu-west-1", "--catalog_id=a b", "--verbose"],
        "execute": ["--region=eu-west-1", "--workers=3", "--verbose"],
        "commit": ["--region=eu-west-1", "--verbose"]}


def flags_of(command: str) -> set[str]:
    part = (ROOT / "docs/cli.md").read_text().split(f"## pqpack {command}\n")[1].split("\n## ")[0]
    return set(re.findall(r"--([a-z0-9-]+)[^|]*` \|", part))


def test_the_commands_have_these_flags(script):
    for command in ("plan", "execute", "commit"):
        assert script.EVERYWHERE <= flags_of(command), command
    assert script.OF_EXECUTE | {"plan", "shard"} <= flags_of("execute")
    assert {name.replace("_", "-") for name in script.TABLE} | {"out"} <= flags_of("plan")
    assert {"plan", "discard"} <= flags_of("commit")


def test_sizes_of_spark(script):
    assert [script.mebibytes(size) for size in ("10g", "10GB", "512m", "1024", "4096k", "1t", "2097152b")] == [
        10240, 10240, 512, 1024, 4, 1 << 20, 2]


@pytest.mark.parametrize("settings, cpus, limits", [
    # Half of 10 GiB and a tenth of that, among four tasks.
    ({"spark.executor.memory": "10g", "spark.executor.cores": "4"}, 4,
     ["--memory-limit=1408MiB", "--workers=4"]),
    ({"spark.executor.memory": "10g", "spark.executor.cores": "8"}, 4,
     ["--memory-limit=704MiB", "--workers=2"]),
    ({"spark.executor.memory": "1024", "spark.executor.memoryOverhead": "2g", "spark.executor.cores": "1"}, 2,
     ["--memory-limit=1536MiB", "--workers=8"]),
    ({}, 2, ["--memory-limit=352MiB", "--workers=4"])])
def test_what_a_task_may_take(script, monkeypatch, settings, cpus, limits):
    monkeypatch.setattr(script.os, "cpu_count", lambda: cpus)
    assert script.Executor(settings).limits() == limits


@pytest.mark.parametrize("settings, parallelism, slots", [
    ({"spark.executor.instances": "5", "spark.executor.cores": "4"}, 2, 20),
    ({"spark.dynamicAllocation.maxExecutors": "9", "spark.executor.cores": "4"}, 4, 36),
    ({}, 2, 2), ({"spark.executor.instances": "1"}, 8, 8), ({}, 0, 1)])
def test_how_many_run_at_a_time(script, settings, parallelism, slots):
    assert script.slots(settings, parallelism) == slots


def test_pqpack_ends_with_the_python_that_started_it(tmp_path):
    """Spark ends Python by SIGKILL."""
    sleeper = tmp_path / "sleeper"
    sleeper.write_text("#!/bin/sh\necho $$\nexec sleep 1000\n")
    sleeper.chmod(0o755)
    code = f"import pqpack_compact_job as job; job.program = lambda: {str(sleeper)!r}; job.run()"
    python = subprocess.Popen([sys.executable, "-B", "-c", code], cwd=FOLDER, stderr=subprocess.PIPE)
    assert python.stderr.readline() == b"+ pqpack \n"
    pid = int(python.stderr.readline())
    ended = os.pidfd_open(pid)
    try:
        python.kill()
        assert select.select([ended], [], [], HANG)[0]
    finally:
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(ended, signal.SIGKILL)
        os.close(ended)
        python.communicate()


class OneMachine:
    """As much of Spark as hands out shards."""

    defaultParallelism = 1

    def __init__(self):
        self.rounds = []

    def getConf(self):
        return {}

    def parallelize(self, shards, slices):
        assert len(shards) == slices
        self.rounds.append(list(shards))
        return self

    def mapPartitions(self, work):
        self.work = work
        return self

    def collect(self):
        return [answer for shard in self.rounds[-1] for answer in self.work(iter([shard]))]


def test_a_shard_that_failed_is_tried_again_and_takes_no_other_with_it(script, monkeypatch):
    codes = {"0/3": [5, -9, 0], "1/3": [4], "2/3": [1, 1, 1]}
    monkeypatch.setattr(script, "run", lambda *words: (
        codes[words[2].removeprefix("--shard=")].pop(0), f"{words[0]} {words[-1]}"))
    spark = OneMachine()
    done = script.execute_plan(spark, "s3://b/plan", ["--region=r"])
    assert spark.rounds == [["0/3", "1/3", "2/3"], ["0/3", "2/3"], ["0/3", "2/3"]]
    assert done == {"0/3": (0, "execute --region=r"), "1/3": (4, "execute --region=r"),
                    "2/3": (1, "execute --region=r")}


@pytest.fixture
def call(script, monkeypatch):
    """Runs the job where pqpack's commands end with these codes; the calls, and the job's error."""

    def call(**codes):
        asked = []

        def run(*words):
            asked.append(list(words))
            return codes[words[0]], f"{words[0]} said this\n"

        spark = OneMachine()
        spark.addArchive = lambda uri: asked.append(["archive", uri])
        monkeypatch.setattr(script, "run", run)
        monkeypatch.setattr(script.SparkContext, "getOrCreate", lambda: spark)
        try:
            script.main([*NEEDED, "--pqpack_flags", "region=r"])
        except script.CompactionFailed as error:
            return asked, str(error)
        return asked, None

    return call


def test_plan_execute_commit(call):
    [archive, plan, *shards, commit], error = call(plan=0, execute=0, commit=0)
    assert error is None
    assert archive == ["archive", "s3://b/p.tar.gz#pqpack"]
    uri = plan[-1].removeprefix("--out=")
    assert re.fullmatch(r"s3://b/x/pqpack/[0-9a-f-]{36}\.plan\.json", uri)
    assert plan == ["plan", "--database_name=d", "--table_name=t", "--region=r", f"--out={uri}"]
    assert [words[:3] for words in shards] == [
        ["execute", f"--plan={uri}", f"--shard={number}/3"] for number in range(3)]
    assert commit == ["commit", f"--plan={uri}", "--region=r"]


def test_without_a_plan_nothing_else_is_done(call):
    [_, *commands], error = call(plan=2)
    assert [words[0] for words in commands] == ["plan"]
    assert error == "pqpack plan: exit code 2\nplan said this\n"


def test_the_commit_has_the_last_word(call):
    assert call(plan=0, execute=1, commit=0)[1] is None


def test_a_run_that_fails_gives_its_plan_up(call):
    [*_, commit, discard], error = call(plan=0, execute=3, commit=4)
    assert discard == [*commit[:2], "--discard", *commit[2:]]
    assert error.startswith("pqpack commit: exit code 4\ncommit said this\nshard 0/3: exit code 3\nexecute said")


class Template:
    """The template with its parameters filled in, for as much of CloudFormation as it uses."""

    NOTHING = object()

    def __init__(self, **parameters: str):
        yaml = pytest.importorskip("yaml")

        class Loader(yaml.SafeLoader):
            pass

        def construct(loader, tag, node):
            if isinstance(node, yaml.ScalarNode):
                return {tag: loader.construct_scalar(node)}
            return {tag: loader.construct_sequence(node, deep=True)}

        Loader.add_multi_constructor("!", construct)
        self._all = yaml.load(TEMPLATE.read_text(), Loader)
        declared = self._all["Parameters"]
        assert set(parameters) <= set(declared)
        self._values = {name: one.get("Default") for name, one in declared.items()} | parameters | {
            "AWS::Partition": "aws", "AWS::Region": REGION, "AWS::AccountId": ACCOUNT,
            "AWS::NoValue": self.NOTHING, "Job": "the-job"}

    def of(self, resource: str) -> dict:
        return self._fill(self._all["Resources"][resource]["Properties"])

    def policy(self) -> dict:
        [one] = self.of("JobRole")["Policies"]
        return one["PolicyDocument"]

    def broken_rules(self) -> list[str]:
        return [name for name, rule in self._all["Rules"].items()
                if self._fill(rule["RuleCondition"])
                and not all(self._fill(one["Assert"]) for one in rule["Assertions"])]

    def _fill(self, node):
        if isinstance(node, list):
            filled = (self._fill(one) for one in node)
            return [one for one in filled if one is not self.NOTHING]
        if not isinstance(node, dict):
            return node
        if len(node) == 1:
            [(tag, value)] = node.items()
            if tag == "Ref":
                return self._values[value]
            if tag == "GetAtt":
                return value
            if tag == "Sub":
                return re.sub(r"\$\{([^}]+)\}", lambda found: str(self._values[found[1]]), value)
            if tag == "If":
                chosen = value[1 if self._fill(self._all["Conditions"][value[0]]) else 2]
                return self._fill(chosen)
            if tag == "Equals":
                return len({self._fill(one) for one in value}) == 1
            if tag == "Not":
                return not self._fill(value[0])
        return {name: self._fill(value) for name, value in node.items()}


def filled(**more: str) -> Template:
    return Template(DatabaseName="d", TableName="t", TableBucket="lake", TablePrefix="orders",
                    ToolsBucket="tools", BundleKey="p.tar.gz", **more)


@needs_cfn_lint
def test_cfn_lint_has_no_complaint():
    done = subprocess.run([CFN_LINT, "--regions", "us-east-1", "eu-west-1", "--include-checks", "I", "--",
                           TEMPLATE], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@needs_cfn_lint
@pytest.mark.parametrize("right, wrong", [
    ("NumberOfWorkers: !Ref", "NumberOfWorker: !Ref"), ("!GetAtt JobRole.Arn", "!GetAtt JobRoles.Arn")])
def test_the_judge_finds_mistakes(right, wrong, tmp_path):
    text = TEMPLATE.read_text()
    assert right in text
    (tmp_path / "t.yaml").write_text(text.replace(right, wrong))
    assert subprocess.run([CFN_LINT, "--", tmp_path / "t.yaml"], capture_output=True).returncode != 0


def test_the_jobs_arguments_are_the_scripts(script):
    for more in ({}, {"TargetBucket": "copies", "TargetPrefix": "c", "DeleteOriginalFiles": "false"}):
        job = filled(PartitionPredicate="year = 2023", PqpackFlags="compression=zstd", **more).of("Job")
        own = script.parse([str(word) for pair in job["DefaultArguments"].items() for word in pair])
        assert own["partition_predicate"] == "year = 2023"
        assert own["pqpack_flags"] == f"region={REGION} compression=zstd"
        assert own["pqpack_bundle"] == "s3://tools/p.tar.gz"
        assert own.get("target_s3_path") == ("s3://copies/c" if more else None)
        assert own["delete_original_files"] == ("false" if more else "true")
        assert job["Command"]["ScriptLocation"] == f"s3://tools/{SCRIPT.name}"


@pytest.mark.parametrize("deletes, target, broken", [
    ("true", "", []), ("false", "copies", []), ("true", "copies", ["NoMove"]),
    ("false", "", ["ItIsSaidWhatBecomesOfTheOriginals"])])
def test_what_cannot_work_is_no_stack(deletes, target, broken):
    assert filled(DeleteOriginalFiles=deletes, TargetBucket=target).broken_rules() == broken


def test_the_schedule_starts_the_job():
    target = filled().of("Timer")["Target"]
    assert json.loads(target["Input"]) == {"JobName": "the-job"}
    [one] = filled().of("SchedulerRole")["Policies"]
    [statement] = one["PolicyDocument"]["Statement"]
    assert statement["Resource"] == f"arn:aws:glue:{REGION}:{ACCOUNT}:job/the-job"
    assert filled().of("Timer")["State"] == "DISABLED"


def in_glue(operation: str, database: str, table: str) -> list[iam.Request]:
    """What a call asks for: all of these have to be allowed."""
    arn = f"arn:aws:glue:{REGION}:{ACCOUNT}:"
    tables = f"table/{database}/" + ("*" if operation == "GetTables" else table)
    return [iam.Request(f"glue:{operation}", arn + one)
            for one in ("catalog", f"database/{database}", tables)]


class Recorded:
    """plan, execute and commit of a table, and every request that they made."""

    def __init__(self, s3_server, glue_server, folder):
        self.servers, self.folder = (s3_server, glue_server), folder

    def run(self, table, tools, *words) -> list[iam.Request]:
        plan = f"--plan={tools.uri('plans/1.json')}"
        with FaultProxy(self.servers[0].port) as s3, FaultProxy(self.servers[1].port) as glue:
            pqpack = Pqpack(s3.url, self.folder)
            for call in (["plan", *table.words, *words, plan.replace("--plan", "--out")],
                         ["execute", plan, "--shard", "0/2"], ["execute", plan], ["commit", plan]):
                done = pqpack.run(*call, env={"AWS_ENDPOINT_URL_GLUE": glue.url})
                assert done.code == 0, done
        asked = [iam.request(r.operation, r.bucket, r.key, r.query) for r in s3.requests]
        asked += [iam.reading_of(r) for r in s3.requests if r.operation == "UploadPartCopy"]
        # Who may not list is told 403 in place of 404.
        asked += [iam.request("ListObjectsV2", r.bucket) for r in s3.requests if r.status == 404]
        for record in glue.requests:
            asked += in_glue(record.operation.removeprefix("AWSGlue."), table.database, table.name)
        return asked


@pytest.mark.parametrize("target", [False, True])
def test_the_role_allows_what_a_compaction_asks_and_no_permission_is_idle(
        s3_server, glue_server, bucket, other_bucket, tmp_path, target):
    tools = new_bucket(s3_server)
    table = GlueTable(glue_server.glue, bucket, [("k", "string")], Parameters={"sizeKey": "1"})
    table.add(*({**table.partition(k, files=3), "Parameters": {"numFiles": "3"}} for k in "ab"),
              table.partition("c", files=3, location=bucket.uri("t-2026/k=c/")))
    words = (["--target_s3_path", other_bucket.uri("copy")] if target
             else ["--delete_original_files", "true"])
    asked = Recorded(s3_server, glue_server, tmp_path).run(table, tools, *words)
    more = {"TargetBucket": other_bucket.name, "TargetPrefix": "copy", "DeleteOriginalFiles": "false"}
    policy = Template(DatabaseName=table.database, TableName=table.name, TableBucket=bucket.name,
                      TablePrefix="t", PartitionPrefix="t-20*", ToolsBucket=tools.name, BundleKey="p.tar.gz",
                      **(more if target else {})).policy()
    used = set()
    for request in asked:
        sids = iam.allowing(policy, request)
        assert sids, request
        used |= {(sid, request.action) for sid in sids}
    granted = {(one["Sid"], action) for one in policy["Statement"] for action in iam.listed(one["Action"])}
    # Logs and the script are Glue's to write and read; large files and dead runs are not in this table.
    idle = {sid_action for sid_action in granted - used if sid_action[0] not in ("WriteLogs", "ReadTools")}
    assert {action for _, action in idle} <= {"s3:AbortMultipartUpload", "s3:ListBucketMultipartUploads"}


@pytest.mark.parametrize("asked", [
    iam.request("PutObject", "lake", "orders-2026/_pqpack/1/journal.json"),
    iam.request("PutObject", "lake", "returns/a.parquet"), iam.request("DeleteObject", "lake", "orders2/a"),
    iam.request("GetObject", "lake", "returns/a.parquet"), iam.request("GetObject", "tools", "secret"),
    iam.request("PutObject", "tools", "pqpack_compact_job.py"), iam.request("DeleteObject", "tools", "plans/1"),
    iam.Request("glue:DeleteTable", f"arn:aws:glue:{REGION}:{ACCOUNT}:table/d/t"),
    iam.Request("glue:GetTable", f"arn:aws:glue:{REGION}:{ACCOUNT}:table/d/u"),
    iam.Request("logs:PutLogEvents", f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/other/x")])
def test_nothing_else_is_allowed(asked):
    assert iam.allowing(filled().policy(), asked) == []


def test_without_deletes_the_table_is_only_read():
    policy = filled(DeleteOriginalFiles="false", TargetBucket="copies", TargetPrefix="c",
                    PartitionPrefix="orders-20*").policy()
    for operation in ("PutObject", "DeleteObject", "AbortMultipartUpload"):
        assert iam.allowing(policy, iam.request(operation, "lake", "orders/a.parquet")) == []
        assert iam.allowing(policy, iam.request(operation, "lake", "orders-2026/k=a/a.parquet")) == []
        assert iam.allowing(policy, iam.request(operation, "copies", "c/a.parquet")) == ["WriteTarget"]

# SPDX-License-Identifier: Apache-2.0
"""deploy/kubernetes: Helm's own lint and templates, and the API's schemas over what comes out.

Not proved here: that a cluster runs it.  No cluster is asked.
"""

import json
import re
import subprocess

import pytest

from s3 import tables
from s3.bucket import Bucket
from s3.command import Run
from s3.fixtures import ensure_bucket
from s3.server import ROOT

HELM = ROOT / ".tools" / "bin" / "helm"
if not HELM.exists():
    pytest.skip("helm is there after tools/setup deploy (make test-deploy)", allow_module_level=True)
yaml = pytest.importorskip("yaml")

FOLDER = ROOT / "deploy" / "kubernetes"
CHART = FOLDER / "chart"
EXAMPLES = sorted((FOLDER / "examples").glob("*.yaml"))
OLDEST, NEWEST = "1.29.0", "1.37.0"
JOB = {"source": {"bucket": "lake", "prefix": "orders"}, "image": {"repository": "r", "tag": "1"}}


def helm(*words, values=None) -> subprocess.CompletedProcess:
    # Helm built by `go install` takes itself for Kubernetes 1.20.
    words = [HELM, *words, "--kube-version", NEWEST]
    if values is not None:
        words += ["-f", "-"]
    return subprocess.run(words, input=None if values is None else json.dumps(values),
                          capture_output=True, text=True)


def rendered(values=None, file=None, release="r1") -> dict[str, dict]:
    words = ["template", release, CHART, *(["-f", file] if file else [])]
    done = helm(*words, values=values)
    assert done.returncode == 0, done.stderr
    return {one["kind"]: one for one in yaml.safe_load_all(done.stdout)}


def pod(resources) -> dict:
    return resources["Job"]["spec"]["template"]["spec"]


def variables(resources) -> dict:
    [container] = pod(resources)["containers"]
    return {one["name"]: one["value"] for one in container["env"]}


def validate(text: str, version: str, tmp_path):
    path = tmp_path / "resources.yaml"
    path.write_text(text)
    return subprocess.run(
        [ROOT / ".venv" / "bin" / "kubernetes-validate", "-k", version, "--strict", path],
        capture_output=True, text=True)


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda path: path.stem)
class TestExamples:
    def test_lint(self, file):
        done = helm("lint", "--strict", CHART, "-f", file)
        assert done.returncode == 0, done.stdout + done.stderr

    @pytest.mark.parametrize("version", [OLDEST, NEWEST])
    def test_schema_of_the_api(self, file, version, tmp_path):
        done = helm("template", "r1", CHART, "-f", file)
        assert done.returncode == 0, done.stderr
        judged = validate(done.stdout, version, tmp_path)
        assert judged.returncode == 0, judged.stdout + judged.stderr
        assert "resource job/pqpack-r1-1" in judged.stdout + judged.stderr


@pytest.mark.parametrize("name", ["job", "compact-cronjob"])
@pytest.mark.parametrize("version", [OLDEST, NEWEST])
def test_plain_manifest(name, version, tmp_path):
    judged = validate((FOLDER / f"{name}.yaml").read_text(), version, tmp_path)
    assert judged.returncode == 0, judged.stdout + judged.stderr


def test_the_judge_finds_a_misspelt_field(tmp_path):
    text = (FOLDER / "job.yaml").read_text().replace("backoffLimitPerIndex", "backoffLimitperIndex")
    assert validate(text, NEWEST, tmp_path).returncode != 0


def test_plain_manifest_is_the_charts_job():
    plain = {one["kind"]: one for one in yaml.safe_load_all((FOLDER / "job.yaml").read_text())}
    values = {**JOB, "image": {"repository": "registry.example.com/pqpack", "tag": "0.1.0"}, "shards": 4,
              "serviceAccount": {"name": "pqpack", "roleArn": "arn:aws:iam::111122223333:role/pqpack"}}
    chart = rendered(values)
    for resource in (*plain.values(), *chart.values()):
        resource["metadata"].pop("labels", None)
    for jobs in (plain, chart):
        jobs["Job"]["metadata"].pop("name")
        jobs["Job"]["spec"]["template"].pop("metadata")
    assert chart == plain


@pytest.mark.parametrize("change, word", [
    ({"source": {"bucket": "lake"}}, "source/prefix"),
    ({"source": {"prefix": "orders"}}, "source/bucket"),
    ({"source": {"bucket": "lake", "prefix": "/"}}, "source/prefix"),
    ({"source": {"bucket": "s3://lake", "prefix": "orders"}}, "source/bucket"),
    ({"source": {"bucket": "lake", "prefix": "s3://lake/orders"}}, "source/prefix"),
    ({"source": {"bucket": "<bucket>", "prefix": "orders"}}, "source/bucket"),
    ({"destination": {"bucket": "Lake"}}, "destination/bucket"),
    ({"destination": {"prefix": "orders"}}, "same or one lies inside"),
    ({"destination": {"prefix": "orders/"}}, "same or one lies inside"),
    ({"destination": {"prefix": "orders/repacked"}}, "same or one lies inside"),
    ({"source": {"bucket": "lake", "prefix": "a/b"}, "destination": {"prefix": "a"}}, "one lies inside"),
    ({"image": {"repository": "r"}}, "image"),
    ({"image": {"tag": "1"}}, "image/repository"),
    ({"shards": 0}, "shards"),
    ({"shard": 2}, "shard"),
    ({"serviceAccount": {"roleArn": "pqpack"}}, "roleArn"),
])
def test_what_cannot_work_fails_before_the_cluster(change, word):
    done = helm("template", "r1", CHART, values={**JOB, **change})
    assert done.returncode != 0 and word in done.stderr, done.stdout + done.stderr


@pytest.mark.parametrize("destination", [
    {"bucket": "another", "prefix": "orders"}, {"prefix": "orders2"}, {"prefix": "order"}])
def test_neighbours_are_apart(destination):
    assert helm("template", "r1", CHART, values={**JOB, "destination": destination}).returncode == 0


def test_one_release_is_one_prefix():
    first = rendered(JOB, release="orders")
    second = rendered(JOB, release="events")
    assert first["Job"]["metadata"]["name"] == "pqpack-orders-1"
    assert second["Job"]["metadata"]["name"] == "pqpack-events-1"
    assert first["ServiceAccount"]["metadata"]["name"] == "pqpack-orders"


def test_names_leave_room_for_the_index():
    name = rendered({**JOB, "shards": 10000}, release="x" * 53)["Job"]["metadata"]["name"]
    assert len(f"{name.removesuffix('1')}999-9999") <= 63


def test_destination_is_derived():
    values = {**JOB, "source": {"bucket": "lake", "prefix": "orders/"}}
    assert variables(rendered(values))["DEST_PREFIX"] == "orders_repack"
    assert variables(rendered(values))["DEST_BUCKET"] == "lake"


def test_identities():
    irsa = rendered({**JOB, "serviceAccount": {"roleArn": "arn:aws:iam::111122223333:role/r"}})
    assert irsa["ServiceAccount"]["metadata"]["annotations"] == {
        "eks.amazonaws.com/role-arn": "arn:aws:iam::111122223333:role/r"}
    assert "annotations" not in rendered(JOB)["ServiceAccount"]["metadata"]
    theirs = rendered({**JOB, "serviceAccount": {"create": False, "name": "theirs"}})
    assert "ServiceAccount" not in theirs and pod(theirs)["serviceAccountName"] == "theirs"


def codes_of_the_program() -> set[int]:
    table = (ROOT / "docs" / "cli.md").read_text().split("## Exit codes")[1].split("##")[0]
    return {int(code) for code in re.findall(r"^\| (\d+) \|", table, re.M)}


def test_exit_codes_that_are_final():
    [_, by_code] = rendered(JOB)["Job"]["spec"]["podFailurePolicy"]["rules"]
    final = set(by_code["onExitCodes"]["values"])
    assert by_code["action"] == "FailIndex"
    # A code that is new has to be thought about here.
    assert codes_of_the_program() == {0, 1, 2, 3, 4, 5, 6, 130, 143}
    assert final == {2, 3, 6}
    assert by_code["onExitCodes"]["containerName"] == pod(rendered(JOB))["containers"][0]["name"]


def test_restricted_pod():
    spec = pod(rendered(JOB))
    [container] = spec["containers"]
    assert spec["securityContext"]["runAsNonRoot"] and spec["securityContext"]["runAsUser"] > 0
    assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]}}
    assert spec["automountServiceAccountToken"] is False
    assert spec["restartPolicy"] == "Never"


def nightly() -> dict:
    [_, cron_job] = yaml.safe_load_all((FOLDER / "compact-cronjob.yaml").read_text())
    assert cron_job["spec"]["concurrencyPolicy"] == "Forbid"
    return cron_job["spec"]["jobTemplate"]["spec"]


def test_the_cron_job_is_as_careful_as_the_chart():
    ours, charts = nightly(), rendered(JOB)["Job"]["spec"]
    [ignore, by_code] = ours["podFailurePolicy"]["rules"]
    [their_ignore, their_code] = charts["podFailurePolicy"]["rules"]
    assert ignore == their_ignore and by_code["action"] == "FailJob"
    assert by_code["onExitCodes"] == their_code["onExitCodes"]
    pods = [spec["template"]["spec"] for spec in (ours, charts)]
    for name in ("securityContext", "restartPolicy", "automountServiceAccountToken"):
        assert pods[0][name] == pods[1][name], name
    assert pods[0]["containers"][0]["securityContext"] == pods[1]["containers"][0]["securityContext"]


def test_the_cron_jobs_command_compacts(pqpack, s3_server, tmp_path):
    ensure_bucket(s3_server, "lake")
    bucket = Bucket("lake", s3_server)
    for n in range(6):
        bucket.put(f"orders/dt={n % 2}/{n}.parquet", tables.parquet(seed=n))
    [container] = nightly()["template"]["spec"]["containers"]
    assert container["command"] == ["pqpack", "compact"]
    for made in (2, 0):  # another night has nothing to do
        run = pqpack.run("compact", *container["args"], "--output", "json")
        assert run.code == 0 and run.summary["completed"] == made, run
    assert [key.split("/")[1] for key in bucket.keys("orders/")] == ["dt=0", "dt=1"]
    for key in bucket.keys("orders/"):
        bucket.delete(key)


def test_pods_of_a_job_do_all_the_work_between_them(pqpack, bucket, tmp_path):
    """The Pods' commands and variables as processes here, with the index Kubernetes would give."""
    for n in range(12):
        bucket.put(f"orders/dt={n}/a.parquet", tables.parquet(seed=n))
    values = {**JOB, "source": {"bucket": bucket.name, "prefix": "orders/"}, "shards": 3,
              "args": ["--output", "json"]}
    resources = rendered(values)
    [container] = pod(resources)["containers"]
    assert container["command"] == ["pqpack", "repack"]
    assert resources["Job"]["spec"]["completions"] == 3
    done = []
    for index in range(3):
        run: Run = pqpack.run("repack", *container["args"],
                              env={**variables(resources), "JOB_COMPLETION_INDEX": str(index)})
        assert run.code == 0, run
        done.append(run.counts()[0])
    assert sum(done) == 12 and len([count for count in done if count]) > 1
    assert bucket.keys("orders_repack/") == sorted(f"orders_repack/dt={n}/a.parquet" for n in range(12))

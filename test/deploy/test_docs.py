# SPDX-License-Identifier: Apache-2.0
"""docs/deploy.md and docs/glue.md as scripts: every command of them, in its order.

`aws s3` meets versitygw, the other `aws` commands moto, EKS a few canned answers; `helm` renders what
it would install; make, docker, kubectl and `aws cloudformation` are stand-ins that note what they are told.
"""

import json
import os
import pathlib
import re
import subprocess
import time
import urllib.request

import boto3
import pytest

from deploy import iam
from s3.fixtures import ensure_bucket
from s3.loopback import LoopbackService
from s3.server import ACCESS_KEY, ROOT, SECRET_KEY, free_port

MOTO = ROOT / ".venv" / "bin" / "moto_server"
HELM = ROOT / ".tools" / "bin" / "helm"
AWS = ROOT / ".venv" / "bin" / "aws"
if not (MOTO.exists() and HELM.exists() and AWS.exists()):
    pytest.skip("moto, helm and aws are there after tools/setup deploy (make test-deploy)",
                allow_module_level=True)

PAGE = ROOT / "docs" / "deploy.md"
GLUE = ROOT / "docs" / "glue.md"
TEMPLATE = ROOT / "deploy" / "glue" / "pqpack-compact.yaml"
LINK = re.compile(r"\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)")
REGION = "eu-west-1"


def blocks(page: pathlib.Path) -> list[str]:
    return re.findall(r"^```sh\n(.*?)^```", page.read_text(), re.M | re.S)


@pytest.fixture(scope="session")
def aws(tmp_path_factory):
    """moto on a free port: its address."""
    port = free_port()
    with open(tmp_path_factory.mktemp("moto") / "log", "wb") as log:
        process = subprocess.Popen(
            [MOTO, "-H", "127.0.0.1", "-p", str(port)], stdout=log, stderr=log,
            env={**os.environ, "MOTO_IAM_LOAD_MANAGED_POLICIES": "true"})
        try:
            url = f"http://127.0.0.1:{port}"
            while process.poll() is None:
                try:
                    with urllib.request.urlopen(url + "/moto-api/"):
                        break
                except OSError:
                    time.sleep(0.05)
            assert process.poll() is None, log.name
            yield url
        finally:
            process.terminate()
            process.wait()


class Eks(LoopbackService):
    """The two answers of EKS that the page needs; notes the requests."""

    def __init__(self):
        super().__init__()
        self.asked = []

    def reply(self, method, path, headers, body):
        self.asked.append((method, path, json.loads(body or b"null")))
        issuer = "https://oidc.eks.eu-west-1.amazonaws.com/id/ABC"
        return 200, json.dumps({"cluster": {"identity": {"oidc": {"issuer": issuer}}},
                                "association": {"associationId": "a-1"}}).encode()


STAND_INS = {
    "make": '[ "$*" = dist ] && mkdir -p dist && cd dist && echo bundle > pqpack-0.1.0-linux-x86_64.tar.gz'
            " && sha256sum *.tar.gz > pqpack-0.1.0-linux-x86_64.tar.gz.sha256",
    "docker": "case $1 in login) cat >/dev/null ;; esac",
    "kubectl": "true",
    "helm": f'args=("$@")\n'
            f'case $1 in upgrade) [ "$2" = --install ] && args=("${{@:3}}") || args=("${{@:2}}") ;; esac\n'
            f'kept=()\nfor arg in "${{args[@]}}"; do\n'
            f'  case $arg in --create-namespace) ;; --reuse-values)\n'
            f'    kept+=(--set source.bucket=lake,source.prefix=orders,image.repository=r,image.tag=t) ;;\n'
            f'  *) kept+=("$arg") ;; esac\ndone\n'
            f'exec "{HELM}" template "${{kept[@]}}" --kube-version 1.37.0',
    "aws": f'case $1 in cloudformation) echo the-job && exit ;; s3 | s3api) ;; *) unset AWS_ENDPOINT_URL_S3 ;; esac\nexec "{AWS}" "$@"',
}


class Shell:
    """A folder like a checkout, with the stand-ins first on PATH; `calls` is what they were told."""

    def __init__(self, folder, aws, s3_url, eks_url):
        self.folder = folder
        self.calls = folder / "calls"
        for name in ("deploy", "docs"):
            (folder / name).symlink_to(ROOT / name)
        commands = folder / "commands"
        commands.mkdir()
        for name, script in STAND_INS.items():
            # One write a line: both sides of a pipe note at the same time.
            note = f'line=$(printf "%q " {name} "$@"); printf "%s\\n" "$line" >> "{self.calls}"\n'
            (commands / name).write_text(f"#!/bin/bash\n{note}{script}\n")
            (commands / name).chmod(0o755)
        self.env = {
            "PATH": f"{commands}:{os.environ['PATH']}", "HOME": str(folder),
            "AWS_ACCESS_KEY_ID": ACCESS_KEY, "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
            "AWS_DEFAULT_REGION": REGION, "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_ENDPOINT_URL": aws, "AWS_ENDPOINT_URL_S3": s3_url, "AWS_ENDPOINT_URL_EKS": eks_url}

    def run(self, script: str, **env):
        return subprocess.run(["bash", "-euo", "pipefail", "-c", script], cwd=self.folder,
                              env={**self.env, **env}, capture_output=True, text=True)

    def of(self, command: str) -> list[str]:
        return [line.strip() for line in self.calls.read_text().splitlines()
                if line.startswith(command + " ")]


@pytest.fixture
def shell(tmp_path, aws, s3_server):
    with Eks() as eks:
        shell = Shell(tmp_path, aws, s3_server.url, eks.url)
        shell.eks = eks
        yield shell


def client(aws, service, region="us-east-1"):
    return boto3.client(service, endpoint_url=aws, region_name=region,
                        aws_access_key_id=ACCESS_KEY, aws_secret_access_key=SECRET_KEY)


def instances(ec2):
    return [one for group in ec2.describe_instances()["Reservations"] for one in group["Instances"]]


def test_every_command_in_order(shell, aws, s3_server):
    for name in ("lake", "lake-tools"):
        ensure_bucket(s3_server, name)
    steps = blocks(PAGE)
    cleaning = len(steps) - 1
    # moto has no log group until somebody makes it; SSM would, with the first command.
    client(aws, "logs").create_log_group(logGroupName="pqpack")
    done = shell.run("\n".join(steps[:cleaning]))
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr

    # What AWS has now is what the page says.
    role = client(aws, "iam").get_role_policy(RoleName="pqpack", PolicyName="pqpack")["PolicyDocument"]
    assert iam.allowing(role, iam.request("GetObject", "lake", "orders/a.parquet"))
    assert iam.allowing(role, iam.request("GetObject", "lake-tools", "pqpack-0.1.0-linux-x86_64.tar.gz"))
    machines = instances(client(aws, "ec2"))
    assert len(machines) == 5
    assert {one["InstanceType"] for one in machines} == {"c7i.2xlarge"}
    assert {one["State"]["Name"] for one in machines} <= {"shutting-down", "terminated"}
    assert [line.count("--iam-instance-profile Name=pqpack") for line in shell.of("aws")
            if "run-instances" in line] == [1, 1]
    # The role of the cluster ended up as IRSA's.
    trust = client(aws, "iam").get_role(RoleName="pqpack-orders")["Role"]["AssumeRolePolicyDocument"]
    [statement] = trust["Statement"]
    assert statement["Principal"]["Federated"].endswith(":oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/ABC")
    method, path, body = shell.eks.asked[0]
    assert (method, path) == ("POST", "/clusters/data/pod-identity-associations")
    assert (body["namespace"], body["serviceAccount"]) == ("pqpack", "pqpack-orders")
    # The service account that is trusted is the chart's.
    assert "serviceAccountName: pqpack-orders" in done.stdout
    assert statement["Condition"]["StringEquals"][
        "oidc.eks.eu-west-1.amazonaws.com/id/ABC:sub"] == "system:serviceaccount:pqpack:pqpack-orders"
    assert "completions: 16" in done.stdout and 'value: "shipments_repack"' in done.stdout
    assert len(shell.of("docker")) == 5 and len(shell.of("kubectl")) == 3

    last = shell.run(steps[cleaning])
    assert last.returncode == 0, last.stderr
    assert client(aws, "iam").list_roles()["Roles"] == []


def test_every_command_of_the_glue_job_in_order(shell, aws, s3_server):
    for name in ("lake", "lake-tools"):
        ensure_bucket(s3_server, name)
    glue = client(aws, "glue", REGION)
    command = {"Name": "glueetl", "ScriptLocation": "s3://lake-tools/pqpack_compact_job.py"}
    glue.create_job(Name="the-job", Role="r", Command=command)  # what CloudFormation makes
    done = shell.run("\n".join(blocks(GLUE)))
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr

    script = s3_server.s3.get_object(Bucket="lake-tools", Key="pqpack_compact_job.py")["Body"].read()
    assert script == (ROOT / "deploy/glue/pqpack_compact_job.py").read_bytes()
    assert len(glue.get_job_runs(JobName="the-job")["JobRuns"]) == 1
    made = glue.get_job(JobName="pqpack-compact")["Job"]
    assert made["Command"]["ScriptLocation"] == "s3://lake-tools/pqpack_compact_job.py"
    assert made["DefaultArguments"]["--pqpack_bundle"] == "s3://lake-tools/pqpack-0.1.0-linux-x86_64.tar.gz"
    # The stack's parameters are the template's.
    declared = set(re.findall(r"^  (\w+):\n    Type: (?:String|Number)", TEMPLATE.read_text(), re.M))
    given = {word.partition("=")[0] for line in shell.of("aws") if "parameter-overrides" in line
             for word in line.split("--parameter-overrides ")[1].split()}
    assert given <= declared and "BundleKey" in given and "ScheduleState" in given
    assert len(shell.of("kubectl")) == 2


def test_a_wrong_command_is_noticed(shell):
    """The stand-ins do refuse."""
    for script in ("aws iam create-role --role x --role-nme x --assume-role-policy-document '{}'",
                   "aws iam create-role --role-name y --assume-role-policy-document '{}' && aws iam"
                   " put-role-policy --role-name y --policy-name p --policy-document"
                   """ '{"Version": "2012-10-17", "Statement": {"Effect": "Alow", "Action": "s3:*"}}'""",
                   "aws ec2 run-instances --image-id ami-1 --iam-instance-profile Nme=x",
                   "aws iam add-role-to-instance-profile --instance-profile-name none --role-name none",
                   "helm upgrade --install x deploy/kubernetes/chart --set source.bucket=lake"):
        assert shell.run(script).returncode != 0, script
    shell.run("aws iam delete-role --role-name y")


@pytest.mark.parametrize("page", [PAGE, GLUE, ROOT / "docs" / "try-on-your-account.md",
                                  ROOT / "deploy" / "kubernetes" / "README.md"], ids=lambda p: p.name)
def test_links_lead_somewhere(page):
    def anchors(path):
        titles = re.findall(r"^#+ (.*)$", path.read_text(), re.M)
        return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}

    for target, anchor in LINK.findall(page.read_text()):
        path = (page.parent / target).resolve() if target else page
        assert path.exists(), target
        assert not anchor or anchor in anchors(path), (target, anchor)


@pytest.mark.parametrize("page", [PAGE, GLUE], ids=lambda p: p.name)
def test_blocks_are_clean_for_shellcheck(page, tmp_path):
    script = tmp_path / "page.sh"
    script.write_text("#!/bin/bash\nset -euo pipefail\n" + "\n".join(blocks(page)))
    done = subprocess.run(["shellcheck", script], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout

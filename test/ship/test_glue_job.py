# SPDX-License-Identifier: Apache-2.0
"""deploy/glue's job as it is, on Spark, with the archive of `make dist`, a real S3 server and moto's
Glue.  Executors are processes of their own, as they are on Glue; what they are not here is on
machines of their own."""

import io
import os
import pathlib
import signal
import subprocess
import sys

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pyspark
import pytest

from judge import spark_reader
from s3 import faults
from s3.command import HANG, environment
from s3.fault_proxy import FaultProxy
from s3.glue_table import GlueTable
from s3.server import ROOT

pytestmark = pytest.mark.skipif(spark_reader.why_not() is not None,
                                reason=f"no Spark here: {spark_reader.why_not()}")

SCRIPT = ROOT / "deploy/glue/pqpack_compact_job.py"
EXECUTOR = "org.apache.spark.executor.CoarseGrainedExecutorBackend"
COLUMNS = [{"Name": "id", "Type": "bigint"}, {"Name": "name", "Type": "string"}]
# What Glue adds, and what its console does with parameters that are left empty.
OF_GLUE = ["--JOB_NAME", "compact", "--JOB_ID", "j_1", "--JOB_RUN_ID", "jr_1", "--job-language", "python",
           "--job-bookmark-option", "job-bookmark-disable", "--enable-metrics", "--enable-spark-ui", "true",
           "--continuous-log-logGroup", "/aws-glue/jobs", "--target_s3_path", ""]


class Job:
    """Starts the job as `python SCRIPT` with what Glue would give it."""

    def __init__(self, archive, s3_url, glue_url, folder):
        self.archive, self.folder = archive, folder
        self.env = environment(
            s3_url, folder, AWS_ENDPOINT_URL_GLUE=glue_url, SPARK_HOME=str(folder / "spark"),
            SPARK_LOCAL_IP="127.0.0.1", SPARK_LOCAL_HOSTNAME="localhost", PYSPARK_PYTHON=sys.executable,
            JAVA_HOME=os.environ.get("JAVA_HOME"))
        # Executors' folders are made in SPARK_HOME: so that is one of this test's.
        (folder / "spark").mkdir()
        for path in pathlib.Path(pyspark.__file__).parent.iterdir():
            (folder / "spark" / path.name).symlink_to(path)

    def start(self, table, *words, master) -> subprocess.Popen:
        java = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Djava.net.preferIPv4Stack=true"
        settings = {
            "spark.ui.enabled": "false", "spark.driver.host": "127.0.0.1",
            "spark.driver.bindAddress": "127.0.0.1", "spark.local.dir": self.folder,
            "spark.executor.extraJavaOptions": java}
        submit = ["--master", master, "--driver-memory", "512m", "--driver-java-options", f"'{java}'"]
        for name, value in settings.items():
            submit += ["--conf", f"'{name}={value}'"]
        return subprocess.Popen(
            [sys.executable, SCRIPT, *OF_GLUE, *table.words, "--pqpack_bundle", self.archive,
             "--TempDir", table.bucket.uri("temporary/"), *words],
            env={**self.env, "PYSPARK_SUBMIT_ARGS": " ".join([*submit, "pyspark-shell"])},
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def ended(process: subprocess.Popen) -> tuple[int, str]:
    try:
        out, _ = process.communicate(timeout=HANG)
    except subprocess.TimeoutExpired:
        process.kill()
        raise AssertionError(f"hung for {HANG} s\n{process.communicate()[0]}") from None
    return process.returncode, out


@pytest.fixture
def job(archive, s3_server, glue_server, tmp_path):
    return Job(archive, s3_server.url, glue_server.url, tmp_path)


def small_file(start: int) -> bytes:
    out = io.BytesIO()
    ids = range(start, start + 50)
    pq.write_table(pa.table({"id": ids, "name": [f"name {number % 7}" for number in ids]}), out)
    return out.getvalue()


@pytest.fixture
def table(glue_server, bucket):
    """Twelve partitions of four files."""
    table = GlueTable(glue_server.glue, bucket, [("day", "string")], descriptor={"Columns": COLUMNS})
    table.add(*(table.partition(f"2023-01-{day:02}", files=0, Columns=COLUMNS) for day in range(1, 13)))
    for number in range(48):
        bucket.put(f"t/day=2023-01-{number % 12 + 1:02}/f{number // 12}.parquet", small_file(number * 50))
    return table


def files(bucket) -> list[str]:
    return [key for key in bucket.keys("t/day=") if key.endswith(".parquet")]


def rows(bucket) -> list[tuple]:
    """As DuckDB reads the table; the server's folder is a plain one."""
    place = bucket.server.folder / bucket.name / "t/day=*/*.parquet"
    return duckdb.sql(f"select day, id, name from read_parquet('{place}', hive_partitioning = true,"
                      " hive_types_autocast = false) order by all").fetchall()


def processes() -> dict[int, tuple[int, list[str]]]:
    """Parent and words of the command, of all that run."""
    found = {}
    for folder in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().decode(errors="replace").split("\0")
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:  # has ended meanwhile
            continue
        found[int(folder.name)] = parent, words
    return found


def executors_at_work(job: int) -> list[int]:
    """The executors of a job that have a pqpack of theirs running."""
    running, found = processes(), set()
    for pid, (_, words) in running.items():
        if "execute" not in words:
            continue
        line = [pid]
        while line[-1] in running and line[-1] != job:
            line.append(running[line[-1]][0])
        if line[-1] == job:
            found |= {pid for pid in line if EXECUTOR in running[pid][1]}
    return sorted(found)


def test_an_executor_is_killed_in_mid_task(archive, s3_server, glue_server, bucket, table, tmp_path):
    before, names = rows(bucket), files(bucket)
    killed = []

    def kill():
        killed.append(executors_at_work(process.pid)[0])
        os.kill(killed[0], signal.SIGKILL)

    with FaultProxy(s3_server.port) as proxy:
        job = Job(archive, proxy.url, glue_server.url, tmp_path)
        proxy.on("PutObject", faults.Before(kill), key="*/staged/*", times=[1])
        process = job.start(table, "--delete_original_files", "True", "--target_file_size_mb", "64",
                            "--partition_predicate", "day < '2023-01-12'",
                            master="local-cluster[2,1,1024]")
        code, out = ended(process)
    assert code == 0, out
    [executor] = killed
    assert "ExecutorLostFailure" in out, out
    assert "+ pqpack plan --database_name=" in out
    assert not [words for _, words in processes().values() if bucket.uri("temporary") in " ".join(words)]
    assert rows(bucket) == before and len(before) == 2400
    # One file in each partition that was selected, none of them an original.
    left = [key for key in files(bucket) if "day=2023-01-12" not in key]
    assert len(left) == 11 and not set(left) & set(names)
    assert len(files(bucket)) == 15
    assert not bucket.keys("t/_pqpack/")


def test_what_failed_is_the_jobs_error_and_the_rest_is_done(job, bucket, table):
    bucket.put("t/day=2023-01-05/broken.parquet", b"PAR1 this is none PAR1")
    code, out = ended(job.start(table, "--delete_original_files", "true", master="local[2]"))
    assert code == 1
    error = out[out.rindex("CompactionFailed"):]
    assert "broken.parquet" in error, out
    assert len([key for key in files(bucket) if "day=2023-01-05" not in key]) == 11
    assert not bucket.keys("t/_pqpack/")


def test_nothing_to_do_is_a_success(job, bucket, table):
    before = files(bucket)
    code, out = ended(job.start(table, "--delete_original_files", "true", "--partition_predicate",
                                "day = '1999-01-01'", master="local[1]"))
    assert code == 0, out
    assert files(bucket) == before

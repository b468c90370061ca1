# SPDX-License-Identifier: Apache-2.0
"""AWS Glue job: compacts a table of the Data Catalog with pqpack, on all workers of the job.

    --database_name D --table_name T [--target_s3_path URI] [--partition_predicate SQL]
    [--delete_original_files true] [--target_file_size_mb N]      as `pqpack compact` has them
    --pqpack_bundle s3://.../pqpack-VERSION-linux-x86_64.tar.gz   what `make dist` makes
    [--pqpack_flags "compression=zstd region=eu-west-1"]          more flags of pqpack
    --TempDir s3://.../                                           the plan is written below it

The driver plans once, executors carry out the plan's tasks, the driver commits.  What is proven,
published and deleted, and when, is decided by pqpack alone (docs/compact.md); how to set the job up
is told in docs/glue.md.  Runs on Python 3.10 and Spark 3.3 (Glue 4.0) or newer, with nothing else.
"""

import collections
import ctypes
import glob
import os
import shlex
import signal
import subprocess
import sys
import uuid

from pyspark import SparkContext, SparkFiles

TABLE = ["database_name", "table_name", "target_s3_path", "partition_predicate",
         "delete_original_files", "target_file_size_mb"]
NEEDED = ["database_name", "table_name", "pqpack_bundle", "TempDir"]
OWN = {*TABLE, *NEEDED, "pqpack_flags"}

# What Glue itself takes or adds, and this job has no use for.  Anything else is refused: it may be
# a misspelt --partition_predicate, and without that one the whole table would be compacted.
# https://docs.aws.amazon.com/glue/latest/dg/aws-glue-programming-etl-glue-arguments.html
OF_GLUE = {
    "JOB_ID", "JOB_NAME", "JOB_RUN_ID", "RedshiftTempDir", "SECURITY_CONFIGURATION",
    "additional-python-modules", "class", "conf", "datalake-formats", "debug", "encryption-type",
    "endpoint", "executor-cores", "library-set", "mode", "python-modules-installer-option",
    "scriptLocation", "spark-event-logs-path", "user-jars-first", "write-shuffle-files-to-s3"}
OF_GLUE_BY_START = ("JOB_", "auto-scale-", "continuous-log-", "continuation-", "customer-",
                    "disable-", "enable-", "extra-", "job-", "use-", "write-shuffle-")

# Flags of --pqpack_flags that do not go to `plan`: those of every command, and those of `execute`.
EVERYWHERE = {"endpoint-url", "log-level", "profile", "quiet", "region", "sse", "sse-kms-key-id", "stat",
              "verbose"}
OF_EXECUTE = {"batch-size", "memory-limit", "workers"}

# After these a shard is not tried again: 2 wrong use, 3 configuration, 4 sources changed since the
# plan, 6 an output failed its proof (docs/cli.md).  1, 5 and a killed process are.
FINAL = {0, 2, 3, 4, 6}
ROUNDS = 3
SHARDS_PER_SLOT = 3  # so that executors that are through early find more to do
LINES = 10  # that name errors, and as many at the end: what the job's error has of a command


class CompactionFailed(Exception):
    """Fails the job; its text is the error that Glue shows."""


def parse(words):
    """The job's own arguments by name; empty ones count as not given, Glue's are passed over."""
    words, own = collections.deque(words), {}
    while words:
        if not words[0].startswith("--"):
            raise CompactionFailed(f"'{words[0]}' belongs to no argument. Is a value not in quotes?")
        word, equals, value = words.popleft().partition("=")
        name = word[2:].replace("-", "_")
        if name in OWN:
            if not equals and not words:
                raise CompactionFailed(f"{word} has no value.")
            own[name] = (value if equals else words.popleft()).strip()
        elif word[2:] in OF_GLUE or word[2:].startswith(OF_GLUE_BY_START):
            if not equals and words and not words[0].startswith("--"):
                words.popleft()
        else:
            raise CompactionFailed(f"{word} is no argument of this job. It takes: "
                                   + " ".join("--" + name for name in sorted(OWN)))
    own = {name: value for name, value in own.items() if value}
    if "delete_original_files" in own:  # "True" is what Python programs send
        own["delete_original_files"] = own["delete_original_files"].lower()
    missing = [name for name in NEEDED if name not in own]
    if missing:
        raise CompactionFailed("Missing: " + " ".join("--" + name for name in missing))
    return own


def flags(own):
    """The flags of `plan`, `execute` and `commit`."""
    given = {"plan": [f"--{name}={own[name]}" for name in TABLE if name in own],
             "execute": [], "commit": []}
    for word in shlex.split(own.get("pqpack_flags", "")):
        word = "--" + word.lstrip("-")
        name = word[2:].partition("=")[0].replace("_", "-")
        for command in (given if name in EVERYWHERE else
                        ["execute"] if name in OF_EXECUTE else ["plan"]):
            given[command].append(word)
    return given


def program():
    """pqpack in the unpacked bundle, on the driver or on an executor."""
    found = glob.glob(os.path.join(SparkFiles.get("pqpack"), "pqpack-*", "bin", "pqpack"))
    if not found:
        raise CompactionFailed("--pqpack_bundle has no pqpack-*/bin/pqpack: is it from `make dist`?")
    return found[0]


def run(*words):
    """Runs pqpack to its end and passes on what it says; its exit code and what it said of errors
    and last."""
    print("+ pqpack", shlex.join(words), file=sys.stderr, flush=True)
    # Spark ends a task's Python with SIGKILL; its pqpack must not go on without it.
    libc, with_parent = ctypes.CDLL(None), 1  # PR_SET_PDEATHSIG
    child = subprocess.Popen([program(), *words], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                             stderr=subprocess.STDOUT, text=True, errors="replace",
                             preexec_fn=lambda: libc.prctl(with_parent, signal.SIGTERM))
    errors, last = [], collections.deque(maxlen=LINES)
    for line in child.stdout:
        print(line, end="", file=sys.stderr, flush=True)
        if "error: " in line and len(errors) < LINES:
            errors.append(line)
        else:
            last.append(line)
    return child.wait(), "".join([*errors, *last])


def mebibytes(size):
    """Of a size as Spark writes it; a plain number is in MiB."""
    number = size.lower().rstrip("bkmgt")
    unit = size.lower()[len(number):][:1]
    return int(int(number) * {"b": 2**-20, "k": 2**-10, "": 1, "m": 1, "g": 2**10, "t": 2**20}[unit])


class Executor:
    """What a task may take of its executor."""

    def __init__(self, conf):
        heap = mebibytes(conf.get("spark.executor.memory", "1g"))
        overhead = conf.get("spark.executor.memoryOverhead")
        self.cores = int(conf.get("spark.executor.cores", "0"))
        self.memory = heap + (mebibytes(overhead) if overhead else max(384, heap // 10))

    def limits(self):
        """Called on the executor.  Half of its memory is for Java, which has nothing to do here,
        and Python."""
        cpus = os.cpu_count() or 1
        tasks = self.cores or cpus
        return [f"--memory-limit={self.memory // 2 // tasks}MiB", f"--workers={max(1, 4 * cpus // tasks)}"]


def slots(conf, parallelism):
    """How many tasks run at a time when all executors are there; some may be on their way yet."""
    executors = max(int(conf.get(name, "0")) for name in
                    ("spark.executor.instances", "spark.dynamicAllocation.maxExecutors"))
    return max(1, parallelism, executors * int(conf.get("spark.executor.cores", "1")))


def execute_plan(context, plan, given):
    """What run() gives for each shard, by its name."""
    conf = context.getConf()
    count = SHARDS_PER_SLOT * slots(conf, context.defaultParallelism)
    executor = Executor(conf)

    def execute(shards):
        for shard in shards:
            yield shard, run("execute", f"--plan={plan}", f"--shard={shard}", *executor.limits(), *given)

    # A lost executor's shards are started again by Spark.  A failure is an answer, and not one of
    # the task's for Spark to count: with the last of these it would give up all other shards.
    done, left = {}, [f"{number}/{count}" for number in range(count)]
    for _ in range(ROUNDS):
        done.update(context.parallelize(left, len(left)).mapPartitions(execute).collect())
        left = [shard for shard, (code, _) in done.items() if code not in FINAL]
        if not left:
            break
    return done


def carry_out(context, plan, given):
    done = execute_plan(context, plan, given["execute"])
    # It refuses what was not carried out, so it is asked in any case: what can be committed, is.
    code, said = run("commit", f"--plan={plan}", *given["commit"])
    if code != 0:
        failed = [f"shard {shard}: exit code {its}\n{last}" for shard, (its, last) in done.items() if its != 0]
        raise CompactionFailed(f"pqpack commit: exit code {code}\n{said}" + "".join(failed[:3]))


def main(words):
    own = parse(words)
    given = flags(own)
    context = SparkContext.getOrCreate()
    context.addArchive(own["pqpack_bundle"] + "#pqpack")  # unpacked once by each executor
    plan = f"{own['TempDir'].rstrip('/')}/pqpack/{uuid.uuid4()}.plan.json"

    code, said = run("plan", *given["plan"], f"--out={plan}")
    if code != 0:
        raise CompactionFailed(f"pqpack plan: exit code {code}\n{said}")

    try:
        carry_out(context, plan, given)
    except Exception:
        # The next run plans anew, so what was staged for this plan is of no use to it.  What was
        # published stays, and a commit that was broken off is completed.
        run("commit", f"--plan={plan}", "--discard", *given["commit"])
        raise


if __name__ == "__main__":
    main(sys.argv[1:])

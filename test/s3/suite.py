# SPDX-License-Identifier: Apache-2.0
"""The C++ tests of the S3 store (store_test) against a server."""

import json
import pathlib
import subprocess

from s3.bucket import Bucket
from s3.command import environment
from s3.program import program


def run_store_suite(bucket: Bucket, folder: pathlib.Path) -> dict[str, str]:
    """Runs every test with S3 in its name; full name -> PASSED, FAILED or SKIPPED."""
    report = folder / "report.json"
    done = subprocess.run(
        [program("store_test"), "--gtest_filter=*S3*", f"--gtest_output=json:{report}"],
        env={**environment(bucket.server.url, folder), "PQPACK_TEST_S3": bucket.server.url,
             "PQPACK_TEST_S3_BUCKET": bucket.name},
        capture_output=True, text=True, check=False)
    assert report.exists(), f"exit {done.returncode}\n{done.stdout}\n{done.stderr}"
    results = {}
    for suite in json.loads(report.read_text())["testsuites"]:
        for test in suite["testsuite"]:
            failed = test.get("failures")
            name = f"{suite['name']}.{test['name']}"
            results[name] = "FAILED" if failed else "SKIPPED" if test["result"] == "SKIPPED" else "PASSED"
    assert done.returncode in (0, 1), done.stderr  # not a crash
    print(done.stdout)  # pytest shows it with a failure
    return results

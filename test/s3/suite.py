# SPDX-License-Identifier: Apache-2.0
"""The C++ tests that take a server: the S3 store's, and runs that are disturbed at their store calls."""

import json
import pathlib
import subprocess

from s3.bucket import Bucket
from s3.command import environment
from s3.program import program


def run_store_suite(bucket: Bucket, folder: pathlib.Path, of: str = "store_test") -> dict[str, str]:
    """Runs every test of the program with S3 in its name; full name -> PASSED, FAILED or SKIPPED."""
    report = folder / "report.json"
    done = subprocess.run(
        [program(of), "--gtest_filter=*S3*:*/s3", f"--gtest_output=json:{report}"],
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

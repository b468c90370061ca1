# SPDX-License-Identifier: Apache-2.0
"""The store's conformance suite and its S3 tests, in C++, on versitygw."""

from s3.suite import run_store_suite


def test_the_stores_own_tests(bucket, tmp_path):
    results = run_store_suite(bucket, tmp_path)
    assert [name for name, result in results.items() if result != "PASSED"] == []
    assert len(results) >= 15
    assert bucket.uploads() == []

# SPDX-License-Identifier: Apache-2.0
"""The C++ tests that take a server, on versitygw: the store's own, and disturbed runs."""

from s3.suite import run_store_suite


def test_the_stores_own_tests(bucket, tmp_path):
    results = run_store_suite(bucket, tmp_path)
    assert [name for name, result in results.items() if result != "PASSED"] == []
    assert len(results) >= 15
    assert bucket.uploads() == []


def test_runs_that_are_disturbed_at_their_store_calls(bucket, tmp_path):
    results = run_store_suite(bucket, tmp_path, of="run_test")
    assert results == {
        "Stores/RepackFaults.ARerunCompletesWhateverCallWentWrong/s3": "PASSED",
        "Stores/RepackFaults.ARerunCompletesWhatTheStoreCopies/s3": "PASSED",
        **{f"Stores/CompactTest.{name}/s3": "PASSED" for name in (
            "InPlaceDiesAtEachCall", "ACopyDiesAtEachCall", "AMoveDiesAtEachCall",
            "TheRowsAreThoseOfTheOriginals", "AFileThatChangesAtAnyMoment")},
        **{f"Stores/PlanTest.{name}/s3": "PASSED" for name in (
            "AWorkerDiesAtEachCall", "ACommitDiesAtEachCall", "AFileThatChangesAtAnyMoment",
            "PagesThatSurpriseAreEncodedAnew")}}
    assert bucket.uploads() == []


def test_compactions_that_die_at_their_store_calls(bucket, tmp_path):
    results = run_store_suite(bucket, tmp_path, of="commit_test")
    assert results == {
        **{f"Stores/CrashTest.{mode}/s3": "PASSED" for mode in (
            "InPlace", "Copy", "Move", "Swap", "CatalogMove", "InPlaceOutside", "SwapOutside")},
        "Stores/TwoAtOnce.OneSeesTheOther/s3": "PASSED",
        "Stores/UploadTest.OfAPausedOneCanNotBeEnded/s3": "PASSED"}
    assert bucket.uploads() == []

# SPDX-License-Identifier: Apache-2.0
"""Local disks as they are: links that lead where they should not, and the limits of the process."""

import pathlib
import subprocess

import pytest

from s3 import tables
from s3.command import environment, finish
from s3.program import program


@pytest.fixture
def places(tmp_path):
    """A source with two folders of one file each, and a destination beside it."""
    source, destination = tmp_path / "src", tmp_path / "dst"
    for n, name in enumerate(("one", "two")):
        (source / name).mkdir(parents=True)
        (source / name / f"{name}.parquet").write_bytes(tables.parquet(seed=n))
    destination.mkdir()
    return source, destination


def contents(folder: pathlib.Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def failures(run) -> list[str]:
    return [event["error"] for event in run.of("file_failed")]


def test_a_file_of_another_name_is_refused_by_that(local, places):
    source, destination = places
    (source / "one" / "one.parquet").rename(source / "data.bin")
    run = local.run("repack", "--src", source / "data.bin", "--dst", destination)
    assert run.code == 2 and run.err == (
        f"error: {source}/data.bin: its name does not end in .parquet or .parq. "
        "Rename the file, or name a folder.\n"), run


# -- links


@pytest.mark.parametrize("flags", [[], ["--no-skip-existing"], ["--dry-run"]])
@pytest.mark.parametrize("leads_to", ["one", "two"])
def test_a_link_in_the_destination_reaches_no_source(local, places, flags, leads_to):
    source, destination = places
    (destination / "one").symlink_to(source / leads_to)
    before = contents(source)
    run = local.repack(source, destination, *flags)
    assert (run.code, run.counts()) == (1, (1, 0, 0, 1)), run
    assert contents(source) == before
    assert ", leads out of the destination by a symbolic link, to " in failures(run)[0]


def test_a_link_in_the_source_reads_no_output(local, places):
    source, destination = places
    assert local.repack(source, destination).code == 0
    (source / "link").symlink_to(destination)
    before = contents(destination)
    run = local.repack(source, destination)
    assert (run.code, run.counts()) == (1, (0, 2, 0, 2)), run
    assert contents(destination) == before
    assert {error.split(" leads ")[1] for error in failures(run)} == {
        "into the destination by a symbolic link"}


def test_of_a_single_file_only_its_own_leftover_is_looked_for(local, places):
    source, destination = places
    (destination / "below").mkdir()
    for name in (".x.parquet.pqpack-tmp", ".y.parquet.pqpack-tmp", "below/.x.parquet.pqpack-tmp"):
        (destination / name).write_bytes(b"of a killed run")
    (destination / "below" / ".q.parquet.pqpack-tmp").symlink_to("nowhere")
    run = local.repack(source / "one" / "one.parquet", destination / "x.parquet")
    assert (run.code, run.err) == (0, ""), run
    assert sorted(contents(destination)) == [
        ".y.parquet.pqpack-tmp", "below/.x.parquet.pqpack-tmp", "x.parquet"]


def test_a_link_is_no_leftover(local, places):
    source, destination = places
    (destination / ".q.parquet.pqpack-tmp").symlink_to("nowhere")
    run = local.repack(source, destination)
    assert (run.code, run.counts(), run.err) == (0, (2, 0, 0, 0), ""), run


# -- limits


def limited(local, limit: str, *words) -> object:
    """The command under a `ulimit`."""
    script = f'ulimit {limit}; exec "$0" "$@"'
    command = ["bash", "-c", script, program("pqpack"), *map(str, words)]
    return finish(subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   env=environment(None, local.home)))


def test_a_file_larger_than_the_process_may_write_fails_alone(local, places):
    source, destination = places
    (source / "large.parquet").write_bytes(tables.parquet(rows=200_000))
    assert (source / "large.parquet").stat().st_size > 1 << 20
    run = limited(local, "-f 1024", *local.repack_words(source, destination))
    assert (run.code, run.counts()) == (1, (2, 0, 0, 1)), run
    assert failures(run)[0].endswith("File too large")
    assert sorted(contents(destination)) == ["one/one.parquet", "two/two.parquet"]


@pytest.mark.parametrize("descriptors", [4, 5])
def test_a_process_that_may_open_nothing_says_so_and_ends(local, places, descriptors):
    source, destination = places
    run = limited(local, f"-n {descriptors}", *local.repack_words(source, destination))
    assert run.code == 1, run
    assert "Too many open files" in run.out + run.err
    assert contents(destination) == {}

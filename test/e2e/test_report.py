# SPDX-License-Identifier: Apache-2.0
"""--report: the page that a run writes.  Python's own parser judges it; names are hostile."""

import html.parser

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

DELETE = "--delete_original_files=true"
EVIL = "p=<script>alert(1)</script>"


class Page(html.parser.HTMLParser):
    """What a browser would make of it: elements, text of the table's rows, and what is loaded."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.loads, self.rows, self.text = [], [], [], ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.elements.append(tag)
        self.loads += [name for name, _ in attrs if name in ("src", "href") or name.startswith("on")]
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")
        self.cell = tag if tag in ("td", "th") else self.cell if tag in ("span", "wbr") else None

    def handle_endtag(self, tag):
        if tag in ("td", "th"):
            self.cell = None

    def handle_data(self, data):
        self.text += data
        if self.cell and self.rows:
            self.rows[-1][-1] += data

    cell = None


def fill(folder, count=3, begin=0):
    folder.mkdir(parents=True)
    for n in range(count):
        pq.write_table(pa.table({"id": range(begin + 100 * n, begin + 100 * n + 100)}),
                       folder / f"f{n}.parquet")


def read(path) -> Page:
    return Page(path.read_text(encoding="utf-8"))


def test_compact(local, tmp_path):
    fill(tmp_path / "table" / "p=1")
    fill(tmp_path / "table" / "p=one", count=1)
    page = tmp_path / "out" / "report.html"  # the folder is made
    run = local.run("compact", "--path", tmp_path / "table", DELETE, "--report", page, "--output", "json")
    assert run.code == 0, run
    assert run.of("report_written")[0]["uri"] == str(page)
    assert run.events[-1]["event"] == "summary"
    seen = read(page)
    assert seen.elements.count("script") == 1 and not seen.loads
    assert [row[:4] for row in seen.rows] == [["Partition", "Result", "Files", "after"],
                                              ["p=1/", "compacted", "3", "1"],
                                              ["p=one/", "left", "1", "1"]]
    assert "Compacted" in seen.text and "pqpack compact" in seen.text and "128 MiB" in seen.text
    assert "Files2was 4" in seen.text.replace("\n", "")
    # The same figures as a program gets them.
    summary = run.summary
    assert sum(bin["before"] for bin in summary["sizes"]) == 4
    assert sum(bin["after"] for bin in summary["sizes"]) == 2
    assert sum(summary["bytes_by_level"]) > 0
    assert summary["skipped_by_reason"] and summary["seconds_proving"] >= 0


def test_names_are_shown_and_never_run(local, tmp_path):
    fill(tmp_path / "table" / EVIL.replace("/", "%2F"))
    bad = tmp_path / "table" / "p=bad"
    fill(bad)
    (bad / "<img src=x onerror=alert(1)>.parquet").write_bytes(b"no Parquet file")
    page = tmp_path / "report.html"
    run = local.run("compact", "--path", tmp_path / "table", DELETE, "--report", page)
    assert run.code == 1, run
    seen = read(page)
    assert seen.elements.count("script") == 1 and "img" not in seen.elements and not seen.loads
    assert [row[0] for row in seen.rows] == ["Partition", "p=bad/", EVIL.replace("/", "%2F") + "/"]
    assert "<img src=x onerror=alert(1)>.parquet" in seen.text  # the failure names it
    assert page.read_text().index("Failed partitions") < page.read_text().index('class="tiles"')


def test_one_that_cannot_be_written_is_said(local, tmp_path):
    fill(tmp_path / "table" / "p=1")
    (tmp_path / "taken").write_text("a file, not a folder")
    run = local.run("compact", "--path", tmp_path / "table", DELETE, "--report",
                    tmp_path / "taken" / "report.html", "--output", "json")
    assert run.code != 0 and run.summary["exit_code"] == run.code, run
    assert run.summary["completed"] == 1  # the work is done all the same
    assert len(list((tmp_path / "table" / "p=1").iterdir())) == 1
    assert "taken" in run.of("report_failed")[0]["error"]
    assert "--report" in run.err


def test_a_run_that_fails_keeps_its_own_exit_code(local, tmp_path):
    fill(tmp_path / "table" / "p=1")
    (tmp_path / "table" / "p=1" / "bad.parquet").write_bytes(b"no Parquet file")
    (tmp_path / "taken").write_text("a file, not a folder")
    run = local.run("compact", "--path", tmp_path / "table", DELETE, "--report",
                    tmp_path / "taken" / "report.html")
    assert run.code == 1, run


def test_a_refused_table_has_a_page(local, tmp_path):
    fill(tmp_path / "table" / "p=1")
    (tmp_path / "table" / "_delta_log").mkdir()
    (tmp_path / "table" / "_delta_log" / "00000000000000000000.json").write_text("{}")
    page = tmp_path / "report.html"
    run = local.run("compact", "--path", tmp_path / "table", DELETE, "--report", page)
    assert run.code == 3, run
    seen = read(page)
    assert "The run ended early" in seen.text and "Delta" in seen.text


@pytest.mark.parametrize("name, words", [
    ("report.txt", "ends in .html"),
    ("s3://bucket/report.html", "not on this machine"),
    ("table/report.html", "lies inside --path"),
    ("copy/report.html", "lies inside --target_s3_path"),
])
def test_wrong_places_are_refused_before_anything_is_done(local, tmp_path, name, words):
    fill(tmp_path / "table" / "p=1")
    where = name if name.startswith("s3:") else tmp_path / name
    run = local.run("compact", "--path", tmp_path / "table", "--target_s3_path", tmp_path / "copy",
                    "--report", where)
    assert run.code == 2 and words in run.err, run
    assert ("Give a file outside of it." in run.err) == ("lies inside" in words)
    assert not (tmp_path / "copy").exists()


def test_a_dry_run_has_none(local, tmp_path):
    fill(tmp_path / "table" / "p=1")
    page = tmp_path / "report.html"
    run = local.run("compact", "--path", tmp_path / "table", "--dry-run", "--report", page)
    assert run.code == 2 and not page.exists()


def test_repack(local, tmp_path):
    fill(tmp_path / "in", count=3)
    (tmp_path / "in" / "bad.parquet").write_bytes(b"no Parquet file")
    page = tmp_path / "report.html"
    page.write_text("an earlier one")
    run = local.run("repack", "--src", tmp_path / "in", "--dst", tmp_path / "out", "--report", page)
    assert run.code == 1, run
    seen = read(page)
    assert [row[:2] for row in seen.rows] == [["File", "Result"], ["bad.parquet", "failed"]] + sorted(
        row[:2] for row in seen.rows[2:])
    assert sorted(row[0] for row in seen.rows[2:]) == ["f0.parquet", "f1.parquet", "f2.parquet"]
    assert all(row[1] == "repacked" for row in seen.rows[2:])
    assert not list(tmp_path.glob(".*")) and not list(tmp_path.glob("*.tmp*"))


def test_names_are_shown_and_never_run_of_a_repack(local, tmp_path):
    fill(tmp_path / "in" / EVIL.replace("/", "%2F"), count=1)
    (tmp_path / "in" / "<img src=x onerror=alert(1)>.parquet").write_bytes(b"no Parquet file")
    page = tmp_path / "report.html"
    run = local.run("repack", "--src", tmp_path / "in", "--dst", tmp_path / "out", "--report", page)
    assert run.code == 1, run
    seen = read(page)
    assert seen.elements.count("script") == 1 and "img" not in seen.elements and not seen.loads
    assert [row[0] for row in seen.rows] == ["File", "<img src=x onerror=alert(1)>.parquet",
                                             EVIL.replace("/", "%2F") + "/f0.parquet"]
    text = page.read_text()
    assert text.index("Failed, nothing of these") < text.index('class="tiles"')


def test_one_of_a_repack_that_cannot_be_written_is_said(local, tmp_path):
    fill(tmp_path / "in")
    (tmp_path / "taken").write_text("a file, not a folder")
    run = local.run("repack", "--src", tmp_path / "in", "--dst", tmp_path / "out", "--report",
                    tmp_path / "taken" / "report.html", "--output", "json")
    assert run.code != 0 and run.summary["exit_code"] == run.code, run
    assert run.summary["completed"] == 3  # the work is done all the same
    assert "taken" in run.of("report_failed")[0]["error"]
    assert "--report" in run.err


@pytest.mark.parametrize("name, words", [
    ("report.txt", "ends in .html"),
    ("s3://bucket/report.html", "not on this machine"),
    ("in/report.html", "lies inside --src"),
    ("out/report.html", "lies inside --dst"),
])
def test_wrong_places_are_refused_before_a_repack(local, tmp_path, name, words):
    fill(tmp_path / "in")
    where = name if name.startswith("s3:") else tmp_path / name
    run = local.run("repack", "--src", tmp_path / "in", "--dst", tmp_path / "out", "--report", where)
    assert run.code == 2 and words in run.err, run
    assert not (tmp_path / "out").exists()


def test_a_dry_run_of_a_repack_has_none(local, tmp_path):
    fill(tmp_path / "in")
    page = tmp_path / "report.html"
    run = local.run("repack", "--src", tmp_path / "in", "--dst", tmp_path / "out", "--dry-run", "--report",
                    page)
    assert run.code == 2 and not page.exists()


@pytest.mark.parametrize("command", ["diagnose", "verify", "plan"])
def test_other_commands_do_not_have_it(local, tmp_path, command):
    assert local.run(command, tmp_path, "--report", tmp_path / "r.html").code == 2

# SPDX-License-Identifier: Apache-2.0
"""docs/inspect.md shows what the command prints, word for word; the root of the checkout is `...`."""

import re

import pytest

from s3.server import ROOT

DOCS = ROOT / "docs" / "inspect.md"


def shown():
    """(command line, output) of each `$` in a block."""
    found = []
    for block in re.findall(r"(?:^    .*\n|^\n)+", DOCS.read_text(), re.M):
        lines = [line[4:] for line in block.rstrip().split("\n")]
        commands = [n for n, line in enumerate(lines) if line.startswith("$ ")]
        for begin, end in zip(commands, [*commands, len(lines)][1:], strict=True):
            found.append((lines[begin][2:], "\n".join(lines[begin + 1 : end]).strip("\n")))
    assert len(found) >= 4
    return found


@pytest.mark.parametrize("line, said", shown())
def test_what_the_docs_show_is_what_is_printed(local, tmp_path, line, said):
    cut = (ROOT / "test/data/outputs/indexed.parquet").read_bytes()[:600]
    (tmp_path / "cut.parquet").write_bytes(cut)
    for folder in ("demo", "test"):
        (tmp_path / folder).symlink_to(ROOT / folder)
    words = line.split()
    if words[0] == "head":  # makes the cut file
        return
    assert words[:2] == ["pqpack", "inspect"]
    run = local.run(*words[1:])
    printed = (run.out + run.err).replace(str(ROOT), "...").replace(str(tmp_path), "...").strip("\n")
    printed = re.sub(r'"seconds":[\d.e-]+', '"seconds":0.001', printed)
    *most, last = said.split("\n")
    if last == "...":  # the rest is left out
        assert printed.startswith("\n".join(most)), printed
    else:
        assert printed == said

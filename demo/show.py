# SPDX-License-Identifier: Apache-2.0
"""show.py FOLDER [ORIGINAL]: what a strict reader sees in each Parquet file below FOLDER.

The footers are read by the tests' own reader and, with ORIGINAL, schema and values are compared by
pyarrow: neither is pqpack's code.
"""

import pathlib
import sys

import pyarrow.parquet

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "test"))
from judge import footer  # noqa: E402

ROOT = {footer.REQUIRED: "required", footer.OPTIONAL: "optional", footer.REPEATED: "REPEATED"}


TRACE = b"pqpack.repaired"  # the metadata that a repaired file has more


def same(path, original):
    """Are schema, metadata and values of both files equal for pyarrow?"""
    ours, theirs = pyarrow.parquet.read_table(path), pyarrow.parquet.read_table(original)
    metadata = dict(ours.schema.metadata or {})
    metadata.pop(TRACE, None)
    ours = ours.replace_schema_metadata(metadata or None)
    return ours.schema.equals(theirs.schema, check_metadata=True) and ours.equals(theirs)


def row(path):
    file = footer.File(path)
    groups = file.meta.get("row_groups", [])
    return {
        "rows": file.meta["num_rows"],
        "row groups": len(groups),
        "of them empty": sum(group["num_rows"] == 0 for group in groups),
        "root": ROOT.get(file.root.get("repetition_type"), "absent"),
        "untrue statistics": sum(
            meta.get("statistics", {}).get("distinct_count") == 0 for _, _, meta, _ in file.chunks()
        ),
    }


def main(folder, original=None):
    paths = sorted(pathlib.Path(folder).rglob("*.parquet"))
    if not paths:
        sys.exit(f"{folder}: no Parquet file")
    names = [str(path.relative_to(folder)) for path in paths]
    width = max(map(len, names))
    different = 0
    head = "  ".join(row(paths[0])) + ("  schema and values" if original else "")
    print(f"{'file':{width}}  {head}")
    for name, path in zip(names, paths):
        cells = "  ".join(f"{value!s:>{len(key)}}" for key, value in row(path).items())
        if original:
            equal = same(path, pathlib.Path(original) / name)
            different += not equal
            cells += "  " + ("equal" if equal else "DIFFERENT")
        print(f"{name:{width}}  {cells}")
    if original and len(paths) != len(list(pathlib.Path(original).rglob("*.parquet"))):
        sys.exit(f"{folder} and {original} do not hold the same files")
    if different:
        sys.exit(f"{different} files differ")


main(*sys.argv[1:])

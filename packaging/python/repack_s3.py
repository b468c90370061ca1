# SPDX-License-Identifier: Apache-2.0
"""python -m repack_s3 --src URI --dst URI [--workers N] [--batch-size N] [--no-skip-existing]

Another name for `pqpack repack`, for scripts that call it so.  Every flag of `pqpack repack` is
taken; without any, the places come from SRC_BUCKET, SRC_PREFIX, DEST_BUCKET and DEST_PREFIX.
"""

import sys

import pqpack


def main(arguments=None):
    """Becomes `pqpack repack ARGUMENTS`.  Does not return."""
    pqpack.main(["repack"] + (sys.argv[1:] if arguments is None else list(arguments)))


if __name__ == "__main__":
    main()

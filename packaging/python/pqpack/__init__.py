# SPDX-License-Identifier: Apache-2.0
"""The command pqpack, with everything that it needs, for those who install by pip.

``pqpack``, ``python -m pqpack`` and ``pqpack.main()`` replace the Python process by the program:
signals, exit codes and output are its own.  To run it and go on, start ``pqpack.program()`` by
subprocess.
"""

import os
import signal
import sys


def program():
    """The path of the program, for subprocess.run([pqpack.program(), "repack", ...])."""
    return os.path.join(os.path.dirname(os.path.abspath(__file__)), "bundle", "bin", "pqpack")


def main(arguments=None):
    """Becomes `pqpack ARGUMENTS`, by default this process's own.  Does not return."""
    words = sys.argv[1:] if arguments is None else list(arguments)
    for name in ("SIGPIPE", "SIGXFSZ"):  # Python ignores them, and a program inherits that
        signal.signal(getattr(signal, name), signal.SIG_DFL)
    sys.stdout.flush()
    sys.stderr.flush()
    os.execv(program(), ["pqpack"] + words)

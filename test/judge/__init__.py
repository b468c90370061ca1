# SPDX-License-Identifier: Apache-2.0
"""Readers that are not ours judge what the tool wrote.

A judge takes two files and returns its complaints as a list of sentences: none means that this reader
sees the same rows in both.  A judge that cannot read the original says so by raising Unreadable.
"""


class Unreadable(Exception):
    """This reader cannot read the original, so it has no opinion."""

# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Where programs keep what they can make again."""

import os


def cache_folder(name: str) -> str:
    """Return the folder of a cache: ``tfaip/<name>`` in ``XDG_CACHE_HOME`` or ``~/.cache``. It is not created.

    A relative ``XDG_CACHE_HOME`` does not count, as its standard says: the folder would be anybody's.

    Args:
        name: The name of the cache.
    """
    base = os.environ.get("XDG_CACHE_HOME", "")
    if not os.path.isabs(base):
        base = os.path.join(os.path.expanduser("~"), ".cache")
    return os.path.join(base, "tfaip", name)

# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Keeping two processes from changing a file of a directory at the same time, without a file for the lock."""

import contextlib
import os
import time
from collections.abc import Iterator

SECONDS = 2.0
_BETWEEN_TRIES = 0.01


@contextlib.contextmanager
def locked(folder: str) -> Iterator[None]:
    """Hold the lock of a directory in the block.

    It is held for moments only: after some seconds, or where the file system has no locks, the block runs without it.

    Args:
        folder: The directory.

    Raises:
        OSError: It cannot be opened.
    """
    # not available everywhere
    import fcntl

    descriptor = os.open(folder, os.O_RDONLY)
    try:
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                time.sleep(_BETWEEN_TRIES)
            except OSError:
                break
        yield
    finally:
        os.close(descriptor)

# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""A lock that the system gives back when its last holder ends, however that happens."""

import contextlib
import errno
import fcntl
import os
from typing import Optional


class FileLock:
    """An exclusive lock on a file.

    Processes that inherit the descriptor hold it, too: it is free when all of them have ended.

    Args:
        path: The file; it is created, and left there.
    """

    def __init__(self, path: str):
        self.path = path
        self._descriptor: Optional[int] = None

    @property
    def descriptor(self) -> int:
        """The descriptor to be inherited by those that shall hold the lock, too."""
        assert self._descriptor is not None
        return self._descriptor

    def try_acquire(self) -> bool:
        """Return whether the lock could be taken now.

        Raises:
            OSError: The file can neither be opened nor created.
        """
        assert self._descriptor is None
        descriptor = self._open()
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(descriptor)
            if error.errno in (errno.EWOULDBLOCK, errno.EACCES):
                return False
            raise
        self._descriptor = descriptor
        return True

    def release(self) -> None:
        """Give it back; processes that have inherited it still hold it."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _open(self) -> int:
        # the file may be one of another user: it can be locked without a right to write
        with contextlib.suppress(FileNotFoundError):
            return os.open(self.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
        return os.open(self.path, os.O_RDONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o644)

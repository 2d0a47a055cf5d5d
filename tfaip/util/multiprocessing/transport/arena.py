# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Shared memory without a name: one process writes arrays into it, the other one reads them in place.

The memory has no name in any file system, so nothing can be left behind, however the processes end. It is sparse: only
what was used counts, and it is reserved before it is written, so that a lack of memory is an error and no crash. What
was not used for some seconds is given back.
"""

import bisect
import contextlib
import mmap
import os
import tempfile
from typing import List, Optional, Tuple

from tfaip.util.multiprocessing.transport.allocation import ALIGNMENT

_SIZES = tuple(1 << bits for bits in range(36, 23, -2))  # 64 GiB of addresses, less where they are rationed
_SHARE = 64  # of rationed addresses, so that enough are left for all workers and for the program itself
_RESERVE = 1 << 20
_SURPLUS = 8 * _RESERVE  # less is not worth to be given back
SECONDS_UNUSED = 5.0


def aligned(n_bytes: int) -> int:
    """Return the number of bytes rounded up to the alignment."""
    return -(-n_bytes // ALIGNMENT) * ALIGNMENT


class Arena:
    """A piece of shared memory, seen by one of its two processes.

    Args:
        fd: The open file of the memory; the caller closes it when it needs it no more.
        size: Its size in bytes, most of which is never used.
    """

    def __init__(self, fd: int, size: int):
        self.size = size
        self.memory = mmap.mmap(fd, size)

    def give_back(self, begin: int, end: int) -> None:
        """Let the system have memory that neither process uses; it must be reserved before it is used again."""
        if hasattr(mmap, "MADV_REMOVE"):  # elsewhere it stays
            with contextlib.suppress(OSError):  # a file system that cannot do this
                self.memory.madvise(mmap.MADV_REMOVE, begin, end - begin)

    @staticmethod
    def create_file() -> "tuple[int, int]":
        """Create the memory and return its open file and its size.

        Raises:
            OSError: The system gives none.
        """
        error: Optional[OSError] = None
        most = _most_addresses()
        for size in (size for size in _SIZES if size <= most):
            fd = _open_nameless()
            try:
                os.ftruncate(fd, size)
                mmap.mmap(fd, size).close()
                return fd, size
            except (OSError, ValueError, OverflowError) as failure:
                os.close(fd)
                error = failure if isinstance(failure, OSError) else OSError(str(failure))
        assert error is not None
        raise error


def _rounded(n_bytes: int) -> int:
    return -(-n_bytes // _RESERVE) * _RESERVE


def _most_addresses() -> int:
    """Return the size of an arena that the limit of the system (``ulimit -v``) allows."""
    try:
        import resource
    except ImportError:  # not on this system
        return _SIZES[0]
    limit = resource.getrlimit(resource.RLIMIT_AS)[0]
    return _SIZES[0] if limit == resource.RLIM_INFINITY else max(_SIZES[-1], limit // _SHARE)


def _open_nameless() -> int:
    if hasattr(os, "memfd_create"):
        return os.memfd_create("tfaip", os.MFD_CLOEXEC)
    with tempfile.TemporaryFile() as file:
        return os.dup(file.fileno())


class ArenaAllocator:
    """Hands out regions of an arena; lives in the process that writes.

    The lowest free region that is large enough is taken, so that the memory in use stays small and warm.

    Args:
        fd: The open file of the memory, kept open to reserve memory; the caller closes it.
        size: The size of the arena in bytes.
    """

    def __init__(self, fd: int, size: int):
        self._fd = fd
        self._size = size
        self._reserved = 0
        self._starts: List[int] = [0]
        self._ends: List[int] = [size]
        self._regions: dict[int, int] = {}
        self._highest = 0  # end of what was used since the last look
        self._next_look = 0.0

    @property
    def used(self) -> int:
        """The number of bytes that are handed out."""
        return sum(self._regions.values())

    @property
    def reserved(self) -> int:
        """The number of bytes of memory that the arena holds."""
        return self._reserved

    def allocate(self, n_bytes: int) -> Optional[int]:
        """Return the offset of a free region, None if there is no room.

        Raises:
            OSError: The system has no memory left.
        """
        wanted = aligned(max(n_bytes, 1))
        for position, (start, end) in enumerate(zip(self._starts, self._ends, strict=True)):
            if end - start >= wanted:
                self._reserve(start + wanted)
                self._take(position, start + wanted)
                self._regions[start] = wanted
                self._highest = max(self._highest, start + wanted)
                return start
        return None

    def free(self, offset: int) -> None:
        """Take a region back."""
        start, end = offset, offset + self._regions.pop(offset)
        position = bisect.bisect_left(self._starts, start)
        if position < len(self._starts) and self._starts[position] == end:
            end = self._ends[position]
            del self._starts[position], self._ends[position]
        if position > 0 and self._ends[position - 1] == start:
            self._ends[position - 1] = end
            return
        self._starts.insert(position, start)
        self._ends.insert(position, end)

    def surplus(self, now: float, at_once: bool = False) -> Optional[Tuple[int, int]]:
        """Return begin and end of memory to be given back, behind all that was used for a while; None if it is little.

        Args:
            now: The time in seconds.
            at_once: Only what is in use now is kept.
        """
        if now < self._next_look and not at_once:
            return None
        self._next_look = now + SECONDS_UNUSED
        highest, self._highest = self._highest, self._end_of_used()
        begin, end = _rounded(self._highest if at_once else highest), self._reserved
        if end - begin < _SURPLUS:
            return None
        self._reserved = begin
        return begin, end

    def _end_of_used(self) -> int:
        return self._starts[-1] if self._ends and self._ends[-1] == self._size else self._size

    def _take(self, position: int, start: int) -> None:
        if start == self._ends[position]:
            del self._starts[position], self._ends[position]
        else:
            self._starts[position] = start

    def _reserve(self, end: int) -> None:
        if end <= self._reserved:
            return
        end = min(_rounded(end), self._size)
        if hasattr(os, "posix_fallocate"):
            os.posix_fallocate(self._fd, self._reserved, end - self._reserved)
        self._reserved = end

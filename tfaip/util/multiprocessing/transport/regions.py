# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The regions of an arena that are in use: by arrays of this process, and by the other process until it is done."""

import bisect
import collections
import ctypes
import time
import weakref
from collections.abc import Iterable, Sequence
from typing import Any, Deque, Dict, List, NamedTuple, Optional, Tuple

from tfaip.util.multiprocessing.transport.arena import Arena, ArenaAllocator, aligned


class Place(NamedTuple):
    """Where a buffer is.

    Attributes:
        region: Begin and size of the region, in the arena.
        begin: Where the buffer begins in the region.
    """

    region: Tuple[int, int]
    begin: int


class SharedRegions:
    """Hands out regions and takes them back when neither process uses them any more.

    Args:
        arena: The memory.
        allocator: Hands out its regions.
    """

    def __init__(self, arena: Arena, allocator: ArenaAllocator):
        self._arena = arena
        self._allocator = allocator
        self._address = ctypes.addressof(ctypes.c_char.from_buffer(arena.memory))
        self._users: Dict[int, int] = {}
        self._created: List[Tuple[int, int]] = []  # begin and size of the regions that arrays of this process use
        # filled by finalizers and by the thread that receives, emptied by the thread that sends
        self._given_back: Deque[int] = collections.deque()
        self._forgotten: Deque[Tuple[int, int]] = collections.deque()

    @property
    def used(self) -> int:
        """The number of bytes in use, as far as known here."""
        return self._allocator.used

    def give_back(self, offsets: Iterable[int]) -> None:
        """Note that the other process does not use regions any more."""
        self._given_back.extend(offsets)

    def create(self, n_bytes: int) -> Optional[Any]:
        """Return a buffer for an array of this process, None if there is no room."""
        self.collect()
        try:
            offset = self._allocator.allocate(n_bytes)
        except OSError:  # no memory: whoever sends the array will find out if that is still so
            return None
        if offset is None:
            return None
        size = aligned(max(n_bytes, 1))
        self._users[offset] = 1
        bisect.insort(self._created, (offset, size))
        buffer = (ctypes.c_char * size).from_buffer(self._arena.memory, offset)
        weakref.finalize(buffer, self._forgotten.append, (offset, size)).atexit = False
        return buffer

    def find(self, raw: memoryview) -> Optional[Place]:
        """Return where a buffer is if it is in a region that was created here."""
        if not self._created or raw.readonly or not raw.nbytes:
            return None
        offset = ctypes.addressof(ctypes.c_char.from_buffer(raw)) - self._address
        if not 0 <= offset < self._arena.size:
            return None
        region = self._created[bisect.bisect_right(self._created, (offset, self._arena.size)) - 1]
        begin = offset - region[0]
        return Place(region, begin) if begin >= 0 and begin + raw.nbytes <= region[1] else None

    def store(self, raws: Sequence[memoryview]) -> Optional[List[Place]]:
        """Copy buffers into one new region, return None if there is no room.

        Raises:
            OSError: The system has no memory left.
        """
        size = sum(aligned(raw.nbytes) for raw in raws)
        offset = self._allocator.allocate(size)
        if offset is None:
            return None
        self._users[offset] = 0
        places, begin, memory = [], 0, memoryview(self._arena.memory)
        for raw in raws:
            memory[offset + begin : offset + begin + raw.nbytes] = raw
            places.append(Place((offset, size), begin))
            begin += aligned(raw.nbytes)
        return places

    def lend(self, offsets: Iterable[int]) -> None:
        """Note that the other process uses regions until it gives them back."""
        for offset in offsets:
            self._users[offset] += 1

    def collect(self, at_once: bool = False) -> None:
        """Take back the regions that nobody uses any more, and give memory back to the system that is not used.

        Args:
            at_once: Give it back now. Otherwise only what was not used for some seconds.
        """
        while self._forgotten:
            region = self._forgotten.popleft()
            del self._created[bisect.bisect_left(self._created, region)]
            self._let_go(region[0])
        while self._given_back:
            self._let_go(self._given_back.popleft())
        surplus = self._allocator.surplus(time.monotonic(), at_once)
        if surplus is not None:
            self._arena.give_back(*surplus)

    def _let_go(self, offset: int) -> None:
        self._users[offset] -= 1
        if self._users[offset] == 0:
            del self._users[offset]
            self._allocator.free(offset)

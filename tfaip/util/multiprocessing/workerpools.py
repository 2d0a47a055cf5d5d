# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Worker pools that outlive the stream they were started for."""

import contextlib
import threading
from collections import deque
from collections.abc import Iterator
from typing import Any, Callable, Deque, List, Optional, Protocol, Tuple, TypeVar

# Each stage of each mode has its own: two stages in training, validation and two kinds of load and validate are eight.
# An idle pool costs the memory of its processes (about 25 MiB each, and what the processors hold), to start another one
# takes half a second.
MAX_IDLE = 8


class Workers(Protocol):
    """Worker processes that serve one stream after the other."""

    @property
    def closed(self) -> bool:
        """Whether they can no longer be used."""

    @property
    def memory(self) -> List[int]:
        """The bytes of memory that each worker alone holds, as of the last look."""

    def rest(self) -> None:
        """Give back what is only needed while there is a stream."""

    def close(self) -> None:
        """End the processes."""


TWorkers = TypeVar("TWorkers", bound=Workers)


class WorkerPools:
    """Keeps idle pools, so that the next pass over the data or the next prediction finds running workers.

    Safe to be used by several threads.

    Args:
        max_idle: How many idle pools to keep; the one that was idle for the longest ends first. Pools in use do not
            count.
    """

    def __init__(self, max_idle: int = MAX_IDLE):
        self._idle: Deque[Tuple[Any, Workers]] = deque()
        self._leased: List[Workers] = []
        self._max_idle = max_idle
        self._lock = threading.Lock()

    @contextlib.contextmanager
    def lease(self, key: Any, create: Callable[[], TWorkers]) -> Iterator[TWorkers]:
        """Lend a pool out for one stream.

        Args:
            key: Pools with equal keys do the same.
            create: Makes a pool if none is idle.
        """
        pool: TWorkers = self._take(key) or create()
        with self._lock:
            self._leased.append(pool)
        try:
            yield pool
        finally:
            self._give_back(key, pool)

    @property
    def memory(self) -> List[int]:
        """The bytes of memory that each worker in use alone holds, as of the last look."""
        with self._lock:
            return [memory for pool in self._leased for memory in pool.memory]

    def close(self, key: Any = None) -> None:
        """End pools: the idle ones with this key, or without a key all, also those that a stream still holds.

        A stream that failed may be held by its error for long; its workers end here all the same.
        """
        with self._lock:
            ended = [(k, pool) for k, pool in self._idle if key is None or k == key]
            self._idle = deque(item for item in self._idle if item not in ended)
            leased = list(self._leased) if key is None else []
        for pool in [*(pool for _, pool in ended), *leased]:
            pool.close()

    def _take(self, key: Any) -> Any:
        with self._lock:
            for item in reversed(self._idle):  # the one that was used last, so that one not needed gets old
                if item[0] == key:
                    self._idle.remove(item)
                    return item[1]
        return None

    def _give_back(self, key: Any, pool: Workers) -> None:
        surplus: Optional[Workers] = None
        pool.rest()
        with self._lock:
            self._leased.remove(pool)
            if not pool.closed:
                self._idle.append((key, pool))
                if len(self._idle) > self._max_idle:
                    surplus = self._idle.popleft()[1]
        if surplus is not None:
            surplus.close()

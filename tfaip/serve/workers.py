# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The threads of the pre- and post-processing, and of the decoding."""

import asyncio
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Dict, Optional, TypeVar, cast

T = TypeVar("T")


class Workers:
    """Threads that work for the event loop.

    Args:
        n: How many.
    """

    def __init__(self, n: int):
        self._n = n
        self._executor = ThreadPoolExecutor(n, thread_name_prefix="processing")
        self._changed = threading.Condition()
        self._busy_since: Dict[int, float] = {}

    async def run(self, function: Callable[[], T]) -> T:
        """Return the result of a function that runs in one of the threads."""
        work = _Work(self, function)
        try:
            return cast(T, await asyncio.get_running_loop().run_in_executor(self._executor, work))
        finally:
            # if it is given up, it still stands in the queue, but takes no memory there
            work.function = None

    def are_stuck(self, seconds: float) -> bool:
        """Return whether all threads have been at their present work for longer than that."""
        now = time.monotonic()
        with self._changed:
            stuck = [since for since in self._busy_since.values() if now - since > seconds]
        return len(stuck) >= self._n

    def close(self, timeout: float) -> bool:
        """Take no more work.

        Args:
            timeout: Seconds to wait for what is under way.

        Returns:
            Whether no thread is at work any more.
        """
        self._executor.shutdown(wait=False, cancel_futures=True)
        with self._changed:
            return self._changed.wait_for(lambda: not self._busy_since, timeout)

    def begin(self) -> None:
        """Note that the present thread is at work."""
        with self._changed:
            self._busy_since[threading.get_ident()] = time.monotonic()

    def end(self) -> None:
        """Note that the present thread is not at work any more."""
        with self._changed:
            del self._busy_since[threading.get_ident()]
            self._changed.notify_all()


class _Work:
    """A function, until it is done or given up."""

    def __init__(self, workers: Workers, function: Callable[[], object]):
        self._workers = workers
        self.function: Optional[Callable[[], object]] = function

    def __call__(self) -> object:
        self._workers.begin()
        try:
            function = self.function
            # given up at this very moment
            return None if function is None else function()
        finally:
            self._workers.end()

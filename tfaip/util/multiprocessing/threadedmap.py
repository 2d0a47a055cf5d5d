# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Mapping a function over a stream in threads: the results come in order, a bounded number is worked out ahead."""

import itertools
from collections import deque
from collections.abc import Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Callable, Deque, Optional, TypeVar

T = TypeVar("T")
R = TypeVar("R")


def threaded_map(
    function: Callable[[T], R], items: Iterable[T], n_threads: int, n_ahead: Optional[int] = None
) -> Generator[R, None, None]:
    """Yield ``function(item)`` for each item, in the order of the items.

    An exception of the function is raised in the place of its result. When the generator is closed, calls that have
    not begun are dropped, and those that have are not waited for.

    Args:
        function: The function; what it waits for (files, the network) is waited for in all threads at once.
        items: The items; they are read in the calling thread.
        n_threads: Number of threads, 0 to call the function here.
        n_ahead: How many items are read ahead of the result that is taken. Default: twice the number of threads.
    """
    if n_threads <= 0:
        yield from map(function, items)
        return
    stream = iter(items)
    executor = ThreadPoolExecutor(n_threads, thread_name_prefix="threaded_map")
    under_way: Deque[Future[R]] = deque()
    try:
        for item in itertools.islice(stream, n_ahead or 2 * n_threads):
            under_way.append(executor.submit(function, item))
        while under_way:
            result = under_way.popleft().result()
            for item in itertools.islice(stream, 1):
                under_way.append(executor.submit(function, item))
            yield result
    finally:
        executor.shutdown(wait=False, cancel_futures=True)

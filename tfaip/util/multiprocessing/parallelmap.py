# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Mapping a function over a list in worker processes or threads, with a progress bar."""

import os
import sys
from collections.abc import Iterable, Sized
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Callable, List, Optional, TypeVar

from tfaip.util.multiprocessing.failure import TaskFailure
from tfaip.util.multiprocessing.workerpool import WorkerPool, dump_for_workers

T = TypeVar("T")
R = TypeVar("R")

SECONDS_BETWEEN_LINES = 10.0


def tqdm_wrapper(iterable: Iterable[T], *, progress_bar: bool = False, **kwargs: Any) -> Iterable[T]:
    """Return the iterable, with a progress bar if asked for.

    In a file or a pipe, where bars do not replace each other, there is one only every ten seconds.

    Args:
        iterable: What to iterate.
        progress_bar: Show the progress.
        kwargs: Arguments of ``tqdm``, e.g. ``total`` and ``desc``.
    """
    if not progress_bar:
        return iterable
    from tqdm import tqdm

    if not sys.stderr.isatty():
        kwargs = {"mininterval": SECONDS_BETWEEN_LINES, **kwargs}
    return tqdm(iterable, **kwargs)


class _ReturnFunction:
    """Factory for workers: the function itself."""

    def __init__(self, function: Callable[[Any], Any]):
        self.function = function

    def __call__(self) -> Callable[[Any], Any]:
        return self.function


def parallel_map(
    f: Callable[[T], R],
    d: Iterable[T],
    *,
    desc: str = "",
    processes: int = 1,
    progress_bar: bool = False,
    use_thread_pool: bool = False,
    max_tasks_per_child: Optional[int] = None,
) -> List[R]:
    """Return ``[f(x) for x in d]``, computed in parallel.

    Args:
        f: The function; with several processes it and its arguments and results must be picklable.
        d: The arguments.
        desc: Text of the progress bar.
        processes: Number of processes or threads; 1 stays in this process, 0 or less uses all processors.
        progress_bar: Show the progress.
        use_thread_pool: Use threads instead of processes.
        max_tasks_per_child: Replace a worker process after this number of calls.

    Raises:
        Exception: What ``f`` raised, with the worker's traceback as a note.
    """
    processes = processes if processes > 0 else os.cpu_count() or 1
    total = len(d) if isinstance(d, Sized) else None
    if total is not None:
        processes = min(processes, total)

    def progress(results: Iterable[R]) -> List[R]:
        return list(tqdm_wrapper(results, progress_bar=progress_bar, desc=desc, total=total))

    if processes <= 1:
        return progress(map(f, d))
    if use_thread_pool:
        with ThreadPoolExecutor(processes) as executor:
            return progress(executor.map(f, d))
    factory = dump_for_workers(_ReturnFunction(f), f"The function {getattr(f, '__name__', f)}")
    pool: WorkerPool[T] = WorkerPool(
        factory, processes, name=desc or "parallel_map", max_tasks_per_process=max_tasks_per_child
    )
    try:
        return progress(_checked(outcome) for _, outcome in pool.map(d))
    finally:
        pool.close()


def _checked(outcome: Any) -> Any:
    if isinstance(outcome, TaskFailure):
        outcome.raise_error()
    return outcome

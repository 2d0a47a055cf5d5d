# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""A generator whose elements are worked on in parallel."""

import contextlib
import itertools
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import Any, Callable, Generator, Optional, Type

from tfaip.util.errors import NotSupportedYetError
from tfaip.util.multiprocessing.data.worker import DataWorker
from tfaip.util.multiprocessing.failure import TaskFailure
from tfaip.util.multiprocessing.workerpool import WorkerPool, dump_for_workers


class _WorkerFactory:
    def __init__(self, create: Callable[[], DataWorker]):
        self.create = create

    def __call__(self) -> Callable[[Any], Any]:
        worker = self.create()
        worker.initialize_thread()

        def process(element: Any) -> Any:
            return worker.process(*element) if isinstance(element, tuple) else worker.process(element)

        return process


class ParallelGenerator(ABC):
    """Yields what workers make of generated elements, in the order of the elements.

    Used as a context manager, whose value is the iterator.

    Args:
        processes: Number of worker processes.
        limit: Number of elements to read, -1 for all.
        auto_repeat_input: Start again when ``generate_input`` ends, for ever.
        max_tasks_per_child: Accepted; workers are not replaced.
        run_parallel: False works in this process.
        max_in_samples: Accepted; the number of elements under way is always bounded.
        max_out_samples: See max_in_samples.
        use_shared_memory_queues: Accepted; the transport is chosen automatically.
    """

    def __init__(
        self,
        processes: int,
        limit: int = -1,
        auto_repeat_input: bool = False,
        max_tasks_per_child: int = 250,
        run_parallel: bool = True,
        max_in_samples: int = -1,
        max_out_samples: int = -1,
        use_shared_memory_queues: bool = True,
    ):
        if processes < 1 and run_parallel:
            raise NotSupportedYetError("A parallel generator needs at least one process.", got=str(processes))
        self.processes = processes
        self.limit = limit
        self.auto_repeat_input = auto_repeat_input
        self.run_parallel = run_parallel
        self._running: Optional[Generator[Any, None, None]] = None

    @abstractmethod
    def create_worker_func(self) -> Callable[[], DataWorker]:
        """Return a picklable function that creates the worker, e.g. its class."""

    @abstractmethod
    def generate_input(self) -> Iterable[Any]:
        """Yield the elements to work on."""

    def __enter__(self) -> Iterator[Any]:
        self._running = self._run()
        return self._running

    def __exit__(
        self,
        exc_type: Optional[Type[BaseException]],
        exc_value: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        if self._running is not None:
            self._running.close()
            self._running = None

    def _elements(self) -> Iterator[Any]:
        passes = itertools.repeat(None) if self.auto_repeat_input else [None]
        elements = (element for _ in passes for element in self.generate_input())
        return itertools.islice(elements, self.limit if self.limit >= 0 else None)

    def _run(self) -> Generator[Any, None, None]:
        factory = _WorkerFactory(self.create_worker_func())
        if not self.run_parallel:
            yield from map(factory(), self._elements())
            return
        data = dump_for_workers(factory, f"The worker function of {type(self).__name__}")
        pool: WorkerPool[Any] = WorkerPool(data, self.processes, name=type(self).__name__)
        with contextlib.closing(pool):
            for _, outcome in pool.map(self._elements()):
                if isinstance(outcome, TaskFailure):
                    outcome.raise_error()
                yield outcome

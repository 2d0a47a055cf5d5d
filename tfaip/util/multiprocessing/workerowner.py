# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""What everything has in common that owns worker processes: when they are replaced, and when they end."""

import os
import weakref
from typing import Any, List, Optional

from tfaip.util.multiprocessing.casualties import Casualties
from tfaip.util.multiprocessing.workerhandle import WorkerHandle
from tfaip.util.multiprocessing.workerstart import WorkerStarter, end_workers


class WorkerOwner:
    """Owns worker processes. They end with :meth:`close`, with the owner, and with this process, however it ends.

    Args:
        factory: A pickled callable without arguments that returns the function of the workers.
        name: What the workers do, for messages and process names.
        max_tasks_per_process: Replace a worker after this number of tasks, None for never.
        max_growth: Replace a worker whose memory grew by this number of bytes, None for never.
    """

    def __init__(self, factory: bytes, name: str, max_tasks_per_process: Optional[int], max_growth: Optional[int]):
        self.name = name
        self._starter = WorkerStarter(factory, name)
        self._max_tasks = max_tasks_per_process
        self._max_growth = max_growth
        self._workers: List[WorkerHandle] = []
        self._casualties = Casualties(name)
        self._finalizer = weakref.finalize(self, end_workers, self._workers, os.getpid())

    @property
    def processes(self) -> List[Any]:
        """The running worker processes."""
        return [worker.process for worker in self._workers]

    @property
    def memory(self) -> List[int]:
        """The bytes of memory that each worker alone holds, as of the last look."""
        return [worker.memory for worker in self._workers]

    @property
    def closed(self) -> bool:
        """Whether it can no longer be used."""
        return not self._finalizer.alive

    def close(self) -> None:
        """End the worker processes."""
        self._finalizer()

    def rest(self) -> None:
        """Give shared memory back that is not in use: no stream follows for a while."""
        for worker in list(self._workers):
            worker.rest()

    def _is_worn_out(self, worker: WorkerHandle) -> bool:
        if self._max_tasks is not None and worker.n_tasks >= self._max_tasks:
            return True
        return self._max_growth is not None and worker.growth > self._max_growth

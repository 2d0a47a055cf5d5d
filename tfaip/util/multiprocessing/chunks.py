# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Tasks that travel together, and how many: few enough that nothing waits long, enough that messages cost little."""

import time
from collections.abc import Iterable
from typing import Any, Dict, Generic, Iterator, List, Optional, Tuple, TypeVar

from tfaip.util.multiprocessing.answers import read_apart
from tfaip.util.multiprocessing.failure import TaskFailure

T = TypeVar("T")

# A message costs up to a millisecond of the process that reads, which workers lack on a machine with few cores:
# with chunks of 0.02 s that was 9 % of a core, with these it is 3 %.
SECONDS_PER_CHUNK = 0.1
SECONDS_TO_READ = 0.02
BYTES_PER_CHUNK = 1 << 20
TASKS_PER_CHUNK = 256


class ChunkSize:
    """Follows the time and the bytes that a task takes.

    Attributes:
        tasks: The number of tasks for the next chunk.
        bytes_per_task: The bytes to reckon with.
    """

    def __init__(self) -> None:
        self.tasks = 1
        self.bytes_per_task = 0.0

    def note_bytes(self, n_bytes: int, n_tasks: int) -> None:
        """Take note of what a message with tasks or results weighed."""
        self.bytes_per_task = max(0.9 * self.bytes_per_task, n_bytes / n_tasks)

    def adapt(self, seconds_per_task: float) -> None:
        """Choose the next size; it grows slowly, as the first tasks tell little."""
        by_time = SECONDS_PER_CHUNK / max(seconds_per_task, 1e-6)
        by_bytes = BYTES_PER_CHUNK / max(self.bytes_per_task, 1.0)
        wanted = int(min(by_time, by_bytes, TASKS_PER_CHUNK))
        self.tasks = max(1, min(wanted, 2 * self.tasks))


class PendingChunk:
    """Tasks that are not all delivered.

    Attributes:
        tasks: The tasks.
        known_failures: Where in the tasks a failure is known.
        outcomes: What came of the tasks, None as long as it is not known.
        apart: Whether each outcome is pickled for itself: all together could not be unpickled.
    """

    def __init__(self, tasks: List[Any]):
        self.tasks = tasks
        self.known_failures: Dict[Tuple[int, int], TaskFailure] = {}
        self.outcomes: Optional[List[Any]] = None
        self.apart = False

    def take_in(self, outcomes: List[Any], name: str) -> None:
        """Take what a worker answered.

        Args:
            outcomes: What came of the tasks.
            name: What the worker does, for messages.
        """
        self.outcomes = [read_apart(data, name) for data in outcomes] if self.apart else outcomes

    def cut(self, n_tasks: int) -> "PendingChunk":
        """Keep the first tasks and return a chunk of the others."""
        rest = PendingChunk(self.tasks[n_tasks:])
        known = self.known_failures
        rest.known_failures = {(task - n_tasks, part): known[task, part] for task, part in known if task >= n_tasks}
        self.known_failures = {place: failure for place, failure in known.items() if place[0] < n_tasks}
        del self.tasks[n_tasks:]
        return rest


class ChunkReader(Generic[T]):
    """Reads tasks from a source, as many as come in a short time.

    An error of the source comes after the tasks that were read before it.

    Args:
        tasks: The source.

    Attributes:
        exhausted: Whether there is nothing more to read.
        error: What the source failed with, if it failed.
    """

    def __init__(self, tasks: Iterable[T]):
        self._source: Iterator[T] = iter(tasks)
        self.exhausted = False
        self.error: Optional[Exception] = None

    def read(self, n_tasks: int) -> List[T]:
        """Return at most so many tasks; fewer if the source is slow, none only if it is exhausted."""
        tasks: List[T] = []
        end = time.perf_counter() + SECONDS_TO_READ
        try:
            while len(tasks) < n_tasks and not (tasks and time.perf_counter() > end):
                tasks.append(next(self._source))
        except StopIteration:
            self.exhausted = True
        except Exception as error:  # whatever a source raises: raised when its turn has come
            self.exhausted = True
            self.error = error
        return tasks

    def raise_error(self) -> None:
        """Raise the error of the source, if it failed."""
        if self.error is not None:
            raise self.error

# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Which task it was that a worker died of."""

from collections import Counter
from typing import Counter as CounterType
from typing import Optional, Tuple

from tfaip.util.multiprocessing.failure import TaskFailure, WorkerError
from tfaip.util.multiprocessing.workerhandle import WorkerHandle

# chunk, task in the chunk, part of the task
Place = Tuple[int, int, int]

_DEATHS_TO_BLAME = 2  # a task is blamed for the death of its second worker: the first may have been chance
_MOST_DEATHS_AT_START = 5
_MOST_DEATHS_BETWEEN_TASKS = 20
_OUT_OF_MEMORY = "if nobody killed it the memory ran out: use fewer worker processes (num_processes)"
_CRASH = "look for a crash in native code called by a processor"
_EXIT = "look for what ends the process in a processor or in a library that it calls: os._exit(), sys.exit()"


class Casualties:
    """Counts the dead workers of a pool.

    Args:
        name: What the workers do, for messages.
    """

    def __init__(self, name: str):
        self._name = name
        self._deaths: CounterType[Place] = Counter()
        self._at_start = 0
        self._between_tasks = 0

    def note_answer(self) -> None:
        """Note that a worker has answered."""
        self._between_tasks = 0

    def worker_is_ready(self) -> None:
        """Note that a worker has started."""
        self._at_start = 0

    def note_cut(self, chunk_id: int, n_tasks: int, rest_id: int) -> None:
        """Note that the last tasks of a chunk form another one.

        Args:
            chunk_id: The chunk.
            n_tasks: Number of tasks that stay.
            rest_id: The new chunk.
        """
        for place in [place for place in self._deaths if place[0] == chunk_id and place[1] >= n_tasks]:
            self._deaths[rest_id, place[1] - n_tasks, place[2]] = self._deaths.pop(place)

    def record(self, worker: WorkerHandle) -> "Tuple[Optional[Place], Optional[TaskFailure]]":
        """Find out what a dead worker did.

        Returns:
            The task that it was at, None if it was at none; and a failure if this task is to blame.

        Raises:
            WorkerError: It died while it started or read its tasks, and a new one would die, too.
        """
        cause = worker.cause_of_death()
        hint = _hint(worker)
        if not worker.ready:
            self._at_start += 1
            if not (worker.was_killed or worker.is_out_of_sight) or self._at_start >= _MOST_DEATHS_AT_START:
                raise WorkerError(f"A worker process ({self._name}) died while it started ({cause}).", hint=hint)
            return None, None
        place = worker.end.work_position()
        if place[0] not in worker.in_flight:
            self._between_tasks += bool(worker.in_flight)
            if self._between_tasks >= _MOST_DEATHS_BETWEEN_TASKS:
                raise WorkerError(
                    f"{self._between_tasks} worker processes ({self._name}) died between two tasks ({cause}).",
                    hint=hint,
                )
            return None, None
        self._deaths[place] += 1
        if self._deaths[place] < _DEATHS_TO_BLAME:
            return place, None
        return place, self._failure(f"died ({cause}), and so did the one that tried again", hint)

    def too_many(self, worker: WorkerHandle, number: int) -> TaskFailure:
        """Return the failure for the last one of a number of workers that died without any result."""
        cause = worker.cause_of_death()
        return self._failure(f"died ({cause}), and so did the {number - 1} before", _hint(worker))

    def _failure(self, what: str, hint: str) -> TaskFailure:
        return TaskFailure(WorkerError(f"A worker process ({self._name}) {what}.", hint=hint), origin=self._name)


def _hint(worker: WorkerHandle) -> str:
    if not worker.was_killed:
        return _EXIT
    return _OUT_OF_MEMORY if worker.process.exitcode == -9 else _CRASH

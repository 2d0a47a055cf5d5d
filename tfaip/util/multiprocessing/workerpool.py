# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""A pool of worker processes that maps a stream of tasks in order.

``multiprocessing.Pool`` never notices a killed worker and starts the main script again in each worker; this pool does
neither. Tasks travel in chunks whose size follows the time and the bytes that a task takes. The number of chunks under
way is bounded, so that a fast source cannot fill the memory.
"""

import contextlib
import itertools
import os
import pickle
import time
import weakref
from collections import deque
from collections.abc import Iterable, Iterator
from multiprocessing import connection as mp_connection
from typing import Any, Callable, Deque, Dict, Generic, List, Optional, Set, Tuple, TypeVar

from tfaip.util.multiprocessing import context
from tfaip.util.multiprocessing.failure import TaskFailure, WorkerError
from tfaip.util.multiprocessing.mainmodule import MainModule, hidden_main_module
from tfaip.util.multiprocessing.workerprocess import (
    PICKLE_PROTOCOL,
    READY,
    STARTUP_FAILED,
    Message,
    WorkerSetup,
    in_worker_process,
    run_worker,
)

TTask = TypeVar("TTask")

_CHUNKS_PER_WORKER = 2  # one in work and one waiting, so that a worker never waits for the next message
_CHUNKS_TO_REORDER = 4  # per worker, with those that are done but whose turn has not come
_SECONDS_PER_CHUNK = 0.02
_BYTES_PER_CHUNK = 1 << 20
_TASKS_PER_CHUNK = 256
# for a worker that was told to end, and for one whose death was noticed to leave its exit code
_SECONDS_TO_END = 1.0
_SECONDS_TO_DIE = 5.0

_PRELOADED_MODULES = ["numpy", "tfaip", "tfaip.util.multiprocessing.workerprocess"]


def dump_for_workers(value: Any, what: str) -> bytes:
    """Pickle something that worker processes get.

    Args:
        value: What to pickle.
        what: What it is, for the message.

    Raises:
        WorkerError: It cannot be pickled.
    """
    try:
        return pickle.dumps(value, PICKLE_PROTOCOL)
    except Exception as error:  # whatever a user's class raises when it is pickled
        raise WorkerError(
            f"{what} cannot be sent to a worker process.",
            got=f"{type(error).__name__}: {error}",
            hint="define classes and functions at the top of a module and keep open files and lambdas out of them, "
            "or run in one process (run_parallel=False)",
        ) from error


class _Chunk:
    def __init__(self, tasks: List[Any]):
        self.tasks = tasks
        self.outcomes: Optional[List[Any]] = None


class _Worker:
    """One worker process, seen from outside."""

    def __init__(self, setup: bytes, name: str):
        self.in_flight: Set[int] = set()
        self.ready = False
        self.n_tasks = 0
        self.connection, other_end = mp_connection.Pipe()
        self.process = context().Process(  # type: ignore[attr-defined]
            target=run_worker, args=(other_end, setup), name=name, daemon=True
        )
        with hidden_main_module():
            self.process.start()
        other_end.close()

    def end(self, deadline: Optional[float] = None) -> None:
        """End the process, at the latest by killing it after the deadline; what it is doing is lost."""
        self.connection.close()  # the worker notices and exits
        remaining = _SECONDS_TO_END if deadline is None else deadline - time.monotonic()
        self.process.join(max(remaining, 0))
        if self.process.exitcode is None:
            self.process.kill()
            self.process.join()


def _end_workers(workers: List[_Worker], pid: int) -> None:
    if os.getpid() != pid:
        return  # a fork of the process that owns the workers
    for worker in workers:
        worker.connection.close()
    deadline = time.monotonic() + _SECONDS_TO_END
    for worker in workers:
        worker.end(deadline)
    workers.clear()


class WorkerPool(Generic[TTask]):
    """Worker processes that apply a function to tasks.

    The processes start with the first task. They end with :meth:`close`, when the pool is no longer referenced, and
    when this process ends, however it ends.

    Args:
        factory: A pickled callable (see :func:`dump_for_workers`) without arguments that returns the function.
        num_processes: Number of worker processes.
        name: What the workers do, for messages and process names.
        max_tasks_per_process: Replace a worker after this number of tasks, None for never.
        describe_task: Returns a text for a task, for messages.
    """

    def __init__(
        self,
        factory: bytes,
        num_processes: int,
        *,
        name: str = "worker",
        max_tasks_per_process: Optional[int] = None,
        describe_task: Callable[[TTask], str] = str,
    ):
        if in_worker_process():
            raise WorkerError(
                "A worker process tried to start worker processes of its own.",
                hint='if this is a script of yours, put what it does below `if __name__ == "__main__":`',
            )
        self.num_processes = num_processes
        self.name = name
        self._factory = factory
        self._max_tasks = max_tasks_per_process
        self._describe_task = describe_task
        self._workers: List[_Worker] = []
        self._setup = b""
        self._chunk_ids = itertools.count()
        self._pending: Dict[int, _Chunk] = {}
        self._chunk_size = 1
        self._bytes_per_task = 0.0
        self._finalizer = weakref.finalize(self, _end_workers, self._workers, os.getpid())

    @property
    def processes(self) -> List[Any]:
        """The running worker processes."""
        return [worker.process for worker in self._workers]

    @property
    def closed(self) -> bool:
        """Whether the pool can no longer be used."""
        return not self._finalizer.alive

    def close(self) -> None:
        """End the worker processes."""
        self._finalizer()

    def map(self, tasks: Iterable[TTask]) -> Iterator[Tuple[TTask, Any]]:
        """Yield each task with its result, in the order of the tasks.

        A result may be a :class:`TaskFailure`. The pool serves one stream at a time; a stream that is not read to its
        end may be closed, what is still under way is then dropped.

        Raises:
            WorkerError: A worker could not start or died. The pool is closed then.
        """
        source = iter(tasks)
        order: Deque[int] = deque()
        exhausted = False
        self._pending.clear()
        try:
            self._start()
            while True:
                while not exhausted and len(order) < _CHUNKS_TO_REORDER * self.num_processes:
                    worker = self._free_worker()
                    if worker is None:
                        break
                    chunk_tasks = list(itertools.islice(source, self._chunk_size))
                    exhausted = len(chunk_tasks) < self._chunk_size
                    if chunk_tasks:
                        order.append(self._send(worker, chunk_tasks))
                if not order and exhausted:
                    return
                if not order or self._pending[order[0]].outcomes is None:
                    self._receive()
                    continue
                chunk = self._pending.pop(order.popleft())
                yield from zip(chunk.tasks, chunk.outcomes or (), strict=True)
        except WorkerError:
            self.close()
            raise
        finally:
            self._pending.clear()

    def _start(self) -> None:
        if self.closed:
            raise WorkerError("The worker processes of this pool were ended before.")
        if self._workers:
            return
        with contextlib.suppress(AttributeError):  # other start methods have no server to prepare
            context().set_forkserver_preload(_PRELOADED_MODULES)
        setup = WorkerSetup(factory=self._factory, main=MainModule.of_this_process())
        self._setup = pickle.dumps(setup, PICKLE_PROTOCOL)
        for _ in range(self.num_processes):
            self._workers.append(_Worker(self._setup, self.name))

    def _free_worker(self) -> Optional[_Worker]:
        """Return the worker with the least to do, None if all have enough; worn out workers are replaced."""
        for position, worker in enumerate(self._workers):
            if self._is_worn_out(worker) and not worker.in_flight:
                worker.end()
                self._workers[position] = _Worker(self._setup, self.name)
        candidates = [worker for worker in self._workers if not self._is_worn_out(worker)]
        least = min(candidates, key=lambda w: len(w.in_flight), default=None)
        return least if least is not None and len(least.in_flight) < _CHUNKS_PER_WORKER else None

    def _is_worn_out(self, worker: _Worker) -> bool:
        return self._max_tasks is not None and worker.n_tasks >= self._max_tasks

    def _send(self, worker: _Worker, tasks: List[TTask]) -> int:
        chunk_id = next(self._chunk_ids)
        data = dump_for_workers((chunk_id, tasks), f"A task ({self._describe_task(tasks[0])} or one of the next)")
        self._pending[chunk_id] = _Chunk(tasks)
        self._note_bytes(len(data), len(tasks))
        worker.in_flight.add(chunk_id)
        worker.n_tasks += len(tasks)
        try:
            worker.connection.send_bytes(data)
        except OSError:
            self._raise_dead(worker)
        return chunk_id

    def _receive(self) -> None:
        """Wait for any worker and take in what it has to say."""
        waiting: Dict[Any, _Worker] = {worker.connection: worker for worker in self._workers}
        sentinels: Dict[Any, _Worker] = {worker.process.sentinel: worker for worker in self._workers}
        ready = mp_connection.wait([*waiting, *sentinels])
        for item in ready:
            if item in waiting:
                self._receive_from(waiting[item])
        for item in ready:
            dead = sentinels.get(item)
            if dead is not None and not dead.connection.poll():
                self._raise_dead(dead)

    def _receive_from(self, worker: _Worker) -> None:
        try:
            data = worker.connection.recv_bytes()
        except (EOFError, OSError):
            self._raise_dead(worker)
        try:
            message: Message = pickle.loads(data)
        except Exception as error:
            raise WorkerError(
                f"The result of a worker process ({self.name}) cannot be read.", got=f"{type(error).__name__}: {error}"
            ) from error
        kind, chunk_id, content, seconds = message
        if kind == READY:
            worker.ready = True
        elif kind == STARTUP_FAILED:
            self._raise_not_started(content)
        else:
            worker.in_flight.discard(chunk_id)
            chunk = self._pending.get(chunk_id)
            if chunk is not None:  # else it belongs to a stream that was not read to its end
                chunk.outcomes = content
            self._note_bytes(len(data), len(content))
            self._adapt_chunk_size(seconds / len(content))

    def _note_bytes(self, n_bytes: int, n_tasks: int) -> None:
        self._bytes_per_task = max(0.9 * self._bytes_per_task, n_bytes / n_tasks)

    def _adapt_chunk_size(self, seconds_per_task: float) -> None:
        by_time = _SECONDS_PER_CHUNK / max(seconds_per_task, 1e-6)
        by_bytes = _BYTES_PER_CHUNK / max(self._bytes_per_task, 1.0)
        wanted = int(min(by_time, by_bytes, _TASKS_PER_CHUNK))
        self._chunk_size = max(1, min(wanted, 2 * self._chunk_size))

    def _raise_not_started(self, failure: TaskFailure) -> None:
        error = WorkerError(
            f"A worker process ({self.name}) could not start: {failure.type_name}: {failure.message}",
            where=", ".join(filter(None, [failure.origin, failure.location])),
        )
        error.add_note(f"Traceback of the worker process:\n{failure.traceback}")
        raise error from failure.error

    def _raise_dead(self, worker: _Worker) -> None:
        worker.process.join(_SECONDS_TO_DIE)
        exit_code = worker.process.exitcode
        lost = [task for key in sorted(worker.in_flight) if key in self._pending for task in self._pending[key].tasks]
        where = "; ".join(self._describe_task(task) for task in lost[:4]) + ("; ..." if len(lost) > 4 else "")
        when = "died" if worker.ready else "died while it started"
        cause = f"exit code {exit_code}"
        hint = "look for a crash in native code called by a processor"
        if exit_code is not None and exit_code < 0:
            cause = f"killed by signal {-exit_code}"
        if exit_code == -9:
            hint = "if nobody killed it the memory ran out: use fewer worker processes (num_processes)"
        raise WorkerError(
            f"A worker process ({self.name}) {when} ({cause}).",
            where=f"{len(lost)} tasks under way: {where}" if lost else None,
            hint=hint,
        )

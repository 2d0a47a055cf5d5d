# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""A pool of worker processes that maps a stream of tasks in order.

``multiprocessing.Pool`` never notices a killed worker and starts the main script again in each worker; this pool does
neither. Tasks travel in chunks whose size follows the time and the bytes that a task takes. The number and the bytes
of the chunks under way are bounded, so that a fast source cannot fill the memory. What a dead worker was doing is done
again by a new one.
"""

import itertools
import logging
import time
from collections import deque
from collections.abc import Iterable, Iterator
from multiprocessing import connection as mp_connection
from typing import Any, Callable, Deque, Dict, Generic, List, Optional, Tuple, TypeVar

from tfaip.util.multiprocessing.chunks import ChunkReader, ChunkSize, PendingChunk
from tfaip.util.multiprocessing.failure import WorkerError, no_memory
from tfaip.util.multiprocessing.meter import Meter
from tfaip.util.multiprocessing.transport.channel import PackedMessage, pack
from tfaip.util.multiprocessing.workerhandle import UnreadableError, WorkerHandle
from tfaip.util.multiprocessing.workerowner import WorkerOwner
from tfaip.util.multiprocessing.workerprocess import Chunk, Done, Ready, Useless
from tfaip.util.multiprocessing.workerstart import dump_for_workers, not_sent, raise_useless, tell_import

__all__ = ["WorkerPool", "dump_for_workers"]

TTask = TypeVar("TTask")

_CHUNKS_PER_WORKER = 2  # one in work and one waiting, so that a worker never waits for the next message
_CHUNKS_TO_REORDER = 4  # per worker, with those that are done but whose turn has not come

_logger = logging.getLogger(__name__)


class WorkerPool(WorkerOwner, Generic[TTask]):
    """Worker processes that apply a function to tasks.

    The processes start with the first task. They end with :meth:`close`, when the pool is no longer referenced, and
    when this process ends, however it ends.

    Args:
        factory: A pickled callable (see :func:`dump_for_workers`) without arguments that returns the function.
        num_processes: Number of worker processes.
        name: What the workers do, for messages and process names.
        max_tasks_per_process: Replace a worker after this number of tasks, None for never.
        max_growth: Replace a worker whose memory grew by this number of bytes, None for never.
        max_bytes: Bound of the bytes that are under way, None for none. One chunk is always let through.
        describe_task: Returns a text for a task, for messages.
    """

    def __init__(
        self,
        factory: bytes,
        num_processes: int,
        *,
        name: str = "worker",
        max_tasks_per_process: Optional[int] = None,
        max_growth: Optional[int] = None,
        max_bytes: Optional[int] = None,
        describe_task: Callable[[TTask], str] = str,
    ):
        super().__init__(factory, name, max_tasks_per_process, max_growth)
        self.num_processes = num_processes
        self._max_bytes = max_bytes
        self._describe_task = describe_task
        self._chunk_ids = itertools.count(1)
        self._pending: Dict[int, PendingChunk] = {}
        self._order: Deque[int] = deque()
        self._to_send_again: List[int] = []
        self._size = ChunkSize()
        self._meter = Meter()

    def map(self, tasks: Iterable[TTask], meter: Optional[Meter] = None) -> Iterator[Tuple[TTask, Any]]:
        """Yield each task with its result, in the order of the tasks.

        A result may be a :class:`TaskFailure`: the function raised, or its workers died of the task. The pool serves
        one stream at a time; a stream that is not read to its end may be closed, what is still under way is then
        dropped.

        Args:
            tasks: The tasks.
            meter: Gets what the stream takes.

        Raises:
            WorkerError: The workers cannot start, or a task cannot be sent. The pool is closed then.
        """
        source = ChunkReader(tasks)
        self._meter = meter or Meter()
        self._meter.n_processes = self.num_processes
        order = self._order
        order.clear()
        self._pending.clear()
        self._to_send_again.clear()
        try:
            self._start()
            while True:
                self._send_again()
                while not source.exhausted and self._has_room():
                    worker = self._free_worker()
                    if worker is None:
                        break
                    chunk_tasks = source.read(self._size.tasks)
                    if chunk_tasks:
                        order.append(self._send_new(worker, chunk_tasks))
                if not order and source.exhausted:
                    source.raise_error()
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

    # Starting and replacing workers

    def _start(self) -> None:
        self._check_open()
        if self._workers:
            return
        self._starter.prepare()
        for _ in range(self.num_processes):
            self._workers.append(self._starter.start())

    def _check_open(self) -> None:
        if self.closed:  # possibly by another thread, in the middle of a stream
            raise WorkerError("The worker processes of this pool were ended before.")

    def _free_worker(self) -> Optional[WorkerHandle]:
        """Return the worker with the least to do, None if all have enough; worn out workers are replaced."""
        for position, worker in enumerate(self._workers):
            if not worker.in_flight and self._is_worn_out(worker):
                worker.stop()
                self._workers[position] = self._starter.start()
        candidates = [worker for worker in self._workers if not self._is_worn_out(worker)]
        least = min(candidates, key=lambda w: len(w.in_flight), default=None)
        return least if least is not None and len(least.in_flight) < _CHUNKS_PER_WORKER else None

    # Sending

    def _has_room(self) -> bool:
        return len(self._order) < _CHUNKS_TO_REORDER * self.num_processes and self._has_room_for_bytes()

    def _has_room_for_bytes(self) -> bool:
        under_way = [chunk_id for chunk_id in self._order if chunk_id not in self._to_send_again]
        if self._max_bytes is None or not under_way:
            return True
        n_tasks = sum(len(self._pending[chunk_id].tasks) for chunk_id in under_way)
        return (n_tasks + self._size.tasks) * self._size.bytes_per_task <= self._max_bytes

    def _send_new(self, worker: WorkerHandle, tasks: List[TTask]) -> int:
        chunk_id = next(self._chunk_ids)
        self._pending[chunk_id] = PendingChunk(tasks)
        self._send(worker, chunk_id)
        return chunk_id

    def _send_again(self) -> None:
        """Hand out what dead workers left, and what took a worker too long."""
        while self._to_send_again:
            chunk_id = min(self._to_send_again, key=self._order.index)
            if chunk_id != self._order[0] and not self._has_room_for_bytes():
                return
            worker = self._free_worker()
            if worker is None:
                return
            self._to_send_again.remove(chunk_id)
            self._cut(chunk_id, self._size.tasks)
            self._send(worker, chunk_id)

    def _cut(self, chunk_id: int, n_tasks: int) -> None:
        """Let a chunk have no more than a number of tasks; the others wait to be handed out."""
        if len(self._pending[chunk_id].tasks) <= n_tasks:
            return
        rest_id = next(self._chunk_ids)
        self._pending[rest_id] = self._pending[chunk_id].cut(n_tasks)
        self._order.insert(self._order.index(chunk_id) + 1, rest_id)
        self._to_send_again.append(rest_id)
        self._casualties.note_cut(chunk_id, n_tasks, rest_id)

    def _send(self, worker: WorkerHandle, chunk_id: int) -> None:
        chunk = self._pending[chunk_id]
        message = self._packed(Chunk(chunk_id, chunk.tasks, chunk.known_failures, chunk.apart))
        self._size.note_bytes(message.n_bytes, len(chunk.tasks))
        worker.in_flight.append(chunk_id)
        worker.n_tasks += len(chunk.tasks)
        try:
            worker.channel.send(message)
        except (BrokenPipeError, ConnectionResetError):
            self._take_last_words(worker)
        except OSError as error:
            self._check_open()
            raise no_memory(error, "the samples on their way to the workers") from error

    def _packed(self, chunk: Chunk) -> PackedMessage:
        try:
            return pack(chunk)
        except Exception as error:  # whatever a user's class raises when it is pickled
            raise not_sent(error, f"A task ({self._describe_task(chunk.tasks[0])} or one of the next)") from error

    # Receiving

    def _receive(self) -> None:
        """Wait for any worker and take in what it has to say."""
        waiting: Dict[Any, WorkerHandle] = {worker.channel.connection: worker for worker in self._workers}
        sentinels: Dict[Any, WorkerHandle] = {worker.process.sentinel: worker for worker in self._workers}
        begin = time.perf_counter()
        self._check_open()  # without workers this would wait for ever
        try:
            ready = mp_connection.wait([*waiting, *sentinels])
        except (OSError, ValueError):  # a connection was closed by another thread
            self._check_open()
            raise
        self._meter.seconds_waited += time.perf_counter() - begin
        for item in ready:
            if item in waiting:
                self._receive_from(waiting[item])
        for item in ready:
            dead = sentinels.get(item)
            if dead is not None and dead in self._workers:
                self._take_last_words(dead)

    def _take_last_words(self, dead: WorkerHandle) -> None:
        """Read what a dead worker has answered, then replace it."""
        while dead in self._workers and dead.channel.connection.poll():
            self._receive_from(dead)
        if dead in self._workers:
            self._replace_dead(dead)

    def _receive_from(self, worker: WorkerHandle) -> None:
        try:
            message, n_bytes = worker.receive()
        except EOFError:
            self._replace_dead(worker)
            return
        except UnreadableError as error:
            self._ask_again(worker, error)
            return
        if isinstance(message, Done):
            self._take_in(worker, message, n_bytes)
        elif isinstance(message, Ready):
            worker.note_ready(message)
            tell_import(self.name, message.imports_tensorflow)
            self._casualties.worker_is_ready()
        elif isinstance(message, Useless):
            raise_useless(self.name, *message)

    def _take_in(self, worker: WorkerHandle, done: Done, n_bytes: int) -> None:
        worker.in_flight.remove(done.chunk_id)
        self._casualties.note_answer()
        worker.memory = done.memory
        self._meter.seconds_worked += done.seconds
        if done.report is not None:
            self._meter.take_report(done.report)
        tell_import(self.name, done.imports_tensorflow)
        chunk = self._pending.get(done.chunk_id)
        if chunk is not None:  # else it belongs to a stream that was not read to its end
            self._cut(done.chunk_id, len(done.outcomes))
            chunk.take_in(done.outcomes, self.name)
        self._size.note_bytes(n_bytes, len(done.outcomes))
        self._size.adapt(done.seconds / len(done.outcomes))

    def _ask_again(self, worker: WorkerHandle, error: UnreadableError) -> None:
        """Let each outcome of a chunk come for itself: all together they cannot be unpickled."""
        chunk_id = worker.in_flight.pop(0) if worker.ready and worker.in_flight else 0
        chunk = self._pending.get(chunk_id)
        if chunk_id == 0 or (chunk is not None and chunk.apart):
            raise error
        if chunk is not None:  # else it belongs to a stream that was not read to its end
            chunk.apart = True
            self._to_send_again.append(chunk_id)

    # Dead workers

    def _replace_dead(self, worker: WorkerHandle) -> None:
        """Start a new worker in the place of a dead one; what that was doing is sent again."""
        self._check_open()
        place, failure = self._casualties.record(worker)
        lost = [chunk_id for chunk_id in sorted(worker.in_flight) if chunk_id in self._pending]
        if place is not None and failure is not None and place[0] in self._pending:
            self._pending[place[0]].known_failures[place[1:]] = failure
        if failure is None:
            _logger.warning(
                "A worker process (%s) died (%s); %d tasks are done again by a new one.",
                self.name,
                worker.cause_of_death(),
                sum(len(self._pending[chunk_id].tasks) for chunk_id in lost),
            )
        self._to_send_again += lost
        worker.stop()
        self._workers[self._workers.index(worker)] = self._starter.start()

# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""A stream on its way through a worker: sends inputs, receives outputs, begins again when the worker dies."""

import time
from collections import deque
from collections.abc import Iterable, Iterator
from multiprocessing import connection as mp_connection
from typing import TYPE_CHECKING, Any, Deque, List, NamedTuple, Optional, Tuple

from tfaip.util.multiprocessing.answers import read_apart
from tfaip.util.multiprocessing.chunks import ChunkReader, ChunkSize
from tfaip.util.multiprocessing.failure import TaskFailure, WorkerError, no_memory
from tfaip.util.multiprocessing.meter import Meter
from tfaip.util.multiprocessing.stream.journal import Journal
from tfaip.util.multiprocessing.stream.messages import (
    Begin,
    End,
    Finished,
    Inputs,
    InputsTaken,
    Outputs,
    OutputsTaken,
    PickledOutput,
)
from tfaip.util.multiprocessing.transport.channel import PackedMessage, pack
from tfaip.util.multiprocessing.workerhandle import UnreadableError, WorkerHandle
from tfaip.util.multiprocessing.workerprocess import Ready, Useless
from tfaip.util.multiprocessing.workerstart import not_sent, raise_useless, tell_import

if TYPE_CHECKING:
    from tfaip.util.multiprocessing.stream.streamworker import StreamWorker

_MESSAGES_UNDER_WAY = 2  # one in work is not counted


class StreamFailed(Exception):
    """A stream cannot go on.

    Args:
        failure: What happened.
        task: The input that was read last, None if it is not known.
    """

    def __init__(self, failure: TaskFailure, task: Any = None):
        super().__init__(failure.message)
        self.failure = failure
        self.task = task


class _Sent(NamedTuple):
    n_tasks: int
    n_bytes: int


class RunningStream:
    """One stream.

    Args:
        owner: Has the worker.
        stream_id: Number of the stream.
        head: What belongs to the stream as a whole.
        tasks: The inputs.
        journal: Keeps what is sent.
        meter: Gets what the stream takes.

    Attributes:
        is_finished: Whether the worker has done with it.
    """

    def __init__(
        self, owner: "StreamWorker", stream_id: int, head: Any, tasks: Iterable[Any], journal: Journal, meter: Meter
    ):
        self.stream_id = stream_id
        self.is_finished = False
        self._owner = owner
        self._head = head
        self._source = ChunkReader(tasks)
        self._journal = journal
        self._meter = meter
        self._meter.n_processes = 1
        self._max_bytes = None if owner.max_bytes is None else owner.max_bytes // 2  # of inputs, and of outputs
        self._size = ChunkSize()
        self._n_sent = 0  # messages to the present worker
        self._end_is_sent = False
        self._under_way: Deque[_Sent] = deque()
        self._in_work: Optional[_Sent] = None
        self._outputs: Deque[Tuple[WorkerHandle, List[Any]]] = deque()
        self._n_outputs = 0
        self._digest = 0
        self._failure: Optional[TaskFailure] = None
        self._deaths = 0
        self._apart = False

    def outputs(self) -> Iterator[Any]:
        """Yield the outputs.

        Raises:
            StreamFailed: See :meth:`StreamWorker.run`.
        """
        self._begin()
        while True:
            self._send_inputs()
            if self._outputs:
                worker, outputs = self._outputs.popleft()
                yield from outputs
                if worker is self._owner.worker and not self.is_finished:
                    self._send(pack(OutputsTaken(self.stream_id)))
            elif self.is_finished:
                if self._failure is not None:
                    raise StreamFailed(self._failure)
                self._source.raise_error()
                return
            elif not self._can_send():
                self._receive()

    # Sending

    def _begin(self) -> None:
        self._n_sent = 0
        self._end_is_sent = False
        self._under_way.clear()
        self._in_work = None
        self._owner.worker.in_flight = [self.stream_id]
        begin = Begin(self.stream_id, self._head, self._n_outputs, self._digest, self._max_bytes, self._apart)
        self._send(pack(begin))

    def _can_send(self) -> bool:
        if self._end_is_sent or self.is_finished or len(self._under_way) >= _MESSAGES_UNDER_WAY:
            return False
        if self._max_bytes is None or not self._under_way:
            return True
        n_bytes = sum(sent.n_bytes for sent in self._under_way)
        return n_bytes + self._size.tasks * self._size.bytes_per_task <= self._max_bytes

    def _send_inputs(self) -> None:
        """Send the next message with inputs if there is room for it."""
        if not self._can_send():
            return
        if self._n_sent == len(self._journal):
            tasks = [] if self._source.exhausted else self._source.read(self._size.tasks)
            if not tasks:
                self._end_is_sent = True
                self._send(pack(End(self.stream_id, self._source.error is not None)))
                return
            message = self._packed(tasks)
            self._journal.append(message, len(tasks))
        else:
            message = self._journal.message(self._n_sent)
        n_tasks = self._journal.n_tasks(self._n_sent)
        self._n_sent += 1
        self._under_way.append(_Sent(n_tasks, message.n_bytes))
        self._size.note_bytes(message.n_bytes, n_tasks)
        self._owner.worker.n_tasks += n_tasks
        self._send(message)

    def _send(self, message: PackedMessage) -> None:
        try:
            self._owner.worker.channel.send(message)
        except (BrokenPipeError, ConnectionResetError):
            self._replace_dead()
        except OSError as error:
            self._owner.check_open()
            raise no_memory(error, "the samples on their way to the workers") from error

    def _packed(self, tasks: List[Any]) -> PackedMessage:
        try:
            return pack(Inputs(self.stream_id, tasks))
        except Exception as error:  # whatever a user's class raises when it is pickled
            first = self._owner.describe_task(tasks[0])
            raise not_sent(error, f"A task ({first} or one of the next)") from error

    # Receiving

    def _receive(self) -> None:
        """Wait for the worker and take in what it has to say."""
        worker = self._owner.worker
        begin = time.perf_counter()
        try:
            ready = mp_connection.wait([worker.channel.connection, worker.process.sentinel])
        except (OSError, ValueError):  # the connection was closed by another thread
            self._owner.check_open()
            raise
        self._meter.seconds_waited += time.perf_counter() - begin
        if worker.channel.connection not in ready:
            self._replace_dead()
            return
        try:
            message, _ = worker.receive()
        except EOFError:
            self._replace_dead()
            return
        except UnreadableError as error:
            self._begin_apart(error)
            return
        self._take_in(worker, message)

    def _take_in(self, worker: WorkerHandle, message: Any) -> None:
        if isinstance(message, Ready):
            self._owner.note_ready(message)
        elif isinstance(message, Useless):
            raise_useless(self._owner.name, *message)
        if isinstance(message, (Ready, Outputs, Finished)):
            worker.memory = message.memory
            tell_import(self._owner.name, message.imports_tensorflow)
        if isinstance(message, (Outputs, Finished)) and message.report is not None:
            self._meter.take_report(message.report)
        if getattr(message, "stream_id", None) != self.stream_id:
            return  # of a stream that was not read to its end
        if isinstance(message, InputsTaken):
            if self._in_work is not None and message.seconds_per_task is not None:
                self._size.adapt(message.seconds_per_task)
                self._meter.seconds_worked += message.seconds_per_task * self._in_work.n_tasks
            self._in_work = self._under_way.popleft()
        elif isinstance(message, Outputs):
            self._n_outputs, self._digest = message.n_outputs, message.digest
            self._deaths = 0
            self._outputs.append((worker, [self._read(output) for output in message.outputs]))
        elif isinstance(message, Finished):
            self.is_finished = True
            self._failure = message.failure
            worker.in_flight.clear()

    def _read(self, output: Any) -> Any:
        if not isinstance(output, PickledOutput):
            return output
        result = read_apart(output.data, self._owner.name)
        return output.substitute._replace(failure=result) if isinstance(result, TaskFailure) else result

    # Other workers

    def _begin_apart(self, error: UnreadableError) -> None:
        """Let another worker begin again and pickle each output for itself: some together cannot be unpickled."""
        if self._apart or not self._owner.worker.ready or not self._journal.is_complete:
            raise error
        self._apart = True
        self._owner.replace()
        self._begin()

    def _replace_dead(self) -> None:
        """Let another worker begin again, and drop the outputs that have been delivered."""
        self._owner.check_open()
        n_read = self._owner.worker.end.work_position()[1]
        self._deaths += 1
        failure = self._owner.replace_dead(self._deaths)
        if failure is not None:
            raise StreamFailed(failure, self._task(n_read))
        if not self._journal.is_complete:
            raise WorkerError(
                f"A worker process ({self._owner.name}) died, and the samples that it had read are not there any more.",
                hint="set samples_per_chunk() in the parameters of the processor, or provide more space for temporary "
                "files",
            )
        self._begin()

    def _task(self, n_read: int) -> Any:
        found = self._journal.find(n_read - 1) if n_read > 0 else None
        return None if found is None else found[0].tasks[found[1]]

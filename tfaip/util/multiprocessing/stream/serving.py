# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The worker's side of a stream. This module and what it imports must stay light: no TensorFlow."""

import queue
import sys
import time
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Iterator
from typing import Any, Callable, Deque, List, NoReturn, Optional

from tfaip.util.multiprocessing.answers import deliverable, pickled_apart, send_answer
from tfaip.util.multiprocessing.chunks import BYTES_PER_CHUNK, SECONDS_PER_CHUNK, TASKS_PER_CHUNK
from tfaip.util.multiprocessing.failure import TaskFailure, WorkerError
from tfaip.util.multiprocessing.stream.endings import SourceFailed, StreamStopped, not_repeatable
from tfaip.util.multiprocessing.stream.fingerprint import extended
from tfaip.util.multiprocessing.stream.messages import (
    Begin,
    End,
    Finished,
    Inputs,
    InputsTaken,
    Outputs,
    OutputsTaken,
    PickledOutput,
    Stop,
)
from tfaip.util.multiprocessing.transport.channel import ArrayChannel, PackedMessage, pack
from tfaip.util.multiprocessing.transport.ends import WorkPosition
from tfaip.util.multiprocessing.vitals import Vitals

_MESSAGES_UNDER_WAY = 4


class StreamFunction(ABC):
    """What a worker does with a stream."""

    @abstractmethod
    def __call__(self, head: Any, inputs: Iterator[Any], put: Callable[[Any], None]) -> None:
        """Read inputs and put outputs.

        Args:
            head: What belongs to the stream as a whole.
            inputs: The inputs; need not be read to their end. Raises ``SourceFailed`` where their source failed.
            put: Takes the next output; may raise ``StreamStopped``, which is to be passed on.
        """

    @abstractmethod
    def undeliverable(self, output: Any, failure: Optional[TaskFailure]) -> Any:
        """Return what is put in the place of an output that cannot be pickled or unpickled.

        Args:
            output: The output.
            failure: What it failed with, None if the other process will know.

        Returns:
            A named tuple with a field ``failure``.
        """

    def prepare_inputs(self, tasks: List[Any]) -> List[Any]:
        """Return the inputs of a message; called before the first of them is read."""
        return tasks

    def report(self) -> Any:
        """Return what the function tells about itself since the last call; None if nothing."""
        return None


class StreamServer:
    """Serves one stream after the other.

    Args:
        channel: The channel to the other process.
        messages: What the other process sent.
        loads: Unpickles.
        position: Where to write what this process does.
        vitals: What to tell about this process.
    """

    def __init__(
        self,
        channel: ArrayChannel,
        messages: "queue.SimpleQueue[bytes]",
        loads: Callable[..., Any],
        position: WorkPosition,
        vitals: Vitals,
    ):
        self.channel = channel
        self.position = position
        self.vitals = vitals
        self._messages = messages
        self._loads = loads

    def serve(self, function: StreamFunction) -> NoReturn:
        """Apply the function to each stream."""
        while True:
            message = self.next_message()
            if isinstance(message, Begin):  # others belong to a stream that is over
                _ServedStream(self, message, function).run()
                self.position.rest()
            elif not hasattr(message, "stream_id"):
                self.channel.rest()
            sys.stdout.flush()

    @property
    def has_message(self) -> bool:
        """Whether the next message is there."""
        return not self._messages.empty()

    def next_message(self) -> Any:
        """Wait for the next message."""
        return self.channel.decode(self._messages.get(), self._loads)[0]


class _ServedStream:
    """One stream: its flow control and its position."""

    def __init__(self, server: StreamServer, begin: Begin, function: StreamFunction):
        self._server = server
        self._begin = begin
        self._function = function
        self._inputs: Deque[List[Any]] = deque()
        self._end: Optional[End] = None
        self._stopped = False
        self._failure: Optional[TaskFailure] = None
        self._n_read = 0
        self._n_put = 0
        self._digest = 0
        self._buffer: List[Any] = []
        self._under_way: Deque[int] = deque()
        self._bytes_per_output = 0.0
        self._flushed_at = time.perf_counter()
        self._idle_seconds = 0.0

    def run(self) -> None:
        try:
            try:
                self._function(self._begin.head, self._read(), self._put)
            except SourceFailed:
                pass  # the other process knows
            except Exception as error:
                self._failure = TaskFailure(error, remote=True)
            if self._failure is None and self._n_put < self._begin.n_to_drop:
                self._failure = not_repeatable()
            self._flush()
            send_answer(self._server.channel, self._finished(), lambda error: self._finished())
        except StreamStopped:
            return

    def _fail(self, failure: TaskFailure) -> NoReturn:
        """Tell the other process and leave the function."""
        self._failure, self._stopped = failure, True
        self._server.channel.send(self._finished())
        raise StreamStopped

    # Inputs

    def _read(self) -> Iterator[Any]:
        seconds: Optional[float] = None
        while tasks := self._next_inputs():
            self._send(pack(InputsTaken(self._begin.stream_id, seconds)))
            begin, self._idle_seconds = time.perf_counter(), 0.0
            for task in self._function.prepare_inputs(tasks):
                self._n_read += 1
                self._note_position()
                yield task
                self._flush_if_due()
            seconds = (time.perf_counter() - begin - self._idle_seconds) / len(tasks)

    def _next_inputs(self) -> List[Any]:
        """Wait for inputs; return none if there are no more."""
        while not self._inputs:
            if self._stopped:
                raise StreamStopped
            if self._end is not None:
                if self._end.source_failed:
                    raise SourceFailed
                return []
            self._flush()
            self._handle_next()
        return self._inputs.popleft()

    def _handle_next(self) -> None:
        begin = time.perf_counter()
        self._server.position.rest()  # if it is killed now, this place in the stream is not to blame
        message = self._server.next_message()
        self._note_position()
        self._idle_seconds += time.perf_counter() - begin
        if getattr(message, "stream_id", None) != self._begin.stream_id:
            return
        if isinstance(message, Inputs):
            self._inputs.append(message.tasks)
        elif isinstance(message, End):
            self._end = message
        elif isinstance(message, OutputsTaken):
            self._under_way.popleft()
        elif isinstance(message, Stop):  # the messages behind it belong to the next stream
            self._stopped = True
            raise StreamStopped

    # Outputs

    def _put(self, output: Any) -> None:
        self._n_put += 1
        self._note_position()
        self._digest = extended(self._digest, output)
        begin = self._begin
        if self._n_put > begin.n_to_drop:
            self._buffer.append(self._pickled(output) if begin.apart else output)
        elif self._n_put == begin.n_to_drop and self._digest != begin.digest:
            self._fail(not_repeatable())
        self._flush_if_due()

    def _flush_if_due(self) -> None:
        if self._stopped:
            raise StreamStopped
        while self._server.has_message:
            self._handle_next()
        n_outputs = len(self._buffer)
        if (
            n_outputs >= TASKS_PER_CHUNK
            or n_outputs * self._bytes_per_output >= BYTES_PER_CHUNK
            or time.perf_counter() - self._flushed_at >= SECONDS_PER_CHUNK
        ):
            self._flush()

    def _flush(self) -> None:
        """Send the outputs, as soon as there is room for them."""
        if self._stopped:
            raise StreamStopped
        if self._buffer:
            message = self._packed_outputs()
            while not self._has_room(message.n_bytes):
                self._handle_next()
            self._under_way.append(message.n_bytes)
            self._bytes_per_output = max(0.9 * self._bytes_per_output, message.n_bytes / len(self._buffer))
            self._buffer = []
            self._send(message)
        self._flushed_at = time.perf_counter()

    def _has_room(self, n_bytes: int) -> bool:
        if len(self._under_way) >= _MESSAGES_UNDER_WAY:
            return False
        most = self._begin.max_bytes
        return most is None or not self._under_way or sum(self._under_way) + n_bytes <= most

    def _packed_outputs(self) -> PackedMessage:
        vitals = self._server.vitals
        message = Outputs(
            self._begin.stream_id,
            self._buffer,
            self._n_put,
            self._digest,
            vitals.memory(),
            vitals.import_of_tensorflow(),
            self._function.report(),
        )
        try:
            return pack(message)
        except Exception:  # find the output that cannot be pickled
            return pack(message._replace(outputs=[self._deliverable(output) for output in self._buffer]))

    def _pickled(self, output: Any) -> PickledOutput:
        data = pickled_apart(self._deliverable(output))
        return PickledOutput(data, self._function.undeliverable(output, None))

    def _deliverable(self, output: Any) -> Any:
        result = deliverable(output)
        return self._function.undeliverable(output, result) if isinstance(result, TaskFailure) else result

    def _send(self, message: PackedMessage) -> None:
        send_answer(self._server.channel, message, self._without_memory)
        if self._failure is not None:  # it told that there is no memory
            self._stopped = True
            raise StreamStopped

    def _without_memory(self, error: WorkerError) -> PackedMessage:
        self._failure = TaskFailure(error, remote=True)
        return self._finished()

    def _finished(self) -> PackedMessage:
        vitals = self._server.vitals
        memory, chain = vitals.memory(), vitals.import_of_tensorflow()
        return pack(Finished(self._begin.stream_id, self._failure, memory, chain, self._function.report()))

    def _note_position(self) -> None:
        position = self._server.position
        position.begin(self._begin.stream_id, self._n_read)
        position.part = self._n_put

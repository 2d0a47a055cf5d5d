# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""A worker process that turns a stream of inputs into a stream of outputs, and the stream that it works on."""

import contextlib
import itertools
import logging
from collections.abc import Iterable
from typing import Any, Callable, Generator, Optional

from tfaip.util.multiprocessing.failure import TaskFailure, WorkerError
from tfaip.util.multiprocessing.meter import Meter
from tfaip.util.multiprocessing.stream.journal import Journal
from tfaip.util.multiprocessing.stream.messages import Stop
from tfaip.util.multiprocessing.stream.runningstream import RunningStream
from tfaip.util.multiprocessing.transport.channel import pack
from tfaip.util.multiprocessing.workerhandle import WorkerHandle
from tfaip.util.multiprocessing.workerowner import WorkerOwner
from tfaip.util.multiprocessing.workerprocess import Ready

_MOST_DEATHS = 5
_logger = logging.getLogger(__name__)


class StreamWorker(WorkerOwner):
    """A worker process that applies a :class:`~tfaip.util.multiprocessing.stream.serving.StreamFunction`.

    The process starts with the first stream. It ends with :meth:`close`, when this object is no longer referenced, and
    when this process ends, however it ends.

    Args:
        factory: A pickled callable without arguments that returns the function.
        name: What the worker does, for messages and the process' name.
        max_tasks_per_process: Replace the worker between two streams after this number of inputs, None for never.
        max_growth: Replace it between two streams if its memory grew by this number of bytes, None for never.
        max_bytes: Bound of the bytes that are under way, None for none. One message is always let through.
        describe_task: Returns a text for an input, for messages.
    """

    def __init__(
        self,
        factory: bytes,
        *,
        name: str = "worker",
        max_tasks_per_process: Optional[int] = None,
        max_growth: Optional[int] = None,
        max_bytes: Optional[int] = None,
        describe_task: Callable[[Any], str] = str,
    ):
        super().__init__(factory, name, max_tasks_per_process, max_growth)
        self.max_bytes = max_bytes
        self.describe_task = describe_task
        self._stream_ids = itertools.count(1)

    def run(self, head: Any, tasks: Iterable[Any], meter: Optional[Meter] = None) -> Generator[Any, None, None]:
        """Yield the outputs of one stream. It may be closed before its end.

        Args:
            head: What belongs to the stream as a whole.
            tasks: The inputs.
            meter: Gets what the stream takes.

        Raises:
            StreamFailed: The function raised, its worker died again and again, or it cannot be repeated.
            WorkerError: The worker cannot start, or an input cannot be sent. This object is closed then.
        """
        with contextlib.closing(Journal(self.max_bytes)) as journal:
            stream = RunningStream(self, next(self._stream_ids), head, tasks, journal, meter or Meter())
            try:
                self.renew()
                yield from stream.outputs()
            except WorkerError:
                self.close()
                raise
            finally:
                self._end(stream)

    # For the stream

    @property
    def worker(self) -> WorkerHandle:
        """The running worker."""
        self.check_open()
        return self._workers[0]

    def check_open(self) -> None:
        """Raise an error if it was closed, possibly by another thread."""
        if self.closed:
            raise WorkerError("The worker process of this stream was ended before.")

    def renew(self) -> None:
        """Start the worker, or another one if it is worn out."""
        self.check_open()
        if self._workers and not self._is_worn_out(self._workers[0]):
            return
        if not self._workers:
            self._starter.prepare()
        for worker in self._workers:
            worker.stop()
        self._workers[:] = [self._starter.start()]

    def note_ready(self, message: Ready) -> None:
        """Take note of a worker that has started."""
        self.worker.note_ready(message)
        self._casualties.worker_is_ready()

    def replace_dead(self, n_deaths: int) -> Optional[TaskFailure]:
        """Start another worker in the place of the dead one.

        Args:
            n_deaths: Number of workers that died since the last output.

        Returns:
            What to blame the place in the stream for, if another worker has died there before, or too many.
        """
        dead = self.worker
        _, failure = self._casualties.record(dead)
        if failure is None and n_deaths >= _MOST_DEATHS:
            failure = self._casualties.too_many(dead, n_deaths)
        if failure is None:
            _logger.warning(
                "A worker process (%s) died (%s); its samples are generated again by a new one.",
                self.name,
                dead.cause_of_death(),
            )
        self.replace()
        return failure

    def replace(self) -> None:
        """Start another worker in the place of this one."""
        self.worker.stop()
        self._workers[:] = [self._starter.start()]

    def _end(self, stream: RunningStream) -> None:
        """Tell the worker that nobody reads the stream any more."""
        if self.closed or not self._workers:
            return
        worker = self._workers[0]
        worker.in_flight.clear()
        if not stream.is_finished:
            with contextlib.suppress(OSError):  # it died: the next stream finds out
                worker.channel.send(pack(Stop(stream.stream_id)))

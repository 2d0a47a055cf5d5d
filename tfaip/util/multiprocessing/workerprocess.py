# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""What runs in a worker process. This module and what it imports must stay light: no TensorFlow."""

import logging
import os
import pickle
import queue
import signal
import sys
import threading
import time
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import Any, Callable, Dict, List, Mapping, NamedTuple, Optional, Tuple

from tfaip.util.multiprocessing import SAFE_PATH_VARIABLE, environment
from tfaip.util.multiprocessing.answers import deliverable, pickled_apart, send_answer
from tfaip.util.multiprocessing.chunks import SECONDS_PER_CHUNK
from tfaip.util.multiprocessing.failure import TaskFailure, WorkerError
from tfaip.util.multiprocessing.mainmodule import MainModule
from tfaip.util.multiprocessing.stream.serving import StreamFunction, StreamServer
from tfaip.util.multiprocessing.transport.allocation import use_shared_memory
from tfaip.util.multiprocessing.transport.channel import ArrayChannel, PackedMessage, pack
from tfaip.util.multiprocessing.transport.ends import ChannelEnd, WorkPosition
from tfaip.util.multiprocessing.vitals import Vitals
from tfaip.util.multiprocessing.workerlog import ForwardingHandler, LogLevels
from tfaip.util.trust import trust_package, trusted_packages

# Where in the tasks of a chunk a failure is known before the work begins: (position of the task, part of the task).
KnownFailures = Mapping[Tuple[int, int], TaskFailure]

_SECONDS_TO_ANSWER = 2 * SECONDS_PER_CHUNK

_position: Optional[WorkPosition] = None


class Chunk(NamedTuple):
    """Tasks on their way to a worker."""

    chunk_id: int
    tasks: List[Any]
    known_failures: KnownFailures
    apart: bool = False  # whether to pickle each outcome for itself


class Rest(NamedTuple):
    """To a worker: nothing follows for a while."""


class Ready(NamedTuple):
    """A worker can begin."""

    memory: int  # resident bytes
    imports_tensorflow: Optional[str]  # who imported it if somebody did


class Useless(NamedTuple):
    """A worker cannot do its work, and another one could not either."""

    failure: TaskFailure
    what: str  # that it cannot do


class Done(NamedTuple):
    """The outcomes of a chunk, or of its first tasks if all would take too long."""

    chunk_id: int
    outcomes: List[Any]
    seconds: float
    memory: int  # resident bytes, as of the last look
    imports_tensorflow: Optional[str]  # who imported it if it happened in this chunk
    report: Any = None  # what the function tells about itself


def in_worker_process() -> bool:
    """Return whether this process is a worker."""
    return _position is not None


def report_part(part: int) -> None:
    """Tell which part of its task a worker begins, so that a crash can be laid to it."""
    if _position is not None:
        _position.part = part


@dataclass
class WorkerSetup:
    """What a worker must know about the process that started it.

    Args:
        factory: A pickled callable without arguments that returns the function for the tasks.
        main: Where the main script is, in case that something is defined there.
    """

    factory: bytes
    main: MainModule
    working_dir: str = field(default_factory=os.getcwd)
    environment: Dict[str, str] = field(default_factory=environment)
    search_path: List[str] = field(default_factory=lambda: list(sys.path))
    trusted: List[str] = field(default_factory=trusted_packages)
    log_levels: LogLevels = field(default_factory=LogLevels.of_this_process)


def run_worker(end: ChannelEnd, setup_data: bytes) -> None:
    """Answer chunks of tasks until the other end of the connection is closed.

    A thread reads, so that the other side never blocks on sending and so that this process ends at once when the
    other process is gone, even in the middle of a task.
    """
    global _position
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    channel, _position = end.open()
    use_shared_memory(channel.allocate)
    setup: WorkerSetup = pickle.loads(setup_data)
    os.environ.pop(SAFE_PATH_VARIABLE, None)
    os.environ.update(setup.environment)
    os.chdir(setup.working_dir)
    sys.path[:] = setup.search_path
    for name in setup.trusted:
        trust_package(name)
    setup.log_levels.apply()
    logging.getLogger().addHandler(ForwardingHandler(channel.tell))
    messages: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_read, args=(channel.connection, messages), daemon=True).start()
    vitals = Vitals()
    worker = _Worker(channel, setup.main, _position, vitals)
    if worker.start(setup.factory):
        if isinstance(worker.function, StreamFunction):
            StreamServer(channel, messages, setup.main.loads, _position, vitals).serve(worker.function)
        while True:
            worker.answer(messages.get())
            sys.stdout.flush()
    while True:
        messages.get()  # the other process closes the connection as soon as it has read the reason


def _read(connection: Connection, messages: "queue.SimpleQueue[bytes]") -> None:
    try:
        while True:
            messages.put(connection.recv_bytes())
    except (EOFError, OSError):
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)


class _Worker:
    """Calls the function on tasks and sends the outcomes."""

    def __init__(self, channel: ArrayChannel, main: MainModule, position: WorkPosition, vitals: Vitals):
        self._channel = channel
        self._vitals = vitals
        self._main = main
        self._position = position
        self.function: Callable[..., Any] = _no_function
        self._takes_known_failures = False
        self._prepare_tasks: Callable[[List[Any]], List[Any]] = list
        self._report: Callable[[], Any] = _no_report

    def start(self, factory: bytes) -> bool:
        """Create the function; tell the other process and return whether this worked."""
        try:
            self.function = self._main.loads(factory)()
        except BaseException as error:  # also SystemExit: the other process must know why this one cannot start
            failure = TaskFailure(error, origin=getattr(error, "origin", None), remote=True)
            self._channel.send(pack(Useless(failure, "could not start")))
            return False
        self._takes_known_failures = getattr(self.function, "takes_known_failures", False)
        self._prepare_tasks = getattr(self.function, "prepare_tasks", list)
        self._report = getattr(self.function, "report", _no_report)
        self._channel.send(pack(Ready(self._vitals.memory(), self._vitals.import_of_tensorflow())))
        return True

    def answer(self, message: bytes) -> None:
        """Work a chunk off and send the outcomes."""
        start = time.perf_counter()
        chunk = self._read(message)
        if isinstance(chunk, Rest):
            self._channel.rest()
            return
        outcomes: List[Any] = []
        for position, task in enumerate(chunk.tasks):
            outcomes.append(self._outcome(chunk, position, task))
            # Tasks that suddenly take long are often large, too: the other process hands the rest out in small chunks.
            if time.perf_counter() - start > _SECONDS_TO_ANSWER:
                break
        self._position.rest()
        seconds = time.perf_counter() - start
        memory, chain = self._vitals.memory(), self._vitals.import_of_tensorflow()
        if chunk.apart:
            outcomes = [pickled_apart(outcome) for outcome in outcomes]
        done = Done(chunk.chunk_id, outcomes, seconds, memory, chain, self._report())

        def without_memory(error: WorkerError) -> PackedMessage:
            failure: Any = TaskFailure(error, remote=True)
            return pack(done._replace(outcomes=[pickled_apart(failure) if chunk.apart else failure] * len(outcomes)))

        send_answer(self._channel, self._pack(done), without_memory)

    def _read(self, message: bytes) -> Any:
        try:
            chunk, _ = self._channel.decode(message, self._main.loads)
            return chunk._replace(tasks=self._prepare_tasks(chunk.tasks)) if isinstance(chunk, Chunk) else chunk
        except BaseException as error:  # whatever a user's class raises when it is unpickled
            failure = TaskFailure(error, remote=True)
            self._channel.send(pack(Useless(failure, "cannot read the tasks that it was sent")))
            threading.Event().wait()  # until the other process closes the connection

    def _outcome(self, chunk: Chunk, position: int, task: Any) -> Any:
        self._position.begin(chunk.chunk_id, position)
        failures = {part: failure for (p, part), failure in chunk.known_failures.items() if p == position}
        try:
            if failures and self._takes_known_failures:
                return self.function(task, failures)
            return failures[0] if failures else self.function(task)
        except Exception as error:
            return TaskFailure(error, remote=True)

    @staticmethod
    def _pack(done: Done) -> PackedMessage:
        try:
            return pack(done)
        except Exception:  # find the outcome that cannot be pickled
            return pack(done._replace(outcomes=[deliverable(outcome) for outcome in done.outcomes]))


def _no_report() -> None:
    return None


def _no_function(*args: Any) -> Any:
    raise AssertionError("The worker has not started.")

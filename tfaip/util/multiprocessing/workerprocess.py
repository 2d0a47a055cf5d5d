# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""What runs in a worker process. This module and what it imports must stay light: no TensorFlow."""

import os
import pickle
import queue
import signal
import sys
import threading
import time
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import Any, Callable, Dict, List, Optional, Tuple

from tfaip.util.multiprocessing.failure import TaskFailure
from tfaip.util.multiprocessing.mainmodule import MainModule
from tfaip.util.trust import trust_package, trusted_packages

READY, STARTUP_FAILED, DONE = "ready", "startup failed", "done"
PICKLE_PROTOCOL = 5
_is_worker = False


def in_worker_process() -> bool:
    """Return whether this process is a worker."""
    return _is_worker


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
    environment: Dict[str, str] = field(default_factory=lambda: dict(os.environ))
    search_path: List[str] = field(default_factory=lambda: list(sys.path))
    trusted: List[str] = field(default_factory=trusted_packages)


def run_worker(connection: Connection, setup_data: bytes) -> None:
    """Answer chunks of tasks until the other end of the connection is closed.

    A thread reads, so that the other side never blocks on sending and so that this process ends at once when the
    other process is gone, even in the middle of a task.
    """
    global _is_worker
    _is_worker = True
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    setup: WorkerSetup = pickle.loads(setup_data)
    os.environ.update(setup.environment)
    os.chdir(setup.working_dir)
    sys.path[:] = setup.search_path
    for name in setup.trusted:
        trust_package(name)
    messages: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_read, args=(connection, messages), daemon=True).start()
    function = _create_function(connection, setup)
    while function is not None:
        connection.send_bytes(_answer(setup.main, function, messages.get()))
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


def _create_function(connection: Connection, setup: WorkerSetup) -> Optional[Callable[[Any], Any]]:
    try:
        function = setup.main.loads(setup.factory)()
    except BaseException as error:  # also SystemExit: the other process must know why this one cannot start
        failure = TaskFailure(error, origin=getattr(error, "origin", None), remote=True)
        connection.send_bytes(pickle.dumps((STARTUP_FAILED, -1, failure, 0.0), PICKLE_PROTOCOL))
        return None
    connection.send_bytes(pickle.dumps((READY, -1, None, 0.0), PICKLE_PROTOCOL))
    return function


def _answer(main: MainModule, function: Callable[[Any], Any], message: bytes) -> bytes:
    start = time.perf_counter()
    chunk_id, tasks = main.loads(message)
    outcomes = [_call(function, task) for task in tasks]
    seconds = time.perf_counter() - start
    try:
        return pickle.dumps((DONE, chunk_id, outcomes, seconds), PICKLE_PROTOCOL)
    except Exception:  # find the outcome that cannot be pickled
        outcomes = [_picklable(outcome) for outcome in outcomes]
        return pickle.dumps((DONE, chunk_id, outcomes, seconds), PICKLE_PROTOCOL)


def _call(function: Callable[[Any], Any], task: Any) -> Any:
    try:
        return function(task)
    except Exception as error:
        return TaskFailure(error, remote=True)


def _picklable(outcome: Any) -> Any:
    try:
        pickle.dumps(outcome, PICKLE_PROTOCOL)
    except Exception as error:
        failure = TaskFailure(error, origin="the transport of its result", remote=True)
        failure.message = f"the result of a worker process cannot be pickled: {failure.message}"
        return failure
    return outcome


Message = Tuple[str, int, Any, float]

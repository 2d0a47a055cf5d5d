# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Starting and ending worker processes, and the messages about what prevents it."""

import contextlib
import logging
import os
import pickle
import time
from typing import Any, List, NoReturn, Optional, Set

from tfaip.util.multiprocessing import context, context_without_server
from tfaip.util.multiprocessing.failure import TaskFailure, WorkerError
from tfaip.util.multiprocessing.mainmodule import MainModule
from tfaip.util.multiprocessing.transport.channel import PICKLE_PROTOCOL
from tfaip.util.multiprocessing.workerhandle import WorkerHandle
from tfaip.util.multiprocessing.workerprocess import WorkerSetup, in_worker_process

_SECONDS_TO_END = 1.0
_SECONDS_TO_DIE = 0.2  # for a fork server that does not answer any more
_PRELOADED_MODULES = ["numpy", "tfaip", "tfaip.util.multiprocessing.workerprocess"]

_logger = logging.getLogger(__name__)
_told_imports: Set[str] = set()
_told_reasons: Set[str] = set()


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
        raise not_sent(error, what) from error


def not_sent(error: Exception, what: str) -> WorkerError:
    """Return the error for something that cannot be pickled."""
    return WorkerError(
        f"{what} cannot be sent to a worker process.",
        got=f"{type(error).__name__}: {error}",
        hint="define classes and functions at the top of a module and keep open files and lambdas out of them, "
        "or run in one process (run_parallel=False)",
    )


def raise_useless(name: str, failure: TaskFailure, what: str) -> NoReturn:
    """Raise what prevents a worker from its work."""
    error = WorkerError(
        f"A worker process ({name}) {what}: {failure.type_name}: {failure.message}",
        where=", ".join(filter(None, [failure.origin, failure.location])),
    )
    error.add_note(f"Traceback of the worker process:\n{failure.traceback}")
    raise error from failure.error


def tell_import(name: str, chain: Optional[str]) -> None:
    """Warn of a worker that imported TensorFlow, once for each way that led to it.

    Args:
        name: What the worker does.
        chain: Who imported it, None if nobody did.
    """
    if chain is None or chain in _told_imports:
        return
    _told_imports.add(chain)
    _logger.warning(
        "A worker process (%s) imported TensorFlow, which takes seconds and some hundred MB in each: %s. "
        "Import it only inside of the functions that need it.",
        name,
        chain,
    )


def _tell_slow_start(reason: str) -> None:
    if reason not in _told_reasons:
        _told_reasons.add(reason)
        _logger.warning(
            "Worker processes start slowly: the fork server of Python cannot be used (%s). It needs a directory for "
            "temporary files (the variable TMPDIR) that can be written and has a short path.",
            reason,
        )


class WorkerStarter:
    """Starts workers that do the same.

    Args:
        factory: A pickled callable (see :func:`dump_for_workers`) without arguments that returns what a worker does.
        name: What the workers do, for messages and process names.
    """

    def __init__(self, factory: bytes, name: str):
        if in_worker_process():
            raise WorkerError(
                "A worker process tried to start worker processes of its own.",
                hint='if this is a script of yours, put what it does below `if __name__ == "__main__":`',
            )
        self._factory = factory
        self._name = name
        self._setup = b""

    def prepare(self) -> None:
        """Take note of what workers must know about this process, such as its working directory."""
        with contextlib.suppress(AttributeError):  # other start methods have no server to prepare
            context().set_forkserver_preload(_PRELOADED_MODULES)
        setup = WorkerSetup(factory=self._factory, main=MainModule.of_this_process())
        self._setup = pickle.dumps(setup, PICKLE_PROTOCOL)

    def start(self) -> WorkerHandle:
        """Start a worker.

        Raises:
            WorkerError: The system does not allow it.
        """
        try:
            return WorkerHandle(self._setup, self._name, context())
        except (EOFError, ConnectionError):  # the fork server died: there will be another one
            time.sleep(_SECONDS_TO_DIE)
        except OSError:
            pass
        try:
            return WorkerHandle(self._setup, self._name, context())
        except (OSError, EOFError) as error:
            reason = str(error) or type(error).__name__
        try:
            worker = WorkerHandle(self._setup, self._name, context_without_server())
        except (OSError, EOFError) as error:
            raise WorkerError(
                f"A worker process ({self._name}) cannot be started.",
                got=str(error) or type(error).__name__,
                hint="use fewer worker processes (num_processes)",
            ) from error
        _tell_slow_start(reason)
        return worker


def end_workers(workers: List[WorkerHandle], pid: int) -> None:
    """End worker processes, and forget them.

    Args:
        workers: The workers.
        pid: The process that they belong to: nothing happens in a fork of it.
    """
    if os.getpid() != pid:
        return
    for worker in workers:
        worker.tell_to_end()
    deadline = time.monotonic() + _SECONDS_TO_END
    for worker in workers:
        worker.stop(deadline)
    workers.clear()

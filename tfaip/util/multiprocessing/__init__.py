# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Worker processes."""

import contextlib
import multiprocessing
import os
import sys
import threading
from collections.abc import Iterator
from multiprocessing.context import BaseContext
from multiprocessing.managers import SyncManager
from typing import Dict

SAFE_PATH_VARIABLE = "PYTHONSAFEPATH"

_environment_lock = threading.RLock()  # several threads may start workers at once


def context() -> BaseContext:
    """Return the start method of all worker processes: never fork, which is unsafe after TensorFlow started threads.

    A fork server starts workers in a fraction of the time of a new interpreter, where the system has it.
    """
    methods = multiprocessing.get_all_start_methods()
    return multiprocessing.get_context("forkserver" if "forkserver" in methods and sys.platform == "linux" else "spawn")


def context_without_server() -> BaseContext:
    """Return the start method for systems that leave the fork server no place for its socket."""
    return multiprocessing.get_context("spawn")


def manager() -> SyncManager:
    """Return a started manager of shared objects; its process ends with ``shutdown()`` or with this process."""
    with safe_path():
        return context().Manager()


@contextlib.contextmanager
def safe_path() -> Iterator[None]:
    """Start new interpreters without the working directory on their path.

    Python starts them with ``-c``, which searches that directory first: a ``multiprocessing.py`` there would run before
    the new process is given the path of this one.
    """
    with _environment_lock:
        if SAFE_PATH_VARIABLE in os.environ:
            yield
            return
        os.environ[SAFE_PATH_VARIABLE] = "1"
        try:
            yield
        finally:
            os.environ.pop(SAFE_PATH_VARIABLE, None)


def environment() -> Dict[str, str]:
    """Return the variables of the environment, as they are when no process is being started."""
    with _environment_lock:
        return dict(os.environ)

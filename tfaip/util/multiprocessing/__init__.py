# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Worker processes."""

import multiprocessing
import sys
from multiprocessing.context import BaseContext
from multiprocessing.managers import SyncManager


def context() -> BaseContext:
    """Return the start method of all worker processes: never fork, which is unsafe after TensorFlow started threads.

    A fork server starts workers in a fraction of the time of a new interpreter, where the system has it.
    """
    methods = multiprocessing.get_all_start_methods()
    return multiprocessing.get_context("forkserver" if "forkserver" in methods and sys.platform == "linux" else "spawn")


def manager() -> SyncManager:
    """Return a started manager of shared objects; its process ends with ``shutdown()`` or with this process."""
    return context().Manager()

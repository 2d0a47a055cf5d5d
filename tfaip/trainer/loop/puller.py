# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Waiting for the batches of a dataset so that a signal is noticed meanwhile."""

import queue
import threading
from collections.abc import Iterator
from typing import Any, Tuple


class Puller:
    """Takes elements of an iterator in a thread: Python sees no signal while its main thread is in TensorFlow.

    Nothing is taken before it is asked for.

    Args:
        iterator: The iterator of a dataset.
    """

    def __init__(self, iterator: Iterator[Any]):
        self._iterator = iterator
        self._wanted: queue.SimpleQueue[bool] = queue.SimpleQueue()
        self._taken: queue.SimpleQueue[Tuple[Any, Any]] = queue.SimpleQueue()
        self._is_waiting = False
        self._thread = threading.Thread(target=self._run, name="batches", daemon=True)
        self._thread.start()

    def next(self) -> Any:
        """Return the next element; after an interrupt the one that was waited for.

        Raises:
            StopIteration: There is none.
        """
        if not self._is_waiting:
            self._is_waiting = True
            self._wanted.put(True)
        element, error = self._taken.get()
        self._is_waiting = False
        if error is not None:
            raise error
        return element

    def close(self) -> None:
        """End the thread, when the element is there that it waits for."""
        self._wanted.put(False)
        self._thread.join()

    def _run(self) -> None:
        while self._wanted.get():
            try:
                self._taken.put((next(self._iterator), None))
            except Exception as error:
                self._taken.put((None, error))

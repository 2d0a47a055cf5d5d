# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The part of a :class:`ParallelGenerator` that runs in a worker process."""

from abc import ABC, abstractmethod
from typing import Any


class DataWorker(ABC):
    """Does the work on one element after the other."""

    def initialize_thread(self) -> None:
        """Prepare the worker; called once in its process."""

    @abstractmethod
    def process(self, *args: Any) -> Any:
        """Return the result for one element; an element that is a tuple comes as several arguments."""

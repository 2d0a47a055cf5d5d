# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Things that hold processes or threads and must be ended."""

from abc import ABC, abstractmethod
from typing import List


class Joinable(ABC):
    """Something that holds processes or threads."""

    @abstractmethod
    def join(self) -> None:
        """End the processes and threads; calling it twice does no harm."""


class JoinableHolder(Joinable):
    """Something that holds joinable things and ends them with itself."""

    def __init__(self) -> None:
        self._joinables: List[Joinable] = []

    def register_joinable(self, joinable: Joinable) -> None:
        """Add a thing that ends with this one."""
        self._joinables.append(joinable)

    def join(self) -> None:
        """End all registered things."""
        for joinable in self._joinables:
            joinable.join()

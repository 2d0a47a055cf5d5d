# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Where jobs run: on this machine (:mod:`tfaip.experiments.jobs.local`), or on another system's machines."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Optional

from tfaip.experiments.jobs.job import Job
from tfaip.util.errors import UserError


class StartError(UserError):
    """A job cannot be started at all; another attempt would not help."""


class Execution(ABC):
    """A job that was started.

    Attributes:
        place: Where it runs, for people: ``cpu 0``.
        pid: Its process on this machine, if it is one.
    """

    place: str = ""
    pid: Optional[int] = None

    @abstractmethod
    def poll(self) -> Optional[int]:
        """Return the exit code, None as long as it runs. A signal that ended it counts negative."""

    @abstractmethod
    def stop(self) -> None:
        """Ask it to end in order; returns at once."""

    @abstractmethod
    def kill(self) -> None:
        """End it with all that it has started; returns at once."""


class Engine(ABC):
    """Runs jobs as far as there is room."""

    @abstractmethod
    def start(self, job: Job, argv: Sequence[str]) -> Optional[Execution]:
        """Start a job.

        Args:
            job: The job.
            argv: Its command, for this attempt.

        Returns:
            None if there is no room for it now.

        Raises:
            StartError: It cannot be started.
        """

    def why_not(self) -> str:
        """Return why there was no room, if it is not for the jobs of this engine; empty otherwise."""
        return ""

# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""A job as the scheduler sees it."""

import time
from dataclasses import dataclass, field
from typing import Optional

from tfaip.experiments.jobs.engine import Execution
from tfaip.experiments.jobs.job import Job
from tfaip.runs.format.status import State


@dataclass
class Task:
    """A job and how far it is.

    Attributes:
        job: The job.
        state: What has become of it.
        attempts: How often it was started.
        execution: The present attempt.
        place: Where the present or last attempt runs.
        exit_code: Of the last attempt that has ended.
        error: Why it could not be started.
        not_before: When the next attempt may be started, on the clock of the scheduler.
        started: When the present or last attempt was started (Unix time).
        ended: When the last attempt has ended (Unix time).
        stopping: Whether it was asked to end.
    """

    job: Job
    state: State = State.QUEUED
    attempts: int = 0
    execution: Optional[Execution] = field(default=None, repr=False)
    place: str = ""
    exit_code: Optional[int] = None
    error: str = ""
    not_before: float = 0.0
    started: Optional[float] = None
    ended: Optional[float] = None
    stopping: bool = False

    @property
    def has_failed_before(self) -> bool:
        """Whether it waits for another attempt."""
        return self.state is State.QUEUED and self.attempts > 0

    def begin(self, execution: Execution) -> None:
        """Note the start of an attempt."""
        self.execution, self.place, self.state = execution, execution.place, State.RUNNING
        self.attempts += 1
        self.started, self.ended = time.time(), None

    def end(self, state: State, code: Optional[int], error: str = "") -> None:
        """Note the end of an attempt."""
        self.execution, self.state, self.exit_code, self.error = None, state, code, error
        self.ended = time.time()

# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Starts jobs as there is room, and looks after them until they have ended."""

import time
from collections.abc import Callable
from typing import List, Optional

from tfaip.experiments.jobs.engine import Engine, StartError
from tfaip.experiments.jobs.job import Job
from tfaip.experiments.scheduler.retries import EXIT_USER_ERROR, RetryPolicy, state_of
from tfaip.experiments.scheduler.task import Task
from tfaip.runs.format.status import State
from tfaip.util.errors import UserValueError

# a training that is asked to end has 25 seconds by default
GRACE_SECONDS = 30.0

OnChange = Callable[[Task], None]


class Scheduler:
    """Starts jobs in their order, each as soon as there is room for it.

    Nothing runs by itself: :meth:`step` is to be called again and again, from one thread.

    Args:
        engine: Runs the jobs.
        retries: When a job that has failed is started again.
        on_change: Called with each task whose state has changed.
        grace: Seconds that a job has for its end when it is asked to.
        clock: Tells the seconds.

    Attributes:
        tasks: All jobs, in their order.
    """

    def __init__(
        self,
        engine: Engine,
        retries: Optional[RetryPolicy] = None,
        on_change: OnChange = lambda task: None,
        grace: float = GRACE_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ):
        self.tasks: List[Task] = []
        self._engine = engine
        self._retries = retries or RetryPolicy()
        self._on_change = on_change
        self._grace = grace
        self._clock = clock
        self._is_stopping = False
        self._kill_at: Optional[float] = None

    def add(self, job: Job) -> Task:
        """Queue a job.

        Raises:
            UserValueError: There is a job of this name that is not over.
        """
        if any(task.job.id == job.id and not task.state.is_over for task in self.tasks):
            raise UserValueError("A job of this name is queued already.", got=job.id, expected="another name")
        task = Task(job)
        self.tasks.append(task)
        return task

    @property
    def is_done(self) -> bool:
        """Whether nothing runs and nothing will be started."""
        return not self._in_state(State.RUNNING) and (self._is_stopping or not self._in_state(State.QUEUED))

    def step(self) -> None:
        """Take note of the jobs that have ended, and start others as there is room."""
        for task in self._in_state(State.RUNNING):
            assert task.execution is not None
            code = task.execution.poll()
            if code is not None:
                self._end(task, code)
        if self._kill_at is not None and self._clock() >= self._kill_at:
            self.kill()
        if not self._is_stopping:
            self._start_waiting()

    def stop(self) -> None:
        """Start no more jobs, and ask those that run to end; those that have not within the grace are killed."""
        if self._is_stopping:
            return
        self._is_stopping = True
        self._kill_at = self._clock() + self._grace
        for task in self._in_state(State.RUNNING):
            self.stop_task(task)

    def stop_task(self, task: Task) -> None:
        """Ask one job to end, or take it out of the queue."""
        if task.state is State.RUNNING and task.execution is not None:
            task.stopping = True
            task.execution.stop()
            self._on_change(task)
        elif task.state is State.QUEUED:
            task.end(State.STOPPED, None)
            self._on_change(task)

    def kill(self) -> None:
        """End all jobs at once."""
        self._is_stopping = True
        for task in self._in_state(State.RUNNING):
            assert task.execution is not None
            task.stopping = True
            task.execution.kill()

    def why_waiting(self) -> str:
        """Return who keeps jobs waiting that could run otherwise; empty if nobody does."""
        return self._engine.why_not() if self._in_state(State.QUEUED) and not self._is_stopping else ""

    def _in_state(self, state: State) -> List[Task]:
        return [task for task in self.tasks if task.state is state]

    def _start_waiting(self) -> None:
        now = self._clock()
        for task in self._in_state(State.QUEUED):
            if task.not_before > now:
                continue
            try:
                execution = self._engine.start(task.job, task.job.next_argv(task.attempts))
            except StartError as error:
                task.end(State.FAILED, EXIT_USER_ERROR, error.render())
                self._on_change(task)
                continue
            if execution is None:
                return
            task.begin(execution)
            self._on_change(task)

    def _end(self, task: Task, code: int) -> None:
        state = state_of(code)
        if task.stopping and state is State.FAILED:
            state = State.STOPPED
        task.end(state, code)
        if state is State.FAILED and not self._is_stopping and self._retries.again(task.attempts, code):
            task.state = State.QUEUED
            task.not_before = self._clock() + self._retries.wait(task.attempts)
        self._on_change(task)

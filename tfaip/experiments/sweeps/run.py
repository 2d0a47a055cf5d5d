# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Runs the trials of a sweep."""

import os
import time
from collections.abc import Callable
from typing import Dict, List, Optional, Protocol, Tuple

from tfaip.experiments.jobs.engine import Engine
from tfaip.experiments.jobs.job import Job
from tfaip.experiments.scheduler.interrupts import Interrupts
from tfaip.experiments.scheduler.retries import RetryPolicy
from tfaip.experiments.scheduler.running import POLL_SECONDS, run_to_end
from tfaip.experiments.scheduler.scheduler import GRACE_SECONDS, Scheduler
from tfaip.experiments.scheduler.task import Task
from tfaip.experiments.sweeps.folder import SweepFolder
from tfaip.experiments.sweeps.objective import Objective, TrialValues, objective_of_run
from tfaip.experiments.sweeps.searcher import Searcher
from tfaip.experiments.sweeps.spec import Sweep
from tfaip.experiments.sweeps.trialconfig import trial_config
from tfaip.experiments.sweeps.trialrecord import TrialRecord, TrialState
from tfaip.runs.format.process import host_name, process_start
from tfaip.runs.format.status import State, read_status

READ_SECONDS = 1.0


class Commands(Protocol):
    """Knows how trials are started."""

    def start(self, config: str, output_dir: str) -> Tuple[str, ...]:
        """Return the command of a new trial.

        Args:
            config: Its configuration file.
            output_dir: Its directory.
        """

    def resume(self, output_dir: str) -> Tuple[str, ...]:
        """Return the command that goes on with a trial."""


class SweepRun:
    """Runs trials until there are no more.

    Args:
        sweep: The sweep.
        objective: What tells how good a trial is. None: what the training says about its best model.
        folder: Where it is noted what becomes of the trials.
        searcher: Chooses their values.
        engine: Runs them.
        commands: Knows how they are started.
        parallel: How many of them run at a time at the most.
        retries: When one that has failed is started again.
        on_change: Called with a trial whose state has changed.

    Attributes:
        records: What has become of the trials, by their numbers.
        scheduler: Runs the jobs.
    """

    def __init__(
        self,
        sweep: Sweep,
        objective: Optional[Objective],
        folder: SweepFolder,
        searcher: Searcher,
        engine: Engine,
        commands: Commands,
        parallel: int,
        retries: Optional[RetryPolicy] = None,
        on_change: Callable[[TrialRecord], None] = lambda record: None,
    ):
        self.records: Dict[int, TrialRecord] = folder.records()
        self.scheduler = Scheduler(engine, retries, self._note)
        self._sweep = sweep
        self._objective = objective
        self._folder = folder
        self._searcher = searcher
        self._commands = commands
        self._parallel = parallel
        self._on_change = on_change
        self._running: Dict[int, _Running] = {}
        self._next_reading = 0.0

    def run(self, interrupts: Interrupts, poll_seconds: float = POLL_SECONDS) -> None:
        """Run all trials. The first interrupt asks those that run to end, the second one kills them.

        Args:
            interrupts: Counts the signals of the user.
            poll_seconds: The time between two steps.

        Raises:
            OSError: What has become of a trial cannot be noted.
        """
        if not interrupts.count:
            self._fill()
        run_to_end(self.scheduler, interrupts, lambda: self._refresh(interrupts), poll_seconds)

    def _refresh(self, interrupts: Interrupts) -> None:
        if interrupts.count:
            return
        if time.monotonic() >= self._next_reading:
            self._next_reading = time.monotonic() + READ_SECONDS
            for number in list(self._running):
                self._read(number)
        self._fill()

    # ------------------------------------------------------------------ starting
    def _fill(self) -> None:
        """Queue as many trials as there may be room for."""
        while sum(not task.state.is_over for task in self.scheduler.tasks) < self._parallel:
            trial = self._searcher.next()
            if trial is None:
                return
            number, values = trial
            record = self.records.setdefault(number, TrialRecord(number, dict(values)))
            if not record.state.is_over and not self._has_ended_alone(record):
                self._queue(record)

    def _has_ended_alone(self, record: TrialRecord) -> bool:
        """Note what has become of a trial whose sweep was killed, if nothing is left to do."""
        if not record.was_started:
            return False
        status = read_status(self._folder.trial_dir(record.number))
        is_new = status is not None and status.t >= (record.started or 0.0)
        if record.pruning or (status is not None and is_new and status.state is State.FINISHED):
            self._end(record, TrialState.PRUNED if record.pruning else TrialState.FINISHED)
            return True
        return False

    def _queue(self, record: TrialRecord) -> None:
        number, folder = record.number, self._folder
        folder.write_config(number, trial_config(self._sweep, record.values))
        folder.write_record(record)
        output_dir = folder.trial_dir(number)
        self.scheduler.add(
            Job(
                id=record.name,
                argv=self._commands.start(folder.config_of(number), output_dir),
                log=folder.log_of(number),
                resume_argv=self._commands.resume(output_dir),
                output_dir=output_dir,
                env={"TFAIP_TRIAL": str(number)},
                was_started=record.was_started,
            )
        )

    # ------------------------------------------------------------------ what becomes of the trials
    def _note(self, task: Task) -> None:
        record = self.records[int(task.job.id.rpartition("_")[2])]
        if task.state is State.RUNNING:
            if record.number not in self._running:
                self._running[record.number] = _Running(task)
            self._note_start(record, task)
            return
        self._running.pop(record.number, None)
        record.exit_code, record.ended, record.pid = task.exit_code, task.ended, None
        if task.state is State.FINISHED:
            self._end(record, TrialState.FINISHED)
        elif record.pruning:
            self._end(record, TrialState.PRUNED)
        elif task.state is State.FAILED:
            self._end(record, TrialState.FAILED, task.error or self._reason(record))
        else:
            record.state = TrialState.STOPPED
            self._tell(record)

    def _note_start(self, record: TrialRecord, task: Task) -> None:
        if task.stopping:
            return
        pid = task.execution.pid if task.execution else None
        record.state, record.attempts = TrialState.RUNNING, record.attempts + 1
        record.host, record.pid, record.pid_start = host_name(), pid, process_start(pid) if pid else None
        record.started, record.ended, record.error = record.started or task.started, None, ""
        self._tell(record)

    def _end(self, record: TrialRecord, state: TrialState, error: str = "") -> None:
        record.state, record.error = state, error
        record.ended = record.ended or time.time()
        self._evaluate(record)
        self._tell(record)
        self._searcher.tell(record)

    def _evaluate(self, record: TrialRecord) -> None:
        """Note how good a trial is; one that does not tell has failed."""
        folder = self._folder.trial_dir(record.number)
        objective = self._objective or objective_of_run(folder, self._sweep.summary)
        values = TrialValues(folder, objective) if objective else None
        if values is not None and self._searcher.wants_values:
            # those of the last epochs, which may not have been read while it ran
            for epoch, value in values.read():
                self._searcher.report(record.number, round(epoch), value)
        found = values.summary() if values else None
        if found is not None:
            record.epoch, record.value = found
        elif record.state is TrialState.FINISHED:
            record.state = TrialState.FAILED
            names = ", ".join(values.known_names()) if values else ""
            wanted = f"finite value of {objective.metric}" if objective else "metric in its run.json"
            record.error = f"There is no {wanted}" + (f", only: {names}" if names else ".")

    def _reason(self, record: TrialRecord) -> str:
        status = read_status(self._folder.trial_dir(record.number))
        if status is not None and status.error is not None and status.t >= (record.started or 0.0):
            return status.error.message
        return f"It has ended with {record.exit_code}, see {os.path.relpath(self._folder.log_of(record.number))}"

    def _tell(self, record: TrialRecord) -> None:
        self._folder.write_record(record)
        self._on_change(record)

    # ------------------------------------------------------------------ pruning
    def _read(self, number: int) -> None:
        """Report the new values of a trial that runs, and ask it to end if it is not worth going on."""
        running, record = self._running[number], self.records[number]
        if running.kill_at is not None:
            if time.monotonic() >= running.kill_at and running.task.execution is not None:
                running.task.execution.kill()
            return
        if not self._searcher.wants_values or self._objective is None:
            return
        values = running.values or TrialValues(self._folder.trial_dir(number), self._objective)
        running.values = values
        for epoch, value in values.read():
            if self._searcher.report(number, round(epoch), value):
                record.pruning = True
                self._folder.write_record(record)
                running.kill_at = time.monotonic() + GRACE_SECONDS
                self.scheduler.stop_task(running.task)
                return

    @property
    def left(self) -> List[TrialRecord]:
        """The trials that have begun, but are not over."""
        return [record for record in self.records.values() if not record.state.is_over]


class _Running:
    """A trial that runs.

    Args:
        task: Its job.

    Attributes:
        values: Its values, as soon as they were read.
        kill_at: When it is killed, on the monotonic clock, if it was asked to end.
    """

    def __init__(self, task: Task):
        self.task = task
        self.values: Optional[TrialValues] = None
        self.kill_at: Optional[float] = None

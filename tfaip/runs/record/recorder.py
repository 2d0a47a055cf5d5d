# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""What a training calls to be recorded. No call waits for the disk."""

import os
import time
import traceback
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Any, Callable, Dict, List, Optional, Type

from tfaip.runs.format.metrics import Level, Rewind, Values
from tfaip.runs.format.names import METRICS_FILENAME, split_name
from tfaip.runs.format.run import Primary, RunInfo, Session, change_run, write_run
from tfaip.runs.format.status import BestValue, Phase, RunError, State, Status, read_status
from tfaip.runs.record.timeleft import Plan, TimeLeft
from tfaip.runs.record.writer import RecordWriter
from tfaip.util.errors import UserError
from tfaip.util.termination import EXIT_TERMINATED, Terminated

EXIT_INTERRUPTED = 130
EXIT_USER_ERROR = 2
SECONDS_BETWEEN_UPDATES = 0.5
# values within an epoch are kept the more seldom the longer a training takes: their number grows with its logarithm
RECORDS_OF_A_FOLDING = 2000
SECONDS_TO_CLOSE = 10.0
SECONDS_TO_CLOSE_WHEN_ASKED_TO_END = 3.0


@dataclass(frozen=True)
class Start:
    """Where a training begins.

    Attributes:
        epoch: Number of epochs that are finished.
        step: Steps that are done of the next one.
        is_resumed: Whether a run goes on.
    """

    epoch: int = 0
    step: int = 0
    is_resumed: bool = False


class Recorder:
    """Records a training while it is entered; what it raises becomes the state of the run.

    Args:
        folder: The directory of the run, which exists.
        scenario: ``package.module:Class``.
        session: What is known of this process.
        primary: The value that tells the best model.
        plan: What the training is going to do.
        start: Where it begins.
        interval: Least seconds between two records of values within an epoch.
    """

    def __init__(
        self,
        folder: str,
        scenario: str,
        session: Session,
        primary: Optional[Primary],
        plan: Plan,
        start: Start,
        interval: float = 1.0,
    ):
        self.folder = os.path.abspath(folder)
        self._scenario, self._session, self._primary = scenario, session, primary
        self._plan, self._start, self._interval = plan, start, interval
        before = read_status(self.folder)
        self._offset = self._first_offset(before)
        self._time_left = TimeLeft(plan)
        status = Status(
            State.STARTING,
            epoch=start.epoch,
            epochs=plan.epochs,
            step=start.step,
            steps=plan.steps,
            global_step=self._global_step(start.epoch, start.step),
            progress=self._progress(start.epoch, start.step),
            best=before.best if before and start.is_resumed else None,
            pid=session.pid,
            pid_start=session.pid_start,
            host=session.host,
        )
        self._writer = RecordWriter(self.folder, status)
        self._began_at = self._updated_at = self._values_at = time.monotonic()
        self._has_looped = False
        # called in the thread of the training: when the record begins, after each epoch with the number of steps, and
        # when it ends with the seconds that this may take
        self.on_begin: List[Callable[[], None]] = []
        self.on_epoch: List[Callable[[int], None]] = []
        self.on_end: List[Callable[[float], None]] = []

    # ------------------------------------------------------------------ begin and end
    def __enter__(self) -> "Recorder":
        self._writer.add_job(self._write_session)
        if self._start.is_resumed or os.path.exists(os.path.join(self.folder, METRICS_FILENAME)):
            self._rewind(self._start.epoch, self._start.step)
        self._writer.start()
        for hook in self.on_begin:
            hook()
        return self

    def __exit__(
        self,
        error_type: Optional[Type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        seconds = SECONDS_TO_CLOSE if error is None else SECONDS_TO_CLOSE_WHEN_ASKED_TO_END
        for hook in self.on_end:
            hook(seconds)
        self._update(**end_of(error), eta_s=None if error else 0.0)
        if error is None:
            self._update(progress=1.0)
        self._writer.close(seconds)

    @property
    def dropped(self) -> int:
        """How much could not be written."""
        return self._writer.dropped

    def add_job(self, job: Callable[[], None]) -> bool:
        """Let the thread of the record do something, see :meth:`RecordWriter.add_job`."""
        return self._writer.add_job(job)

    def change_session(self, change: Callable[[Session], None]) -> None:
        """Let the record of this session be changed.

        Args:
            change: Changes it, in the thread of the record.
        """

        def job() -> None:
            change(self._session)
            change_run(self.folder, self._replace_session)

        self._writer.add_job(job)

    def _write_session(self) -> None:
        def append(run: RunInfo) -> None:
            run.id = run.id or RunInfo().id
            run.name = run.name or os.path.basename(self.folder)
            run.created = run.created or self._session.started
            run.scenario, run.primary = self._scenario, self._primary
            run.sessions.append(self._session)

        if not change_run(self.folder, append):
            run = RunInfo()
            append(run)
            write_run(self.folder, run)

    def _replace_session(self, run: RunInfo) -> None:
        mine = self._session
        run.sessions = [
            mine if (entry.pid, entry.started) == (mine.pid, mine.started) else entry for entry in run.sessions
        ]

    # ------------------------------------------------------------------ progress
    def begin_loop(self, epoch: int, step: int) -> None:
        """Begin the training, or begin it again from an earlier state."""
        if self._has_looped:
            self._rewind(epoch, step)
        self._has_looped = True

    def begin_epoch(self, epoch: int, step: int) -> None:
        """Begin an epoch (counted from 0), of which some steps may be done."""
        self._time_left.begin_epoch(epoch, step)
        self._update_progress(epoch, step, Phase.TRAINING)

    def steps_done(self, epoch: int, step: int, values: Callable[[], Mapping[str, float]]) -> None:
        """Take note of the steps that are done of an epoch.

        Args:
            epoch: The epoch, from 0.
            step: How many of its steps are done.
            values: Returns the values of the epoch so far, by name; called if they are to be recorded.
        """
        now = time.monotonic()
        if now - self._updated_at < SECONDS_BETWEEN_UPDATES and step < self._plan.steps:
            return
        self._updated_at = now
        self._time_left.steps_done(step)
        if now - self._values_at >= max(self._interval, (now - self._began_at) / RECORDS_OF_A_FOLDING):
            self._values_at = now
            last = dict(values())
            self._add_values(epoch, step, Level.STEP, last)
            self._update(last={**self._writer.status.last, **last})
        self._update_progress(epoch, step, Phase.TRAINING)

    def enter(self, phase: Phase) -> None:
        """Begin another phase, after the steps of an epoch or of the whole training."""
        self._time_left.enter(phase)
        self._update(phase=phase)

    def end_epoch(self, epoch: int, values: Mapping[str, float], best: Optional[float]) -> None:
        """Take note of the results of an epoch.

        Args:
            epoch: The epoch, from 0.
            values: All values by their names in the logs.
            best: The best of the values that tell the best model; None if there is none.
        """
        self._add_values(epoch, self._plan.steps, Level.EPOCH, values)
        self._time_left.enter(Phase.TRAINING)
        self._update(last=dict(values), best=self._best(epoch, best))
        self._update_progress(epoch + 1, 0, Phase.TRAINING)
        for hook in self.on_epoch:
            hook(self._global_step(epoch + 1, 0))

    def _best(self, epoch: int, value: Optional[float]) -> Optional[BestValue]:
        before = self._writer.status.best
        if value is None or self._primary is None:
            return None
        if before is not None and before.value == value:
            return before
        return BestValue(self._primary.name, value, epoch + 1)

    def _update_progress(self, epoch: int, step: int, phase: Phase) -> None:
        state = State.RUNNING if self._writer.status.state is State.STARTING and (step or epoch) else None
        self._update(
            state=state or self._writer.status.state,
            phase=phase,
            epoch=epoch,
            step=step,
            global_step=self._global_step(epoch, step),
            progress=self._progress(epoch, step),
            eta_s=self._time_left.left(),
        )

    def _update(self, **changes: Any) -> None:
        self._writer.status = replace(self._writer.status, t=time.time(), **changes)

    def _add_values(self, epoch: int, step: int, level: Level, values: Mapping[str, float]) -> None:
        now, global_step = time.time(), self._global_step(epoch, step)
        splits: Dict[str, Dict[str, float]] = {}
        for name, value in values.items():
            split, short = split_name(name)
            splits.setdefault(split, {})[short] = value
        for split, m in splits.items():
            self._writer.add(Values(now, global_step, self._epochs(epoch, step), split, level, m))

    def _rewind(self, epoch: int, step: int) -> None:
        self._writer.add(Rewind(time.time(), self._global_step(epoch, step), self._epochs(epoch, step)))

    # ------------------------------------------------------------------ counting
    def _global_step(self, epoch: int, step: int) -> int:
        return self._offset + epoch * self._plan.steps + step

    def _epochs(self, epoch: int, step: int) -> float:
        return epoch + step / max(1, self._plan.steps)

    def _progress(self, epoch: int, step: int) -> float:
        return min(1.0, self._epochs(epoch, step) / max(1, self._plan.epochs))

    def _first_offset(self, before: Optional[Status]) -> int:
        """Return what the steps are counted from: an epoch may have had another number of steps before."""
        if before is None or not self._start.is_resumed or before.steps <= 0:
            return 0
        offset = before.global_step - before.epoch * before.steps - before.step
        return offset + self._start.epoch * (before.steps - self._plan.steps)


def end_of(error: Optional[BaseException]) -> Dict[str, Any]:
    """Return the fields of the last status of a training.

    Args:
        error: What ended it; None if it has come to its end.
    """
    if error is None:
        return {"state": State.FINISHED, "phase": None, "exit_code": 0}
    if isinstance(error, Terminated):
        return {"state": State.STOPPED, "exit_code": EXIT_TERMINATED, "error": RunError("ended by SIGTERM")}
    if isinstance(error, KeyboardInterrupt):
        return {"state": State.STOPPED, "exit_code": EXIT_INTERRUPTED, "error": RunError("interrupted")}
    if isinstance(error, SystemExit):
        return {"state": State.STOPPED, "exit_code": _code(error), "error": RunError("the program was left")}
    if isinstance(error, UserError):
        failure = RunError(error.what, error.where or "")
        return {"state": State.FAILED, "exit_code": EXIT_USER_ERROR, "error": failure}
    failure = RunError(f"{type(error).__name__}: {error}"[:10_000], _place(error))
    return {"state": State.FAILED, "exit_code": 1, "error": failure}


def _code(error: SystemExit) -> int:
    return error.code if isinstance(error.code, int) else int(error.code is not None)


def _place(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    return f"{frames[-1].filename}:{frames[-1].lineno} in {frames[-1].name}" if frames else ""

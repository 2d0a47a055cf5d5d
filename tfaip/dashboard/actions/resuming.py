# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Going on with trainings, each as soon as there is room for it."""

import logging
import os
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Dict

from tfaip.dashboard.runkey import key_of
from tfaip.experiments.devices.slots import Slots
from tfaip.experiments.jobs.job import RESUME_MARKER, Job
from tfaip.experiments.jobs.local import LocalEngine
from tfaip.experiments.scheduler.retries import RetryPolicy
from tfaip.experiments.scheduler.scheduler import Scheduler
from tfaip.experiments.scheduler.task import Task
from tfaip.runs.format.status import State
from tfaip.runs.reading.run import Run
from tfaip.runs.reading.summary import ShownState
from tfaip.util.errors import UserError
from tfaip.util.file.cachefolder import cache_folder

logger = logging.getLogger(__name__)

RESUMABLE = (ShownState.STOPPED, ShownState.FAILED, ShownState.DEAD, ShownState.UNKNOWN)
_POLL_SECONDS = 0.2
_MODULE = "tfaip.scripts.resume_training"
_LOG_BYTES = 4096


@dataclass(frozen=True)
class QueueNote:
    """What the queue knows of a run.

    Attributes:
        state: ``queued`` or ``starting``; None if it is no longer there.
        text: Who keeps it waiting, or why it could not go on.
    """

    state: "ShownState | None" = None
    text: str = ""


class ResumeQueue:
    """Runs that wait for a slot, and those that were started.

    These go on if the dashboard ends; those that wait are forgotten.

    Args:
        slots: Where there is room.
        trust: Packages that the files of runs may name, beside those that are trusted anyway.
    """

    def __init__(self, slots: Slots, trust: Sequence[str] = ()):
        self._scheduler = Scheduler(LocalEngine(slots), RetryPolicy(0))
        self._trust = list(trust)
        self._lock = threading.Lock()
        self._work = threading.Event()
        self._ends = False
        self._tasks: Dict[str, Task] = {}
        self._thread = threading.Thread(target=self._run, name="queue", daemon=True)

    def start(self) -> None:
        """Start the thread that looks after the jobs."""
        self._thread.start()

    def close(self) -> None:
        """Start no more jobs; those that run go on."""
        self._ends = True
        self._work.set()
        self._thread.join()

    def add(self, path: str) -> str:
        """Queue a run.

        Args:
            path: Its directory.

        Returns:
            What has been done.

        Raises:
            UserError: It is at work, has come to its end, or cannot be resumed.
        """
        summary = Run(path).summary()
        if summary.state not in RESUMABLE:
            raise UserError("The run cannot be resumed.", where=path, got=f"It is {summary.state.value}.")
        if not os.path.isfile(os.path.join(path, RESUME_MARKER)):
            raise UserError("The run cannot be resumed.", where=path, got="It has no parameters.")
        with self._lock:
            task = self._tasks.get(path)
            if task is not None and not task.state.is_over:
                raise UserError("The run is queued already.", where=path)
            self._tasks[path] = self._scheduler.add(self._job(path))
        self._work.set()
        return "The run is queued"

    def cancel(self, path: str) -> bool:
        """Take a run out of the queue; return whether it was waiting there."""
        with self._lock:
            task = self._tasks.get(path)
            if task is None or task.state is not State.QUEUED:
                return False
            self._scheduler.stop_task(task)
            return True

    def notes(self) -> Mapping[str, QueueNote]:
        """Return what is known of the runs, by their directories."""
        with self._lock:
            why = self._scheduler.why_waiting()
            return {path: _note(task, why) for path, task in self._tasks.items()}

    def _job(self, path: str) -> Job:
        # -P: what a record names as the working directory must not hold the modules of the program
        argv = [sys.executable, "-P", "-m", _MODULE, path]
        if self._trust:
            argv += ["--trust", *self._trust]
        cwd = Run(path).session().cwd
        paths = os.environ.get("PYTHONPATH", "")
        absolute = os.pathsep.join(os.path.abspath(item) for item in paths.split(os.pathsep) if item)
        return Job(
            id=path,
            argv=tuple(argv),
            log=_log_of(path),
            env={"PYTHONPATH": absolute} if absolute else {},
            cwd=cwd if os.path.isabs(cwd) and os.path.isdir(cwd) else path,
        )

    def _run(self) -> None:
        while not self._ends:
            with self._lock:
                self._scheduler.step()
                is_done = self._scheduler.is_done
            if is_done:
                self._work.wait()
            self._work.clear()
            self._work.wait(_POLL_SECONDS)


def _note(task: Task, why: str) -> QueueNote:
    if task.state is State.QUEUED:
        return QueueNote(ShownState.QUEUED, why)
    if task.state is State.RUNNING:
        return QueueNote(ShownState.STARTING)
    if task.state is State.FAILED:
        return QueueNote(None, f"It could not go on (exit code {task.exit_code}): {task.error or _last_words(task)}")
    return QueueNote()


def _log_of(path: str) -> str:
    # not in the directories of the runs, which belong to their trainings
    return os.path.join(cache_folder("dashboard"), f"{key_of(path)}.log")


def _last_words(task: Task) -> str:
    """Return the message of the program, or its last line."""
    try:
        with open(task.job.log, "rb") as file:
            file.seek(max(0, os.path.getsize(task.job.log) - _LOG_BYTES))
            lines = [line.strip() for line in file.read().decode("utf-8", "replace").splitlines() if line.strip()]
    except OSError:
        return ""
    starts = [index for index, line in enumerate(lines) if line.startswith("#")]
    lines = lines[starts[-1] + 1 :] if starts else lines
    told = [line for line in lines if line.startswith("error: ")]
    return (told or lines or [""])[-1].removeprefix("error: ")

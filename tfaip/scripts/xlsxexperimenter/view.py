# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""What the experimenter shows: lines, or a table in a terminal."""

import os
import sys
import time
from collections import Counter
from collections.abc import Sequence
from typing import List

from tfaip.experiments.scheduler.task import Task
from tfaip.experiments.sheet.plan import Action, Step
from tfaip.runs.format.status import State
from tfaip.scripts.xlsxexperimenter.progress import duration, last_lines
from tfaip.util.plaintext import without_controls

_PLAN = {Action.RUN: "to run", Action.CONTINUE: "to go on", Action.DONE: "finished before", Action.SKIP: "skipped"}


class View:
    """Tells each change in a line."""

    def __enter__(self) -> "View":
        return self

    def __exit__(self, *args: object) -> None:
        """End the view."""

    def plan(self, steps: Sequence[Step]) -> None:
        """Tell what is to be done."""
        counts = Counter(step.action for step in steps)
        parts = [f"{counts[action]} {text}" for action, text in _PLAN.items() if counts[action]]
        _print(f"{len(steps)} experiment{'s' if len(steps) != 1 else ''}: {', '.join(parts)}")

    def changed(self, task: Task) -> None:
        """Tell what has become of a job."""
        _print(f"{time.strftime('%H:%M:%S')} {task.job.id}: {describe(task)}")

    def refresh(self, tasks: Sequence[Task], waiting: str) -> None:
        """Show how far the jobs are.

        Args:
            tasks: All jobs.
            waiting: Who keeps jobs waiting.
        """

    def end(self, tasks: Sequence[Task]) -> None:
        """Tell what has become of all jobs, and why some have failed."""
        for task in tasks:
            if task.state is State.FAILED:
                _tell_failure(task)
        counts = Counter(task.state for task in tasks)
        _print(", ".join(f"{counts[state]} {state}" for state in State if counts[state]) or "nothing to do")


class LineView(View):
    """Tells each change in a line, and once who keeps jobs waiting."""

    def __init__(self) -> None:
        self._waiting = ""

    def refresh(self, tasks: Sequence[Task], waiting: str) -> None:
        """Tell who keeps jobs waiting."""
        if waiting and waiting != self._waiting:
            _print(f"{time.strftime('%H:%M:%S')} waiting: {waiting}")
        self._waiting = waiting


def create_view() -> View:
    """Return a table for a terminal, lines for everything else."""
    if sys.stdout.isatty() and os.environ.get("TERM", "dumb") != "dumb":
        # imported late: lines do not need it
        from tfaip.scripts.xlsxexperimenter.table import TableView

        return TableView()
    return LineView()


def describe(task: Task) -> str:
    """Return what has become of a job, for a line."""
    if task.state is State.RUNNING:
        if task.stopping:
            return "is asked to end"
        how = "goes on" if task.job.resumes(task.attempts - 1) else "started"
        return f"{how} on {task.place}, log {task.job.log}"
    took = f" after {duration((task.ended or 0) - task.started)}" if task.started is not None else ""
    if task.state is State.QUEUED:
        return f"{ending(task)}{took}, is tried again"
    if task.state is State.FINISHED:
        return f"finished{took}"
    if task.state is State.FAILED:
        return f"failed: {ending(task)}{took}, log {task.job.log}"
    return f"stopped{took}"


def ending(task: Task) -> str:
    """Return how the last attempt has ended."""
    if task.error:
        return task.error.partition("\n")[0]
    code = task.exit_code or 0
    return f"killed by signal {-code}" if code < 0 else f"exit code {code}"


def _tell_failure(task: Task) -> None:
    _print(f"\n{task.job.id}: {ending(task)}. {task.job.log} ends with")
    lines: List[str] = task.error.splitlines() if task.error else last_lines(task.job.log)
    for line in lines:
        _print(f"  {line}")


def _print(text: str) -> None:
    print(without_controls(text), flush=True)

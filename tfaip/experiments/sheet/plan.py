# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""What is to be done about each row of a sheet."""

import os
from dataclasses import dataclass
from typing import List, Optional, Tuple

from tfaip.experiments.sheet.rows import Experiment, Sheet
from tfaip.experiments.sheet.state import Entry, SheetState, fingerprint_of
from tfaip.params.cli.errors import Mistake
from tfaip.runs.format.status import State, read_status
from tfaip.util.enum import StrEnum


class Action(StrEnum):
    """What is to be done about a row."""

    RUN = "run"
    CONTINUE = "continue"
    SKIP = "skip"
    DONE = "done"


@dataclass(frozen=True)
class Step:
    """What is to be done about a row.

    Attributes:
        experiment: The row.
        action: What is to be done.
        reason: Why.
    """

    experiment: Experiment
    action: Action
    reason: str = ""

    @property
    def is_run(self) -> bool:
        """Whether it is to be started."""
        return self.action in (Action.RUN, Action.CONTINUE)


def make_plan(sheet: Sheet, state: SheetState) -> Tuple[List[Step], List[Mistake]]:
    """Return what is to be done about each row, and what stands against it.

    Args:
        sheet: The sheet.
        state: What has become of its rows before.
    """
    steps, mistakes = [], []
    for experiment in sheet.experiments:
        entry = state.entries.get(experiment.id)
        steps.append(_step(experiment, entry))
        if entry is not None and entry.is_alive and not experiment.skip:
            mistakes.append(
                Mistake(
                    "The experiment still runs: its experimenter was killed, but it was not.",
                    where=experiment.cell,
                    got=f"process {entry.pid}",
                    hint=f"Wait until it has ended, or end it: kill {entry.pid}",
                )
            )
    return steps, mistakes


def _step(experiment: Experiment, entry: Optional[Entry]) -> Step:
    if experiment.skip:
        return Step(experiment, Action.SKIP, f"SKIP is {experiment.skip}")
    if entry is None or entry.fingerprint != fingerprint_of(experiment.argv) or entry.attempts == 0:
        return Step(experiment, Action.RUN)
    if experiment.output_dir is not None and not os.path.isdir(experiment.output_dir):
        return Step(experiment, Action.RUN, "its output directory is gone")
    if entry.state is State.FINISHED or _has_finished_since(experiment, entry):
        return Step(experiment, Action.DONE, "it has finished before")
    return Step(experiment, Action.CONTINUE, "it was started before")


def _has_finished_since(experiment: Experiment, entry: Entry) -> bool:
    """Return whether a job has finished after its experimenter was killed."""
    if entry.state is not State.RUNNING or experiment.output_dir is None:
        return False
    status = read_status(experiment.output_dir)
    return status is not None and status.state is State.FINISHED and status.t >= (entry.started or 0.0)

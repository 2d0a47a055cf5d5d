# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The values of a trial that tell how good it is, as the record of its training has them."""

import math
from dataclasses import dataclass
from typing import Dict, List, NamedTuple, Optional

from tfaip.experiments.sweeps.spec import Mode, Summary
from tfaip.runs.format.metrics import Level, Values
from tfaip.runs.format.names import full_name, split_name
from tfaip.runs.format.run import read_run
from tfaip.runs.reading.metrics import read_metrics


@dataclass(frozen=True)
class Objective:
    """What tells how good a trial is.

    Attributes:
        metric: The name of the value in the logs, such as ``val_acc``.
        mode: Which values are better.
        summary: Which of the values of a training counts.
    """

    metric: str
    mode: Mode
    summary: Summary = Summary.BEST

    def is_better(self, value: float, other: Optional[float]) -> bool:
        """Return whether a value is better than another one, or the only one."""
        if other is None:
            return True
        return value > other if self.mode is Mode.MAX else value < other


class EpochValue(NamedTuple):
    """The value after some epochs."""

    epoch: float
    value: float


class TrialValues:
    """Reads the values of a trial while its training adds to them.

    Args:
        folder: The directory of the trial.
        objective: What tells how good it is.
    """

    def __init__(self, folder: str, objective: Objective):
        self._folder = folder
        self._objective = objective
        self._cursor: Optional[str] = None
        self._values: List[Values] = []

    def read(self) -> List[EpochValue]:
        """Return the values of the epochs so far, those of later steps last."""
        more = True
        while more:
            update = read_metrics(self._folder, self._cursor)
            self._values, self._cursor, more = update.add_to(self._values), update.cursor, update.more
        split, name = split_name(self._objective.metric)
        found: Dict[int, EpochValue] = {}
        for entry in self._values:
            if entry.split == split and entry.level is Level.EPOCH and name in entry.m:
                found[entry.step] = EpochValue(entry.epoch, entry.m[name])
        return [found[step] for step in sorted(found)]

    def summary(self) -> Optional[EpochValue]:
        """Return the value that counts, None if there is none that is finite."""
        values = [value for value in self.read() if math.isfinite(value.value)]
        if not values:
            return None
        if self._objective.summary is Summary.LAST:
            return values[-1]
        best = values[0]
        for value in values[1:]:
            if self._objective.is_better(value.value, best.value):
                best = value
        return best

    def known_names(self) -> List[str]:
        """Return the names of all values that the training has."""
        names = {full_name(entry.split, name) for entry in self._values for name in entry.m}
        return sorted(names)


def objective_of_run(folder: str, summary: Summary) -> Optional[Objective]:
    """Return what the run in a directory says about its best model, None if it says nothing."""
    run = read_run(folder)
    if run is None or run.primary is None:
        return None
    return Objective(run.primary.name, Mode(run.primary.mode), summary)

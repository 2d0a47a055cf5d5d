# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""What chooses the values of the trials."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from typing import Optional, Tuple

from tfaip.experiments.sweeps.plan import Trial, planned
from tfaip.experiments.sweeps.spec import Sweep
from tfaip.experiments.sweeps.trialrecord import TrialRecord

NumberedTrial = Tuple[int, Trial]


class Searcher(ABC):
    """Chooses the values of the trials.

    Attributes:
        wants_values: Whether the values of trials that run are to be reported.
    """

    wants_values: bool = False

    @abstractmethod
    def next(self) -> Optional[NumberedTrial]:
        """Return the number and the values of the next trial, None if there is none.

        Those that were begun before, but are not over, come first; others that are over may be among them.
        """

    def report(self, number: int, epoch: int, value: float) -> bool:
        """Take note of a value of a trial that runs.

        Args:
            number: The trial.
            epoch: The number of epochs that are done.
            value: The value.

        Returns:
            Whether the trial is not worth going on.
        """
        return False

    def tell(self, record: TrialRecord) -> None:
        """Take note of what has become of a trial that is over."""


class PlanSearcher(Searcher):
    """Has all trials of a grid, or of a search by chance.

    Args:
        sweep: The sweep.
        records: What has become of its trials before.
    """

    def __init__(self, sweep: Sweep, records: Mapping[int, TrialRecord]):
        trials = dict(enumerate(planned(sweep)))
        begun = [number for number in trials if number in records and records[number].was_started]
        numbers = [*begun, *(number for number in trials if number not in begun)]
        self._trials: Iterator[NumberedTrial] = iter([(number, trials[number]) for number in numbers])

    def next(self) -> Optional[NumberedTrial]:
        """Return the next trial of the plan."""
        return next(self._trials, None)

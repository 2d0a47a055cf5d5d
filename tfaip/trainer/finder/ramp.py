# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""A learning rate that grows with each update."""

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Type

from paiargparse import pai_dataclass, pai_meta

from tfaip.trainer.scheduler.learningrate_params import LearningRateParams

if TYPE_CHECKING:
    from tfaip.trainer.scheduler.learningrate import LearningRateSchedule


@pai_dataclass
@dataclass
class RampParams(LearningRateParams):
    """From ``lr`` to ``last`` in so many updates, each by the same factor."""

    last: float = field(default=10.0, metadata=pai_meta(help="The rate of the last update"))
    updates: int = field(default=100, metadata=pai_meta(help="Number of updates"))

    @staticmethod
    def cls() -> "Type[LearningRateSchedule]":
        """Return the class of the schedule."""
        from tfaip.trainer.finder.rampschedule import RampSchedule

        return RampSchedule

    def rate(self, update: int) -> float:
        """Return the rate of an update, which is counted from 0."""
        return self.lr * math.exp(self.log_factor * update)

    @property
    def log_factor(self) -> float:
        """The logarithm of the factor between two updates."""
        return math.log(self.last / self.lr) / max(1, self.updates - 1)

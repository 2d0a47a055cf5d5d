# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Parameters of the exponentially decaying learning rate."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Type

from paiargparse import pai_dataclass, pai_meta

from tfaip.params.ranges import Range
from tfaip.trainer.scheduler.learningrate_params import LearningRateParams

if TYPE_CHECKING:
    from tfaip.trainer.scheduler.learningrate import LearningRateSchedule


@pai_dataclass(alt="ExponentialDecay")
@dataclass
class ExponentialDecayParams(LearningRateParams):
    """The learning rate is multiplied by a factor every few epochs."""

    learning_circle: int = field(
        default=3, metadata={**pai_meta(help="Epochs after which the rate decays once"), "range": Range(minimum=1)}
    )
    lr_decay_rate: float = field(
        default=0.99,
        metadata={**pai_meta(help="Factor of one decay"), "range": Range(minimum=0), "spellings": ("decay",)},
    )
    decay_min_fraction: float = field(
        default=0.0, metadata={**pai_meta(help="The decay ends at this fraction of the base rate"), "range": Range()}
    )

    @staticmethod
    def cls() -> Type["LearningRateSchedule"]:
        """Return the class of the schedule."""
        from tfaip.trainer.scheduler.exponential_decay import ExponentialDecaySchedule

        return ExponentialDecaySchedule

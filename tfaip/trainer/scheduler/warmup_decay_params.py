# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Parameters of the warm-up followed by an inverse square root decay."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Type

from paiargparse import pai_dataclass, pai_meta

from tfaip.trainer.scheduler.learningrate_params import LearningRateParams

if TYPE_CHECKING:
    from tfaip.trainer.scheduler.learningrate import LearningRateSchedule


@pai_dataclass(alt="WarmupDecay")
@dataclass
class WarmupDecayParams(LearningRateParams):
    """The rate rises linearly to the base rate and falls with the inverse square root of the steps afterwards.

    Exactly one of the two lengths of the warm-up must be set.
    """

    warmup_epochs: int = field(default=-1, metadata=pai_meta(help="Length of the warm-up in epochs"))
    warmup_steps: int = field(default=-1, metadata=pai_meta(help="Length of the warm-up in steps"))

    @staticmethod
    def cls() -> Type["LearningRateSchedule"]:
        """Return the class of the schedule."""
        from tfaip.trainer.scheduler.warmup_decay import WarmupDecaySchedule

        return WarmupDecaySchedule

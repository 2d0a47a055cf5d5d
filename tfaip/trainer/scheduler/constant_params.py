# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Parameters of the constant learning rate."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Type

from paiargparse import pai_dataclass

from tfaip.trainer.scheduler.learningrate_params import LearningRateParams

if TYPE_CHECKING:
    from tfaip.trainer.scheduler.learningrate import LearningRateSchedule


@pai_dataclass
@dataclass
class Constant(LearningRateParams):
    """The learning rate stays the same."""

    @staticmethod
    def cls() -> Type["LearningRateSchedule"]:
        """Return the class of the schedule."""
        from tfaip.trainer.scheduler.constant import ConstantSchedule

        return ConstantSchedule

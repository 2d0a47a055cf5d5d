# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Base of the parameters of learning rate schedules."""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Type

from paiargparse import pai_dataclass, pai_meta

from tfaip.params.ranges import Range
from tfaip.util.errors import UserValueError

if TYPE_CHECKING:
    from tfaip.trainer.scheduler.learningrate import LearningRateSchedule


@pai_dataclass
@dataclass
class LearningRateParams(ABC):
    """Base of the parameters of a learning rate schedule.

    The trainer fills in ``steps_per_epoch`` and ``epochs``.
    """

    lr: float = field(default=0.001, metadata={**pai_meta(help="The (base) learning rate"), "range": Range(minimum=0)})
    step_function: bool = field(
        default=True, metadata=pai_meta(help="Change the rate only at the start of an epoch, not at every step")
    )
    offset_epochs: int = field(default=0, metadata=pai_meta(help="Epochs by which the schedule starts later"))
    steps_per_epoch: int = field(
        default=-1, metadata=pai_meta(mode="ignore", help="Steps of an epoch; set by the trainer")
    )
    epochs: int = field(default=-1, metadata=pai_meta(mode="ignore", help="Epochs of the run; set by the trainer"))
    factor: float = field(
        default=1.0, metadata=pai_meta(mode="ignore", help="State: what restored checkpoints have left of the rate")
    )

    @staticmethod
    @abstractmethod
    def cls() -> Type["LearningRateSchedule"]:
        """Return the class of the schedule."""

    def create(self) -> "LearningRateSchedule":
        """Return a new schedule of these parameters.

        Raises:
            UserValueError: If ``epochs`` was not filled in.
        """
        if self.epochs < 0:
            raise UserValueError(
                "The number of epochs of the learning rate schedule is not known.",
                where="learning_rate.epochs",
                expected="a number >= 0, which the trainer fills in",
                got=str(self.epochs),
            )
        return self.cls()(self)

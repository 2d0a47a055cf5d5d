# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Parameters of learning rates that are made of others."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, List, Type

from paiargparse import pai_dataclass, pai_meta

from tfaip.params.ranges import Range
from tfaip.trainer.scheduler.constant_params import Constant
from tfaip.trainer.scheduler.cosine_decay_params import CosineDecayParams
from tfaip.trainer.scheduler.exponential_decay_params import ExponentialDecayParams
from tfaip.trainer.scheduler.learningrate_params import LearningRateParams

if TYPE_CHECKING:
    from tfaip.trainer.scheduler.learningrate import LearningRateSchedule


@pai_dataclass(alt="PiecewiseConstant")
@dataclass
class PiecewiseConstantParams(LearningRateParams):
    """The base rate times a factor that changes at given epochs."""

    boundaries: List[int] = field(
        default_factory=list, metadata=pai_meta(help="Epochs (from 0, rising) at which the rate changes")
    )
    factors: List[float] = field(
        default_factory=list, metadata=pai_meta(help="For each of them the factor of the base rate from there on")
    )

    @staticmethod
    def cls() -> Type["LearningRateSchedule"]:
        """Return the class of the schedule."""
        from tfaip.trainer.scheduler.composed import PiecewiseConstantSchedule

        return PiecewiseConstantSchedule


SIMPLE_SCHEDULES: List[Type[LearningRateParams]] = [
    Constant,
    ExponentialDecayParams,
    CosineDecayParams,
    PiecewiseConstantParams,
]


@pai_dataclass(alt="Warmup")
@dataclass
class WarmupParams(LearningRateParams):
    """Any other schedule whose rates rise linearly from a fraction of themselves at the beginning."""

    warmup_epochs: int = field(
        default=1,
        metadata={
            **pai_meta(help="Epochs of the warm-up, which changes the rate at every step"),
            "range": Range(minimum=0),
        },
    )
    warmup_steps: int = field(
        default=0,
        metadata={**pai_meta(help="Steps of the warm-up, instead of epochs (0: not used)"), "range": Range(minimum=0)},
    )
    warmup_factor: float = field(
        default=10.0,
        metadata={**pai_meta(help="The warm-up starts at the rate divided by this"), "range": Range(minimum=1)},
    )
    schedule: LearningRateParams = field(
        default_factory=Constant,
        metadata=pai_meta(
            choices=SIMPLE_SCHEDULES, help="The schedule that is warmed up; its base rate is learning_rate.lr"
        ),
    )

    @staticmethod
    def cls() -> Type["LearningRateSchedule"]:
        """Return the class of the schedule."""
        from tfaip.trainer.scheduler.composed import WarmupSchedule

        return WarmupSchedule


@pai_dataclass(alt="Chained")
@dataclass
class ChainedParams(LearningRateParams):
    """Several schedules, one after the other. Each begins with its first epoch and has its own base rate."""

    lr: float = field(
        default=1.0, metadata={**pai_meta(help="Factor of the rates of all parts"), "range": Range(minimum=0)}
    )
    parts: List[LearningRateParams] = field(
        default_factory=list, metadata=pai_meta(choices=SIMPLE_SCHEDULES, help="The schedules")
    )
    lengths: List[int] = field(
        default_factory=list,
        metadata=pai_meta(help="Epochs of each part but the last one, which lasts to the end of the run"),
    )

    @staticmethod
    def cls() -> Type["LearningRateSchedule"]:
        """Return the class of the schedule."""
        from tfaip.trainer.scheduler.composed import ChainedSchedule

        return ChainedSchedule

# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Parameters of the learning rates that end with a cosine shaped cool-down."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Type

from paiargparse import pai_dataclass, pai_meta

from tfaip.params.ranges import Range
from tfaip.trainer.scheduler.exponential_decay_params import ExponentialDecayParams

if TYPE_CHECKING:
    from tfaip.trainer.scheduler.learningrate import LearningRateSchedule


@pai_dataclass(alt="CosineDecay")
@dataclass
class CosineDecayParams(ExponentialDecayParams):
    """Exponential decay that is cooled down along a cosine in the last epochs."""

    alpha: float = field(
        default=0.1,
        metadata={**pai_meta(help="Fraction of the rate that is left after the cool-down"), "range": Range(minimum=0)},
    )
    final_epochs: int = field(
        default=50, metadata=pai_meta(help="Epochs of the cool-down at the end; at most the whole run")
    )

    @staticmethod
    def cls() -> Type["LearningRateSchedule"]:
        """Return the class of the schedule."""
        from tfaip.trainer.scheduler.cosine_decay import CosineDecaySchedule

        return CosineDecaySchedule


@pai_dataclass(alt="WarmupCosineDecay")
@dataclass
class WarmupCosineDecayParams(CosineDecayParams):
    """A linear warm-up, then exponential decay, then the cosine cool-down."""

    warmup_epochs: int = field(default=10, metadata=pai_meta(help="Epochs of the warm-up (0: none)"))
    warmup_factor: int = field(
        default=10,
        metadata={**pai_meta(help="The warm-up starts at the rate divided by this"), "range": Range(minimum=1)},
    )

    @staticmethod
    def cls() -> Type["LearningRateSchedule"]:
        """Return the class of the schedule."""
        from tfaip.trainer.scheduler.cosine_decay import WarmupCosineDecaySchedule

        return WarmupCosineDecaySchedule


@pai_dataclass(alt="WarmupConstantCosineDecay")
@dataclass
class WarmupConstantCosineDecayParams(WarmupCosineDecayParams):
    """A linear warm-up, some epochs with the base rate, exponential decay, then the cosine cool-down."""

    constant_epochs: int = field(
        default=10, metadata={**pai_meta(help="Epochs with the base rate after the warm-up"), "range": Range(minimum=0)}
    )

    @staticmethod
    def cls() -> Type["LearningRateSchedule"]:
        """Return the class of the schedule."""
        from tfaip.trainer.scheduler.cosine_decay import WarmupConstantCosineDecaySchedule

        return WarmupConstantCosineDecaySchedule

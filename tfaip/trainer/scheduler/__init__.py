# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Learning rate schedules: their parameters (importing this package does not import TensorFlow)."""

from typing import List, Type

from tfaip.trainer.scheduler.composed_params import ChainedParams, PiecewiseConstantParams, WarmupParams
from tfaip.trainer.scheduler.constant_params import Constant
from tfaip.trainer.scheduler.cosine_decay_params import (
    CosineDecayParams,
    WarmupConstantCosineDecayParams,
    WarmupCosineDecayParams,
)
from tfaip.trainer.scheduler.exponential_decay_params import ExponentialDecayParams
from tfaip.trainer.scheduler.learningrate_params import LearningRateParams
from tfaip.trainer.scheduler.warmup_decay_params import WarmupDecayParams

DEFAULT_SCHEDULES: List[Type[LearningRateParams]] = [
    WarmupCosineDecayParams,
    WarmupConstantCosineDecayParams,
    CosineDecayParams,
    Constant,
    ExponentialDecayParams,
    PiecewiseConstantParams,
    WarmupParams,
    ChainedParams,
]

__all__ = [
    "DEFAULT_SCHEDULES",
    "ChainedParams",
    "Constant",
    "CosineDecayParams",
    "ExponentialDecayParams",
    "LearningRateParams",
    "PiecewiseConstantParams",
    "WarmupConstantCosineDecayParams",
    "WarmupCosineDecayParams",
    "WarmupDecayParams",
    "WarmupParams",
]

# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Optimizers: their parameters (importing this package does not import TensorFlow)."""

from tfaip.trainer.optimizer.keras3params import (
    AdafactorOptimizer,
    AdamWOptimizer,
    LionOptimizer,
    MuonOptimizer,
    NadamOptimizer,
)
from tfaip.trainer.optimizer.optimizers import (
    DEFAULT_OPTIMIZERS,
    AdaBeliefOptimizer,
    AdamaxOptimizer,
    AdamOptimizer,
    LAMBOptimizer,
    OptimizerParams,
    RMSpropOptimizer,
    SGDOptimizer,
)

__all__ = [
    "DEFAULT_OPTIMIZERS",
    "AdaBeliefOptimizer",
    "AdafactorOptimizer",
    "AdamOptimizer",
    "AdamWOptimizer",
    "AdamaxOptimizer",
    "LAMBOptimizer",
    "LionOptimizer",
    "MuonOptimizer",
    "NadamOptimizer",
    "OptimizerParams",
    "RMSpropOptimizer",
    "SGDOptimizer",
]

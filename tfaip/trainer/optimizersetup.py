# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Creating the optimizer of a training from its parameters."""

import keras

from tfaip.trainer.optimizer import OptimizerParams
from tfaip.trainer.optimizer.gradient_accumulation_optimizer import create_gradient_accumulation_optimizer
from tfaip.trainer.scheduler import LearningRateParams


def create_optimizer(
    optimizer: OptimizerParams, learning_rate: LearningRateParams, accum_steps: int = 1
) -> keras.optimizers.Optimizer:
    """Create the optimizer with its learning rate schedule.

    Args:
        optimizer: Parameters of the optimizer.
        learning_rate: Parameters of the schedule; ``epochs`` and ``steps_per_epoch`` must be set.
        accum_steps: Number of batches of one update.

    Raises:
        NotSupportedYetError: If ``accum_steps`` is greater than one.
    """
    optimizer_cls, kwargs = optimizer.create()
    kwargs = {**kwargs, "learning_rate": learning_rate.create()}
    return create_gradient_accumulation_optimizer(accum_steps, optimizer_cls, kwargs)

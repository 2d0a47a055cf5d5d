# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Creating the optimizer of a training from its parameters."""

from typing import Tuple

import keras

from tfaip.trainer.optimizer import OptimizerParams
from tfaip.trainer.optimizer.gradient_accumulation_optimizer import create_gradient_accumulation_optimizer
from tfaip.trainer.scheduler import LearningRateParams


def create_optimizer(
    optimizer: OptimizerParams,
    learning_rate: LearningRateParams,
    accum_steps: int = 1,
    start: Tuple[int, int] = (0, 0),
) -> keras.optimizers.Optimizer:
    """Create the optimizer with its learning rate schedule.

    Args:
        optimizer: Parameters of the optimizer.
        learning_rate: Parameters of the schedule; ``epochs`` and ``steps_per_epoch`` must be set.
        accum_steps: Number of batches of one update.
        start: Steps and finished epochs of the run that is resumed.

    Raises:
        NotSupportedYetError: If ``accum_steps`` is greater than one.
    """
    optimizer_cls, kwargs = optimizer.create()
    schedule = learning_rate.create()
    step, epoch = start
    if step != epoch * learning_rate.steps_per_epoch:
        # the epochs had another length: the schedule goes on at the finished epoch, not at the step
        schedule.go_on_from(step, epoch)
    kwargs = {**kwargs, "learning_rate": schedule}
    return create_gradient_accumulation_optimizer(accum_steps, optimizer_cls, kwargs)

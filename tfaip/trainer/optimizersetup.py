# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Creating the optimizer of a training from its parameters."""

import math
from typing import Optional, Tuple

import keras

from tfaip.model.updates.average import DecayRule
from tfaip.trainer.optimizer import OptimizerParams
from tfaip.trainer.optimizer.clipping import clip_whole_gradient
from tfaip.trainer.scheduler import LearningRateParams

# the bounds of the automatic decay, as in tfaip 1.2
SMALLEST_DECAY, LARGEST_DECAY = 0.99, 0.99975


def updates_per_epoch(steps_per_epoch: int, accum_steps: int) -> int:
    """Return how often the weights change in an epoch; the batches that are left at its end make an update, too.

    Args:
        steps_per_epoch: Number of batches of an epoch.
        accum_steps: Number of batches of an update.
    """
    return math.ceil(steps_per_epoch / max(1, accum_steps))


def decay_rule(ema_decay: float, updates: int) -> Optional[DecayRule]:
    """Return the decay of the moving average of the weights, None if there is to be none.

    Args:
        ema_decay: The decay; 0: no average; negative: automatic, so that one epoch keeps 75 % of the average before
            it, within bounds, and less in the first updates.
        updates: Number of updates of an epoch.
    """
    if ema_decay == 0:
        return None
    if ema_decay > 0:
        return DecayRule(ema_decay)
    return DecayRule(min(max(0.75 ** (1 / updates), SMALLEST_DECAY), LARGEST_DECAY), warm_up=True)


def create_optimizer(
    optimizer: OptimizerParams,
    learning_rate: LearningRateParams,
    start: Tuple[int, int] = (0, 0),
    scales_loss: bool = False,
) -> keras.optimizers.Optimizer:
    """Create the optimizer with its learning rate schedule.

    Args:
        optimizer: Parameters of the optimizer.
        learning_rate: Parameters of the schedule; ``epochs`` and ``steps_per_epoch`` (updates) must be set.
        start: Updates and finished epochs of the run that is resumed.
        scales_loss: Scale the loss so that small gradients do not vanish in float16; an update whose gradients are not
            finite is left out, and the scale halved.
    """
    optimizer_cls, kwargs = optimizer.create()
    if any(kwargs.get(name) for name in ("clipnorm", "clipvalue", "global_clipnorm")):
        optimizer_cls = clip_whole_gradient(optimizer_cls)
    schedule = learning_rate.create()
    step, epoch = start
    if step != epoch * learning_rate.steps_per_epoch:
        # the epochs had another length: the schedule goes on at the finished epoch, not at the step
        schedule.go_on_from(step, epoch)
    created = optimizer_cls(**{**kwargs, "learning_rate": schedule})
    return keras.optimizers.LossScaleOptimizer(created) if scales_loss else created

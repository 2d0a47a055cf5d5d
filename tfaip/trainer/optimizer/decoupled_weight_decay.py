# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Adam, Adamax and SGD with a decoupled weight decay that follows the learning rate schedule."""

from typing import Any, Dict, Union

import keras
import tensorflow as tf

from tfaip.trainer.scheduler.schedule_weightdecay import WeightDecaySchedule
from tfaip.util.tftyping import AnyTensor

Rate = Union[float, keras.optimizers.schedules.LearningRateSchedule]


class DecoupledWeightDecay(keras.optimizers.Optimizer):
    """Mix-in of a keras optimizer that shrinks each variable before its update.

    ``variable -= decoupled_weight_decay * lr(step) / lr_base * variable``, see :class:`WeightDecaySchedule`. All
    variables decay, biases included, as with tfaip 1.2. Gradient, moments and clipping do not see the decay.

    Args:
        learning_rate: The learning rate or its schedule.
        decoupled_weight_decay: The decay at the base learning rate.
        **kwargs: Arguments of the optimizer.
    """

    def __init__(self, learning_rate: Rate = 0.001, decoupled_weight_decay: float = 0.0, **kwargs: Any):
        super().__init__(learning_rate=learning_rate, **kwargs)
        self.decoupled_weight_decay = decoupled_weight_decay
        self._weight_decay_schedule = WeightDecaySchedule(decoupled_weight_decay, learning_rate)

    def update_step(self, gradient: AnyTensor, variable: tf.Variable, learning_rate: AnyTensor) -> None:
        """Shrink the variable, then update it."""
        decay = keras.ops.cast(self._weight_decay_schedule.at_rate(learning_rate), variable.dtype)
        self.assign_sub(variable, decay * variable)
        super().update_step(gradient, variable, learning_rate)

    def get_config(self) -> Dict[str, Any]:
        """Return the arguments of the optimizer."""
        return {**super().get_config(), "decoupled_weight_decay": self.decoupled_weight_decay}


class AdamWeightDecay(DecoupledWeightDecay, keras.optimizers.Adam):
    """Adam with decoupled weight decay."""


class AdamaxWeightDecay(DecoupledWeightDecay, keras.optimizers.Adamax):
    """Adamax with decoupled weight decay."""


class SGDWeightDecay(DecoupledWeightDecay, keras.optimizers.SGD):
    """Stochastic gradient descent with decoupled weight decay."""

# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The weight decay that follows a learning rate schedule."""

from typing import Optional, Union

import keras
import tensorflow as tf

from tfaip.util.tftyping import AnyTensor


class WeightDecaySchedule:
    """``weight_decay * lr(step) / lr_base``: the share of a weight that a step takes away.

    The decay follows the course of the learning rate but not its size, as for the decoupled weight decay of tfaip 1.2
    (I. Loshchilov, F. Hutter: Decoupled Weight Decay Regularization, https://arxiv.org/abs/1711.05101, where the
    schedule multiplier scales both the rate and the decay). Keras' own ``weight_decay`` is multiplied with the learning
    rate itself, hence much smaller for the same number. Where each rate is tried as a base rate (``base_lr`` of the
    schedule is None), the decay is the same at all of them.

    Args:
        weight_decay: The decay while the learning rate has its base value.
        learning_rate: The schedule, or the constant rate.
    """

    def __init__(
        self, weight_decay: float, learning_rate: Union[float, keras.optimizers.schedules.LearningRateSchedule]
    ):
        self.weight_decay = weight_decay
        self.learning_rate = learning_rate
        self.lr_base = base_learning_rate(learning_rate)

    def at_rate(self, learning_rate: AnyTensor) -> tf.Tensor:
        """Return the decay that belongs to a value of the learning rate (0 if the base rate is 0)."""
        rate = tf.cast(learning_rate, keras.config.floatx())
        if self.lr_base is None:
            return tf.constant(self.weight_decay, rate.dtype)
        return self.weight_decay * tf.math.divide_no_nan(rate, tf.cast(self.lr_base, rate.dtype))

    def __call__(self, step: AnyTensor) -> tf.Tensor:
        """Return the decay of a step."""
        return self.at_rate(self.learning_rate(step) if callable(self.learning_rate) else self.learning_rate)


def base_learning_rate(
    learning_rate: Union[float, keras.optimizers.schedules.LearningRateSchedule],
) -> Optional[float]:
    """Return the rate to which a schedule refers: its base rate, or the rate of the first step; None: each rate."""
    if not callable(learning_rate):
        return float(learning_rate)
    for name in ("base_lr", "initial_learning_rate"):
        if hasattr(learning_rate, name):
            base = getattr(learning_rate, name)
            return None if base is None else float(base)
    return float(learning_rate(0))

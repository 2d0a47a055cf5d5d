# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The regularisation of the gradient by an input: the loss shall change little if an input changes a little."""

from typing import Any, Callable, Dict, NamedTuple

import tensorflow as tf

from tfaip.model.computation import Losses
from tfaip.model.keras_private.discardingscope import DiscardingScope


class InputGradientRegularization(NamedTuple):
    """Penalises how much the loss changes when an input moves along its gradient ``g``.

    The penalty is ``weight * ((loss(x + step * g / |g|) - loss(x)) / step) ** 2`` with the loss of the batch: a finite
    difference, which needs no second derivative (Finlay and Oberman, "Scaleable input gradient regularization for
    adversarial robustness", arXiv 1905.11468). The norm is that of each sample; a sample without gradient stays.

    Attributes:
        key: The name of the input.
        step: How far the input moves.
        weight: The weight of the penalty.
    """

    key: str
    step: float
    weight: float

    def penalty(
        self, inputs: Dict[str, Any], losses: Losses, tape: tf.GradientTape, run: Callable[[Dict[str, Any]], Losses]
    ) -> tf.Tensor:
        """Return the penalty of a batch.

        Args:
            inputs: The batch of inputs.
            losses: Its losses.
            tape: A persistent tape that watched the input while they were computed.
            run: Computes the losses of other inputs.
        """
        x = inputs[self.key]
        with tape.stop_recording():
            gradient = tape.gradient(losses.total, x, unconnected_gradients=tf.UnconnectedGradients.ZERO)
            moved = x + tf.cast(self.step, x.dtype) * unit(gradient)
        # metrics, statistics and random states count the batch once
        with DiscardingScope():
            others = run({**inputs, self.key: moved})
        slope = (others.total - losses.total) / self.step
        return tf.cast(self.weight, losses.total.dtype) * tf.square(slope)


def unit(gradient: tf.Tensor) -> tf.Tensor:
    """Return the gradient of each sample divided by its norm, zero where it is zero.

    Args:
        gradient: The gradient, the batch is the first dimension.
    """
    axes = list(range(1, gradient.shape.rank))
    # divided by the largest number first, so that no square is too large or vanishes
    largest = tf.reduce_max(tf.abs(gradient), axis=axes, keepdims=True) if axes else tf.abs(gradient)
    scaled = tf.math.divide_no_nan(gradient, largest)
    norm = tf.sqrt(tf.reduce_sum(tf.square(scaled), axis=axes, keepdims=True)) if axes else tf.abs(scaled)
    return tf.math.divide_no_nan(scaled, norm)

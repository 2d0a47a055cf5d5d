# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The learning rates that end with a cosine shaped cool-down."""

import tensorflow as tf

from tfaip.trainer.scheduler.cosine_decay_params import (
    CosineDecayParams,
    WarmupConstantCosineDecayParams,
    WarmupCosineDecayParams,
)
from tfaip.trainer.scheduler.exponential_decay import ExponentialDecaySchedule
from tfaip.util.tftyping import AnyTensor

# Rounded as in tfaip 1.2, so that the logged rates of old and new runs agree in all digits.
_PI = 3.14159


class CosineDecaySchedule(ExponentialDecaySchedule):
    """Exponential decay times a cool-down that follows a cosine from 1 to ``alpha`` in the last epochs.

    ``decay_min_fraction`` bounds the exponential decay (tfaip 1.2 ignored it here); the cool-down starts from the
    bounded rate and goes below it. A cool-down that is longer than the run is shortened to the run, so that training
    starts with the full rate (tfaip 1.2 started in the middle of the cool-down).
    """

    params: CosineDecayParams

    def lr(self, epoch: AnyTensor) -> AnyTensor:
        """Return the base rate, decayed and cooled down."""
        return self.base(epoch) * self.decay(epoch, self.delay) * self.cool_down(epoch)

    @property
    def delay(self) -> int:
        """Return the number of epochs before the exponential decay starts."""
        return 0

    def base(self, epoch: AnyTensor) -> AnyTensor:
        """Return the rate before decay and cool-down."""
        del epoch  # no warm-up
        return self.params.lr

    def cool_down(self, epoch: AnyTensor) -> AnyTensor:
        """Return the fraction of the rate that the cool-down leaves; 1 before it starts."""
        length = min(self.params.final_epochs, self.params.epochs)
        if length <= 0:
            return tf.constant(1, tf.float64)
        alpha = self.params.alpha
        since_start = tf.maximum(tf.cast(epoch, tf.float64) - (self.params.epochs - length), 0)
        return alpha + (1 - alpha) * (0.5 + 0.5 * tf.cos(_PI * since_start / length))


class WarmupCosineDecaySchedule(CosineDecaySchedule):
    """A linear warm-up from ``lr / warmup_factor`` to ``lr``, then as :class:`CosineDecaySchedule`."""

    params: WarmupCosineDecayParams

    @property
    def delay(self) -> int:
        """Return the length of the warm-up."""
        return max(0, self.params.warmup_epochs)

    def base(self, epoch: AnyTensor) -> AnyTensor:
        """Return the rate of the warm-up, and the base rate after it."""
        lr, epochs = self.params.lr, self.params.warmup_epochs
        if epochs <= 0:
            return lr
        start = lr / self.params.warmup_factor
        return start + (lr - start) * tf.minimum(tf.cast(epoch, tf.float64) / epochs, 1)


class WarmupConstantCosineDecaySchedule(WarmupCosineDecaySchedule):
    """As :class:`WarmupCosineDecaySchedule`, with some epochs of the base rate between warm-up and decay."""

    params: WarmupConstantCosineDecayParams

    @property
    def delay(self) -> int:
        """Return the length of warm-up and constant phase."""
        return max(0, self.params.warmup_epochs) + self.params.constant_epochs

# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The exponentially decaying learning rate."""

import tensorflow as tf

from tfaip.trainer.scheduler.exponential_decay_params import ExponentialDecayParams
from tfaip.trainer.scheduler.learningrate import LearningRateSchedule
from tfaip.util.tftyping import AnyTensor


class ExponentialDecaySchedule(LearningRateSchedule):
    """``max(lr * decay_min_fraction, lr * lr_decay_rate ^ floor(epoch / learning_circle))``."""

    params: ExponentialDecayParams

    def lr(self, epoch: AnyTensor) -> AnyTensor:
        """Return the decayed rate."""
        return self.params.lr * self.decay(epoch)

    def decay(self, epoch: AnyTensor, delay: int = 0) -> AnyTensor:
        """Return the fraction of the base rate that is left after the exponential decay.

        Args:
            epoch: The epoch.
            delay: Epochs before the decay starts.
        """
        epoch = tf.maximum(tf.cast(epoch, tf.float64) - delay, 0)
        rate = tf.constant(self.params.lr_decay_rate, tf.float64)
        decayed = tf.pow(rate, tf.floor(epoch / self.params.learning_circle))
        # The fraction is a lower bound of what the decay takes away, it must never lift the rate above its base.
        return tf.maximum(decayed, min(1.0, self.params.decay_min_fraction))

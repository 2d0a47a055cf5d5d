# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The constant learning rate."""

import tensorflow as tf

from tfaip.trainer.scheduler.learningrate import LearningRateSchedule
from tfaip.util.tftyping import AnyTensor


class ConstantSchedule(LearningRateSchedule):
    """The base rate in every epoch."""

    def lr(self, epoch: AnyTensor) -> AnyTensor:
        """Return the base rate."""
        del epoch  # the same in every epoch
        return tf.constant(self.params.lr, tf.float64)

# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The schedule of a learning rate that grows with each update."""

from typing import cast

import tensorflow as tf

from tfaip.trainer.finder.ramp import RampParams
from tfaip.trainer.scheduler.learningrate import LearningRateSchedule
from tfaip.util.tftyping import AnyTensor


class RampSchedule(LearningRateSchedule):
    """Grows by the same factor in each update: ``steps_per_epoch`` is 1."""

    @property
    def base_lr(self) -> None:
        """Return None: each rate is tried as the base rate, so that a weight decay that refers to it is the same."""
        return None

    def lr(self, epoch: AnyTensor) -> AnyTensor:
        """Return the learning rate of an update."""
        params = cast(RampParams, self.params)
        return params.lr * tf.exp(params.log_factor * tf.cast(epoch, tf.float64))

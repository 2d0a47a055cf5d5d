# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The warm-up followed by an inverse square root decay."""

from typing import Optional

import tensorflow as tf

from tfaip.trainer.scheduler.learningrate import LearningRateSchedule
from tfaip.trainer.scheduler.warmup_decay_params import WarmupDecayParams
from tfaip.util.errors import UserValueError
from tfaip.util.tftyping import AnyTensor


class WarmupDecaySchedule(LearningRateSchedule):
    """``lr * sqrt(W) * min(s^-0.5, s * W^-1.5)`` for the step ``s`` (counted from 1) and the warm-up of ``W`` steps.

    The step is derived from the epoch, so with ``step_function`` the rate changes at the start of an epoch only.

    Raises:
        UserValueError: Unless exactly one of ``warmup_epochs`` and ``warmup_steps`` is set.
    """

    params: WarmupDecayParams

    def __init__(self, params: WarmupDecayParams, name: Optional[str] = None):
        super().__init__(params, name)
        if (params.warmup_epochs > 0) == (params.warmup_steps > 0):
            raise UserValueError(
                "The length of the warm-up must be given once.",
                where="learning_rate",
                expected="either warmup_epochs or warmup_steps as a positive number",
                got=f"warmup_epochs={params.warmup_epochs}, warmup_steps={params.warmup_steps}",
            )

    def lr(self, epoch: AnyTensor) -> AnyTensor:
        """Return the rate of the first step of the epoch."""
        params = self.params
        warmup = float(
            params.warmup_steps if params.warmup_steps > 0 else params.warmup_epochs * params.steps_per_epoch
        )
        step = tf.cast(epoch, tf.float64) * params.steps_per_epoch + 1
        return params.lr * warmup**0.5 * tf.minimum(step**-0.5, step * warmup**-1.5)

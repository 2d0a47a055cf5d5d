# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Learning rates that are made of others."""

import copy
from typing import Any, List, Optional

import tensorflow as tf

from tfaip.trainer.scheduler.composed_params import ChainedParams, PiecewiseConstantParams, WarmupParams
from tfaip.trainer.scheduler.learningrate import LearningRateSchedule
from tfaip.trainer.scheduler.learningrate_params import LearningRateParams
from tfaip.util.errors import UserValueError
from tfaip.util.tftyping import AnyTensor


class PiecewiseConstantSchedule(LearningRateSchedule):
    """``lr * factors[i]`` from epoch ``boundaries[i]`` on, ``lr`` before the first one.

    Raises:
        UserValueError: If there are not as many factors as boundaries, or these do not rise.
    """

    params: PiecewiseConstantParams

    def __init__(self, params: PiecewiseConstantParams, name: Optional[str] = None):
        super().__init__(params, name)
        pairs = list(zip(params.boundaries, params.boundaries[1:], strict=False))
        if len(params.boundaries) != len(params.factors) or any(first >= second for first, second in pairs):
            raise UserValueError(
                "The pieces of the learning rate are not clear.",
                where="learning_rate.boundaries, learning_rate.factors",
                expected="rising epochs, and as many factors",
                got=f"{params.boundaries} and {params.factors}",
            )

    def lr(self, epoch: AnyTensor) -> AnyTensor:
        """Return the rate of the piece."""
        rate: AnyTensor = tf.constant(self.params.lr, tf.float64)
        for boundary, factor in zip(self.params.boundaries, self.params.factors, strict=True):
            rate = tf.where(epoch >= boundary, tf.constant(self.params.lr * factor, tf.float64), rate)
        return rate


class WarmupSchedule(LearningRateSchedule):
    """The rate of another schedule times ``1/f + (1 - 1/f) * min(1, t)``, ``t``: the part of the warm-up that is done.

    The other schedule has the epochs of the run, so that its decay and cool-down stay where they are.

    Raises:
        UserValueError: If the other schedule is given a base rate of its own.
    """

    params: WarmupParams

    def __init__(self, params: WarmupParams, name: Optional[str] = None):
        super().__init__(params, name)
        own = params.schedule.lr
        if own not in (params.lr, type(params.schedule)().lr):
            raise UserValueError(
                "The schedule that is warmed up has no base rate of its own.",
                where="learning_rate.schedule.lr",
                expected=f"{params.lr}, the base rate learning_rate.lr",
                got=str(own),
                hint="set learning_rate.lr.",
            )
        self._schedule = _part(params.schedule, params, lr=params.lr, epochs=params.epochs).create()

    def at(self, epoch: AnyTensor) -> AnyTensor:
        """Return the rate of the other schedule, warmed up."""
        params = self.params
        epoch = tf.maximum(tf.constant(0, tf.float64), epoch - params.offset_epochs)
        length = params.warmup_steps / params.steps_per_epoch if params.warmup_steps else params.warmup_epochs
        rate = tf.cast(self._schedule.at(epoch), tf.float64)
        if length <= 0:
            return rate
        return rate * (1 + (params.warmup_factor - 1) * tf.minimum(epoch / length, 1)) / params.warmup_factor

    def lr(self, epoch: AnyTensor) -> AnyTensor:
        """Return the rate at an epoch after the offset."""
        return self.at(epoch + self.params.offset_epochs)


class ChainedSchedule(LearningRateSchedule):
    """Several schedules, one after the other.

    Raises:
        UserValueError: If there is not a length for each but the last one, or a length is not positive.
    """

    params: ChainedParams

    def __init__(self, params: ChainedParams, name: Optional[str] = None):
        super().__init__(params, name)
        if not params.parts or len(params.lengths) != len(params.parts) - 1 or min([1, *params.lengths]) < 1:
            raise UserValueError(
                "The parts of the learning rate are not clear.",
                where="learning_rate.parts, learning_rate.lengths",
                expected="at least one schedule, and a positive number of epochs for each but the last one",
                got=f"{len(params.parts)} parts, lengths {params.lengths}",
            )
        self._starts = [sum(params.lengths[:index]) for index in range(len(params.parts))]
        lengths = [*params.lengths, max(1, params.epochs - self._starts[-1])]
        self._parts: List[LearningRateSchedule] = [
            _part(part, params, lr=part.lr * params.lr, epochs=length).create()
            for part, length in zip(params.parts, lengths, strict=True)
        ]

    @property
    def base_lr(self) -> Optional[float]:
        """Return the base rate of the first part."""
        return self._parts[0].base_lr

    def at(self, epoch: AnyTensor) -> AnyTensor:
        """Return the rate of the part."""
        epoch = tf.maximum(tf.constant(0, tf.float64), epoch - self.params.offset_epochs)
        rate: AnyTensor = tf.constant(0, tf.float64)
        for start, part in zip(self._starts, self._parts, strict=True):
            own = tf.cast(part.at(tf.maximum(epoch - start, 0)), tf.float64)
            rate = tf.where(epoch >= start, own, rate)
        return rate

    def lr(self, epoch: AnyTensor) -> AnyTensor:
        """Return the rate at an epoch after the offset."""
        return self.at(epoch + self.params.offset_epochs)


def _part(part: LearningRateParams, whole: LearningRateParams, **values: Any) -> LearningRateParams:
    """Return the parameters of a part with what the trainer tells the whole."""
    part = copy.copy(part)
    part.steps_per_epoch, part.step_function = whole.steps_per_epoch, part.step_function and whole.step_function
    for name, value in values.items():
        setattr(part, name, value)
    return part

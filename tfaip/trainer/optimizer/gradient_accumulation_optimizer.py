# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""An optimizer that accumulates the gradients of several calls, for training loops of one's own."""

from typing import TYPE_CHECKING, Any, Dict, Type

if TYPE_CHECKING:
    from keras.optimizers import Optimizer


def create_gradient_accumulation_optimizer(
    accum_steps: int, optimizer_class: Type["Optimizer"], kwargs: Dict[str, Any]
) -> "Optimizer":
    """Return an optimizer that applies the mean gradient of several calls.

    It is the accumulation of Keras: each call counts the same whatever its batch size, gradients that are left over at
    the end stay in its variables, and a schedule of the learning rate counts calls. The trainer does not use it but
    :class:`tfaip.model.updates.accumulation.GradientAccumulation`, which equals a large batch exactly.

    Args:
        accum_steps: Number of calls whose gradients are accumulated; at most 1: the plain optimizer.
        optimizer_class: Class of the optimizer.
        kwargs: Its arguments, with the learning rate.
    """
    if accum_steps <= 1:
        return optimizer_class(**kwargs)
    return optimizer_class(**{**kwargs, "gradient_accumulation_steps": accum_steps})

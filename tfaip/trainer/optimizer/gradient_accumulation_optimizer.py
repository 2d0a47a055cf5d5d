# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Accumulation of the gradients of several steps."""

from typing import TYPE_CHECKING, Any, Dict, Type

from tfaip.util.errors import NotSupportedYetError

if TYPE_CHECKING:
    from keras.optimizers import Optimizer


def create_gradient_accumulation_optimizer(
    accum_steps: int, optimizer_class: Type["Optimizer"], kwargs: Dict[str, Any]
) -> "Optimizer":
    """Return an optimizer that applies the mean gradient of several steps.

    Args:
        accum_steps: Number of steps whose gradients are accumulated; at most 1: the plain optimizer.
        optimizer_class: Class of the optimizer.
        kwargs: Its arguments, with the learning rate.

    Raises:
        NotSupportedYetError: If ``accum_steps`` is greater than 1.
    """
    if accum_steps > 1:
        raise NotSupportedYetError(
            "The accumulation of gradients is not supported yet.",
            where="trainer.train_accum_steps",
            expected="1",
            got=str(accum_steps),
            hint="Use a larger batch size.",
        )
    return optimizer_class(**kwargs)

# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Letting a step change nothing if it turns out that it must not."""

from collections.abc import Callable, Sequence
from typing import List

import keras
import tensorflow as tf

from tfaip.util.tftyping import AnyTensor


class Protection:
    """Takes back what the computation of a graph has changed: statistics of layers, metrics.

    Args:
        variables: The variables that may have been changed.
    """

    def __init__(self, variables: Sequence[keras.Variable]):
        self._variables = list(variables)

    def read(self) -> List[tf.Tensor]:
        """Return the present values; a value that does not change is not copied."""
        return [tf.identity(variable.value) for variable in self._variables]

    def run_if(self, condition: AnyTensor, action: Callable[[], None], before: Sequence[tf.Tensor]) -> None:
        """Act, or give the variables the values that they had before. Can be called in a ``tf.function``.

        Args:
            condition: Whether to act.
            action: What to do.
            before: The values of :meth:`read`.
        """
        tf.cond(condition, action, lambda: self._put_back(before))

    def _put_back(self, values: Sequence[tf.Tensor]) -> None:
        for variable, value in zip(self._variables, values, strict=True):
            variable.assign(value)

# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Noticing losses and gradients that are no numbers, in the steps themselves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Optional, Tuple

import keras
import numpy as np
import tensorflow as tf

from tfaip.model.updates.updates import Gradients
from tfaip.util.tftyping import AnyTensor

_SHOWN = 3


@dataclass(frozen=True)
class NonFinite:
    """Steps whose losses or gradients were infinite or not a number.

    Attributes:
        count: How many steps.
        step: The number of the first one.
        losses: The losses that were not finite in it, with their values; empty if only gradients were not.
        gradients: The variables whose gradients were not finite in it.
    """

    count: int
    step: int
    losses: Sequence[Tuple[str, float]]
    gradients: Sequence[str]

    def describe(self) -> str:
        """Return what was not finite in the first step."""
        losses = ", ".join(f"{name} = {value}" for name, value in self.losses)
        if losses:
            return f"the loss {losses}"
        if not self.gradients:
            return "the sum of the gradients"
        more = f" and {len(self.gradients) - _SHOWN} more" if len(self.gradients) > _SHOWN else ""
        return f"the gradients of {', '.join(self.gradients[:_SHOWN])}{more}, while all losses are finite"


class FiniteCheck:
    """Checks each step and remembers the first one that is not finite until :meth:`take` is called.

    A sum tells at the cost of one pass over a tensor whether all of its numbers are finite. Nothing is read by Python
    before :meth:`take`, so that it works with many steps in one call. Create it outside of the scope of a strategy.

    Args:
        losses: The names of the losses.
        variables: The trained variables by their names.
        with_gradients: Look at gradients, too: not where an optimizer deals with infinite ones itself.
    """

    def __init__(self, losses: Sequence[str], variables: Mapping[str, keras.Variable], with_gradients: bool = True):
        self._losses = [*losses, "loss (the sum of all)"]
        self._variables = list(variables) if with_gradients else []
        with tf.init_scope():
            # how many steps, the first of them, its losses and the sums of its gradients; one for all devices
            self._found = tf.Variable(
                tf.zeros([2 + len(self._losses) + len(self._variables)], tf.float64), trainable=False, name="not_finite"
            )

    def check(
        self,
        step: AnyTensor,
        losses: Sequence[AnyTensor],
        total: AnyTensor,
        gradients: Gradients,
    ) -> tf.Tensor:
        """Return whether a step is finite. Can be called in a ``tf.function``, and in a replica.

        Args:
            step: The number of the step.
            losses: The losses.
            total: Their sum.
            gradients: The gradient of each variable, None if the loss does not depend on it.
        """
        sums = [_sum(gradient) for gradient in gradients if gradient is not None] if self._variables else []
        # one number that is finite only if all are, unless they are at the end of the range of numbers
        is_finite = tf.math.is_finite(tf.add_n([tf.cast(total, tf.float32), *sums]))
        tf.cond(is_finite, lambda: None, lambda: self._note(step, losses, total, gradients))
        return is_finite

    def _note(self, step: AnyTensor, losses: Sequence[AnyTensor], total: AnyTensor, gradients: Gradients) -> None:
        values = [tf.reduce_mean(tf.cast(loss, tf.float64)) for loss in [*losses, total]]
        if self._variables:
            values += [tf.zeros([], tf.float64) if g is None else tf.cast(_sum(g), tf.float64) for g in gradients]
        found = self._found.read_value()
        new = tf.stack([found[0], tf.cast(step, tf.float64), *values])
        kept = tf.where(tf.equal(found[0], 0), new, found)
        self._found.assign(tf.concat([kept[:1] + 1, kept[1:]], axis=0))

    def count(self) -> tf.Tensor:
        """Return how many steps were found since the last call of :meth:`take`. Can be called in a ``tf.function``."""
        return tf.convert_to_tensor(self._found)[0]

    def take(self) -> Optional[NonFinite]:
        """Return what was found since the last call, None if all was finite."""
        found = self._found.numpy()
        if found[0] == 0:
            return None
        self._found.assign(tf.zeros_like(self._found))
        values, n = found[2:], len(self._losses)
        losses = [(name, float(v)) for name, v in zip(self._losses, values[:n], strict=True) if not np.isfinite(v)]
        # the sum is told only where no other loss is
        gradients = [name for name, v in zip(self._variables, values[n:], strict=True) if not np.isfinite(v)]
        return NonFinite(int(found[0]), int(found[1]), losses[:-1] or losses, gradients)


def _sum(gradient: AnyTensor) -> tf.Tensor:
    values = tf.convert_to_tensor(gradient.values if isinstance(gradient, tf.IndexedSlices) else gradient)
    # the sum of 16-bit numbers may be infinite while they are not
    return tf.reduce_sum(values) if values.dtype == tf.float32 else tf.reduce_sum(tf.cast(values, tf.float32))

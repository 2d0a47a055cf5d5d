# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The gradients of several batches as if they were one batch."""

from typing import Any, Dict, List, Mapping, Optional, Sequence

import keras
import numpy as np
import tensorflow as tf

from tfaip.util.tftyping import AnyTensor

PREFIX = "gradient/"


class GradientAccumulation:
    """Sums the gradients of batches, each times its number of samples.

    The sum divided by the number of all samples is the gradient of the mean loss over all of them, whatever the sizes
    of the batches. Each replica has its own sum; read outside of the replicas it is that of all.

    Args:
        variables: The variables whose gradients are summed.
        steps: Number of batches of one update.
    """

    def __init__(self, variables: Sequence[keras.Variable], steps: int):
        self.steps = steps
        self._variables = list(variables)
        # which variables have a gradient, known after the first batch
        self._used: List[bool] = [False] * len(self._variables)
        with tf.init_scope():
            self._sums = [_own_of_each_replica(tf.zeros(v.shape, _sum_type(v))) for v in self._variables]
            self._samples = _own_of_each_replica(tf.zeros([], tf.float64))
            self._batches = _own_of_each_replica(tf.zeros([], tf.int64), tf.VariableAggregation.ONLY_FIRST_REPLICA)

    def add(self, gradients: Sequence[Optional[AnyTensor]], samples: AnyTensor) -> None:
        """Add a batch.

        Args:
            gradients: The gradient of the batch's mean loss by each variable, None for one that the loss does not
                depend on.
            samples: Number of samples of the batch.
        """
        for index, (total, gradient) in enumerate(zip(self._sums, gradients, strict=True)):
            if gradient is not None:
                self._used[index] = True
                dense = tf.convert_to_tensor(gradient)
                total.assign_add(tf.cast(dense, total.dtype) * tf.cast(samples, total.dtype))
        self._samples.assign_add(tf.cast(samples, tf.float64))
        self._batches.assign_add(1)

    @property
    def is_used(self) -> bool:
        """Whether batches have ever been added."""
        return any(self._used)

    @property
    def is_full(self) -> tf.Tensor:
        """Whether the batches of one update are there."""
        return self._batches >= self.steps

    @property
    def has_batches(self) -> tf.Tensor:
        """Whether there is any batch."""
        return self._batches > 0

    def take(self) -> List[Optional[tf.Tensor]]:
        """Return the gradients of the mean loss over all samples, and start anew.

        In a replica it is the replica's share of them: they are still to be summed.
        """
        samples = self._samples.read_value()
        replica = tf.distribute.get_replica_context()
        if replica is not None and replica.num_replicas_in_sync > 1:
            samples = replica.all_reduce(tf.distribute.ReduceOp.SUM, samples)
        gradients = [
            tf.cast(total / tf.cast(samples, total.dtype), keras.backend.standardize_dtype(variable.dtype))
            if used
            else None
            for used, total, variable in zip(self._used, self._sums, self._variables, strict=True)
        ]
        # the sums are read before they are reset, by the order of the operations on a variable
        self.reset()
        return gradients

    def reset(self) -> None:
        """Start without batches."""
        for total in [*self._sums, self._samples, self._batches]:
            total.assign(tf.zeros_like(total))

    def state(self) -> Dict[str, np.ndarray]:
        """Return the sums by names that start with ``gradient/``."""
        return {name: np.asarray(variable.numpy()) for name, variable in self._named().items() if self._holds(name)}

    def restore(self, state: Mapping[str, np.ndarray]) -> None:
        """Go on with the sums of :meth:`state`."""
        variables = self._named()
        for name, value in state.items():
            variables[name].assign(value)
            if name.removeprefix(PREFIX).isdigit():
                self._used[int(name.removeprefix(PREFIX))] = True

    def _holds(self, name: str) -> bool:
        number = name.removeprefix(PREFIX)
        return not number.isdigit() or self._used[int(number)]

    def _named(self) -> Dict[str, Any]:
        sums = {f"{PREFIX}{index:05d}": total for index, total in enumerate(self._sums)}
        return {**sums, f"{PREFIX}samples": self._samples, f"{PREFIX}batches": self._batches}


def _own_of_each_replica(
    value: tf.Tensor, aggregation: tf.VariableAggregation = tf.VariableAggregation.SUM
) -> tf.Variable:
    return tf.Variable(
        value,
        trainable=False,
        synchronization=tf.VariableSynchronization.ON_READ,
        aggregation=aggregation,
        name="accumulated",
    )


def _sum_type(variable: keras.Variable) -> tf.DType:
    """Return the type of a sum: at least 32 bits, so that small gradients do not vanish in it."""
    dtype = tf.as_dtype(keras.backend.standardize_dtype(variable.dtype))
    return tf.float32 if dtype.size < 4 else dtype

# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""A metric that counts samples."""

from typing import Any, Optional

import keras
import tensorflow as tf


class Count(keras.metrics.Metric):
    """Counts the samples (the first dimension) of the first tensor of ``y_true``.

    Args:
        name: The name.
        dtype: Type of the count.
        **kwargs: Further arguments of a keras metric.
    """

    def __init__(self, name: str = "count", dtype: str = "int64", **kwargs: Any):
        super().__init__(name=name, dtype=dtype, **kwargs)
        self.count = self.add_variable(shape=(), initializer="zeros", dtype=dtype, name="count")

    def update_state(self, y_true: Any, y_pred: Any = None, sample_weight: Optional[Any] = None) -> None:
        """Add the samples of a batch."""
        del y_pred, sample_weight
        first = tf.nest.flatten(y_true)[0]
        self.count.assign_add(tf.shape(first, out_type=tf.as_dtype(self.dtype))[0])

    def result(self) -> tf.Tensor:
        """Return the number of samples."""
        return tf.identity(self.count.value)

# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Writers that show more than numbers in TensorBoard."""

from typing import Any, Callable, Optional

import keras
import numpy as np
import tensorflow as tf

from tfaip.model.scope import current_scope
from tfaip.util.tftyping import AnyTensor

WriteFunction = Callable[[str, np.ndarray, int], None]


class TensorboardWriterInterface(keras.metrics.Metric):
    """Base of the writers: a function that writes the value of a metric-like object.

    Args:
        func: Called as ``func(name, value, step)`` while a summary writer is active.
        **kwargs: Name and dtype.
    """

    def __init__(self, func: WriteFunction, **kwargs: Any):
        super().__init__(**kwargs)
        self.func = func

    def handle(self, name: str, value: np.ndarray, step: int) -> None:
        """Write a value.

        Args:
            name: The tag in TensorBoard.
            value: The value.
            step: The epoch.
        """
        self.func(name, value, step)


class TensorboardWriter(TensorboardWriterInterface):
    """Writes the last value that was given to it, of any shape.

    Hand the value over with ``TFAIPLayerBase.add_tensorboard(writer, value)``, or call the writer with it in
    ``ModelBase._metric`` and return the result there.

    Args:
        func: See :class:`TensorboardWriterInterface`.
        input_shape: Of no effect; values of any shape are accepted.
        n_storage: Of no effect; the last batch is kept.
        **kwargs: Name and dtype.
    """

    def __init__(self, func: WriteFunction, input_shape: Optional[tuple] = None, n_storage: int = 2, **kwargs: Any):
        super().__init__(func, **kwargs)
        del input_shape, n_storage

    def update_state(self, value: AnyTensor, sample_weight: Optional[AnyTensor] = None) -> None:
        """Hand a value over."""
        del sample_weight  # a value has no weight
        scope = current_scope()
        if scope is not None:
            scope.add_tensorboard(self, tf.convert_to_tensor(value))

    def result(self) -> tf.Tensor:
        """Return an empty value; the real one goes to TensorBoard."""
        return tf.zeros([])


class TensorboardMetricWriter(TensorboardWriterInterface):
    """Writes the result of a metric.

    Args:
        func: See :class:`TensorboardWriterInterface`.
        metric: The metric, of any kind of result.
        **kwargs: Name (default: that of the metric) and dtype.
    """

    def __init__(self, func: WriteFunction, metric: keras.metrics.Metric, **kwargs: Any):
        super().__init__(func, **{"name": metric.name, **kwargs})
        self.metric = metric

    def update_state(self, *args: Any, **kwargs: Any) -> None:
        """Update the metric."""
        self.metric.update_state(*args, **kwargs)

    def result(self) -> AnyTensor:
        """Return the result of the metric."""
        return self.metric.result()

    def reset_state(self) -> None:
        """Reset the metric."""
        self.metric.reset_state()

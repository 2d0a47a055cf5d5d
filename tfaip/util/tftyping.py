# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Types of tensors, and their conversion to numbers (this module imports TensorFlow)."""

from typing import Any, Union

import keras
import numpy as np
import tensorflow as tf

AnyTensor = Union[
    tf.Tensor, tf.Variable, tf.SparseTensor, tf.RaggedTensor, keras.KerasTensor, keras.Variable, np.ndarray, float, int
]


def sync_to_numpy_or_python_type(tensors: Any) -> Any:
    """Return a (nested) structure with each tensor replaced by its value.

    Scalars become Python numbers (or bytes), other tensors numpy arrays; what is not a tensor stays as it is.
    """

    def convert(value: Any) -> Any:
        if isinstance(value, (tf.Tensor, tf.Variable, keras.Variable)):
            value = value.numpy()
        return value.item() if isinstance(value, (np.ndarray, np.generic)) and np.ndim(value) == 0 else value

    return tf.nest.map_structure(convert, tensors)

# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Checking the layers that a data class announces and telling numpy about them."""

from typing import Any, Dict, Mapping

import numpy as np
import tensorflow as tf

from tfaip.data.pipeline.batching.arrays import ArraySpec
from tfaip.util.errors import UserTypeError, UserValueError


def check_specs(specs: Any, where: str) -> Dict[str, tf.TensorSpec]:
    """Return the announced layers with their names.

    Args:
        specs: What the data class returned.
        where: Name of the method, for messages.

    Raises:
        TypeError: It is not a dictionary of ``tf.TensorSpec``.
        ValueError: A shape is that of a scalar.
    """
    if not isinstance(specs, Mapping) or not all(isinstance(spec, tf.TensorSpec) for spec in specs.values()):
        raise UserTypeError(
            "The layers of the data are not announced as a dictionary of tf.TensorSpec.",
            where=where,
            expected="{name: tf.TensorSpec(shape, dtype)}, without the batch dimension",
            got=repr(specs),
        )
    for key, spec in specs.items():
        if spec.shape.rank == 0:
            raise UserValueError(
                f"The layer {key!r} is announced as a scalar.",
                where=where,
                expected="a shape with at least one axis",
                got="shape ()",
                hint="use shape [1] for a single number",
            )
    return {str(key): tf.TensorSpec(spec.shape, spec.dtype, spec.name or key) for key, spec in specs.items()}


def to_array_spec(key: str, spec: tf.TensorSpec, padding_values: Mapping[str, Any]) -> ArraySpec:
    """Return what numpy needs to know to stack the arrays of a layer.

    Args:
        key: Name of the layer.
        spec: The layer, without the batch dimension.
        padding_values: What to fill up with, by name of the layer; by default 0, False or an empty string.
    """
    dtype = spec.dtype
    is_string = dtype == tf.string
    padding = padding_values.get(key, b"" if is_string else 0)
    return ArraySpec(
        shape=None if spec.shape.rank is None else tuple(spec.shape.as_list()),
        dtype=np.dtype(object) if is_string else np.dtype(dtype.as_numpy_dtype),
        type_name=dtype.name,
        is_string=is_string,
        is_inexact=dtype.is_floating or dtype.is_complex,
        padding=padding.encode("utf-8") if isinstance(padding, str) else padding,
    )


def padding_tensor(key: str, spec: tf.TensorSpec, padding_values: Mapping[str, Any]) -> tf.Tensor:
    """Return the padding of a layer as a tensor of its type; see :func:`to_array_spec`."""
    if spec.dtype == tf.string:
        return tf.constant(padding_values.get(key, ""), tf.string)
    return tf.cast(padding_values.get(key, 0), spec.dtype)

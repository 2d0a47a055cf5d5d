# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Values of a metric whose number of axes is not known before they are computed, such as edit distances.

Keras 2 took them, Keras 3 asks for the number of axes. The mean is the same if values and weights are flattened.
"""

from typing import Any, Dict, Tuple

import keras
import tensorflow as tf


def with_known_rank(
    metric: keras.metrics.Metric, args: Tuple[Any, ...], kwargs: Dict[str, Any]
) -> Tuple[Tuple[Any, ...], Dict[str, Any]]:
    """Return the arguments of a call of a metric, flattened if that is what it needs.

    Args:
        metric: The metric. Only a mean or a sum of values is helped.
        args: Its positional arguments.
        kwargs: Its other ones.
    """
    takes_values = isinstance(metric, (keras.metrics.Mean, keras.metrics.Sum))
    if not takes_values or isinstance(metric, keras.metrics.MeanMetricWrapper):
        return args, kwargs
    given = {**dict(zip(("values", "sample_weight"), args, strict=False)), **kwargs}
    values, weights = given.get("values"), given.get("sample_weight")
    if not any(_has_unknown_rank(value) for value in (values, weights)):
        return args, kwargs
    if weights is None:
        return (), {**given, "values": tf.reshape(values, [-1])}
    values, weights = tf.convert_to_tensor(values), tf.convert_to_tensor(weights)
    # a weight counts for all values of its sample
    missing = tf.maximum(tf.rank(values) - tf.rank(weights), 0)
    weights = tf.reshape(weights, tf.concat([tf.shape(weights), tf.ones([missing], tf.int32)], axis=0))
    shape = tf.broadcast_dynamic_shape(tf.shape(values), tf.shape(weights))
    flat = {"values": values, "sample_weight": weights}
    return (), {**given, **{k: tf.reshape(tf.broadcast_to(v, shape), [-1]) for k, v in flat.items()}}


def _has_unknown_rank(value: Any) -> bool:
    return tf.is_tensor(value) and value.shape.rank is None

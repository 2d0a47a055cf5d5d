# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Recording of the metrics that are called while a user's hook runs.

A hook returns the *results* of called metrics. To find the metric of a result, the call method of keras metrics notes
each call in a list of the running thread. The method is replaced once and for all: replacing and restoring it around
each hook would race between the threads of several replicas.
"""

import functools
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, List, NamedTuple

import keras
import tensorflow as tf

from tfaip.model.keras_private.unknownrank import with_known_rank

_CENTRAL_STORAGE = tf.distribute.experimental.CentralStorageStrategy


class MetricCall(NamedTuple):
    """A metric and what its call returned."""

    metric: keras.metrics.Metric
    result: Any


class _Recording(threading.local):
    """The lists that take the calls of this thread; ``depth`` > 0 while a metric's call runs."""

    def __init__(self) -> None:
        self.lists: List[List[MetricCall]] = []
        self.depth = 0


_recording = _Recording()


@contextmanager
def record_metric_calls() -> Iterator[List[MetricCall]]:
    """Yield a list that grows by each metric that this thread calls (but not by metrics that a metric calls)."""
    calls: List[MetricCall] = []
    _recording.lists.append(calls)
    try:
        yield calls
    finally:
        _recording.lists.pop()


def _call_once(original: Any, metric: keras.metrics.Metric, *args: Any, **kwargs: Any) -> Any:
    """Call a metric; under central storage once with the values of all replicas.

    A variable in central storage sums what the replicas assign. Keras assigns the old value plus the change, so that
    each call would multiply the old value by the number of replicas.
    """
    replica = tf.distribute.get_replica_context()
    if replica is None or not isinstance(replica.strategy, _CENTRAL_STORAGE):
        return original(metric, *args, **kwargs)

    def merged(strategy: tf.distribute.Strategy, *parts: Any) -> Any:
        del strategy
        joined_args, joined_kwargs = tf.nest.map_structure(_joined, tuple(parts))
        return original(metric, *joined_args, **joined_kwargs)

    return replica.merge_call(merged, args=(args, kwargs))


def _joined(value: Any) -> Any:
    parts = tf.distribute.get_strategy().experimental_local_results(value)
    are_batches = all(tf.is_tensor(part) and part.shape.rank for part in parts)
    return tf.concat(parts, axis=0) if are_batches else parts[0]


def _install() -> None:
    original = keras.metrics.Metric.__call__
    if getattr(original, "records_calls", False):
        return

    @functools.wraps(original)
    def call(self: keras.metrics.Metric, *args: Any, **kwargs: Any) -> Any:
        args, kwargs = with_known_rank(self, args, kwargs)
        _recording.depth += 1
        try:
            result = _call_once(original, self, *args, **kwargs)
        finally:
            _recording.depth -= 1
        if _recording.lists and _recording.depth == 0:
            _recording.lists[-1].append(MetricCall(self, result))
        return result

    call.records_calls = True  # type: ignore[attr-defined]
    keras.metrics.Metric.__call__ = call


_install()

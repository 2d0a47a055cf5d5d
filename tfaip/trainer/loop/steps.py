# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Functions that run many steps in one call, so that Python is not entered for each of them."""

from typing import TYPE_CHECKING, Any, Callable, Dict, Tuple

import tensorflow as tf

if TYPE_CHECKING:
    from tfaip.model.trainingmodel import TrainingModel

TrainFunction = Callable[[Any, tf.Tensor, tf.Tensor, tf.Tensor], Any]
TestFunction = Callable[[Any, tf.Tensor, tf.Tensor, tf.Tensor], tf.Tensor]
TestBatchFunction = Callable[[Any, tf.Tensor, tf.Tensor], Dict[str, tf.Tensor]]


def create_train_function(model: "TrainingModel", run_eagerly: bool) -> TrainFunction:
    """Return ``train(iterator, n, step, epoch)``: ``n`` optimizer steps; ``step`` is the number of the first one.

    All arguments but the iterator are int64 scalars, so that one trace serves every ``n``.
    """
    if run_eagerly:

        def train_eagerly(iterator: Any, n: tf.Tensor, step: tf.Tensor, epoch: tf.Tensor) -> None:
            for i in range(int(n)):
                inputs, targets, _ = next(iterator)
                model.train_on_tensors(inputs, targets, step + i, epoch)

        return train_eagerly

    @tf.function(reduce_retracing=True)
    def train(iterator: Any, n: tf.Tensor, step: tf.Tensor, epoch: tf.Tensor) -> None:
        for i in tf.range(n):
            inputs, targets, _ = next(iterator)
            model.train_on_tensors(inputs, targets, step + i, epoch)

    return train


def create_test_function(model: "TrainingModel", run_eagerly: bool) -> TestFunction:
    """Return ``test(iterator, n, step, epoch)``: validate up to ``n`` batches; returns how many there were."""
    if run_eagerly:

        def test_eagerly(iterator: Any, n: tf.Tensor, step: tf.Tensor, epoch: tf.Tensor) -> tf.Tensor:
            count = 0
            for inputs, targets, _ in iterator:
                model.test_on_tensors(inputs, targets, step, epoch)
                count += 1
                if count >= int(n):
                    break
            return tf.constant(count, dtype="int64")

        return test_eagerly

    @tf.function(reduce_retracing=True)
    def test(iterator: Any, n: tf.Tensor, step: tf.Tensor, epoch: tf.Tensor) -> tf.Tensor:
        count = tf.constant(0, dtype="int64")
        go_on = tf.constant(True)
        while go_on:
            element = iterator.get_next_as_optional()
            if element.has_value():
                inputs, targets, _ = element.get_value()
                model.test_on_tensors(inputs, targets, step, epoch)
                count += 1
                go_on = count < n
            else:
                go_on = tf.constant(False)
        return count

    return test


def create_test_batch_function(model: "TrainingModel", run_eagerly: bool) -> TestBatchFunction:
    """Return ``test_batch(batch, step, epoch)``: validate one batch and return the outputs of the graph."""

    def test_batch(batch: Tuple[Any, Any, Any], step: tf.Tensor, epoch: tf.Tensor) -> Dict[str, tf.Tensor]:
        inputs, targets, _ = batch
        return model.test_on_tensors(inputs, targets, step, epoch)

    return test_batch if run_eagerly else tf.function(test_batch, reduce_retracing=True)

# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Functions that run many steps in one call, so that Python is not entered for each of them."""

from typing import TYPE_CHECKING, Any, Callable, Dict, Optional, Tuple

import tensorflow as tf

from tfaip.model.replicas import test_step, test_step_with_outputs, train_step

if TYPE_CHECKING:
    from tfaip.model.trainingmodel import TrainingModel

GroupFunction = Callable[[Any, Any, tf.Tensor, tf.Tensor, tf.Tensor], Any]
TestBatchFunction = Callable[[Any, tf.Tensor, tf.Tensor], Dict[str, tf.Tensor]]


def create_test_batch_function(model: "TrainingModel", run_eagerly: bool) -> TestBatchFunction:
    """Return ``test_batch((inputs, targets), step, epoch)``: validate one batch, return the outputs of the graph."""
    run_step = test_step_with_outputs(model)

    def test_batch(batch: Tuple[Any, Any], step: tf.Tensor, epoch: tf.Tensor) -> Dict[str, tf.Tensor]:
        inputs, targets = batch
        return run_step(inputs, targets, step, epoch)

    return test_batch if run_eagerly else tf.function(test_batch, reduce_retracing=True)


def create_group_train_function(
    model: "TrainingModel", run_eagerly: bool, batch_size: Optional[int] = None
) -> GroupFunction:
    """Return ``train(inputs, targets, n, step, epoch)``: ``n`` optimizer steps on batches that are stacked.

    It returns ``TrainingModel.read_steps()``, None if steps are run eagerly.

    One trace serves every ``n``, so that the numbers do not depend on how many batches are in a group.

    Args:
        model: The model to train.
        run_eagerly: Run each operation from Python.
        batch_size: The number of samples in each batch if it is the same in all.
    """
    run_step = train_step(model)

    def train(inputs: Any, targets: Any, n: tf.Tensor, step: tf.Tensor, epoch: tf.Tensor) -> Any:
        for i in tf.range(n):
            batch, targets_of_batch = _batch_of_group(inputs, targets, i)
            run_step(batch, targets_of_batch, step + i, epoch)
        return None if run_eagerly else model.read_steps()

    return train if run_eagerly else _as_group_function(train, model, batch_size)


def create_group_test_function(
    model: "TrainingModel", run_eagerly: bool, batch_size: Optional[int] = None
) -> GroupFunction:
    """Return ``test(inputs, targets, n, step, epoch)``: validate ``n`` batches that are stacked.

    Args:
        model: The model.
        run_eagerly: Run each operation from Python.
        batch_size: The number of samples in each batch if it is the same in all.
    """
    run_step = test_step(model)

    def test(inputs: Any, targets: Any, n: tf.Tensor, step: tf.Tensor, epoch: tf.Tensor) -> None:
        for i in tf.range(n):
            batch, targets_of_batch = _batch_of_group(inputs, targets, i)
            run_step(batch, targets_of_batch, step, epoch)

    return test if run_eagerly else _as_group_function(test, model, batch_size)


def _batch_of_group(inputs: Any, targets: Any, i: tf.Tensor) -> Any:
    # a slice of the first axis shares the memory
    return tf.nest.map_structure(lambda tensor: tensor[i], (inputs, targets))


def _as_group_function(function: GroupFunction, model: "TrainingModel", batch_size: Optional[int]) -> GroupFunction:
    specs = [
        {key: _grouped_spec(spec, batch_size) for key, spec in part.items()}
        for part in (model.input_specs, model.target_specs)
    ]
    scalar = tf.TensorSpec([], tf.int64)
    return _Traced(tf.function(function, input_signature=[*specs, scalar, scalar, scalar]))


class _Traced:
    """Calls the one trace of a function with an input signature: looking for it takes half of the time of a call."""

    def __init__(self, function: Any):
        self._function = function
        self._trace: Any = None

    def __call__(self, *args: Any) -> Any:
        if self._trace is None:
            self._trace = self._function.get_concrete_function()
        return self._trace(*args)


def _grouped_spec(spec: tf.TensorSpec, batch_size: Optional[int]) -> tf.TensorSpec:
    shape = None if spec.shape.rank is None else [None, batch_size, *spec.shape]
    return tf.TensorSpec(shape, spec.dtype)

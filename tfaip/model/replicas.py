# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Steps of a training model on several devices: each gets its part of a batch."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import tensorflow as tf

from tfaip.model.computation import batch_size_of
from tfaip.util.errors import UserError

if TYPE_CHECKING:
    import keras

    from tfaip.model.trainingmodel import TrainingModel

SMALL_BATCH = "A batch of the training has fewer samples than there are devices."

Step = Callable[[Any, Any, Any, Any], None]


def train_step(model: "TrainingModel") -> Step:
    """Return ``train(inputs, targets, step, epoch)``: train on a whole batch, wherever.

    The function can be called in a ``tf.function``. Each replica gets an equal part of the batch, or one sample more;
    losses and metrics count by samples, so that the result is that of one device within rounding.

    Args:
        model: The model, whose strategy tells the devices.

    Raises:
        UserError: The model has inputs or targets that are texts, which only the host can hold.
    """
    strategy = model.distribute_strategy
    step: Step = model.train_on_tensors
    if model.uses_xla:
        step = tf.function(step, jit_compile=True, reduce_retracing=True)
    if strategy.num_replicas_in_sync == 1:
        return step
    _check_no_texts(model, strategy)
    return _Distributed(model, strategy, step).train


def test_step(model: "TrainingModel") -> Step:
    """Return ``test(inputs, targets, step, epoch)``: validate a whole batch, wherever; see :func:`train_step`."""
    strategy = model.distribute_strategy
    if strategy.num_replicas_in_sync == 1:
        return model.test_on_tensors
    return _Distributed(model, strategy, model.test_on_tensors).test


def test_step_with_outputs(model: "TrainingModel") -> Callable[[Any, Any, Any, Any], Any]:
    """Return ``test(inputs, targets, step, epoch)``: validate a batch on one device and return the outputs."""
    strategy = model.distribute_strategy
    if strategy.num_replicas_in_sync == 1:
        return model.test_on_tensors

    def test(inputs: Any, targets: Any, step: Any, epoch: Any) -> Any:
        with strategy.scope():
            return model.test_on_tensors(inputs, targets, step, epoch)

    return test


def average_over_replicas(strategy: tf.distribute.Strategy, variables: Iterable["keras.Variable"]) -> None:
    """Let all replicas have the mean of each floating point variable."""
    for variable in variables:
        parts = strategy.experimental_local_results(variable.value)
        if len(parts) > 1 and variable.value.dtype.is_floating:
            variable.value.assign(tf.reduce_mean(tf.stack([tf.identity(part) for part in parts]), axis=0))


class _Distributed:
    """A step of a model on the replicas of a strategy."""

    def __init__(self, model: "TrainingModel", strategy: tf.distribute.Strategy, step: Step):
        self._model = model
        self._strategy = strategy
        self._step = step

    def train(self, inputs: Any, targets: Any, step: Any, epoch: Any) -> None:
        """Train on a batch."""
        n = self._strategy.num_replicas_in_sync
        check = tf.debugging.assert_greater_equal(batch_size_of(inputs), tf.constant(n, tf.int64), SMALL_BATCH)
        with tf.control_dependencies([check] if check is not None else []), self._strategy.scope():
            self._strategy.run(self._on_part, args=(self._step, inputs, targets, step, epoch))
            self._model.updates.update_if_due()

    def test(self, inputs: Any, targets: Any, step: Any, epoch: Any) -> None:
        """Validate a batch; one with fewer samples than there are replicas by one of them."""
        n = self._strategy.num_replicas_in_sync

        def on_all() -> None:
            self._strategy.run(self._on_part, args=(self._step, inputs, targets, step, epoch))

        def on_one() -> None:
            self._step(inputs, targets, step, epoch)

        with self._strategy.scope():
            tf.cond(batch_size_of(inputs) >= n, on_all, on_one)

    @staticmethod
    def _on_part(function: Callable[..., Any], inputs: Any, targets: Any, step: Any, epoch: Any) -> None:
        replica = tf.distribute.get_replica_context()
        begin, end = _part(batch_size_of(inputs), replica.replica_id_in_sync_group, replica.num_replicas_in_sync)
        # the host cuts, so that each device gets its own samples only
        with tf.device("/device:CPU:0"):
            inputs, targets = tf.nest.map_structure(lambda tensor: tensor[begin:end], (inputs, targets))
        function(inputs, targets, step, epoch)


def _part(size: Any, index: Any, n: int) -> Any:
    """Return where the part of a replica begins and ends; the first ones get the samples that are left over."""
    index = tf.cast(index, tf.int64)
    length, left = size // n, size % n
    begin = index * length + tf.minimum(index, left)
    return begin, begin + length + tf.cast(index < left, tf.int64)


def _check_no_texts(model: "TrainingModel", strategy: tf.distribute.Strategy) -> None:
    for kind, specs in (("input", model.input_specs), ("target", model.target_specs)):
        for name, spec in specs.items():
            if spec.dtype == tf.string:
                raise UserError(
                    "Texts cannot be distributed to devices.",
                    where=f"device.dist_strategy, {kind} {name!r} of the model",
                    expected=f"numbers for the {strategy.num_replicas_in_sync} devices",
                    got="tf.string",
                    hint="turn texts into numbers in a processor, or keep them in the meta data of the samples",
                )

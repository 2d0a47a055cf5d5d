# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The exponential moving average of the weights, and exchanging it with the weights."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Callable, Dict, Mapping, NamedTuple, Optional, Sequence

import keras
import tensorflow as tf

from tfaip.model.keras_private.layers import all_layers
from tfaip.model.variables import named_variables
from tfaip.util.tftyping import AnyTensor


class DecayRule(NamedTuple):
    """The decay of an average.

    Attributes:
        decay: The share of the average that an update keeps.
        warm_up: Keep less at the beginning, ``(1 + t) / (10 + t)`` in update ``t`` (counted from 1), so that the
            initial weights are soon forgotten.
    """

    decay: float
    warm_up: bool = False

    def at(self, update: AnyTensor) -> tf.Tensor:
        """Return the decay of an update, which is counted from 1."""
        if not self.warm_up:
            return tf.constant(self.decay, tf.float64)
        t = tf.cast(update, tf.float64)
        return tf.minimum(tf.constant(self.decay, tf.float64), (1 + t) / (10 + t))


class WeightsAverage:
    """Averages variables: ``average = decay * average + (1 - decay) * variable`` after each update.

    It starts with the values of the variables. :meth:`to_avg` and :meth:`to_model` exchange averages and variables in
    place, in one operation that an exception of Python cannot interrupt. Which of them holds what is known at any time
    (:meth:`trained`, :meth:`averaged`), so that a checkpoint is right even while they are exchanged.

    Args:
        variables: The variables by their names.
        rule: The decay.
    """

    def __init__(self, variables: Mapping[str, keras.Variable], rule: DecayRule):
        self.rule = rule
        self._variables = dict(variables)
        with tf.init_scope():
            self._averages = {name: _create_average(name, variable) for name, variable in variables.items()}
            self._is_exchanged = tf.Variable(False, trainable=False, name="is_exchanged")
        self._exchange_function: Any = None

    def update(self, count_updates: Callable[[], AnyTensor], before: Optional[AnyTensor] = None) -> None:
        """Take up the variables after an update. Can be called in a ``tf.function``, and in a replica.

        Args:
            count_updates: Returns the number of updates, this one included.
            before: The number of updates before; the average stays as it is if this one was left out.
        """
        replica = tf.distribute.get_replica_context()
        if replica is not None and replica.num_replicas_in_sync > 1:
            replica.merge_call(
                lambda strategy, number: self._assign(
                    count_updates(), None if number is None else strategy.experimental_local_results(number)[0]
                ),
                args=(before,),
            )
        else:
            self._assign(count_updates(), before)

    def _assign(self, updates: AnyTensor, before: Optional[AnyTensor]) -> None:
        decay = self.rule.at(updates)
        if before is not None:
            decay = tf.where(tf.convert_to_tensor(updates) > before, decay, tf.ones([], decay.dtype))
        for name, variable in self._variables.items():
            average = self._averages[name].value
            value = tf.cast(tf.convert_to_tensor(variable.value), average.dtype)
            average.assign(average - tf.cast(1 - decay, average.dtype) * (average - value))

    def restart(self) -> None:
        """Let the average begin with the present values of the variables."""
        self.to_model()
        for name, variable in self._variables.items():
            self._averages[name].assign(variable.value)

    # ------------------------------------------------------------------ exchange
    @property
    def is_exchanged(self) -> bool:
        """Whether the variables hold the averages, and the other way round."""
        return bool(self._is_exchanged.numpy())

    def to_avg(self, variables: Optional[Sequence[Any]] = None) -> None:
        """Let the variables hold the averages.

        Args:
            variables: Without effect: always all of them.
        """
        if not self.is_exchanged:
            self._exchange()

    def to_model(self, variables: Optional[Sequence[Any]] = None) -> None:
        """Let the variables hold what was trained.

        Args:
            variables: Without effect: always all of them.
        """
        if self.is_exchanged:
            self._exchange()

    @contextmanager
    def applied(self) -> Iterator[None]:
        """Let the variables hold the averages for a while, also if an exception ends it."""
        before = self.is_exchanged
        self.to_avg()
        try:
            yield
        finally:
            if not before:
                self.to_model()

    def _exchange(self) -> None:
        if self._exchange_function is None:
            self._exchange_function = tf.function(self._exchange_in_graph, autograph=False).get_concrete_function()
        self._exchange_function()

    def _exchange_in_graph(self) -> None:
        for name, variable in self._variables.items():
            own, other = variable.value, self._averages[name].value
            value = tf.identity(own)
            own.assign(tf.cast(other, own.dtype))
            other.assign(tf.cast(value, other.dtype))
        self._is_exchanged.assign(tf.logical_not(self._is_exchanged))

    def trained(self) -> Dict[str, keras.Variable]:
        """Return where the trained values are at present."""
        return dict(self._averages if self.is_exchanged else self._variables)

    def averaged(self) -> Dict[str, keras.Variable]:
        """Return where the averages are at present."""
        return dict(self._variables if self.is_exchanged else self._averages)


def averaged_variables(layer: keras.layers.Layer) -> Dict[str, keras.Variable]:
    """Return what is averaged: the trained weights, and the statistics that trained layers keep, by attribute path."""
    frozen = {id(v) for child in all_layers(layer) if not child.trainable for v in child.variables}
    return {
        name: variable
        for name, variable in named_variables(layer).items()
        if id(variable) not in frozen and tf.as_dtype(keras.backend.standardize_dtype(variable.dtype)).is_floating
    }


def _create_average(name: str, variable: keras.Variable) -> keras.Variable:
    dtype = tf.as_dtype(keras.backend.standardize_dtype(variable.dtype))
    # 16 bits would round small changes away
    value = tf.cast(tf.convert_to_tensor(variable.value), tf.float32 if dtype.size < 4 else dtype)
    return keras.Variable(value, trainable=False, dtype=value.dtype.name, name=f"average_{name.replace('/', '_')}")

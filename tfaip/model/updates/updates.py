# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""From the gradients of batches to new weights."""

from typing import Any, Dict, Mapping, Optional, Sequence

import keras
import numpy as np
import tensorflow as tf

from tfaip.model.updates.accumulation import PREFIX, GradientAccumulation
from tfaip.model.updates.average import WeightsAverage
from tfaip.util.tftyping import AnyTensor

Gradients = Sequence[Optional[AnyTensor]]


def _is_one_of_several_replicas() -> bool:
    replica = tf.distribute.get_replica_context()
    return replica is not None and replica.num_replicas_in_sync > 1


class WeightUpdates:
    """Hands the gradients of one or several batches to the optimizer, then updates the average of the weights.

    An optimizer sees one gradient for each update, so that its schedule, its clipping and its weight decay act as with
    one large batch.

    Attributes:
        variables: The variables that are trained.
        average: The average of the weights.

    Args:
        optimizer: The optimizer, which is built.
        variables: The variables that are trained.
        accum_steps: Number of batches of one update.
        average: The average of the weights.
    """

    def __init__(
        self,
        optimizer: keras.optimizers.Optimizer,
        variables: Sequence[keras.Variable],
        accum_steps: int = 1,
        average: Optional[WeightsAverage] = None,
    ):
        self._optimizer = optimizer
        self.variables = list(variables)
        self._accumulation = GradientAccumulation(variables, accum_steps) if accum_steps > 1 else None
        self.average = average
        self._finish: Any = None

    @property
    def weighs_batches(self) -> bool:
        """Whether batches are weighted here, by their number of samples, those of several replicas, too."""
        return self._accumulation is not None

    def add(self, gradients: Gradients, samples: AnyTensor) -> None:
        """Add a batch, and update the weights if it is the last one of an update.

        In one of several replicas batches are only added: call :meth:`update_if_due` outside of them.

        Args:
            gradients: The gradient of each variable, None if the loss does not depend on it.
            samples: Number of samples of the batch.
        """
        if self._accumulation is None:
            self._apply(gradients)
            return
        self._accumulation.add(gradients, samples)
        if not _is_one_of_several_replicas():
            self.update_if_due()

    def restart(self) -> None:
        """Begin anew, after weights and optimizer were restored: without gradients of batches before."""
        self._finish = None
        if self._accumulation is not None:
            self._accumulation.reset()

    def update_if_due(self) -> None:
        """Update the weights if all batches of an update are there."""
        if self._accumulation is not None:
            self._update_if(self._accumulation.is_full)

    def finish(self) -> None:
        """Update the weights with the batches that are left, as one smaller batch; nothing happens without any."""
        if self._accumulation is None or not self._accumulation.is_used:
            return
        if self._finish is None:
            self._finish = tf.function(self._update_with_the_rest, autograph=False).get_concrete_function()
        self._finish()

    def _update_with_the_rest(self) -> None:
        assert self._accumulation is not None
        self._update_if(self._accumulation.has_batches)

    def _update_if(self, condition: tf.Tensor) -> None:
        strategy = tf.distribute.get_strategy()
        # Keras updates variables by a merge of the replicas, which TensorFlow forbids within a condition
        several = strategy.num_replicas_in_sync > 1

        def update() -> None:
            if several:
                strategy.run(self._take_and_apply)
            else:
                self._take_and_apply()

        tf.cond(condition, update, lambda: None)

    def _take_and_apply(self) -> None:
        assert self._accumulation is not None
        self._apply(self._accumulation.take())

    def _apply(self, gradients: Gradients) -> None:
        # a scaled loss may have gradients that are not finite: the optimizer leaves the update out then
        may_be_left_out = isinstance(self._optimizer, keras.optimizers.LossScaleOptimizer)
        before = tf.identity(self._optimizer.iterations.value) if may_be_left_out else None
        self._optimizer.apply_gradients(list(zip(gradients, self.variables, strict=True)))
        if self.average is not None:
            self.average.update(lambda: self._optimizer.iterations, before)

    def use_trained_weights(self) -> None:
        """Let the model hold the weights that are trained, not their average."""
        if self.average is not None:
            self.average.to_model()

    def use_averaged_weights(self) -> None:
        """Let the model hold the average of the weights if there is one."""
        if self.average is not None:
            self.average.to_avg()

    def restart_average(self) -> None:
        """Let the average of the weights begin with the present ones."""
        if self.average is not None:
            self.average.restart()

    # ------------------------------------------------------------------ state within an epoch
    def state(self) -> Dict[str, np.ndarray]:
        """Return the sums of the gradients since the last update."""
        return {} if self._accumulation is None else self._accumulation.state()

    def restore(self, state: Mapping[str, np.ndarray]) -> None:
        """Go on with the sums of :meth:`state`."""
        if self._accumulation is not None:
            self._accumulation.restore(state)


def of_gradients(sums: Mapping[str, np.ndarray]) -> Dict[str, np.ndarray]:
    """Return those of the sums that are of :meth:`WeightUpdates.state`."""
    return {name: value for name, value in sums.items() if name.startswith(PREFIX)}

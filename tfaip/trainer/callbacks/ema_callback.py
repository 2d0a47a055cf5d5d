# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Using the moving average of the weights where a training looks at its model."""

from typing import Any, Dict, Optional, Protocol, Sequence

import keras


class Averaging(Protocol):
    """What exchanges weights with their averages, in place."""

    def to_avg(self, variables: Optional[Sequence[Any]] = None) -> None:
        """Let the variables hold the averages."""

    def to_model(self, variables: Optional[Sequence[Any]] = None) -> None:
        """Let the variables hold what was trained."""


class EMACallback(keras.callbacks.Callback):
    """Lets the model hold the averaged weights for the validation, and from the end of an epoch to the next one.

    So all callbacks after this one, and the exports, see the averages. Checkpoints tell both apart at any time.

    Args:
        optimizer: What exchanges the weights, such as a :class:`WeightsMovingAverage`.
    """

    supports_steps_per_call = True

    def __init__(self, optimizer: Averaging):
        super().__init__()
        self.optimizer = optimizer

    def on_train_begin(self, logs: Optional[Dict[str, Any]] = None) -> None:
        """Use the trained weights."""
        self._to_model()

    def on_epoch_begin(self, epoch: int, logs: Optional[Dict[str, Any]] = None) -> None:
        """Use the trained weights."""
        self._to_model()

    def on_test_begin(self, logs: Optional[Dict[str, Any]] = None) -> None:
        """Use the averages."""
        self._to_avg()

    def on_test_end(self, logs: Optional[Dict[str, Any]] = None) -> None:
        """Use the trained weights."""
        self._to_model()

    def on_epoch_end(self, epoch: int, logs: Optional[Dict[str, Any]] = None) -> None:
        """Use the averages."""
        self._to_avg()

    def _to_avg(self) -> None:
        self.optimizer.to_avg(self.model.trainable_variables)

    def _to_model(self) -> None:
        self.optimizer.to_model(self.model.trainable_variables)

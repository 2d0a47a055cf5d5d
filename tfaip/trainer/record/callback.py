# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Callbacks that tell the record how far a training is."""

from typing import TYPE_CHECKING, Any, Dict, Optional, Tuple

import keras

from tfaip.runs.format.status import Phase
from tfaip.runs.record.recorder import Recorder
from tfaip.trainer.callbacks.extract_logs import is_number

if TYPE_CHECKING:
    from tfaip.trainer.callbacks.earlystopping.params import EarlyStoppingParams

LEARNING_RATE = "lr"


class PhaseCallback(keras.callbacks.Callback):
    """Tells the record that another phase begins at the end of an epoch, by its place among the callbacks.

    Args:
        recorder: The record.
        phase: What the next callback does.
    """

    supports_steps_per_call = True

    def __init__(self, recorder: Recorder, phase: Phase):
        super().__init__()
        self._recorder = recorder
        self._phase = phase

    def on_epoch_end(self, epoch: int, logs: Optional[Dict[str, Any]] = None) -> None:
        """Begin the phase."""
        self._recorder.enter(self._phase)


class RecordCallback(keras.callbacks.Callback):
    """Tells the record steps, phases and values; to come after all callbacks that add values to the logs.

    Args:
        recorder: The record.
        early_stopping: Knows the best value.
    """

    supports_steps_per_call = True

    def __init__(self, recorder: Recorder, early_stopping: "EarlyStoppingParams"):
        super().__init__()
        self._recorder = recorder
        self._early_stopping = early_stopping
        self._epoch = 0

    def on_train_begin(self, logs: Optional[Dict[str, Any]] = None) -> None:
        """Begin, or begin again from a checkpoint."""
        self._recorder.begin_loop(*self._place(0))

    def on_epoch_begin(self, epoch: int, logs: Optional[Dict[str, Any]] = None) -> None:
        """Begin an epoch, which may be one that was interrupted."""
        self._epoch = epoch
        self._recorder.begin_epoch(*self._place(epoch))

    def _place(self, epoch: int) -> Tuple[int, int]:
        state = getattr(self.model, "loop_state", None)
        return (epoch, 0) if state is None else (state.epoch, state.step)

    def on_train_batch_end(self, batch: int, logs: Optional[Dict[str, Any]] = None) -> None:
        """Tell how many steps are done."""
        self._recorder.steps_done(self._epoch, batch + 1, lambda: _numbers(logs))

    def on_test_begin(self, logs: Optional[Dict[str, Any]] = None) -> None:
        """The validation begins."""
        self._recorder.enter(Phase.VALIDATION)

    def on_test_end(self, logs: Optional[Dict[str, Any]] = None) -> None:
        """The validation ends."""
        self._recorder.enter(Phase.TRAINING)

    def on_epoch_end(self, epoch: int, logs: Optional[Dict[str, Any]] = None) -> None:
        """Record the results of an epoch."""
        rate = float(keras.ops.convert_to_numpy(self.model.optimizer.learning_rate))
        values = {LEARNING_RATE: rate, **_numbers(logs)}
        self._recorder.end_epoch(epoch, values, self._early_stopping.current)


def _numbers(logs: Optional[Dict[str, Any]]) -> Dict[str, float]:
    return {name: float(value) for name, value in (logs or {}).items() if is_number(value) and name != "count"}

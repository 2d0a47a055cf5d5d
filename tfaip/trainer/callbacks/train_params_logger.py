# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Writing checkpoints: the variables, and the parameters that name them."""

import time
from typing import TYPE_CHECKING, Any, Dict, Optional, Union

import keras

from tfaip.trainer.checkpoint.frequency import SaveFrequency
from tfaip.trainer.checkpoint.generation import remove_old_generations, write_generation
from tfaip.trainer.checkpoint.runstate import write_run_state
from tfaip.trainer.loop.loopstate import LoopState

if TYPE_CHECKING:
    from tfaip.trainer.params import TrainerParams


class TrainerCheckpointsCallback(keras.callbacks.Callback):
    """Writes what a run needs to be resumed.

    Variables and parameters are written by two instances, since other callbacks change the parameters in between. The
    parameters name the newest complete generation and are written last, by one rename: a process that is killed at
    any moment leaves a run that can be resumed.

    Args:
        train_params: Parameters of the training.
        save_freq: See :meth:`SaveFrequency.of`. Default: ``train_params.checkpoint_save_freq``.
        store_weights: Write the variables of model and optimizer.
        store_params: Write the parameters.
    """

    supports_steps_per_call = True

    def __init__(
        self,
        train_params: "TrainerParams",
        save_freq: Optional[Union[str, int]] = None,
        store_weights: bool = True,
        store_params: bool = True,
    ):
        super().__init__()
        self._params = train_params
        freq = train_params.checkpoint_save_freq if save_freq is None else save_freq
        self._frequency = SaveFrequency.of(freq)
        self.save_freq = self._frequency.epochs
        self.store_weights = store_weights
        self.store_params = store_params
        self._is_saved = True
        self._saved_step = 0
        self._saved_time = 0.0

    def on_epoch_begin(self, epoch: int, logs: Optional[Dict[str, Any]] = None) -> None:
        """Measure from the last checkpoint on, which is the one that the epoch begins or goes on at."""
        state = self._state()
        self._saved_step = state.step if state is not None and state.epoch == epoch else 0
        self._saved_time = self._saved_time or time.monotonic()

    def steps_until_due(self) -> Optional[int]:
        """Return after how many steps a checkpoint is due, None if that does not depend on the steps."""
        state = self._state()
        if not self.store_weights or self._params.output_dir is None or self._frequency.steps == 0:
            return None
        # before the first step of an epoch the state is that behind the epoch before
        return self._frequency.steps - (max(0, state.step - self._saved_step) if state is not None else 0)

    def on_train_batch_end(self, batch: int, logs: Optional[Dict[str, Any]] = None) -> None:
        """Write the state within an epoch if it is time to."""
        if not self.store_weights or self._params.output_dir is None:
            return
        state = self._state()
        if state is None or not self._frequency.is_due(
            state.step - self._saved_step, time.monotonic() - self._saved_time
        ):
            return
        self._write_generation(state.epoch)
        write_run_state(self._params)
        remove_old_generations(self._params)
        self._saved_step = state.step

    def on_epoch_end(self, epoch: int, logs: Optional[Dict[str, Any]] = None) -> None:
        """Write the state after an epoch."""
        self._params.current_epoch = epoch + 1
        self._is_saved = False
        if self.save_freq > 0 and (epoch + 1) % self.save_freq == 0:
            self.save(epoch + 1)

    def on_train_end(self, logs: Optional[Dict[str, Any]] = None) -> None:
        """Write the last state if the frequency left it out."""
        if self.save_freq > 0 and not self._is_saved:
            self.save(self._params.current_epoch)

    def save(self, epoch: int) -> None:
        """Write the state after ``epoch`` finished epochs."""
        if self._params.output_dir is None:
            return
        if self.store_weights:
            self._write_generation(epoch)
        if self.store_params:
            write_run_state(self._params)
            remove_old_generations(self._params)
        self._is_saved = True

    def _write_generation(self, epoch: int) -> None:
        state = self._state()
        write_generation(self.model, self._params, epoch, state if state is not None and state.epoch == epoch else None)
        self._saved_time = time.monotonic()

    def _state(self) -> Optional[LoopState]:
        return getattr(self.model, "loop_state", None)

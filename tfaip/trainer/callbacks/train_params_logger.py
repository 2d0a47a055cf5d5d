# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Writing checkpoints: the variables, and the parameters that name them."""

import contextlib
import os
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Callable, Dict, Optional, Tuple, Union

import keras

from tfaip.trainer.checkpoint.failure import told_as_failure
from tfaip.trainer.checkpoint.frequency import SaveFrequency
from tfaip.trainer.checkpoint.generation import complete_generation, write_generation
from tfaip.trainer.checkpoint.names import checkpoint_sub_dir
from tfaip.trainer.checkpoint.retention import monitored_value, remove_old_generations
from tfaip.trainer.checkpoint.runstate import write_root_state
from tfaip.trainer.loop.loopstate import LoopState

if TYPE_CHECKING:
    from tfaip.trainer.params import TrainerParams

TakeState = Callable[[], LoopState]


class TrainerCheckpointsCallback(keras.callbacks.Callback):
    """Writes what a run needs to be resumed.

    Variables and parameters are written by two instances, since other callbacks change the parameters in between. The
    parameters name the newest complete generation and are written last, by one rename, when all callbacks have done
    their work for the epoch: a process that is killed at any moment leaves a run that can be resumed.

    Args:
        train_params: Parameters of the training.
        save_freq: See :meth:`SaveFrequency.of`. Default: ``train_params.checkpoint_save_freq``.
        store_weights: Write the variables of model and optimizer.
        store_params: Write the parameters.

    Attributes:
        seconds: The time that has been spent on writing.
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
        self.seconds = 0.0
        self._saved: Optional[Tuple[int, int]] = None  # epochs and steps
        self._saved_time = 0.0
        self._logs: Dict[str, Any] = {}

    @property
    def _writes_generations(self) -> bool:
        return self.store_weights and self._params.output_dir is not None

    def on_train_begin(self, logs: Optional[Dict[str, Any]] = None) -> None:
        """Note the checkpoint that the training goes on from."""
        state = self._state()
        self._saved = (state.epoch, state.step) if state is not None else (self._params.current_epoch, 0)

    def on_epoch_begin(self, epoch: int, logs: Optional[Dict[str, Any]] = None) -> None:
        """Measure from the last checkpoint on, which is the one that the epoch begins or goes on at."""
        self._saved_time = self._saved_time or time.monotonic()

    def steps_until_due(self) -> Optional[int]:
        """Return after how many steps a checkpoint is due, None if that does not depend on the steps."""
        if not self._writes_generations or self._frequency.steps == 0:
            return None
        return self._frequency.steps - self._steps_since(self._state())

    def _steps_since(self, state: Optional[LoopState]) -> int:
        """Return the number of steps since the last checkpoint or since the epoch began."""
        if state is None:
            return 0
        in_this_epoch = self._saved is not None and self._saved[0] == state.epoch
        return max(0, state.step - (self._saved[1] if self._saved is not None and in_this_epoch else 0))

    def after_train_batch(self, batch: int, logs: Dict[str, Any], take_state: TakeState) -> None:
        """Write the state within an epoch if it is time to, when all callbacks have seen the step."""
        state = self._state()
        if not self._writes_generations or state is None:
            return
        if self._frequency.is_due(self._steps_since(state), time.monotonic() - self._saved_time):
            self._write_whole(take_state())

    def on_epoch_end(self, epoch: int, logs: Optional[Dict[str, Any]] = None) -> None:
        """Write the variables after an epoch, before anything else is done that could fail."""
        self._params.current_epoch = epoch + 1
        # unlike those of the loop they hold what callbacks have added
        self._logs = dict(logs or {})
        if self._frequency.is_due_after(epoch + 1) and self._writes_generations:
            self._write_variables(epoch + 1)

    def after_epoch(self, epoch: int, logs: Dict[str, Any], take_state: TakeState) -> None:
        """Make what was written the checkpoint of the run, when all callbacks have seen the epoch."""
        is_last = self.model.stop_training or epoch + 1 == self.params.get("epochs")
        if self.save_freq == 0 or not (is_last or self._frequency.is_due_after(epoch + 1)):
            return
        if self._writes_generations and not self._frequency.is_due_after(epoch + 1):
            self._write_variables(epoch + 1)
        self._commit(take_state(), {**logs, **self._logs})

    def on_train_end(self, logs: Optional[Dict[str, Any]] = None) -> None:
        """Write the last state if nobody has called :meth:`after_epoch`."""
        if self.save_freq > 0 and self._saved != (self._params.current_epoch, 0):
            self.save(self._params.current_epoch)

    def save(self, epoch: int) -> None:
        """Write the state after ``epoch`` finished epochs, without the states of callbacks."""
        if self._writes_generations:
            self._write_variables(epoch)
        self._commit(LoopState(epoch), {})

    def save_before_the_end(self, state: LoopState) -> None:
        """Write the state since the process has been asked to end; not if checkpoints are off, or it is there."""
        place = (state.epoch, state.step)
        if self._writes_generations and self._frequency.writes_any and place not in ((0, 0), self._saved):
            self._write_whole(state)

    def _write_variables(self, epoch: int) -> None:
        state = self._state()
        with self._writing():
            write_generation(
                self.model, self._params, epoch, state if state is not None and state.epoch == epoch else None
            )

    def _write_whole(self, state: LoopState) -> None:
        with self._writing():
            self._params.current_epoch = state.epoch
            write_generation(self.model, self._params, state.epoch, state)
            write_root_state(self._params)
            remove_old_generations(self._params)
        self._saved, self._saved_time = (state.epoch, state.step), time.monotonic()

    def _commit(self, state: LoopState, logs: Dict[str, Any]) -> None:
        if self.store_params and self._params.output_dir is not None:
            with self._writing():
                self._complete(state, logs)
                # last: from here on the new generation is the one to resume from
                write_root_state(self._params)
                remove_old_generations(self._params)
        self._saved, self._saved_time = (state.epoch, state.step), time.monotonic()

    def _complete(self, state: LoopState, logs: Dict[str, Any]) -> None:
        params = self._params
        assert params.output_dir is not None
        if params.saved_checkpoint_sub_dir == checkpoint_sub_dir(params, params.current_epoch):
            folder = os.path.join(params.output_dir, params.saved_checkpoint_sub_dir)
            complete_generation(params, folder, state, monitored_value(params, logs))

    @contextlib.contextmanager
    def _writing(self) -> Iterator[None]:
        start = time.perf_counter()
        try:
            with told_as_failure(self._params):
                yield
        finally:
            self.seconds += time.perf_counter() - start

    def _state(self) -> Optional[LoopState]:
        return getattr(self.model, "loop_state", None)

# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""A profile of some steps of a training for TensorBoard."""

import os
from typing import Any, Dict, List, Optional

import keras
import tensorflow as tf

from tfaip.util.errors import UserValueError
from tfaip.util.logging import logger

log = logger(__name__)

FOLDER = "train"


class ProfileCallback(keras.callbacks.Callback):
    """Lets TensorFlow record what the devices and the host do in some steps.

    Args:
        output_dir: Folder of the run; the profile is written below its folder ``train``, where TensorBoard finds it.
        steps: First and last step to be recorded, counted from 0 since this process trains.

    Raises:
        UserValueError: These are no two numbers in their order, or nothing is written (no output directory).
    """

    supports_steps_per_call = True

    def __init__(self, output_dir: Optional[str], steps: List[int]):
        super().__init__()
        if not output_dir:
            raise UserValueError(
                "A profile needs a place.",
                where="trainer.profile",
                expected="trainer.output_dir to be set",
                got="no output directory",
                hint="set --trainer.output_dir DIR",
            )
        if len(steps) != 2 or not 0 <= steps[0] <= steps[1]:
            raise UserValueError(
                "These are no steps to profile.",
                where="trainer.profile_steps",
                expected="the first and the last step, e.g. 10 20",
                got=" ".join(map(str, steps)) or "nothing",
            )
        self._folder = os.path.join(output_dir, FOLDER)
        self._first, self._last = steps
        self._step = 0
        self._epoch_step = 0
        self._is_running = False
        self._is_done = False

    def steps_until_due(self) -> Optional[int]:
        """Return after how many steps this callback has to be called, None if it has nothing to do any more."""
        if self._is_done:
            return None
        return max(1, (self._last + 1 if self._is_running else self._first) - self._step)

    def on_epoch_begin(self, epoch: int, logs: Optional[Dict[str, Any]] = None) -> None:
        """Count the steps of an epoch from its first one on."""
        self._epoch_step = -1

    def on_train_batch_begin(self, batch: int, logs: Optional[Dict[str, Any]] = None) -> None:
        """Begin to record if the next step is the first one."""
        if self._epoch_step < 0:
            self._epoch_step = batch
        if not self._is_running and not self._is_done and self._step >= self._first:
            tf.profiler.experimental.start(self._folder)
            self._is_running = True

    def on_train_batch_end(self, batch: int, logs: Optional[Dict[str, Any]] = None) -> None:
        """Stop to record after the last step."""
        self._step += batch + 1 - self._epoch_step
        self._epoch_step = batch + 1
        if self._is_running and self._step > self._last:
            self._stop()

    def on_train_end(self, logs: Optional[Dict[str, Any]] = None) -> None:
        """Stop to record if the training was shorter than that."""
        if self._is_running:
            self._stop()
        elif not self._is_done:
            log.warning("Nothing was profiled: the training ended before step %d (trainer.profile_steps).", self._first)

    def close(self) -> None:
        """Stop to record after an error."""
        if self._is_running:
            self._stop()

    def _stop(self) -> None:
        self._is_running, self._is_done = False, True
        tf.profiler.experimental.stop()
        log.info(
            "The profile of %d steps is in %s. TensorBoard shows it with the package tensorboard-plugin-profile.",
            self._step - self._first,
            self._folder,
        )

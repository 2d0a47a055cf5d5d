# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Writing checkpoints: the variables, and the parameters that name them."""

from typing import TYPE_CHECKING, Any, Dict, Optional, Union

import keras

from tfaip.trainer.checkpoint.generation import remove_old_generations, write_generation
from tfaip.trainer.checkpoint.runstate import write_run_state
from tfaip.util.errors import UserValueError

if TYPE_CHECKING:
    from tfaip.trainer.params import TrainerParams


class TrainerCheckpointsCallback(keras.callbacks.Callback):
    """Writes what a run needs to be resumed.

    Variables and parameters are written by two instances, since other callbacks change the parameters in between. The
    parameters name the newest complete generation and are written last, by one rename: a process that is killed at
    any moment leaves a run that can be resumed.

    Args:
        train_params: Parameters of the training.
        save_freq: ``"epoch"`` or every n-th epoch, 0 for never. Default: ``train_params.checkpoint_save_freq``.
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
        self.save_freq = epochs_between_checkpoints(freq)
        self.store_weights = store_weights
        self.store_params = store_params
        self._is_saved = True

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
            write_generation(self.model, self._params, epoch)
        if self.store_params:
            write_run_state(self._params)
            remove_old_generations(self._params)
        self._is_saved = True


def epochs_between_checkpoints(save_freq: Union[str, int]) -> int:
    """Return after how many epochs a checkpoint is written, 0 or less for never.

    Args:
        save_freq: ``"epoch"`` or the number.

    Raises:
        UserValueError: It is something else.
    """
    try:
        return 1 if save_freq == "epoch" else int(save_freq)
    except (ValueError, TypeError) as error:
        raise UserValueError(
            "The frequency of the checkpoints is neither 'epoch' nor a number of epochs.",
            where="trainer.checkpoint_save_freq",
            expected="epoch, or a number; 0 for never",
            got=repr(save_freq),
        ) from error

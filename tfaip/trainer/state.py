# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The state of a run that its parameters hold."""

from collections.abc import Mapping
from typing import Any

from tfaip.trainer.callbacks.earlystopping.params import EarlyStoppingParams
from tfaip.trainer.params import TrainerParams


def reset_state(params: "TrainerParams") -> None:
    """Take the state of the finished or stopped run out of its parameters."""
    params.current_epoch = 0
    params.saved_checkpoint_sub_dir = ""
    params.non_finite_restores = 0
    params.learning_rate.factor = 1.0
    state = EarlyStoppingParams()
    stopping = params.early_stopping
    stopping.mode, stopping.current, stopping.monitor, stopping.n = state.mode, state.current, state.monitor, state.n


def keep_schedule_state(params: "TrainerParams", before: Mapping[str, Any]) -> None:
    """Give another schedule of the learning rate the state of the one that it replaces.

    Args:
        params: The parameters, maybe with a schedule of another class.
        before: The JSON form of the schedule before.
    """
    for name in ("epochs", "steps_per_epoch", "factor"):
        if name in before:
            setattr(params.learning_rate, name, before[name])


def take_state(params: "TrainerParams", stored: Mapping[str, Any]) -> None:
    """Take over the state of an earlier checkpoint than the one that the parameters name.

    Args:
        params: The parameters to change.
        stored: The JSON form of those that the checkpoint was written with.
    """
    params.current_epoch = int(stored["current_epoch"])
    params.saved_checkpoint_sub_dir = str(stored["saved_checkpoint_sub_dir"])
    params.early_stopping.current = stored["early_stopping"]["current"]
    params.early_stopping.n = int(stored["early_stopping"]["n"])

# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The state of a run that its parameters hold."""

from tfaip.trainer.callbacks.earlystopping.params import EarlyStoppingParams
from tfaip.trainer.params import TrainerParams


def reset_state(params: "TrainerParams") -> None:
    """Take the state of the finished or stopped run out of its parameters."""
    params.current_epoch = 0
    params.saved_checkpoint_sub_dir = ""
    state = EarlyStoppingParams()
    stopping = params.early_stopping
    stopping.mode, stopping.current, stopping.monitor, stopping.n = state.mode, state.current, state.monitor, state.n

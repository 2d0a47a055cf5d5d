# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Where the best model of a training lies."""

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tfaip.trainer.params import TrainerParams


def best_path(params: "TrainerParams") -> str:
    """Return the directory of the best model."""
    stopping = params.early_stopping
    folder = stopping.best_model_output_dir or params.output_dir
    assert folder is not None
    return os.path.join(folder, stopping.best_model_name) if stopping.best_model_name else folder


def best_is_there(params: "TrainerParams") -> bool:
    """Tell whether a best model was exported and is still there."""
    return os.path.isfile(os.path.join(best_path(params), params.scenario.trainer_params_filename))

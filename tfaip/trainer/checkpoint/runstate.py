# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The parameter file that makes a directory a run: where it is, and what it says about where the run is."""

import os
from typing import TYPE_CHECKING

from tfaip.params.codec import load_json, save_params
from tfaip.util.errors import UserError

if TYPE_CHECKING:
    from tfaip.trainer.params import TrainerParams

RUN_PARAMS_FILENAME = "trainer_params.json"
MANIFEST_FILENAME = "manifest.json"


def write_run_state(params: "TrainerParams") -> None:
    """Write the parameters of a run after an epoch: into the generation of this epoch, and into the run's root.

    The generations of earlier epochs are never changed. A scenario that sets ``checkpoint_sub_dir`` has the state in
    the generations only: its root may hold the exported model.
    """
    assert params.output_dir is not None
    generation = os.path.join(params.output_dir, params.saved_checkpoint_sub_dir)
    if params.saved_checkpoint_sub_dir and _epoch_of(generation) == params.current_epoch:
        save_params(os.path.join(generation, RUN_PARAMS_FILENAME), params)
    # last: from here on the new generation is the one to resume from
    write_root_state(params)


def write_root_state(params: "TrainerParams") -> None:
    """Write the parameters of a run into its root only; not at all if the scenario sets ``checkpoint_sub_dir``."""
    assert params.output_dir is not None
    if not params.checkpoint_sub_dir:
        save_params(os.path.join(params.output_dir, RUN_PARAMS_FILENAME), params)


def _epoch_of(generation: str) -> int:
    """Return the number of finished epochs of a generation, -1 if there is none."""
    filename = os.path.join(generation, MANIFEST_FILENAME)
    return int(load_json(filename)["epoch"]) if os.path.isfile(filename) else -1


def point_to_run(params: "TrainerParams", path: str) -> None:
    """Let parameters that were read from ``path`` name the directories as they are now.

    Args:
        params: The stored parameters.
        path: A run, one of its generations, or a parameter file in either. The run may have been moved.

    Raises:
        UserError: If it is the model directory within a run.
    """
    folder = os.path.abspath(path if os.path.isdir(path) else os.path.dirname(os.path.abspath(path)))
    sub_dir = params.saved_checkpoint_sub_dir
    if os.path.isfile(os.path.join(folder, MANIFEST_FILENAME)):
        output_dir = folder.removesuffix(os.path.normpath(sub_dir)).rstrip(os.sep) if sub_dir else None
        if output_dir is None or os.path.join(output_dir, os.path.normpath(sub_dir)) != folder:
            return
    elif os.path.isdir(path):
        _refuse_model_directory(params, folder, path)
        output_dir = path
    else:
        return
    if params.early_stopping.best_model_output_dir == params.output_dir:
        params.early_stopping.best_model_output_dir = output_dir
    params.output_dir = output_dir


def _refuse_model_directory(params: "TrainerParams", folder: str, path: str) -> None:
    run = os.path.dirname(folder)
    holds_run = os.path.isfile(os.path.join(run, RUN_PARAMS_FILENAME))
    if holds_run and os.path.basename(folder) == params.early_stopping.best_model_name:
        raise UserError(
            "A model cannot be resumed, but the run that it belongs to can.",
            where=path,
            expected="the directory of a run, or one of its checkpoints",
            got="the best model of a run",
            hint=f"tfaip-resume-training {os.path.normpath(os.path.join(path, os.pardir))}",
        )

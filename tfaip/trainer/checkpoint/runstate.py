# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The parameter file that makes a directory a run: where it is, and what it says about where the run is."""

import os
from typing import TYPE_CHECKING

from tfaip.params.codec import load_json, save_params
from tfaip.scenario.export.manifest import has_other_manifest
from tfaip.util.errors import UserError

if TYPE_CHECKING:
    from tfaip.trainer.params import TrainerParams

RUN_PARAMS_FILENAME = "trainer_params.json"
MANIFEST_FILENAME = "manifest.json"
# of a checkpoint of tfaip 1.2
VARIABLES_1_2 = "variables/variables.index"


def write_root_state(params: "TrainerParams") -> None:
    """Write the parameters of a run into its root: they name the generation to resume from.

    A scenario that sets ``checkpoint_sub_dir`` has the state in the generations only: its root may hold the exported
    model.
    """
    assert params.output_dir is not None
    if not params.checkpoint_sub_dir:
        save_params(os.path.join(params.output_dir, RUN_PARAMS_FILENAME), params)


def is_newest(params: "TrainerParams") -> bool:
    """Tell whether the parameters name the checkpoint that the root of their run names."""
    assert params.output_dir is not None
    filename = os.path.join(params.output_dir, RUN_PARAMS_FILENAME)
    if params.checkpoint_sub_dir or not os.path.isfile(filename):
        return False
    return bool(load_json(filename).get("saved_checkpoint_sub_dir") == params.saved_checkpoint_sub_dir)


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
    if has_other_manifest(folder):
        output_dir = folder.removesuffix(os.path.normpath(sub_dir)).rstrip(os.sep) if sub_dir else None
        if output_dir is None or os.path.join(output_dir, os.path.normpath(sub_dir)) != folder:
            return
    elif os.path.isdir(path):
        _refuse_model_directory(params, folder, path)
        output_dir = path
    elif _is_root_file(params, folder, path):
        output_dir = os.path.dirname(path) or os.curdir
    else:
        return
    if params.early_stopping.best_model_output_dir == params.output_dir:
        params.early_stopping.best_model_output_dir = output_dir
    params.output_dir = output_dir


def _is_root_file(params: "TrainerParams", folder: str, path: str) -> bool:
    """Tell whether a parameter file lies in the root of its run, which may have been moved."""
    sub_dir = params.saved_checkpoint_sub_dir
    if os.path.basename(path) != RUN_PARAMS_FILENAME:
        return False
    return bool(sub_dir) and os.path.isdir(os.path.join(folder, sub_dir))


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

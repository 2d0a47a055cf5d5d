# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The parameter file that makes a directory a run: where it is, and what it says about where the run is."""

import os
from typing import TYPE_CHECKING, List

from tfaip.params.codec import save_params

if TYPE_CHECKING:
    from tfaip.trainer.params import TrainerParams

RUN_PARAMS_FILENAME = "trainer_params.json"
MANIFEST_FILENAME = "manifest.json"


def write_run_state(params: "TrainerParams") -> None:
    """Write the parameters of a run: into its newest generation, and into the root of its output directory.

    A scenario that sets ``checkpoint_sub_dir`` has the state in the generations only: its root may hold the exported
    model.
    """
    for path in _state_files(params):
        save_params(path, params)


def _state_files(params: "TrainerParams") -> List[str]:
    assert params.output_dir is not None
    files = []
    generation = os.path.join(params.output_dir, params.saved_checkpoint_sub_dir)
    if params.saved_checkpoint_sub_dir and os.path.isdir(generation):
        files.append(os.path.join(generation, RUN_PARAMS_FILENAME))
    if not params.checkpoint_sub_dir:
        # last: from here on the new generation is the one to resume from
        files.append(os.path.join(params.output_dir, RUN_PARAMS_FILENAME))
    return files


def point_to_run(params: "TrainerParams", path: str) -> None:
    """Let parameters that were read from ``path`` name the directories as they are now.

    Args:
        params: The stored parameters.
        path: A run, one of its generations, or a parameter file in either. The run may have been moved.
    """
    folder = os.path.abspath(path if os.path.isdir(path) else os.path.dirname(os.path.abspath(path)))
    sub_dir = params.saved_checkpoint_sub_dir
    if os.path.isfile(os.path.join(folder, MANIFEST_FILENAME)):
        output_dir = folder.removesuffix(os.path.normpath(sub_dir)).rstrip(os.sep) if sub_dir else None
        if output_dir is None or os.path.join(output_dir, os.path.normpath(sub_dir)) != folder:
            return
    elif os.path.isdir(path):
        output_dir = path
    else:
        return
    if params.early_stopping.best_model_output_dir == params.output_dir:
        params.early_stopping.best_model_output_dir = output_dir
    params.output_dir = output_dir

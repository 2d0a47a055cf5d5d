# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The first files of a run, with which it can be resumed however it ends."""

import copy
import os
from typing import Optional

from tfaip.trainer.checkpoint.finalexport import EXPORT_DIR, expect_final_export
from tfaip.trainer.checkpoint.runconfig import resolve_resources, write_run_config
from tfaip.trainer.checkpoint.runstate import write_root_state
from tfaip.trainer.params import TrainerParams
from tfaip.trainer.resume.changes import Resumption
from tfaip.trainer.state import reset_state
from tfaip.util.file.atomic import remove_temporary_entries


def write_first_parameters(params: TrainerParams) -> None:
    """Write the parameters of a new run, so that it can be resumed even if it is killed while TensorFlow starts.

    Args:
        params: The parameters of the training; their state is reset.
    """
    assert params.output_dir is not None
    reset_state(params)
    os.makedirs(params.output_dir, exist_ok=True)
    stored = copy.deepcopy(params)
    data = stored.scenario.data
    resolve_resources(data, data.resource_base_path)
    write_root_state(stored)


def prepare_output_dir(params: TrainerParams, config: str, resumption: Optional[Resumption]) -> None:
    """Clean up what a killed process left in the output directory, and write the first files of a run.

    Args:
        params: The parameters of the training.
        config: The text of its ``config.yaml``.
        resumption: What a resumed training goes on with.
    """
    assert params.output_dir is not None
    os.makedirs(params.output_dir, exist_ok=True)
    best_dir = params.early_stopping.best_model_output_dir or params.output_dir
    for folder in (params.output_dir, best_dir, os.path.join(best_dir, params.early_stopping.best_model_name)):
        remove_temporary_entries(folder)
    for name in ("checkpoint", EXPORT_DIR):
        remove_temporary_entries(os.path.join(params.output_dir, name))
    if resumption is not None:
        # first: a run that is killed here has the record of a change that it lacks, never the reverse
        resumption.keep(params.output_dir)
    write_run_config(params.output_dir, config)
    expect_final_export(params)
    # from now on the run can be resumed, even if it is killed before its first checkpoint
    write_root_state(params)

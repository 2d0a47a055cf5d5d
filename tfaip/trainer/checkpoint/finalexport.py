# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The model at the end of a run, and whether it still has to be exported."""

import os
from typing import TYPE_CHECKING

from tfaip.util.file.atomic import write_text_atomically

if TYPE_CHECKING:
    from tfaip.trainer.params import TrainerParams

EXPORT_DIR = "export"
# present from the start of the training until its model is exported, so that a killed run makes up for it
PENDING_FILENAME = ".export-pending"


def expect_final_export(params: "TrainerParams") -> None:
    """Note that the exported model, if there is one, is not that of the end of the run."""
    if params.export_final and params.output_dir:
        write_text_atomically(os.path.join(params.output_dir, PENDING_FILENAME), "")


def final_export_done(params: "TrainerParams") -> None:
    """Note that the model of the end of the run is exported."""
    assert params.output_dir is not None
    filename = os.path.join(params.output_dir, PENDING_FILENAME)
    if os.path.exists(filename):
        os.remove(filename)


def is_final_export_due(params: "TrainerParams") -> bool:
    """Tell whether a trained run lacks its exported model."""
    if not (params.export_final and params.output_dir):
        return False
    exported = os.path.join(params.output_dir, EXPORT_DIR, params.scenario.scenario_params_filename)
    return not os.path.isfile(exported) or os.path.exists(os.path.join(params.output_dir, PENDING_FILENAME))

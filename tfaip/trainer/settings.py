# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""What is checked and completed of a trainer's settings before anything is set up."""

import importlib.util
import os
from datetime import date

from tfaip.params.ranges import check_ranges
from tfaip.trainer.checkpoint.frequency import SaveFrequency
from tfaip.trainer.params import TrainerParams
from tfaip.util.errors import UserValueError


def check_values(params: TrainerParams) -> None:
    """Check every value that has a range or a form, or needs a package.

    Raises:
        UserValueError: One is outside, or the package is not installed.
    """
    check_ranges(params, "trainer")
    SaveFrequency.of(params.checkpoint_save_freq)
    for name in ("mlflow", "wandb"):
        if getattr(params.record, name) and importlib.util.find_spec(name) is None:
            raise UserValueError(
                f"The package {name} is not installed.",
                where=f"record.{name}",
                expected="an installed package, or False",
                got="True",
                hint=f"pip install 'tfaip[{name}]'",
            )


def resolve_export_best(params: TrainerParams) -> None:
    """Decide on ``export_best`` if it is left open: yes where there is a directory for it.

    Raises:
        UserValueError: It is asked for, and there is none.
    """
    has_directory = bool(params.output_dir or params.early_stopping.best_model_output_dir)
    if params.export_best is None:
        params.export_best = has_directory
    elif params.export_best and not has_directory:
        raise UserValueError(
            "The best model cannot be exported without an output directory.",
            where="trainer.export_best",
            expected="trainer.output_dir to be set",
            got="no output directory",
            hint="set --trainer.output_dir DIR.",
        )


def check_can_be_resumed(params: TrainerParams) -> None:
    """Check that the settings are those of a run that can be continued.

    Raises:
        UserValueError: There is no output directory, or a learning rate or batch size is to be looked for.
    """
    if params.only_searches:
        raise UserValueError(
            "A learning rate or batch size is looked for before a training, not when it is resumed.",
            where="trainer.lr_find" if params.lr_find else "trainer.batch_size_find",
            expected="False",
            got="True",
            hint="use tfaip-train, with --warmstart.model to begin with the weights of the run.",
        )
    if not params.output_dir:
        raise UserValueError(
            "A training without output directory cannot be continued.",
            where="trainer.output_dir",
            expected="the directory of a run",
            got=str(params.output_dir),
        )


def set_scenario_id(params: TrainerParams) -> None:
    """Give the scenario the id that names run, scenario and day."""
    name = os.path.basename(os.path.abspath(params.output_dir)) if params.output_dir else ""
    params.scenario.id = f"{name}_{params.scenario.scenario_id}_{date.today().isoformat()}"

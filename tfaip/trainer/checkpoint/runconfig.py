# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The configuration of a run, as a file that starts the same training again."""

import copy
import os
from typing import TYPE_CHECKING

from tfaip.params.cli.nodes import Root
from tfaip.params.config.reader import CONFIG_FILENAME
from tfaip.params.config.writer import RootValue
from tfaip.resource.manager import ResourceManager
from tfaip.trainer.state import reset_state
from tfaip.util.file.atomic import write_text_atomically

if TYPE_CHECKING:
    from tfaip.data.databaseparams import DataBaseParams
    from tfaip.trainer.params import TrainerParams

# where the parameters come from: a new run sets them itself
PROVENANCE = ("id", "scenario_base_path", "scenario_id", "tfaip_commit_hash", "tfaip_version")


def run_config_text(params: "TrainerParams", defaults: "TrainerParams") -> str:
    """Return the configuration file of a training.

    Args:
        params: Its parameters. Their state and provenance are left out.
        defaults: The default parameters of the scenario.
    """
    # Imported late: PyYAML is needed where a run is started only.
    from tfaip.params.config.dump import config_text

    scenario = params.scenario.scenario_id
    params = copy.deepcopy(params)
    reset_state(params)
    params.learning_rate.epochs = params.learning_rate.steps_per_epoch = -1
    for name in PROVENANCE:
        setattr(params.scenario, name, getattr(defaults.scenario, name))
    resolve_resources(params.scenario.data, defaults.scenario.data.resource_base_path)
    root = Root("trainer", type(defaults), defaults, (), False)
    return config_text({"trainer": RootValue(params, root)}, f"tfaip-train {scenario}")


def resolve_resources(data: "DataBaseParams", default_base_path: str) -> None:
    """Let the paths of the resources no longer depend on the directory that the parameters were read from.

    Args:
        data: The parameters of the data, which are changed.
        default_base_path: The directory that they are to name.
    """
    ResourceManager(data.resource_base_path).register_all(data)
    data.resource_base_path = default_base_path


def write_run_config(output_dir: str, text: str) -> None:
    """Write the configuration file of a run into its directory."""
    write_text_atomically(os.path.join(output_dir, CONFIG_FILENAME), text)

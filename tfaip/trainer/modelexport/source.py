# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""What a model directory is made of: a checkpoint of a run, or another model directory."""

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Dict, Optional, Type

from tfaip.params.codec import params_to_dict
from tfaip.resource.manager import ResourceManager, check_resources_exist, check_resources_inside
from tfaip.scenario.archive import open_model_directory
from tfaip.scenario.export.manifest import check_other_files
from tfaip.scenario.paramsfile import find_params_file, read_params_dict
from tfaip.trainer.storedrun import read_trainer_params
from tfaip.trainer.warmstart.location import Kind, find_stored_model
from tfaip.util.errors import UserError

if TYPE_CHECKING:
    from tfaip.data.databaseparams import DataBaseParams
    from tfaip.scenario.scenariobase import ScenarioBase
    from tfaip.scenario.scenariobaseparams import ScenarioBaseParams
    from tfaip.trainer.params import TrainerParams


@dataclass(frozen=True)
class ExportSource:
    """A checkpoint or a model directory.

    Attributes:
        path: As the user has named it.
        weights: The folder of the checkpoint, or the SavedModel.
        is_checkpoint: Whether it is a checkpoint.
        scenario_cls: Its scenario.
        scenario_params: The parameters of the scenario; relative paths of new resources begin at the working directory.
        trainer_params: The parameters of the training, if they are stored.
        model: The JSON form of the stored parameters of the model.
    """

    path: str
    weights: str
    is_checkpoint: bool
    scenario_cls: "Type[ScenarioBase]"
    scenario_params: "ScenarioBaseParams"
    trainer_params: "Optional[TrainerParams]"
    model: Dict[str, Any]

    @property
    def model_directory(self) -> str:
        """The model directory; only if it is no checkpoint."""
        return os.path.dirname(os.path.abspath(self.weights))


def read_source(path: str) -> ExportSource:
    """Read the parameters of what is to be exported, and load the code of its scenario.

    Args:
        path: A run (its newest checkpoint is meant), a checkpoint, a model directory, an archive of one, or the
            parameter file in one of them.

    Raises:
        UserFileNotFoundError: There is no such thing, or a file is missing.
        UserError: It cannot be exported.
    """
    # imported late: scenarios know trainers
    from tfaip.scenario.scenariobase import ScenarioBase

    opened = open_model_directory(os.path.expanduser(path))
    kind, weights = find_stored_model(opened)
    if kind not in (Kind.GENERATION, Kind.SAVED_MODEL):
        raise UserError(
            "This cannot be made a model directory.",
            where=path,
            expected="a run, one of its checkpoints, or a model directory",
            got=kind.value,
            hint="of a run of tfaip 1.2, export its folder best or export; train with --warmstart.model otherwise.",
        )
    is_checkpoint = kind is Kind.GENERATION
    filename = _params_file(opened, weights, is_checkpoint)
    trainer_params = None
    if "scenario" in read_params_dict(filename):
        trainer_params, scenario_cls = read_trainer_params(filename)
        scenario_params = trainer_params.scenario
        check_resources_exist(scenario_params.data, scenario_params.data.resource_base_path)
        check_other_files(os.path.dirname(filename), os.path.basename(filename))
    else:
        scenario_cls, scenario_params = ScenarioBase.from_path(filename)
    if not is_checkpoint:
        # who made the model directory could else have any file of this machine packed
        check_resources_inside(scenario_params.data, scenario_params.data.resource_base_path, filename, absolute=False)
    let_resources_be_absolute(scenario_params.data)
    model = params_to_dict(scenario_params.model)
    return ExportSource(path, weights, is_checkpoint, scenario_cls, scenario_params, trainer_params, model)


def _params_file(path: str, weights: str, is_checkpoint: bool) -> str:
    """Return the parameters of the model, which a program may have given another name and named itself."""
    if not is_checkpoint and path.endswith(".json"):
        return find_params_file(path)
    return find_params_file(weights if is_checkpoint else os.path.dirname(os.path.abspath(weights)))


def let_resources_be_absolute(data: "DataBaseParams") -> None:
    """Let the resources stay those of the model directory, and new relative paths begin at the working directory."""
    resources = ResourceManager(data.resource_base_path)
    resources.register_all(data)
    for _, resource in resources.items():
        resource.initial_path = resource.abs_path
    data.resource_base_path = os.getcwd()

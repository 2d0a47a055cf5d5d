# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Reading the parameters of a run that was stored."""

from typing import TYPE_CHECKING, Any, Dict, Tuple, Type, Union

from tfaip.params.codec import params_from_dict
from tfaip.params.migrations import migrate
from tfaip.resource.manager import check_resources_inside
from tfaip.scenario.importing import import_stored_scenario
from tfaip.scenario.paramsfile import find_params_file, read_params_dict, scenario_dict
from tfaip.scenario.storedparams import check_stored_params
from tfaip.trainer.params import TrainerParams
from tfaip.util.errors import UserValueError

if TYPE_CHECKING:
    from tfaip.scenario.scenariobase import ScenarioBase


def read_trainer_params(source: Union[str, Dict[str, Any]]) -> "Tuple[TrainerParams, Type[ScenarioBase]]":
    """Return the parameters and the scenario class of a run.

    Args:
        source: The parameters as dictionary, their file, or the run's directory.

    Raises:
        UserError: They are not those of a training, or name something that may not be used.
    """
    params_dict = migrate(source) if isinstance(source, dict) else read_params_dict(source)
    where = source if isinstance(source, str) else ""
    if "scenario" not in params_dict:
        raise UserValueError(
            "These are no parameters of a training.",
            where=where or None,
            expected="the trainer_params.json of a run",
            got="parameters without the field scenario",
        )
    check_stored_params(params_dict, where)
    scenario_cls = import_stored_scenario(scenario_dict(params_dict, where)["scenario_id"], where or "scenario_id")
    values = {name: value for name, value in params_dict.items() if name != "__cls__"}
    params = params_from_dict(scenario_cls.trainer_cls().params_cls(), values)
    if where:
        data = params.scenario.data
        check_resources_inside(data, data.resource_base_path, find_params_file(where))
    return params, scenario_cls

# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Giving stored weights to a graph that was built anew."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from tfaip.model.variables import named_variables
from tfaip.util.errors import UserError

if TYPE_CHECKING:
    from tfaip.scenario.scenariobase import ScenarioBase


def restore_weights(scenario: "ScenarioBase", stored: Mapping[str, Any], where: str) -> None:
    """Build the graphs of a scenario and give them stored weights.

    Args:
        scenario: A scenario with the parameters of the model.
        stored: Arrays or variables by attribute path; more than the graph has is allowed.
        where: Where they come from, for messages.

    Raises:
        UserError: A weight is missing or has another shape. None is changed then.
    """
    variables = named_variables(scenario.keras_train_model.root_graph)
    for name, variable in variables.items():
        source = stored.get(name)
        if source is None or tuple(source.shape) != tuple(variable.shape):
            raise UserError(
                "The exported weights do not fit the graph that the parameters describe.",
                where=f"{where}, variable {name}",
                expected=f"shape {tuple(variable.shape)}",
                got="no such variable" if source is None else f"shape {tuple(source.shape)}",
                hint="use the code and the parameters of the scenario that the model was trained with",
            )
    for name, variable in variables.items():
        variable.assign(stored[name])

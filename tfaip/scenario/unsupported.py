# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Messages for what the contract knows and this version cannot do yet."""

from typing import TYPE_CHECKING

from tfaip.scenario.scenariobaseparams import ScenarioBaseParams
from tfaip.util.errors import NotSupportedYetError, UserTypeError, UserValueError

if TYPE_CHECKING:
    from tfaip.data.data import DataBase


def check_training_graph_supported(params: ScenarioBaseParams) -> None:
    """Raise NotSupportedYetError for settings of the training graph that have no effect yet."""
    if params.use_input_gradient_regularization:
        raise NotSupportedYetError(
            "The input gradient regularisation is not supported yet.",
            where="scenario.use_input_gradient_regularization",
            got="True",
        )


def check_input_gradient_regularization(data: "DataBase") -> None:
    """Check the input that the input gradient regularisation uses.

    Raises:
        UserValueError: If the data names no input.
        UserTypeError: If the input is no floating point tensor.
    """
    key = data.input_tensor_key_for_regularization()
    where = f"{type(data).__name__}.input_tensor_key_for_regularization"
    if key is None:
        raise UserValueError(
            "The data names no input for the input gradient regularisation.",
            where=where,
            expected=f"one of {', '.join(data.input_layer_specs())}",
            got="None",
        )
    dtype = data.input_layer_specs()[key].dtype
    if not dtype.is_floating:
        raise UserTypeError(
            f"The input {key!r} has no gradient.", where=where, expected="a floating point input", got=dtype.name
        )

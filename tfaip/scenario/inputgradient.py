# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The input gradient regularisation of a scenario."""

from typing import TYPE_CHECKING, Optional

from tfaip.util.errors import UserTypeError, UserValueError

if TYPE_CHECKING:
    from tfaip.data.data import DataBase
    from tfaip.model.inputgradient import InputGradientRegularization
    from tfaip.scenario.scenariobase import ScenarioBase


def create_input_gradient_regularization(scenario: "ScenarioBase") -> "Optional[InputGradientRegularization]":
    """Return the regularisation that the parameters of a scenario ask for, None if they do not.

    Raises:
        UserValueError: If the data names no input for it.
        UserTypeError: If this input is no floating point tensor.
    """
    from tfaip.model.inputgradient import InputGradientRegularization

    params = scenario.params
    if not params.use_input_gradient_regularization:
        return None
    scenario.check_preconditions_for_input_gradient_regularization()
    key = scenario.data.input_tensor_key_for_regularization()
    assert key is not None
    return InputGradientRegularization(
        key, params.input_gradient_regularization_h, params.input_gradient_regularization_lambda
    )


def check_input_gradient_regularization(data: "DataBase") -> None:
    """Check the input that the input gradient regularisation uses.

    Raises:
        UserValueError: If the data names no input.
        UserTypeError: If the input is no floating point tensor.
    """
    key = data.input_tensor_key_for_regularization()
    specs = data.input_layer_specs()
    where = f"{type(data).__name__}.input_tensor_key_for_regularization"
    if key not in specs:
        raise UserValueError(
            "The data names no input for the input gradient regularisation.",
            where=where,
            expected=f"one of {', '.join(specs)}",
            got=repr(key),
        )
    dtype = specs[key].dtype
    if not dtype.is_floating:
        raise UserTypeError(
            f"The input {key!r} has no gradient.", where=where, expected="a floating point input", got=dtype.name
        )

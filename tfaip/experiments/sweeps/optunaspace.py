# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The values of a parameter as Optuna has them. It needs nothing of Optuna but the trial that it is given."""

import json
from typing import TYPE_CHECKING, Any, Dict, List, Sequence

from tfaip.experiments.sweeps.plan import Trial
from tfaip.experiments.sweeps.space import Choices
from tfaip.experiments.sweeps.spec import Sweep, SweepParameter

if TYPE_CHECKING:
    import optuna

_SCALARS = (bool, int, float, str, type(None))


def suggest(sweep: Sweep, trial: "optuna.trial.Trial") -> Trial:
    """Return the values of a trial; those that it has already stay.

    Args:
        sweep: The sweep.
        trial: The trial of Optuna.
    """
    values: Trial = {}
    for parameter in sweep.parameters:
        if parameter.exists(values):
            values[parameter.name] = _suggest(parameter, trial)
    return values


def encoded(sweep: Sweep, values: Trial) -> Dict[str, Any]:
    """Return the values of a trial as Optuna has them."""
    parameters = {parameter.name: parameter for parameter in sweep.parameters}
    return {name: _encode(parameters[name], value) for name, value in values.items()}


def _suggest(parameter: SweepParameter, trial: "optuna.trial.Trial") -> Any:
    space = parameter.space
    if isinstance(space, Choices) or space.count is not None:
        values = space.points() or []
        labels = _labels(values)
        return values[labels.index(trial.suggest_categorical(parameter.name, labels))]
    if space.is_int:
        low, high = int(space.low), int(space.last)
        return trial.suggest_int(parameter.name, low, high, step=int(space.step or 1), log=space.log)
    return trial.suggest_float(parameter.name, space.low, space.last, step=space.step, log=space.log)


def _encode(parameter: SweepParameter, value: Any) -> Any:
    space = parameter.space
    if isinstance(space, Choices) or space.count is not None:
        values = space.points() or []
        same = [label for label, known in zip(_labels(values), values, strict=True) if repr(known) == repr(value)]
        return same[0]
    return value


def _labels(values: Sequence[Any]) -> List[Any]:
    """Return what stands for values: themselves, or texts if Optuna could not have them or tell them apart."""
    if all(isinstance(value, _SCALARS) for value in values) and len(set(values)) == len(values):
        return list(values)
    return [json.dumps(value) for value in values]

# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The states of all random numbers that a training may draw."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Dict

import numpy as np

from tfaip.data.pipeline.seeding import global_states, set_global_states
from tfaip.model.keras_private.globalseed import global_seed_state
from tfaip.model.variables import random_variables
from tfaip.util.logging import logger

if TYPE_CHECKING:
    from tfaip.model.trainingmodel import TrainingModel

log = logger(__name__)


def random_states(model: "TrainingModel") -> Dict[str, np.ndarray]:
    """Return the states of the generators in graph and model, and of those of Keras, Python and NumPy.

    Args:
        model: The training model.
    """
    states = {name: np.array(variable.numpy()) for name, variable in _variables(model).items()}
    return {**states, **global_states()}


def restore_random_states(model: "TrainingModel", states: Mapping[str, np.ndarray]) -> None:
    """Set the states of :func:`random_states`; those of generators that are gone are dropped."""
    variables = _variables(model)
    for name, variable in variables.items():
        if name in states and states[name].shape == tuple(variable.shape):
            variable.assign(states[name])
        else:
            log.warning("The checkpoint has no state of the random numbers %s: they begin again.", name)
    set_global_states(states)


def _variables(model: "TrainingModel") -> Dict[str, Any]:
    graph = {f"graph/{path}": variable for path, variable in random_variables(model.root_graph).items()}
    own = {f"model/{path}": variable for path, variable in random_variables(model.model_base).items()}
    return {**graph, **own, "keras": global_seed_state()}

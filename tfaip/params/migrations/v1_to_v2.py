# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""From version 1 (tfaip 1.2) to version 2."""

import math
from typing import Any, Dict, Tuple

from tfaip.params.migrations.migration import Migration, objects

_CLASS_KEY = "__cls__"
_LOCAL_TRAINER_PARAMS = "tfaip.scenario.scenariobase:LocalTrainerParams"
_TRAINER_PARAMS = "tfaip.trainer.params:TrainerParams"
_PIPELINE_PARAMS = "tfaip.data.databaseparams:DataPipelineParams"
_MODES = {"training", "prediction", "evaluation", "targets"}


def _name_trainer_params(tree: Dict[str, Any]) -> None:
    for node in objects(tree):
        if node.get(_CLASS_KEY) == _LOCAL_TRAINER_PARAMS:
            node[_CLASS_KEY] = _TRAINER_PARAMS


def _sort_modes(tree: Dict[str, Any]) -> None:
    for node in objects(tree):
        modes = node.get("modes")
        if _CLASS_KEY in node and isinstance(modes, list) and all(mode in _MODES for mode in modes):
            node["modes"] = sorted(modes)


def _add_sample_errors(tree: Dict[str, Any]) -> None:
    for node in objects(tree):
        if node.get(_CLASS_KEY) == _PIPELINE_PARAMS and "sample_errors" not in node:
            # the name of the class stays the last key
            reference = node.pop(_CLASS_KEY)
            node["sample_errors"] = "raise"
            node[_CLASS_KEY] = reference


def _forget_nan(tree: Dict[str, Any]) -> None:
    state = tree.get("early_stopping")
    current = state.get("current") if isinstance(state, dict) else None
    if isinstance(state, dict) and isinstance(current, float) and math.isnan(current):
        state["current"] = None


V1_TO_V2: Tuple[Migration, ...] = (
    Migration(
        "trainer-params-class",
        1,
        2,
        "tfaip 1.2 made the class of the trainer's parameters in a function: no import finds the name in its files.",
        _name_trainer_params,
    ),
    Migration(
        "sorted-modes",
        1,
        2,
        "tfaip 1.2 wrote the set of a processor's modes in an arbitrary order; it is sorted.",
        _sort_modes,
    ),
    Migration(
        "sample-errors",
        1,
        2,
        "A pipeline of tfaip 1.2 knew no sample_errors: a broken sample always ended the program.",
        _add_sample_errors,
    ),
    Migration(
        "best-value-not-a-number",
        1,
        2,
        "tfaip 1.2 kept a first value that is not a number as the best one for ever; there is no best value yet.",
        _forget_nan,
    ),
)

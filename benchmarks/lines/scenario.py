# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The scenario of lines, and its service."""

from typing import Any, Dict, Type

from benchmarks.lines.params import LinePipelineParams, LineScenarioParams
from tfaip.scenario.scenariobase import ScenarioBase
from tfaip.serve.adapter import ServingAdapter


class LineServing(ServingAdapter):
    """Documents the inputs."""

    def inputs_schema(self) -> Dict[str, Any]:
        """Return the schema of a line."""
        return {"type": "object", "description": "a grey image of shape [width, 48], uint8"}


class LineScenario(ScenarioBase[LineScenarioParams, LinePipelineParams]):
    """The scenario."""

    @classmethod
    def serving_cls(cls) -> Type[ServingAdapter]:
        """Return how its service looks."""
        return LineServing


def export_lines(path: str) -> None:
    """Write a model directory with random weights."""
    params = LineScenario.default_trainer_params().scenario
    scenario = LineScenario(params)
    assert scenario.keras_train_model is not None
    scenario.export(path)

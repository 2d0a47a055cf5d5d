# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The scenario, which ties its parts together."""

from tfaip import TrainerParams
from tfaip.scenario.scenariobase import ScenarioBase

from .params import TemplateScenarioParams, TemplateTrainerPipelineParams


class TemplateScenario(ScenarioBase[TemplateScenarioParams, TemplateTrainerPipelineParams]):
    """Data, model and parameters of the task. Override ``evaluator_cls`` or ``predictor_cls`` as needed."""

    @classmethod
    def default_trainer_params(cls) -> TrainerParams:
        params = super().default_trainer_params()
        params.epochs = 10
        params.gen.val.seed = 2
        return params

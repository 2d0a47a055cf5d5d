# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The scenario of the minimal tutorial, which ties its parts together."""

from examples.tutorial.min.params import TutorialScenarioParams, TutorialTrainerPipelineParams
from tfaip import TrainerParams
from tfaip.scenario.scenariobase import ScenarioBase


class TutorialScenario(ScenarioBase[TutorialScenarioParams, TutorialTrainerPipelineParams]):
    """Tell handwritten digits apart; data and model are found through the parameter classes."""

    @classmethod
    def default_trainer_params(cls) -> TrainerParams:
        params = super().default_trainer_params()
        params.epochs = 10
        return params

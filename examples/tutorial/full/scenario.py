# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The scenario of the full tutorial: which classes belong together."""

from typing import TYPE_CHECKING, Type

from examples.tutorial.full.data.params import TutorialPredictionGeneratorParams
from examples.tutorial.full.params import TutorialScenarioParams, TutorialTrainerPipelineParams
from tfaip import TrainerParams
from tfaip.scenario.scenariobase import ScenarioBase

if TYPE_CHECKING:
    from examples.tutorial.full.evaluator import TutorialEvaluator
    from examples.tutorial.full.predictor import TutorialMultiModelPredictor, TutorialPredictor


class TutorialScenario(ScenarioBase[TutorialScenarioParams, TutorialTrainerPipelineParams]):
    """Tell handwritten digits apart, and find the digits of image files."""

    @classmethod
    def default_trainer_params(cls) -> TrainerParams:
        params = super().default_trainer_params()
        params.epochs = 10
        return params

    @classmethod
    def predict_generator_params_cls(cls) -> Type[TutorialPredictionGeneratorParams]:
        return TutorialPredictionGeneratorParams

    @classmethod
    def evaluator_cls(cls) -> Type["TutorialEvaluator"]:
        from examples.tutorial.full.evaluator import TutorialEvaluator

        return TutorialEvaluator

    @classmethod
    def predictor_cls(cls) -> Type["TutorialPredictor"]:
        from examples.tutorial.full.predictor import TutorialPredictor

        return TutorialPredictor

    @classmethod
    def multi_predictor_cls(cls) -> Type["TutorialMultiModelPredictor"]:
        from examples.tutorial.full.predictor import TutorialMultiModelPredictor

        return TutorialMultiModelPredictor

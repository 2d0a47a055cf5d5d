# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The scenario of the image classification: which classes belong together."""

from typing import TYPE_CHECKING, Type

from examples.imageclassification.data.generator import ICGenerator
from examples.imageclassification.params import ICScenarioParams, ICTrainerPipelineParams, TransferModelParams
from examples.imageclassification.pretrained import use_pretrained_backbone
from examples.tutorial.full.data.params import TutorialPredictionGeneratorParams
from tfaip import PipelineMode, TrainerParams
from tfaip.scenario.scenariobase import ScenarioBase

if TYPE_CHECKING:
    from examples.imageclassification.evaluator import ICEvaluator
    from examples.imageclassification.predictor import ICPredictor
    from tfaip.trainer.trainer import Trainer


class ICScenario(ScenarioBase[ICScenarioParams, ICTrainerPipelineParams]):
    """Tell what photographs show."""

    @classmethod
    def default_trainer_params(cls) -> TrainerParams:
        params = super().default_trainer_params()
        params.epochs = 20
        return params

    @classmethod
    def create_trainer(cls, trainer_params: TrainerParams, restore: bool = False) -> "Trainer":
        if not restore:
            complete_params(trainer_params)
        return super().create_trainer(trainer_params, restore)

    @classmethod
    def predict_generator_params_cls(cls) -> Type[TutorialPredictionGeneratorParams]:
        return TutorialPredictionGeneratorParams

    @classmethod
    def evaluator_cls(cls) -> Type["ICEvaluator"]:
        from examples.imageclassification.evaluator import ICEvaluator

        return ICEvaluator

    @classmethod
    def predictor_cls(cls) -> Type["ICPredictor"]:
        from examples.imageclassification.predictor import ICPredictor

        return ICPredictor


def complete_params(params: TrainerParams) -> None:
    """Set what follows from the images and from the choice of the network, as far as the user has not."""
    data, model = params.scenario.data, params.scenario.model
    if not data.classes:
        generator = ICGenerator(PipelineMode.TRAINING, params.gen.train_gen())
        data.classes = generator.images.classes
    if isinstance(model, TransferModelParams):
        use_pretrained_backbone(params, model.pretrained, model.frozen)

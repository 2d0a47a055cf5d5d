# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The scenario of the segmentation: which classes belong together."""

from typing import TYPE_CHECKING, Any, Dict, Type

from examples.imageclassification.pretrained import use_pretrained_backbone
from examples.segmentation.data.generator import SceneGenerator
from examples.segmentation.graphs.params import EfficientNetEncoderParams
from examples.segmentation.params import SegmentationScenarioParams, SegmentationTrainerPipelineParams
from examples.tutorial.full.data.params import TutorialPredictionGeneratorParams
from tfaip import PipelineMode, ScenarioBaseParams, TrainerParams
from tfaip.scenario.scenariobase import ScenarioBase

if TYPE_CHECKING:
    from examples.segmentation.evaluator import SegmentationEvaluator
    from examples.segmentation.predictor import SegmentationPredictor
    from tfaip.data.data import DataBase
    from tfaip.trainer.trainer import Trainer


class SegmentationScenario(ScenarioBase[SegmentationScenarioParams, SegmentationTrainerPipelineParams]):
    """Find the pixels and boxes of animals and plants."""

    @classmethod
    def default_trainer_params(cls) -> TrainerParams:
        params = super().default_trainer_params()
        params.epochs = 8
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
    def evaluator_cls(cls) -> Type["SegmentationEvaluator"]:
        from examples.segmentation.evaluator import SegmentationEvaluator

        return SegmentationEvaluator

    @classmethod
    def additional_evaluator_kwargs(cls, data: "DataBase", scenario_params: ScenarioBaseParams) -> Dict[str, Any]:
        return {"classes": data.params.classes}

    @classmethod
    def predictor_cls(cls) -> Type["SegmentationPredictor"]:
        from examples.segmentation.predictor import SegmentationPredictor

        return SegmentationPredictor


def complete_params(params: TrainerParams) -> None:
    """Set what follows from the cut-outs and from the choice of the encoder, as far as the user has not."""
    data, encoder = params.scenario.data, params.scenario.model.encoder
    if not data.classes:
        data.classes = SceneGenerator(PipelineMode.TRAINING, params.gen.train_gen()).cutouts.classes
    if isinstance(encoder, EfficientNetEncoderParams):
        use_pretrained_backbone(params, encoder.pretrained, encoder.frozen, "graph/encoder/backbone")

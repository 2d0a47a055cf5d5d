# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The scenario of the text recognition: which classes belong together."""

from typing import TYPE_CHECKING, Any, Dict, Type

from examples.atr.data.params import AtrGeneratorParams
from examples.atr.params import AtrScenarioParams, AtrTrainerPipelineParams
from tfaip import TrainerParams
from tfaip.scenario.scenariobase import ScenarioBase
from tfaip.trainer.scheduler import CosineDecayParams

if TYPE_CHECKING:
    from examples.atr.evaluator import AtrEvaluator
    from examples.atr.predictor import AtrMultiModelPredictor, AtrPredictor
    from tfaip.data.data import DataBase

# in pixels of the width of a line
_BUCKETS = [150, 300, 450, 600, 750]
_COLUMNS_IN_A_BATCH = 12000


class AtrScenario(ScenarioBase[AtrScenarioParams, AtrTrainerPipelineParams]):
    """Read lines of text."""

    @classmethod
    def default_trainer_params(cls) -> TrainerParams:
        params = super().default_trainer_params()
        params.epochs = 12
        # so the validation comes more often than all lines were seen; and the same number fits to a folder of few lines
        params.samples_per_epoch = 3000
        params.learning_rate = CosineDecayParams(lr=0.003, alpha=0.02)
        params.optimizer.global_clip_norm = 5.0
        for setup in (params.gen.setup.train, params.gen.setup.val):
            setup.num_processes = 2
            # batches of lines of similar width, with about the same number of pixels in each
            setup.bucket_boundaries = _BUCKETS
            setup.bucket_token_budget = _COLUMNS_IN_A_BATCH
        return params

    @classmethod
    def additional_graph_kwargs(cls, data: "DataBase", scenario_params: AtrScenarioParams) -> Dict[str, Any]:
        # the size of the network's output follows from the codec, which only the data know
        return {"n_characters": len(data.codec)}

    @classmethod
    def predict_generator_params_cls(cls) -> Type[AtrGeneratorParams]:
        return AtrGeneratorParams

    @classmethod
    def evaluator_cls(cls) -> "Type[AtrEvaluator]":
        from examples.atr.evaluator import AtrEvaluator

        return AtrEvaluator

    @classmethod
    def predictor_cls(cls) -> "Type[AtrPredictor]":
        from examples.atr.predictor import AtrPredictor

        return AtrPredictor

    @classmethod
    def multi_predictor_cls(cls) -> "Type[AtrMultiModelPredictor]":
        from examples.atr.predictor import AtrMultiModelPredictor

        return AtrMultiModelPredictor

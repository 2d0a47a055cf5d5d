# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The scenario: which classes belong together, and how a pretrained encoder is trained on."""

from typing import TYPE_CHECKING, Any, Dict, Type

from examples.text.finetuningbert.data.params import PairFilesGeneratorParams
from examples.text.finetuningbert.params import (
    BertWarmStartParams,
    SentencePairScenarioParams,
    SentencePairTrainerPipelineParams,
)
from tfaip import TrainerParams
from tfaip.scenario.scenariobase import ScenarioBase
from tfaip.trainer.optimizer.keras3params import AdamWOptimizer
from tfaip.trainer.scheduler.composed_params import WarmupParams
from tfaip.trainer.scheduler.cosine_decay_params import CosineDecayParams

if TYPE_CHECKING:
    from examples.text.finetuningbert.data.data import SentencePairData
    from examples.text.finetuningbert.evaluator import SentencePairEvaluator
    from examples.text.finetuningbert.predictor import SentencePairPredictor


class FinetuningBertScenario(ScenarioBase[SentencePairScenarioParams, SentencePairTrainerPipelineParams]):
    """Tell whether two sentences mean the same."""

    @classmethod
    def default_trainer_params(cls) -> TrainerParams:
        params = super().default_trainer_params()
        params.warmstart = BertWarmStartParams()
        params.epochs = 1
        # small steps: a pretrained encoder forgets what it knows in a few large ones
        params.optimizer = AdamWOptimizer(weight_decay=0.01, global_clip_norm=1.0)
        params.learning_rate = WarmupParams(
            lr=1e-4, warmup_steps=20, step_function=False, schedule=CosineDecayParams(alpha=0.0, lr_decay_rate=1.0)
        )
        # pairs of similar length make a batch, so that little is padding
        params.gen.setup.train.bucket_boundaries = [48, 64, 80]
        params.gen.setup.train.batch_size = 32
        params.gen.setup.train.bucket_batch_sizes = [32, 32, 32, 32]
        params.gen.setup.train.num_processes = params.gen.setup.val.num_processes = 1
        params.gen.setup.val.batch_size = 64
        return params

    @classmethod
    def additional_graph_kwargs(
        cls, data: "SentencePairData", scenario_params: SentencePairScenarioParams
    ) -> Dict[str, Any]:
        return {"vocab_size": data.vocab_size}

    @classmethod
    def predict_generator_params_cls(cls) -> Type[PairFilesGeneratorParams]:
        return PairFilesGeneratorParams

    @classmethod
    def evaluator_cls(cls) -> Type["SentencePairEvaluator"]:
        from examples.text.finetuningbert.evaluator import SentencePairEvaluator

        return SentencePairEvaluator

    @classmethod
    def predictor_cls(cls) -> Type["SentencePairPredictor"]:
        from examples.text.finetuningbert.predictor import SentencePairPredictor

        return SentencePairPredictor

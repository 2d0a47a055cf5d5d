# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The tiny scenario, with an evaluator and a voter."""

import numpy as np

from test.tinyscenario.params import TinyPipelineParams, TinyScenarioParams
from tfaip.evaluator.evaluator import EvaluatorBase
from tfaip.predict.multimodelpredictor import MultiModelPredictor, MultiModelVoter
from tfaip.scenario.scenariobase import ScenarioBase


class TinyEvaluator(EvaluatorBase):
    def __enter__(self):
        self.right = self.total = 0

    def update_state(self, sample):
        assert sample.outputs["label"] in ("negative", "positive")
        assert isinstance(sample.meta["index"], int)
        self.total += 1
        self.right += int(np.sum(sample.targets["gt"] == sample.outputs["class"]))

    def result(self):
        return {"eval_acc": self.right / self.total}


class TinyVoter(MultiModelVoter):
    """The mean of the models' probabilities decides."""

    def vote(self, sample):
        pred = np.mean([outputs["pred"] for outputs in sample.outputs], axis=0)
        labels = [outputs["label"] for outputs in sample.outputs]
        winner = int(np.argmax(pred))
        return sample.new_outputs(
            {"pred": pred, "class": winner, "label": ["negative", "positive"][winner], "voters": labels}
        )


class TinyMultiPredictor(MultiModelPredictor):
    def create_voter(self, data_params):
        return TinyVoter()


class TinyScenario(ScenarioBase[TinyScenarioParams, TinyPipelineParams]):
    @classmethod
    def evaluator_cls(cls):
        return TinyEvaluator

    @classmethod
    def multi_predictor_cls(cls):
        return TinyMultiPredictor


class NoVoterScenario(ScenarioBase[TinyScenarioParams, TinyPipelineParams]):
    pass


def export_model(path, kind="same", seed=1, factor=1.0, scenario_cls=TinyScenario, with_trainer_params=False):
    """Write a model directory with untrained weights and return the scenario that holds the same weights."""
    trainer_params = scenario_cls.default_trainer_params()
    params = trainer_params.scenario
    params.model.kind = kind
    params.model.seed = seed
    params.data.pre_proc.processors[0].factor = factor
    trainer_params.gen.val.n = 11
    scenario = scenario_cls(params)
    assert scenario.keras_train_model is not None
    scenario.export(str(path), trainer_params if with_trainer_params else None)
    return scenario
